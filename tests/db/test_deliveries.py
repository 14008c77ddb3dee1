"""Sending, arriving, registering, returning, recalling – inside an agency and between two."""

from __future__ import annotations

import pytest

from audit.models import AuditEvent
from common.access import Conflict, Refused
from notifications.models import Notification
from outbox.actions import drain
from saraban.actions import dispatch as sending
from saraban.actions.dispatch import Addressee, deliver_to_agency, dispatch, recall
from saraban.actions.letters import open_letter, refer
from saraban.actions.numbers import void_number
from saraban.actions.receive import open_delivery, register, register_paper, return_delivery
from saraban.models import Delivery, DeliveryStatus, Letter, LetterStatus, RegisterEntry, RegisterFolder
from saraban.permissions import may_register
from tests.story import numbered, province_memo, sent
from tests.world import World

pytestmark = pytest.mark.django_db


def arrived(delivery: Delivery) -> Letter:
    """The receiver's letter."""
    delivery.refresh_from_db()
    assert delivery.received is not None
    return delivery.received


@pytest.fixture
def to_ministry(world: World) -> Delivery:
    """A letter of the province that lies at the ministry's registry."""
    registry = world.agency("MDES").registry_unit
    assert registry is not None
    return sent(world, registry, kind="EXTERNAL")


def ministry_folder(world: World) -> RegisterFolder:
    registry = world.agency("MDES").registry_unit
    return RegisterFolder.objects.filter(owner_unit=registry, kind="RECEIVE").order_by("order", "pk")[0]


def test_a_letter_cannot_leave_before_its_sealed_file_stands(world: World) -> None:
    entry = numbered(
        world.actor("clerk"), world.folder("pte-send"), world.actor("office-head"), world.actor("province-registrar")
    )
    to = [Addressee(world.unit("PTE", "statistics"))]
    with pytest.raises(Refused, match="กำลังผนึกเลขและวันที่"):
        dispatch(by=world.actor("province-registrar"), letter_id=entry.letter_id, to=to)
    drain()
    [delivery] = dispatch(by=world.actor("province-registrar"), letter_id=entry.letter_id, to=to)
    assert delivery.status == DeliveryStatus.DELIVERED


def test_inside_an_agency_the_same_letter_travels(world: World) -> None:
    delivery = sent(world, world.unit("PTE", "statistics"))
    assert delivery.received_id == delivery.letter_id
    assert Letter.objects.visible_to(world.actor("stat-clerk")).filter(pk=delivery.letter_id).exists()


def test_another_agency_has_its_own_letter_over_the_same_bytes(world: World, to_ministry: Delivery) -> None:
    sent_letter, received = to_ministry.letter, to_ministry.received
    assert received is not None
    assert received.pk != sent_letter.pk
    assert received.agency == world.agency("MDES")
    assert received.status == LetterStatus.WAITING
    assert (received.document, received.number, received.letter_date) == (
        sent_letter.document,
        sent_letter.number,
        sent_letter.letter_date,
    )
    registrar = world.actor("ministry-registrar")
    assert Letter.objects.visible_to(registrar).filter(pk=received.pk).exists()
    assert not Letter.objects.visible_to(registrar).filter(pk=sent_letter.pk).exists()
    assert not Letter.objects.visible_to(world.actor("province-registrar")).filter(pk=received.pk).exists()


def test_arriving_twice_makes_one_letter(to_ministry: Delivery) -> None:
    deliver_to_agency({"delivery": to_ministry.pk})
    assert Letter.objects.filter(incoming=True, number=to_ministry.letter.number).count() == 1


def test_the_registry_is_told_and_registers_with_its_own_number(world: World, to_ministry: Delivery) -> None:
    assert Notification.objects.filter(
        event="delivery.arrived", position=world.actor("ministry-registrar").position
    ).exists()
    entry = register(
        by=world.actor("ministry-registrar"), delivery_id=to_ministry.pk, folder_id=ministry_folder(world).pk
    )
    to_ministry.refresh_from_db()
    assert to_ministry.status == DeliveryStatus.REGISTERED
    assert to_ministry.receipt_number == entry.number == str(entry.seq)
    assert entry.letter.status == LetterStatus.REGISTERED
    echo = AuditEvent.objects.get(letter_id=to_ministry.letter_id, verb="delivery.registered")
    assert echo.user is None
    assert echo.person == ""
    assert echo.capacity == world.agency("MDES").name
    with pytest.raises(Refused, match="ลงรับไม่ได้ เพราะขณะนี้สถานะเป็น"):
        register(by=world.actor("ministry-registrar"), delivery_id=to_ministry.pk, folder_id=ministry_folder(world).pk)


def test_each_level_registers_with_its_own_number(world: World) -> None:
    letter = province_memo(world)
    registrar = world.actor("province-registrar")
    [to_office, to_statistics] = dispatch(
        by=registrar,
        letter_id=letter.pk,
        to=[Addressee(world.unit("PTE", "office")), Addressee(world.unit("PTE", "statistics"))],
    )
    for who, delivery in (("clerk", to_office), ("stat-clerk", to_statistics)):
        by = world.actor(who)
        folders = RegisterFolder.objects.filter(owner_unit=delivery.to_unit, kind="RECEIVE")
        folder = next(f for f in folders if may_register(by, delivery, f))
        register(by=by, delivery_id=delivery.pk, folder_id=folder.pk)
    assert RegisterEntry.objects.filter(letter=letter, folder__kind="RECEIVE").count() == 2


def test_strangers_do_not_register(world: World, to_ministry: Delivery) -> None:
    for stranger in ("province-registrar", "central-admin", "superuser", "ministry-admin", "local-registrar"):
        with pytest.raises(Refused):
            register(by=world.actor(stranger), delivery_id=to_ministry.pk, folder_id=ministry_folder(world).pk)


def test_to_another_agency_an_external_letter_is_the_agencys_own(world: World, to_ministry: Delivery) -> None:
    assert to_ministry.letter.sender != "จังหวัดปทุมธานี"
    assert arrived(to_ministry).sender == "จังหวัดปทุมธานี"


def test_a_returned_letter_carries_its_reason_to_the_sender(world: World, to_ministry: Delivery) -> None:
    registrar = world.actor("ministry-registrar")
    with pytest.raises(Refused, match="โปรดระบุเหตุผลที่ส่งคืน"):
        return_delivery(by=registrar, delivery_id=to_ministry.pk, reason=" ")
    return_delivery(by=registrar, delivery_id=to_ministry.pk, reason="ไม่ใช่ภารกิจของหน่วยงาน")
    to_ministry.refresh_from_db()
    assert to_ministry.status == DeliveryStatus.RETURNED
    assert to_ministry.reason == "ไม่ใช่ภารกิจของหน่วยงาน"
    assert arrived(to_ministry).status == LetterStatus.SENT_BACK
    assert Notification.objects.filter(event="delivery.returned", position=to_ministry.letter.author_position).exists()
    [again] = dispatch(
        by=world.actor("province-registrar"), letter_id=to_ministry.letter_id, to=[Addressee(to_ministry.to_unit)]
    )
    assert again.pk != to_ministry.pk


def test_what_nobody_opened_can_be_called_back(world: World, to_ministry: Delivery) -> None:
    recall(by=world.actor("province-registrar"), delivery_id=to_ministry.pk)
    to_ministry.refresh_from_db()
    assert to_ministry.status == DeliveryStatus.RECALLED
    received = arrived(to_ministry)
    assert received.status == LetterStatus.WITHDRAWN
    with pytest.raises(Refused):
        register(by=world.actor("ministry-registrar"), delivery_id=to_ministry.pk, folder_id=ministry_folder(world).pk)


def test_what_was_opened_stays(world: World, to_ministry: Delivery) -> None:
    open_delivery(by=world.actor("ministry-registrar"), delivery_id=to_ministry.pk)
    with pytest.raises(Refused, match="ดึงกลับไม่ได้"):
        recall(by=world.actor("province-registrar"), delivery_id=to_ministry.pk)
    entry = RegisterEntry.objects.get(letter=to_ministry.letter_id, folder__kind="SEND")
    with pytest.raises(Refused, match="ทำหนังสือแจ้งยกเลิกแทน"):
        void_number(by=world.actor("province-registrar"), entry_id=entry.pk, reason="ส่งผิด")


def test_voiding_calls_back_what_waits_unopened(world: World, to_ministry: Delivery) -> None:
    entry = RegisterEntry.objects.get(letter=to_ministry.letter_id, folder__kind="SEND")
    void_number(by=world.actor("province-registrar"), entry_id=entry.pk, reason="ส่งผิด")
    to_ministry.refresh_from_db()
    assert to_ministry.status == DeliveryStatus.RECALLED
    assert arrived(to_ministry).status == LetterStatus.WITHDRAWN


def test_an_addressee_has_one_channel(world: World, to_ministry: Delivery) -> None:
    with pytest.raises(Conflict, match="ได้รับหนังสือนี้แล้ว"):
        dispatch(
            by=world.actor("province-registrar"), letter_id=to_ministry.letter_id, to=[Addressee(to_ministry.to_unit)]
        )


def test_a_memo_does_not_leave_its_circle(world: World) -> None:
    letter = province_memo(world)
    registry = world.agency("MDES").registry_unit
    assert registry is not None
    with pytest.raises(Refused, match="ให้จัดทำเป็นหนังสือภายนอกแทน"):
        dispatch(by=world.actor("province-registrar"), letter_id=letter.pk, to=[Addressee(registry)])
    assert not Delivery.objects.filter(letter=letter).exists()


def test_a_reply_keeps_the_reference_both_ways(world: World, to_ministry: Delivery) -> None:
    received = arrived(to_ministry)
    reply = open_letter(by=world.actor("ministry-clerk"), kind="EXTERNAL", subject="ตอบ")
    refer(letter=reply, kind="ANSWERS", text=f"หนังสือจังหวัดปทุมธานี ที่ {received.number}", target=received)
    Letter.objects.filter(pk=reply.pk).update(status="SENT", letter_date="2026-11-22", number="ดศ 0201/1")
    back = Delivery.objects.create(
        letter=reply,
        from_unit=reply.owner_unit,
        to_unit=world.unit("PTE", "hall"),
        to_agency=world.agency("PTE"),
        channel="PLATFORM",
        sent_at=to_ministry.sent_at,
        sent_by=world.user("ministry-registrar"),
    )
    deliver_to_agency({"delivery": back.pk})
    back.refresh_from_db()
    assert back.received is not None
    [reference] = back.received.references.all()
    assert reference.target_id == to_ministry.letter_id
    assert list(to_ministry.letter.referred_by.values_list("letter", flat=True)) == [back.received.pk]


def test_paper_from_outside_gets_a_receipt_number(world: World) -> None:
    registrar = world.actor("ministry-registrar")
    entry = register_paper(
        by=registrar,
        folder_id=ministry_folder(world).pk,
        subject="ขอความอนุเคราะห์สถานที่",
        sender="บริษัท ตัวอย่าง จำกัด",
        number="ตย 12/2569",
        letter_date=None,
        addressee="ปลัดกระทรวง",
        document=None,
    )
    assert entry.letter.status == LetterStatus.REGISTERED
    with pytest.raises(Refused):
        register_paper(
            by=world.actor("clerk"), folder_id=ministry_folder(world).pk, subject="ก", sender="ข", number="",
            letter_date=None, addressee="", document=None,
        )  # fmt: skip


def test_a_notice_is_put_once_however_often_it_is_told(to_ministry: Delivery) -> None:
    before = Notification.objects.count()
    sending.tell_registrars(to_ministry)
    assert Notification.objects.count() == before
