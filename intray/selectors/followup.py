"""ติดตามงาน: what the actor's post gave to others and has not ended, by letter, with each who still has it.

The driver is the partial index of the post's live steps; pages go by keyset over (moment, letter).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Count, F, Max, Min, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from common.thai import date_short, datetime_short
from intray.models import LIVE_STATES, Chase, RoutingStep, StepPurpose, StepState
from intray.permissions import may_chase
from intray.selectors.keyset import window
from intray.selectors.rows import VACANT, age, escalated, place_words, shown_subject
from intray.selectors.targets import vacant_now
from org.actor import Actor
from org.models import Unit
from org.selectors_calendar import working_day
from org.selectors_standing import today_lines
from saraban.models import Letter, Stay
from saraban.rows import due_words, letter_url
from saraban.selectors import where_now

PAGE = 25
COUNT_CAP = 999
UNITS = 200
NO_DEADLINE = datetime(9999, 1, 1, tzinfo=UTC)
STATES = {"late": "เกินกำหนด", "unopened": "ยังไม่เปิดอ่าน"}
SORTS = {"long": "ค้างนานก่อน", "new": "มอบหมายล่าสุดก่อน", "due": "กำหนดใกล้ก่อน"}
_KEYS = {"long": ("since", False), "new": ("since", True), "due": ("deadline", False)}
HEADINGS = (
    *("ที่", "ลงวันที่", "เรื่อง", "ผู้รับ", "เพื่อ", "ส่งเมื่อ", "ส่งมาแล้ว", "การเปิดอ่าน"),
    *("กำหนด", "เกินกำหนด", "เรื่องอยู่ที่", "การทวงถาม"),
)


@dataclass(frozen=True, slots=True)
class Follow:
    """What the actor asked to see: filters and order."""

    text: str = ""
    state: str = ""
    unit: int | None = None
    sort: str = ""


@dataclass(frozen=True, slots=True)
class Receiver:
    """One who still has the letter. `refusal` says why he cannot be asked now ("" when he can)."""

    step_id: int
    place: str
    purpose: str
    sent: str
    days: str
    opened: str
    unopened: bool
    due: str
    due_state: str
    chased: str
    refusal: str
    standing: str = ""


@dataclass(frozen=True, slots=True)
class Matter:
    """One letter and its receivers."""

    letter_id: int
    url: str
    number: str
    dated: str
    subject: str
    urgency: int
    secrecy: int
    where: str
    where_sub: str
    receivers: tuple[Receiver, ...]


@dataclass(frozen=True, slots=True)
class FollowPage:
    """The letters of a page in their order, and the cursors of its neighbours ("" at an end)."""

    letter_ids: list[int]
    newer: str
    older: str


def given(actor: Actor) -> QuerySet[RoutingStep]:
    """What the actor's post gave to others and has not ended, within his clearance."""
    if actor.appointment is None:
        return RoutingStep.objects.none()
    return RoutingStep.objects.filter(
        sent_from=actor.position, state__in=LIVE_STATES, secrecy__lte=actor.clearance
    ).exclude(to_position=actor.position)


def totals(actor: Actor) -> dict[str, int]:
    """Letters, receivers, late and unopened ones of the first thousand, in one query."""
    some = RoutingStep.objects.filter(pk__in=given(actor).order_by("-id").values("pk")[: COUNT_CAP + 1])
    return some.aggregate(
        letters=Count("letter", distinct=True),
        steps=Count("pk"),
        late=Count("pk", filter=Q(due_at__lt=actor.at)),
        unopened=Count("pk", filter=Q(state=StepState.NEW)),
    )


def units_given_to(actor: Actor) -> list[Unit]:
    """The units that still have something of the actor's post."""
    return list(Unit.objects.filter(pk__in=given(actor).order_by().values("to_unit")).order_by("code", "name")[:UNITS])


def wanted_steps(actor: Actor, wanted: Follow) -> QuerySet[RoutingStep]:
    """The steps that pass the filters."""
    steps = given(actor)
    if wanted.state == "late":
        steps = steps.filter(due_at__lt=actor.at)
    elif wanted.state == "unopened":
        steps = steps.filter(state=StepState.NEW)
    if wanted.unit is not None:
        steps = steps.filter(to_unit=wanted.unit)
    if wanted.text:
        words = Q(letter__number__icontains=wanted.text)
        steps = steps.filter(words | Q(letter__subject__icontains=wanted.text, letter__secrecy=0))
    return steps


def follow_page(actor: Actor, wanted: Follow, *, after: str = "", before: str = "", size: int = PAGE) -> FollowPage:
    """A page of letters: what follows the cursor `after`, or what stands just before `before`."""
    name, falls = _KEYS[wanted.sort if wanted.sort in _KEYS else "long"]
    cursor = _parse(after or before)
    backwards = bool(before and cursor)
    moment = F("sent_at") if name == "since" else Coalesce(F("due_at"), Value(NO_DEADLINE))
    groups = wanted_steps(actor, wanted).order_by().values("letter").annotate(moment=Min(moment))
    side = "lt" if falls != backwards else "gt"
    if cursor:
        beyond = Q(moment=cursor[0]) & Q(**{f"letter__{side}": cursor[1]})
        groups = groups.filter(Q(**{f"moment__{side}": cursor[0]}) | beyond)
    sign = "-" if side == "lt" else ""
    found = list(groups.order_by(f"{sign}moment", f"{sign}letter").values_list("moment", "letter")[: size + 1])
    found, newer, older = window(found, size, backwards=backwards, began=bool(cursor), cursor=_cursor)
    return FollowPage([letter_id for _, letter_id in found], newer, older)


def matters(actor: Actor, wanted: Follow, letter_ids: Sequence[int], came_from: str = "") -> list[Matter]:
    """The letters with those receivers that pass the filters, in seven queries."""
    steps = list(
        wanted_steps(actor, wanted)
        .filter(letter__in=letter_ids)
        .select_related("letter__owner_unit", "to_position", "to_unit", "sent_from")
        .order_by("id")
    )
    of_letter: dict[int, list[RoutingStep]] = {pk: [] for pk in letter_ids}
    for step in steps:
        of_letter[step.letter_id].append(step)
    stays = where_now(letter_ids)
    chases = _Chases(actor, steps)
    standing = dict.fromkeys(vacant_now(steps, actor.at), VACANT)
    standing |= today_lines([step.to_position_id for step in steps], actor.at)
    return [
        _matter(actor, found[0].letter, found, stays[pk], chases, came_from, standing)
        for pk, found in of_letter.items()
        if found
    ]


def exported(actor: Actor, wanted: Follow, limit: int) -> list[tuple[str, ...]]:
    """Lines in the order of `HEADINGS`, at most `limit`: the letter, then each receiver on a line of its own."""
    ids = list(wanted_steps(actor, wanted).order_by("sent_at", "id").values_list("letter", flat=True)[:limit])
    lines: list[tuple[str, ...]] = []
    for matter in matters(actor, wanted, list(dict.fromkeys(ids))):
        where = " ".join(part for part in (matter.where, matter.where_sub) if part)
        for one in matter.receivers:
            late = one.due if one.due_state == "late" else ""
            lines.append(
                (
                    *(matter.number, matter.dated, matter.subject, one.place, one.purpose, one.sent, one.days),
                    *(one.opened, "" if late else one.due, late, where, one.chased),
                )
            )
    return lines[:limit]


class _Chases:
    """How often each of some steps was asked for, when last, and whether today; two queries."""

    def __init__(self, actor: Actor, steps: Sequence[RoutingStep]) -> None:
        self.today = working_day(actor.agency, actor.at) if steps else None
        rows = Chase.objects.filter(step__in=[step.pk for step in steps]).order_by().values("step")
        counted = rows.annotate(times=Count("pk"), last=Max("at"), day=Max("day"))
        self.found = {row["step"]: row for row in counted} if steps else {}
        self.told = escalated([step.pk for step in steps if step.due_at is not None and step.due_at < actor.at])

    def words(self, step: RoutingStep) -> str:
        row = self.found.get(step.pk)
        asked = f"ทวงแล้ว {row['times']} ครั้ง ล่าสุด {datetime_short(row['last'])}" if row else ""
        told = "แจ้งผู้บังคับบัญชาแล้ว" if step.pk in self.told else ""
        return " · ".join(part for part in (asked, told) if part)

    def done(self, step: RoutingStep) -> bool:
        row = self.found.get(step.pk)
        return row is not None and row["day"] == self.today


def _matter(
    actor: Actor, letter: Letter, steps: Sequence[RoutingStep], stays: Sequence[Stay], chases: _Chases, came_from: str,
    standing: Mapping[int, str],
) -> Matter:  # fmt: skip
    where, where_sub = place_words(actor, stays)
    if stays:
        where_sub = " ".join(part for part in (where_sub, f"อยู่มา {age(actor.at - stays[0].since)}") if part)
    return Matter(
        letter_id=letter.pk,
        url=letter_url(letter.pk, came_from),
        number=letter.number,
        dated=date_short(letter.letter_date) if letter.letter_date else "",
        subject=shown_subject(letter),
        urgency=letter.urgency,
        secrecy=letter.secrecy,
        where=where,
        where_sub=where_sub,
        receivers=tuple(_receiver(actor, step, chases, standing) for step in steps),
    )


def _receiver(actor: Actor, step: RoutingStep, chases: _Chases, standing: Mapping[int, str]) -> Receiver:
    due, due_state = due_words(step.due_at, actor.at)
    return Receiver(
        step_id=step.pk,
        place=step.place,
        purpose=_asked(step),
        sent=date_short(step.sent_at),
        days=age(actor.at - step.sent_at) if step.state != StepState.PLANNED else "",
        opened=_opened(step),
        unopened=step.state == StepState.NEW,
        due=due,
        due_state=due_state,
        chased=chases.words(step),
        refusal=may_chase(actor, step, chased=chases.done(step)).reason,
        standing=standing.get(step.to_position_id or 0, ""),
    )


def _asked(step: RoutingStep) -> str:
    """What for, as the lead, in which turn."""
    lead = "หน่วยรับผิดชอบหลัก" if step.lead else ""
    turn = f"ลำดับ {step.order}" if step.order > 1 else ""
    return " · ".join(part for part in (StepPurpose(step.purpose).label, lead, turn) if part)


def _opened(step: RoutingStep) -> str:
    if step.state == StepState.PLANNED:
        return StepState.PLANNED.label
    if step.state == StepState.NEW:
        return "ยังไม่เปิดอ่าน"
    return f"เปิดอ่าน {date_short(step.opened_at)}" if step.opened_at else "เปิดอ่านแล้ว"


def _cursor(row: tuple[datetime, int]) -> str:
    return f"{row[0].isoformat()}~{row[1]}"


def _parse(text: str) -> tuple[datetime, int] | None:
    """The cursor's values; None for what is none (the page then starts at the top)."""
    moment, _, letter_id = text.partition("~")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return None
    if at.tzinfo is None or not letter_id.isdecimal() or len(letter_id) > 18:
        return None
    return at, int(letter_id)
