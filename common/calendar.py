"""The calendar's seam: apps register what has a date for an actor, the calendar feed shows it.

A title never tells what a letter is about; `subject` does, and is shown only where the reader asked for it. A source
gives none for classified letters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """Something with a moment: `uid` is stable, `url` a path of this site."""

    uid: str
    title: str
    at: datetime
    url: str
    subject: str = ""


Source = Callable[[Any, datetime, datetime], Iterable[Entry]]
_sources: dict[str, Source] = {}


def register(key: str, source: Source) -> None:
    """Add a source: asked with an actor and a span of time, it gives a bounded number of entries. The same key replaces."""
    _sources[key] = source


def entries(actor: Any, since: datetime, until: datetime) -> list[Entry]:
    """What all sources hold for the actor from `since` to `until`, by time."""
    return sorted((one for source in _sources.values() for one in source(actor, since, until)), key=lambda one: one.at)
