"""ยกเลิกจบงาน: who may, where the letter goes back to, what the trail says – and that closing never forgets somebody."""

from __future__ import annotations

import pytest

from audit.models import AuditEvent
from common.access import Conflict, Invalid, Refused
from intray import actions
from intray.models import Endorsement, RoutingStep, StepState
from intray.selectors.tray import Wanted, tray_page
from notifications.models import Notification
from org.actor import Actor
from saraban.actions.dispatch import Addressee, dispatch
from saraban.actions.receive import register
from saraban.models import Letter, LetterStatus
from saraban.selectors import where_now
from tests.registry import receiving_folder
from tests.story import province_memo
from tests.tray import registered, routed, to_post, to_unit
from tests.world import World

pytestmark = pytest.mark.django_db
REASON = "ผู้ขอแจ้งว่ายังไม่ได้รับเอกสาร"


def places(letter: Letter) -> set[str]:
    return {stay.position.label if stay.position else stay.unit.label for stay in where_now([letter.pk])[letter.pk]}


def tray(actor: Actor, tab: str = "wait") -> list[int]:
    return [step.letter_id for step in tray_page(actor, Wanted(tab=tab)).steps]


def closed_by_statistics(world: World) -> RoutingStep:
    """A matter sent to the statistics office and closed there by its clerk."""
    (step,) = routed(world, to_unit(world.unit("PTE", "statistics")))
    actions.close(by=world.actor("stat-clerk"), step_id=step.pk, text="ส่งรายงานแล้ว")
    step.refresh_from_db()
    step.letter.refresh_from_db()
    assert step.letter.status == LetterStatus.CLOSED
    return step


def test_the_matter_is_back_in_the_tray_of_whoever_closed_it(world: World) -> None:
    step, clerk = closed_by_statistics(world), world.actor("stat-clerk")
    letter = actions.reopen(by=clerk, letter_id=step.letter_id, reason=f"  {REASON} ")
    step.refresh_from_db()
    assert (letter.status, step.state, step.done_at) == (LetterStatus.IN_PROGRESS, StepState.OPENED, None)
    assert tray(clerk) == [letter.pk] and not tray(clerk, "done")
    assert places(letter) >= {clerk.position.label}
    said = Endorsement.objects.filter(letter=letter).latest("id")
    assert (said.kind, said.text, said.person) == ("REOPEN", REASON, clerk.user.full_name)
    line = AuditEvent.objects.get(letter_id=letter.pk, verb="letter.reopen")
    assert line.label == f"ยกเลิกจบงาน: {REASON}" and line.detail == {"reason": REASON}
    asked = world.post("PTE", "registrar")
    assert Notification.objects.filter(event="intray.reopened", position=asked).exists()
    actions.close(by=clerk, step_id=step.pk, text="ส่งซ้ำแล้ว")  # and it can be closed again
    letter.refresh_from_db()
    assert letter.status == LetterStatus.CLOSED and places(letter) == set()


def test_days_while_it_was_closed_are_nobodys(world: World) -> None:
    step = closed_by_statistics(world)
    ended = set(step.letter.stays.values_list("pk", "until"))
    actions.reopen(by=world.actor("stat-clerk"), letter_id=step.letter_id, reason=REASON)
    assert ended <= set(step.letter.stays.values_list("pk", "until"))  # the old stays keep their end


@pytest.mark.parametrize("who", ["province-registrar", "stat-clerk"])
def test_the_registrar_and_the_closer_may(world: World, who: str) -> None:
    step = closed_by_statistics(world)
    assert actions.reopen(by=world.actor(who), letter_id=step.letter_id, reason=REASON).status == "IN_PROGRESS"
    step.refresh_from_db()
    assert step.state == StepState.OPENED  # whoever asks, the work is the closer's again
    told = Notification.objects.filter(event="intray.reopened", position=world.post("PTE", "stat-clerk"))
    assert told.exists() == (who != "stat-clerk")


@pytest.mark.parametrize(
    ("who", "words"),
    [("auditor", "ได้เฉพาะผู้ที่จบงานไว้"), ("ministry-registrar", "ไม่พบหนังสือ")],
)
def test_others_are_refused_in_a_sentence(world: World, who: str, words: str) -> None:
    step = closed_by_statistics(world)
    with pytest.raises(Refused, match=words):
        actions.reopen(by=world.actor(who), letter_id=step.letter_id, reason=REASON)


def test_a_secretary_decides_nothing_here_either(world: World) -> None:
    (step,) = routed(world, to_post(world.post("PTE", "governor"), "ACTION"))
    actions.close(by=world.actor("governor"), step_id=step.pk)
    with pytest.raises(Refused, match="หน้าห้อง"):
        actions.reopen(by=world.actor("secretary"), letter_id=step.letter_id, reason=REASON)


def test_a_reason_is_needed_and_only_what_is_closed_is_reopened(world: World) -> None:
    step, clerk = closed_by_statistics(world), world.actor("stat-clerk")
    with pytest.raises(Invalid, match="เหตุผล"):
        actions.reopen(by=clerk, letter_id=step.letter_id, reason="  ")
    actions.reopen(by=clerk, letter_id=step.letter_id, reason=REASON)
    with pytest.raises((Conflict, Refused), match="ยกเลิกจบงานไม่ได้ เพราะขณะนี้สถานะเป็น “อยู่ระหว่างดำเนินการ”"):
        actions.reopen(by=clerk, letter_id=step.letter_id, reason=REASON)


def test_closed_outside_any_tray_it_lies_at_its_unit_again(world: World) -> None:
    letter, registrar = registered(world), world.actor("province-registrar")
    before = places(letter)
    actions.close_letter(by=registrar, letter_id=letter.pk, text="เก็บเรื่อง")
    letter = actions.reopen(by=registrar, letter_id=letter.pk, reason=REASON)
    assert letter.status == LetterStatus.IN_PROGRESS and places(letter) == before
    governor = world.post("PTE", "governor")
    [step] = actions.start_route(by=registrar, letter_id=letter.pk, targets=[to_post(governor)])
    assert step.letter_id == letter.pk


def test_a_copy_that_still_lies_in_the_closers_tray_is_not_doubled(world: World) -> None:
    """The office head closed his part and has a copy for information: the tray's one open row stays the only one."""
    head = world.post("PTE", "office-head")
    (step,) = routed(world, to_post(head, "ACTION"))
    actions.forward(by=world.actor("office-head"), step_id=step.pk, targets=[to_unit(world.unit("PTE", "general"))])
    onward = RoutingStep.objects.get(letter=step.letter, to_unit=world.unit("PTE", "general"))
    actions.forward(
        by=world.actor("clerk"),
        step_id=onward.pk,
        targets=[to_post(head, "INFO"), to_unit(world.unit("PTE", "statistics"))],
    )
    last = RoutingStep.objects.get(letter=step.letter, to_unit=world.unit("PTE", "statistics"))
    actions.close(by=world.actor("stat-clerk"), step_id=last.pk)
    actions.reopen(by=world.actor("province-registrar"), letter_id=step.letter_id, reason=REASON)
    assert RoutingStep.objects.filter(letter=step.letter, to_position=head).open().count() == 1


def test_a_sent_letter_is_a_sent_letter_again(world: World) -> None:
    letter, registrar = province_memo(world), world.actor("province-registrar")
    statistics = world.unit("PTE", "statistics")
    [delivery] = dispatch(by=registrar, letter_id=letter.pk, to=[Addressee(statistics)])
    clerk = world.actor("stat-clerk")
    register(by=clerk, delivery_id=delivery.pk, folder_id=receiving_folder(world, "stat-clerk", statistics).pk)
    actions.close_letter(by=world.actor("clerk"), letter_id=letter.pk)
    letter = actions.reopen(by=registrar, letter_id=letter.pk, reason=REASON)
    assert letter.status == LetterStatus.SENT and places(letter) == {statistics.label}
    dispatch(by=registrar, letter_id=letter.pk, to=[Addressee(world.unit("PTE", "audit"))])  # goes on to others


def test_nobody_closes_a_letter_that_a_unit_has_not_registered_yet(world: World) -> None:
    letter, registrar = province_memo(world), world.actor("province-registrar")
    statistics, general = world.unit("PTE", "statistics"), world.unit("PTE", "general")
    first, _ = dispatch(by=registrar, letter_id=letter.pk, to=[Addressee(statistics), Addressee(general)])
    with pytest.raises(Refused, match="ยังไม่ได้ลงรับ"):
        actions.close_letter(by=registrar, letter_id=letter.pk)
    clerk = world.actor("stat-clerk")
    register(by=clerk, delivery_id=first.pk, folder_id=receiving_folder(world, "stat-clerk", statistics).pk)
    [step] = actions.start_route(by=clerk, letter_id=letter.pk, targets=[to_post(world.post("PTE", "stat-head"))])
    actions.close(by=world.actor("stat-head"), step_id=step.pk)
    letter.refresh_from_db()
    assert letter.status == LetterStatus.IN_PROGRESS  # กลุ่มงานอำนวยการ has yet to register it
