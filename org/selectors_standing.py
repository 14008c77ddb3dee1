"""Who stands in for a post today, in words for everybody who addresses it; and where delegations clash or leave a gap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from common.thai import BANGKOK, clock, date_short
from org.models import STANDS_IN, Appointment, Capacity, Position

AHEAD = timedelta(days=90)


def standing_in(position_ids: Iterable[int], at: datetime) -> dict[int, list[Appointment]]:
    """Who stands in for each of the posts at `at`: those with full powers first. One query; posts without one are left out."""
    ids = set(position_ids)
    found: dict[int, list[Appointment]] = {}
    if not ids:
        return found
    rows = Appointment.objects.current(at).filter(position_id__in=ids, capacity__in=STANDS_IN, user__is_active=True)
    for row in rows.select_related("user", "position").order_by("starts_at", "id"):
        found.setdefault(row.position_id, []).append(row)
    for rows_of in found.values():
        rows_of.sort(key=lambda row: row.capacity == Capacity.ON_BEHALF)
    return found


def until_words(ends_at: datetime | None) -> str:
    """`ถึงวันที่ 22 ม.ค. 2570`, with the clock where it does not end with the day; "" without an end.

    An order that runs to a day includes it, so its end is kept as the first moment of the next day.
    """
    if ends_at is None:
        return ""
    local = ends_at.astimezone(BANGKOK)
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        return f"ถึงวันที่ {date_short(ends_at - timedelta(minutes=1))}"
    return f"ถึงวันที่ {date_short(ends_at)} เวลา {clock(ends_at)}"


def standing_line(row: Appointment) -> str:
    """`รักษาราชการแทนโดย นายวีระศักดิ์ ธรรมรักษา ถึงวันที่ 22 ม.ค. 2570`."""
    return f"{row.get_capacity_display()}โดย {row.user.full_name} {until_words(row.ends_at)}".strip()


def today_line(rows: Sequence[Appointment]) -> str:
    """`วันนี้รักษาราชการแทนโดย …` for a post; "" when nobody stands in for it."""
    return f"วันนี้{' · '.join(standing_line(row) for row in rows[:3])}" if rows else ""


def today_lines(position_ids: Iterable[int | None], at: datetime) -> dict[int, str]:
    """`today_line` by post, for lists. One query."""
    return {pk: today_line(rows) for pk, rows in standing_in((pk for pk in position_ids if pk), at).items()}


@dataclass(frozen=True, slots=True)
class Clash:
    """What is wrong with who holds a post: two acting at once, or nobody with its full powers; from–to, in one sentence."""

    position: Position
    begins: datetime
    ends: datetime | None
    sentence: str


def clashes(position: Position, rows: Iterable[Appointment], *, now: datetime, ahead: timedelta = AHEAD) -> list[Clash]:
    """Two who act in the post at once, and times with nobody of full powers, between now and `ahead`.

    `rows` are the post's appointments with their users; those that are over do no harm.
    """
    end = now + ahead
    full = [
        row
        for row in rows
        if row.has_full_powers and (row.ends_at is None or row.ends_at > now) and row.starts_at < end
    ]
    full.sort(key=lambda row: (row.starts_at, row.pk))
    return sorted([*_doubled(position, full, now), *_gaps(position, full, now, end)], key=lambda one: one.begins)


def _doubled(position: Position, rows: Sequence[Appointment], now: datetime) -> list[Clash]:
    acting = [row for row in rows if row.stands_in]
    found = []
    for at, first in enumerate(acting):
        for second in acting[at + 1 :]:
            begins = max(first.starts_at, second.starts_at, now)
            ends = min((moment for moment in (first.ends_at, second.ends_at) if moment), default=None)
            if first.user_id == second.user_id or (ends is not None and ends <= begins):
                continue
            names = f"{first.user.full_name} ({first.get_capacity_display()}) และ{second.user.full_name} ({second.get_capacity_display()})"
            when = f"ตั้งแต่ {date_short(begins)} {until_words(ends)}".strip()
            found.append(Clash(position, begins, ends, f"มีผู้ทำหน้าที่แทนพร้อมกันสองคน คือ {names} {when}"))
    return found


def _gaps(position: Position, rows: Sequence[Appointment], now: datetime, end: datetime) -> list[Clash]:
    found, reached = [], now
    for row in rows:
        if row.starts_at > reached:
            found.append(_gap(position, reached, row.starts_at))
        if row.ends_at is None:
            return found
        reached = max(reached, row.ends_at)
    return [*found, _gap(position, reached, None)] if reached < end else found


def _gap(position: Position, begins: datetime, ends: datetime | None) -> Clash:
    when = f"ตั้งแต่ {date_short(begins)} {until_words(ends)}".strip()
    return Clash(position, begins, ends, f"ไม่มีผู้ดำรงตำแหน่งหรือผู้รักษาราชการแทน {when}")
