"""Telling people: in-app rows at once, e-mail through the outbox. Idempotent by key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from notifications.models import Notification
from notifications.selectors import addressed_to
from org.actor import Actor
from org.models import Position, User
from outbox.actions import put


def notify(
    *,
    key: str,
    event: str,
    title: str,
    why: str,
    url_name: str,
    url_args: Sequence[Any] = (),
    positions: Iterable[Position] = (),
    users: Iterable[User] = (),
    urgent: bool = False,
    but_not: Actor | None = None,
) -> None:
    """Tell posts and persons `title`, say `why` they get it, and link to a page.

    `key` makes it one notice per addressee however often it is called. `but_not` spares the actor's own post.
    The title of a classified letter is the caller's duty: use `saraban.selectors.notice_title`.
    """
    url = reverse(url_name, args=url_args)
    own = but_not.position.pk if but_not and but_not.appointment else None
    rows = [
        Notification(
            position=post,
            event=event,
            title=title[:300],
            why=why[:200],
            url=url,
            urgent=urgent,
            key=f"{key}:p{post.pk}",
        )
        for post in positions
        if post.pk != own
    ]
    rows += [
        Notification(
            user=user, event=event, title=title[:300], why=why[:200], url=url, urgent=urgent, key=f"{key}:u{user.pk}"
        )
        for user in users
    ]
    if rows:
        Notification.objects.bulk_create(rows, ignore_conflicts=True)
        put("notice.mail", key, {"keys": [row.key for row in rows]})


def mask_titles(*, pages: Sequence[str], words: Iterable[str], mask: str) -> None:
    """Take a letter's words out of notices already given: it was classified since. Mail that has left stays where it is.

    `pages` begin the addresses of its pages, `words` are subjects it had; a title is cut where they begin.
    """
    begins = [word[:_TELLING] for word in words if len(word.strip()) > 2]
    its_own = Q()
    for page in pages:
        its_own |= Q(url__startswith=page)
    for word in begins:
        its_own |= Q(title__contains=word)
    for notice in Notification.objects.filter(its_own):
        what, colon, _ = notice.title.partition(": ")
        at = min((notice.title.find(word) for word in begins if word in notice.title), default=-1)
        title = f"{what}: {mask}" if colon else f"{notice.title[:at]}{mask}" if at >= 0 else notice.title
        Notification.objects.filter(pk=notice.pk).update(title=title[:300])


_TELLING = 24  # so many first characters of a subject tell it from others


def mark_read(*, by: Actor, notice_id: int) -> Notification:
    """The actor has read one of his notices. Raises Notification.DoesNotExist for another's."""
    notice = addressed_to(by).get(pk=notice_id)
    if notice.read_at is None:
        notice.read_at, notice.read_by = timezone.now(), by.user
        notice.save(update_fields=["read_at", "read_by"])
    return notice


def mark_all_read(*, by: Actor) -> int:
    """The actor has read them all; returns how many were unread."""
    return addressed_to(by).filter(read_at=None).update(read_at=timezone.now(), read_by=by.user)
