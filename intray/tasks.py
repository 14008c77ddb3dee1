"""Celery's part of the tray."""

from celery import shared_task
from django.utils import timezone

from intray.actions.escalation import escalate_late
from intray.actions.reminders import remind_today


@shared_task(time_limit=290)
def remind() -> int:
    """Each morning as offices open, and again through the day in case the morning's was missed: told once."""
    return remind_today(at=timezone.now())


@shared_task(time_limit=290)
def escalate() -> int:
    """In office hours: what is late beyond measure is told to the post above, once."""
    return escalate_late(at=timezone.now())
