"""Who stands in for the posts a draft is meant for today, and whether what was delegated covers the draft."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from draft.content import Content
from saraban.models import Letter
from saraban.permissions_delegation import Matter
from saraban.selectors_delegation import standing_notes


@dataclass(frozen=True, slots=True)
class StandingNote:
    """Who stands in for a chosen signer's post today; `warns` when the delegation does not cover the letter."""

    title: str
    line: str
    warns: bool


def matter_of_draft(letter: Letter, content: Content) -> Matter:
    """What a delegation measures of a letter still being written."""
    folders = frozenset({content.folder}) if content.folder else frozenset()
    return Matter(letter.kind, content.money_or_none(), folders)


def signer_notes(letter: Letter, content: Content, at: datetime) -> list[StandingNote]:
    """One note for each person who stands in for a chosen signer today, in the order of the signers."""
    found = standing_notes(content.signers, matter_of_draft(letter, content), at)
    order = {pk: place for place, pk in enumerate(content.signers)}
    found.sort(key=lambda note: order[note[0].pk])
    return [StandingNote(post.title, line, warns) for post, line, warns in found]
