"""Celery's part of the tray."""

from celery import shared_task
from django.utils import timezone

from intray.actions.reminders import remind_late


@shared_task(time_limit=290)
def remind() -> int:
    """Each morning as offices open: posts that are late are told, once."""
    return remind_late(at=timezone.now())
