"""Put messages in, and deliver them: exactly one effect for each, whatever dies in between."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from outbox.models import OutboxMessage
from outbox.registry import handler_of

log = logging.getLogger(__name__)
BACKOFF_SECONDS = (5, 15, 60, 300, 900, 1800)  # then every half hour
ATTEMPTS_BEFORE_DEAD = 60


_PUT = """
INSERT INTO outbox_outboxmessage (topic, key, payload, state, attempts, created_at, next_at, error)
VALUES (%s, %s, %s, 'WAITING', 0, clock_timestamp(), clock_timestamp() + make_interval(secs => %s), '') ON CONFLICT (topic, key) DO NOTHING
"""


class Later(Exception):
    """Raised by a handler: not possible now (the reason is logged); try again, by the back-off."""


def put(topic: str, key: str, payload: dict[str, Any] | None = None, *, delay: timedelta = timedelta()) -> None:
    """Write a message in the present transaction (putting the same key again changes nothing) and poke the relay."""
    with connection.cursor() as cursor:
        cursor.execute(_PUT, (topic, key, json.dumps(payload or {}), delay.total_seconds()))
    if not delay:
        transaction.on_commit(poke, robust=True)


_poke: list[Callable[[], None]] = []


def on_poke(function: Callable[[], None]) -> None:
    """Register what wakes the relay up after a commit (the Celery task's `delay`)."""
    _poke[:] = [function]


def poke() -> None:
    """Wake the relay. A poke that is lost costs time, never a message: beat sweeps."""
    for function in _poke:
        try:
            function()
        except Exception as error:  # noqa: BLE001 – the broker may be down; the sweep comes anyway
            log.warning("outbox: poke lost (%s)", type(error).__name__)


def deliver(limit: int = 100) -> int:
    """Deliver up to `limit` due messages, each in its own transaction; returns how many were tried."""
    tried = 0
    while tried < limit and deliver_one():
        tried += 1
    return tried


def deliver_one() -> bool:
    """Claim one due message (SKIP LOCKED), run its handler and mark it in the same transaction.

    False when nothing is due. A handler that raises is rolled back to a savepoint, and the message backs off.
    """
    with transaction.atomic():
        message = (
            OutboxMessage.objects.select_for_update(skip_locked=True)
            .filter(state=OutboxMessage.State.WAITING, next_at__lte=Now())
            .order_by("next_at", "id")
            .first()
        )
        if message is None:
            return False
        message.attempts += 1
        handler = handler_of(message.topic)
        try:
            if handler is None:
                raise LookupError(f"no handler for {message.topic}")
            with transaction.atomic():
                handler(message.payload | {"_key": message.key})
        except Exception as error:  # noqa: BLE001 – any failure backs off and stays visible
            _back_off(message, error)
        else:
            message.state = OutboxMessage.State.DONE
            message.done_at = timezone.now()
            message.error = ""
        message.save()
        return True


def _back_off(message: OutboxMessage, error: Exception) -> None:
    log.warning("outbox: %s %s failed (%s)", message.topic, message.key, type(error).__name__)
    message.error = f"{type(error).__name__}: {error}"[:2000]
    if message.attempts >= ATTEMPTS_BEFORE_DEAD:
        message.state = OutboxMessage.State.DEAD
    wait = BACKOFF_SECONDS[min(message.attempts, len(BACKOFF_SECONDS)) - 1]
    message.next_at = timezone.now() + timedelta(seconds=wait)


def drain(limit: int = 1000) -> int:
    """Deliver until nothing is due (tests and commands). Raises RuntimeError when messages still breed after `limit`."""
    total = 0
    while deliver_one():
        total += 1
        if total > limit:
            raise RuntimeError("the outbox does not come to rest")
    return total


def revive(message: OutboxMessage) -> OutboxMessage:
    """Set a dead message to be tried again now."""
    message.state, message.attempts, message.next_at = OutboxMessage.State.WAITING, 0, timezone.now()
    message.save(update_fields=["state", "attempts", "next_at"])
    return message
