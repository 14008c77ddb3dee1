"""The tray's verbs: who may, what it does to the letter, where it lies, who is told, what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from django.utils import timezone

from audit.models import AuditEvent
from common.access import Conflict, Invalid, Refused
from intray import actions
from intray.models import Endorsement, RoutingStep, StepState
from intray.selectors.tray import Wanted, tray_page
from notifications.models import Notification
from org.actor import Actor
from org.models import Appointment, Capacity
from outbox.actions import drain
from saraban.actions.letters import move
from saraban.models import Letter, LetterStatus, Stay
from saraban.selectors import where_now
from tests.classified import classified
from tests.tray import only_step, propose, proposed, registered, routed, to_post, to_unit
from tests.world import World

pytestmark = pytest.mark.django_db


def places(letter: Letter) -> set[str]:
    """Where the letter lies now, in words."""
    return {stay.position.label if stay.position else stay.unit.label for stay in where_now([letter.pk])[letter.pk]}


def tray(actor: Actor, tab: str = "wait") -> list[int]:
    return [step.letter_id for step in tray_page(actor, Wanted(tab=tab)).steps]


# -- the way ---------------------------------------------------------------------------------------------


def test_a_registered_letter_starts_its_route_and_lies_with_its_addressee(world: World) -> None:
    letter = registered(world)
    governor = world.actor("governor")
    registrar = world.actor("province-registrar")
    (step,) = actions.start_route(
        by=registrar, letter_id=letter.pk, targets=[to_post(governor.position)], text="เพื่อโปรดพิจารณา"
    )
    letter.refresh_from_db()
    assert letter.status == LetterStatus.IN_PROGRESS
    assert places(letter) == {governor.position.label}
    assert tray(governor) == [letter.pk]
    assert Letter.objects.visible_to(governor).filter(pk=letter.pk).exists()
    notice = Notification.objects.get(key=f"step:{step.pk}:new:p{governor.position.pk}")
    assert registrar.position.title in notice.why
    assert (
        AuditEvent.objects.filter(letter_id=letter.pk, verb="letter.route").get().label
        == f"เสนอ {governor.position.label}"
    )


def test_a_stranger_neither_starts_a_route_nor_acts_on_a_step(world: World) -> None:
    letter = registered(world)
    target = [to_post(world.post("PTE", "governor"))]
    with pytest.raises(Refused):
        actions.start_route(by=world.actor("stat-clerk"), letter_id=letter.pk, targets=target)
    (step,) = routed(world, *target, number="มท 0309/2")
    for verb in (actions.acknowledge, actions.take, actions.close):
        with pytest.raises(Refused):
            verb(by=world.actor("ministry-clerk"), step_id=step.pk)


def test_orders_and_copies_the_letter_lies_only_with_those_who_act(world: World) -> None:
    (step,) = routed(world, to_post(world.post("PTE", "governor")))
    statistics, audit = world.unit("PTE", "statistics"), world.unit("PTE", "audit")
    actions.instruct(
        by=world.actor("governor"), step_id=step.pk, text="มอบ … ดำเนินการ",
        targets=[to_unit(statistics), to_unit(audit, "INFO")],
    )  # fmt: skip
    step.refresh_from_db()
    assert step.state == StepState.SENT_ON
    assert places(step.letter) == {statistics.label}
    order = Endorsement.objects.get(letter=step.letter, kind="INSTRUCTION")
    assert order.title_lines == ["ผู้ว่าราชการจังหวัดปทุมธานี"]
    assert tray(world.actor("stat-clerk")) == [step.letter_id]
    assert tray(world.actor("auditor"), "info") == [step.letter_id]
    assert tray(world.actor("governor"), "sent") == [step.letter_id]
    assert "รวบรวม" not in AuditEvent.objects.filter(letter_id=step.letter_id).latest("id").label


def test_how_long_in_each_unit_adds_up(world: World) -> None:
    (step,) = routed(world, to_post(world.post("PTE", "governor")))
    actions.forward(by=world.actor("governor"), step_id=step.pk, targets=[to_unit(world.unit("PTE", "statistics"))])
    stays = list(Stay.objects.filter(letter=step.letter_id).order_by("since", "id"))
    assert [stay.until is None for stay in stays] == [False, False, True]
    assert all(before.until == after.since for before, after in pairwise(stays))


def test_the_same_post_never_has_one_letter_twice(world: World) -> None:
    governor = world.post("PTE", "governor")
    (step,) = routed(world, to_post(governor))
    with pytest.raises(Invalid):
        actions.forward(by=world.actor("governor"), step_id=step.pk, targets=[to_post(governor)])
    with pytest.raises(Invalid):
        actions.forward(by=world.actor("governor"), step_id=step.pk, targets=[])
    twice = [to_post(world.post("PTE", "office-head")), to_post(world.post("PTE", "office-head"), "INFO")]
    with pytest.raises(Conflict):
        actions.forward(by=world.actor("governor"), step_id=step.pk, targets=twice)
    step.refresh_from_db()
    assert step.state == StepState.NEW


def test_the_first_of_a_unit_takes_its_letter_and_may_give_it_back(world: World) -> None:
    (step,) = routed(world, to_unit(world.unit("PTE", "statistics")))
    clerk = world.actor("stat-clerk")
    head = world.actor("stat-head")
    actions.take(by=clerk, step_id=step.pk)
    assert tray(clerk) == [step.letter_id]
    assert tray(head) == []
    assert places(step.letter) == {clerk.position.label}
    with pytest.raises(Refused, match="รับเรื่องนี้ไปดำเนินการแล้ว"):
        actions.take(by=head, step_id=step.pk)
    actions.release(by=clerk, step_id=step.pk)
    assert tray(head) == [step.letter_id]
    assert places(step.letter) == {world.unit("PTE", "statistics").label}


def test_acting_on_a_units_letter_makes_it_ones_own(world: World) -> None:
    (step,) = routed(world, to_unit(world.unit("PTE", "statistics")))
    actions.endorse(by=world.actor("stat-clerk"), step_id=step.pk, text="รับไปดำเนินการ")
    with pytest.raises(Refused, match="รับเรื่องนี้ไปดำเนินการแล้ว"):
        actions.close(by=world.actor("stat-head"), step_id=step.pk)


# -- decisions -------------------------------------------------------------------------------------------


def test_what_is_approved_goes_back_to_whoever_asked(world: World) -> None:
    office_head = world.post("PTE", "office-head")
    (first,) = routed(world, to_post(office_head))
    (second,) = actions.forward(
        by=world.actor("office-head", "office-head"), step_id=first.pk, targets=[to_post(world.post("PTE", "governor"))]
    )
    actions.approve(by=world.actor("governor"), step_id=second.pk, granted=True, text="อนุมัติ")
    back = only_step(first.letter)
    assert back.to_position == office_head
    assert back.note == "ผลการพิจารณา: อนุมัติ"
    assert places(first.letter) == {office_head.label}
    assert Notification.objects.filter(position=office_head, event="intray.approve").exists()


def test_a_letter_ends_when_the_last_part_is_done(world: World) -> None:
    steps = routed(
        world,
        to_unit(world.unit("PTE", "statistics")),
        to_unit(world.unit("PTE", "general")),
        to_unit(world.unit("PTE", "audit"), "INFO"),
    )
    letter = steps[0].letter
    actions.close(by=world.actor("stat-clerk"), step_id=steps[0].pk, text="ส่งรายงานแล้ว")
    letter.refresh_from_db()
    assert letter.status == LetterStatus.IN_PROGRESS
    actions.close(by=world.actor("clerk"), step_id=steps[1].pk)
    letter.refresh_from_db()
    assert letter.status == LetterStatus.CLOSED
    assert places(letter) == set()
    actions.acknowledge(by=world.actor("auditor"), step_id=steps[2].pk)
    assert not RoutingStep.objects.filter(letter=letter).open().exists()


def test_return_needs_a_reason_and_goes_to_the_sender(world: World) -> None:
    (step,) = routed(world, to_post(world.post("PTE", "governor")))
    with pytest.raises(Invalid):
        actions.return_step(by=world.actor("governor"), step_id=step.pk, reason="  ")
    actions.return_step(by=world.actor("governor"), step_id=step.pk, reason="ไม่มีสิ่งที่ส่งมาด้วย")
    back = only_step(step.letter)
    assert back.to_position == world.post("PTE", "registrar")
    assert back.note == "ตีกลับ: ไม่มีสิ่งที่ส่งมาด้วย"
    with pytest.raises(Refused):
        actions.return_step(by=world.actor("governor"), step_id=step.pk, reason="อีกครั้ง")


def test_information_asks_for_nothing_but_to_be_noted(world: World) -> None:
    (step,) = routed(world, to_post(world.post("PTE", "governor"), "INFO"))
    governor = world.actor("governor")
    with pytest.raises(Refused, match="เพื่อทราบ"):
        actions.return_step(by=governor, step_id=step.pk, reason="ไม่ใช่")
    with pytest.raises(Refused, match="เพื่อทราบ"):
        actions.approve(by=governor, step_id=step.pk, granted=True)
    actions.acknowledge(by=governor, step_id=step.pk)
    assert tray(governor, "info") == []
    assert tray(governor, "done") == [step.letter_id]


# -- recall ----------------------------------------------------------------------------------------------


def test_what_nobody_opened_comes_back_and_the_reader_is_a_stranger_again(world: World) -> None:
    (first,) = routed(world, to_post(world.post("PTE", "governor")))
    governor = world.actor("governor")
    (sent,) = actions.forward(by=governor, step_id=first.pk, targets=[to_unit(world.unit("PTE", "statistics"))])
    actions.recall_step(by=governor, step_id=sent.pk)
    assert tray(governor) == [first.letter_id]
    assert tray(world.actor("stat-clerk")) == []
    assert not Letter.objects.visible_to(world.actor("stat-clerk")).filter(pk=first.letter_id).exists()
    assert places(first.letter) == {governor.position.label}


def test_what_was_opened_is_not_recalled(world: World) -> None:
    (step,) = routed(world, to_post(world.post("PTE", "governor")))
    actions.open_step(by=world.actor("governor"), step_id=step.pk)
    actions.open_step(by=world.actor("governor"), step_id=step.pk)
    assert AuditEvent.objects.filter(letter_id=step.letter_id, verb="step.open").count() == 1
    with pytest.raises(Refused, match="เปิดอ่านแล้ว"):
        actions.recall_step(by=world.actor("province-registrar"), step_id=step.pk)


def test_recalling_one_of_several_leaves_the_letter_with_the_others(world: World) -> None:
    steps = routed(world, to_unit(world.unit("PTE", "statistics")), to_unit(world.unit("PTE", "general")))
    actions.recall_step(by=world.actor("province-registrar"), step_id=steps[0].pk)
    assert places(steps[0].letter) == {world.unit("PTE", "general").label}
    with pytest.raises(Refused):
        actions.recall_step(by=world.actor("clerk"), step_id=steps[1].pk)


# -- proposals -------------------------------------------------------------------------------------------


def test_a_proposal_calls_the_first_signer_only(world: World) -> None:
    head, governor = world.actor("office-head", "office-head"), world.actor("governor")
    letter = proposed(world, head, governor)
    assert tray(head, "sign") == [letter.pk]
    assert tray(governor, "sign") == []
    assert not Letter.objects.visible_to(governor).filter(pk=letter.pk).exists()
    assert places(letter) == {head.position.label}
    assert tray(world.actor("clerk"), "sent") == [letter.pk]


def test_the_same_message_twice_makes_one_round(world: World) -> None:
    letter = proposed(world, world.actor("governor"))
    step = only_step(letter)
    payload = {
        "letter": letter.pk,
        "signers": [step.to_position_id],
        "by_user": step.sent_by_id,
        "by_position": step.sent_from_id,
    }
    actions.receive_proposal(payload | {"_key": step.proposal})
    assert RoutingStep.objects.filter(letter=letter).count() == 1


def test_the_author_recalls_a_proposal_and_proposes_anew(world: World) -> None:
    letter = proposed(world, world.actor("governor"))
    clerk = world.actor("clerk")
    with pytest.raises(Refused, match="ผู้ร่างหรือผู้เสนอ"):
        actions.recall_proposal(by=world.actor("governor"), letter_id=letter.pk)
    actions.recall_proposal(by=clerk, letter_id=letter.pk)
    letter.refresh_from_db()
    assert letter.status == LetterStatus.DRAFT
    assert places(letter) == {clerk.position.label}
    assert tray(world.actor("governor"), "sign") == []
    assert not Letter.objects.visible_to(world.actor("governor")).filter(pk=letter.pk).exists()
    propose(letter, clerk, world.actor("vice1"))
    drain()
    assert tray(world.actor("vice1"), "sign") == [letter.pk]


def test_a_proposal_recalled_before_it_arrived_makes_no_steps(world: World) -> None:
    clerk = world.actor("clerk")
    letter = proposed(world, world.actor("governor"))
    actions.recall_proposal(by=clerk, letter_id=letter.pk)
    letter.refresh_from_db()
    propose(letter, clerk, world.actor("governor"))
    actions.recall_proposal(by=clerk, letter_id=letter.pk)
    drain()
    assert not RoutingStep.objects.filter(letter=letter).open().exists()


def test_an_opened_proposal_is_not_recalled(world: World) -> None:
    letter = proposed(world, world.actor("governor"))
    actions.open_step(by=world.actor("governor"), step_id=only_step(letter).pk)
    with pytest.raises(Refused, match="เปิดอ่าน"):
        actions.recall_proposal(by=world.actor("clerk"), letter_id=letter.pk)


def test_returning_a_proposal_spares_the_later_signers_and_tells_the_author(world: World) -> None:
    head, governor = world.actor("office-head", "office-head"), world.actor("governor")
    letter = proposed(world, head, governor)
    actions.return_step(by=head, step_id=only_step(letter).pk, reason="แก้ตัวเลขในวรรคสอง")
    letter.refresh_from_db()
    assert letter.status == LetterStatus.RETURNED
    assert set(RoutingStep.objects.filter(letter=letter).values_list("state", flat=True)) == {"RETURNED", "RECALLED"}
    assert places(letter) == {world.post("PTE", "clerk").label}
    assert Notification.objects.filter(position=world.post("PTE", "clerk"), event="intray.returned").exists()
    assert "แก้ตัวเลข" in AuditEvent.objects.filter(letter_id=letter.pk, verb="letter.return").get().label


# -- capacities ------------------------------------------------------------------------------------------


def test_a_secretary_opens_and_prepares_and_decides_nothing(world: World) -> None:
    (step,) = routed(world, to_post(world.post("PTE", "governor")))
    secretary = world.actor("secretary")
    assert tray(secretary) == [step.letter_id]
    actions.open_step(by=secretary, step_id=step.pk)
    for refused in (
        lambda: actions.instruct(by=secretary, step_id=step.pk, text="ดำเนินการ"),
        lambda: actions.approve(by=secretary, step_id=step.pk, granted=True),
        lambda: actions.acknowledge(by=secretary, step_id=step.pk),
        lambda: actions.close(by=secretary, step_id=step.pk),
        lambda: actions.endorse(by=secretary, step_id=step.pk, text="ทราบ"),
        lambda: actions.forward(by=secretary, step_id=step.pk, targets=[to_unit(world.unit("PTE", "statistics"))]),
        lambda: actions.return_step(by=secretary, step_id=step.pk, reason="ผิด"),
    ):
        with pytest.raises(Refused, match="หน้าห้อง"):
            refused()
    actions.prepare(by=secretary, step_id=step.pk, text="เห็นควรมอบสำนักงานสถิติจังหวัด")
    with pytest.raises(Refused):
        actions.prepare(by=world.actor("governor"), step_id=step.pk, text="ข้อความ")
    assert Endorsement.objects.get(letter=step.letter, step=step).kind == "PREPARED"


def test_a_secretary_never_signs(world: World) -> None:
    letter = proposed(world, world.actor("governor"))
    with pytest.raises(Refused, match="หน้าห้องเตรียมเรื่องได้ แต่ลงนามแทนไม่ได้"):
        actions.sign_typed(by=world.actor("secretary"), step_id=only_step(letter).pk, confirmation="ยืนยันลงนาม")


def test_the_acting_person_works_on_the_acted_posts_tray_with_two_title_lines(world: World) -> None:
    vice2 = world.post("PTE", "vice2")
    (step,) = routed(world, to_post(vice2))
    own, acting = world.actor("office-head", "office-head"), world.actor("office-head", "vice2")
    assert tray(own) == []
    with pytest.raises(Refused, match=r"ไม่ได้อยู่ในแฟ้มของท่าน|ไม่พบหนังสือ"):
        actions.endorse(by=own, step_id=step.pk, text="ทราบ")
    note = actions.endorse(by=acting, step_id=step.pk, text="ทราบ")
    assert note.title_lines == ["หัวหน้าสำนักงานจังหวัดปทุมธานี รักษาราชการแทน", "รองผู้ว่าราชการจังหวัดปทุมธานี"]
    assert note.person == acting.user.full_name


def test_an_appointment_that_ended_a_minute_ago_refuses_even_on_an_open_page(world: World) -> None:
    (step,) = routed(world, to_post(world.post("PTE", "vice2")))
    acting = world.actor("office-head", "vice2")
    assert acting.appointment is not None
    Appointment.objects.filter(pk=acting.appointment.pk).update(ends_at=timezone.now() - timedelta(minutes=1))
    with pytest.raises(Refused, match="สิ้นสุดแล้ว"):
        actions.acknowledge(by=acting, step_id=step.pk)
    acting.appointment.refresh_from_db()
    with pytest.raises(Refused, match="สิ้นสุดแล้ว"):
        actions.acknowledge(by=replace(acting, at=timezone.now()), step_id=step.pk)


def test_crossing_delegations_name_the_right_principal_each_time(world: World) -> None:
    """A stands in for C while B stands in for D: what each writes carries the post acted for (peers mixed these up)."""
    now = timezone.now()
    pairs = {"stat-head": "vice3", "general-head": "vice4"}
    for person, post in pairs.items():
        user = world.user(person)
        Appointment.objects.create(
            user=user,
            position=world.post("PTE", post),
            capacity=Capacity.ACTING,
            own_title=world.actor(person).position.title,
            order_ref="คำสั่งจังหวัด ที่ 8/2569",
            starts_at=now - timedelta(days=1),
        )
    steps = routed(world, to_post(world.post("PTE", "vice3")), to_post(world.post("PTE", "vice4")))
    by_post = {step.to_position_id: step for step in steps}
    for person, post in reversed(pairs.items()):
        actor = world.actor(person, post)
        note = actions.endorse(by=actor, step_id=by_post[actor.position.pk].pk, text="ทราบ")
        assert note.person == actor.user.full_name
        assert note.title_lines[0].startswith(world.actor(person).position.title)
        assert note.position == world.post("PTE", post)
        other = next(step for step in steps if step.to_position_id != actor.position.pk)
        with pytest.raises(Refused):
            actions.endorse(by=actor, step_id=other.pk, text="ทราบ")


# -- classified letters ----------------------------------------------------------------------------------


def test_a_classified_letter_goes_to_cleared_posts_only_and_leaves_no_words_on_the_trail(world: World) -> None:
    governor = world.actor("governor")
    letter = proposed(world, governor, secrecy=0)
    classified(letter, 2, by=governor)
    cleared = governor.clearance >= 2
    assert (tray(governor, "sign") == [letter.pk]) is cleared
    assert tray(world.actor("clerk"), "sent") == []
    if cleared:
        actions.return_step(by=governor, step_id=only_step(letter).pk, reason="เนื้อหาลับยังไม่ครบ")
        assert not AuditEvent.objects.filter(letter_id=letter.pk, label__contains="เนื้อหาลับ").exists()


def test_a_letter_of_the_tray_is_moved_only_by_the_letters_own_table(world: World) -> None:
    """A letter closed elsewhere: what still lies in trays can be finished, and nothing is sent on."""
    (step,) = routed(world, to_post(world.post("PTE", "governor")))
    letter = Letter.objects.get(pk=step.letter_id)
    move(letter=letter, verb="close", by=world.actor("province-registrar"), label="จบงาน")
    with pytest.raises(Refused, match="จบงาน"):
        actions.forward(by=world.actor("governor"), step_id=step.pk, targets=[to_unit(world.unit("PTE", "statistics"))])
    actions.close(by=world.actor("governor"), step_id=step.pk)
    assert not RoutingStep.objects.filter(letter=letter).open().exists()
