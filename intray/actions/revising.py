"""A route is changed while it runs: what stands ahead is added, moved, changed, removed; a step goes to another addressee.

Every change is a line on the letter's way that says what was changed; one made by who has the letter and did not make the
route is an order, and stands among the endorsements.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from audit.actions import record
from common.access import Conflict, Invalid
from common.thai import date_short
from intray.actions.paper_trail import Kind, take_letter, take_step, tell_post, write
from intray.actions.ways import add_step, call, refuse_badly_sent, settle, withdraw
from intray.models import Endorsement, Route, RoutingStep, StepPurpose, StepState
from intray.permissions_routes import made, may_change_route, may_redirect
from intray.selectors.targets import Target, vacant_now
from intray.selectors.ways import MOST_ORDERS, Ahead, Ways
from org.actor import Actor
from saraban.models import Letter


@transaction.atomic
def revise_route(
    *,
    by: Actor,
    route_id: int,
    ahead: Sequence[Ahead] = (),
    removed: Sequence[int] = (),
    added: Sequence[tuple[Target, float]] = (),
    text: str = "",
) -> Route:
    """ปรับเส้นทาง: planned steps as in `ahead`, without those `removed`, with those `added` at their turn.

    The turn that runs now takes more addressees (they get the letter at once); nothing goes before it. Raises `Refused`,
    `Conflict` for a step whose turn has come meanwhile, `Invalid` for nothing to change or an order without words.
    """
    letter_id = Route.objects.values_list("letter_id", flat=True).get(pk=route_id)
    letter = take_letter(by, letter_id)
    ways = Ways(letter.pk)
    route = ways.routes[route_id]
    steps = ways.of(route)
    may_change_route(by, route, steps).demand()
    if not made(by, route) and not text.strip():
        raise Invalid("โปรดเขียนคำสั่งปรับเส้นทาง เพราะท่านไม่ได้เป็นผู้กำหนดเส้นทางนี้", field="text")
    planned = {one.pk: one for one in steps if one.state == StepState.PLANNED}
    if any(one.step_id not in planned for one in ahead) or any(pk not in planned for pk in removed):
        raise Conflict("บางลำดับเริ่มไปแล้วหรือถูกปรับไปแล้ว โปรดดูเส้นทางที่เป็นอยู่แล้วปรับใหม่")
    current = ways.current(route)
    said = [*_remove(by, letter, planned, removed), *_change(planned, ahead, removed, current)]
    said += _add(by, letter, route, added, current)
    if not said:
        raise Invalid("ยังไม่ได้เปลี่ยนลำดับ ผู้รับ วัตถุประสงค์ หรือกำหนดเวลาใด")
    _close_gaps(route, current)
    _note(by, letter, route, "ปรับเส้นทาง", said, text, "step.route_change")
    settle(by, letter)
    return route


def _remove(by: Actor, letter: Letter, planned: dict[int, RoutingStep], removed: Sequence[int]) -> list[str]:
    said = []
    for pk in dict.fromkeys(removed):
        step = planned[pk]
        withdraw(by, letter, step, "recall")
        said.append(f"นำ {step.place} ออก")
    return said


def _change(planned: dict[int, RoutingStep], ahead: Sequence[Ahead], removed: Sequence[int], current: int) -> list[str]:
    """Purpose, deadline and turn; turns are written as they are asked for, times ten, and closed up afterwards."""
    said = []
    wanted = {one.step_id: one for one in ahead if one.step_id not in removed}
    for pk, step in planned.items():
        if pk in removed:
            continue
        new = wanted.get(pk) or Ahead(pk, step.order, step.purpose, step.due_at)
        turn = _turn(new.turn, current)
        words = []
        if step.purpose != new.purpose:
            if step.lead and new.purpose != StepPurpose.ACTION:
                raise Invalid("หน่วยรับผิดชอบหลักต้องเป็นผู้ดำเนินการ")
            words.append(StepPurpose(new.purpose).label)
        if step.due_at != new.due_at:
            words.append(f"กำหนด {date_short(new.due_at)}" if new.due_at else "ไม่กำหนดเวลา")
        if turn != step.order * 10:
            words.append(f"ลำดับ {turn / 10:g}" if turn % 10 == 0 else f"ถัดจากลำดับ {turn // 10}")
        step.order, step.purpose, step.due_at = turn, new.purpose, new.due_at
        step.save(update_fields=["order", "purpose", "due_at"])
        if words:
            said.append(f"{step.place} เป็น{' '.join(words)}")
    return said


def _turn(turn: float, current: int) -> int:
    """A turn times ten. Raises `Invalid` before the one that runs, or far beyond all."""
    if turn < current:
        raise Invalid(f"ลำดับที่ {current} กำลังดำเนินการ แทรกก่อนหน้านั้นไม่ได้")
    if turn > MOST_ORDERS:
        raise Invalid(f"เส้นทางหนึ่งมีได้ไม่เกิน {MOST_ORDERS} ลำดับ")
    return round(turn * 10)


def _add(by: Actor, letter: Letter, route: Route, added: Sequence[tuple[Target, float]], current: int) -> list[str]:
    said = []
    for target, turn in added:
        tenfold = _turn(turn, current)
        refuse_badly_sent(by, letter, target, at_once=tenfold == current * 10)
        if target.position_id == route.made_from_id:
            raise Invalid("ผู้กำหนดเส้นทางได้เรื่องคืนเมื่อครบทุกลำดับอยู่แล้ว ไม่ต้องเพิ่มเป็นผู้รับ", field="to")
        add_step(by, letter, route, target.at(tenfold))
        said.append(f"เพิ่ม {target.label} {StepPurpose(target.purpose).label}")
    return said


def _close_gaps(route: Route, current: int) -> None:
    """Number the planned turns on from the current one without gaps: 20, 25, 40 become 2, 3, 4."""
    planned = RoutingStep.objects.filter(route=route, state=StepState.PLANNED)
    turns = sorted({turn for turn in planned.values_list("order", flat=True) if turn > current * 10})
    planned.filter(order=current * 10).update(order=current)
    for number, turn in enumerate(turns, start=current + 1):
        planned.filter(order=turn).update(order=number)


def _note(by: Actor, letter: Letter, route: Route, what: str, said: Sequence[str], text: str, verb: str) -> None:
    """The line on the way, the order among the endorsements, a word to who made the route."""
    changes = "; ".join(said)
    words = "\n".join(part for part in (text.strip(), changes) if part)
    subject: Endorsement | Route = route
    if text.strip() or not made(by, route):
        subject = write(by, letter, None, Kind.ROUTE, words)
    detail = {"note": text.strip()} if text.strip() and not letter.is_secret else None
    record(by=by, verb=verb, label=f"{what}: {changes}", subject=subject, letter_id=letter.pk, detail=detail)
    if not made(by, route):
        key = f"route:{route.pk}:changed:{subject.pk}"
        tell_post(route.made_from, letter, key, "route_changed", f"{by.title_line} {what}", by)


@transaction.atomic
def redirect_step(*, by: Actor, step_id: int, target: Target, text: str = "") -> RoutingStep:
    """เปลี่ยนผู้รับ of a step ahead, of one nobody has opened, or of one whose post nobody holds today.

    The new addressee stands in the same turn with the same purpose, deadline and charge. Raises `Refused`, `Invalid`,
    `Conflict` when the letter waits at the new addressee already.
    """
    letter, step = take_step(by, step_id)
    route, ways = route_of(letter, step)
    vacant = bool(vacant_now([step], by.at))
    may_redirect(by, route, ways.of(route), step, vacant=vacant).demand()
    if not made(by, route) and not text.strip():
        raise Invalid("โปรดเขียนคำสั่งเปลี่ยนผู้รับ เพราะท่านไม่ได้เป็นผู้กำหนดเส้นทางนี้", field="text")
    refuse_badly_sent(by, letter, target, at_once=step.is_open)
    if target.position_id == route.made_from_id:
        raise Invalid("ผู้กำหนดเส้นทางได้เรื่องคืนเมื่อครบทุกลำดับอยู่แล้ว ไม่ต้องเป็นผู้รับ", field="to")
    was_open, due_at = step.is_open, None if step.due_by_urgency else step.due_at
    withdraw(by, letter, step, "withdraw")
    fresh = add_step(
        by,
        letter,
        route,
        Target(target.unit, target.position, step.purpose, step.order, due_at, step.lead),
        note=step.note,
    )
    why = " เพราะไม่มีผู้ดำรงตำแหน่งวันนี้" if vacant else ""
    said = [f"จาก {step.place} เป็น {fresh.place}{why}"]
    _note(by, letter, route, "เปลี่ยนผู้รับ", said, text, "step.redirect")
    if was_open:
        call(by, letter, fresh, lies=fresh.purpose != StepPurpose.INFO)
    settle(by, letter, ended=step)
    return fresh


def route_of(letter: Letter, step: RoutingStep) -> tuple[Route, Ways]:
    """The route a step stands on. Raises `Conflict` for a step that stands on none (a return, a round of signers)."""
    if step.route_id is None:
        raise Conflict("เรื่องนี้ไม่ได้อยู่ในเส้นทางที่กำหนดลำดับไว้")
    ways = Ways(letter.pk)
    return ways.routes[step.route_id], ways
