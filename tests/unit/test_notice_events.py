"""Every event that code tells people of has its words on the page of mail choices."""

from __future__ import annotations

import re
from pathlib import Path

from notifications.events import by_group, known

HOUSE = Path(__file__).parents[2]
APPS = ("saraban", "draft", "intray", "signing", "accounts", "org", "files", "eoffice")
EVENT = re.compile(r'event=f?"([^"]+)"')
BUILT = {"intray.{event}"}  # tell_sender: approve, disapprove, acknowledged, returned


def test_every_event_in_the_code_is_registered() -> None:
    used = {
        name
        for app in APPS
        for path in (HOUSE / app).rglob("*.py")
        for name in EVENT.findall(path.read_text(encoding="utf-8"))
    }
    assert len(used) > 10
    assert {name for name in used - BUILT if not known(name)} == set()


def test_no_two_events_are_called_alike() -> None:
    labels = [event.label for events in by_group().values() for event in events]
    assert len(labels) == len(set(labels))
