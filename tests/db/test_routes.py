"""Routes: one order after the other, answers that come together, returns that stop, and what the database forbids."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from audit.models import AuditEvent
from common.access import Conflict, Invalid, Refused
from intray import actions
from intray.models import Endorsement, Route, RouteState, RoutingStep, StepState
from intray.selectors.targets import Target
from intray.selectors.tray import Wanted, tray_page
from notifications.models import Notification
from org.actor import Actor
from saraban.models import Letter, LetterStatus
from saraban.selectors import where_now
from tests.tray import only_step, registered, routed, to_post, to_unit
from tests.world import World

pytestmark = pytest.mark.django_db


def turn(order: int, target: Target) -> Target:
    return target.at(order)


def places(letter: Letter) -> set[str]:
    return {stay.position.label if stay.position else stay.unit.label for stay in where_now([letter.pk])[letter.pk]}


def tray(actor: Actor, tab: str = "wait") -> list[int]:
    return [step.letter_id for step in tray_page(actor, Wanted(tab=tab)).steps]


def states(letter: Letter) -> list[str]:
    return [step.state for step in letter.steps.order_by("id")]


@pytest.fixture
def three(world: World) -> list[RoutingStep]:
    """vice1 considers, then vice3 and the audit unit give their opinion together, then the governor considers."""
    return routed(
        world,
        turn(1, to_post(world.post("PTE", "vice1"))),
        turn(2, to_post(world.post("PTE", "vice3"), "OPINION")),
        turn(2, to_unit(world.unit("PTE", "audit"), "OPINION")),
        turn(3, to_post(world.post("PTE", "governor"))),
    )


def test_an_order_waits_for_the_one_before(world: World, three: list[RoutingStep]) -> None:
    letter = three[0].letter
    assert states(letter) == ["NEW", "PLANNED", "PLANNED", "PLANNED"]
    assert tray(world.actor("vice3")) == []
    assert not Letter.objects.visible_to(world.actor("vice3")).filter(pk=letter.pk).exists()
    assert not Notification.objects.filter(
        position=world.post("PTE", "governor"), url__contains=f"/{letter.pk}/"
    ).exists()
    actions.acknowledge(by=world.actor("vice1"), step_id=three[0].pk, text="เห็นควรถามความเห็น")
    assert states(letter) == ["DONE", "NEW", "NEW", "PLANNED"]
    assert places(letter) == {world.post("PTE", "vice3").label, world.unit("PTE", "audit").label}
    actions.give_opinion(by=world.actor("vice3"), step_id=three[1].pk, text="ไม่ขัดข้อง")
    assert states(letter)[3] == "PLANNED"
    actions.give_opinion(by=world.actor("auditor"), step_id=three[2].pk, text="ควรตรวจงบประมาณก่อน")
    assert tray(world.actor("governor")) == [letter.pk]
    assert places(letter) == {world.post("PTE", "governor").label}


def test_the_last_answer_goes_back_to_who_made_the_route(world: World, three: list[RoutingStep]) -> None:
    letter = three[0].letter
    actions.acknowledge(by=world.actor("vice1"), step_id=three[0].pk)
    for who, step in (("vice3", three[1]), ("auditor", three[2])):
        actions.give_opinion(by=world.actor(who), step_id=step.pk, text="เห็นชอบ")
    actions.approve(by=world.actor("governor"), step_id=three[3].pk, granted=True, text="อนุมัติตามเสนอ")
    back = only_step(letter)
    assert back.to_position == world.post("PTE", "registrar")
    assert back.note == "ผลการพิจารณา: อนุมัติตามเสนอ"
    assert Route.objects.get(letter=letter).state == RouteState.ENDED


def test_answers_of_several_come_together(world: World) -> None:
    steps = routed(
        world, to_post(world.post("PTE", "vice1"), "OPINION"), to_post(world.post("PTE", "vice3"), "OPINION")
    )
    registrar, letter = world.post("PTE", "registrar"), steps[0].letter
    actions.give_opinion(by=world.actor("vice1"), step_id=steps[0].pk, text="เห็นด้วย")
    assert not letter.steps.filter(to_position=registrar).exists()
    assert Notification.objects.filter(position=registrar, event="intray.opinion").count() == 1
    actions.give_opinion(by=world.actor("vice3"), step_id=steps[1].pk, text="ไม่เห็นด้วย")
    assert only_step(letter).note == "ผู้ที่ถามตอบครบแล้ว 2 ราย ดูในการเกษียน"
    kinds = Endorsement.objects.filter(letter=letter, kind="OPINION").values_list("text", flat=True)
    assert set(kinds) == {"เห็นด้วย", "ไม่เห็นด้วย"}


def test_an_opinion_needs_words_and_decides_nothing(world: World) -> None:
    [step] = routed(world, to_post(world.post("PTE", "vice1"), "OPINION"))
    vice = world.actor("vice1")
    with pytest.raises(Invalid, match="เขียนความเห็น"):
        actions.give_opinion(by=vice, step_id=step.pk, text="  ")
    for verb in (actions.close, actions.acknowledge):
        with pytest.raises(Refused, match="ความเห็น"):
            verb(by=vice, step_id=step.pk)
    with pytest.raises(Refused, match="ความเห็น"):
        actions.approve(by=vice, step_id=step.pk, granted=True)


def test_what_was_given_down_the_line_ends_when_all_of_it_has(world: World) -> None:
    """The order of the office waits until the clerk, to whom its head gave the work, is done."""
    first, second = routed(
        world,
        turn(1, to_post(world.post("PTE", "office-head"), "ACTION")),
        turn(2, to_unit(world.unit("PTE", "statistics"))),
    )
    head = world.actor("office-head", "office-head")
    [down] = actions.forward(by=head, step_id=first.pk, targets=[to_post(world.post("PTE", "clerk"), "ACTION")])
    second.refresh_from_db()
    assert second.state == StepState.PLANNED
    actions.close(by=world.actor("clerk"), step_id=down.pk, text="ส่งข้อมูลแล้ว")
    second.refresh_from_db()
    assert second.state == StepState.NEW
    actions.close(by=world.actor("stat-clerk"), step_id=second.pk)
    assert Letter.objects.get(pk=first.letter_id).status == LetterStatus.CLOSED


def test_copies_hold_nothing_up(world: World) -> None:
    steps = routed(
        world,
        turn(1, to_unit(world.unit("PTE", "audit"), "INFO")),
        turn(2, to_unit(world.unit("PTE", "statistics"))),
        turn(3, to_unit(world.unit("PTE", "general"), "INFO")),
    )
    letter = steps[0].letter
    assert states(letter) == ["NEW", "NEW", "PLANNED"]
    assert places(letter) == {world.unit("PTE", "statistics").label}
    actions.close(by=world.actor("stat-clerk"), step_id=steps[1].pk)
    letter.refresh_from_db()
    assert letter.status == LetterStatus.CLOSED
    assert states(letter) == ["NEW", "DONE", "NEW"]


def test_a_letter_sent_only_for_information_does_not_get_lost(world: World) -> None:
    [step] = routed(world, to_post(world.post("PTE", "governor"), "INFO"))
    assert Route.objects.get(letter=step.letter).state == RouteState.ENDED
    actions.acknowledge(by=world.actor("governor"), step_id=step.pk)
    assert places(step.letter) == {world.unit("PTE", "hall").label}
    actions.close_letter(by=world.actor("province-registrar"), letter_id=step.letter_id)


def test_a_return_stops_the_route_and_spares_who_has_not_begun(world: World, three: list[RoutingStep]) -> None:
    letter = three[0].letter
    actions.acknowledge(by=world.actor("vice1"), step_id=three[0].pk)
    actions.open_step(by=world.actor("vice3"), step_id=three[1].pk)
    actions.return_step(by=world.actor("vice3"), step_id=three[1].pk, reason="ขาดเอกสารแนบ")
    assert states(letter)[:4] == ["DONE", "RETURNED", "RECALLED", "RECALLED"]
    assert Route.objects.get(letter=letter).state == RouteState.STOPPED
    back = only_step(letter)
    assert back.to_position == world.post("PTE", "registrar") and back.note == "ตีกลับ: ขาดเอกสารแนบ"
    assert not Letter.objects.visible_to(world.actor("governor")).filter(pk=letter.pk).exists()


def test_a_return_of_one_of_several_sent_together_concerns_it_alone(world: World) -> None:
    steps = routed(world, to_unit(world.unit("PTE", "statistics")), to_unit(world.unit("PTE", "audit")))
    actions.return_step(by=world.actor("stat-clerk"), step_id=steps[0].pk, reason="ไม่ใช่งานของหน่วย")
    assert states(steps[0].letter) == ["RETURNED", "NEW", "NEW"]


def test_recalling_all_brings_the_letter_back_and_the_next_order_is_never_called(world: World) -> None:
    [mine] = routed(world, to_post(world.post("PTE", "governor")))
    governor = world.actor("governor")
    first, second = actions.forward(
        by=governor,
        step_id=mine.pk,
        targets=[turn(1, to_post(world.post("PTE", "vice1"))), turn(2, to_post(world.post("PTE", "vice3")))],
    )
    actions.recall_step(by=governor, step_id=second.pk)
    actions.recall_step(by=governor, step_id=first.pk)
    mine.refresh_from_db()
    assert mine.state == StepState.OPENED
    assert tray(governor) == [mine.letter_id]
    assert places(mine.letter) == {governor.position.label}
    with pytest.raises(Refused):
        actions.recall_step(by=governor, step_id=second.pk)


def test_a_recall_of_the_first_order_calls_the_second(world: World) -> None:
    first, second = routed(
        world, turn(1, to_post(world.post("PTE", "vice1"))), turn(2, to_post(world.post("PTE", "vice3")))
    )
    actions.recall_step(by=world.actor("province-registrar"), step_id=first.pk)
    second.refresh_from_db()
    assert second.state == StepState.NEW
    assert places(first.letter) == {world.post("PTE", "vice3").label}


def test_what_was_returned_or_answered_is_not_recalled(world: World) -> None:
    [step] = routed(world, to_post(world.post("PTE", "governor")))
    actions.return_step(by=world.actor("governor"), step_id=step.pk, reason="ส่งผิด")
    with pytest.raises(Refused, match="ดึงกลับไม่ได้"):
        actions.recall_step(by=world.actor("governor"), step_id=only_step(step.letter).pk)


def test_further_addressees_of_the_same_sender_join_its_route(world: World) -> None:
    [step] = routed(world, to_unit(world.unit("PTE", "statistics")))
    registrar = world.actor("province-registrar")
    [more] = actions.start_route(
        by=registrar, letter_id=step.letter_id, targets=[to_unit(world.unit("PTE", "audit"))]
    )  # fmt: skip
    assert more.route_id == step.route_id and more.state == StepState.NEW
    with pytest.raises(Conflict, match="เส้นทางที่ท่านส่งไว้"):
        actions.start_route(
            by=registrar,
            letter_id=step.letter_id,
            targets=[to_post(world.post("PTE", "vice1")), turn(2, to_post(world.post("PTE", "vice3")))],
        )


def test_the_database_holds_one_running_route_a_branch(world: World) -> None:
    [step] = routed(world, to_post(world.post("PTE", "governor")))
    assert step.route is not None
    for previous in (None, step):
        first = Route(
            letter=step.letter, previous=previous, made_by=step.sent_by, made_from=step.sent_from, made_at=step.sent_at
        )
        if previous is not None:
            first.save()
            first.pk = None
            first._state.adding = True
        with pytest.raises(IntegrityError, match="one_running_route_a_branch"), transaction.atomic():
            first.save(force_insert=True)


def test_the_next_order_has_its_own_time(world: World) -> None:
    first, second = routed(
        world,
        turn(1, to_post(world.post("PTE", "vice1"))),
        turn(2, to_post(world.post("PTE", "vice3"))),
        urgency=3,
    )
    assert first.due_by_urgency and second.due_at is None
    actions.acknowledge(by=world.actor("vice1"), step_id=first.pk)
    second.refresh_from_db()
    assert second.due_by_urgency and second.due_at is not None and second.due_at > second.sent_at


def test_the_line_on_the_way_says_how_many_orders(world: World, three: list[RoutingStep]) -> None:
    line = AuditEvent.objects.filter(letter_id=three[0].letter_id, verb="letter.route").get()
    assert line.label.endswith("เป็น 3 ลำดับ")


def test_a_post_that_has_the_letter_already_gets_its_turn_afterwards(world: World) -> None:
    """vice3 is to act in the second order and has the letter from elsewhere when the first one ends."""
    first, second = routed(
        world, turn(1, to_post(world.post("PTE", "vice1"))), turn(2, to_post(world.post("PTE", "vice3")))
    )
    [elsewhere] = actions.forward(
        by=world.actor("vice1"), step_id=first.pk, targets=[to_post(world.post("PTE", "vice3"), "ACTION")]
    )
    actions.close(by=world.actor("vice3"), step_id=elsewhere.pk)
    second.refresh_from_db()
    assert second.state == StepState.NEW


def test_a_copy_gives_way_to_the_order_to_act(world: World) -> None:
    copy, first, second = routed(
        world,
        turn(1, to_post(world.post("PTE", "vice3"), "INFO")),
        turn(1, to_post(world.post("PTE", "vice1"))),
        turn(2, to_post(world.post("PTE", "vice3"))),
    )
    actions.acknowledge(by=world.actor("vice1"), step_id=first.pk)
    copy.refresh_from_db()
    second.refresh_from_db()
    assert (copy.state, second.state) == (StepState.DONE, StepState.NEW)


def test_the_own_post_and_doubles_are_refused(world: World) -> None:
    letter = registered(world)
    registrar, vice = world.actor("province-registrar"), to_post(world.post("PTE", "vice1"))
    with pytest.raises(Invalid, match="ตำแหน่งของท่านเอง"):
        actions.start_route(by=registrar, letter_id=letter.pk, targets=[vice, turn(2, to_post(registrar.position))])
    with pytest.raises(Conflict, match="ซ้ำในลำดับเดียวกัน"):
        actions.start_route(by=registrar, letter_id=letter.pk, targets=[vice, vice.at(1)])
    assert not letter.steps.exists()


def test_a_letter_closed_elsewhere_calls_nobody_more(world: World, three: list[RoutingStep]) -> None:
    letter = three[0].letter
    Letter.objects.filter(pk=letter.pk).update(status=LetterStatus.CLOSED)
    actions.acknowledge(by=world.actor("vice1"), step_id=three[0].pk)
    assert states(letter) == ["DONE", "RECALLED", "RECALLED", "RECALLED"]


def test_an_order_sent_on_only_for_information_has_ended(world: World) -> None:
    first, second = routed(
        world,
        turn(1, to_post(world.post("PTE", "clerk"), "ACTION")),
        turn(2, to_unit(world.unit("PTE", "audit"), "CONSIDER")),
    )
    actions.forward(by=world.actor("clerk"), step_id=first.pk, targets=[to_post(world.post("PTE", "vice1"), "INFO")])
    second.refresh_from_db()
    assert second.state == StepState.NEW
