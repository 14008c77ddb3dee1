"""Celery's part of the review."""

from celery import shared_task
from django.utils import timezone

from draft.actions.substitutes import call_due_substitutes, remind_late_reviews


@shared_task(time_limit=290)
def call_substitutes() -> int:
    """Every few minutes: turns that are late, or whose post nobody holds, go to their substitutes too."""
    return call_due_substitutes(at=timezone.now())


@shared_task(time_limit=290)
def remind() -> int:
    """Each morning as offices open: posts that are late with a review are told, once."""
    return remind_late_reviews(at=timezone.now())
