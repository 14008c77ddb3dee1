"""When a mail may leave: quiet hours, days off, the next digest. Pure: holidays are handed in."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from common.thai import BANGKOK
from common.worktime import is_working_day
from notifications.models import MailHours

USUAL_DIGEST = time(8, 0)
ONE_DAY = timedelta(days=1)
LONGEST_QUIET_DAYS = 40


def leaves_at(hours: MailHours | None, at: datetime, holidays: Collection[date] = ()) -> datetime:
    """The first moment from `at` on (aware) that is neither in the quiet hours nor on a day off."""
    moment = at.astimezone(BANGKOK)
    if hours is None:
        return moment
    for _ in range(LONGEST_QUIET_DAYS):
        later = _after_quiet(hours, _after_days_off(hours, moment, holidays))
        if later == moment:
            break
        moment = later
    return moment


def next_digest(hours: MailHours | None, at: datetime, holidays: Collection[date] = ()) -> datetime:
    """The next time of the digest after `at`, on a day on which mail is wanted."""
    wanted = hours.digest_at if hours else USUAL_DIGEST
    local = at.astimezone(BANGKOK)
    day = local.date() if local.time() < wanted else local.date() + ONE_DAY
    if hours is not None and hours.quiet_days_off:
        for _ in range(LONGEST_QUIET_DAYS):
            if is_working_day(day, holidays):
                break
            day += ONE_DAY
    return datetime.combine(day, wanted, BANGKOK)


def _after_days_off(hours: MailHours, moment: datetime, holidays: Collection[date]) -> datetime:
    if not hours.quiet_days_off or is_working_day(moment.date(), holidays):
        return moment
    return datetime.combine(moment.date() + ONE_DAY, time.min, BANGKOK)


def _after_quiet(hours: MailHours, moment: datetime) -> datetime:
    start, end, now = hours.quiet_from, hours.quiet_to, moment.time()
    if start is None or end is None or start == end:
        return moment
    if start < end:
        return datetime.combine(moment.date(), end, BANGKOK) if start <= now < end else moment
    if now >= start:  # past midnight into tomorrow
        return datetime.combine(moment.date() + ONE_DAY, end, BANGKOK)
    return datetime.combine(moment.date(), end, BANGKOK) if now < end else moment
