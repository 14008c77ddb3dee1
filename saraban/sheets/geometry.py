"""Measures of official paper: what is certain and what practice leaves open, in one place an installation may change.

`settings.LETTER_GEOMETRY` overrides any of them by name; docs/forms/README.md lists them all with where each comes from.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

PAPER_WIDTH_MM, PAPER_HEIGHT_MM = 210.0, 297.0


@dataclass(frozen=True, kw_only=True)
class Geometry:
    """Millimetres (`_mm`), official points (`_points`), and counts. Positions are from the paper's top left corner."""

    margin_left_mm: float = 30
    margin_right_mm: float = 20
    margin_top_mm: float = 25
    margin_bottom_mm: float = 20
    continued_bottom_mm: float = 33.6
    catchword_drop_mm: float = 6.8
    catchword_letters: int = 26

    garuda_mm: float = 30
    garuda_small_mm: float = 15
    garuda_top_mm: float = 15
    first_line_mm: float = 39
    heading_top_mm: float = 50
    sender_widest_mm: float = 85

    body_points: float = 16
    line_height: float = 1.2
    close_line_height: float = 1.13
    gap_points: float = 6
    indent_mm: float = 25
    step_mm: float = 10

    memo_title_points: float = 29
    memo_title_top_mm: float = 18.5
    memo_label_points: float = 20
    memo_first_line_mm: float = 32
    urgency_points: float = 32
    secrecy_points: float = 20
    heading_bold: int = 0
    heading_rule_mm: float = 40
    dated_indent_mm: float = 50
    closing_gap_points: float = 12
    signature_axis_mm: float = 125
    signature_width_mm: float = 72
    signature_height_mm: float = 24
    owner_gap_mm: float = 14

    seal_mm: float = 45
    seal_inner_mm: float = 35
    photo_width_mm: float = 40
    photo_height_mm: float = 60
    qr_mm: float = 22
    copy_word_mm: float = 6
    certified_width_mm: float = 86
    certified_edge_mm: float = 3.5

    @property
    def text_width_mm(self) -> float:
        """Between the margins."""
        return PAPER_WIDTH_MM - self.margin_left_mm - self.margin_right_mm

    @property
    def text_right_mm(self) -> float:
        """The right margin from the paper's left edge."""
        return PAPER_WIDTH_MM - self.margin_right_mm

    @property
    def beside_garuda_mm(self) -> float:
        """The room between the Garuda and the right margin."""
        return (PAPER_WIDTH_MM - self.garuda_mm) / 2 - self.margin_right_mm - 2

    @property
    def lowered_line_mm(self) -> float:
        """Where the first line stands, below the top margin, when its words reach under the Garuda."""
        return self.garuda_top_mm + self.garuda_mm + 0.5 - self.margin_top_mm

    @property
    def centre_mm(self) -> float:
        """The centre line of the paper, from the left margin."""
        return PAPER_WIDTH_MM / 2 - self.margin_left_mm

    @property
    def number_shift_mm(self) -> float:
        """What moves something centred between the margins to the middle of the paper, as padding on its right."""
        return self.margin_left_mm - self.margin_right_mm

    @property
    def below_top(self) -> dict[str, float]:
        """The positions from the top edge as distances from the top margin, as style sheets need them."""
        found = {
            "garuda": self.garuda_top_mm,
            "first_line": self.first_line_mm,
            "heading": self.heading_top_mm,
            "memo_title": self.memo_title_top_mm,
            "memo_first_line": self.memo_first_line_mm,
            "urgency": self.first_line_mm - 15,
            "memo_urgency": self.garuda_top_mm + 4,
            "secrecy_top": 5,
            "secrecy_bottom": PAPER_HEIGHT_MM - 15,
        }
        return {name: round(value - self.margin_top_mm, 3) for name, value in found.items()}

    @property
    def indents(self) -> tuple[float, float, float]:
        """Where items of a list begin, by depth."""
        return (self.indent_mm, self.indent_mm + self.step_mm, self.indent_mm + 2 * self.step_mm)

    @property
    def photo_foot_mm(self) -> float:
        """The foot of the photograph below the date of a certificate."""
        return 15 + self.photo_height_mm

    @property
    def photo_bottom_mm(self) -> float:
        """The room of the photograph with its holder's signature, name and a line under it."""
        return self.photo_foot_mm + 25

    @property
    def holder_width_mm(self) -> float:
        """The column of the holder's name, 5 mm wider than the photograph on both sides."""
        return self.photo_width_mm + 10

    @property
    def smaller(self) -> dict[str, float]:
        """The measures of a letter set closer to keep it on one page."""
        return {
            "gap": self.gap_points / 2,
            "closing_gap": self.closing_gap_points * 2 / 3,
            "signature": self.signature_height_mm * 5 / 6,
            "owner_gap": self.owner_gap_mm * 2 / 7,
        }


def geometry() -> Geometry:
    """The measures in force. Raises `ImproperlyConfigured` for a name that is none, or a value that is no number."""
    return _geometry(tuple(sorted(settings.LETTER_GEOMETRY.items())))


@lru_cache(maxsize=8)
def _geometry(changes: tuple[tuple[str, Any], ...]) -> Geometry:
    known = {field.name for field in fields(Geometry)}
    for name, value in changes:
        if name not in known:
            raise ImproperlyConfigured(f"LETTER_GEOMETRY: no measure is called {name!r}")
        if not isinstance(value, int | float) or value < 0:
            raise ImproperlyConfigured(f"LETTER_GEOMETRY: {name} must be a number that is not negative")
    return Geometry(**dict(changes))
