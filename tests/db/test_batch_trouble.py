"""What a crash, an expiry, a recall or a broken file leaves behind of a batch."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from django.db import DatabaseError
from django.utils import timezone

from common.access import Invalid
from files.actions import read
from intray import actions
from intray.actions import batch_work
from intray.actions.batch_work import TOPIC, held_name, run_item
from intray.actions.batches import continue_batch
from intray.models import Batch, BatchItem, Endorsement, StepState
from notifications.models import Notification
from org.actor import Actor
from org.models import Appointment
from outbox.actions import deliver_one, drain
from outbox.models import OutboxMessage
from saraban.models import Letter
from signing import held, vault
from signing.demo_ca import DemoAuthority
from signing.models import Certificate, SigningJob
from tests.batches import sign, stands, states, to_be_signed
from tests.tray import PASSPHRASE, only_step
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_held() -> Any:
    """A key opened in one test is not open in the next, whose batches have the same numbers."""
    yield
    held._opened.clear()


def test_an_error_after_the_signature_leaves_nothing_and_the_message_comes_again(world: World) -> None:
    steps = to_be_signed(world)
    batch = sign(world, steps)
    with mock.patch("intray.actions.signatures._signed", side_effect=DatabaseError("the connection is gone")):
        assert deliver_one()
    assert states(batch) == ["WAITING"] * 3
    assert not SigningJob.objects.exists()
    assert not Endorsement.objects.filter(kind="SIGN").exists()
    OutboxMessage.objects.filter(topic=TOPIC).update(next_at=timezone.now())
    drain()
    assert states(batch) == ["DONE"] * 3
    assert all(stands(step) for step in steps)


def test_an_error_that_stays_is_told_and_the_others_go_on(world: World) -> None:
    steps = to_be_signed(world)
    batch = sign(world, steps)
    bad = batch.items.get(step=steps[1])
    real = batch_work.DO["SIGN"]

    def sometimes(by: Actor, one: Batch, item: BatchItem) -> None:
        if item.pk == bad.pk:
            raise ZeroDivisionError
        real(by, one, item)

    with mock.patch.dict(batch_work.DO, {"SIGN": sometimes}):
        for _ in range(batch_work.TRIES):
            OutboxMessage.objects.filter(topic=TOPIC, state="WAITING").update(next_at=timezone.now())
            drain()
    assert states(batch) == ["DONE", "FAILED", "DONE"]
    bad.refresh_from_db()
    assert "ระบบขัดข้อง" in bad.reason
    again = continue_batch(by=world.actor("governor"), batch_id=batch.pk, passphrase=PASSPHRASE, failed=True)
    drain()
    assert states(again) == ["DONE"] * 3
    assert all(stands(step) for step in steps)


def test_a_letter_that_ends_every_process_is_given_up(world: World) -> None:
    batch = sign(world, to_be_signed(world, 1))
    item = batch.items.get()
    run_item({"item": item.pk, "batch": batch.pk, "_attempt": batch_work.DEATHS + 1})
    assert states(batch) == ["FAILED"]


def test_a_lost_passphrase_is_asked_for_again_and_the_rest_goes_on(world: World) -> None:
    steps = to_be_signed(world, 3)
    batch = sign(world, steps)
    assert deliver_one()
    vault.forget_passphrase(held_name(batch))  # its minutes are over, or Redis has lost it
    drain()
    batch.refresh_from_db()
    assert states(batch) == ["DONE", "PASSPHRASE", "PASSPHRASE"]
    assert batch.ended_at is None
    assert not held._opened  # asked for once more, and dropped
    told = Notification.objects.get(user=world.user("governor"), event="intray.batch")
    assert "รอรหัสผ่าน" in told.title
    governor = world.actor("governor")
    with pytest.raises(Invalid):
        continue_batch(by=governor, batch_id=batch.pk, passphrase="ผิด")
    assert states(batch) == ["DONE", "PASSPHRASE", "PASSPHRASE"]
    continue_batch(by=governor, batch_id=batch.pk, passphrase=PASSPHRASE)
    drain()
    assert states(batch) == ["DONE"] * 3
    assert all(stands(step) for step in steps)


def test_an_opened_key_is_used_no_longer_than_its_passphrase_is_held(world: World) -> None:
    batch = sign(world, to_be_signed(world, 2))
    assert batch.certificate is not None
    name = held_name(batch)
    key = held.held_key(name, batch.certificate)
    assert held.held_key(name, batch.certificate) is key
    vault.forget_passphrase(name)
    assert held.held_key(name, batch.certificate) is None
    vault.hold_passphrase(name, PASSPHRASE)
    held.held_key(name, batch.certificate)
    with mock.patch("signing.held.time.monotonic", return_value=1e12):
        held._drop_idle()
    assert not held._opened


def test_what_changed_meanwhile_is_refused_with_its_sentence_and_the_others_go_on(world: World) -> None:
    steps = to_be_signed(world, 3)
    batch = sign(world, steps)
    actions.recall_proposal(by=world.actor("clerk"), letter_id=steps[0].letter_id)
    actions.return_step(by=world.actor("governor"), step_id=steps[1].pk, reason="แก้วันที่")
    drain()
    assert states(batch) == ["REFUSED", "REFUSED", "DONE"]
    reasons = [item.reason for item in batch.items.order_by("order")]
    assert "ดำเนินการไปแล้ว" in reasons[0]
    assert "ดำเนินการไปแล้ว" in reasons[1]
    assert not SigningJob.objects.filter(key__in=[f"sign:{step.pk}" for step in steps[:2]]).exists()
    assert stands(steps[2])


def test_a_change_between_reading_and_locking_makes_the_paper_anew(world: World) -> None:
    """The paper is set without the lock: what somebody wrote in between must be on the paper that is signed."""
    (step,) = to_be_signed(world, 1)
    batch = sign(world, [step])
    from intray.actions import signatures

    real = signatures._make
    made: list[Any] = []

    def slow(*args: Any) -> Any:
        paper = real(*args)
        if not made:
            letter = Letter.objects.get(pk=step.letter_id)
            letter.save(update_fields=["changed_at"])
        made.append(paper)
        return paper

    with mock.patch("intray.actions.signatures._make", slow):
        drain()
    assert len(made) == 2
    assert states(batch) == ["DONE"]
    assert stands(step)


def test_a_file_that_does_not_hold_in_the_store_is_never_shown_as_signed(world: World) -> None:
    steps = to_be_signed(world, 2)
    batch = sign(world, steps)
    with mock.patch("signing.at_once.read", side_effect=lambda stored: read(stored)[:-40] + b"x" * 40):
        drain()
    assert states(batch) == ["FAILED", "FAILED"]
    assert [only_step(Letter.objects.get(pk=step.letter_id)).state for step in steps] == [StepState.NEW] * 2
    assert not SigningJob.objects.exists()
    assert not Endorsement.objects.filter(kind="SIGN").exists()


def test_a_signature_of_an_unknown_issuer_does_not_stand(world: World, tmp_path: Any, settings: Any) -> None:
    (tmp_path / "other.pem").write_bytes(DemoAuthority(tmp_path / "ca").root.public_bytes(Encoding.PEM))
    batch = sign(world, to_be_signed(world, 1))
    settings.TRUST_ROOTS_DIR = tmp_path
    drain()
    assert states(batch) == ["FAILED"]
    assert "เชื่อถือ" in batch.items.get().reason


def test_an_appointment_that_ended_meanwhile_signs_nothing(world: World) -> None:
    batch = sign(world, to_be_signed(world, 2))
    Appointment.objects.filter(pk=batch.appointment_id).update(ends_at=timezone.now())
    drain()
    assert states(batch) == ["REFUSED", "REFUSED"]
    assert "สิ้นสุด" in batch.items.first().reason  # type: ignore[union-attr]


def test_a_certificate_revoked_meanwhile_signs_nothing(world: World) -> None:
    batch = sign(world, to_be_signed(world, 2))
    assert batch.certificate is not None
    Certificate.objects.filter(pk=batch.certificate.pk).update(revoked_at=timezone.now())
    drain()
    assert states(batch) == ["REFUSED", "REFUSED"]


def test_another_certificate_in_force_does_not_stand_in_for_a_revoked_one(world: World) -> None:
    batch = sign(world, to_be_signed(world, 1))
    assert batch.certificate is not None
    renewed = Certificate.objects.get(pk=batch.certificate.pk)
    renewed.pk = None
    renewed.save()
    Certificate.objects.filter(pk=batch.certificate.pk).update(revoked_at=timezone.now())
    drain()
    assert states(batch) == ["REFUSED"]
    assert "เพิกถอน" in batch.items.get().reason


def test_a_message_told_twice_signs_once(world: World) -> None:
    (step,) = to_be_signed(world, 1)
    batch = sign(world, [step])
    drain()
    run_item({"item": batch.items.get().pk, "batch": batch.pk})
    run_item({"item": 0, "batch": batch.pk})
    run_item({"item": 0, "batch": 0})
    assert stands(step)
    assert SigningJob.objects.count() == 1


def test_a_timestamp_service_that_is_demanded_and_away_fails_the_letter_only(world: World, settings: Any) -> None:
    batch = sign(world, to_be_signed(world, 1))
    settings.TSA_URL, settings.TSA_REQUIRED, settings.TSA_TIMEOUT_SECONDS = "http://127.0.0.1:9/", True, 1
    drain()
    assert states(batch) == ["FAILED"]
    assert "ประทับรับรองเวลา" in batch.items.get().reason
