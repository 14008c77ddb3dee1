"""Routes at work: what is sent in orders, the next order called when the one before has ended, the end of a route.

The rule, in one place (docs/guide/routes.md says it to users):

* an order has its turn when everybody asked to act in the order before has ended; copies for information hold nothing up;
* what was sent on has ended when everything that came of it has ended;
* when the last order has ended, answers that were asked for go back to who made the route; what was only to be done does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from common.access import Conflict, Invalid, Refused
from intray.actions.paper_trail import (
    admit,
    back_to_sender,
    leave_step,
    shut_out,
    tell,
    tell_post,
    urgency_deadline,
)
from intray.models import (
    LEFT_STATES,
    LIVE_STATES,
    OPEN_STATES,
    ROUTE,
    STEP,
    Endorsement,
    Route,
    RouteState,
    RoutingStep,
    StepPurpose,
    StepState,
)
from intray.selectors.targets import Target, why_not
from intray.selectors.ways import Ways
from org.actor import Actor
from saraban.actions.letters import arrive
from saraban.models import Letter, LetterStatus, Stay

INFO = StepPurpose.INFO
ASKS = (StepPurpose.CONSIDER, StepPurpose.OPINION)
MOST_TURNS = 200  # a route of so many orders goes wrong somewhere


def send(
    by: Actor,
    letter: Letter,
    targets: Sequence[Target],
    *,
    previous: RoutingStep | None,
    note: str = "",
    due_at: datetime | None = None,
) -> list[RoutingStep]:
    """Make a route of `targets` and call its first order: party, stay and notice for each. `due_at` where a target has
    no deadline of its own. Copies for information hold no letter back: where somebody is to act, it lies with those.

    Raises `Invalid` without targets or to the own post, `Conflict` when it waits at a target already.
    """
    if not targets:
        raise Invalid("โปรดเลือกผู้รับอย่างน้อยหนึ่งราย", field="to")
    targets = in_order(targets)
    for target in targets:
        refuse_badly_sent(by, letter, target, at_once=target.order == 1)
    route = Route.objects.create(
        letter=letter, previous=previous, made_by=by.user, made_from=by.position, made_at=by.at
    )  # fmt: skip
    steps = [add_step(by, letter, route, target, note=note, due_at=due_at) for target in targets]
    somebody_acts = any(target.purpose != INFO for target in targets)
    for step in steps:
        if step.order == 1:
            call(by, letter, step, lies=step.purpose != INFO or not somebody_acts)
    if all(step.purpose == INFO for step in steps if step.order == 1):
        settle(by, letter, ended=previous)
    return steps


def in_order(targets: Sequence[Target]) -> list[Target]:
    """The targets by order, numbered from 1 without gaps. Raises `Invalid` for two leads or a lead who is not to act,
    `Conflict` for one chosen twice in the same order."""
    leads = [target for target in targets if target.lead]
    if len(leads) > 1:
        raise Invalid("เลือกหน่วยรับผิดชอบหลักได้หน่วยเดียว", field="to")
    if leads and leads[0].purpose != StepPurpose.ACTION:
        raise Invalid("หน่วยรับผิดชอบหลักต้องเป็นผู้ดำเนินการ ไม่ใช่ผู้รับเพื่อทราบ พิจารณา หรือให้ความเห็น", field="to")
    places = [(target.order, target.unit_id, target.position_id) for target in targets]
    twice = next((target for target, place in zip(targets, places, strict=True) if places.count(place) > 1), None)
    if twice is not None:
        raise Conflict(f"{twice.label} ถูกเลือกซ้ำในลำดับเดียวกัน")
    numbers = {order: at for at, order in enumerate(sorted({target.order for target in targets}), start=1)}
    return sorted((target.at(numbers[target.order]) for target in targets), key=lambda target: target.order)


def add_step(
    by: Actor, letter: Letter, route: Route, target: Target, *, note: str = "", due_at: datetime | None = None
) -> RoutingStep:
    """A step of the route that waits for its order."""
    return RoutingStep.objects.create(
        letter=letter,
        route=route,
        previous=route.previous,
        to_position=target.position,
        to_unit=target.unit,
        for_unit=target.position is None,
        purpose=target.purpose,
        state=StepState.PLANNED,
        order=target.order,
        lead=target.lead,
        secrecy=letter.secrecy,
        note=note[:500],
        sent_by=by.user,
        sent_from=route.made_from,
        sent_at=by.at,
        due_at=target.due_at or due_at,
    )


def refuse_badly_sent(by: Actor, letter: Letter, target: Target, *, at_once: bool) -> None:
    """Raises `Invalid` for the own post, `Refused` for one a classified letter may not go to, `Conflict` where it waits
    already and would have to go now."""
    if target.position is not None and target.position.pk == by.position.pk:
        raise Invalid("ส่งถึงตำแหน่งของท่านเองไม่ได้", field="to")
    reason = why_not(letter, target, by.at)
    if reason:
        raise Refused(reason)
    if at_once and _at(letter, target.unit_id, target.position_id).exists():
        raise Conflict(f"{target.label} มีเรื่องนี้อยู่ในแฟ้มแล้ว")


def _at(letter: Letter, unit_id: int, position_id: int | None) -> Any:
    there = RoutingStep.objects.filter(letter=letter, state__in=OPEN_STATES, to_position=position_id)
    return there if position_id is not None else there.filter(to_unit=unit_id)


def call(by: Actor, letter: Letter, step: RoutingStep, *, lies: bool) -> bool:
    """The step's turn has come: party, deadline, notice, and with `lies` a stay. False while its place has the letter
    for another reason; a mere copy there gives way, and a copy that would come twice is dropped."""
    there = _at(letter, step.to_unit_id, step.to_position_id).exclude(pk=step.pk).first()
    if there is not None and step.purpose == INFO:
        STEP.move(step, "recall", field="state")
        step.done_at = by.at
        step.save(update_fields=["state", "done_at"])
        return True
    if there is not None and there.purpose != INFO:
        return False
    if there is not None:
        STEP.move(there, "finish", field="state")
        there.done_at = by.at
        there.save(update_fields=["state", "done_at"])
    STEP.move(step, "call", field="state")
    step.letter = letter
    step.sent_at = by.at
    if step.due_at is None and step.purpose != INFO:
        step.due_at = urgency_deadline(letter, by.at)
        step.due_by_urgency = step.due_at is not None
    step.save(update_fields=["state", "sent_at", "due_at", "due_by_urgency"])
    admit(letter, step)
    if lies:
        arrive(letter=letter, unit=step.to_unit, position=step.to_position, at=by.at)
    tell(step, by)
    return True


def settle(
    by: Actor, letter: Letter, *, ended: RoutingStep | None = None, closing: bool = False, note: str = ""
) -> None:
    """Go on with the letter's running routes after `ended` has ended: call the next orders, end what is complete.

    `closing`: it ended by จบงาน, which brings nothing back but answers of others. `note` is the answer given. The caller
    holds the letter's lock; one that closes asks `keep_somewhere` when the letter goes on.
    """
    for _ in range(MOST_TURNS):
        ways = Ways(letter.pk)
        if not any(_go_on(by, letter, ways, route, ended, closing, note) for route in ways.running()):
            break
    if not closing:
        keep_somewhere(by, letter, ended)


def _go_on(
    by: Actor, letter: Letter, ways: Ways, route: Route, ended: RoutingStep | None, closing: bool, note: str
) -> bool:
    """One move of one route; False when it waits."""
    if letter.status == LetterStatus.CLOSED:
        return _wind_up(by, letter, ways, route)
    for lead in ways.of(route):
        if lead.lead and lead.state == StepState.SENT_ON and not ways.waits_below(lead):
            take_back(by, letter, lead)
            return True
    for steps in ways.orders(route).values():
        planned = [one for one in steps if one.state == StepState.PLANNED]
        acting = [one for one in steps if one.purpose != INFO]
        called = [call(by, letter, one, lies=one.purpose != INFO) for one in planned]
        if any(called):
            return True
        if any(ways.works(one, but=route.made_from_id) for one in acting):
            return False
    end_route(by, route, "end")
    _bring_back(by, letter, ways, route, ended, closing, note)
    return True


def _wind_up(by: Actor, letter: Letter, ways: Ways, route: Route) -> bool:
    """The letter was closed elsewhere: nobody more is called."""
    call_off_planned(by, letter, ways.of(route))
    if any(ways.works(one, but=route.made_from_id) for one in ways.of(route) if one.state != StepState.RECALLED):
        return False
    end_route(by, route, "end")
    return True


def call_off_planned(by: Actor, letter: Letter, steps: Sequence[RoutingStep], *, unopened: bool = False) -> None:
    """Recall the steps whose turn has not come, and with `unopened` those nobody has opened."""
    for step in steps:
        if step.state == StepState.PLANNED or (unopened and step.state == StepState.NEW):
            withdraw(by, letter, step, "recall")


def withdraw(by: Actor, letter: Letter, step: RoutingStep, verb: str) -> None:
    """End a step that its post did not end itself; whoever never read the letter is a stranger again."""
    lay_there = step.is_open
    STEP.move(step, verb, field="state")
    step.done_at = by.at
    step.save(update_fields=["state", "done_at"])
    if lay_there:
        leave_step(letter, step, by)
    if step.opened_at is None:
        shut_out(letter, step)


def end_route(by: Actor, route: Route, verb: str) -> None:
    """`end` or `stop`."""
    ROUTE.move(route, verb, field="state")
    route.ended_at = by.at
    route.save(update_fields=["state", "ended_at"])


def stop_route(by: Actor, letter: Letter, step: RoutingStep) -> None:
    """`step` was returned: a route of several orders stops, and whoever has not begun is spared. What went out together
    in one order goes on: each had an order of its own."""
    if step.route_id is None:
        return
    ways = Ways(letter.pk)
    route = ways.routes[step.route_id]
    if route.state != RouteState.RUNNING or len(ways.orders(route)) < 2:
        return
    call_off_planned(by, letter, [one for one in ways.of(route) if one.pk != step.pk], unopened=True)
    end_route(by, route, "stop")


def _bring_back(
    by: Actor, letter: Letter, ways: Ways, route: Route, ended: RoutingStep | None, closing: bool, note: str
) -> None:
    """The route has ended: its maker gets the answers, or his own step again when nobody did anything."""
    asked = [one for one in ways.of(route) if one.purpose != INFO]
    acting = [one for one in asked if one.state not in LEFT_STATES]
    answers = _answers([one for one in acting if one.order == acting[-1].order])
    maker, mine = route.made_from, route.previous
    if not asked or (closing and not answers) or (mine is not None and mine.state in LEFT_STATES):
        return
    for waits in _at(letter, maker.unit_id, maker.pk):
        if waits.purpose != INFO:
            return
        STEP.move(waits, "finish", field="state")
        waits.done_at = by.at
        waits.save(update_fields=["state", "done_at"])
    sent_on = mine is not None and mine.state == StepState.SENT_ON and mine.to_position_id == maker.pk
    if mine is not None and sent_on and (not answers or mine.lead or by.position.pk == maker.pk):
        take_back(by, letter, mine)
        return
    if answers and by.position.pk != maker.pk:
        source = next((one for one in answers if ended is not None and one.pk == ended.pk), answers[-1])
        source.letter = letter
        words = note if note and len(answers) == 1 else f"ผู้ที่ถามตอบครบแล้ว {len(answers)} ราย ดูในการเกษียน"
        back_to_sender(by, letter, source, words)
        return
    arrive(letter=letter, unit=maker.unit, at=by.at)
    tell_post(maker, letter, f"route:{route.pk}:back", "back", "เส้นทางครบแล้ว เรื่องกลับมาที่หน่วยงานของท่าน", by)


def _answers(last: Sequence[RoutingStep]) -> list[RoutingStep]:
    """Of the last order those that answered what they were asked; who closed the matter himself brings nothing back."""
    asked = [one for one in last if one.state == StepState.DONE and one.purpose in ASKS]
    if not asked:
        return []
    closed = Endorsement.objects.filter(step__in=[one.pk for one in asked], kind=Endorsement.Kind.CLOSE)
    by_closing = set(closed.values_list("step_id", flat=True))
    return [one for one in asked if one.pk not in by_closing]


def take_back(by: Actor, letter: Letter, step: RoutingStep) -> None:
    """What was sent on lies with its post again."""
    step.letter = letter
    STEP.move(step, "take_back", field="state")
    step.done_at = None
    step.save(update_fields=["state", "done_at"])
    arrive(letter=letter, unit=step.to_unit, position=step.to_position, at=by.at)
    if step.to_position is not None:
        words = "หน่วยในสังกัดดำเนินการครบแล้ว รอท่านสรุปผล" if step.lead else "เรื่องกลับมาที่ท่าน"
        tell_post(step.to_position, letter, f"step:{step.pk}:again:{by.at.timestamp()}", "back", words, by)


def tell_lead(by: Actor, letter: Letter, step: RoutingStep) -> None:
    """The last unit beside a lead has ended its part: the lead hears that it may conclude."""
    if step.route_id is None or step.lead:
        return
    ways = Ways(letter.pk)
    lead = ways.lead_of(step)
    if lead is not None and lead.to_position is not None and not ways.missing(lead):
        words = "หน่วยร่วมส่งผลครบแล้ว รอท่านสรุปและจบงาน"
        tell_post(lead.to_position, letter, f"step:{lead.pk}:all-in:{step.pk}", "back", words, by)


def keep_somewhere(by: Actor, letter: Letter, ended: RoutingStep | None = None) -> None:
    """A letter under way always lies somewhere: at the unit that sent it last when nobody is left to act."""
    if letter.status != LetterStatus.IN_PROGRESS or Stay.objects.filter(letter=letter, until=None).exists():
        return
    if RoutingStep.objects.filter(letter=letter, state__in=LIVE_STATES).exclude(purpose=INFO).exists():
        return
    home = ended.sent_from.unit if ended is not None and ended.route_id is not None else by.unit
    arrive(letter=letter, unit=home, at=by.at)
