"""Public holidays of a year as the package `holidays` knows them, narrowed to those on which offices are closed.

The package follows the Cabinet's announcements as they become known; a year to come may lack special days and
substitution days. So its list is a proposal: a person looks at it before it enters the calendar.
"""

from __future__ import annotations

from datetime import date

NOT_OF_OFFICES = ("วันแรงงานแห่งชาติ", "วันเด็กแห่งชาติ")  # private employers' day; a day that closes no office
FIRST, LAST = 2015, 2100
LONGEST = 120


def public_holidays(year: int) -> dict[date, str]:
    """The days off of government offices in a year of the common era, in their order, with Thai names.

    Raises ValueError outside `FIRST`–`LAST`.
    """
    if not FIRST <= year <= LAST:
        raise ValueError(year)
    from holidays import country_holidays  # loads when a year is first asked for

    known = country_holidays("TH", years=year, language="th", categories=("public", "government"))
    named = {day: _name(name) for day, name in sorted(known.items())}
    return {day: name for day, name in named.items() if name}


def _name(names: str) -> str:
    """Several names of one day in one line that fits the column; "" when no office is closed for any of them."""
    kept = [one.strip() for one in names.split(";") if not one.strip().endswith(NOT_OF_OFFICES)]
    if not kept:
        return ""
    whole = " และ".join(kept)
    return (whole if len(whole) <= LONGEST else min(kept, key=len))[:LONGEST]
