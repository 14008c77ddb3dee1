"""A letter's way: who did what, where it lies now, and how long it lay in each unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from audit.models import AuditEvent
from common.rows import Share, Step
from common.thai import duration
from org.models import STANDS_IN
from org.selectors_standing import today_lines
from saraban.lines import open_line
from saraban.models import Letter, Stay

LONGEST = 200
_BACK = {
    "letter.return", "letter.void", "letter.recall", "letter.send_back", "letter.withdraw", "letter.discard",
    "letter.reopen", "letter.reopen_sent",
    "delivery.return", "delivery.returned", "delivery.recall", "step.return", "step.recall",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Trail:
    """What the letter page shows of the way: newest first, the present on top. `cut` when older lines are left out."""

    steps: tuple[Step, ...]
    shares: tuple[Share, ...]
    total: str
    cut: bool


def trail_of(letter: Letter, now: datetime, *, whole: bool = False) -> Trail:
    """The letter's time-line and days per unit, in three queries. The newest `LONGEST` lines unless `whole`."""
    stays = list(Stay.objects.filter(letter=letter).select_related("unit", "position").order_by("since", "id"))
    lines = AuditEvent.objects.filter(letter_id=letter.pk).order_by("-id")
    events = [open_line(letter, line) for line in (lines if whole else lines[: LONGEST + 1])]
    cut = not whole and len(events) > LONGEST
    late = letter.due_at is not None and letter.due_at < now
    lines_today = today_lines([stay.position_id for stay in stays if stay.until is None], now)
    return Trail(
        steps=(*_present(stays, now, lines_today, late=late), *_past(events[:LONGEST] if cut else events, stays)),
        shares=tuple(_shares(stays, now, late=late)),
        total=duration(_covered(stays, now)) if stays else "",
        cut=cut,
    )


def _present(stays: Iterable[Stay], now: datetime, today: Mapping[int, str], *, late: bool) -> list[Step]:
    """Where the letter lies now: one step for each open stay, the longest first; a unit's own only without its posts'."""
    open_stays = [stay for stay in stays if stay.until is None]
    with_posts = {stay.unit_id for stay in open_stays if stay.position_id}
    return [
        Step(
            who=stay.position.label if stay.position else stay.unit.label,
            what="อยู่ที่นี่",
            at=stay.since,
            acting=" · ".join(filter(None, (stay.unit.label, today.get(stay.position_id, ""))))
            if stay.position_id
            else "",
            stay=duration(now - stay.since),
            stay_over=late,
            state="now",
        )
        for stay in open_stays
        if stay.position_id or stay.unit_id not in with_posts
    ]


def _past(events: Sequence[AuditEvent], stays: Sequence[Stay]) -> list[Step]:
    """The lines, newest first. A closed stay's length stands at the last line its unit wrote while it lay there."""
    lengths = _lengths(events, stays)
    return [
        Step(
            who=event.person or event.capacity,
            what=event.label.removeprefix(f"{event.person or event.capacity} "),
            at=event.at,
            acting=_in_capacity(event.capacity) if event.person else "",
            note=note if isinstance(note := event.detail.get("note"), str) else "",
            stay=lengths.get(event.pk, ""),
            state="back" if event.verb in _BACK else "done",
        )
        for event in events
    ]


def _in_capacity(capacity: str) -> str:
    """The post a line was written in; who stood in for another did it `ในฐานะ…รักษาราชการแทน…`."""
    return f"ในฐานะ{capacity}" if any(word.label in capacity for word in STANDS_IN) else capacity


def _lengths(events: Sequence[AuditEvent], stays: Sequence[Stay]) -> dict[int, str]:
    found: dict[int, timedelta] = {}
    for stay in stays:
        if stay.until is None:
            continue
        until, since = stay.until + timedelta(seconds=1), stay.since - timedelta(seconds=1)
        last = next((e for e in events if e.unit_id == stay.unit_id and since <= e.at <= until), None)
        if last is not None:
            found[last.pk] = max(found.get(last.pk, timedelta()), stay.until - stay.since)
    return {pk: duration(length) for pk, length in found.items()}


def _shares(stays: Sequence[Stay], now: datetime, *, late: bool) -> list[Share]:
    """Days per unit in the order the letter first came there; stays that overlap within a unit count once."""
    units: dict[int, list[Stay]] = {}
    for stay in stays:
        units.setdefault(stay.unit_id, []).append(stay)
    shares = []
    for of_unit in units.values():
        length = _covered(of_unit, now)
        here = any(stay.until is None for stay in of_unit)
        state = ("over" if late else "now") if here else ""
        shares.append(Share(of_unit[0].unit.label, duration(length), max(length.total_seconds() / 60, 1), state))
    return shares


def _covered(stays: Iterable[Stay], now: datetime) -> timedelta:
    """The time covered by `stays`, overlaps counted once."""
    total, reached = timedelta(), None
    for since, until in sorted((stay.since, stay.until or now) for stay in stays):
        begin = since if reached is None else max(since, reached)
        if until > begin:
            total += until - begin
            reached = until
    return total
