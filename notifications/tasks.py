"""Celery's part of notices."""

from celery import shared_task
from django.utils import timezone

from notifications.mail import call_digests


@shared_task(time_limit=110)
def digests() -> int:
    """Every few minutes: digests that are due are put in the outbox."""
    return call_digests(timezone.now())
