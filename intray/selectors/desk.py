"""The desk of a post: its waiting letters in the order in which they are to be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from common.access import Verdict
from intray.models import Aside, RoutingStep, StepPurpose, StepState
from intray.permissions import may_arrange
from intray.selectors.order import URGENT, in_reading_order
from intray.selectors.rows import age, shown_subject
from intray.selectors.tray import prepared_steps
from org.actor import Actor
from saraban.rows import due_words

MOST = 200


def on_desk(actor: Actor) -> QuerySet[RoutingStep]:
    """What waits at the actor's post, in reading order."""
    if actor.appointment is None:
        return RoutingStep.objects.none()
    mine = RoutingStep.objects.tray_of(actor).open().filter(to_position=actor.position)
    return in_reading_order(mine)


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One letter on the desk, ready to show."""

    step: RoutingStep
    subject: str
    purpose: str
    came: str
    due: str
    due_state: str
    prepared: bool
    aside: str
    arranged: bool
    fresh_urgent: bool


@dataclass(frozen=True)
class Desk:
    """The desk's letters to be read and those set aside; `more` when it holds more than is shown."""

    reading: list[DeskRow]
    aside: list[DeskRow]
    more: bool
    verdict: Verdict

    @property
    def to_sign(self) -> int:
        """How many of those to be read wait for a signature."""
        return sum(row.step.purpose == StepPurpose.SIGN for row in self.reading)


def desk(actor: Actor) -> Desk:
    """The desk of the actor's post, three queries whatever it holds."""
    steps = list(
        on_desk(actor)
        .select_related("letter", "sent_from__unit", "desk_place")
        .exclude(state=StepState.SIGNING)[: MOST + 1]
    )
    prepared = prepared_steps([step.pk for step in steps])
    rows = [_row(actor, step, step.pk in prepared) for step in steps[:MOST]]
    return Desk(
        reading=[row for row in rows if not row.aside],
        aside=[row for row in rows if row.aside],
        more=len(steps) > MOST,
        verdict=may_arrange(actor),
    )


def _row(actor: Actor, step: RoutingStep, prepared: bool) -> DeskRow:
    due, due_state = due_words(step.due_at, actor.at)
    place = getattr(step, "desk_place", None)
    aside = Aside(place.aside).label if place is not None and place.aside else ""
    return DeskRow(
        step=step,
        subject=shown_subject(step.letter),
        purpose=StepPurpose(step.purpose).label,
        came=age(actor.at - step.sent_at),
        due=due,
        due_state=due_state,
        prepared=prepared,
        aside=str(aside),
        arranged=place is not None and place.rank is not None,
        fresh_urgent=place is None and step.letter.urgency >= URGENT,
    )


def ids_in_order(actor: Actor) -> Sequence[int]:
    """The steps on the desk that are to be read, in their present order."""
    return list(on_desk(actor).exclude(desk_place__aside__gt="").values_list("pk", flat=True))
