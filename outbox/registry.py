"""Which function handles a topic. Registered in `AppConfig.ready()`; a seam upper floors are heard through."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Handler = Callable[[dict[str, Any]], None]
_handlers: dict[str, Handler] = {}
_outside: set[str] = set()


def handle(topic: str, handler: Handler, *, outside: bool = False) -> None:
    """Register the one idempotent handler of `topic`. Raises ValueError for a second, different one.

    `outside`: the handler waits for a server of others (mail), which may keep it waiting. Such topics go through a
    lane of their own, one at a time, so that what the house does by itself never queues behind them.
    """
    if _handlers.get(topic, handler) is not handler:
        raise ValueError(f"topic {topic} has a handler already")
    _handlers[topic] = handler
    if outside:
        _outside.add(topic)


def handler_of(topic: str) -> Handler | None:
    """The handler of `topic`, if any is registered."""
    return _handlers.get(topic)


def goes_outside(topic: str) -> bool:
    """Whether the handler of `topic` waits for servers of others."""
    return topic in _outside
