"""Working hours: the cases of an office's week, and what holds for every start, length and calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.thai import BANGKOK, local_date
from common.worktime import CLOSES, OPENS, is_working_day, working_day_of, working_deadline

SONGKRAN = {date(2026, 4, 13), date(2026, 4, 14), date(2026, 4, 15)}


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=BANGKOK)


@pytest.mark.parametrize(
    ("start", "hours", "ends"),
    [
        (at(23, 9), 4, at(23, 13)),  # Monday morning
        (at(23, 14, 30), 4, at(24, 10, 30)),  # over the night
        (at(23, 8, 30), 8, at(23, 16, 30)),  # ends as the office closes, not the next morning
        (at(23, 9), 8, at(24, 9)),  # one working day
        (at(23, 9), 24, at(26, 9)),  # three working days
        (at(23, 0, 0), 4, at(23, 12, 30)),  # midnight counts to the morning that follows
        (at(23, 16, 30), 1, at(24, 9, 30)),  # the minute of closing
        (at(27, 18), 4, at(30, 12, 30)),  # Friday evening
        (at(28, 11), 4, at(30, 12, 30)),  # Saturday
        (at(27, 14, 30), 8, at(30, 14, 30)),  # Friday afternoon, over the week-end
    ],
)
def test_a_week_of_the_office(start: datetime, hours: float, ends: datetime) -> None:
    assert working_deadline(start, hours) == ends


def test_a_long_holiday_is_skipped_with_the_week_end_before_it() -> None:
    friday = at(10, 15, 30, month=4)
    assert working_deadline(friday, 4, SONGKRAN) == at(16, 11, 30, month=4)
    assert working_day_of(friday + timedelta(days=1), SONGKRAN) == date(2026, 4, 16)


def test_hours_are_bangkoks_whatever_the_zone_of_the_moment() -> None:
    midnight_in_bangkok = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # 24 November there
    assert working_deadline(midnight_in_bangkok, 1) == at(24, 9, 30)


@pytest.mark.parametrize("hours", [0, -1])
def test_no_hours_are_no_deadline(hours: float) -> None:
    with pytest.raises(ValueError, match="working hours"):
        working_deadline(at(23, 9), hours)


def test_a_calendar_without_working_days_is_a_mistake() -> None:
    days = {date(2026, 1, 1) + timedelta(days=one) for one in range(800)}
    with pytest.raises(ValueError, match="without a working day"):
        working_day_of(date(2026, 1, 1), days)


moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
minutes = st.integers(1, 60 * 80)
calendars = st.sets(st.dates(date(2024, 1, 1), date(2030, 3, 1)), max_size=40)


def worked(start: datetime, end: datetime, holidays: set[date]) -> timedelta:
    """The office hours between two moments, counted day by day: the slow way."""
    total, day = timedelta(), local_date(start)
    while day <= local_date(end):
        if is_working_day(day, holidays):
            begins = max(start, datetime.combine(day, OPENS, BANGKOK))
            ends = min(end, datetime.combine(day, CLOSES, BANGKOK))
            total += max(timedelta(), ends - begins)
        day += timedelta(days=1)
    return total


@given(moments, minutes, calendars)
def test_exactly_the_hours_asked_for_lie_before_the_deadline(start: datetime, length: int, days: set[date]) -> None:
    end = working_deadline(start, length / 60, days)
    assert abs(worked(start, end, days) - timedelta(minutes=length)) < timedelta(milliseconds=1)
    assert is_working_day(local_date(end), days)
    assert OPENS < end.time() <= CLOSES


@given(moments, moments, minutes, calendars)
def test_an_earlier_start_never_ends_later(one: datetime, other: datetime, length: int, days: set[date]) -> None:
    first, second = sorted((one, other))
    assert working_deadline(first, length, days) <= working_deadline(second, length, days)
