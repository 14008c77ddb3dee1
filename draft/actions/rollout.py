"""How far an agency is with a document type: paper, pilot, electronic, from a day on and for a reason."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from audit.actions import record
from common.access import Invalid, Refused
from common.thai import date_short, local_date
from draft.models import DocumentTypeUse, UseMode
from draft.selectors.doctypes import present_modes, type_seen
from draft.type_rules import may_set_mode
from org.actor import Actor
from org.models import Agency

REASON = 300
FARTHEST = timedelta(days=366 * 2)


@transaction.atomic
def set_mode(*, by: Actor, type_id: int, mode: str, since: date, reason: str) -> DocumentTypeUse:
    """Write down that the actor's agency handles a type so from `since` on. Nothing written before is changed.

    Raises `Refused` for others than the agency's admin, `Invalid` for what is no mode, no reason, or a day too far off.
    """
    found = type_seen(by, type_id)
    if found is None or by.appointment is None:
        raise Refused("ไม่พบประเภทเอกสารนี้")
    agency = Agency.objects.select_for_update(of=("self",), no_key=True).get(pk=by.agency.pk)
    may_set_mode(by, agency).demand()
    today = local_date(by.at)
    reason = " ".join(reason.split())
    if mode not in UseMode.values:
        raise Invalid("โปรดเลือกการใช้งาน: กระดาษ นำร่อง หรืออิเล็กทรอนิกส์", field="mode")
    if not reason:
        raise Invalid("โปรดระบุเหตุผลหรือคำสั่งที่อ้าง", field="reason")
    if len(reason) > REASON:
        raise Invalid(f"เหตุผลยาวได้ไม่เกิน {REASON} ตัวอักษร", field="reason")
    if not today - FARTHEST <= since <= today + FARTHEST:
        raise Invalid("วันที่เริ่มต้องอยู่ภายในสองปีก่อนหรือหลังวันนี้", field="since")
    present = present_modes(agency, since).get(found.pk)
    if present is not None and present.mode == mode:
        raise Invalid(
            f"เอกสารนี้เป็น{present.get_mode_display()}อยู่แล้วในวันนั้น (ตั้งแต่ {date_short(present.since)})", field="mode"
        )
    row = DocumentTypeUse.objects.create(
        type=found,
        agency=agency,
        mode=mode,
        since=since,
        reason=reason,
        at=by.at,
        by=by.user,
        capacity=by.title_line[:420],
    )
    label = f"{found.name}: ใช้{row.get_mode_display()}ตั้งแต่ {date_short(since)} ({reason})"
    record(
        by=by, verb="doctype.mode", label=label[:400], subject=found, detail={"mode": mode, "since": since.isoformat()}
    )
    return row
