"""A person's calendar as iCalendar (RFC 5545): the deadlines of all posts held today."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from common.calendar import Entry, entries
from notifications.choices import hash_of
from notifications.models import CalendarFeed
from org.actor import Actor
from org.selectors import current_appointments

BEHIND, AHEAD = timedelta(days=30), timedelta(days=180)
LENGTH = timedelta(minutes=30)
MOST = 500


def feed_of(secret: str) -> CalendarFeed | None:
    """The feed of an address; None for an unknown or ended one, and for an account that is closed."""
    return CalendarFeed.objects.select_related("user").filter(secret_hash=hash_of(secret), user__is_active=True).first()


def entries_of(feed: CalendarFeed, at: datetime) -> list[Entry]:
    """What has a date for any post the person holds at `at`, each once, by time."""
    found: dict[str, Entry] = {}
    for appointment in current_appointments(feed.user, at):
        for one in entries(Actor(feed.user, appointment, at), at - BEHIND, at + AHEAD):
            found.setdefault(one.uid, one)
    return sorted(found.values(), key=lambda one: one.at)[:MOST]


def as_icalendar(feed: CalendarFeed, found: list[Entry], at: datetime) -> bytes:
    """The entries as a calendar file. Subjects only where the person has asked for them."""
    from icalendar import Alarm, Calendar, Event  # loaded by the few requests that need it

    host = settings.SITE_URL.split("//")[-1].split("/")[0]
    calendar = Calendar()
    calendar.add("prodid", "-//e-Office//calendar//TH")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "กำหนดงาน e-Office")
    calendar.add("refresh-interval;value=duration", "PT1H")
    for one in found:
        event = Event()
        event.add("uid", f"{one.uid}@{host}")
        event.add("dtstamp", at)
        event.add("dtstart", one.at - LENGTH)
        event.add("dtend", one.at)
        told = f"{one.title}: {one.subject}" if feed.with_subjects and one.subject else one.title
        event.add("summary", told)
        event.add("url", f"{settings.SITE_URL}{one.url}")
        event.add("transp", "TRANSPARENT")
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", told)
        alarm.add("trigger", timedelta(hours=-1))
        event.add_component(alarm)
        calendar.add_component(event)
    return bytes(calendar.to_ical())
