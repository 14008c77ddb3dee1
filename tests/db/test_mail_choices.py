"""Mail as each person wants it: at once, in the digest, not at all; quiet hours; every mail says why and how to change it."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from common.access import Invalid
from common.thai import BANGKOK
from notifications.actions import mark_read, notify
from notifications.choices import choose_mail, end_feed, make_feed
from notifications.feed import as_icalendar, entries_of, feed_of
from notifications.mail import call_digests
from notifications.models import CalendarFeed, DigestItem, MailChoice, MailHours, Notification
from outbox.actions import drain
from outbox.models import OutboxMessage
from tests.classified import classified
from tests.tray import routed, to_post
from tests.world import World

pytestmark = pytest.mark.django_db
USUAL = {
    "quiet_from": None,
    "quiet_to": None,
    "quiet_days_off": False,
    "urgent_at_once": True,
    "digest_at": time(8),
}


@pytest.fixture(autouse=True)
def nothing_waits(world: World) -> None:
    drain()
    mail.outbox.clear()


def tell(world: World, key: str, *, event: str = "intray.arrived", urgent: bool = False, who: str = "clerk") -> None:
    notify(
        key=key,
        event=event,
        title=f"เรื่อง {key}",
        why="ทดสอบเหตุที่ได้รับ",
        url_name="desk",
        users=[world.user(who)],
        urgent=urgent,
    )
    drain()


def choose(world: World, mode: str, **hours: object) -> None:
    choose_mail(by=world.actor("clerk"), modes={"intray.arrived": mode}, **{**USUAL, **hours})  # type: ignore[arg-type]


def test_a_mail_says_why_and_where_to_change_it(world: World) -> None:
    tell(world, "ก")
    [sent] = mail.outbox
    assert "ท่านได้รับการแจ้งนี้เพราะทดสอบเหตุที่ได้รับ" in sent.body
    assert "/notices/choices/" in sent.body


def test_what_is_switched_off_is_not_mailed_but_stands_in_the_product(world: World) -> None:
    choose(world, "OFF")
    tell(world, "ก", urgent=True)
    tell(world, "ข", event="intray.returned")
    assert [one.subject for one in mail.outbox] == ["เรื่อง ข"]
    assert Notification.objects.filter(user=world.user("clerk"), event="intray.arrived").exists()


def test_the_digest_holds_what_was_not_read_in_one_mail(world: World) -> None:
    choose(world, "DIGEST")
    for key in ("ก", "ข", "ค"):
        tell(world, key)
    assert mail.outbox == []
    mark_read(by=world.actor("clerk"), notice_id=Notification.objects.get(title="เรื่อง ข").pk)
    due = DigestItem.objects.filter(user=world.user("clerk"))[0].due_at
    assert due.astimezone(BANGKOK).time() == time(8)
    assert call_digests(due - timedelta(minutes=1)) == 0
    assert call_digests(due) == 1
    assert call_digests(due) == 1  # the same message again: put once
    drain()
    [sent] = mail.outbox
    assert "2 รายการ" in sent.subject
    assert "เรื่อง ก" in sent.body
    assert "เรื่อง ค" in sent.body
    assert "เรื่อง ข" not in sent.body
    assert "ได้รับเพราะทดสอบเหตุที่ได้รับ" in sent.body
    assert call_digests(due + timedelta(days=3)) == 0


def test_a_digest_of_things_read_is_not_mailed(world: World) -> None:
    choose(world, "DIGEST")
    tell(world, "ก")
    mark_read(by=world.actor("clerk"), notice_id=Notification.objects.get(title="เรื่อง ก").pk)
    call_digests(timezone.now() + timedelta(days=2))
    drain()
    assert mail.outbox == []
    assert not DigestItem.objects.filter(sent_at=None).exists()


def test_what_is_urgent_breaks_the_digest_unless_the_person_says_otherwise(world: World) -> None:
    choose(world, "DIGEST")
    tell(world, "ก", urgent=True)
    assert len(mail.outbox) == 1
    choose(world, "DIGEST", urgent_at_once=False)
    tell(world, "ข", urgent=True)
    assert len(mail.outbox) == 1


def test_in_quiet_hours_a_mail_waits_and_an_urgent_one_does_not(world: World) -> None:
    now = timezone.now().astimezone(BANGKOK)
    begins, ends = (now - timedelta(hours=1)).time(), (now + timedelta(hours=2)).time()
    choose(world, "NOW", quiet_from=begins, quiet_to=ends)
    tell(world, "ก")
    assert mail.outbox == []
    waiting = OutboxMessage.objects.get(topic="notice.mail_to", state="WAITING")
    assert timedelta(hours=1, minutes=55) < waiting.next_at - now <= timedelta(hours=2, minutes=1)
    tell(world, "ข", urgent=True)
    assert [one.subject for one in mail.outbox] == ["เรื่อง ข"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"quiet_from": time(18)}, "quiet_to"),
        ({"quiet_to": time(18)}, "quiet_from"),
        ({"quiet_from": time(18), "quiet_to": time(18)}, "quiet_to"),
    ],
)
def test_half_quiet_hours_are_refused(world: World, wrong: dict[str, time], field: str) -> None:
    with pytest.raises(Invalid) as told:
        choose(world, "NOW", **wrong)
    assert told.value.field == field
    assert not MailHours.objects.filter(user=world.user("clerk")).exists()


def test_an_unknown_event_or_mode_is_refused(world: World) -> None:
    for modes in ({"no.such": "NOW"}, {"intray.arrived": "SMS"}):
        with pytest.raises(Invalid):
            choose_mail(by=world.actor("clerk"), modes=modes, **USUAL)  # type: ignore[arg-type]
    assert not MailChoice.objects.exists()


def calendar_of(world: World, secret: str) -> str:
    feed = feed_of(secret)
    assert feed is not None
    now = timezone.now()
    return as_icalendar(feed, entries_of(feed, now), now).decode().replace("\r\n ", "")


def test_the_calendar_holds_the_deadlines_and_no_subject_unless_asked(world: World) -> None:
    soon = timezone.now() + timedelta(days=2)
    routed(world, to_post(world.post("PTE", "governor")), subject="เรื่องลับเฉพาะคน", number="ปท 0017/77", due_at=soon)
    told = calendar_of(world, make_feed(by=world.actor("governor"), with_subjects=False))
    assert "ปท 0017/77" in told
    assert "เรื่องลับเฉพาะคน" not in told
    assert "BEGIN:VALARM" in told
    assert "เรื่องลับเฉพาะคน" in calendar_of(world, make_feed(by=world.actor("governor"), with_subjects=True))


def test_a_classified_letter_shows_no_word_in_the_calendar(world: World) -> None:
    [step] = routed(world, to_post(world.post("PTE", "governor")), subject="ความลับยิ่ง", number="ลับ 9")
    classified(step.letter, 1, by=world.actor("governor"))
    type(step).objects.filter(pk=step.pk).update(due_at=timezone.now() + timedelta(days=1))
    told = calendar_of(world, make_feed(by=world.actor("governor"), with_subjects=True))
    assert "ความลับยิ่ง" not in told
    assert "ลับ 9" not in told


def test_an_ended_address_and_a_closed_account_read_nothing(world: World) -> None:
    first = make_feed(by=world.actor("clerk"), with_subjects=False)
    second = make_feed(by=world.actor("clerk"), with_subjects=False)
    assert feed_of(first) is None
    assert feed_of(second) is not None
    assert second not in str(list(CalendarFeed.objects.values()))
    person = world.user("clerk")
    person.is_active = False
    person.save(update_fields=["is_active"])
    assert feed_of(second) is None
    end_feed(by=world.actor("governor"))  # has none: nothing happens
    assert CalendarFeed.objects.filter(user=person).exists()
