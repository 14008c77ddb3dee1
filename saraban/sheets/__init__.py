"""What stands on paper: official letters as values, and how they are set (ระเบียบงานสารบรรณ แบบที่ 1–11).

A sheet knows nothing of models, persons or permissions: whoever makes one has already decided every word. A further
form is one more dataclass here, one more template over the same partials (`templates/pdf/_*.html`) and one more row of
`saraban.sheets.kinds`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from saraban.sheets.parts import (
    REGISTRY_DATE,
    REGISTRY_NUMBER,
    Attendee,
    Enclosure,
    SignerBlock,
    TypedSignature,
    reference_text,
)
from saraban.sheets.sheets import (
    AnnouncementSheet,
    BylawSheet,
    CertificateSheet,
    CommuniqueSheet,
    ExternalSheet,
    LetterSheet,
    MemoSheet,
    MinutesSheet,
    NewsSheet,
    NoteSheet,
    OrderSheet,
    OtherSheet,
    RuleSheet,
    StampedSheet,
)
from saraban.sheets.uploaded import UploadedSheet, typeset_uploaded

if TYPE_CHECKING:
    from files.typesetting import Typeset

__all__ = [
    "REGISTRY_DATE",
    "REGISTRY_NUMBER",
    "AnnouncementSheet",
    "Attendee",
    "BylawSheet",
    "CertificateSheet",
    "CommuniqueSheet",
    "Enclosure",
    "ExternalSheet",
    "LetterSheet",
    "MemoSheet",
    "MinutesSheet",
    "NewsSheet",
    "NoteSheet",
    "OrderSheet",
    "OtherSheet",
    "RuleSheet",
    "SignerBlock",
    "StampedSheet",
    "TypedSignature",
    "UploadedSheet",
    "reference_text",
    "typeset_letter",
]


def typeset_letter(sheet: LetterSheet, *, preview: bool = False) -> Typeset:
    """`sheet` as a PDF with its places; see `rendering.typeset_letter`.

    WeasyPrint and the font tools load with the first letter that is set: they take over a second.
    """
    if isinstance(sheet, UploadedSheet):
        return typeset_uploaded(sheet, preview=preview)
    from saraban.sheets import rendering

    return rendering.typeset_letter(sheet, preview=preview)
