"""Thai or Arabic digits, settled once for a whole sheet before it is set."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, TypeVar

from common.thai import thai_digits
from saraban.sheets.parts import Attendee, Enclosure
from saraban.sheets.sheets import LetterSheet

FORM_TEXTS = {
    "number", "date_text", "agency_line", "sender_lines", "references", "contact_lines", "copies_to",
    "issue", "year", "meeting_no", "held", "venue", "began", "ended", "present", "absent", "attending",
}  # fmt: skip
AUTHOR_TEXTS = {"subject"}

AnySheet = TypeVar("AnySheet", bound=LetterSheet)


def settle_digits(sheet: AnySheet) -> AnySheet:
    """`sheet` with Thai digits where its two flags ask for them; lines with an e-mail address keep theirs."""
    changes: dict[str, Any] = {}
    for field in fields(sheet):
        value = getattr(sheet, field.name)
        if (field.name in FORM_TEXTS and sheet.thai_digits) or (field.name in AUTHOR_TEXTS and sheet.body_thai_digits):
            changes[field.name] = _thai(value)
        elif field.name == "enclosures":
            changes[field.name] = tuple(_enclosure(item, sheet) for item in value)
    return replace(sheet, **changes)


def _enclosure(item: Enclosure, sheet: LetterSheet) -> Enclosure:
    return Enclosure(
        title=_thai(item.title) if sheet.body_thai_digits else item.title,
        amount=_thai(item.amount) if sheet.thai_digits else item.amount,
    )


def _thai(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(_thai(line) for line in value)
    if isinstance(value, Attendee):
        return Attendee(_thai(value.name), _thai(value.title), _thai(value.note))
    return value if "@" in value else thai_digits(value)
