"""What is written on a letter: a phrase and the free text after it."""

from __future__ import annotations

from saraban.phrases import ASSIGN, EXECUTIVE, STAFF

__all__ = ["ASSIGN", "EXECUTIVE", "STAFF", "composed"]
_GAP = "…"


def composed(phrase: str, text: str, names: tuple[str, ...] = ()) -> str:
    """What is written: the chosen phrase, then the free text. In `มอบ … ดำเนินการ` the gap becomes the names given to."""
    words = " ".join(part for part in (phrase.strip(), text.strip()) if part)
    if names and ASSIGN in words:
        words = words.replace(ASSIGN, ASSIGN.replace(_GAP, ", ".join(names)), 1)
    return words
