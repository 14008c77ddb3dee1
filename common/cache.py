"""What a cache that cannot be reached raises."""

from __future__ import annotations


def cache_away() -> type[Exception]:
    """For `except cache_away()`: Redis being away. Asked only when something was raised, and redis is loaded by then."""
    from redis.exceptions import RedisError

    return RedisError
