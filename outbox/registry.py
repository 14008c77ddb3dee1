"""Which function handles a topic. Registered in `AppConfig.ready()`; a seam upper floors are heard through."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Handler = Callable[[dict[str, Any]], None]
_handlers: dict[str, Handler] = {}


def handle(topic: str, handler: Handler) -> None:
    """Register the one idempotent handler of `topic`. Raises ValueError for a second, different one."""
    if _handlers.get(topic, handler) is not handler:
        raise ValueError(f"topic {topic} has a handler already")
    _handlers[topic] = handler


def handler_of(topic: str) -> Handler | None:
    """The handler of `topic`, if any is registered."""
    return _handlers.get(topic)
