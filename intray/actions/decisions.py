"""What is decided on a step: endorse, order, approve, acknowledge, return; and a secretary's preparation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from audit.actions import record
from common.access import Invalid
from intray import permissions as rules
from intray.actions.paper_trail import (
    Kind,
    back_to_sender,
    claim,
    end_step,
    leave_step,
    leave_unit,
    take_step,
    tell_sender,
    write,
)
from intray.actions.routes import send_on
from intray.actions.ways import keep_somewhere, settle, stop_route
from intray.models import STEP, Endorsement, RouteState, RoutingStep, StepPurpose, StepState
from intray.selectors.targets import Target
from notifications.actions import notify
from org.actor import Actor
from saraban.actions.letters import arrive, leave, move
from saraban.models import Letter, LetterStatus
from saraban.selectors import notice_title


@transaction.atomic
def endorse(*, by: Actor, step_id: int, text: str) -> Endorsement:
    """เกษียน: write on the letter and keep it. Raises `Invalid` for nothing written, `Refused`."""
    letter, step = take_step(by, step_id)
    rules.may_note(by, step).demand()
    _demand_words(text, "โปรดเขียนข้อความที่จะเกษียน")
    _keep(by, step)
    note = write(by, letter, step, Kind.NOTE, text)
    record(by=by, verb="step.note", label="เกษียน", subject=note, letter_id=letter.pk)
    return note


@transaction.atomic
def instruct(
    *, by: Actor, step_id: int, text: str, targets: Sequence[Target] = (), due_at: datetime | None = None
) -> Endorsement:
    """สั่งการ: an order; with targets it goes to them at once, without it stays with the actor. Raises `Invalid`, `Refused`."""
    letter, step = take_step(by, step_id)
    rules.may_instruct(by, step).demand()
    _demand_words(text, "โปรดเขียนข้อสั่งการ")
    order = write(by, letter, step, Kind.INSTRUCTION, text)
    if not targets:
        _keep(by, step)
        record(by=by, verb="step.instruct", label="สั่งการ", subject=order, letter_id=letter.pk)
        return order
    rules.may_send_on(by, step).demand()
    send_on(by, letter, step, targets, text=text, due_at=due_at, verb="สั่งการ มอบหมาย")
    return order


@transaction.atomic
def approve(
    *,
    by: Actor,
    step_id: int,
    granted: bool,
    text: str = "",
    targets: Sequence[Target] = (),
    due_at: datetime | None = None,
) -> Endorsement:
    """อนุมัติ or ไม่อนุมัติ: the decision goes back to whoever asked, or on to `targets`. Raises `Refused`."""
    letter, step = take_step(by, step_id)
    rules.may_approve(by, step).demand()
    kind = Kind.APPROVE if granted else Kind.DISAPPROVE
    decision = write(by, letter, step, kind, text or kind.label)
    if targets:
        rules.may_send_on(by, step).demand()
        send_on(by, letter, step, targets, text=text or kind.label, due_at=due_at, verb=f"{kind.label} มอบหมาย")
        tell_sender(step, kind.name.lower(), kind.label, by)
        return decision
    _finish(by, letter, step, f"ผลการพิจารณา: {text or kind.label}")
    record(by=by, verb=f"step.{kind.name.lower()}", label=kind.label, subject=decision, letter_id=letter.pk)
    tell_sender(step, kind.name.lower(), kind.label, by)
    return decision


@transaction.atomic
def acknowledge(*, by: Actor, step_id: int, text: str = "") -> Endorsement:
    """รับทราบ: seen and noted. What came for consideration goes back to whoever asked. Raises `Refused`."""
    letter, step = take_step(by, step_id)
    rules.may_acknowledge(by, step).demand()
    seen = write(by, letter, step, Kind.ACKNOWLEDGE, text or "ทราบ")
    if step.purpose == StepPurpose.INFO:
        end_step(by, step, "finish")
        leave_step(letter, step, by)
        keep_somewhere(by, letter, step)
    else:
        _finish(by, letter, step, f"ผลการพิจารณา: {text or 'ทราบ'}")
        tell_sender(step, "acknowledged", "รับทราบ", by)
    record(by=by, verb="step.acknowledge", label="รับทราบ", subject=seen, letter_id=letter.pk)
    return seen


@transaction.atomic
def give_opinion(*, by: Actor, step_id: int, text: str) -> Endorsement:
    """ให้ความเห็น: what was asked for, in words; with the last one asked the letter goes back. Raises `Invalid`, `Refused`."""
    letter, step = take_step(by, step_id)
    rules.may_give_opinion(by, step).demand()
    _demand_words(text, "โปรดเขียนความเห็น")
    opinion = write(by, letter, step, Kind.OPINION, text)
    _finish(by, letter, step, f"ความเห็น: {text.strip()}")
    record(by=by, verb="step.opinion", label="ให้ความเห็น", subject=opinion, letter_id=letter.pk)
    tell_sender(step, "opinion", "ให้ความเห็นแล้ว", by)
    return opinion


def _finish(by: Actor, letter: Letter, step: RoutingStep, note: str) -> None:
    """The step is done with an answer. On a running route the answers go back together, when its last order has ended."""
    end_step(by, step, "finish")
    leave_step(letter, step, by)
    on_its_way = step.route is not None and step.route.state == RouteState.RUNNING
    if not on_its_way and letter.status != LetterStatus.CLOSED:
        back_to_sender(by, letter, step, note)
    settle(by, letter, ended=step, note=note)


@transaction.atomic
def return_step(*, by: Actor, step_id: int, reason: str) -> RoutingStep:
    """ตีกลับ with a reason. A letter to be signed goes back to its author for a new version, and the signers after
    this one are spared; any other goes back to whoever sent it. Raises `Invalid` without a reason, `Refused`.
    """
    letter, step = take_step(by, step_id)
    rules.may_return(by, step).demand()
    _demand_words(reason, "โปรดระบุเหตุผลที่ตีกลับ", field="reason")
    write(by, letter, step, Kind.RETURN, reason)
    end_step(by, step, "return")
    leave_step(letter, step, by)
    shown = f": {reason.strip()}"  # of a classified letter the trail keeps it sealed
    if step.purpose == StepPurpose.SIGN:
        call_off(by, letter, except_for=step)
        detail = {"reason": reason.strip()}
        move(letter=letter, verb="return", by=by, label=f"ตีกลับให้แก้ไข{shown}"[:400], detail=detail)
        leave(letter=letter, at=by.at)
        if letter.author_position is not None:
            arrive(letter=letter, unit=letter.author_position.unit, position=letter.author_position, at=by.at)
        _tell_author(letter, step, by)
    else:
        label = f"ตีกลับ {step.sent_from.label}{shown}"
        record(by=by, verb="step.return", label=label[:400], subject=step, letter_id=letter.pk)
        stop_route(by, letter, step)
        back_to_sender(by, letter, step, f"ตีกลับ: {reason.strip()}")
        settle(by, letter, ended=step)
    tell_sender(step, "returned", "ตีกลับ", by)
    return step


def call_off(by: Actor, letter: Letter, *, except_for: RoutingStep | None = None) -> list[RoutingStep]:
    """Recall the signers of this round whose turn has not come, or who have not opened it. The letter is locked."""
    waiting = RoutingStep.objects.filter(
        letter=letter, purpose=StepPurpose.SIGN, state__in=(StepState.PLANNED, StepState.NEW)
    ).select_related("to_position", "to_unit")
    called_off = [step for step in waiting if except_for is None or step.pk != except_for.pk]
    for step in called_off:
        STEP.move(step, "recall", field="state")
        step.done_at = by.at
        step.save(update_fields=["state", "done_at"])
    return called_off


def _tell_author(letter: Letter, step: RoutingStep, by: Actor) -> None:
    if letter.author_position is None or letter.author_position_id == step.sent_from_id:
        return
    notify(
        key=f"step:{step.pk}:returned-author",
        event="intray.returned",
        title=f"ตีกลับให้แก้ไข: {notice_title(letter)}",
        why="ท่านเป็นผู้ร่างหนังสือนี้",
        url_name="saraban:letter",
        url_args=[letter.pk],
        urgent=letter.urgency > 1,
        positions=[letter.author_position],
        but_not=by,
    )


@transaction.atomic
def prepare(*, by: Actor, step_id: int, text: str) -> Endorsement:
    """หน้าห้องเตรียมข้อความ for the executive to adopt. Decides nothing. Raises `Invalid`, `Refused`."""
    letter, step = take_step(by, step_id)
    rules.may_prepare(by, step).demand()
    _demand_words(text, "โปรดเขียนข้อความที่จะเตรียมไว้")
    ready = write(by, letter, step, Kind.PREPARED, text)
    record(by=by, verb="step.prepare", label="เตรียมข้อความเกษียน", subject=ready, letter_id=letter.pk)
    return ready


def _keep(by: Actor, step: RoutingStep) -> None:
    """The step stays with the actor, opened; a unit's step becomes his, and the letter lies with him."""
    if step.to_position_id is None:
        claim(by, step)
        leave_unit(step.letter, step.to_unit, by.at)
        arrive(letter=step.letter, unit=step.to_unit, position=by.position, at=by.at)
    if step.state == StepState.NEW:
        STEP.move(step, "open", field="state")
        step.opened_at = by.at
    step.save(update_fields=["state", "opened_at", "to_position"])


def _demand_words(text: str, sentence: str, *, field: str = "text") -> None:
    if not text.strip():
        raise Invalid(sentence, field=field)
