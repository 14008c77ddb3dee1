"""The steps of one letter as the tree they are: who still works below a step, and which order of a route has its turn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from intray.models import LIVE_STATES, Route, RouteState, RoutingStep, StepPurpose, StepState

MOST_ORDERS = 30


@dataclass(frozen=True, slots=True)
class Ahead:
    """How a planned step is to stand: its turn (2.5 is between the 2nd and the 3rd), purpose, deadline."""

    step_id: int
    turn: float
    purpose: str
    due_at: datetime | None


class Ways:
    """A letter's steps and routes in memory. Built from `steps`, or read (one query for the steps, one for the routes).

    A step *works* while it is planned or waits, or anything sent on from it works: what was given down the line has
    ended when all of that has. A copy for information never works.
    """

    def __init__(self, letter_id: int, steps: Sequence[RoutingStep] | None = None) -> None:
        self.letter_id = letter_id
        self.steps = list(steps) if steps is not None else list(self._read())
        self._below: dict[int, list[RoutingStep]] = defaultdict(list)
        for step in self.steps:
            if step.previous_id is not None:
                self._below[step.previous_id].append(step)

    def _read(self) -> Iterable[RoutingStep]:
        steps = RoutingStep.objects.filter(letter=self.letter_id).order_by("id")
        return steps.select_related("to_position__unit", "to_unit", "sent_from__unit", "sent_by", "letter")

    @cached_property
    def routes(self) -> dict[int, Route]:
        """All routes of the letter, the oldest first."""
        routes = Route.objects.filter(letter=self.letter_id).order_by("id")
        return {route.pk: route for route in routes.select_related("made_from__unit", "previous__to_position")}

    def running(self) -> list[Route]:
        """The running routes, the innermost (youngest) first."""
        return [route for route in reversed(self.routes.values()) if route.state == RouteState.RUNNING]

    def of(self, route: Route) -> list[RoutingStep]:
        """The steps of a route by order."""
        return sorted((one for one in self.steps if one.route_id == route.pk), key=lambda one: (one.order, one.pk))

    def orders(self, route: Route) -> dict[int, list[RoutingStep]]:
        """The steps of a route in groups, the first order first; what was recalled or replaced is left out."""
        groups: dict[int, list[RoutingStep]] = {}
        for step in self.of(route):
            if step.state != StepState.RECALLED:
                groups.setdefault(step.order, []).append(step)
        return groups

    def below(self, step: RoutingStep) -> list[RoutingStep]:
        """Every step that came of this one, through however many hands."""
        found, queue = [], list(self._below[step.pk])
        while queue:
            one = queue.pop()
            found.append(one)
            queue += self._below[one.pk]
        return found

    def works(self, step: RoutingStep, *, but: int | None = None) -> bool:
        """Whether the step or anything below it still works. What went back to the post `but` is that post's own matter."""
        queue = [step]
        while queue:
            one = queue.pop()
            if one.state in LIVE_STATES and one.purpose != StepPurpose.INFO:
                return True
            queue += [
                after for after in self._below[one.pk] if after.route_id is not None or after.to_position_id != but
            ]
        return False

    def waits_below(self, step: RoutingStep) -> bool:
        """Whether something sent on from the step still works."""
        return any(self.works(one) for one in self._below[step.pk])

    def current(self, route: Route) -> int:
        """The order whose turn it is: the first in which somebody works; after the last one, the last."""
        orders = [one.order for one in self.of(route) if one.purpose != StepPurpose.INFO and self._works_in(route, one)]
        return min(orders, default=max((one.order for one in self.of(route)), default=1))

    def _works_in(self, route: Route, step: RoutingStep) -> bool:
        return self.works(step, but=route.made_from_id)

    def partners(self, lead: RoutingStep) -> list[RoutingStep]:
        """The units that answer beside a lead: the other steps of its order that are to act."""
        return [
            one for one in self.steps
            if lead.lead and lead.route_id is not None and one.route_id == lead.route_id and one.order == lead.order
            and one.pk != lead.pk and one.purpose != StepPurpose.INFO and one.state != StepState.RECALLED
        ]  # fmt: skip

    def missing(self, step: RoutingStep) -> list[RoutingStep]:
        """Whose part is not done before `step` may be closed: for a lead, the partners that still work."""
        if not step.lead or step.route_id is None:
            return []
        maker = self.routes[step.route_id].made_from_id
        return [one for one in self.partners(step) if self.works(one, but=maker)]

    def lead_of(self, step: RoutingStep) -> RoutingStep | None:
        """The live lead a step answers beside; None for the lead itself and where there is none."""
        return next(
            (
                one for one in self.steps
                if one.lead and step.route_id is not None and one.route_id == step.route_id and one.order == step.order
                and one.pk != step.pk and (one.state in LIVE_STATES or one.state == StepState.SENT_ON)
            ),
            None,
        )  # fmt: skip
