"""The deadlines of reviews for the calendar feed."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from common.calendar import Entry
from draft.models import Review, ReviewState
from org.actor import Actor

MOST = 200


def deadlines(actor: Actor, since: datetime, until: datetime) -> list[Entry]:
    """The reviews that wait for the actor's post, with a deadline in the span, soonest first."""
    if actor.appointment is None:
        return []
    waiting = Review.objects.filter(
        position=actor.position,
        state=ReviewState.WAITING,
        due_at__gte=since,
        due_at__lte=until,
        letter__secrecy__lte=actor.clearance,
    )
    return [_entry(review) for review in waiting.select_related("letter").order_by("due_at", "pk")[:MOST]]


def _entry(review: Review) -> Entry:
    letter = review.letter
    assert review.due_at is not None
    return Entry(
        uid=f"review-{review.pk}",
        title="กำหนดตรวจร่าง" + (" (หนังสือมีชั้นความลับ)" if letter.is_secret else ""),
        at=review.due_at,
        url=reverse("draft:review", args=[letter.pk]),
        subject="" if letter.is_secret else letter.subject,
    )
