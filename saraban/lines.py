"""Lines of the trail about classified letters: who did what and when in the clear, what it said under the letter's key."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import Model

from audit.models import AuditEvent
from saraban.models import Letter
from saraban.models.sealed import open_words, seal_words

NEUTRAL = "ดำเนินการกับหนังสือชั้นความลับ"
_PLACE = "audit.line"


def seal_line(letter_id: int, subject: Model, label: str, detail: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """A line as it is kept. Registered with `audit.registry`; a plain letter's stays as it is."""
    letter = _letter_of(letter_id, subject)
    return sealed_line(letter, label, detail) if letter is not None and letter.must_be_sealed else (label, detail)


def sealed_line(letter: Letter, label: str, detail: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The same for a letter known to be classified."""
    words = json.dumps({"label": label, "detail": detail}, ensure_ascii=False)
    return NEUTRAL, {"sealed": seal_words(letter, words, place=_PLACE)}


def open_line(letter: Letter, event: AuditEvent) -> AuditEvent:
    """The event with the words it was written with, for a reader of the letter. It is not to be saved."""
    sealed = event.detail.get("sealed")
    if isinstance(sealed, str):
        said = json.loads(open_words(letter, sealed, place=_PLACE))
        event.label, event.detail = said["label"], said["detail"]
    return event


def _letter_of(letter_id: int, subject: Model) -> Letter | None:
    """The letter, without a query when the subject is it or has it at hand."""
    at_hand = subject._state.fields_cache
    through = [at_hand[name]._state.fields_cache.get("letter") for name in ("step", "comment") if at_hand.get(name)]
    for known in (subject, at_hand.get("letter"), *through):
        if isinstance(known, Letter) and known.pk == letter_id:
            return known
    return Letter.objects.filter(pk=letter_id).only("secrecy", "data_key").first()
