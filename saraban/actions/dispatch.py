"""Sending a letter to units of the same agency and to other agencies; recalling what nobody opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.actions import record
from common.access import Conflict, Refused
from notifications.actions import notify
from org.actor import Actor
from org.models import Unit
from outbox.actions import put
from saraban.actions.letters import Because, add_party, arrive, leave, lock, refer
from saraban.actions.links import publish_on_dispatch
from saraban.actions.numbers import call_back
from saraban.models import Channel, Delivery, DeliveryStatus, Enclosure, Letter, LetterStatus, Purpose
from saraban.permissions import may_dispatch, may_recall, may_send_to
from saraban.selectors import notice_title, registrar_positions
from saraban.sheets.kinds import kind_of
from saraban.states import DELIVERY, LETTER


@dataclass(frozen=True, slots=True)
class Addressee:
    """One unit to send to (for another agency: its registry unit), and what for."""

    unit: Unit
    purpose: str = Purpose.ACTION


@transaction.atomic
def dispatch(*, by: Actor, letter_id: int, to: Sequence[Addressee]) -> list[Delivery]:
    """ส่งออก: one delivery per addressee. Units of the same agency have it at once; another agency's copy follows
    through the outbox. Raises `Refused`; `Conflict` when an addressee has the letter already.
    """
    letter = lock(letter_id)
    if not Letter.objects.visible_to(by).filter(pk=letter.pk).exists():
        raise Refused("ไม่พบหนังสือ")
    may_dispatch(by, letter).demand()
    if not to:
        raise Refused("โปรดเลือกผู้รับอย่างน้อยหนึ่งหน่วย")
    for addressee in to:
        may_send_to(letter, addressee.unit).demand()
    LETTER.move(letter, "dispatch")
    letter.save(update_fields=["status", "changed_at"])
    leave(letter=letter, at=by.at)
    publish_on_dispatch(by=by, letter=letter)
    deliveries = [_send(by, letter, addressee) for addressee in to]
    names = ", ".join(_shown(delivery) for delivery in deliveries[:3])
    more = f" และอีก {len(deliveries) - 3} หน่วย" if len(deliveries) > 3 else ""
    record(by=by, verb="letter.dispatch", label=f"ส่งถึง {names}{more}", subject=letter, letter_id=letter.pk)
    return deliveries


def _shown(delivery: Delivery) -> str:
    """An addressee as the sender's time-line names it: a unit of ours, or another agency as a whole."""
    agency = delivery.to_unit.agency
    return delivery.to_unit.label if delivery.channel == Channel.INTERNAL else agency.short_name or agency.name


def _send(by: Actor, letter: Letter, addressee: Addressee) -> Delivery:
    inside = addressee.unit.agency_id == letter.agency_id
    now = timezone.now()
    try:
        with transaction.atomic():
            delivery = Delivery.objects.create(
                letter=letter,
                from_unit=letter.owner_unit,
                to_unit=addressee.unit,
                to_agency_id=addressee.unit.agency_id,
                channel=Channel.INTERNAL if inside else Channel.PLATFORM,
                purpose=addressee.purpose,
                sent_at=now,
                sent_by=by.user,
            )
    except IntegrityError as error:
        raise Conflict(f"{addressee.unit.name} ได้รับหนังสือนี้แล้ว") from error
    if inside:
        DELIVERY.move(delivery, "arrive")
        delivery.delivered_at, delivery.received = now, letter
        delivery.save(update_fields=["status", "delivered_at", "received"])
        add_party(letter=letter, because=Because.DELIVERY, unit=addressee.unit)
        arrive(letter=letter, unit=addressee.unit, at=now)
        tell_registrars(delivery)
    else:
        put("letter.dispatched", f"delivery:{delivery.pk}", {"delivery": delivery.pk})
    return delivery


def deliver_to_agency(payload: dict[str, Any]) -> None:
    """Outbox handler of `letter.dispatched`: the other agency gets its own letter over the same bytes, once."""
    with transaction.atomic():
        delivery = (
            Delivery.objects.select_for_update(of=("self",))
            .select_related("letter__document", "letter__agency", "to_unit__agency")
            .get(pk=payload["delivery"])
        )
        if delivery.status != DeliveryStatus.QUEUED:
            return
        sent, now = delivery.letter, timezone.now()
        received = Letter.objects.create(
            agency=delivery.to_unit.agency,
            kind=sent.kind,
            circular=sent.circular,
            incoming=True,
            urgency=sent.urgency,
            secrecy=sent.secrecy,
            personal_data=sent.personal_data,
            subject=sent.subject,
            sender=_sender_abroad(sent),
            addressee=sent.addressee,
            number=sent.number,
            letter_date=sent.letter_date,
            owner_unit=delivery.to_unit,
            status=LetterStatus.WAITING,
            document=sent.document,
            sealed=sent.sealed,
        )
        Enclosure.objects.bulk_create(
            Enclosure(
                letter=received,
                title=e.title,
                quantity=e.quantity,
                original_name=e.original_name,
                file=e.file,
                order=e.order,
            )
            for e in sent.enclosures.all()
        )
        _tie_to_own(sent, received)
        add_party(letter=received, because=Because.DELIVERY, unit=delivery.to_unit)
        arrive(letter=received, unit=delivery.to_unit, at=now)
        DELIVERY.move(delivery, "arrive")
        delivery.delivered_at, delivery.received = now, received
        delivery.save(update_fields=["status", "delivered_at", "received"])
        tell_registrars(delivery)


def _sender_abroad(sent: Letter) -> str:
    """Whose letter it is to another agency: the agency's own for หนังสือภายนอก (ข้อ 11) and for what the agency issues –
    orders, announcements, certificates …; else the unit's, with its agency."""
    own = {"sender_lines", "issuer"} & {field.name for field in kind_of(sent.kind).fields}
    if own or sent.sender == sent.agency.name:
        return sent.agency.name
    return f"{sent.sender} {sent.agency.name}"


def _tie_to_own(sent: Letter, received: Letter) -> None:
    """A reply keeps the reference both ways: what it answers is, at the receiver, the receiver's own letter."""
    for reference in sent.references.filter(target__isnull=False):
        own = Delivery.objects.filter(received=reference.target_id, letter__agency=received.agency_id).first()
        refer(
            letter=received,
            kind=reference.kind,
            text=reference.text,
            target=own.letter if own else None,
            order=reference.order,
        )


def tell_registrars(delivery: Delivery) -> None:
    """Tell those who register at the receiving unit that something waits."""
    letter = delivery.received or delivery.letter
    notify(
        key=f"delivery:{delivery.pk}:arrived",
        event="delivery.arrived",
        title=f"หนังสือรอลงรับ: {notice_title(letter)}",
        why=f"ท่านมีสิทธิ์ลงรับหนังสือของ {delivery.to_unit.name}",
        url_name="saraban:incoming",
        urgent=letter.urgency > 1,
        positions=registrar_positions(delivery.to_unit),
    )


@transaction.atomic
def recall(*, by: Actor, delivery_id: int) -> Delivery:
    """ดึงกลับ: take back what the addressee has not opened. Raises `Refused`."""
    found = Delivery.objects.get(pk=delivery_id)
    letter = lock(found.letter_id)
    delivery = (
        Delivery.objects.select_for_update(of=("self",)).select_related("letter__folder", "to_unit").get(pk=delivery_id)
    )
    may_recall(by, delivery).demand()
    call_back(delivery)
    if delivery.received_id == letter.pk:
        leave(letter=letter, unit=delivery.to_unit)
        letter.parties.filter(unit=delivery.to_unit, because=Because.DELIVERY).delete()
    record(by=by, verb="delivery.recall", label=f"ดึงกลับจาก {_shown(delivery)}", subject=delivery, letter_id=letter.pk)
    return delivery
