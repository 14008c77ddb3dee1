"""Shapes that selectors hand to the lists, time-lines and pages of `templates/_ui`.

Plain frozen values: no queries, no HTML, texts already in Thai. A selector that fills one of these has answered
everything its component asks, so a page of fifty rows costs no further query.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Tag:
    """A word on a label. `kind`: "" quiet, brand, good, warm, amber, hot, bad, secret."""

    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class ListRow:
    """One letter in a tray or list (`_ui/letter_list.html`).

    `second` is the grey line ("จาก → ถึง · รับ 2451"); `urgency` 0–3 and `secrecy` 0–3 are ranks; `stay` and `due` are
    ready words ("6 วัน", "เกิน 2 วัน"), `due_state` is "", "soon" or "late"; `act` is a further link (words, address).
    A classified subject is masked before it gets here.
    """

    key: str
    url: str
    number: str
    subject: str
    second: str = ""
    date: date | None = None
    unread: bool = False
    urgency: int = 0
    secrecy: int = 0
    tags: tuple[Tag, ...] = ()
    where: str = ""
    where_sub: str = ""
    stay: str = ""
    stay_late: bool = False
    due: str = ""
    due_state: str = ""
    act: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One line of a day register, columns of แบบที่ 13 and แบบที่ 14. A voided line keeps its number; `remark` says why."""

    seq: str
    day: date
    number: str
    dated: date | None
    sender: str
    addressee: str
    subject: str
    done: str = ""
    remark: str = ""
    url: str = ""
    urgency: int = 0
    secrecy: int = 0
    voided: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One happening on a letter's time-line. `state`: done, now, back (returned) or ahead; `stay` how long it lay there."""

    who: str
    what: str
    at: datetime | None = None
    acting: str = ""
    note: str = ""
    stay: str = ""
    stay_over: bool = False
    state: str = "done"


@dataclass(frozen=True, slots=True)
class Share:
    """How long a letter lay in one unit: `weight` any positive measure (minutes), `text` in words, `state` "", over or now."""

    unit: str
    text: str
    weight: float
    state: str = ""


@dataclass(frozen=True, slots=True)
class Stamp:
    """A box drawn over a page image, millimetres from the page's top left. `kind`: stamp (ตรารับ) or place (ที่ลงนาม)."""

    lines: tuple[str, ...]
    x: float
    y: float
    width: float = 50
    height: float = 25
    kind: str = "stamp"


@dataclass(frozen=True, slots=True)
class PageImage:
    """One page of a file as an image; `width` and `height` in pixels, the paper in millimetres (A4 unless said)."""

    number: int
    url: str
    thumb_url: str
    width: int
    height: int
    stamps: tuple[Stamp, ...] = ()
    paper_width: float = 210
    paper_height: float = 297
