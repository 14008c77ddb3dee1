"""Writing the trail. Called inside the transaction of the action it describes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, models, transaction

from audit.models import AccessLog, AuditEvent, Submission
from common.access import Conflict
from org.actor import Actor


def record(
    *,
    by: Actor,
    verb: str,
    label: str,
    subject: models.Model,
    letter_id: int | None = None,
    detail: dict[str, Any] | None = None,
    at: datetime | None = None,
    outside: str = "",
) -> AuditEvent:
    """Append one line: `by` did `verb` to `subject`; `label` is the Thai sentence the time-line shows.

    The person's name and capacity are frozen as they are now. `at` defaults to the actor's moment. `outside` names
    another agency whose person did it: this agency's line then names the agency and no person or post of it.
    """
    has_post = by.appointment is not None and not outside
    return AuditEvent.objects.create(
        at=at or by.at,
        verb=verb,
        label=label,
        user=by.user if not outside else None,
        position=by.position if has_post else None,
        unit=by.unit if has_post else None,
        agency=by.agency if has_post else None,
        person=by.user.full_name if not outside else "",
        capacity=outside or by.title_line,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        letter_id=letter_id,
        detail=detail or {},
    )


def record_reading(*, by: Actor, what: str, letter_id: int, file_sha256: str = "") -> None:
    """Append one reading."""
    AccessLog.objects.create(
        user=by.user,
        position=by.position if by.appointment else None,
        what=what,
        letter_id=letter_id,
        file_sha256=file_sha256,
    )


@contextmanager
def once(key: UUID | str | None, *, by: Actor) -> Iterator[None]:
    """Run the body in a transaction at most once for a form's key; a second submission raises `Conflict`.

    A body that raises releases the key again, so a corrected form can be sent with the same key.
    """
    with transaction.atomic():
        if key:
            try:
                with transaction.atomic():
                    Submission.objects.create(key=key, user=by.user)
            except IntegrityError as error:
                raise Conflict("รายการนี้ส่งไปแล้ว ระบบไม่ทำซ้ำ โปรดดูผลในหน้าหนังสือ") from error
        yield
