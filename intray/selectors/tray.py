"""The tray's lists. The driver is always the routing steps of one post and its unit; letters join to the page's rows.

Paging is by keyset: a cursor is the sort values of the first or last row, so page 500 costs what page 1 costs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from intray.models import HANDLED_STATES, LIVE_STATES, OPEN_STATES, RoutingStep, StepPurpose, StepQuerySet
from org.actor import Actor

P = StepPurpose
PAGE = 50
COUNT_CAP = 999
SOON = timedelta(days=3)
NO_DEADLINE = datetime(9999, 1, 1, tzinfo=UTC)

TABS = {
    "wait": "รอพิจารณา",
    "sign": "รอลงนาม",
    "sent": "ส่งต่อและมอบหมายไปแล้ว",
    "due": "ใกล้หรือเกินกำหนด",
    "info": "รับทราบ",
    "done": "เสร็จแล้ว",
}
SORTS = {
    "new": "มาใหม่ก่อน",
    "old": "มาก่อนอยู่บน",
    "urgent": "ด่วนก่อน",
    "due": "กำหนดใกล้ก่อน",
}
_KEYS: dict[str, tuple[tuple[str, bool], ...]] = {
    "new": (("id", True),),
    "old": (("id", False),),
    "urgent": (("letter__urgency", True), ("id", True)),
    "due": (("deadline", False), ("id", False)),
}
DUE_WORDS = {"late": "เกินกำหนด", "soon": "ครบกำหนดใน 3 วัน", "none": "ไม่มีกำหนด"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the actor asked to see: tab, filters, order."""

    tab: str = "wait"
    text: str = ""
    urgency: int | None = None
    purpose: str = ""
    due: str = ""
    sort: str = ""

    @property
    def order(self) -> str:
        return self.sort if self.sort in SORTS else ("due" if self.tab == "due" else "new")


@dataclass(frozen=True, slots=True)
class TrayPage:
    """One page of steps, and the cursors of its neighbours ("" at an end)."""

    steps: list[RoutingStep]
    newer: str
    older: str


def waiting_count(actor: Actor) -> int:
    """How many letters wait for the actor (not those for information), capped. One index-only query."""
    steps = RoutingStep.objects.tray_of(actor).open().exclude(purpose=P.INFO)
    return steps.order_by()[: COUNT_CAP + 1].count()


def counts(actor: Actor) -> dict[str, int]:
    """What stands in each tab, capped, in two queries. `late` counts deadlines that have passed."""
    newest = RoutingStep.objects.tray_of(actor).open().order_by("-id").values("pk")[: COUNT_CAP + 1]
    late, soon = Q(due_at__lt=actor.at), Q(due_at__lte=actor.at + SOON)
    found = RoutingStep.objects.filter(pk__in=newest).aggregate(
        wait=Count("pk", filter=Q(purpose__in=(P.CONSIDER, P.ACTION))),
        sign=Count("pk", filter=Q(purpose=P.SIGN)),
        info=Count("pk", filter=Q(purpose=P.INFO)),
        due=Count("pk", filter=soon),
        late=Count("pk", filter=late),
    )
    return found | {"sent": _sent(actor).order_by()[: COUNT_CAP + 1].count()}


def tray_page(actor: Actor, wanted: Wanted, *, after: str = "", before: str = "", size: int = PAGE) -> TrayPage:
    """A page of the wanted tab: what follows the cursor `after`, or what stands just before `before`."""
    steps = _narrowed(_of_tab(actor, wanted.tab), actor, wanted)
    keys = _KEYS[wanted.order]
    cursor = _parse(after or before, keys)
    backwards = bool(before and cursor)
    if cursor:
        steps = steps.filter(_beyond(keys, cursor, backwards=backwards))
    ordered = steps.order_by(*(f"-{name}" if falls != backwards else name for name, falls in keys))
    rows = list(ordered.select_related("letter", "to_position", "to_unit", "sent_from__unit", "job")[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    newer = _cursor(rows[0], keys) if rows and (more if backwards else bool(cursor)) else ""
    older = _cursor(rows[-1], keys) if rows and (more or backwards) else ""
    return TrayPage(rows, newer, older)


def to_sign(actor: Actor, *, limit: int = 200) -> list[RoutingStep]:
    """The signing folder: what waits for the actor's signature, the most urgent first, then the oldest."""
    steps = RoutingStep.objects.tray_of(actor).open().filter(purpose=P.SIGN)
    steps = steps.select_related("letter__agency", "letter__folder", "sent_from__unit", "job", "to_position", "to_unit")
    return list(steps.order_by("-letter__urgency", "id")[:limit])


def progress_of(actor: Actor, letter_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Per letter what the actor's post sent and was not recalled: (how many, how many have ended)."""
    sent = RoutingStep.objects.filter(sent_from=actor.position, letter__in=letter_ids).exclude(state="RECALLED")
    rows = sent.values("letter").annotate(all=Count("pk"), ended=Count("pk", filter=~Q(state__in=LIVE_STATES)))
    return {row["letter"]: (row["all"], row["ended"]) for row in rows.order_by()}


def prepared_steps(step_ids: Sequence[int]) -> set[int]:
    """Which of these steps the secretary has laid a text on."""
    found = RoutingStep.objects.filter(pk__in=step_ids, endorsements__kind="PREPARED")
    return set(found.values_list("pk", flat=True))


def _of_tab(actor: Actor, tab: str) -> QuerySet[RoutingStep]:
    tray = RoutingStep.objects.tray_of(actor)
    if tab == "sent":
        return _sent(actor)
    if tab == "done":
        return _handled(actor)
    if tab == "sign":
        return tray.open().filter(purpose=P.SIGN)
    if tab == "info":
        return tray.open().filter(purpose=P.INFO)
    if tab == "due":
        return tray.open().filter(due_at__lte=actor.at + SOON)
    return tray.open().filter(purpose__in=(P.CONSIDER, P.ACTION))


def _sent(actor: Actor) -> QuerySet[RoutingStep]:
    """What the actor's post has sent and somebody still has: the latest live step of each letter."""
    return _latest(RoutingStep.objects.filter(sent_from=actor.position, state__in=LIVE_STATES), actor)


def _handled(actor: Actor) -> QuerySet[RoutingStep]:
    """What the actor's post has dealt with: the latest step of each letter that is not in the tray again."""
    handled = _latest(RoutingStep.objects.filter(to_position=actor.position, state__in=HANDLED_STATES), actor)
    again = RoutingStep.objects.filter(
        letter=OuterRef("letter"), to_position=OuterRef("to_position"), state__in=OPEN_STATES
    )
    return handled.filter(~Exists(again))


def _latest(steps: StepQuerySet, actor: Actor) -> QuerySet[RoutingStep]:
    steps = steps.filter(secrecy__lte=actor.clearance)
    return steps.filter(~Exists(steps.filter(letter=OuterRef("letter"), pk__gt=OuterRef("pk"))))


def _narrowed(steps: QuerySet[RoutingStep], actor: Actor, wanted: Wanted) -> QuerySet[RoutingStep]:
    steps = steps.annotate(deadline=Coalesce(F("due_at"), Value(NO_DEADLINE)))
    if wanted.urgency is not None:
        steps = steps.filter(letter__urgency=wanted.urgency)
    if wanted.purpose in P.values:
        steps = steps.filter(purpose=wanted.purpose)
    if wanted.due == "late":
        steps = steps.filter(due_at__lt=actor.at)
    elif wanted.due == "soon":
        steps = steps.filter(due_at__gte=actor.at, due_at__lte=actor.at + SOON)
    elif wanted.due == "none":
        steps = steps.filter(due_at=None)
    if wanted.text.strip():
        words = Q(letter__number__icontains=wanted.text.strip())
        words |= Q(letter__subject__icontains=wanted.text.strip(), letter__secrecy=0)
        steps = steps.filter(words)
    return steps


def _beyond(keys: Sequence[tuple[str, bool]], cursor: Sequence[object], *, backwards: bool) -> Q:
    """`(a, b) > (x, y)` in the order of `keys`, or `<` going backwards, as index-friendly conditions."""
    found = Q(pk__in=[])
    same: dict[str, object] = {}
    for (name, falls), value in zip(keys, cursor, strict=True):
        side = "lt" if falls != backwards else "gt"
        found |= Q(**same) & Q(**{f"{name}__{side}": value})
        same[name] = value
    return found


def _cursor(step: RoutingStep, keys: Sequence[tuple[str, bool]]) -> str:
    parts = []
    for name, _ in keys:
        value = step.letter.urgency if name == "letter__urgency" else getattr(step, name)
        parts.append(value.isoformat() if isinstance(value, datetime) else str(value))
    return "~".join(parts)


def _parse(text: str, keys: Sequence[tuple[str, bool]]) -> list[object]:
    """The cursor's values; an empty list for one that is not of these keys (the page then starts at the top)."""
    parts = text.split("~")
    if len(parts) != len(keys):
        return []
    values: list[object] = []
    for (name, _), part in zip(keys, parts, strict=True):
        try:
            value: object = datetime.fromisoformat(part) if name == "deadline" else int(part)
        except ValueError:
            return []
        if (isinstance(value, int) and abs(value) > 2**62) or (isinstance(value, datetime) and value.tzinfo is None):
            return []
        values.append(value)
    return values
