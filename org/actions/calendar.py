"""เติมวันหยุดราชการ: the Cabinet's holidays of a year enter the calendar of all agencies, after a look at them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from common.access import Invalid
from org.actor import Actor
from org.models import Holiday
from org.permissions import may_administer_platform
from org.thai_holidays import public_holidays


@dataclass(frozen=True, slots=True)
class ProposedDay:
    """A day the calendar may take in. `known`: the name it stands there under already ("" when it does not)."""

    day: date
    name: str
    known: str


def proposed_holidays(year: int) -> list[ProposedDay]:
    """The public holidays of a year beside what the calendar of all agencies holds already."""
    days = public_holidays(year)
    known = dict(Holiday.objects.filter(agency=None, day__year=year).values_list("day", "name"))
    return [ProposedDay(day, name, known.get(day, "")) for day, name in days.items()]


@transaction.atomic
def fill_holidays(*, by: Actor, year: int, days: Collection[date]) -> int:
    """Take the chosen `days` of the proposal into the calendar; what stands there stays as it is. Returns new rows.

    Raises `Refused` to all but the central admin, `Invalid` when nothing of the proposal is chosen.
    """
    may_administer_platform(by).demand()
    chosen = [Holiday(day=day, name=name) for day, name in public_holidays(year).items() if day in days]
    if not chosen:
        raise Invalid("โปรดเลือกวันหยุดอย่างน้อยหนึ่งวัน")
    before = Holiday.objects.count()
    Holiday.objects.bulk_create(chosen, ignore_conflicts=True)
    return Holiday.objects.count() - before
