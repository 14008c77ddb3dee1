"""Time-stamp authorities (RFC 3161, ขมธอ. 33-2566)."""

from __future__ import annotations

from functools import lru_cache

from pyhanko.sign.timestamps.api import TimeStamper
from pyhanko.sign.timestamps.requests_client import RequestsHTTPTimeStamper

__all__ = ["TimeStamper", "http_timestamper"]


@lru_cache(maxsize=8)
def http_timestamper(url: str, timeout_seconds: float = 8) -> TimeStamper:
    """The authority at `url`. Kept per process: it asks once for a specimen token to know how much room to leave."""
    return RequestsHTTPTimeStamper(url, timeout=timeout_seconds)
