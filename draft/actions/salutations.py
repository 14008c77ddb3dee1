"""Keeping the table of คำขึ้นต้น and คำลงท้าย: add, change, retire, take up again. A pair or a post never stands twice."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.db import connection, transaction
from django.db.models import Q

from audit.actions import record
from common.access import Invalid, Refused
from draft.models import Draft, DraftVersion, SalutationRow
from draft.permissions import may_keep_salutations
from draft.salutations import DEFAULT, lines
from org.actions.trail import keep
from org.actor import Actor
from org.models import Agency

FIELDS = frozenset(
    {
        *("addressee", "opening", "closing", "first_person", "second_person", "envelope", "posts", "order"),
        "addressee_in_opening",
    }
)


@transaction.atomic
def add_salutation(*, by: Actor, agency: Agency | None = None, **fields: Any) -> SalutationRow:
    """A further row for all agencies (central admin) or for one's own. Raises `Refused`, `Invalid` with what is twice."""
    may_keep_salutations(by, agency).demand()
    _alone()
    row = SalutationRow(agency=agency, key=uuid4().hex[:12])
    return _write(by, row, fields, "salutation.add", "เพิ่มคำขึ้นต้นและคำลงท้าย")


@transaction.atomic
def change_salutation(*, by: Actor, row: SalutationRow, **fields: Any) -> SalutationRow:
    """Change a row; drafts that name it follow, letters already proposed do not. Raises `Refused`, `Invalid`."""
    _alone()
    row = _found(by, row)
    return _write(by, row, fields, "salutation.change", "แก้ไขคำขึ้นต้นและคำลงท้าย")


@transaction.atomic
def drop_salutation(*, by: Actor, row: SalutationRow) -> SalutationRow | None:
    """Take a row out of use: deleted when no draft ever named it (None), otherwise retired. Raises `Refused`."""
    _alone()
    row = _found(by, row)
    if row.key == DEFAULT:
        raise Refused("คู่ทั่วไปต้องมีไว้เสมอ แก้ไขถ้อยคำได้ แต่เลิกใช้ไม่ได้")
    if row.retired_at is not None:
        raise Refused("คู่นี้เลิกใช้ไปแล้ว")
    named = Q(fields__salutation=row.key)
    if Draft.objects.filter(named).exists() or DraftVersion.objects.filter(named).exists():
        row.retired_at = by.at
        keep(row, by=by, reason="เลิกใช้คำขึ้นต้นและคำลงท้าย")
        record(by=by, verb="salutation.retire", label=f"เลิกใช้ {row}"[:400], subject=row)
        return row
    record(by=by, verb="salutation.delete", label=f"ลบ {row}"[:400], subject=row)
    row._history_user = by.user  # type: ignore[attr-defined]
    row.delete()
    return None


@transaction.atomic
def take_up_salutation(*, by: Actor, row: SalutationRow) -> SalutationRow:
    """A retired row is offered again. Raises `Refused`, `Invalid` when another has its pair or a post meanwhile."""
    _alone()
    row = _found(by, row)
    if row.retired_at is None:
        raise Refused("คู่นี้ใช้อยู่แล้ว")
    row.retired_at = None
    return _write(by, row, {}, "salutation.restore", "นำกลับมาใช้")


def _alone() -> None:
    """Hold the small table, so that two admins cannot write the same pair or post side by side."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE draft_salutationrow IN SHARE ROW EXCLUSIVE MODE")


def _found(by: Actor, row: SalutationRow) -> SalutationRow:
    found = SalutationRow.objects.select_related("agency").get(pk=row.pk)
    may_keep_salutations(by, found.agency).demand()
    return found


def _write(by: Actor, row: SalutationRow, fields: dict[str, Any], verb: str, words: str) -> SalutationRow:
    unknown = fields.keys() - FIELDS
    if unknown:
        raise TypeError(f"unknown fields: {', '.join(sorted(unknown))}")
    for name, value in fields.items():
        setattr(row, name, " ".join(value.split()) if name in ("opening", "closing", "addressee") else value)
    _demand_once(row)
    keep(row, by=by, reason=words)
    record(by=by, verb=verb, label=f"{words} {row}"[:400], subject=row)
    return row


def _demand_once(row: SalutationRow) -> None:
    """Raise `Invalid` when the pair or a post of `row` stands in another row that would be offered beside it."""
    beside = Q() if row.agency_id is None else Q(agency=None) | Q(agency=row.agency_id)
    others = list(SalutationRow.objects.filter(beside, retired_at=None).exclude(pk=row.pk))
    if any((one.opening, one.closing) == (row.opening, row.closing) for one in others):
        raise Invalid("คำขึ้นต้นและคำลงท้ายคู่นี้มีอยู่แล้ว", field="opening")
    own = lines(row.posts)
    doubled = next((post for post in own if own.count(post) > 1), "")
    if doubled:
        raise Invalid(f"ตำแหน่ง{doubled}ซ้ำกันในรายการ", field="posts")
    for one in others:
        if taken := next((post for post in own if post in lines(one.posts)), ""):
            raise Invalid(f"ตำแหน่ง{taken}กำหนดไว้กับ “{one.opening[:60]}” แล้ว", field="posts")
