"""จุดที่เรื่องค้าง: how long letters lie with the units below the actor, as numbers only.

One pass over the newest stays of those units and of the last year; classified letters and drafts are not counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from intray.models import StepPurpose
from intray.selectors.rows import age
from org.actor import Actor
from org.models import Unit
from org.selectors import agency_head
from saraban.models import LetterKind, LetterStatus
from saraban.models.reach import reach_of

PERIODS = (30, 90, 365)
UNITS = 200
SAMPLE = 5_000  # stays of one unit, the newest first
S = LetterStatus
NEVER = (S.DRAFT, S.DISCARDED)
ENDED = (*NEVER, S.RETURNED, S.CLOSED, S.VOIDED, S.WITHDRAWN, S.SENT_BACK)

_OPEN = """
SELECT stay.unit_id, count(DISTINCT stay.letter_id), min(stay.since)
FROM saraban_stay stay JOIN saraban_letter letter ON letter.id = stay.letter_id
WHERE stay.until IS NULL AND stay.unit_id = ANY(%(units)s) AND letter.secrecy = 0 AND letter.status <> ALL(%(ended)s)
GROUP BY stay.unit_id
"""
_MEDIANS = """
WITH spans AS MATERIALIZED (
  SELECT stay.unit_id, letter.kind, stay.since,
         extract(epoch FROM coalesce(stay.until, %(at)s) - stay.since)::float8 AS seconds
  FROM unnest(%(units)s::bigint[]) AS wanted(unit_id) CROSS JOIN LATERAL (
    SELECT unit_id, letter_id, since, until FROM saraban_stay
    WHERE unit_id = wanted.unit_id AND since >= %(at)s - interval '365 days' AND since <= %(at)s
    ORDER BY since DESC LIMIT %(sample)s
  ) stay JOIN saraban_letter letter ON letter.id = stay.letter_id
  WHERE letter.secrecy = 0 AND letter.status <> ALL(%(never)s)
    AND (stay.until IS NOT NULL OR letter.status <> ALL(%(ended)s))
)
SELECT unit_id, kind,
  count(*) FILTER (WHERE since >= %(at)s - interval '30 days'),
  percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) FILTER (WHERE since >= %(at)s - interval '30 days'),
  count(*) FILTER (WHERE since >= %(at)s - interval '90 days'),
  percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) FILTER (WHERE since >= %(at)s - interval '90 days'),
  count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds)
FROM spans GROUP BY GROUPING SETS ((unit_id), (kind))
"""
# The same for what was asked: how long it took a post or a unit until it ended or handed on what it got.
_PURPOSES = """
WITH spans AS MATERIALIZED (
  SELECT step.purpose, step.sent_at AS since, extract(epoch FROM step.done_at - step.sent_at)::float8 AS seconds
  FROM unnest(%(units)s::bigint[]) AS wanted(unit_id) CROSS JOIN LATERAL (
    SELECT purpose, sent_at, done_at, secrecy FROM intray_routingstep
    WHERE to_unit_id = wanted.unit_id AND done_at IS NOT NULL AND state IN ('DONE', 'SENT_ON', 'RETURNED')
      AND sent_at >= %(at)s - interval '365 days' AND sent_at <= %(at)s
    ORDER BY sent_at DESC LIMIT %(sample)s
  ) step WHERE step.secrecy = 0
)
SELECT purpose,
  count(*) FILTER (WHERE since >= %(at)s - interval '30 days'),
  percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) FILTER (WHERE since >= %(at)s - interval '30 days'),
  count(*) FILTER (WHERE since >= %(at)s - interval '90 days'),
  percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) FILTER (WHERE since >= %(at)s - interval '90 days'),
  count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds)
FROM spans GROUP BY purpose
"""


@dataclass(frozen=True, slots=True)
class Cell:
    """A median in words and of how many stays it is; `seconds` to compare by."""

    words: str
    count: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Line:
    """A unit (with what lies there now) or a kind of letter: a cell for each of `PERIODS`."""

    name: str
    here: bool
    open: int
    oldest: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Bottlenecks:
    """The slowest unit of the last 90 days first; the kinds and what was asked likewise."""

    units: list[Line]
    kinds: list[Line]
    purposes: list[Line]
    cut: bool


def watched_units(actor: Actor) -> list[Unit]:
    """The units whose numbers the actor sees: for a head all below, for a registrar his own; one more than `UNITS`.

    The head of the agency sees all of it: in a province that post sits in a unit of its own with nothing below.
    """
    if not watches(actor):
        return []
    units = Unit.objects.filter(agency=actor.agency, dissolved_at=None)
    if not heads_agency(actor):
        units = units.filter(pk__in=actor.unit_ids)
    return list(units.order_by("code", "name")[: UNITS + 1])


def heads_agency(actor: Actor) -> bool:
    """Whether the post is the head of its agency (`org.selectors.agency_head`)."""
    if not actor.position.heads_subtree:
        return False
    head = agency_head(actor.agency)
    return head is not None and head.pk == actor.position.pk


def watches(actor: Actor) -> bool:
    """Whether the capacity heads a unit or registers for it."""
    if actor.appointment is None:
        return False
    return actor.position.heads_subtree or bool(reach_of(actor).folders("register_incoming"))


def bottlenecks(actor: Actor) -> Bottlenecks:
    """The numbers of the watched units, in four queries and those that find the units."""
    found = watched_units(actor)
    units = {unit.pk: unit for unit in found[:UNITS]}
    values: dict[str, list[int] | list[str] | datetime | int] = {
        "units": list(units),
        "at": actor.at,
        "sample": SAMPLE,
        "never": [str(one) for one in NEVER],
        "ended": [str(one) for one in ENDED],
    }
    waiting: dict[int, tuple[int, datetime]] = {}
    of_unit: dict[int, tuple[Cell, ...]] = {}
    of_kind: dict[str, tuple[Cell, ...]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, values)
        for unit_id, count, since in cursor.fetchall():
            waiting[unit_id] = (count, since)
        cursor.execute(_MEDIANS, values)
        for unit_id, kind, *numbers in cursor.fetchall():
            cells = tuple(_cell(*numbers[at : at + 2]) for at in range(0, len(numbers), 2))
            if unit_id is None:
                of_kind[kind] = cells
            else:
                of_unit[unit_id] = cells
        cursor.execute(_PURPOSES, values)
        of_purpose = {
            purpose: tuple(_cell(*numbers[at : at + 2]) for at in range(0, len(numbers), 2))
            for purpose, *numbers in cursor.fetchall()
        }
    none = tuple(_cell(0, None) for _ in PERIODS)
    lines = [_unit_line(actor, unit, waiting.get(pk), of_unit.get(pk, none)) for pk, unit in units.items()]
    kinds = [Line(LetterKind(kind).label, False, 0, "", cells) for kind, cells in of_kind.items()]
    purposes = [Line(StepPurpose(one).label, False, 0, "", cells) for one, cells in of_purpose.items()]
    return Bottlenecks(
        sorted(lines, key=_slowness),
        sorted(kinds, key=_slowness),
        sorted(purposes, key=_slowness),
        len(found) > UNITS,
    )


def _unit_line(actor: Actor, unit: Unit, waiting: tuple[int, datetime] | None, cells: tuple[Cell, ...]) -> Line:
    count, since = waiting or (0, None)
    oldest = age(actor.at - since) if since is not None else ""
    return Line(unit.label, unit.pk == actor.unit.pk, count, oldest, cells)


def _slowness(line: Line) -> tuple[float, int, str]:
    return (-line.cells[1].seconds, -line.open, line.name)


def _cell(count: int, seconds: float | None) -> Cell:
    return Cell(span_words(seconds) if seconds is not None else "", count, seconds or 0.0)


def span_words(seconds: float) -> str:
    """A median for a table: days with one decimal from a day on, else as `age`."""
    if seconds >= 86_400:
        return f"{seconds / 86_400:.1f} วัน"
    return age(timedelta(seconds=seconds))
