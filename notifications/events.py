"""What one can be told of, in words. Apps register their events in `AppConfig.ready()`; the page of choices lists them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Event:
    """One kind of notice: its name in code, what people call it, and under which heading it stands."""

    name: str
    label: str
    group: str


_events: dict[str, Event] = {}


def register(group: str, labels: Mapping[str, str]) -> None:
    """Add events (`name -> label`) under the heading `group`; the same name replaces."""
    for name, label in labels.items():
        _events[name] = Event(name, label, group)


def known(name: str) -> bool:
    """Whether an event of this name is registered."""
    return name in _events


def by_group() -> dict[str, list[Event]]:
    """All events by heading, in the order of registration."""
    found: dict[str, list[Event]] = {}
    for event in _events.values():
        found.setdefault(event.group, []).append(event)
    return found
