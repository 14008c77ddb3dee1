"""Sheets as JSON: what a proposed letter freezes, and how its paper is set again at any later stage.

The Garuda is the platform's and not the letter's: it is left out, and put in again on reading by whoever sets the paper.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from saraban.sheets.kinds import KINDS
from saraban.sheets.parts import Attendee, Enclosure, SignerBlock, TypedSignature
from saraban.sheets.sheets import LetterSheet
from saraban.sheets.uploaded import FORM, UploadedSheet

FORMS: dict[str, type[LetterSheet]] = {name: kind.sheet for name, kind in KINDS.items()} | {FORM: UploadedSheet}
_PARTS: dict[str, type[Enclosure] | type[Attendee]] = {
    "enclosures": Enclosure,
    "present": Attendee,
    "absent": Attendee,
    "attending": Attendee,
}


def form_of(sheet: LetterSheet) -> str:
    """The name a sheet's form is kept under: its kind's."""
    return next(name for name, kind in FORMS.items() if type(sheet) is kind)


def to_json(sheet: LetterSheet) -> dict[str, Any]:
    """`sheet` as plain JSON values, without the Garuda's bytes."""
    data = asdict(sheet)
    del data["garuda"]
    return data


def from_json(form: str, data: dict[str, Any], *, garuda: bytes | None = None) -> LetterSheet:
    """The sheet `to_json` made. Raises KeyError for an unknown form, TypeError for fields that are not of it."""
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in data.items()}
    values["signers"] = tuple(_signer(block) for block in values["signers"])
    for name, part in _PARTS.items():
        if name in values:
            values[name] = tuple(part(**one) for one in values[name])
    return FORMS[form](**values, garuda=garuda)


def _signer(block: dict[str, Any]) -> SignerBlock:
    typed = block["typed"]
    return SignerBlock(
        name=block["name"],
        title_lines=tuple(block["title_lines"]),
        place=block["place"],
        typed=TypedSignature(**typed) if typed else None,
    )
