"""The letter's way: opened, taken from the unit's tray, handed on, recalled while nobody has opened it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from audit.actions import record
from common.access import Conflict
from intray import permissions as rules
from intray.actions.paper_trail import (
    Kind,
    claim,
    end_step,
    given_deadline,
    hand_over,
    leave_step,
    leave_unit,
    shut_out,
    take_letter,
    take_step,
    write,
)
from intray.models import LIVE_STATES, OPEN_STATES, STEP, RoutingStep, StepPurpose, StepState
from intray.selectors.targets import Target
from org.actor import Actor
from saraban.actions.letters import arrive, leave, move
from saraban.models import Letter


@transaction.atomic
def open_step(*, by: Actor, step_id: int) -> RoutingStep:
    """เปิดอ่าน: from now the sender cannot recall it. Again, or for somebody else's step, changes nothing."""
    step = RoutingStep.objects.select_related("to_position", "to_unit").get(pk=step_id)
    if step.state != StepState.NEW or not rules.holds(by, step):
        return step
    _, step = take_step(by, step_id)
    if step.state != StepState.NEW or not rules.holds(by, step):
        return step
    STEP.move(step, "open", field="state")
    step.opened_at = by.at
    step.save(update_fields=["state", "opened_at"])
    record(by=by, verb="step.open", label="เปิดอ่าน", subject=step, letter_id=step.letter_id)
    return step


@transaction.atomic
def take(*, by: Actor, step_id: int) -> RoutingStep:
    """รับเรื่องของหน่วย into one's own tray; the first wins. Raises `Refused` for the second."""
    letter, step = take_step(by, step_id)
    rules.may_take(by, step).demand()
    claim(by, step)
    if step.state == StepState.NEW:
        STEP.move(step, "open", field="state")
    step.opened_at = step.opened_at or by.at
    step.save(update_fields=["state", "opened_at", "to_position"])
    leave_unit(letter, step.to_unit, by.at)
    arrive(letter=letter, unit=step.to_unit, position=by.position, at=by.at)
    record(by=by, verb="step.take", label="รับเรื่องของหน่วยไปดำเนินการ", subject=step, letter_id=letter.pk)
    return step


@transaction.atomic
def release(*, by: Actor, step_id: int) -> RoutingStep:
    """คืนเรื่อง to the common tray of the unit. Raises `Refused`."""
    letter, step = take_step(by, step_id)
    rules.may_release(by, step).demand()
    if RoutingStep.objects.filter(
        letter=letter, to_position=None, to_unit=step.to_unit, state__in=OPEN_STATES
    ).exists():
        raise Conflict("เรื่องนี้มีอยู่ในแฟ้มรวมของหน่วยแล้ว")
    leave(letter=letter, position=by.position, at=by.at)
    step.to_position = None
    step.save(update_fields=["to_position"])
    arrive(letter=letter, unit=step.to_unit, at=by.at)
    record(by=by, verb="step.release", label="คืนเรื่องให้หน่วย", subject=step, letter_id=letter.pk)
    return step


@transaction.atomic
def forward(
    *, by: Actor, step_id: int, targets: Sequence[Target], text: str = "", due_at: datetime | None = None
) -> list[RoutingStep]:
    """ส่งต่อ or มอบหมาย: hand the letter on with what was written; the own step has been sent on.

    Raises `Refused`, `Conflict` when it was handled or waits there already, `Invalid` without a target.
    """
    letter, step = take_step(by, step_id)
    rules.may_send_on(by, step).demand()
    if text.strip():
        write(by, letter, step, Kind.NOTE, text)
    return send_on(by, letter, step, targets, text=text, due_at=due_at)


def send_on(
    by: Actor,
    letter: Letter,
    step: RoutingStep,
    targets: Sequence[Target],
    *,
    text: str,
    due_at: datetime | None,
    verb: str = "",
) -> list[RoutingStep]:
    """The part `forward` and `instruct` share. The caller holds the locks and has asked the rule."""
    end_step(by, step, "send_on")
    leave_step(letter, step, by)
    steps = hand_over(by, letter, targets, previous=step, note=text, due_at=due_at or given_deadline(step))
    move(letter=letter, verb="route", by=by, label=sent_label(targets, verb))
    return steps


@transaction.atomic
def start_route(
    *, by: Actor, letter_id: int, targets: Sequence[Target], text: str = "", due_at: datetime | None = None
) -> list[RoutingStep]:
    """เสนอ/ส่งต่อ a registered letter that lies at the actor's unit and in nobody's tray.

    The letter goes on from REGISTERED, SENT or IN_PROGRESS to IN_PROGRESS. Raises `Refused`, `Invalid`, `Conflict`.
    """
    letter = take_letter(by, letter_id)
    rules.may_start_route(by, letter).demand()
    if RoutingStep.objects.filter(letter=letter, state__in=OPEN_STATES).tray_of(by).exists():
        raise Conflict("เรื่องนี้อยู่ในแฟ้มของท่านแล้ว โปรดดำเนินการจากรายการนั้น")
    if text.strip():
        write(by, letter, None, Kind.NOTE, text)
    leave_unit(letter, by.unit, by.at)
    leave(letter=letter, position=by.position, at=by.at)
    steps = hand_over(by, letter, targets, previous=None, note=text, due_at=due_at or letter.due_at)
    move(letter=letter, verb="route", by=by, label=sent_label(targets))
    return steps


@transaction.atomic
def recall_step(*, by: Actor, step_id: int) -> RoutingStep:
    """ดึงกลับ one addressee who has not opened it. When nobody else has it, the letter is with the sender again."""
    letter, step = take_step(by, step_id)
    rules.may_recall(by, step).demand()
    STEP.move(step, "recall", field="state")
    step.done_at = by.at
    step.save(update_fields=["state", "done_at"])
    leave_step(letter, step, by)
    shut_out(letter, step)
    _take_back(by, letter, step)
    record(by=by, verb="step.recall", label=f"ดึงกลับจาก {step.place}", subject=step, letter_id=letter.pk)
    return step


def _take_back(by: Actor, letter: Letter, recalled: RoutingStep) -> None:
    siblings = RoutingStep.objects.filter(letter=letter, previous=recalled.previous, sent_from=by.position)
    if siblings.exclude(state=StepState.RECALLED).exists():
        return
    mine = recalled.previous
    if mine is None:
        arrive(letter=letter, unit=by.unit, at=by.at)
    elif mine.state == StepState.SENT_ON and mine.to_position_id == by.position.pk:
        STEP.move(mine, "take_back", field="state")
        mine.done_at = None
        mine.save(update_fields=["state", "done_at"])
        arrive(letter=letter, unit=mine.to_unit, position=mine.to_position, at=by.at)


def sent_label(targets: Sequence[Target], verb: str = "") -> str:
    """The time-line's sentence: `มอบหมาย สำนักงานสถิติจังหวัด และอีก 2 แห่ง`. It never holds what was written."""
    acting = [target for target in targets if target.purpose != StepPurpose.INFO]
    first = acting or list(targets)
    words = verb or {"ACTION": "มอบหมาย", "CONSIDER": "เสนอ", "INFO": "ส่งให้ทราบ"}.get(first[0].purpose, "ส่งต่อ")
    names = ", ".join(target.label for target in first[:3])
    more = f" และอีก {len(targets) - len(first[:3])} แห่ง" if len(targets) > len(first[:3]) else ""
    return f"{words} {names}{more}"[:400]


def open_elsewhere(letter: Letter, step: RoutingStep) -> list[RoutingStep]:
    """The other steps at which somebody still has to do something."""
    others = RoutingStep.objects.filter(letter=letter, state__in=LIVE_STATES).exclude(pk=step.pk)
    return list(others.exclude(purpose=StepPurpose.INFO).select_related("to_position", "to_unit"))
