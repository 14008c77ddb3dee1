"""Celery's part: wake and sweep."""

from celery import shared_task
from django.core.cache import cache

from outbox import actions

_WAKING = {False: "outbox-waking", True: "outbox-waking-outside"}
_WAKING_SECONDS = 2


@shared_task(time_limit=120)
def sweep() -> int:
    """Deliver what is due. Beat calls it as well, for pokes that were lost."""
    _begun(outside=False)
    return actions.deliver()


@shared_task(time_limit=120)
def sweep_outside() -> int:
    """Deliver what goes to servers of others. Beat calls it as well."""
    _begun(outside=True)
    return actions.deliver(outside=True)


def _begun(*, outside: bool) -> None:
    """Before the first message is claimed: whoever commits from now on pokes anew."""
    cache.delete(_WAKING[outside])


def wake(outside: bool) -> None:
    """Have one sweep on its way. While one is queued and has not begun, it will see this message too."""
    if cache.add(_WAKING[outside], 1, _WAKING_SECONDS):
        (sweep_outside if outside else sweep).apply_async(retry=False, ignore_result=True)
