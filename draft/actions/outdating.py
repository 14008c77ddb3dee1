"""Suggested words whose place is gone stop asking for an answer."""

from __future__ import annotations

from django.utils import timezone

from draft.anchors import locate
from draft.content import Content
from draft.models import SUGGESTION, Suggestion, SuggestionState
from saraban.models import Letter


def outdate_lost(letter: Letter, content: Content) -> int:
    """Mark the open suggestions whose words no longer stand in `content`. The caller holds the letter's lock."""
    gone = [
        one
        for one in Suggestion.objects.select_for_update().filter(letter=letter, state=SuggestionState.OPEN)
        if locate(content.body, one.quote, one.before) is None
    ]
    for one in gone:
        outdate(one)
    return len(gone)


def outdate(suggestion: Suggestion) -> None:
    """The words it was about were changed by somebody else."""
    SUGGESTION.move(suggestion, "outdate", field="state")
    suggestion.decided_at = timezone.now()
    suggestion.save(update_fields=["state", "decided_at"])
