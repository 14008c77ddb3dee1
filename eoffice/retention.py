"""How long operational rows are kept, and the nightly purge of older ones.

Not here: letters and everything that belongs to them, their trail (`audit.AuditEvent`, append-only) and notices. What
a row's unique key guards against must be over when the row goes: an outbox message belongs to one change of state that
cannot happen twice, and every handler asks that state again; a form's key outlives the session its form was sent from.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from axes.models import AccessFailureLog
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.utils import timezone

from accounts.models import SignIn
from audit.models import AccessLog, Submission
from intray.models import Batch, BatchItem, RemindedDay
from outbox.models import OutboxMessage

log = logging.getLogger(__name__)
BATCH = 2_000
SECONDS = 240.0  # of one night; what is left goes the next
TRAFFIC_DAYS = 90  # พ.ร.บ.ว่าด้วยการกระทำความผิดเกี่ยวกับคอมพิวเตอร์ มาตรา 26


@dataclass(frozen=True)
class Kept:
    """Rows of `model` go when `moment` is older than the setting's days (at once after it when there is none)."""

    model: type[models.Model]
    moment: str
    days: str = ""
    only: Mapping[str, object] = field(default_factory=dict)
    at_least: int = 1


KEPT = (
    Kept(OutboxMessage, "done_at", "KEEP_OUTBOX_DAYS", only={"state": OutboxMessage.State.DONE}),
    Kept(SignIn, "at", "KEEP_SIGN_INS_DAYS", at_least=TRAFFIC_DAYS),
    Kept(AccessFailureLog, "attempt_time", "KEEP_SIGN_INS_DAYS", at_least=TRAFFIC_DAYS),
    Kept(AccessLog, "at", "KEEP_READINGS_DAYS", at_least=TRAFFIC_DAYS),
    Kept(Submission, "at", "KEEP_FORM_KEYS_DAYS", at_least=7),
    Kept(RemindedDay, "at", "KEEP_FORM_KEYS_DAYS", at_least=7),
    Kept(BatchItem, "batch__created_at", "KEEP_BATCHES_DAYS"),
    Kept(Batch, "created_at", "KEEP_BATCHES_DAYS"),
    Kept(Session, "expire_date"),
)


def demand_periods() -> None:
    """Raise ImproperlyConfigured for a period shorter than the law or the guard against doubling allows."""
    for kept in KEPT:
        if kept.days and getattr(settings, kept.days) < kept.at_least:
            raise ImproperlyConfigured(f"{kept.days} is at least {kept.at_least}")


def purge(*, batch: int = BATCH, seconds: float = SECONDS) -> dict[str, int]:
    """Delete what is past its period, in short transactions of `batch` rows; gives how many went, by table."""
    now, deadline = timezone.now(), time.monotonic() + seconds
    gone: dict[str, int] = {}
    for kept in KEPT:
        before = now - timedelta(days=getattr(settings, kept.days)) if kept.days else now
        name = kept.model._meta.db_table
        gone[name] = 0
        while time.monotonic() < deadline:
            deleted = _oldest_before(kept, before, batch).delete()[0]
            gone[name] += deleted
            if deleted < batch:
                break
    log.info("purge: %s", gone)
    return gone


def _oldest_before(kept: Kept, before: datetime, batch: int) -> models.QuerySet[models.Model]:
    """The rows past their period among the `batch` oldest: rows come in the order of their keys, so no index is needed."""
    rows = kept.model._default_manager.filter(**kept.only)
    oldest = rows.order_by("expire_date" if kept.model is Session else "pk")[:batch]
    old = [pk for pk, moment in oldest.values_list("pk", kept.moment) if moment < before]
    return kept.model._default_manager.filter(pk__in=old)
