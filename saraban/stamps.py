"""The receive stamp (ตรารับหนังสือ, แบบที่ 12) as an overlay: one for each level that registered the letter.

Stamps never touch a file's bytes: they are drawn over the preview and the print (2.5 × 5 cm at the top right of page 1).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from common.rows import Stamp
from common.thai import BANGKOK, MONTHS_SHORT, local_date, thai_digits
from saraban.models import RegisterEntry

PAPER_WIDTH = 210.0
LARGE = (50.0, 25.0)
SMALL = (46.0, 15.5)
EDGE = 5.0
_FITS = {"stamp": 19, "stamp small": 22}  # characters of a heading that have a width of their own


def heading_of(entry: RegisterEntry) -> str:
    """The name on the stamp: the agency where its central registry registered, the unit elsewhere."""
    unit = entry.owner_unit
    return unit.agency.name if unit.agency.registry_unit_id == unit.pk else unit.name


def stamps(entries: Sequence[RegisterEntry]) -> tuple[Stamp, ...]:
    """At most four boxes: the first at the top right, the next below it, then to the left. More levels show the last four."""
    if len(entries) == 1:
        return (_stamp(entries[0], "stamp", PAPER_WIDTH - LARGE[0] - EDGE - 1, EDGE + 1, LARGE),)
    right = PAPER_WIDTH - SMALL[0] - EDGE
    left = right - SMALL[0] - 1.5
    places = ((right, EDGE), (right, EDGE + SMALL[1] + 1), (left, EDGE), (EDGE, EDGE))
    return tuple(_stamp(entry, "stamp small", x, y, SMALL) for entry, (x, y) in zip(entries[-4:], places, strict=False))


def _stamp(entry: RegisterEntry, kind: str, x: float, y: float, size: tuple[float, float]) -> Stamp:
    at = entry.entered_at.astimezone(BANGKOK)
    day = local_date(at)
    lines = (
        _shortened(entry, _FITS[kind]),
        f"เลขรับ {thai_digits(entry.number)}",
        f"วันที่ {thai_digits(f'{day.day} {MONTHS_SHORT[day.month - 1]} {day.year + 543}')}",
        f"เวลา {thai_digits(f'{at:%H.%M}')} น.",
    )
    return Stamp(lines=lines, x=x, y=y, width=size[0], height=size[1], kind=kind)


def _shortened(entry: RegisterEntry, fits: int) -> str:
    """The heading when it fits, else the short name, else its beginning."""
    for name in (heading_of(entry), entry.owner_unit.label):
        if _width(name) <= fits:
            return name
    name = entry.owner_unit.label
    while _width(name) > fits - 1:
        name = name[:-1]
    return f"{name}…"


def _width(text: str) -> int:
    """How many characters of `text` stand beside each other (marks above and below take no room)."""
    return sum(1 for letter in text if unicodedata.category(letter) != "Mn")
