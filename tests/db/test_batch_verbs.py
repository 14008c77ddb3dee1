"""Many letters endorsed, forwarded, closed at once; how long batches are kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.utils import timezone

from audit.models import AuditEvent
from common.access import Invalid
from eoffice.retention import purge
from intray import actions
from intray.actions.batches import Order, run_here, start_batch
from intray.models import Batch, BatchItem, Endorsement, ItemState, RoutingStep, StepState
from intray.selectors.batches import progress_of
from notifications.models import Notification
from outbox.actions import drain
from saraban.models import Letter, LetterStatus
from signing import held
from signing.errors import SigningFailed
from tests.batches import sign, states, to_be_signed
from tests.tray import routed, to_post, to_unit
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_held() -> Any:
    """A key opened in one test is not open in the next, whose batches have the same numbers."""
    yield
    held._opened.clear()


# -- the other verbs --------------------------------------------------------------------------------


def asked(world: World, purpose: str, count: int = 2, **facts: Any) -> list[RoutingStep]:
    governor = world.post("PTE", "governor")
    return [routed(world, to_post(governor, purpose), **facts)[0] for _ in range(count)]


def do(world: World, verb: str, steps: list[RoutingStep], **order: Any) -> Batch:
    batch = start_batch(
        by=world.actor("governor"), verb=verb, step_ids=[s.pk for s in steps], order=Order(**order), here=True
    )
    run_here(batch=batch)
    return batch


def test_the_same_words_are_endorsed_on_many_letters(world: World) -> None:
    steps = asked(world, "CONSIDER", 3)
    batch = do(world, "NOTE", steps, text="ทราบ แจ้งผู้เกี่ยวข้อง")
    assert states(batch) == ["DONE"] * 3
    assert [one.text for one in Endorsement.objects.filter(step__in=steps, kind="NOTE")] == ["ทราบ แจ้งผู้เกี่ยวข้อง"] * 3
    with pytest.raises(Invalid) as refusal:
        do(world, "NOTE", steps, text="  ")
    assert refusal.value.field == "text"


def test_many_letters_are_forwarded_to_the_same_addressees(world: World) -> None:
    steps = asked(world, "ACTION", 2)
    office, copy = world.post("PTE", "office-head"), world.unit("PTE", "statistics")
    keys = (f"p{office.pk}", f"u{copy.pk}")
    batch = do(world, "FORWARD", steps, to=keys, info=(keys[1],), text="เพื่อดำเนินการ")
    assert states(batch) == ["DONE"] * 2
    for step in steps:
        sent = RoutingStep.objects.filter(previous=step)
        assert {(one.to_unit_id, one.purpose) for one in sent} == {(office.unit_id, "ACTION"), (copy.pk, "INFO")}
    with pytest.raises(Invalid) as refusal:
        do(world, "FORWARD", asked(world, "ACTION", 1), to=())
    assert refusal.value.field == "to"


def test_many_are_closed_and_each_refusal_is_told(world: World) -> None:
    steps = [*asked(world, "ACTION", 1), *asked(world, "INFO", 1)]
    batch = do(world, "CLOSE", steps, text="ดำเนินการแล้ว")
    assert Letter.objects.get(pk=steps[0].letter_id).status == LetterStatus.CLOSED
    assert "DONE" in states(batch)
    assert progress_of([batch])[batch.pk].total == 2
    assert all(item.reason for item in batch.items.filter(state=ItemState.REFUSED))


def test_a_refusal_that_came_meanwhile_is_told_with_its_letter(world: World) -> None:
    steps = asked(world, "INFO", 2)
    batch = start_batch(
        by=world.actor("governor"), verb="ACKNOWLEDGE", step_ids=[s.pk for s in steps], order=Order(), here=True
    )
    actions.acknowledge(by=world.actor("governor"), step_id=steps[0].pk)
    run_here(batch=batch)
    assert states(batch) == ["REFUSED", "DONE"]
    assert not Notification.objects.filter(event="intray.batch").exists()  # the person saw it at once


def test_a_unit_letter_becomes_the_actors_own_as_by_hand(world: World) -> None:
    (step,) = routed(world, to_unit(world.unit("PTE", "statistics"), "INFO"))
    by = world.actor("stat-clerk")
    run_here(batch=start_batch(by=by, verb="ACKNOWLEDGE", step_ids=[step.pk], order=Order(), here=True))
    step.refresh_from_db()
    assert (step.state, step.to_position_id) == (StepState.DONE, by.position.pk)


# -- keeping --------------------------------------------------------------------------------


def test_batches_go_after_their_days_and_the_letters_stay(world: World, settings: Any) -> None:
    steps = asked(world, "INFO", 2)
    batch = do(world, "ACKNOWLEDGE", steps)
    fresh = do(world, "ACKNOWLEDGE", asked(world, "INFO", 1))
    long_ago = timezone.now() - timedelta(days=settings.KEEP_BATCHES_DAYS + 1)
    Batch.objects.filter(pk=batch.pk).update(created_at=long_ago)
    purge()
    assert list(Batch.objects.all()) == [fresh]
    assert BatchItem.objects.count() == 1
    assert Endorsement.objects.filter(step__in=steps).count() == 2
    assert AuditEvent.objects.filter(verb="batch.acknowledge").count() == 2


def test_signing_failed_says_what_it_was(world: World) -> None:
    batch = sign(world, to_be_signed(world, 1))
    with mock.patch("signing.pades.sign", side_effect=SigningFailed):
        drain()
    assert states(batch) == ["FAILED"]
    assert batch.items.get().reason == SigningFailed.sentence
