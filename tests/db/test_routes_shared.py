"""Split and merge: several units, one of them the lead; answers come together there, and it closes the whole."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from common.access import Invalid, Refused
from intray import actions
from intray.models import Endorsement, RoutingStep, StepState
from intray.selectors.itinerary import itineraries
from intray.selectors.route import panel_of, steps_of
from intray.selectors.targets import Target
from notifications.models import Notification
from saraban.models import Letter, LetterStatus
from tests.tray import routed, to_post, to_unit
from tests.world import World

pytestmark = pytest.mark.django_db


def leading(target: Target) -> Target:
    return Target(target.unit, target.position, "ACTION", lead=True)


@pytest.fixture
def shared(world: World) -> list[RoutingStep]:
    """The clerk's post leads; the statistics and audit units answer beside it."""
    return routed(
        world,
        leading(to_post(world.post("PTE", "clerk"))),
        to_unit(world.unit("PTE", "statistics")),
        to_unit(world.unit("PTE", "audit")),
    )


def test_the_lead_closes_when_all_have_answered(world: World, shared: list[RoutingStep]) -> None:
    lead, first, second = shared
    clerk, letter = world.actor("clerk"), lead.letter
    with pytest.raises(Refused, match="รอผลจาก"):
        actions.close(by=clerk, step_id=lead.pk)
    actions.close(by=world.actor("stat-clerk"), step_id=first.pk, text="ข้อมูลสถิติครบแล้ว")
    with pytest.raises(Refused) as refusal:
        actions.close(by=clerk, step_id=lead.pk)
    assert world.unit("PTE", "audit").label in refusal.value.sentence
    assert world.unit("PTE", "statistics").label not in refusal.value.sentence
    actions.close(by=world.actor("auditor"), step_id=second.pk, text="ไม่พบข้อสังเกต")
    assert Notification.objects.filter(position=clerk.position, event="intray.back").exists()
    letter.refresh_from_db()
    assert letter.status == LetterStatus.IN_PROGRESS
    actions.close(by=clerk, step_id=lead.pk, text="สรุปรายงานแล้ว")
    letter.refresh_from_db()
    assert letter.status == LetterStatus.CLOSED


def test_the_panel_shows_the_answers_and_who_is_missing(world: World, shared: list[RoutingStep]) -> None:
    letter, clerk = shared[0].letter, world.actor("clerk")
    actions.close(by=world.actor("stat-clerk"), step_id=shared[1].pk, text="ข้อมูลสถิติครบแล้ว")
    [shown] = itineraries(clerk, letter, list(steps_of(letter)))
    assert shown.lead is not None and shown.lead.step == shared[0]
    assert (shown.done, shown.parts) == (1, 2)
    assert [(one.answer, one.works) for one in shown.partners] == [("ข้อมูลสถิติครบแล้ว", False), ("", True)]
    assert world.unit("PTE", "audit").label in panel_of(clerk, letter).may["close"].reason


def test_what_the_lead_gave_down_comes_back_to_it_before_the_end(world: World) -> None:
    lead, partner = routed(
        world, leading(to_post(world.post("PTE", "office-head"))), to_unit(world.unit("PTE", "statistics"))
    )
    head = world.actor("office-head", "office-head")
    [down] = actions.forward(by=head, step_id=lead.pk, targets=[to_post(world.post("PTE", "clerk"), "ACTION")])
    actions.close(by=world.actor("stat-clerk"), step_id=partner.pk)
    actions.close(by=world.actor("clerk"), step_id=down.pk, text="รวบรวมแล้ว")
    lead.refresh_from_db()
    assert lead.state == StepState.OPENED
    actions.close(by=head, step_id=lead.pk)
    assert Letter.objects.get(pk=lead.letter_id).status == LetterStatus.CLOSED


def test_a_partner_may_be_relieved_with_a_reason_by_the_lead_or_the_maker(
    world: World, shared: list[RoutingStep]
) -> None:
    lead, first, second = shared
    [below] = actions.forward(
        by=world.actor("stat-clerk"), step_id=first.pk, targets=[to_post(world.post("PTE", "stat-head"), "ACTION")]
    )
    with pytest.raises(Refused, match="หน่วยรับผิดชอบหลักหรือผู้มอบหมาย"):
        actions.excuse_step(by=world.actor("auditor"), step_id=first.pk, reason="ไม่ต้อง")
    with pytest.raises(Invalid, match="เหตุผล"):
        actions.excuse_step(by=world.actor("clerk"), step_id=first.pk, reason=" ")
    actions.excuse_step(by=world.actor("clerk"), step_id=first.pk, reason="ไม่มีข้อมูลที่เกี่ยวข้อง")
    below.refresh_from_db()
    assert below.state == StepState.EXCUSED
    actions.excuse_step(by=world.actor("province-registrar"), step_id=second.pk, reason="มอบหมายผิดหน่วย")
    assert Endorsement.objects.filter(letter=lead.letter, kind="EXCUSE").count() == 2
    actions.close(by=world.actor("clerk"), step_id=lead.pk)
    assert Letter.objects.get(pk=lead.letter_id).status == LetterStatus.CLOSED


def test_one_lead_that_acts(world: World, shared: list[RoutingStep]) -> None:
    one, other = to_unit(world.unit("PTE", "statistics")), to_unit(world.unit("PTE", "audit"))
    with pytest.raises(Invalid, match="หน่วยเดียว"):
        routed(world, leading(one), leading(other))
    with pytest.raises(Invalid, match="ผู้ดำเนินการ"):
        routed(world, Target(one.unit, None, "INFO", lead=True), other)
    with pytest.raises(IntegrityError, match="one_lead_a_route"), transaction.atomic():
        RoutingStep.objects.filter(pk=shared[1].pk).update(lead=True)


def test_the_lead_is_not_skipped_but_may_be_another(world: World, shared: list[RoutingStep]) -> None:
    registrar = world.actor("province-registrar")
    with pytest.raises(Refused, match="หน่วยรับผิดชอบหลักข้ามไม่ได้"):
        actions.skip_step(by=registrar, step_id=shared[0].pk, ordered_by="ผู้ว่าฯ", text="ข้าม")
    fresh = actions.redirect_step(
        by=registrar, step_id=shared[0].pk, target=to_post(world.post("PTE", "office-head"), "ACTION")
    )
    assert fresh.lead and fresh.order == shared[1].order
