"""A deadline nobody gave follows the letter's urgency in working hours; one that was given goes on with the letter."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from common.thai import BANGKOK
from intray import actions
from intray.apps import demand_deadlines
from intray.models import RoutingStep
from org.models import Holiday
from tests.tray import proposed, registered, to_post
from tests.world import World

pytestmark = pytest.mark.django_db
FRIDAY = datetime(2026, 11, 27, 14, 30, tzinfo=BANGKOK)


def sent(world: World, purpose: str = "CONSIDER", *, due_at: datetime | None = None, **facts: Any) -> RoutingStep:
    """A letter the registrar hands to the governor on Friday at 14.30."""
    letter = registered(world, **facts)
    [step] = actions.start_route(
        by=world.actor("province-registrar", at=FRIDAY),
        letter_id=letter.pk,
        targets=[to_post(world.post("PTE", "governor"), purpose)],
        due_at=due_at,
    )
    return step


@pytest.mark.parametrize(
    ("urgency", "due"),
    [
        (3, datetime(2026, 11, 30, 10, 30, tzinfo=BANGKOK)),
        (2, datetime(2026, 11, 30, 14, 30, tzinfo=BANGKOK)),
        (1, datetime(2026, 12, 2, 14, 30, tzinfo=BANGKOK)),
        (0, None),
    ],
)
def test_each_urgency_has_its_hours(world: World, urgency: int, due: datetime | None) -> None:
    Holiday.objects.filter(day__gte=FRIDAY.date(), day__lte=FRIDAY.date() + timedelta(days=9)).delete()
    step = sent(world, urgency=urgency)
    assert (step.due_at, step.due_by_urgency) == (due, due is not None)


def test_the_agencys_own_holiday_does_not_count_and_anothers_does(world: World) -> None:
    Holiday.objects.create(day="2026-11-30", name="วันสถาปนาจังหวัด", agency=world.agency("PTE"))
    Holiday.objects.create(day="2026-12-01", name="วันสถาปนากระทรวง", agency=world.agency("MDES"))
    assert sent(world, urgency=3).due_at == datetime(2026, 12, 1, 10, 30, tzinfo=BANGKOK)


def test_what_is_only_to_be_read_has_none(world: World) -> None:
    assert sent(world, "INFO", urgency=3).due_at is None


def test_a_given_deadline_stands_and_goes_on_with_the_letter(world: World) -> None:
    due = FRIDAY + timedelta(days=20)
    step = sent(world, urgency=3, due_at=due)
    assert (step.due_at, step.due_by_urgency) == (due, False)
    [after] = actions.forward(
        by=world.actor("governor"), step_id=step.pk, targets=[to_post(world.post("PTE", "clerk"), "ACTION")]
    )
    assert (after.due_at, after.due_by_urgency) == (due, False)


def test_the_urgencys_deadline_begins_anew_with_each_receiver(world: World) -> None:
    step = sent(world, urgency=3)
    monday = datetime(2026, 11, 30, 13, 0, tzinfo=BANGKOK)
    RoutingStep.objects.filter(pk=step.pk).update(due_at=FRIDAY)  # late already
    [after] = actions.forward(
        by=world.actor("governor", at=monday), step_id=step.pk, targets=[to_post(world.post("PTE", "clerk"), "ACTION")]
    )
    assert after.due_at == datetime(2026, 12, 1, 9, 0, tzinfo=BANGKOK)
    actions.return_step(by=world.actor("clerk", at=monday), step_id=after.pk, reason="ส่งผิด")
    back = RoutingStep.objects.filter(letter=step.letter).latest("pk")
    assert (back.due_at, back.due_by_urgency) == (after.due_at, True)


def test_a_signers_time_begins_with_his_turn(world: World) -> None:
    letter = proposed(world, world.actor("office-head"), world.actor("governor"), urgency=2)
    first, second = letter.steps.order_by("order")
    assert first.due_by_urgency and first.due_at is not None and first.due_at > first.sent_at
    assert second.due_at is None
    actions.sign_typed(by=world.actor("office-head"), step_id=first.pk, confirmation="ยืนยันลงนาม")
    second.refresh_from_db()
    assert second.due_by_urgency and second.due_at is not None and second.due_at > second.sent_at


def test_the_table_is_a_setting(world: World, settings: Settings) -> None:
    settings.DEADLINE_HOURS = [0, 0, 0, 2]
    assert sent(world, urgency=3).due_at == datetime(2026, 11, 27, 16, 30, tzinfo=BANGKOK)
    assert sent(world, urgency=2).due_at is None


@pytest.mark.parametrize("hours", [[], [0, 24, 8], [0, 24, 8, -4], [0, 1, 2, 3, 4]])
def test_a_table_that_does_not_fit_is_refused_at_start(hours: list[int]) -> None:
    with pytest.raises(ImproperlyConfigured, match="DEADLINE_HOURS"):
        demand_deadlines(hours)
