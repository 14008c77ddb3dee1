"""How big the properties are: small in the daily set, big with `scripts/test --long` (EOFFICE_LONG=1)."""

from __future__ import annotations

import os

from hypothesis import settings

LONG = bool(os.environ.get("EOFFICE_LONG"))


def load() -> None:
    """Choose Hypothesis's profile. No deadline in either: a loaded machine is no fault of the property."""
    settings.register_profile("short", max_examples=60, deadline=None)
    settings.register_profile("long", max_examples=300, deadline=None)
    settings.load_profile("long" if LONG else "short")


def sized(short: int, *, long: int) -> int:
    """The size of a property's worlds: `short` in the daily set, `long` in the long one."""
    return long if LONG else short
