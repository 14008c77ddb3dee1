"""Places on a paper made elsewhere: read from what was typed, checked, and proposed where nobody has put them yet.

A place is [page from 0, left, top, width, height] in millimetres from the page's top left corner.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from common.thai import arabic_digits
from saraban.sheets.parts import REGISTRY_DATE, REGISTRY_NUMBER
from saraban.sheets.uploaded import SEAL_PLACE, Wanted

Place = list[float]
Sizes = Sequence[tuple[float, float]]
EDGE_MM = 10.0  # what a proposal keeps from the paper's edge
GAP_MM = 3.0
HAIR_MM = 0.05
NUMBERS = ("page", "left", "top", "width", "height")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the place `name`, as a sentence."""

    name: str
    sentence: str


def read_number(text: str) -> float | None:
    """A typed number of millimetres, Thai digits too; None for what is none."""
    plain = arabic_digits(text).strip().replace(",", ".")
    try:
        number = float(plain) if len(plain) < 12 else math.nan
    except ValueError:
        return None
    return round(number, 2) if math.isfinite(number) else None


def read_place(typed: Mapping[str, str]) -> Place | None:
    """What was typed for one place (`page` counts from 1); None where a number is missing or is none."""
    numbers = [read_number(typed.get(name, "")) for name in NUMBERS]
    if any(number is None for number in numbers):
        return None
    page, *box = (number for number in numbers if number is not None)
    return [float(int(page) - 1), *box] if page == int(page) else None


def faults(places: Mapping[str, Place], wanted: Sequence[Wanted], sizes: Sizes, together: Sequence[str]) -> list[Fault]:
    """What is wrong with `places` on pages of `sizes`; `together` must stand on one page. Empty when all is well."""
    found: list[Fault] = []
    placed = [(one, places[one.name]) for one in wanted if one.name in places]
    for one in wanted:
        if one.name not in places and not one.optional:
            found.append(Fault(one.name, f"ยังไม่ได้วางตำแหน่ง{said(one)}บนไฟล์"))
    for one, place in placed:
        if sentence := _alone(one, place, sizes):
            found.append(Fault(one.name, sentence))
    for at, (one, place) in enumerate(placed):
        over = next((other for other, beside in placed[:at] if overlap(place, beside)), None)
        if over is not None:
            found.append(Fault(one.name, f"{said(one)}ทับ{over.label} โปรดเลื่อนให้พ้นกัน"))
    pages = {places[name][0] for name in together if name in places}
    if len(pages) > 1:
        found.append(Fault(together[-1], "เลขที่และวันที่ต้องอยู่หน้าเดียวกัน เพราะตราของส่วนราชการเติมพร้อมกันหลังลงนาม"))
    return found


def said(one: Wanted) -> str:
    """What a place is called, before further words: a number at its end keeps its distance."""
    return f"{one.label} " if one.label[-1].isdigit() else one.label


def _alone(one: Wanted, place: Place, sizes: Sizes) -> str:
    page, left, top, width, height = place
    if not 0 <= page < len(sizes):
        return f"{said(one)}อยู่หน้าที่ไม่มีในไฟล์ ไฟล์นี้มี {len(sizes)} หน้า"
    if width < one.least[0] - HAIR_MM or height < one.least[1] - HAIR_MM:
        return f"{said(one)}เล็กเกินไป ต้องกว้างอย่างน้อย {one.least[0]:g} สูงอย่างน้อย {one.least[1]:g} มม."
    across, down = sizes[int(page)]
    if left < -HAIR_MM or top < -HAIR_MM or left + width > across + HAIR_MM or top + height > down + HAIR_MM:
        return f"{said(one)}เลยขอบกระดาษ หน้านี้กว้าง {across:.0f} สูง {down:.0f} มม."
    return ""


def overlap(one: Place, other: Place) -> bool:
    """Whether two places share some paper."""
    if one[0] != other[0]:
        return False
    return all(
        min(one[at] + one[at + 2], other[at] + other[at + 2]) - max(one[at], other[at]) > HAIR_MM for at in (1, 2)
    )


def propose(
    wanted: Sequence[Wanted],
    sizes: Sizes,
    *,
    text_ends_mm: float,
    known: Mapping[str, Place],
    before: Mapping[str, Place],
) -> dict[str, Place]:
    """A place for everything wanted: where the former file had it, at the words found on the paper (`known`), or usual.

    Signers stand on the last page under the text (`text_ends_mm` from its top), number and date at the head of the
    first. Nothing leaves the paper or overlaps.
    """
    chosen: dict[str, Place] = {}
    for one in wanted:
        tries = [known.get(one.name), before.get(one.name), _usual(one, sizes, text_ends_mm)]
        for place in (place for place in tries if place is not None and len(place) == 5):
            free = _free(one, place, sizes, list(chosen.values()))
            if free is not None:
                chosen[one.name] = free
                break
    return chosen


def _usual(one: Wanted, sizes: Sizes, text_ends_mm: float) -> Place:
    width, height = one.usual
    across = sizes[0][0]
    if one.name == REGISTRY_NUMBER:
        return [0.0, 36.0, 38.0, width, height]
    if one.name == REGISTRY_DATE:
        return [0.0, round(across / 2, 1), 50.0, width, height]
    last = len(sizes) - 1
    across, down = sizes[last]
    left = min(across * 0.6 - width / 2, across - width - EDGE_MM)
    if one.name == SEAL_PLACE:
        left = max(EDGE_MM, across * 0.35 - width / 2)
    top = min(text_ends_mm + 2 * GAP_MM, down - height - EDGE_MM)
    return [float(last), round(max(0.0, left), 1), round(max(0.0, top), 1), width, height]


def _free(one: Wanted, place: Place, sizes: Sizes, taken: list[Place]) -> Place | None:
    """`place` on the paper and clear of `taken`, moved down and then up until it is; None where there is no room."""
    page = int(min(max(place[0], 0), len(sizes) - 1))
    across, down = sizes[page]
    width, height = (max(size, least) for size, least in zip(place[3:], one.least, strict=True))
    width, height = min(width, across), min(height, down)
    left = min(max(place[1], 0.0), across - width)
    top = min(max(place[2], 0.0), down - height)
    steps = [top + step for step in range(0, int(down - height - top) + 1, 2)]
    steps += [top - step for step in range(2, int(top) + 1, 2)]
    for at in (left, max(0.0, left - width - GAP_MM), min(across - width, left + width + GAP_MM)):
        for height_at in steps:
            tried = [float(page), round(at, 1), round(height_at, 1), width, height]
            if not any(overlap(tried, other) for other in taken):
                return tried
    return None
