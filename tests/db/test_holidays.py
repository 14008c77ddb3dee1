"""เติมวันหยุดราชการ: what the proposal holds, who may take it in, and that a correction of the admin stays."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from common.access import Invalid, Refused
from org.actions.calendar import fill_holidays, proposed_holidays
from org.models import Holiday
from org.thai_holidays import FIRST, LAST, LONGEST, public_holidays
from tests.world import World

pytestmark = pytest.mark.django_db
FILL = reverse("admin:org_holiday_fill")


def test_a_year_as_the_cabinet_announced_it() -> None:
    days = public_holidays(2026)
    assert days[date(2026, 3, 3)] == "วันมาฆบูชา"
    assert days[date(2026, 6, 1)] == "ชดเชยวันวิสาขบูชา"
    assert days[date(2026, 5, 13)] == "วันพืชมงคล"  # closes offices, not banks
    assert date(2026, 5, 1) not in days  # closes private employers, not offices
    assert date(2026, 1, 10) not in days


@pytest.mark.parametrize("year", [2025, 2026, 2027, 2028])
def test_every_name_is_thai_and_fits(year: int) -> None:
    for day, name in public_holidays(year).items():
        assert day.year == year
        assert 0 < len(name) <= LONGEST
        assert not any("a" <= letter.lower() <= "z" for letter in name)


@pytest.mark.parametrize("year", [FIRST - 1, LAST + 1])
def test_years_out_of_range(year: int) -> None:
    with pytest.raises(ValueError, match=str(year)):
        public_holidays(year)


def test_what_is_there_stays_as_it_was_corrected(world: World) -> None:
    Holiday.objects.all().delete()
    Holiday.objects.create(day=date(2027, 1, 1), name="วันขึ้นปีใหม่ (แก้ไขแล้ว)")
    central = world.actor("central-admin")
    days = [one.day for one in proposed_holidays(2027)]
    added = fill_holidays(by=central, year=2027, days=days)
    assert added == len(days) - 1
    assert Holiday.objects.get(day=date(2027, 1, 1)).name == "วันขึ้นปีใหม่ (แก้ไขแล้ว)"
    assert fill_holidays(by=central, year=2027, days=days) == 0
    assert all(one.known for one in proposed_holidays(2027))


def test_only_what_was_chosen_of_the_proposal_enters(world: World) -> None:
    Holiday.objects.all().delete()
    central = world.actor("central-admin")
    fill_holidays(by=central, year=2027, days=[date(2027, 1, 1), date(2027, 1, 5)])
    assert list(Holiday.objects.values_list("day", flat=True)) == [date(2027, 1, 1)]
    with pytest.raises(Invalid):
        fill_holidays(by=central, year=2027, days=[date(2027, 1, 5)])


@pytest.mark.parametrize("who", ["province-admin", "clerk", "superuser"])
def test_nobody_but_the_central_admin(world: World, who: str) -> None:
    with pytest.raises(Refused):
        fill_holidays(by=world.actor(who), year=2027, days=[date(2027, 1, 1)])
    assert world.client(who).post(FILL, {"year": "2570", "day": ["2027-01-01"]}).status_code in (302, 403, 404)


def test_the_page_shows_what_it_will_add_and_adds_it(world: World) -> None:
    Holiday.objects.all().delete()
    client = world.client("central-admin")
    assert FILL in client.get(reverse("admin:org_holiday_changelist")).content.decode()
    year = str(world.actor("central-admin").at.year + 543)
    page = client.get(FILL, {"year": year}).content.decode()
    assert "จะเพิ่มใหม่" in page and "วันขึ้นปีใหม่" in page
    chosen = f"{int(year) - 543}-01-01"
    client.post(FILL, {"year": year, "day": [chosen, "x", "2027-99-99"]})
    assert [day.isoformat() for day in Holiday.objects.values_list("day", flat=True)] == [chosen]
    assert "มีแล้ว" in client.get(FILL, {"year": year}).content.decode()
    assert FILL not in world.client("province-admin").get(reverse("admin:org_holiday_changelist")).content.decode()
