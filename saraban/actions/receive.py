"""The receiving registry: open, register with a receipt number, or return with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone

from audit.actions import record
from common.access import Refused
from files.models import StoredFile
from notifications.actions import notify
from org.actor import Actor
from org.models import Position
from saraban.actions.letters import Because, add_party, arrive, leave, lock
from saraban.actions.numbers import enter
from saraban.models import Delivery, DeliveryStatus, Enclosure, Letter, LetterStatus, RegisterEntry, RegisterFolder
from saraban.models.reach import reach_of
from saraban.permissions import may_register, may_return
from saraban.selectors import notice_title
from saraban.states import DELIVERY, LETTER


def _locked(delivery_id: int) -> tuple[Delivery, Letter]:
    """The delivery and the receiver's letter, both locked, letter first."""
    found = Delivery.objects.get(pk=delivery_id)
    if found.received_id is None:
        raise Refused("หนังสือยังไม่ถึงปลายทาง")
    letter = lock(found.received_id)
    delivery = (
        Delivery.objects.select_for_update(of=("self",)).select_related("to_unit__agency", "letter").get(pk=delivery_id)
    )
    return delivery, letter


@transaction.atomic
def open_delivery(*, by: Actor, delivery_id: int) -> Delivery:
    """The receiving registry opens what arrived: from now the sender cannot call it back. Again changes nothing."""
    delivery, letter = _locked(delivery_id)
    if delivery.status != DeliveryStatus.DELIVERED or not may_register(by, delivery):
        return delivery
    DELIVERY.move(delivery, "open")
    delivery.opened_at = timezone.now()
    delivery.save(update_fields=["status", "opened_at"])
    record(by=by, verb="delivery.open", label=f"{delivery.to_unit.label} เปิดอ่าน", subject=delivery, letter_id=letter.pk)
    return delivery


@transaction.atomic
def register(*, by: Actor, delivery_id: int, folder_id: int, remark: str = "") -> RegisterEntry:
    """ลงรับ: the next receipt number of a receiving folder of the unit. Each level registers with its own number.

    Raises `Refused` without the right, `Conflict` when it is registered or returned already.
    """
    delivery, letter = _locked(delivery_id)
    folder = RegisterFolder.objects.select_related("agency", "owner_unit").get(pk=folder_id)
    may_register(by, delivery, folder).demand()
    DELIVERY.move(delivery, "register")
    if letter.status == LetterStatus.WAITING:
        LETTER.move(letter, "register")
        letter.save(update_fields=["status", "changed_at"])
    entry = enter(by=by, letter=letter, folder=folder, owner_unit=delivery.to_unit, remark=remark)
    delivery.entry, delivery.registered_at, delivery.receipt_number = entry, entry.entered_at, entry.number
    delivery.opened_at = delivery.opened_at or entry.entered_at
    delivery.save(update_fields=["status", "entry", "registered_at", "receipt_number", "opened_at"])
    record(
        by=by,
        verb="letter.register",
        label=f"{delivery.to_unit.label} ลงรับเลขที่ {entry.number}",
        subject=entry,
        letter_id=letter.pk,
        at=entry.entered_at,
    )
    if letter.pk != delivery.letter_id:
        _echo(by, delivery, "delivery.registered", f"{delivery.to_unit.agency.name} ลงรับเลขที่ {entry.number}")
    return entry


@transaction.atomic
def return_delivery(*, by: Actor, delivery_id: int, reason: str) -> Delivery:
    """ส่งคืน: send it back to the sender with a reason. Raises `Refused` without one."""
    reason = reason.strip()
    if not reason:
        raise Refused("โปรดระบุเหตุผลที่ส่งคืน")
    delivery, letter = _locked(delivery_id)
    may_return(by, delivery).demand()
    DELIVERY.move(delivery, "return")
    delivery.reason, delivery.ended_at = reason, timezone.now()
    delivery.save(update_fields=["status", "reason", "ended_at"])
    label = f"{delivery.to_unit.label} ส่งคืน: {reason}"
    if letter.pk != delivery.letter_id:
        LETTER.move(letter, "send_back")
        letter.save(update_fields=["status", "changed_at"])
        _echo(by, delivery, "delivery.returned", label)
    else:
        letter.parties.filter(unit=delivery.to_unit, because=Because.DELIVERY).delete()
    leave(letter=letter, unit=delivery.to_unit)
    record(by=by, verb="delivery.return", label=label, subject=delivery, letter_id=letter.pk)
    _tell_sender(delivery, f"ส่งคืนจาก {delivery.to_unit.label}: {notice_title(delivery.letter)}")
    return delivery


def _echo(by: Actor, delivery: Delivery, verb: str, label: str) -> None:
    """The sender's time-line hears what the other agency did, without the person's name."""
    record(
        by=by,
        verb=verb,
        label=label,
        subject=delivery,
        letter_id=delivery.letter_id,
        outside=delivery.to_unit.agency.name,
    )


def _tell_sender(delivery: Delivery, title: str) -> None:
    author: Position | None = delivery.letter.author_position
    notify(
        key=f"delivery:{delivery.pk}:{delivery.status}",
        event="delivery.returned",
        title=title,
        why="ท่านเป็นผู้ร่างหนังสือนี้",
        url_name="saraban:letter",
        url_args=[delivery.letter_id],
        positions=[author] if author else [],
    )


@transaction.atomic
def register_paper(
    *,
    by: Actor,
    folder_id: int,
    subject: str,
    sender: str,
    number: str,
    letter_date: date | None,
    addressee: str,
    document: StoredFile | None,
    urgency: int = 0,
    remark: str = "",
    enclosures: Sequence[tuple[str, StoredFile]] = (),
) -> RegisterEntry:
    """ลงรับหนังสือที่มาเป็นกระดาษหรือทางอื่น: a letter from outside the platform, with its scan and (title, file)
    of its enclosures. Raises `Refused`.
    """
    folder = RegisterFolder.objects.select_related("agency", "owner_unit").get(pk=folder_id)
    if not folder.is_receiving or not reach_of(by).may("register_incoming", folder.pk):
        raise Refused(f"ฐานะนี้ไม่มีสิทธิ์ลงรับเข้าแฟ้ม “{folder.name}”")
    letter = Letter.objects.create(
        agency=folder.agency,
        kind="OTHER",
        incoming=True,
        urgency=urgency,
        subject=subject,
        sender=sender,
        addressee=addressee,
        number=number,
        letter_date=letter_date,
        owner_unit=folder.owner_unit,
        status=LetterStatus.REGISTERED,
        document=document,
    )
    Enclosure.objects.bulk_create(
        Enclosure(letter=letter, title=title[:300], original_name=title[:255], file=file, order=order)
        for order, (title, file) in enumerate(enclosures, start=1)
    )
    add_party(letter=letter, because=Because.DELIVERY, unit=folder.owner_unit)
    arrive(letter=letter, unit=folder.owner_unit, at=by.at)
    entry = enter(by=by, letter=letter, folder=folder, owner_unit=folder.owner_unit, remark=remark)
    record(
        by=by,
        verb="letter.register",
        label=f"ลงรับเลขที่ {entry.number}",
        subject=entry,
        letter_id=letter.pk,
        at=entry.entered_at,
    )
    return entry
