"""Any history of a letter on its routes keeps what must hold: it lies somewhere, waits once at a place, orders follow one
another, it closes only when nobody works, and where it lies is where somebody has it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from common.access import Refused
from intray import actions
from intray.models import LIVE_STATES, OPEN_STATES, Route, RouteState, RoutingStep, StepPurpose, StepState
from intray.selectors.targets import Target
from intray.selectors.ways import Ahead, Ways
from org.actor import Actor
from saraban.models import Letter, LetterStatus, Stay
from tests.sizes import sized
from tests.tray import registered, to_post, to_unit
from tests.world import World

INFO = StepPurpose.INFO
PEOPLE = ("province-registrar", "vice1", "vice3", "stat-clerk", "stat-head", "auditor", "clerk", "general-head")
PLACES: tuple[tuple[str, str], ...] = (
    *(("post", key) for key in ("vice1", "vice3", "stat-clerk", "stat-head", "clerk", "general-head")),
    *(("unit", key) for key in ("statistics", "audit", "general")),
)
chosen = st.lists(
    st.tuples(st.sampled_from(PLACES), st.integers(1, 3), st.sampled_from(["ACTION", "CONSIDER", "OPINION", "INFO"])),
    min_size=1,
    max_size=4,
    unique_by=lambda one: one[0],
)
who, which, leads = st.sampled_from(PEOPLE), st.integers(0, 9), st.integers(0, 7)


class Letters(RuleBasedStateMachine):
    """One letter in the hands of eight people. Whatever is refused leaves everything as it was."""

    world: World
    actors: dict[str, Actor]
    targets: dict[tuple[str, str], Target]

    def __init__(self) -> None:
        super().__init__()
        self.sid = transaction.savepoint()
        self.letter = registered(self.world)

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.sid)

    def by(self, name: str) -> Actor:
        return replace(self.actors[name], at=timezone.now())

    def to(self, picked: list[tuple[tuple[str, str], int, str]], lead: int) -> list[Target]:
        """The picked addressees; now and then one of those who act in the first order leads."""
        found = [
            Target(self.targets[place].unit, self.targets[place].position, purpose, order)
            for place, order, purpose in picked
        ]
        if lead < len(found) and found[lead].purpose == "ACTION":
            found[lead] = replace(found[lead], lead=True)
        return found

    def at(self, which: int) -> tuple[Actor, RoutingStep] | None:
        """One of those who have the letter, and the step of theirs."""
        waiting = self.steps(state__in=OPEN_STATES)
        if not waiting:
            return None
        step = waiting[which % len(waiting)]
        posts = {actor.position.pk: name for name, actor in self.actors.items()}
        units = {actor.unit.pk: name for name, actor in self.actors.items()}
        return self.by(posts[step.to_position_id] if step.to_position_id else units[step.to_unit_id]), step

    def steps(self, **wanted: Any) -> list[RoutingStep]:
        return list(RoutingStep.objects.filter(letter=self.letter, **wanted).order_by("id"))

    def tried(self, verb: Any, **how: Any) -> bool:
        """Do it, or be refused in a sentence."""
        try:
            with transaction.atomic():
                verb(**how)
        except Refused as refusal:
            assert refusal.sentence
            return False
        return True

    @initialize(picked=chosen, lead=leads)
    def begin(self, picked: Any, lead: int) -> None:
        self.start(picked, lead)

    @rule(picked=chosen, lead=leads)
    def start(self, picked: Any, lead: int) -> None:
        by = self.by("province-registrar")
        self.tried(actions.start_route, by=by, letter_id=self.letter.pk, targets=self.to(picked, lead))

    @rule(which=which, picked=chosen, lead=leads)
    def forward(self, which: int, picked: Any, lead: int) -> None:
        if here := self.at(which):
            self.tried(actions.forward, by=here[0], step_id=here[1].pk, targets=self.to(picked, lead))

    @rule(which=which, how=st.sampled_from(["done", "done", "done", "approve", "return", "endorse"]))
    def decide(self, which: int, how: str) -> None:
        here = self.at(which)
        if here is None:
            return
        by, step = here
        if how == "done":
            how = {"ACTION": "close", "OPINION": "opinion"}.get(step.purpose, "acknowledge")
        verbs: dict[str, Any] = {
            "close": lambda: actions.close(by=by, step_id=step.pk, text="เสร็จแล้ว"),
            "acknowledge": lambda: actions.acknowledge(by=by, step_id=step.pk),
            "opinion": lambda: actions.give_opinion(by=by, step_id=step.pk, text="เห็นชอบ"),
            "approve": lambda: actions.approve(by=by, step_id=step.pk, granted=True),
            "return": lambda: actions.return_step(by=by, step_id=step.pk, reason="ส่งผิด"),
            "endorse": lambda: actions.endorse(by=by, step_id=step.pk, text="รับไว้"),
        }
        self.tried(verbs[how])

    @rule(which=which, how=st.sampled_from(["open", "take", "release", "close"]))
    def handle(self, which: int, how: str) -> None:
        if here := self.at(which):
            verbs: dict[str, Any] = {"open": actions.open_step, "take": actions.take, "release": actions.release}
            self.tried(verbs.get(how, actions.close), by=here[0], step_id=here[1].pk)

    @rule(which=which)
    def recall(self, which: int) -> None:
        live = self.steps(state__in=LIVE_STATES)
        if live:
            step = live[which % len(live)]
            posts = {actor.position.pk: name for name, actor in self.actors.items()}
            self.tried(actions.recall_step, by=self.by(posts[step.sent_from_id]), step_id=step.pk)

    def maker(self, route: Route) -> Actor:
        posts = {actor.position.pk: name for name, actor in self.actors.items()}
        return self.by(posts[route.made_from_id])

    @rule(which=which, text=st.sampled_from(["skip", "excuse", "redirect"]), place=st.sampled_from(PLACES))
    def spare(self, which: int, text: str, place: tuple[str, str]) -> None:
        states = (*LIVE_STATES, StepState.SENT_ON)
        steps = self.steps(route__state=RouteState.RUNNING, state__in=states)
        if not steps:
            return
        step = steps[which % len(steps)]
        assert step.route is not None
        by = self.maker(step.route)
        if text == "skip":
            self.tried(actions.skip_step, by=by, step_id=step.pk, ordered_by="ผู้ว่าราชการจังหวัด", text="ข้ามไป")
        elif text == "excuse":
            self.tried(actions.excuse_step, by=by, step_id=step.pk, reason="ไม่เกี่ยวข้อง")
        else:
            target = replace(self.targets[place], purpose=step.purpose)
            self.tried(actions.redirect_step, by=by, step_id=step.pk, target=target, text="เปลี่ยนตัว")

    @rule(which=which, picked=chosen, turn=st.sampled_from([1, 1.5, 2, 2.5, 3.5]), out=st.booleans())
    def revise(self, which: int, picked: Any, turn: float, out: bool) -> None:
        routes = list(Route.objects.filter(letter=self.letter, state=RouteState.RUNNING))
        if not routes:
            return
        route = routes[which % len(routes)]
        planned = self.steps(route=route, state=StepState.PLANNED)[:1]
        self.tried(
            actions.revise_route,
            by=self.maker(route),
            route_id=route.pk,
            ahead=[] if out else [Ahead(one.pk, turn, one.purpose, one.due_at) for one in planned],
            removed=[one.pk for one in planned] if out else [],
            added=[(one.at(1), turn) for one in self.to(picked[:1], 9)],
            text="ปรับเส้นทาง",
        )

    @rule(reopens=st.booleans(), name=who)
    def end(self, reopens: bool, name: str) -> None:
        """Close the letter outside any tray, or take a closed one up again."""
        if reopens:
            self.tried(actions.reopen, by=self.by(name), letter_id=self.letter.pk, reason="ยังไม่เสร็จ")
            return
        busy = [one for one in self.steps(state__in=LIVE_STATES) if one.purpose != INFO]
        if self.tried(actions.close_letter, by=self.by("province-registrar"), letter_id=self.letter.pk):
            assert not busy, "closed while somebody works"

    # -- what holds after every one of them -----------------------------------------------------------

    @invariant()
    def a_letter_that_is_not_closed_lies_somewhere(self) -> None:
        status = Letter.objects.values_list("status", flat=True).get(pk=self.letter.pk)
        lies = Stay.objects.filter(letter=self.letter, until=None).exists()
        assert lies == (status != LetterStatus.CLOSED)

    @invariant()
    def nobody_works_on_a_closed_letter(self) -> None:
        if Letter.objects.get(pk=self.letter.pk).status == LetterStatus.CLOSED:
            assert not [one for one in self.steps(state__in=LIVE_STATES) if one.purpose != INFO]

    @invariant()
    def it_waits_once_at_a_place(self) -> None:
        places = [
            (one.to_position_id, None if one.to_position_id else one.to_unit_id)
            for one in self.steps(state__in=OPEN_STATES)
        ]
        assert len(places) == len(set(places))

    @invariant()
    def a_later_order_waits_for_the_earlier(self) -> None:
        ways = Ways(self.letter.pk)
        for route in ways.running():
            current = ways.current(route)
            acting = [one for one in ways.of(route) if one.purpose != INFO]
            assert not [one for one in acting if one.order > current and one.state in (*OPEN_STATES, StepState.SENT_ON)]
            assert [one for one in acting if ways.works(one, but=route.made_from_id)], "runs, and nobody works"
        ended = [route for route in ways.routes.values() if route.state != RouteState.RUNNING]
        assert not [one for route in ended for one in ways.of(route) if one.state == StepState.PLANNED]

    @invariant()
    def it_lies_where_somebody_has_it(self) -> None:
        acting = [one for one in self.steps(state__in=OPEN_STATES) if one.purpose != INFO]
        stays = set(Stay.objects.filter(letter=self.letter, until=None).values_list("unit", "position"))
        wanted = {(one.to_unit_id, one.to_position_id) for one in acting}
        assert wanted <= stays, "somebody has it and it does not lie there"
        if acting:
            others = stays - wanted
            copies = {(one.to_unit_id, one.to_position_id) for one in self.steps(purpose=INFO)}
            assert others <= copies | self._left_open(), "it lies where nobody has it"

    def _left_open(self) -> set[tuple[int, int | None]]:
        """Common rooms in which a colleague works on what came to the unit, and the registry that sent it on."""
        units = {one.to_unit_id for one in self.steps(for_unit=True)} | {self.actors["province-registrar"].unit.pk}
        return {(unit, None) for unit in units}


@pytest.fixture
def stage(world: World) -> Iterator[type[Letters]]:
    Letters.world = world
    Letters.actors = {name: world.actor(name) for name in PEOPLE}
    Letters.targets = {
        (kind, key): to_post(world.post("PTE", key)) if kind == "post" else to_unit(world.unit("PTE", key))
        for kind, key in PLACES
    }
    yield Letters


@pytest.mark.django_db
def test_any_history_on_routes(stage: type[Letters]) -> None:
    run_state_machine_as_test(
        stage,
        settings=settings(
            max_examples=sized(15, long=200),
            stateful_step_count=sized(16, long=40),
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
