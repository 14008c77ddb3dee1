"""What upper floors hear from sign-in: the audit trail and the mail of an invitation.

`accounts` lies below `audit` and `outbox`, so it tells and does not call. Listeners are registered in
`AppConfig.ready()` and run inside the action's transaction: what they write stands or falls with it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db import models

from org.actor import Actor


@dataclass(frozen=True, slots=True)
class Event:
    """`by` did `verb` to `subject`; `label` is the Thai sentence of the trail. Nothing in it is secret."""

    verb: str
    label: str
    by: Actor
    subject: models.Model


_listeners: dict[str, Callable[[Event], None]] = {}


def listen(name: str, listener: Callable[[Event], None]) -> None:
    """Register a listener; the same name replaces it."""
    _listeners[name] = listener


def tell(event: Event) -> None:
    """Let every listener hear `event`. Called inside the action's transaction."""
    for listener in _listeners.values():
        listener(event)
