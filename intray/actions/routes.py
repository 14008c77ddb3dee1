"""The letter's way: opened, taken from the unit's tray, handed on, recalled while nobody has opened it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from audit.actions import record
from common.access import Conflict, Invalid
from intray import permissions as rules
from intray.actions.paper_trail import (
    Kind,
    claim,
    end_step,
    given_deadline,
    leave_step,
    leave_unit,
    take_letter,
    take_step,
    write,
)
from intray.actions.ways import add_step, call, refuse_badly_sent, send, settle, withdraw
from intray.models import (
    LIVE_STATES,
    OPEN_STATES,
    STEP,
    Route,
    RouteState,
    RoutingStep,
    StepPurpose,
    StepState,
)
from intray.selectors.targets import Target
from intray.selectors.ways import Ways
from org.actor import Actor
from saraban.actions.letters import arrive, leave, move
from saraban.models import Letter

SENT_WORDS = {"ACTION": "มอบหมาย", "CONSIDER": "เสนอ", "OPINION": "ขอความเห็น", "INFO": "ส่งให้ทราบ"}


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
    """ส่งต่อ or มอบหมาย: hand the letter on with what was written, in the targets' orders; the own step has been sent on.

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
    steps = send(by, letter, targets, previous=step, note=text, due_at=due_at or given_deadline(step))
    move(letter=letter, verb="route", by=by, label=sent_label(targets, verb))
    return steps


@transaction.atomic
def start_route(
    *, by: Actor, letter_id: int, targets: Sequence[Target], text: str = "", due_at: datetime | None = None
) -> list[RoutingStep]:
    """เสนอ/ส่งต่อ a registered letter that lies at the actor's unit and in nobody's tray.

    The letter goes on from REGISTERED, SENT or IN_PROGRESS to IN_PROGRESS. What the same post sent before and is not
    done yet is one route: further targets join the order whose turn it is. Raises `Refused`, `Invalid`, `Conflict`.
    """
    letter = take_letter(by, letter_id)
    rules.may_start_route(by, letter).demand()
    if RoutingStep.objects.filter(letter=letter, state__in=OPEN_STATES).tray_of(by).exists():
        raise Conflict("เรื่องนี้อยู่ในแฟ้มของท่านแล้ว โปรดดำเนินการจากรายการนั้น")
    if text.strip():
        write(by, letter, None, Kind.NOTE, text)
    leave_unit(letter, by.unit, by.at)
    leave(letter=letter, position=by.position, at=by.at)
    running = Route.objects.filter(
        letter=letter, previous=None, made_from=by.position, state=RouteState.RUNNING
    ).first()
    if running is not None:
        steps = _join(by, letter, running, targets, note=text, due_at=due_at or letter.due_at)
    else:
        steps = send(by, letter, targets, previous=None, note=text, due_at=due_at or letter.due_at)
    move(letter=letter, verb="route", by=by, label=sent_label(targets))
    return steps


def _join(
    by: Actor, letter: Letter, route: Route, targets: Sequence[Target], *, note: str, due_at: datetime | None
) -> list[RoutingStep]:
    """More addressees of a running route, at once. Raises `Conflict` for orders of their own: those are changed there."""
    if not targets:
        raise Invalid("โปรดเลือกผู้รับอย่างน้อยหนึ่งราย", field="to")
    if any(target.order > 1 or target.lead for target in targets):
        raise Conflict("เส้นทางที่ท่านส่งไว้ยังดำเนินอยู่ ให้เพิ่มหรือเปลี่ยนลำดับในเส้นทางนั้น")
    turn = Ways(letter.pk).current(route)
    steps = []
    for target in targets:
        refuse_badly_sent(by, letter, target, at_once=True)
        step = add_step(by, letter, route, target.at(turn), note=note, due_at=due_at)
        call(by, letter, step, lies=step.purpose != StepPurpose.INFO)
        steps.append(step)
    return steps


@transaction.atomic
def recall_step(*, by: Actor, step_id: int) -> RoutingStep:
    """ดึงกลับ one addressee who has not opened it. When nobody else has it, the letter is with the sender again."""
    letter, step = take_step(by, step_id)
    rules.may_recall(by, step).demand()
    withdraw(by, letter, step, "recall")
    settle(by, letter, ended=step)
    record(by=by, verb="step.recall", label=f"ดึงกลับจาก {step.place}", subject=step, letter_id=letter.pk)
    return step


def sent_label(targets: Sequence[Target], verb: str = "") -> str:
    """The time-line's sentence: `มอบหมาย สำนักงานสถิติจังหวัด และอีก 2 แห่ง`. It never holds what was written."""
    acting = [target for target in targets if target.purpose != StepPurpose.INFO]
    first = acting or list(targets)
    words = verb or SENT_WORDS.get(first[0].purpose, "ส่งต่อ")
    names = ", ".join(target.label for target in first[:3])
    more = f" และอีก {len(targets) - len(first[:3])} แห่ง" if len(targets) > len(first[:3]) else ""
    orders = len({target.order for target in targets})
    return f"{words} {names}{more}{f' เป็น {orders} ลำดับ' if orders > 1 else ''}"[:400]


def open_elsewhere(letter: Letter, step: RoutingStep) -> list[RoutingStep]:
    """The other steps at which somebody still has to do something."""
    others = RoutingStep.objects.filter(letter=letter, state__in=LIVE_STATES).exclude(pk=step.pk)
    return list(others.exclude(purpose=StepPurpose.INFO).select_related("to_position", "to_unit"))
