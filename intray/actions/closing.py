"""จบงาน and ยกเลิกจบงาน: one's own part, a letter in nobody's tray, and a matter that turned out not to be finished."""

from __future__ import annotations

from django.db import transaction

from audit.actions import record
from common.access import Invalid, first_refusal
from intray import permissions as rules
from intray.actions.paper_trail import Kind, end_step, leave_step, take_letter, take_step, tell_sender, write
from intray.actions.routes import open_elsewhere
from intray.actions.ways import keep_somewhere, settle, tell_lead
from intray.models import LIVE_STATES, OPEN_STATES, STEP, Endorsement, RoutingStep, StepState
from intray.permissions_routes import may_conclude
from intray.selectors.route import closing_of, unregistered_at
from intray.selectors.ways import Ways
from notifications.actions import notify
from org.actor import Actor
from saraban.actions.letters import arrive, leave, move
from saraban.models import Letter, LetterStatus
from saraban.selectors import notice_title


@transaction.atomic
def close(*, by: Actor, step_id: int, text: str = "") -> RoutingStep:
    """จบงาน of one's own part; with the last part the letter is closed. Raises `Refused`.

    The letter goes on while somebody has it in his tray, an order of its route is still to come, or a unit it was sent
    to has not registered it. A lead closes when the units beside it have.
    """
    letter, step = take_step(by, step_id)
    first_refusal(rules.may_close_step(by, step), may_conclude(Ways(letter.pk).missing(step))).demand()
    done = write(by, letter, step, Kind.CLOSE, text)
    end_step(by, step, "finish")
    leave_step(letter, step, by)
    settle(by, letter, ended=step, closing=True)
    tell_lead(by, letter, step)
    others = open_elsewhere(letter, step) or unregistered_at(letter)
    if others or letter.status == LetterStatus.CLOSED:
        label = f"จบงานในส่วนของ {by.unit.label}"
        record(by=by, verb="step.close", label=label, subject=done, letter_id=letter.pk)
        keep_somewhere(by, letter, step)
    else:
        move(letter=letter, verb="close", by=by, label="จบงาน")
        leave(letter=letter, at=by.at)
    tell_sender(step, "closed", "จบงานแล้ว", by)
    return step


@transaction.atomic
def close_letter(*, by: Actor, letter_id: int, text: str = "") -> Letter:
    """จบงาน a letter in nobody's tray. Raises `Refused` while others still work on it or have yet to register it."""
    letter = take_letter(by, letter_id)
    live = list(
        RoutingStep.objects.filter(letter=letter, state__in=LIVE_STATES).select_related("to_position", "to_unit")
    )
    rules.may_close_letter(by, letter, live).demand()
    write(by, letter, None, Kind.CLOSE, text)
    move(letter=letter, verb="close", by=by, label="จบงาน")
    leave(letter=letter, at=by.at)
    return letter


@transaction.atomic
def reopen(*, by: Actor, letter_id: int, reason: str) -> Letter:
    """ยกเลิกจบงาน: the letter lies again where it lay when it was closed, in the tray of the post that closed it.

    A letter of ours that was closed outside any tray is a sent letter again; any other is in progress.
    Raises `Refused` to whoever neither closed it nor keeps its register nor heads its unit, `Invalid` without a reason.
    """
    letter = take_letter(by, letter_id)
    closing = closing_of(letter)
    rules.may_reopen(by, letter, closing).demand()
    if not reason.strip():
        raise Invalid("โปรดระบุเหตุผลที่ยกเลิกจบงาน", field="reason")
    step = _step_again(letter, closing)
    said = write(by, letter, step, Kind.REOPEN, reason)
    label = "ยกเลิกจบงาน" if letter.is_secret else f"ยกเลิกจบงาน: {reason.strip()}"
    detail = None if letter.is_secret else {"reason": reason.strip()}
    verb = "reopen" if step or letter.incoming else "reopen_sent"
    move(letter=letter, verb=verb, by=by, label=label[:400], detail=detail)
    _lie_again(by, letter, closing, step)
    _tell_of_reopening(by, letter, closing, step, said)
    return letter


def _step_again(letter: Letter, closing: Endorsement | None) -> RoutingStep | None:
    """The step by which the letter was closed, opened again; None when it ended otherwise or its post has it anyhow."""
    if closing is None or closing.step_id is None:
        return None
    step = (
        RoutingStep.objects.select_for_update(of=("self",))
        .select_related("to_position", "to_unit", "sent_from__unit")
        .get(pk=closing.step_id)
    )
    step.letter = letter
    there = RoutingStep.objects.filter(letter=letter, to_position=step.to_position, state__in=OPEN_STATES)
    gone = step.to_position is None or step.to_position.abolished_at is not None
    if gone or step.state != StepState.DONE or there.exists():
        return None
    STEP.move(step, "reopen", field="state")
    step.done_at = None
    step.save(update_fields=["state", "done_at"])
    return step


def _lie_again(by: Actor, letter: Letter, closing: Endorsement | None, step: RoutingStep | None) -> None:
    """New stays wherever the closing ended one; at the closer's unit when it ended none. Old stays keep their end."""
    ended = letter.stays.filter(until=closing.at).select_related("unit", "position") if closing else []
    places = {(stay.unit, stay.position) for stay in ended if step is not None or stay.position_id is None}
    if step is not None:
        places.add((step.to_unit, step.to_position))
    for unit, position in places or {(closing.position.unit if closing else by.unit, None)}:
        arrive(letter=letter, unit=unit, position=position, at=by.at)


def _tell_of_reopening(
    by: Actor, letter: Letter, closing: Endorsement | None, step: RoutingStep | None, said: Endorsement
) -> None:
    """Tell the post that closed it, the post that had asked it, and the author."""
    posts = [closing.position if closing else None, step.sent_from if step else None, letter.author_position]
    told = {post.pk: post for post in posts if post is not None}
    notify(
        key=f"letter:{letter.pk}:reopened:{said.pk}",
        event="intray.reopened",
        title=f"ยกเลิกจบงาน: {notice_title(letter)}",
        why="ตำแหน่งของท่านเกี่ยวข้องกับเรื่องนี้ ซึ่งกลับมาดำเนินการต่อ",
        url_name="saraban:letter",
        url_args=[letter.pk],
        urgent=letter.urgency > 1,
        positions=list(told.values()),
        but_not=by,
    )
