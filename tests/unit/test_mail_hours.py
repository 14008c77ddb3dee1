"""When a mail may leave: quiet hours past midnight, days off, the next digest."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from common.thai import BANGKOK
from notifications.hours import leaves_at, next_digest
from notifications.models import MailHours

SATURDAY_HOLIDAY = frozenset({date(2026, 11, 23)})


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=BANGKOK)


NIGHT = MailHours(quiet_from=time(18), quiet_to=time(7, 30))
NOON = MailHours(quiet_from=time(12), quiet_to=time(13))
WORKDAYS = MailHours(quiet_days_off=True)
BOTH = MailHours(quiet_from=time(18), quiet_to=time(7, 30), quiet_days_off=True)


@pytest.mark.parametrize(
    ("hours", "asked", "leaves"),
    [
        (None, at(21, 3), at(21, 3)),
        (NIGHT, at(24, 17, 59), at(24, 17, 59)),
        (NIGHT, at(24, 18), at(25, 7, 30)),
        (NIGHT, at(24, 2), at(24, 7, 30)),
        (NIGHT, at(24, 7, 30), at(24, 7, 30)),
        (NOON, at(24, 12, 30), at(24, 13)),
        (NOON, at(24, 13), at(24, 13)),
        (WORKDAYS, at(21, 10), at(23, 0)),  # a Saturday
        (WORKDAYS, at(27, 23), at(27, 23)),  # a Friday night
        (BOTH, at(20, 19), at(23, 7, 30)),  # Friday evening
    ],
)
def test_a_mail_leaves_after_the_quiet(hours: MailHours | None, asked: datetime, leaves: datetime) -> None:
    assert leaves_at(hours, asked) == leaves


def test_a_holiday_counts_like_a_sunday() -> None:
    assert leaves_at(WORKDAYS, at(22, 10), SATURDAY_HOLIDAY) == at(24, 0)


def test_the_digest_comes_at_its_hour_of_this_day_or_the_next() -> None:
    assert next_digest(None, at(24, 7, 59)) == at(24, 8)
    assert next_digest(None, at(24, 8)) == at(25, 8)
    assert next_digest(MailHours(digest_at=time(16)), at(24, 8)) == at(24, 16)
    assert next_digest(WORKDAYS, at(27, 9)) == at(30, 8)  # Friday: Monday
