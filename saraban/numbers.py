"""How a number is written: formats, years, and file names."""

from __future__ import annotations

import re
from datetime import date, datetime

from common.access import Invalid
from common.thai import arabic_digits, fiscal_year_be, year_be
from org.models import Agency, Unit
from saraban.models import RegisterFolder, Reset

FIELDS = ("code", "unit", "seq", "year")
_FIELD = re.compile(r"{(\w*)(?::0(\d))?}")
_YEARLY = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*/\s*2[4-9]\d\d\s*$")
_RESERVED = re.compile(r"""[\s/.()\\:*?"<>|]+""")


def series_year(folder: RegisterFolder, at: datetime) -> int:
    """The year whose series a number issued at `at` belongs to (พ.ศ.; 0 for a series that never restarts)."""
    if folder.reset == Reset.NEVER:
        return 0
    return fiscal_year_be(at) if folder.reset == Reset.FISCAL else year_be(at)


def check_format(pattern: str) -> None:
    """Raise `Invalid` unless `pattern` uses known fields and carries {seq} exactly once."""
    fields = [match[1] for match in _FIELD.finditer(pattern)]
    unknown = [name for name in fields if name not in FIELDS]
    left = _FIELD.sub("", pattern)
    if unknown or "{" in left or "}" in left:
        raise Invalid("รูปแบบเลขใช้ได้เฉพาะ {code} {unit} {seq} {seq:03} และ {year}", field="number_format")
    if fields.count("seq") != 1:
        raise Invalid("รูปแบบเลขต้องมี {seq} หนึ่งแห่ง", field="number_format")


def write_number(
    folder: RegisterFolder, unit: Unit, *, seq: int, year: int, circular: bool = False, insert_no: int = 0
) -> str:
    """The number as printed: `ดศ 0201.2/123`, `ดศ 0201.2/ว 45`, `12/2569`, `ปท 0013/ฉ 001`."""
    values = {"code": folder.code or folder.agency.code, "unit": folder.unit_code or unit.code, "year": str(year)}

    def fill(match: re.Match[str]) -> str:
        if match[1] != "seq":
            return values[match[1]]
        text = str(seq).zfill(int(match[2])) if match[2] else str(seq)
        text = f"{text}.{insert_no}" if insert_no else text
        return f"ว {text}" if circular else text

    return " ".join(_FIELD.sub(fill, folder.number_format).split())


def file_name(agency: Agency, unit: Unit, number: str, on: date, *, kind: str = "", enclosure: int = 0) -> str:
    """`2569_MDES_0201_2_123.pdf`: พ.ศ., roman code, unit number, running number; Arabic digits, ASCII only.

    Follows annex ข of the e-Office guide; ว becomes `w`, ฉ `ch`, and enclosures get `_att01`. A number of a series of its
    own (`12/2569`) is named after the `kind` of letter too (`2569_PTE_0017_order12.pdf`): another register has a 12 as well.
    """
    plain = arabic_digits(number)
    yearly = _YEARLY.match(plain)
    running = f"{kind.lower()}{yearly[1]}" if yearly else plain.rsplit("/", 1)[-1]
    running = running.replace("ว", "w").replace("ฉ", "ch").replace("ล", "s")
    own = arabic_digits(unit.code)
    raw = "_".join((str(year_be(on)), agency.roman, own, running.replace(" ", "")))
    name = re.sub(r"_+", "_", _RESERVED.sub("_", raw)).strip("_")
    name = name.encode("ascii", "ignore").decode()[:90]
    return f"{name}_att{enclosure:02d}.pdf" if enclosure else f"{name}.pdf"
