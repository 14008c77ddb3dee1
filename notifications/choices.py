"""What a person chooses about mail and the calendar address."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import time

from django.db import transaction

from common.access import Invalid
from common.thai import local_date
from notifications.events import known
from notifications.models import CalendarFeed, MailChoice, MailHours, MailMode
from org.actor import Actor

SECRET_BYTES = 24


@transaction.atomic
def choose_mail(
    *,
    by: Actor,
    modes: Mapping[str, str],
    quiet_from: time | None,
    quiet_to: time | None,
    quiet_days_off: bool,
    urgent_at_once: bool,
    digest_at: time,
) -> MailHours:
    """Keep how the person wants each event mailed, and when. Events not named keep their choice.

    Raises `Invalid` for an unknown mode, for quiet hours with one end, or without length.
    """
    if (quiet_from is None) != (quiet_to is None):
        raise Invalid(
            "โปรดกรอกเวลางดส่งให้ครบทั้งเริ่มและสิ้นสุด หรือเว้นว่างทั้งสองช่อง",
            field="quiet_from" if quiet_from is None else "quiet_to",
        )
    if quiet_from is not None and quiet_from == quiet_to:
        raise Invalid("เวลาเริ่มและสิ้นสุดของช่วงงดส่งต้องไม่ตรงกัน", field="quiet_to")
    for event, mode in modes.items():
        if not known(event) or mode not in MailMode.values:
            raise Invalid("ไม่พบเหตุการณ์หรือวิธีแจ้งที่เลือก โปรดโหลดหน้านี้ใหม่")
    MailChoice.objects.bulk_create(
        (MailChoice(user=by.user, event=event, mode=mode) for event, mode in modes.items()),
        update_conflicts=True,
        unique_fields=["user", "event"],
        update_fields=["mode"],
    )
    hours, _ = MailHours.objects.update_or_create(
        user=by.user,
        defaults={
            "quiet_from": quiet_from,
            "quiet_to": quiet_to,
            "quiet_days_off": quiet_days_off,
            "urgent_at_once": urgent_at_once,
            "digest_at": digest_at,
        },
    )
    return hours


@transaction.atomic
def make_feed(*, by: Actor, with_subjects: bool) -> str:
    """A new calendar address; the old one ends. Returns its secret, which is kept nowhere."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    CalendarFeed.objects.update_or_create(
        user=by.user,
        defaults={
            "secret_hash": hash_of(secret),
            "with_subjects": with_subjects,
            "made_at": by.at,
            "read_on": None,
        },
    )
    return secret


@transaction.atomic
def end_feed(*, by: Actor) -> None:
    """The calendar address of the person ends; without one nothing changes."""
    CalendarFeed.objects.filter(user=by.user).delete()


def feed_read(feed: CalendarFeed, by: Actor) -> None:
    """Somebody's calendar has asked for the feed; noted once a day."""
    today = local_date(by.at)
    if feed.read_on != today:
        CalendarFeed.objects.filter(pk=feed.pk, secret_hash=feed.secret_hash).update(read_on=today)


def hash_of(secret: str) -> str:
    """What is kept of a feed's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()
