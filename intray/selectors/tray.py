"""The tray's lists. The driver is always the routing steps of one post and its unit; letters join to the page's rows.

Paging is by keyset: a cursor is the sort values of the first or last row, so page 500 costs what page 1 costs.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import itemgetter

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from common.menu import counted
from intray.models import (
    HANDLED_STATES,
    LIVE_STATES,
    OPEN_STATES,
    Endorsement,
    RoutingStep,
    StepPurpose,
    StepQuerySet,
)
from intray.selectors.keyset import window
from intray.selectors.order import in_reading_order
from org.actor import Actor
from saraban.models import LetterStatus

P = StepPurpose
PAGE = 50
COUNT_CAP = 999
MENU_CAP = 99
SEARCHED = 5000
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


# Both branches walk a partial index of the open steps alone; what a tray holds, not what it ever held, is the cost.
_COUNTS = """
SELECT count(*) FILTER (WHERE purpose IN ('CONSIDER', 'ACTION', 'OPINION')), count(*) FILTER (WHERE purpose = 'SIGN'),
       count(*) FILTER (WHERE purpose = 'INFO'), count(*) FILTER (WHERE due_at <= %(soon)s),
       count(*) FILTER (WHERE due_at < %(at)s)
FROM (
  (SELECT purpose, due_at FROM intray_routingstep
    WHERE to_position_id = %(position)s AND state IN ('NEW', 'OPENED', 'SIGNING') AND secrecy <= %(clearance)s
    LIMIT %(limit)s)
  UNION ALL
  (SELECT purpose, due_at FROM intray_routingstep
    WHERE to_unit_id = %(unit)s AND to_position_id IS NULL AND state IN ('NEW', 'OPENED', 'SIGNING')
      AND secrecy <= %(clearance)s
    LIMIT %(limit)s)
) tray
"""


def waiting_count(actor: Actor) -> int:
    """How many letters wait for the actor (not those for information), capped. One index-only query."""
    found = _open_counts(actor, MENU_CAP)
    return min(found["wait"] + found["sign"], MENU_CAP)


def open_counts(actor: Actor) -> dict[str, int]:
    """What waits in each tab, capped, in one query. `late` counts deadlines that have passed."""
    found = _open_counts(actor, COUNT_CAP + 1)
    counted("intray", actor, min(found["wait"] + found["sign"], MENU_CAP))
    return found


def counts(actor: Actor) -> dict[str, int]:
    """`open_counts`, and what was sent on, in one query more."""
    return open_counts(actor) | {"sent": _sent(actor).order_by()[: MENU_CAP + 1].count()}


def _open_counts(actor: Actor, limit: int) -> dict[str, int]:
    if actor.appointment is None:
        return dict.fromkeys(("wait", "sign", "info", "due", "late"), 0)
    values = {
        "position": actor.position.pk,
        "unit": actor.unit.pk,
        "clearance": actor.clearance,
        "at": actor.at,
        "soon": actor.at + SOON,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, values)
        return dict(zip(("wait", "sign", "info", "due", "late"), cursor.fetchone(), strict=True))


def tray_page(actor: Actor, wanted: Wanted, *, after: str = "", before: str = "", size: int = PAGE) -> TrayPage:
    """A page of the wanted tab: what follows the cursor `after`, or what stands just before `before`.

    Ids first, from the steps alone: the post's and the unit's each along its own index, then merged; the page's rows
    with all they show come by id. So no join ever tempts the planner away from the tray.
    """
    ids, newer, older = _page_ids(actor, wanted, after=after, before=before, size=size)
    steps = _loaded(ids)
    return TrayPage([steps[pk] for pk in ids if pk in steps], newer, older)


def heads(actor: Actor, tabs: Sequence[str], *, size: int) -> dict[str, list[RoutingStep]]:
    """The first `size` steps of several tabs: one query a tab for the ids, one for all the steps."""
    ids = {tab: _page_ids(actor, Wanted(tab=tab), size=size)[0] for tab in tabs}
    steps = _loaded({pk for page in ids.values() for pk in page})
    return {tab: [steps[pk] for pk in page if pk in steps] for tab, page in ids.items()}


def _page_ids(
    actor: Actor, wanted: Wanted, *, after: str = "", before: str = "", size: int = PAGE
) -> tuple[list[int], str, str]:
    """The ids of a page, and the cursors to the pages before and after it."""
    keys = _KEYS[wanted.order]
    names = [name for name, _ in keys]
    cursor = _parse(after or before, keys)
    backwards = bool(before and cursor)
    branches = []
    for branch in _of_tab(actor, wanted):
        steps = _narrowed(branch, actor, wanted)
        if cursor:
            steps = steps.filter(_beyond(keys, cursor, backwards=backwards))
        ordered = steps.order_by(*(f"-{name}" if falls != backwards else name for name, falls in keys))
        branches.append(ordered.values_list(*names)[: size + 1])
    found = list(branches[0].union(*branches[1:], all=True) if len(branches) > 1 else branches[0])
    for at, (_, falls) in reversed(list(enumerate(keys))):
        found.sort(key=itemgetter(at), reverse=falls != backwards)
    found, newer, older = window(found, size, backwards=backwards, began=bool(cursor), cursor=_cursor)
    return [row[-1] for row in found], newer, older


def _loaded(ids: Collection[int]) -> dict[int, RoutingStep]:
    steps = RoutingStep.objects.filter(pk__in=ids) if ids else RoutingStep.objects.none()
    return {one.pk: one for one in steps.select_related("letter", "to_position", "to_unit", "sent_from__unit", "job")}


def to_sign(actor: Actor, *, limit: int = 200) -> list[RoutingStep]:
    """The signing folder: what waits for the actor's signature, in the order the desk is laid (`selectors.desk`)."""
    steps = RoutingStep.objects.tray_of(actor).open().filter(purpose=P.SIGN)
    steps = steps.select_related("letter__agency", "letter__folder", "sent_from__unit", "job", "to_position", "to_unit")
    return list(in_reading_order(steps)[:limit])


def progress_of(actor: Actor, letter_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Per letter what the actor's post sent and was not recalled: (how many, how many have ended)."""
    sent = RoutingStep.objects.filter(sent_from=actor.position, letter__in=letter_ids).exclude(state="RECALLED")
    rows = sent.values("letter").annotate(all=Count("pk"), ended=Count("pk", filter=~Q(state__in=LIVE_STATES)))
    return {row["letter"]: (row["all"], row["ended"]) for row in rows.order_by()}


def closed_by(actor: Actor, letter_ids: Sequence[int]) -> set[int]:
    """Which of these letters are closed, and were closed by the actor's post."""
    closings = Endorsement.objects.filter(letter__in=letter_ids, letter__status=LetterStatus.CLOSED, kind="CLOSE")
    last = closings.order_by("letter", "-id").distinct("letter").values_list("letter_id", "position_id")
    return {letter_id for letter_id, position_id in last if position_id == actor.position.pk}


def prepared_steps(step_ids: Sequence[int]) -> set[int]:
    """Which of these steps the secretary has laid a text on."""
    found = RoutingStep.objects.filter(pk__in=step_ids, endorsements__kind="PREPARED")
    return set(found.values_list("pk", flat=True))


def _of_tab(actor: Actor, wanted: Wanted) -> list[QuerySet[RoutingStep]]:
    """The branches of a tab: what the post has sent or handled, or its open steps and those of its unit."""
    searched = bool(wanted.text.strip())
    if wanted.tab == "sent":
        return [_sent(actor, searched=searched)]
    if wanted.tab == "done":
        return [_handled(actor, searched=searched)]
    open_steps = RoutingStep.objects.open().filter(secrecy__lte=actor.clearance)
    if wanted.tab == "due":
        open_steps = open_steps.filter(due_at__lte=actor.at + SOON)
    else:
        purposes = {"sign": (P.SIGN,), "info": (P.INFO,)}.get(wanted.tab, (P.CONSIDER, P.ACTION, P.OPINION))
        open_steps = open_steps.filter(purpose__in=purposes)
    own = open_steps.filter(to_position=actor.position)
    return [own] if wanted.tab == "sign" else [own, open_steps.filter(to_position=None, to_unit=actor.unit)]


def _sent(actor: Actor, *, searched: bool = False) -> QuerySet[RoutingStep]:
    """What the actor's post has sent and somebody still has: the latest live step of each letter."""
    sent = RoutingStep.objects.filter(sent_from=actor.position, state__in=LIVE_STATES, secrecy__lte=actor.clearance)
    return _latest(sent, searched=searched)


def _handled(actor: Actor, *, searched: bool) -> QuerySet[RoutingStep]:
    """What the actor's post has dealt with: the latest step of each letter that is not in the tray again."""
    handled = RoutingStep.objects.filter(
        to_position=actor.position, state__in=HANDLED_STATES, secrecy__lte=actor.clearance
    )
    again = RoutingStep.objects.filter(
        letter=OuterRef("letter"), to_position=OuterRef("to_position"), state__in=OPEN_STATES
    )
    return _latest(handled, searched=searched).filter(~Exists(again))


def _latest(steps: StepQuerySet, *, searched: bool) -> QuerySet[RoutingStep]:
    """The latest step of each letter. Words are looked for among the newest `SEARCHED` steps only."""
    latest = steps.filter(~Exists(steps.filter(letter=OuterRef("letter"), pk__gt=OuterRef("pk"))))
    return latest.filter(pk__in=steps.order_by("-id").values("pk")[:SEARCHED]) if searched else latest


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


def _cursor(values: Sequence[object]) -> str:
    """A row's sort values as text; the id is the last of them in every order."""
    return "~".join(value.isoformat() if isinstance(value, datetime) else str(value) for value in values)


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
