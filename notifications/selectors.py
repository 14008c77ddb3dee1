"""What to show of notices."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from notifications.models import Notification
from org.actor import Actor

COUNT_CAP = 99


def addressed_to(actor: Actor) -> QuerySet[Notification]:
    """The notices of the actor's post and person, newest first."""
    mine = Q(user=actor.user)
    if actor.appointment is not None:
        mine |= Q(position=actor.position)
    return Notification.objects.filter(mine).order_by("-id")


def unread_count(actor: Actor) -> int:
    """How many are unread, capped."""
    return addressed_to(actor).filter(read_at=None).order_by()[: COUNT_CAP + 1].count()


def page_of(
    actor: Actor, *, before: int | None = None, unread_only: bool = False, limit: int = 50
) -> tuple[list[Notification], int | None]:
    """A page of notices and the cursor of the next (None at the end)."""
    notices = addressed_to(actor)
    if unread_only:
        notices = notices.filter(read_at=None)
    if before is not None:
        notices = notices.filter(pk__lt=before)
    rows = list(notices[: limit + 1])
    return rows[:limit], (rows[limit - 1].pk if len(rows) > limit else None)
