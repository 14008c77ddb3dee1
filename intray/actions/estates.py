"""What lies in the trays of a dissolved unit: it goes to the successor's common tray, or the unit stays."""

from __future__ import annotations

from audit.actions import record
from common.access import Refused
from intray.actions.paper_trail import admit, leave_step, tell_post
from intray.models import LIVE_STATES, OPEN_STATES, STEP, RoutingStep, StepPurpose
from org.actor import Actor
from org.models import Unit
from org.selectors import head_of
from saraban.actions.letters import arrive, lock


def foresee(unit: Unit) -> list[str]:
    """Sentences for the confirmation page."""
    signing, others = _counts(unit)
    said = []
    if signing:
        said.append(f"หนังสือที่รอตำแหน่งของหน่วยนี้ลงนาม {signing} เรื่อง ต้องตีกลับหรือลงนามให้เสร็จก่อนยุบ")
    if others:
        said.append(f"เรื่องที่ค้างในแฟ้มเสนอของหน่วยนี้ {others} เรื่อง โอนไปแฟ้มรวมของหน่วยที่รับช่วง หากไม่ระบุหน่วยที่รับช่วงจะยุบไม่ได้")
    return said


def settle(*, by: Actor, unit: Unit, successor: Unit | None) -> None:
    """Put every live step of the unit and its posts into the successor's common tray. Called by `dissolve_unit`.

    Raises `Refused` without a successor, and for what waits for a signature: the paper names the post.
    """
    signing, others = _counts(unit)
    if signing:
        raise Refused(f"มีหนังสือรอตำแหน่งของ {unit.name} ลงนาม {signing} เรื่อง ต้องลงนามหรือตีกลับให้เสร็จก่อน")
    if others and successor is None:
        raise Refused(f"มีเรื่องค้างในแฟ้มเสนอของ {unit.name} {others} เรื่อง โปรดระบุหน่วยที่รับช่วง")
    if successor is None:
        return
    live = RoutingStep.objects.filter(to_unit=unit, state__in=LIVE_STATES).order_by("letter_id", "id")
    for step_id, letter_id in live.values_list("id", "letter_id"):
        letter = lock(letter_id)
        if letter.is_secret:
            raise Refused(f"มีหนังสือมีชั้นความลับค้างอยู่ที่ {unit.name} ต้องส่งต่อถึงตำแหน่งที่มีสิทธิ์ให้เสร็จก่อน")
        step = RoutingStep.objects.select_related("to_position", "to_unit", "letter").get(pk=step_id)
        _hand_over(by, step, unit, successor)


def _counts(unit: Unit) -> tuple[int, int]:
    live = RoutingStep.objects.filter(to_unit=unit, state__in=LIVE_STATES)
    signing = live.filter(purpose=StepPurpose.SIGN).count()
    return signing, live.count() - signing


def _hand_over(by: Actor, step: RoutingStep, unit: Unit, successor: Unit) -> None:
    """One step: to the successor as a whole; where the letter waits there already, this one is not doubled."""
    letter, was_open = step.letter, step.is_open
    lies = was_open and letter.stays.filter(unit=unit, until=None).exists()
    if was_open:
        leave_step(letter, step, by)
    there = RoutingStep.objects.filter(letter=letter, to_position=None, to_unit=successor, state__in=OPEN_STATES)
    twice = was_open and there.exists()
    if twice:
        STEP.move(step, "withdraw", field="state")
        step.done_at = by.at
    else:
        step.to_unit, step.to_position, step.for_unit = successor, None, True
    step.save(update_fields=["state", "done_at", "to_unit", "to_position", "for_unit"])
    label = f"ยุบ {unit.name} เรื่องโอนไปยัง {successor.name}"
    record(by=by, verb="step.hand_over", label=label, subject=step, letter_id=letter.pk)
    if twice or not was_open:
        return
    admit(letter, step)
    if lies:
        arrive(letter=letter, unit=successor, at=by.at)
    head = head_of(successor)
    if head is not None:
        tell_post(head, letter, f"step:{step.pk}:handed-over:{unit.pk}", "handed_over", f"รับช่วงจาก {unit.label}", by)
