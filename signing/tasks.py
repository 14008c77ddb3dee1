"""Celery's part of signing."""

from celery import shared_task

from signing import actions


@shared_task(time_limit=60)
def sweep() -> int:
    """Queue again what was lost."""
    return actions.sweep()
