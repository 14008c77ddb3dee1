"""What an upper floor adds to the trail: how a line about a classified letter is written. Registered in `AppConfig.ready()`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Model

Line = tuple[str, dict[str, Any]]
# (letter id, subject, label, detail) → label and detail as they may lie in the database.
Sealing = Callable[[int, Model, str, dict[str, Any]], Line]
_sealings: list[Sealing] = []


def seal_lines_by(sealing: Sealing) -> None:
    """Let `sealing` see every line about a letter before it is written."""
    if sealing not in _sealings:
        _sealings.append(sealing)


def as_kept(letter_id: int, subject: Model, label: str, detail: dict[str, Any]) -> Line:
    """The line as it may be kept."""
    for sealing in _sealings:
        label, detail = sealing(letter_id, subject, label, detail)
    return label, detail
