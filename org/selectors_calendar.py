"""Days off of an agency: the Cabinet's for all, and its own."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import Q

from common.thai import local_date
from common.worktime import working_day_of, working_deadline
from org.models import Agency, Holiday

AHEAD = timedelta(days=400)


def holidays_of(agency: Agency, since: date, until: date | None = None) -> frozenset[date]:
    """The days off of `agency` from `since` to `until` (default: a good year later). One query."""
    days = Holiday.objects.filter(Q(agency=None) | Q(agency=agency), day__gte=since, day__lte=until or since + AHEAD)
    return frozenset(days.values_list("day", flat=True))


def deadline_of(agency: Agency, start: datetime, hours: float) -> datetime:
    """When `hours` working hours of the agency have passed since `start`."""
    return working_deadline(start, hours, holidays_of(agency, local_date(start)))


def working_day(agency: Agency, moment: datetime) -> date:
    """The working day of the agency a moment counts to: its own, or the next one."""
    return working_day_of(moment, holidays_of(agency, local_date(moment)))
