"""Thai writing: digits, Buddhist-era dates, canonical order of marks, sorting.

Dates are stored in the common era; พ.ศ. = ค.ศ. + 543 is added only on showing. Never validate a date with
Buddhist-era arithmetic: leap years follow the common era.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from common.access import Invalid

BANGKOK = ZoneInfo("Asia/Bangkok")
MONTHS = [
    "มกราคม",
    "กุมภาพันธ์",
    "มีนาคม",
    "เมษายน",
    "พฤษภาคม",
    "มิถุนายน",
    "กรกฎาคม",
    "สิงหาคม",
    "กันยายน",
    "ตุลาคม",
    "พฤศจิกายน",
    "ธันวาคม",
]
MONTHS_SHORT = ["ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค."]
WEEKDAYS = ["จันทร์", "อังคาร", "พุธ", "พฤหัสบดี", "ศุกร์", "เสาร์", "อาทิตย์"]

_TO_THAI = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
_TO_ARABIC = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_MARK_ORDER = dict.fromkeys("ฺุู", 1) | dict.fromkeys("ัิีึืํ็", 2) | dict.fromkeys("่้๊๋", 3) | {"์": 4, "๎": 4}
_MARKS = re.compile("[ัิีึืฺุู็่้๊๋์ํ๎]{2,}")
_NIKHAHIT_AA = re.compile("ํ([่้๊๋]*)า")
_TONES = re.compile("[็่้๊๋์ํ๎ฺ]")
_LEADING_VOWEL = re.compile("([เแโใไ])([ก-ฮ])")
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff]"
)


def thai_digits(text: object) -> str:
    """`text` with 0–9 as ๐–๙."""
    return str(text).translate(_TO_THAI)


def arabic_digits(text: str) -> str:
    """`text` with ๐–๙ as 0–9."""
    return text.translate(_TO_ARABIC)


def visible(text: str) -> str:
    """`text` without what nobody sees: zero-width and direction marks, soft hyphens, control characters.

    They come with text pasted from web pages, cut words in two for a search, and make an empty line look filled in.
    """
    return _UNSEEN.sub("", text.replace("\u2028", "\n").replace("\u2029", "\n"))


def unprintable(text: str) -> str:
    """The characters of `text` that no Thai official typeface holds (emoji, private-use glyphs), each once, at most five."""
    odd = (one for one in text if ord(one) > 0xFFFF or unicodedata.category(one) in ("Co", "Cn", "Cs"))
    return "".join(list(dict.fromkeys(odd))[:5])


def canonical(text: str) -> str:
    """`text` with the marks on each consonant in one order, and nikhahit + า as ำ.

    Two strings that look alike on paper compare equal after this, whatever order their marks were typed or drawn in.
    """
    text = unicodedata.normalize("NFC", text).replace("ำ", "ํา")
    text = _MARKS.sub(lambda run: "".join(sorted(run[0], key=_MARK_ORDER.__getitem__)), text)
    return _NIKHAHIT_AA.sub(r"\1ำ", text)


def sort_key(text: str) -> str:
    """A key under which plain string order is Thai dictionary order (leading vowels after their consonant)."""
    plain = arabic_digits(canonical(text.strip()))
    return _LEADING_VOWEL.sub(r"\2\1", _TONES.sub("", plain)).casefold() + "\x01" + plain


def year_be(moment: date | datetime) -> int:
    """The Buddhist-era calendar year of a date, or of a moment in Bangkok."""
    return local_date(moment).year + 543


def fiscal_year_be(moment: date | datetime) -> int:
    """The government's fiscal year (ปีงบประมาณ): N runs from 1 October N−1 to 30 September N."""
    day = local_date(moment)
    return day.year + 543 + (day.month >= 10)


def local_date(moment: date | datetime) -> date:
    """The Bangkok calendar date of a date or an aware moment."""
    return moment.astimezone(BANGKOK).date() if isinstance(moment, datetime) else moment


def date_long(moment: date | datetime) -> str:
    """`14 มกราคม 2569`."""
    day = local_date(moment)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year + 543}"


def date_formal(moment: date | datetime) -> str:
    """`๑๔ มกราคม ๒๕๖๙`, as letters carry it (แบบที่ 1, 2)."""
    return thai_digits(date_long(moment))


def date_short(moment: date | datetime) -> str:
    """`14 ม.ค. 2569`, as registers and screens carry it."""
    day = local_date(moment)
    return f"{day.day} {MONTHS_SHORT[day.month - 1]} {day.year + 543}"


def clock(moment: datetime) -> str:
    """`09.30 น.` in Bangkok: 24 hours with a dot."""
    return f"{moment.astimezone(BANGKOK):%H.%M} น."


def datetime_short(moment: datetime) -> str:
    """`14 ม.ค. 2569 09.30 น.`."""
    return f"{date_short(moment)} {clock(moment)}"


def duration(span: timedelta) -> str:
    """A length of time in the two largest units: `6 วัน 3 ชม.`, `20 นาที`."""
    minutes = max(0, int(span.total_seconds() // 60))
    days, minutes = divmod(minutes, 1440)
    hours, minutes = divmod(minutes, 60)
    if days:
        return f"{days} วัน" + (f" {hours} ชม." if hours else "")
    if hours:
        return f"{hours} ชม." + (f" {minutes} นาที" if minutes else "")
    return f"{minutes} นาที" if minutes else "ไม่ถึง 1 นาที"


def parse_date(text: str) -> date:
    """A date typed by a clerk: `14/1/2569`, `๑๔/๐๑/๒๕๖๙`, `14 ม.ค. 2569`, `14 มกราคม 2569`, or ISO `2026-01-14`.

    Years from 2400 are Buddhist-era. Raises `Invalid` with a Thai sentence otherwise.
    """
    plain = " ".join(arabic_digits(text).split())
    iso = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", plain)
    slash = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", plain)
    words = re.fullmatch(r"(\d{1,2})\s*([ก-์.]+)\s*(?:พ\.ศ\.\s*)?(\d{4})", plain)
    if iso:
        year, month, day = (int(part) for part in iso.groups())
    elif slash:
        day, month, year = (int(part) for part in slash.groups())
    elif words and words[2] in MONTHS + MONTHS_SHORT:
        day, year = int(words[1]), int(words[3])
        month = (MONTHS + MONTHS_SHORT).index(words[2]) % 12 + 1
    else:
        raise Invalid("กรุณากรอกวันที่เป็น วัน/เดือน/ปี พ.ศ. เช่น 14/01/2569")
    try:
        return date(year - 543 if year >= 2400 else year, month, day)
    except ValueError as error:
        raise Invalid(f"ไม่มีวันที่ {text} ในปฏิทิน") from error
