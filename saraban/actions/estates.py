"""What becomes of a dissolved unit's registers: handed to the successor, or closed. No right is given to anyone here."""

from __future__ import annotations

from audit.actions import record
from common.access import Refused
from org.actions.trail import keep
from org.actor import Actor
from org.models import Unit
from saraban.models import Delivery, DeliveryStatus, Letter, LetterStatus, RegisterFolder, Stay

UNDER_WAY = (DeliveryStatus.QUEUED, DeliveryStatus.DELIVERED, DeliveryStatus.OPENED)
NAME_LENGTH = 200


def foresee(unit: Unit) -> list[str]:
    """Sentences for the confirmation page."""
    count = RegisterFolder.objects.filter(owner_unit=unit, closed_at=None).count()
    here = Stay.objects.filter(unit=unit, until=None).count()
    lying = [f"หนังสือที่ค้างอยู่ที่หน่วยงานนี้ {here} เรื่องจะไม่มีผู้ดำเนินการ ควรส่งต่อให้หมดก่อนยุบ"] if here else []
    if not count:
        return lying
    return [
        *lying,
        f"แฟ้มทะเบียนที่เปิดอยู่ {count} แฟ้มโอนไปเป็นของหน่วยที่รับช่วงและใช้เลขต่อเนื่อง หากไม่ระบุหน่วยที่รับช่วง แฟ้มจะปิดทั้งหมด",
        "สิทธิ์บนแฟ้มไม่โอนไปด้วย ผู้ดูแลของหน่วยที่รับช่วงต้องกำหนดสิทธิ์ให้กลุ่มของตน",
    ]


def settle(*, by: Actor, unit: Unit, successor: Unit | None) -> None:
    """Hand the open registers of `unit` to `successor`, or close them. Called by `dissolve_unit`, whose rule was asked.

    Raises `Refused` while letters sent to the unit wait for its registry, or signed ones for a number from a register
    that would be closed.
    """
    arriving = Delivery.objects.filter(to_unit=unit, status__in=UNDER_WAY).count()
    if arriving:
        raise Refused(f"มีหนังสือส่งถึง {unit.name} ที่ยังไม่ได้ลงรับ {arriving} เรื่อง ต้องลงรับหรือส่งคืนให้เสร็จก่อน")
    folders = RegisterFolder.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    for folder in folders.filter(owner_unit=unit, closed_at=None):
        if successor is None:
            _close(by, folder, unit)
        else:
            _hand_over(by, folder, unit, successor)


def _close(by: Actor, folder: RegisterFolder, unit: Unit) -> None:
    waiting = Letter.objects.filter(folder=folder, status=LetterStatus.SIGNED).count()
    if waiting:
        raise Refused(f"มีหนังสือที่ลงนามแล้วรอออกเลขจากแฟ้ม “{folder.name}” {waiting} เรื่อง ต้องออกเลขให้เสร็จก่อน")
    folder.closed_at = by.at
    words = f"ปิดแฟ้มทะเบียน เพราะยุบ {unit.name}"
    keep(folder, by=by, reason=words)
    record(by=by, verb="folder.close", label=f"{words}: {folder}", subject=folder, detail={"dissolved_unit": unit.pk})


def _hand_over(by: Actor, folder: RegisterFolder, unit: Unit, successor: Unit) -> None:
    folder.owner_unit = successor
    if RegisterFolder.objects.filter(owner_unit=successor, name=folder.name, kind=folder.kind).exists():
        suffix = f" (รับช่วงจาก {unit.name})"
        folder.name = f"{folder.name[: NAME_LENGTH - len(suffix)]}{suffix}"
    words = f"โอนแฟ้มทะเบียนจาก {unit.name} ไปยัง {successor.name}"
    keep(folder, by=by, reason=words)
    detail = {"dissolved_unit": unit.pk, "successor": successor.pk}
    record(by=by, verb="folder.hand_over", label=f"{words}: {folder}", subject=folder, detail=detail)
