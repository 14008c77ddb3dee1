"""The menu's seam: apps register entries in `AppConfig.ready()`, the shell draws them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """One menu entry. `count` is asked with the actor and returns what waits (0 hides it)."""

    key: str
    label: str
    url_name: str
    icon: str
    order: int
    group: str = ""
    count: Callable[[Any], int] | None = None
    shown: Callable[[Any], bool] | None = None


_entries: dict[str, Entry] = {}


def register(entry: Entry) -> None:
    """Add an entry; the same key replaces it."""
    _entries[entry.key] = entry


def entries() -> list[Entry]:
    """All entries in their order."""
    return sorted(_entries.values(), key=lambda entry: entry.order)


def _kept(actor: Any) -> dict[str, int]:
    found: dict[str, int] = actor.__dict__.setdefault("_menu_waiting", {})
    return found


def counted(key: str, actor: Any, count: int) -> None:
    """A page that has counted what waits behind an entry spares the menu the question."""
    _kept(actor)[key] = count


def waiting(key: str, actor: Any) -> int:
    """What waits behind an entry, asked once for an actor however often it is shown."""
    kept = _kept(actor)
    if key not in kept:
        entry = _entries[key]
        kept[key] = entry.count(actor) if entry.count else 0
    return kept[key]
