"""Batches: one passphrase for many letters and a result for each; cancelled, continued, done twice, large."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoCaptureOnCommitCallbacks

from common.access import Invalid, Refused
from files.actions import read
from intray.actions.batch_work import TOPIC, WINDOW, held_name
from intray.actions.batches import Order, cancel_batch, continue_batch, start_batch
from intray.models import Batch, BatchItem, RoutingStep
from intray.selectors.folder import place_in_folder
from notifications.models import Notification
from outbox.actions import deliver_one, drain
from outbox.models import OutboxMessage
from saraban.models import Letter, LetterStatus
from signing import held, vault
from signing.demo_ca import DemoAuthority
from signing.models import JobState, SigningJob
from signing.validation import validate
from tests.batches import PROOF, WORDS, sign, stands, states, to_be_signed
from tests.classified import classified
from tests.tray import PASSPHRASE, only_step, proposed, routed, to_post
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_held() -> Any:
    """A key opened in one test is not open in the next, whose batches have the same numbers."""
    yield
    held._opened.clear()


# -- signing --------------------------------------------------------------------------------


def test_one_passphrase_signs_all_and_every_stored_file_holds(
    world: World, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    steps = to_be_signed(world)
    batch = sign(world, steps)
    assert states(batch) == ["WAITING"] * 3
    assert not SigningJob.objects.exists()  # nothing is typeset or signed in the request
    with django_capture_on_commit_callbacks(execute=True):
        drain()
    batch.refresh_from_db()
    assert states(batch) == ["DONE"] * 3
    assert batch.ended_at is not None
    assert all(stands(step) for step in steps)
    jobs = SigningJob.objects.filter(key__in=[f"sign:{step.pk}" for step in steps])
    assert [job.state for job in jobs] == [JobState.DONE] * 3
    assert vault.held_passphrase(held_name(batch)) is None
    assert not held._opened
    told = Notification.objects.get(user=world.user("governor"), event="intray.batch")
    assert "สำเร็จ 3 จาก 3" in told.title


def test_the_passphrase_stands_in_no_table(world: World) -> None:
    batch = sign(world, to_be_signed(world, 2))
    with connection.cursor() as cursor:
        for table in (
            "intray_batch",
            "intray_batchitem",
            "outbox_outboxmessage",
            "audit_auditevent",
            "signing_signingjob",
        ):
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s", [f"%{PASSPHRASE}%"])
            assert cursor.fetchone() == (0,), table
    assert vault.held_passphrase(held_name(batch)) == PASSPHRASE


def test_both_classes_go_in_one_batch_by_both_proofs(world: World) -> None:
    steps = to_be_signed(world, 1) + to_be_signed(world, 1, "TYPED")
    for missing in (Order(passphrase=PASSPHRASE), Order(confirmation=WORDS)):
        with pytest.raises(Invalid):
            sign(world, steps, missing)
    assert not Batch.objects.exists()
    batch = sign(world, steps)
    drain()
    assert states(batch) == ["DONE", "DONE"]
    assert {Letter.objects.get(pk=step.letter_id).status for step in steps} == {LetterStatus.SIGNED}


def test_typed_letters_alone_hold_no_passphrase(world: World) -> None:
    batch = sign(world, to_be_signed(world, 2, "TYPED"), Order(confirmation=WORDS))
    assert batch.certificate is None
    assert vault.held_passphrase(held_name(batch)) is None
    drain()
    assert states(batch) == ["DONE", "DONE"]


@pytest.mark.parametrize(("typed", "field"), [("", "passphrase"), ("ผิด", "passphrase")])
def test_a_wrong_passphrase_begins_nothing(world: World, typed: str, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        sign(world, to_be_signed(world, 2), Order(passphrase=typed))
    assert refusal.value.field == field
    assert not BatchItem.objects.exists()
    assert not OutboxMessage.objects.filter(topic=TOPIC).exists()


def test_the_second_signer_of_a_letter_signs_its_prepared_field(world: World) -> None:
    head, governor = world.actor("office-head", "office-head"), world.actor("governor")
    letters = [proposed(world, head, governor, sign_class="CERTIFICATE") for _ in range(2)]
    for actor in (head, governor):
        ids = [only_step(letter).pk for letter in letters]
        start_batch(by=actor, verb="SIGN", step_ids=ids, order=PROOF)
        drain()
    for letter in letters:
        letter.refresh_from_db()
        assert letter.status == LetterStatus.SIGNED
        assert letter.document is not None
        report = validate(read(letter.document), [DemoAuthority(settings.VAR_DIR / "demo-ca").root])
        assert report.ok
        assert [one.field for one in report.signatures] == ["signer-1", "signer-2"]


def test_a_classified_letter_of_a_batch_stays_sealed(world: World) -> None:
    governor = world.actor("governor")
    letter = proposed(world, governor, sign_class="CERTIFICATE")
    step = only_step(letter)
    classified(letter, 1, by=governor)
    batch = sign(world, [step, *to_be_signed(world, 1)])
    drain()
    assert set(states(batch)) == {"DONE"}
    letter = Letter.objects.select_related("document").get(pk=letter.pk)
    assert letter.document is not None
    assert letter.document.is_sealed
    assert stands(step)


# -- cancel, continue, doubles --------------------------------------------------------------------------------


def test_the_rest_of_a_running_batch_is_cancelled_and_stays_in_the_tray(
    world: World, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    steps = to_be_signed(world, 3)
    batch, governor = sign(world, steps), world.actor("governor")
    assert deliver_one()
    with django_capture_on_commit_callbacks(execute=True):
        assert cancel_batch(by=governor, batch_id=batch.pk) == 2
    batch.refresh_from_db()
    assert states(batch) == ["DONE", "CANCELLED", "CANCELLED"]
    assert batch.ended_at is not None
    assert vault.held_passphrase(held_name(batch)) is None
    drain()
    assert states(batch) == ["DONE", "CANCELLED", "CANCELLED"]
    assert RoutingStep.objects.get(pk=steps[2].pk).is_open
    assert cancel_batch(by=governor, batch_id=batch.pk) == 0
    assert states(sign(world, steps[1:])) == ["WAITING", "WAITING"]  # they can be signed anew


def test_a_letter_stands_in_one_running_batch_only(world: World) -> None:
    steps = to_be_signed(world, 2)
    first = sign(world, steps[:1])
    second = sign(world, steps)
    assert states(second) == ["REFUSED", "WAITING"]
    assert "ชุดงาน" in second.items.get(order=1).reason
    with pytest.raises(Refused):
        sign(world, steps)
    drain()
    assert states(first) == ["DONE"]
    assert states(second) == ["REFUSED", "DONE"]


def test_what_waits_for_a_passphrase_moves_to_a_newer_batch(world: World) -> None:
    steps = to_be_signed(world, 2)
    old = sign(world, steps)
    vault.forget_passphrase(held_name(old))
    drain()
    assert states(old) == ["PASSPHRASE"] * 2
    new = sign(world, steps)
    drain()
    assert states(new) == ["DONE"] * 2
    assert states(old) == ["CANCELLED"] * 2
    with pytest.raises(Refused):
        continue_batch(by=world.actor("governor"), batch_id=old.pk, passphrase=PASSPHRASE)


def test_letters_given_to_a_batch_leave_the_signing_folder(world: World) -> None:
    governor = world.actor("governor")
    steps = to_be_signed(world, 3)
    batch = sign(world, steps[:2])
    place = place_in_folder(governor, None)
    assert place is not None
    assert [one.pk for one in place.steps] == [steps[2].pk]
    vault.forget_passphrase(held_name(batch))
    drain()
    place = place_in_folder(governor, None)
    assert place is not None
    assert len(place.steps) == 3  # those that wait for a passphrase are to be seen again


def test_lost_messages_are_put_again(world: World) -> None:
    steps = to_be_signed(world, 2)
    batch = sign(world, steps)
    OutboxMessage.objects.filter(topic=TOPIC).delete()
    drain()
    assert states(batch) == ["WAITING"] * 2
    continue_batch(by=world.actor("governor"), batch_id=batch.pk, passphrase=PASSPHRASE)
    drain()
    assert states(batch) == ["DONE"] * 2


def test_a_batch_is_its_askers_own(world: World) -> None:
    batch = sign(world, to_be_signed(world, 2))
    for act in (cancel_batch, continue_batch):
        with pytest.raises(Batch.DoesNotExist):
            act(by=world.actor("vice1"), batch_id=batch.pk)
    assert states(batch) == ["WAITING"] * 2


def test_letters_of_others_are_left_out(world: World) -> None:
    steps = to_be_signed(world, 2)
    with pytest.raises(Refused):
        start_batch(by=world.actor("vice1"), verb="SIGN", step_ids=[one.pk for one in steps], order=PROOF)
    with pytest.raises(Refused):
        start_batch(by=world.actor("secretary"), verb="SIGN", step_ids=[one.pk for one in steps], order=PROOF)
    assert not Batch.objects.exists()


# -- large ones --------------------------------------------------------------------------------


def test_a_long_batch_is_queued_by_windows_and_all_are_reached(world: World) -> None:
    governor = world.post("PTE", "governor")
    steps = [routed(world, to_post(governor, "INFO"), number=f"ก {n}")[0] for n in range(WINDOW * 2 + 3)]
    order = Order(text="ทราบ")
    batch = start_batch(by=world.actor("governor"), verb="ACKNOWLEDGE", step_ids=[s.pk for s in steps], order=order)
    assert OutboxMessage.objects.filter(topic=TOPIC).count() == WINDOW
    drain()
    assert set(states(batch)) == {"DONE"}
    assert OutboxMessage.objects.filter(topic=TOPIC).count() == len(steps)


def test_what_a_batch_asks_of_the_database_does_not_grow_with_it(world: World) -> None:
    def cost(count: int) -> int:
        ids = [one.pk for one in to_be_signed(world, count)]
        by = world.actor("governor")
        with CaptureQueriesContext(connection) as seen:
            start_batch(by=by, verb="SIGN", step_ids=ids, order=PROOF)
        return len(seen)

    assert cost(6) == cost(2)
