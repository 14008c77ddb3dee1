"""How often one address may ask for what needs no sign-in. Counted in the cache, under a hash of the address."""

from __future__ import annotations

import logging

from django.core.cache import cache
from django.utils.crypto import salted_hmac

from common.cache import cache_away

log = logging.getLogger(__name__)


def within(name: str, who: str, *, most: int, seconds: int) -> bool:
    """Count one more of `name` by `who`; False once there were more than `most` in `seconds` from the first of them.

    Without the cache nothing is counted and everything is let through: a limit spares work, it guards no secret.
    """
    key = f"limit:{name}:{salted_hmac('common.limits', who, algorithm='sha256').hexdigest()[:32]}"
    try:
        cache.add(key, 0, seconds)
        return int(cache.incr(key)) <= most
    except ValueError:  # it ran out between the two
        return True
    except cache_away() as error:
        log.warning("limits: cache not reached (%s)", type(error).__name__)
        return True
