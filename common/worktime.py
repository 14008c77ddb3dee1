"""Office hours: which days are worked, and when a number of working hours has passed. Pure: holidays are handed in.

Offices are open from 08.30 to 16.30 Bangkok time, Monday to Friday, except on holidays. Eight working hours are one
working day; the midday break is not taken out, so that a deadline of one day falls at the same hour of the next.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from common.thai import BANGKOK, local_date

OPENS, CLOSES = time(8, 30), time(16, 30)
HOURS_A_DAY = 8
ONE_DAY = timedelta(days=1)
LONGEST = 365  # days looked ahead: a calendar with no working day in it is a mistake


def is_working_day(day: date, holidays: Collection[date] = ()) -> bool:
    """Whether offices are open on `day`."""
    return day.weekday() < 5 and day not in holidays


def working_day_of(moment: date | datetime, holidays: Collection[date] = ()) -> date:
    """The working day a moment counts to: its own, or the next one for a day off.

    Raises ValueError when the following year holds no working day.
    """
    day = first = local_date(moment)
    while not is_working_day(day, holidays):
        day += ONE_DAY
        if (day - first).days > LONGEST:
            raise ValueError("a year without a working day")
    return day


def working_deadline(start: datetime, hours: float, holidays: Collection[date] = ()) -> datetime:
    """The moment at which `hours` (more than 0) working hours have passed since `start` (aware), in Bangkok time.

    Time outside office hours does not count. What runs out as offices close ends then, not the next morning.
    """
    if hours <= 0:
        raise ValueError("a deadline needs working hours")
    left = timedelta(hours=hours)
    now = start.astimezone(BANGKOK)
    while True:
        day = working_day_of(now, holidays)
        opens = datetime.combine(day, OPENS, BANGKOK)
        closes = datetime.combine(day, CLOSES, BANGKOK)
        begins = max(now, opens)
        if begins < closes:
            if left <= closes - begins:
                return begins + left
            left -= closes - begins
        now = datetime.combine(day + ONE_DAY, time.min, BANGKOK)
