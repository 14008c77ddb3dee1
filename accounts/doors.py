"""Marks on views that the sign-in middleware reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

View = TypeVar("View", bound=Callable[..., object])


def before_entry(view: View) -> View:
    """Open to a signed-in person who has not yet read the privacy notice or changed a temporary password."""
    view.before_entry = True  # type: ignore[attr-defined]
    return view


def no_activity(view: View) -> View:
    """Asked by the page itself (counters, progress): keeps no session awake."""
    view.no_activity = True  # type: ignore[attr-defined]
    return view
