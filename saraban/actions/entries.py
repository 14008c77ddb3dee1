"""What a registrar writes beside a register's rows, and the trail of exports."""

from __future__ import annotations

from django.db import transaction

from audit.actions import record
from common.access import Invalid, Refused
from org.actor import Actor
from saraban.actions.letters import lock
from saraban.models import RegisterEntry, RegisterFolder
from saraban.permissions import may_note_entry
from saraban.registers import entry_of

LONGEST = 300


@transaction.atomic
def note_entry(*, by: Actor, entry_id: int, action_taken: str, remark: str) -> RegisterEntry:
    """Write การปฏิบัติ and หมายเหตุ of a row (แบบที่ 13, 14); the number itself never changes.

    The trail keeps what stood there before. Raises `Refused` without the right, `Invalid` for what is too long;
    writing the same again changes nothing.
    """
    seen = entry_of(by, entry_id)
    if seen is None:
        raise Refused("ไม่พบรายการทะเบียน")
    action_taken, remark = " ".join(action_taken.split()), " ".join(remark.split())
    for name, text in (("action_taken", action_taken), ("remark", remark)):
        if len(text) > LONGEST:
            raise Invalid(f"ข้อความยาวเกิน {LONGEST} ตัวอักษร", field=name)
    letter = lock(seen.letter_id)
    entry = RegisterEntry.objects.select_for_update(of=("self",)).select_related("folder").get(pk=entry_id)
    may_note_entry(by, entry).demand()
    before = {"action_taken": entry.action_taken, "remark": entry.remark}
    if before == {"action_taken": action_taken, "remark": remark}:
        return entry
    entry.action_taken, entry.remark = action_taken, remark
    entry.save(update_fields=["action_taken", "remark"])
    record(
        by=by,
        verb="entry.note",
        label=f"บันทึกการปฏิบัติในทะเบียน เลขที่ {entry.number}",
        subject=entry,
        letter_id=letter.pk,
        detail={"before": before} if not letter.is_secret else None,
    )
    return entry


@transaction.atomic
def note_export(*, by: Actor, folder: RegisterFolder, rows: int, form: str) -> None:
    """Append to the trail that `rows` rows of a register left as a file (`form`: XLSX or CSV)."""
    record(
        by=by,
        verb="register.export",
        label=f"ส่งออกทะเบียน {folder.name} {rows} รายการ ({form})"[:400],
        subject=folder,
        detail={"rows": rows, "form": form},
    )
