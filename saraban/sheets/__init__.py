"""What stands on paper: official letters as values, and how they are set (ระเบียบงานสารบรรณ แบบที่ 1 และ 2).

A sheet knows nothing of models, persons or permissions: whoever makes one has already decided every word. A further
form is one more dataclass here and one more template over the same partials (`templates/pdf/_*.html`).
"""

from saraban.sheets.parts import (
    REGISTRY_DATE,
    REGISTRY_NUMBER,
    Enclosure,
    SignerBlock,
    TypedSignature,
    reference_text,
)
from saraban.sheets.rendering import typeset_letter
from saraban.sheets.sheets import ExternalSheet, LetterSheet, MemoSheet

__all__ = [
    "REGISTRY_DATE",
    "REGISTRY_NUMBER",
    "Enclosure",
    "ExternalSheet",
    "LetterSheet",
    "MemoSheet",
    "SignerBlock",
    "TypedSignature",
    "reference_text",
    "typeset_letter",
]
