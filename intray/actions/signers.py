"""เพิ่มผู้ลงนาม while a letter waits for its signatures.

Nobody has signed: the paper is set anew with one more place. Somebody has: signed bytes stay as they are, the letter goes
back to its author for a new version, and what was signed stays on record.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from audit.actions import record
from common.access import Conflict, Invalid, Refused
from intray.actions.paper_trail import Kind, take_letter, tell_post, write
from intray.actions.ways import withdraw
from intray.models import LIVE_STATES, RoutingStep, StepPurpose, StepState
from intray.permissions_routes import at_work_on, may_add_signer
from intray.selectors.targets import why_not_sign
from org.actor import Actor
from org.models import Position
from org.selectors import holders
from saraban.actions.letters import arrive, leave, move
from saraban.actions.signers import add_place
from saraban.models import Letter
from saraban.sheets.signers import may_sign_kind


@dataclass(frozen=True, slots=True)
class Added:
    """What became of it: the new signer's step, or none when the letter went back for a new version."""

    letter: Letter
    step: RoutingStep | None


@transaction.atomic
def add_signer(
    *, by: Actor, letter_id: int, position: Position, after: int, text: str = "", new_version: bool = False
) -> Added:
    """One more signer, right after the `after`th of the present round. `new_version`: the actor was told that the letter
    goes back, because somebody has signed. Raises `Refused`, `Invalid`, `Conflict` when that is not so (any more).
    """
    letter = take_letter(by, letter_id)
    signers = round_of(letter)
    may_add_signer(by, letter, signers).demand()
    mine = letter.author_id == by.user.pk or letter.author_position_id == by.position.pk
    if at_work_on(by, signers) is not None and not mine and not text.strip():
        raise Invalid("โปรดเขียนคำสั่งที่ให้เพิ่มผู้ลงนาม", field="text")
    if any(one.to_position_id == position.pk for one in signers):
        raise Invalid(f"{position.title} เป็นผู้ลงนามหนังสือนี้อยู่แล้ว", field="to")
    may_sign_kind(position, letter.kind).demand()
    reason = why_not_sign(letter, position, by.at)
    if reason:
        raise Refused(reason)
    signed = [one for one in signers if one.state == StepState.DONE]
    if bool(signed) != new_version:
        raise Conflict(
            "มีผู้ลงนามไปแล้วระหว่างที่ท่านเปิดหน้านี้ โปรดตรวจดูผลที่จะเกิดขึ้นแล้วยืนยันอีกครั้ง"
            if signed
            else "ยังไม่มีผู้ลงนาม ไม่ต้องจัดทำฉบับใหม่ โปรดยืนยันอีกครั้ง"
        )
    words = " ".join(part for part in (f"เพิ่มผู้ลงนาม {position.title}", text.strip()) if part)
    if signed:
        return _new_version(by, letter, signers, position, words)
    return Added(letter, _prepared_anew(by, letter, signers, position, after, words))


def round_of(letter: Letter) -> list[RoutingStep]:
    """The signers of the present round in order; none when the proposal is still on its way."""
    live = RoutingStep.objects.filter(letter=letter, purpose=StepPurpose.SIGN, state__in=LIVE_STATES)
    proposal = live.order_by("-id").values_list("proposal", flat=True).first()
    if not proposal:
        return []
    steps = RoutingStep.objects.filter(letter=letter, proposal=proposal).exclude(state=StepState.RECALLED)
    found = list(steps.select_related("to_position__unit", "to_unit", "sent_from__unit").order_by("order"))
    for one in found:
        one.letter = letter
    return found


def _prepared_anew(
    by: Actor, letter: Letter, signers: list[RoutingStep], position: Position, after: int, words: str
) -> RoutingStep:
    turn = min(one.order for one in signers if one.state in LIVE_STATES)
    if not turn <= after <= signers[-1].order:
        raise Invalid("โปรดเลือกลำดับที่จะลงนามต่อจาก", field="after")
    add_place(letter=letter, order=after + 1, position=position, held=holders([position.pk], by.at)[position.pk])
    for one in reversed(signers):
        if one.order > after:
            one.order += 1
            one.save(update_fields=["order"])
    first = signers[0]
    step = RoutingStep.objects.create(
        letter=letter,
        to_position=position,
        to_unit=position.unit,
        purpose=StepPurpose.SIGN,
        state=StepState.PLANNED,
        order=after + 1,
        proposal=first.proposal,
        secrecy=letter.secrecy,
        note=first.note,
        sent_by=by.user,
        sent_from=first.sent_from,
        sent_at=by.at,
        due_at=letter.due_at,
    )
    said = write(by, letter, step, Kind.ROUTE, words)
    label = f"เพิ่มผู้ลงนาม {position.title} เป็นลำดับที่ {after + 1}"
    record(by=by, verb="step.add_signer", label=label, subject=said, letter_id=letter.pk)
    if by.position.pk != first.sent_from_id:
        tell_post(first.sent_from, letter, f"step:{step.pk}:added", "route_changed", f"{by.title_line} เพิ่มผู้ลงนาม", by)
    return step


def _new_version(by: Actor, letter: Letter, signers: list[RoutingStep], position: Position, words: str) -> Added:
    """What is signed is not touched; the others are spared; the author has the letter again."""
    for one in signers:
        if one.state in LIVE_STATES:
            withdraw(by, letter, one, "withdraw")
    write(by, letter, None, Kind.RETURN, f"{words} (มีผู้ลงนามแล้ว จึงต้องจัดทำฉบับใหม่)")
    move(letter=letter, verb="return", by=by, label=f"ตีกลับเพื่อจัดทำฉบับใหม่: เพิ่มผู้ลงนาม {position.title}")
    leave(letter=letter, at=by.at)
    home = letter.author_position or signers[0].sent_from
    arrive(letter=letter, unit=home.unit, position=home, at=by.at)
    key = f"letter:{letter.pk}:new-version:{signers[0].proposal}"
    tell_post(home, letter, key, "returned_version", f"ต้องจัดทำฉบับใหม่เพื่อเพิ่มผู้ลงนาม {position.title}", by)
    return Added(letter, None)
