"""Celery's scheduler that says it is alive, so that `/healthz` sees a dead one.

Without beat no reminder, digest or sweep comes, and nobody would notice for a day.
"""

from __future__ import annotations

import logging
from typing import Any

from celery.beat import PersistentScheduler
from django.core.cache import cache

from common.cache import cache_away

log = logging.getLogger(__name__)
TICKED = "beat-ticked"
SECONDS = 60  # it ticks at least as often as its shortest schedule, every few seconds


class Scheduler(PersistentScheduler):
    """Celery's own, which notes each tick in the cache for a minute."""

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """As Celery's; a cache that is away only delays the note."""
        try:
            cache.set(TICKED, 1, SECONDS)
        except cache_away() as error:
            log.warning("beat: tick not noted (%s)", type(error).__name__)
        return float(super().tick(*args, **kwargs))
