"""Batches of any history: whatever is done, dies or is lost in between, what stands as signed is signed once and the rest is not.

Paper and signature are stood in for (a small PDF, no key), so that the histories can be long; that a real file holds is
held by tests/db/test_batches.py and the storms.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import count
from typing import Any
from unittest import mock

import pikepdf
import pytest
from django.db import transaction
from django.test import TestCase
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.access import Refused
from intray import actions
from intray.actions import signatures
from intray.actions.batch_work import TOPIC, held_name
from intray.actions.batches import Order, cancel_batch, continue_batch, start_batch
from intray.models import UNFINISHED, Batch, BatchItem, Endorsement, ItemState, RoutingStep, StepState
from outbox.actions import deliver_one
from outbox.models import OutboxMessage
from saraban.actions.paper import Paper
from signing import held, vault
from signing.at_once import Signed
from signing.models import JobState
from tests.sizes import sized
from tests.tray import PASSPHRASE, only_step, proposed
from tests.world import World

LETTERS = 4
ACTS = ["start", "start", "work", "work", "work", "crash", "lose", "resume", "again", "cancel", "recall", "return"]


@dataclass(frozen=True)
class Act:
    """One thing that happens: `what` of `ACTS`, to the letter or batch number `which`, with the letters of `mask`."""

    what: str
    which: int
    mask: int


acts = st.builds(Act, what=st.sampled_from(ACTS), which=st.integers(0, 9), mask=st.integers(1, 2**LETTERS - 1))


@pytest.fixture
def stage(world: World) -> dict[str, Any]:
    """Letters that wait for the governor's certificate."""
    governor = world.actor("governor")
    steps = [only_step(proposed(world, governor, sign_class="CERTIFICATE")) for _ in range(LETTERS)]
    return {"world": world, "steps": steps, "by": governor, "clerk": world.actor("clerk")}


class Desk:
    """Plays a history."""

    def __init__(self, stage: dict[str, Any]) -> None:
        self.world: World = stage["world"]
        self.steps: list[RoutingStep] = stage["steps"]
        self.clerk = stage["clerk"]
        self.by = replace(stage["by"], at=timezone.now())

    def play(self, act: Act) -> None:
        """Do it; a refusal is an answer like any other."""
        with TestCase.captureOnCommitCallbacks(execute=True):
            try:
                with transaction.atomic():
                    getattr(self, act.what)(act)
            except Refused:
                pass

    def batch(self, act: Act) -> Batch:
        found = list(Batch.objects.order_by("pk"))
        if not found:
            raise Refused("ยังไม่มี")
        return found[act.which % len(found)]

    def step(self, act: Act) -> RoutingStep:
        return self.steps[act.which % LETTERS]

    def start(self, act: Act) -> None:
        ids = [one.pk for at, one in enumerate(self.steps) if act.mask >> at & 1]
        start_batch(by=self.by, verb="SIGN", step_ids=ids, order=Order(passphrase=PASSPHRASE))

    def work(self, act: Act) -> None:
        OutboxMessage.objects.filter(topic=TOPIC, state="WAITING").update(next_at=timezone.now())
        deliver_one()

    def crash(self, act: Act) -> None:
        """The process dies after the signature and before the commit."""
        OutboxMessage.objects.filter(topic=TOPIC, state="WAITING").update(next_at=timezone.now())
        with mock.patch("intray.actions.signatures.write", side_effect=KeyboardInterrupt):
            try:
                with transaction.atomic():
                    deliver_one()
            except KeyboardInterrupt:
                pass

    def lose(self, act: Act) -> None:
        vault.forget_passphrase(held_name(self.batch(act)))

    def resume(self, act: Act) -> None:
        continue_batch(by=self.by, batch_id=self.batch(act).pk, passphrase=PASSPHRASE)

    def again(self, act: Act) -> None:
        continue_batch(by=self.by, batch_id=self.batch(act).pk, passphrase=PASSPHRASE, failed=True)

    def cancel(self, act: Act) -> None:
        cancel_batch(by=self.by, batch_id=self.batch(act).pk)

    def recall(self, act: Act) -> None:
        actions.recall_proposal(by=self.clerk, letter_id=self.step(act).letter_id)

    def return_(self, act: Act) -> None:
        actions.return_step(by=self.by, step_id=self.step(act).pk, reason="แก้ไข")

    def check(self) -> None:
        """What is said of every letter agrees, and nothing is said of one that is not so."""
        for step in RoutingStep.objects.filter(pk__in=[one.pk for one in self.steps]).select_related("letter", "job"):
            items = list(BatchItem.objects.filter(step=step))
            signed = Endorsement.objects.filter(step=step, kind="SIGN").count()
            done = [item for item in items if item.state == ItemState.DONE]
            assert signed == len(done) <= 1, (signed, items)
            assert (step.state == StepState.DONE) == bool(done)
            if done:
                assert step.job is not None
                assert step.job.state == JobState.DONE
                assert step.job.result_id == step.letter.document_id
            else:
                assert step.job is None
                assert step.letter.document is None
            assert sum(item.state in UNFINISHED for item in items) <= 1
            assert all(item.state != ItemState.RUNNING for item in items)
            assert all(item.reason for item in items if item.state in (ItemState.REFUSED, ItemState.FAILED))

    def finish(self) -> None:
        """With the passphrase typed again wherever it is asked for, every batch comes to an end."""
        for _ in range(LETTERS * 20):
            if not BatchItem.objects.filter(state=ItemState.WAITING).exists():
                break
            self.play(Act("work", 0, 1))
        for batch in Batch.objects.filter(items__state=ItemState.PASSPHRASE).distinct():
            continue_batch(by=self.by, batch_id=batch.pk, passphrase=PASSPHRASE)
            for _ in range(LETTERS * 4):
                self.play(Act("work", 0, 1))
        assert not BatchItem.objects.filter(state__in=UNFINISHED).exists()
        assert not Batch.objects.filter(ended_at=None).exists()


setattr(Desk, "return", Desk.return_)


def blank_pdf() -> bytes:
    """One empty page."""
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(out)
    return out.getvalue()


@contextmanager
def quick_paper() -> Iterator[None]:
    """A small PDF of its own for each signature, by whoever holds the passphrase."""
    numbers, blank = count(), blank_pdf()

    def paper(**facts: Any) -> Paper:
        return Paper(blank + b"\n% " + str(next(numbers)).encode())

    def sign(pdf: bytes, *, field: str, lines: Any, certify: bool, **others: Any) -> Signed:
        return Signed(pdf, "B-B", field, certify, tuple(lines))

    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(signatures, "paper_to_sign", paper))
        stack.enter_context(mock.patch.object(signatures, "sign_bytes", sign))
        stack.enter_context(mock.patch("signing.trust.why_not_standing", lambda pdf, field: ""))
        yield


@pytest.mark.django_db
@settings(
    max_examples=sized(25, long=200),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(history=st.lists(acts, min_size=4, max_size=18))
def test_any_history_leaves_each_letter_signed_once_or_not_at_all(stage: dict[str, Any], history: list[Act]) -> None:
    with transaction.atomic(), quick_paper():
        held._opened.clear()
        OutboxMessage.objects.filter(state="WAITING").update(state="DONE")
        desk = Desk(stage)
        for act in history:
            desk.play(act)
            desk.check()
        desk.finish()
        desk.check()
        transaction.set_rollback(True)
