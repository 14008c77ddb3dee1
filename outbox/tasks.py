"""Celery's part: wake and sweep."""

from celery import shared_task
from django.core.cache import cache

from outbox import actions

_WAKING = "outbox-waking"
_WAKING_SECONDS = 2


@shared_task(time_limit=120)
def sweep() -> int:
    """Deliver what is due. Beat calls it as well, for pokes that were lost."""
    cache.delete(_WAKING)  # first: whoever commits from now on pokes anew
    return actions.deliver()


def wake() -> None:
    """Have one sweep on its way. While one is queued and has not begun, it will see this message too."""
    if cache.add(_WAKING, 1, _WAKING_SECONDS):
        sweep.apply_async(retry=False, ignore_result=True)
