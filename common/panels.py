"""The letter page's seam: upper floors register panels, the page loads each by its own URL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of the letter page: `url_name` takes the letter's id; `title` is the link without JavaScript, and
    `shown(actor, letter)` decides whether it is there."""

    key: str
    url_name: str
    order: int
    title: str = ""
    shown: Callable[[Any, Any], bool] | None = None


_panels: dict[str, Panel] = {}


def register(panel: Panel) -> None:
    """Add a panel; the same key replaces it."""
    _panels[panel.key] = panel


def panels(actor: Any, letter: Any) -> list[Panel]:
    """The panels to show to `actor` on `letter`, in order."""
    ordered = sorted(_panels.values(), key=lambda panel: panel.order)
    return [panel for panel in ordered if panel.shown is None or panel.shown(actor, letter)]
