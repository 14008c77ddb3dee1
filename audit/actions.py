"""Writing the trail. Called inside the transaction of the action it describes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, models, transaction

from audit.models import AccessLog, AuditEvent, Submission
from audit.registry import Line, as_kept
from common.access import Conflict, Invalid
from org.actor import Actor

_INSERT = """
INSERT INTO audit_auditevent (at, verb, label, user_id, position_id, unit_id, agency_id, person, capacity,
                              subject_type, subject_id, letter_id, detail)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


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
) -> None:
    """Append one line: `by` did `verb` to `subject`; `label` is the Thai sentence the time-line shows.

    The person's name and capacity are frozen as they are now. `at` defaults to the actor's moment. `outside` names
    another agency whose person did it: this agency's line then names the agency and no person or post of it.
    Of a classified letter label and detail are kept sealed. Plain SQL, because every verb pays for it.
    """
    if letter_id is not None:
        label, detail = as_kept(letter_id, subject, label, detail or {})
    inside = not outside
    post = by.position if inside and by.appointment is not None else None
    values = (
        at or by.at,
        verb,
        label[:400],
        by.user.pk if inside else None,
        post.pk if post else None,
        post.unit_id if post else None,
        post.unit.agency_id if post else None,
        by.user.full_name if inside else "",
        outside or by.title_line,
        subject._meta.label_lower,
        subject.pk,
        letter_id,
        json.dumps(detail or {}, ensure_ascii=False),
    )
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, values)


def seal_past_lines(*, letter_id: int, seal: Callable[[str, dict[str, Any]], Line]) -> None:
    """Seal what was written about a letter before it was classified. The database lets a line change in no other way."""
    for line in AuditEvent.objects.filter(letter_id=letter_id).exclude(detail__has_key="sealed"):
        label, detail = seal(line.label, line.detail)
        AuditEvent.objects.filter(pk=line.pk).update(label=label, detail=detail)


def record_reading(*, by: Actor, what: str, letter_id: int, file_sha256: str = "") -> None:
    """Append one reading."""
    AccessLog.objects.create(
        user=by.user,
        position=by.position if by.appointment else None,
        what=what,
        letter_id=letter_id,
        file_sha256=file_sha256,
    )


def record_public_download(*, letter_id: int, file_sha256: str) -> None:
    """Append a download by a public link, of which nothing but the file and the moment is kept."""
    AccessLog.objects.create(user=None, what="link", letter_id=letter_id, file_sha256=file_sha256)


@contextmanager
def once(key: UUID | str | None, *, by: Actor) -> Iterator[None]:
    """Run the body in a transaction at most once for a form's key; a second submission raises `Conflict`.

    A body that raises releases the key again, so a corrected form can be sent with the same key.
    """
    try:
        known = UUID(str(key)) if key else None
    except ValueError as error:
        raise Invalid("แบบฟอร์มนี้ไม่สมบูรณ์ โปรดโหลดหน้าใหม่แล้วส่งอีกครั้ง") from error
    with transaction.atomic():
        if known:
            try:
                with transaction.atomic():
                    Submission.objects.create(key=known, user=by.user)
            except IntegrityError as error:
                raise Conflict("รายการนี้ส่งไปแล้ว ระบบไม่ทำซ้ำ โปรดดูผลในหน้าหนังสือ") from error
        yield
