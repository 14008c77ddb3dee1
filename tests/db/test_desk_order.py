"""The secretary's desk: the order of reading, what is set aside, and what the executive's folder shows of it."""

from __future__ import annotations

from typing import Any

import pytest

from audit.models import AuditEvent
from common.access import Invalid, Refused
from intray.actions import desk
from intray.models import DeskPlace, RoutingStep
from intray.selectors.desk import desk as laid
from intray.selectors.tray import to_sign
from saraban.models import Letter
from tests.classified import classified
from tests.tray import proposed, routed, to_post
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_desk(world: World) -> None:
    RoutingStep.objects.filter(to_position=world.post("PTE", "governor")).update(state="DONE")


def waiting(world: World, count: int = 3, **facts: Any) -> list[int]:
    """`count` letters on the governor's desk, oldest first."""
    found = []
    for at in range(count):
        [step] = routed(world, to_post(world.post("PTE", "governor")), subject=f"เรื่องที่ {at}", number=f"ท {at}", **facts)
        found.append(step.pk)
    return found


def order(world: World, who: str = "governor") -> list[int]:
    return [row.step.pk for row in laid(world.actor(who)).reading]


def test_the_secretary_lays_the_order_the_executive_reads(world: World) -> None:
    first, second, third = waiting(world)
    assert order(world) == [first, second, third]
    desk.arrange(by=world.actor("secretary"), step_ids=[third, first])
    assert order(world) == [third, first, second]
    desk.move_on_desk(by=world.actor("secretary"), step_id=second, way="top")
    desk.move_on_desk(by=world.actor("secretary"), step_id=third, way="down")
    assert order(world) == [second, first, third]
    desk.move_on_desk(by=world.actor("governor"), step_id=third, way="up")
    assert order(world, "secretary") == [second, third, first]


def test_an_urgent_letter_that_comes_later_lies_on_top(world: World) -> None:
    first, second = waiting(world, 2)
    desk.arrange(by=world.actor("secretary"), step_ids=[second, first])
    [ordinary] = waiting(world, 1)
    [urgent] = waiting(world, 1, urgency=3)
    assert order(world) == [urgent, second, first, ordinary]
    assert laid(world.actor("governor")).reading[0].fresh_urgent


def test_what_is_set_aside_stands_at_the_end_with_the_reason_and_comes_back(world: World) -> None:
    first, second = waiting(world, 2)
    desk.set_aside(by=world.actor("secretary"), step_id=first, reason="FACTS")
    found = laid(world.actor("governor"))
    assert [row.step.pk for row in found.reading] == [second]
    assert [(row.step.pk, row.aside) for row in found.aside] == [(first, "รอข้อมูลเพิ่มเติม")]
    letter_id = RoutingStep.objects.get(pk=first).letter_id
    assert AuditEvent.objects.filter(letter_id=letter_id, verb="step.aside").exists()
    desk.lay_back(by=world.actor("governor"), step_id=first)
    assert set(order(world)) == {first, second}


def test_the_signing_folder_follows_the_desk(world: World) -> None:
    governor = world.actor("governor")
    for at in range(3):
        proposed(world, governor, subject=f"ลงนามที่ {at}")
    steps = [step.pk for step in to_sign(governor)]
    desk.arrange(by=world.actor("secretary"), step_ids=list(reversed(steps)))
    desk.set_aside(by=world.actor("secretary"), step_id=steps[-1], reason="TALK")
    assert [step.pk for step in to_sign(governor)] == [steps[1], steps[0], steps[2]]


def test_strange_and_ended_steps_are_left_out(world: World) -> None:
    first, second = waiting(world, 2)
    [other] = routed(world, to_post(world.post("PTE", "vice1")), number="อ 1")
    assert desk.arrange(by=world.actor("secretary"), step_ids=[other.pk, 0, second, second]) == [second, first]
    assert not DeskPlace.objects.filter(step=other).exists()
    with pytest.raises(Invalid):
        desk.move_on_desk(by=world.actor("secretary"), step_id=other.pk, way="up")
    with pytest.raises(Invalid):
        desk.move_on_desk(by=world.actor("secretary"), step_id=first, way="sideways")
    with pytest.raises(Refused):
        desk.set_aside(by=world.actor("clerk"), step_id=first, reason="FACTS")
    with pytest.raises(Invalid):
        desk.set_aside(by=world.actor("secretary"), step_id=first, reason="ไม่มีเหตุนี้")


def test_a_classified_letter_shows_no_subject_on_the_desk(world: World) -> None:
    [step] = waiting(world, 1)
    classified(Letter.objects.get(steps=step), 1, by=world.actor("governor"))
    assert "เรื่องที่ 0" not in [row.subject for row in laid(world.actor("governor")).reading]
