"""What a template asks its author for: typed inputs, reading what was typed, and the words each value becomes.

Values are kept as JSON: text for lines, the plain figure for numbers and money, ISO for dates, a boolean for yes or no,
`{"id", "text"}` for a person or a unit (the text as it was that day), rows of cells for tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Self

from django.db import models

from common.access import Invalid
from common.baht import baht_text
from common.thai import arabic_digits, date_long, parse_date, unprintable, visible

NAME_LENGTH, LINE_LENGTH, LINES_LENGTH, CELL_LENGTH = 60, 300, 4000, 1000
MOST_INPUTS, MOST_ROWS, MOST_COLUMNS = 40, 60, 8
MOST_MONEY = Decimal(10) ** 13
_BREAK = re.compile(r"\s+//\s+")


class InputType(models.TextChoices):
    LINE = "LINE", "ข้อความบรรทัดเดียว"
    LINES = "LINES", "ข้อความหลายบรรทัด"
    NUMBER = "NUMBER", "จำนวน"
    MONEY = "MONEY", "จำนวนเงิน (บาท)"
    DATE = "DATE", "วันที่"
    CHOICE = "CHOICE", "เลือกหนึ่งข้อ"
    YES_NO = "YES_NO", "ใช่หรือไม่ใช่"
    PERSON = "PERSON", "ผู้ดำรงตำแหน่ง"
    UNIT = "UNIT", "หน่วยงาน"
    TABLE = "TABLE", "ตาราง"


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateInput:
    """One thing the author is asked for. `name` is what stands between braces; `options` are choices, the two answers
    of yes or no, or the columns of a table."""

    name: str
    type: str = InputType.LINE
    label: str = ""
    required: bool = True
    default: str = ""
    help: str = ""
    options: tuple[str, ...] = ()

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """The input kept as JSON; what it does not know is left out."""
        known = {name: row[name] for name in cls.__dataclass_fields__ if name in row}
        return cls(**{"name": "", **known, "options": tuple(known.get("options", ()))})

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "options": list(self.options)}

    @property
    def shown(self) -> str:
        """What the form calls it."""
        return self.label or self.name

    @property
    def answers(self) -> tuple[str, str]:
        """The words of yes and of no."""
        return (self.options[0], self.options[1]) if len(self.options) == 2 else ("ใช่", "ไม่ใช่")


@dataclass(frozen=True, slots=True)
class Offered:
    """The persons and units to choose from: id to the words that are printed."""

    persons: Mapping[int, str]
    units: Mapping[int, str]


def inputs_of(rows: Iterable[Mapping[str, Any]]) -> list[TemplateInput]:
    """The inputs kept in a version."""
    return [TemplateInput.of(row) for row in rows]


def read(one: TemplateInput, raw: Any, offered: Offered) -> Any:
    """The value of what was typed, None for nothing. Raises `Invalid` with one sentence about it."""
    value = _read(one, raw, offered)
    if value in (None, "", []):
        if one.required:
            raise Invalid(_missing(one), field=one.name)
        return None
    words = "".join("".join(row) for row in value) if one.type == InputType.TABLE else words_of(one, value)
    if odd := unprintable(words):
        raise Invalid(f"มีอักขระที่พิมพ์บนหนังสือไม่ได้ ({' '.join(odd)}) โปรดลบออก", field=one.name)
    return value


def _missing(one: TemplateInput) -> str:
    if one.type in (InputType.CHOICE, InputType.PERSON, InputType.UNIT):
        return f"โปรดเลือก{one.shown}"
    return f"โปรดกรอก{one.shown}" + ("อย่างน้อยหนึ่งแถว" if one.type == InputType.TABLE else "")


def _read(one: TemplateInput, raw: Any, offered: Offered) -> Any:
    if one.type == InputType.TABLE:
        return _rows(one, raw)
    if one.type == InputType.YES_NO:
        return raw in (True, "on", "yes", "true")
    text = visible(str(raw or "")).strip()
    if one.type == InputType.LINES:
        return _lines(one, text)
    text = " ".join(text.split())
    if len(text) > LINE_LENGTH:
        raise Invalid(f"ยาวเกิน {LINE_LENGTH} ตัวอักษร โปรดย่อให้สั้นลง", field=one.name)
    if not text or one.type == InputType.LINE:
        return text
    if one.type in (InputType.NUMBER, InputType.MONEY):
        return _figure(one, text)
    if one.type == InputType.DATE:
        try:
            return parse_date(text).isoformat()
        except Invalid as error:
            raise Invalid(error.sentence, field=one.name) from error
    if one.type == InputType.CHOICE:
        if text not in one.options:
            raise Invalid(f"“{text}” ไม่อยู่ในตัวเลือก โปรดเลือกใหม่", field=one.name)
        return text
    return _chosen(one, text, offered)


def _lines(one: TemplateInput, text: str) -> str:
    if len(text) > LINES_LENGTH:
        raise Invalid(f"ยาวเกิน {LINES_LENGTH:,} ตัวอักษร โปรดย่อหรือแยกเป็นสิ่งที่ส่งมาด้วย", field=one.name)
    return "\n".join(" ".join(line.split()) for line in text.splitlines() if line.strip())


def _figure(one: TemplateInput, text: str) -> str:
    plain = arabic_digits(text).replace(",", "").removesuffix("บาท").strip()
    try:
        number = Decimal(plain)
    except InvalidOperation as error:
        raise Invalid("โปรดกรอกเป็นตัวเลข เช่น 1,500 หรือ 1500.50", field=one.name) from error
    if not number.is_finite() or not 0 <= number < MOST_MONEY:
        raise Invalid("ตัวเลขต้องไม่ติดลบ และน้อยกว่าสิบล้านล้าน", field=one.name)
    if one.type == InputType.MONEY and number != round(number, 2):
        raise Invalid("จำนวนเงินมีทศนิยมได้ไม่เกินสองตำแหน่ง (สตางค์)", field=one.name)
    return _short(f"{round(number, 6):f}")


def _short(figure: str) -> str:
    return figure.rstrip("0").rstrip(".") if "." in figure else figure


def _chosen(one: TemplateInput, text: str, offered: Offered) -> dict[str, Any]:
    rows = offered.persons if one.type == InputType.PERSON else offered.units
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0
    if number not in rows:
        raise Invalid("ตัวเลือกนี้ไม่มีอยู่แล้ว โปรดเลือกใหม่", field=one.name)
    return {"id": number, "text": rows[number]}


def _rows(one: TemplateInput, raw: Any) -> list[list[str]]:
    rows = raw if isinstance(raw, Sequence) and not isinstance(raw, str) else rows_of(str(raw or ""))
    wide = max(len(one.options), 1)
    cells = [[_cell(str(cell)) for cell in (*row, *[""] * wide)[:wide]] for row in rows]
    found = [row for row in cells if any(row)]
    if len(found) > MOST_ROWS:
        raise Invalid(f"ตารางมีได้ไม่เกิน {MOST_ROWS} แถว โปรดแนบเป็นไฟล์แทน", field=one.name)
    if any(len(cell) > CELL_LENGTH for row in found for cell in row):
        raise Invalid(f"ข้อความในช่องหนึ่งของตารางยาวเกิน {CELL_LENGTH:,} ตัวอักษร", field=one.name)
    return found


def _cell(text: str) -> str:
    lines = (" ".join(line.split()) for line in visible(text).splitlines())
    return "\n".join(line for line in lines if line)


def rows_of(text: str) -> list[list[str]]:
    """Rows written as text: one to a line, cells between `|`, a new line inside a cell as ` // `."""
    lines = [line for line in text.splitlines() if line.strip()]
    return [[_BREAK.sub("\n", cell.strip()) for cell in line.strip().strip("|").split("|")] for line in lines]


def text_of_rows(rows: Iterable[Iterable[str]]) -> str:
    """The other way round."""
    return "\n".join(" | ".join(cell.replace("\n", " // ") for cell in row) for row in rows)


def words_of(one: TemplateInput, value: Any) -> str:
    """The words a value becomes in the letter; lines by `\\n`, nothing for no value. Not for tables."""
    if value in (None, ""):
        return ""
    if one.type == InputType.YES_NO:
        return one.answers[0 if value else 1]
    if one.type == InputType.NUMBER:
        return _short(f"{Decimal(str(value)):,f}")
    if one.type == InputType.MONEY:
        amount = Decimal(str(value))
        figure = f"{amount:,.2f}" if amount % 1 else f"{amount:,.0f}"
        return f"{figure} บาท ({baht_text(amount)})"
    if one.type == InputType.DATE:
        return date_long(date.fromisoformat(str(value)))
    if one.type in (InputType.PERSON, InputType.UNIT):
        return str(value["text"])
    return str(value)


def typed_again(one: TemplateInput, value: Any) -> Any:
    """A kept value as the form shows it, to be typed over."""
    if one.type == InputType.TABLE:
        return value or []
    if one.type == InputType.YES_NO:
        return bool(value)
    if value is None:
        return ""
    if one.type in (InputType.PERSON, InputType.UNIT):
        return str(value["id"])
    if one.type == InputType.DATE:
        day = date.fromisoformat(str(value))
        return f"{day.day}/{day.month}/{day.year + 543}"
    return str(value)


def example_of(one: TemplateInput) -> Any:
    """A value to show what the letter will look like, where nothing was typed."""
    if one.type == InputType.TABLE:
        return rows_of(one.default) or [[f"({column})" for column in one.options or ("ข้อความ",)]]
    if one.type == InputType.YES_NO:
        return True
    if one.type in (InputType.NUMBER, InputType.MONEY):
        return "1500"
    if one.type == InputType.DATE:
        return "2026-01-14"
    if one.type == InputType.CHOICE:
        return one.options[0] if one.options else f"({one.shown})"
    if one.type in (InputType.PERSON, InputType.UNIT):
        return {"id": 0, "text": f"({one.shown})"}
    return one.default or f"({one.shown})"


def default_of(one: TemplateInput, known: Mapping[str, str]) -> Any:
    """What an empty form begins with; words in braces are those the platform knows of the author (`known`)."""
    if one.type == InputType.TABLE:
        return rows_of(one.default)
    if one.type == InputType.YES_NO:
        return one.default.strip() in ("ใช่", "1", "true", one.answers[0])
    text = one.default
    for name, words in known.items():
        text = text.replace(f"{{{name}}}", words)
    return text
