"""A letter's routes as the page shows them: each order with its addressees, where it stands, and what may be done about it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from common.access import Verdict
from intray.models import (
    Endorsement,
    Escalation,
    Route,
    RouteState,
    RoutingStep,
    StepPurpose,
    StepState,
)
from intray.permissions_routes import may_change_route, may_excuse, may_redirect, may_skip
from intray.selectors.rows import age
from intray.selectors.targets import vacant_now
from intray.selectors.ways import Ways
from org.actor import Actor
from saraban.models import Letter, Reference
from saraban.rows import due_words

RESULT = (Endorsement.Kind.CLOSE, Endorsement.Kind.OPINION, Endorsement.Kind.APPROVE, Endorsement.Kind.DISAPPROVE)
SHOWN = 12  # routes of one letter


@dataclass(frozen=True, slots=True)
class Stop:
    """One addressee. `works`: the part is not done; `answer` what it ended with, `answer_url` its answering letter."""

    step: RoutingStep
    place: str
    state: str
    works: bool
    days: str
    due: str
    due_state: str
    vacant: bool
    told: str
    answer: str
    answer_url: str
    skip: Verdict
    redirect: Verdict
    excuse: Verdict


@dataclass(frozen=True, slots=True)
class Turn:
    """The addressees that get the letter together; `has_turn` when it is with them now."""

    number: int
    has_turn: bool
    stops: tuple[Stop, ...]


@dataclass(frozen=True, slots=True)
class Itinerary:
    """One route with its turns. `lead` is the unit that answers for all; `done` of `parts` beside it have ended."""

    route: Route
    turns: tuple[Turn, ...]
    change: Verdict
    lead: Stop | None
    parts: int
    done: int

    @property
    def running(self) -> bool:
        return self.route.state == RouteState.RUNNING

    @property
    def partners(self) -> list[Stop]:
        """The stops beside the lead."""
        if self.lead is None:
            return []
        turn = next(turn for turn in self.turns if turn.number == self.lead.step.order)
        return [one for one in turn.stops if one is not self.lead and one.step.purpose != StepPurpose.INFO]


def itineraries(actor: Actor, letter: Letter, steps: Sequence[RoutingStep]) -> list[Itinerary]:
    """The routes worth showing – several orders, or a lead – newest first, in at most six queries. `steps`: the letter's."""
    if not any(step.lead or (step.order > 1 and step.route_id) for step in steps):
        return []
    ways = Ways(letter.pk, steps)
    shown = [route for route in reversed(ways.routes.values()) if _worth_showing(ways, route)][:SHOWN]
    facts = _facts(actor, letter, ways, shown)
    return [_itinerary(actor, ways, route, facts) for route in shown]


def itinerary_of(actor: Actor, letter: Letter, route_id: int) -> Itinerary | None:
    """One route, whatever its shape; None when it is not the letter's."""
    ways = Ways(letter.pk)
    route = ways.routes.get(route_id)
    return _itinerary(actor, ways, route, _facts(actor, letter, ways, [route])) if route is not None else None


def _worth_showing(ways: Ways, route: Route) -> bool:
    groups = ways.orders(route)
    has_lead = any(one.lead for steps in groups.values() for one in steps)
    return has_lead or (route.state == RouteState.RUNNING and len(groups) > 1)


@dataclass(frozen=True)
class _Facts:
    """What is looked up for all shown steps at once."""

    at: datetime
    vacant: Collection[int]
    told: Mapping[int, str]
    answers: Mapping[int, str]
    letters: Mapping[int, str]


def _facts(actor: Actor, letter: Letter, ways: Ways, routes: Sequence[Route]) -> _Facts:
    steps = [one for route in routes for one in ways.of(route)]
    ids = [one.pk for one in steps]
    told = Escalation.objects.filter(step__in=ids).select_related("position")
    said = Endorsement.objects.filter(letter=letter, kind__in=RESULT).exclude(step=None).order_by("id")
    return _Facts(
        at=actor.at,
        vacant=vacant_now([one for one in steps if one.is_open or one.state == StepState.PLANNED], actor.at),
        told={one.step_id: one.position.label for one in told},
        answers={one.step_id: one.text or one.get_kind_display() for one in said if one.step_id is not None},
        letters=_answering(actor, letter),
    )


def _answering(actor: Actor, letter: Letter) -> dict[int, str]:
    """By unit, the page of the letter with which it answered, as far as the actor may read it."""
    tied = Reference.objects.filter(target=letter, kind=Reference.Kind.ANSWERS).values("letter")
    letters = Letter.objects.visible_to(actor).filter(pk__in=tied).order_by("id")
    return {unit: reverse("saraban:letter", args=[pk]) for pk, unit in letters.values_list("id", "owner_unit")}


def _itinerary(actor: Actor, ways: Ways, route: Route, facts: _Facts) -> Itinerary:
    steps = ways.of(route)
    current = ways.current(route) if route.state == RouteState.RUNNING else 0
    turns = tuple(
        Turn(number, number == current, tuple(_stop(actor, ways, route, steps, one, facts) for one in group))
        for number, group in ways.orders(route).items()
    )
    stops = [one for turn in turns for one in turn.stops]
    lead = next((one for one in stops if one.step.lead), None)
    beside = [one for one in stops if lead is not None and one.step in ways.partners(lead.step)]
    return Itinerary(
        route=route,
        turns=turns,
        change=may_change_route(actor, route, steps),
        lead=lead,
        parts=len(beside),
        done=sum(not one.works for one in beside),
    )


def _stop(
    actor: Actor, ways: Ways, route: Route, steps: Sequence[RoutingStep], step: RoutingStep, facts: _Facts
) -> Stop:
    works = ways.works(step, but=route.made_from_id)
    vacant = step.to_position_id in facts.vacant
    ended = step.done_at if not works else None
    due, due_state = due_words(step.due_at if works else None, facts.at)
    under = [step, *ways.below(step)]
    answer = next((facts.answers[one.pk] for one in reversed(under) if one.pk in facts.answers), "")
    return Stop(
        step=step,
        place=step.place,
        state=_state(step, works),
        works=works,
        days=age((ended or facts.at) - step.sent_at) if step.state != StepState.PLANNED else "",
        due=due,
        due_state=due_state,
        vacant=vacant and step.state != StepState.DONE,
        told=next((facts.told[one.pk] for one in under if one.pk in facts.told), ""),
        answer=answer if not works else "",
        answer_url=facts.letters.get(step.to_unit_id, ""),
        skip=may_skip(actor, route, steps, step),
        redirect=may_redirect(actor, route, steps, step, vacant=vacant),
        excuse=may_excuse(actor, route, steps, step, works=works),
    )


def _state(step: RoutingStep, works: bool) -> str:
    if step.state == StepState.NEW:
        return "ยังไม่เปิดอ่าน"
    if step.state == StepState.SENT_ON:
        return "ส่งต่อแล้ว กำลังดำเนินการ" if works else "ส่งต่อแล้ว เสร็จแล้ว"
    return str(step.get_state_display())
