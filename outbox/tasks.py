"""Celery's part: wake and sweep."""

from celery import shared_task

from outbox import actions


@shared_task(time_limit=120)
def sweep() -> int:
    """Deliver what is due. Beat calls it as well, for pokes that were lost."""
    return actions.deliver()
