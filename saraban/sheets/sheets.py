"""The forms as frozen values: หนังสือภายนอก (แบบที่ 1) and บันทึกข้อความ (แบบที่ 2).

Empty text or an empty tuple leaves its element out. Digits are turned to Thai ones by two flags: `thai_digits` for what
the form itself writes (number, date, address, references, amounts, telephone, list and page numbers) and
`body_thai_digits` for the author's own words (subject, body, titles of enclosures).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Self

from saraban.sheets.parts import Enclosure, SignerBlock, TypedSignature


@dataclass(frozen=True, kw_only=True)
class LetterSheet:
    """What both forms share. `number` and `date_text` may be blank: their places are then kept free for the registry.

    `body_html` is sanitised HTML (p, ol, ul, li, table, b, strong, i, em, u, br); anything else in it is dropped.
    `garuda` is a PNG, JPEG or SVG image; without it a dashed frame says so. `mark` is a watermark such as `ร่าง`.
    """

    template: ClassVar[str]
    styles: ClassVar[tuple[str, ...]]

    subject: str
    salutation: str
    addressee: str
    body_html: str
    signers: tuple[SignerBlock, ...]
    urgency: str = ""
    secrecy: str = ""
    number: str = ""
    date_text: str = ""
    copies_to: tuple[str, ...] = ()
    thai_digits: bool = True
    body_thai_digits: bool = False
    garuda: bytes | None = None
    mark: str = ""

    def with_typed_signatures(self, typed: dict[str, TypedSignature]) -> Self:
        """This letter with typed approvals (class ก) printed at the places `typed` names; raises `KeyError`."""
        missing = typed.keys() - {signer.place for signer in self.signers}
        if missing:
            raise KeyError(f"no signer has the place {sorted(missing)[0]}")
        signers = (replace(signer, typed=typed.get(signer.place, signer.typed)) for signer in self.signers)
        return replace(self, signers=tuple(signers))


@dataclass(frozen=True, kw_only=True)
class ExternalSheet(LetterSheet):
    """หนังสือภายนอก (แบบที่ 1): `sender_lines` are the owner agency and its postal address."""

    template: ClassVar[str] = "pdf/external.html"
    styles: ClassVar[tuple[str, ...]] = ("pdf/paper.css", "pdf/external.css")

    sender_lines: tuple[str, ...]
    closing: str
    references: tuple[str, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    owner_unit: str = ""
    contact_lines: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MemoSheet(LetterSheet):
    """บันทึกข้อความ (แบบที่ 2): `agency_line` is the owner unit with its telephone, on one line."""

    template: ClassVar[str] = "pdf/memo.html"
    styles: ClassVar[tuple[str, ...]] = ("pdf/paper.css", "pdf/memo.css")

    agency_line: str
