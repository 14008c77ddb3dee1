"""The outbox handlers that send notices by e-mail: one mail per holder and notice, at once or in the daily digest.

Never content of classified letters. Who gets what, and when, is the person's choice (`MailChoice`, `MailHours`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from zlib import crc32

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone

from common.thai import date_short, local_date
from notifications.hours import leaves_at, next_digest
from notifications.models import DigestItem, MailChoice, MailHours, MailMode, Notification
from org.models import User
from org.selectors import holders
from org.selectors_calendar import holidays_of
from outbox.actions import put

MAIL, DIGEST = "notice.mail_to", "notice.digest"
MOST_IN_DIGEST = 200
PEOPLE_A_SWEEP = 500


def send_notice_mail(payload: dict[str, Any]) -> None:
    """Put one mail for each notice named in `payload["keys"]` and each person who holds its post now.

    Each mail is a message of its own: a mailbox that refuses, or a crash in between, repeats no other mail. What a
    person wants in the digest waits for it; in quiet hours a mail waits for their end, unless it is urgent.
    """
    now = timezone.now()
    notices = list(Notification.objects.filter(key__in=payload["keys"]).select_related("user__agency"))
    present = holders([n.position_id for n in notices if n.position_id], now)
    told = [
        (notice, person)
        for notice in notices
        for person in ([notice.user] if notice.user else [a.user for a in present.get(notice.position_id or 0, [])])
        if person.email
    ]
    wishes = _Wishes((person for _, person in told), now)
    for notice, person in told:
        mode = wishes.mode(notice, person)
        if mode == MailMode.NOW:
            delay = wishes.leaves_at(notice, person) - now
            put(MAIL, f"{notice.pk}:{person.pk}", {"notice": notice.pk, "user": person.pk}, delay=max(delay, delay * 0))
        elif mode == MailMode.DIGEST:
            DigestItem.objects.get_or_create(user=person, notice=notice, defaults={"due_at": wishes.digest_at(person)})


class _Wishes:
    """What some persons have chosen, read in two queries, and the days off of their agencies."""

    def __init__(self, people: Iterable[User], now: datetime) -> None:
        ids = {person.pk for person in people}
        self.now = now
        self.choices = {(c.user_id, c.event): c.mode for c in MailChoice.objects.filter(user__in=ids)}
        self.hours = MailHours.objects.in_bulk(ids)
        self.days_off: dict[int, frozenset[date]] = {}

    def mode(self, notice: Notification, person: User) -> str:
        """Now, in the digest, or not at all. An urgent one breaks the digest where the person wants that."""
        mode = self.choices.get((person.pk, notice.event), MailMode.NOW)
        return MailMode.NOW if mode == MailMode.DIGEST and self._breaks_in(notice, person) else mode

    def leaves_at(self, notice: Notification, person: User) -> datetime:
        """When its mail may leave."""
        if self._breaks_in(notice, person):
            return self.now
        return leaves_at(self.hours.get(person.pk), self.now, self._holidays(person))

    def digest_at(self, person: User) -> datetime:
        """When the person's next digest leaves."""
        return next_digest(self.hours.get(person.pk), self.now, self._holidays(person))

    def _breaks_in(self, notice: Notification, person: User) -> bool:
        hours = self.hours.get(person.pk)
        return notice.urgent and (hours is None or hours.urgent_at_once)

    def _holidays(self, person: User) -> frozenset[date]:
        hours = self.hours.get(person.pk)
        if person.agency is None or hours is None or not hours.quiet_days_off:
            return frozenset()
        if person.agency.pk not in self.days_off:
            self.days_off[person.agency.pk] = holidays_of(person.agency, local_date(self.now))
        return self.days_off[person.agency.pk]


def send_one_mail(payload: dict[str, Any]) -> None:
    """Mail one notice to one person. SMTP errors propagate: the outbox backs off and tries again.

    A worker killed between the server's "accepted" and our commit sends it again: no protocol of mail can tell. The
    Message-ID is made from notice and recipient, so the repeat is recognisable as the same mail.
    """
    notice = Notification.objects.filter(pk=payload["notice"]).first()
    person = User.objects.filter(pk=payload["user"]).exclude(email="").first()
    if notice is not None and person is not None:
        _mail(notice, person.email, person.full_name).send()


def message_id(notice: Notification, address: str) -> str:
    """The Message-ID of a notice's mail to an address."""
    return f"<notice-{notice.pk}-{crc32(address.encode()):x}@{_host()}>"


def _host() -> str:
    return str(settings.SITE_URL.split("//")[-1].split("/")[0].split(":")[0])


def _foot() -> str:
    return f"\nเลือกเรื่องและเวลาที่ต้องการรับไปรษณีย์: {settings.SITE_URL}{reverse('notifications:choices')}\n"


def _mail(notice: Notification, address: str, name: str) -> EmailMessage:
    text = (
        f"เรียน {name}\n\n{notice.title}\n\nเปิดดู: {settings.SITE_URL}{notice.url}\n\nท่านได้รับการแจ้งนี้เพราะ{notice.why}\n"
    )
    return EmailMessage(
        subject=" ".join(notice.title.split())[:150],
        body=text + _foot(),
        to=[address],
        headers={"Message-ID": message_id(notice, address), "Auto-Submitted": "auto-generated"},
    )


def call_digests(at: datetime) -> int:
    """Put a message for each person whose digest is due; returns how many. Again for the same moment changes nothing."""
    due = DigestItem.objects.filter(sent_at=None, due_at__lte=at).order_by("due_at", "user")
    people = list(dict.fromkeys(due.values_list("user_id", "due_at")[:PEOPLE_A_SWEEP]))
    for user_id, due_at in people:
        put(DIGEST, f"{user_id}:{due_at.isoformat()}", {"user": user_id, "until": due_at.isoformat()})
    return len(people)


def send_digest(payload: dict[str, Any]) -> None:
    """Mail a person, in one mail, what waited for the digest and has not been read in the product meanwhile."""
    until = datetime.fromisoformat(payload["until"])
    waiting = DigestItem.objects.filter(user=payload["user"], sent_at=None, due_at__lte=until)
    items = list(waiting.select_for_update(of=("self",)).select_related("notice", "user").order_by("pk"))
    if not items:
        return
    person = items[0].user
    unread = [item.notice for item in items if item.notice.read_at is None]
    if unread and person.email:
        _digest(person, unread, until).send()
    DigestItem.objects.filter(pk__in=[item.pk for item in items]).update(sent_at=timezone.now())


def _digest(person: User, notices: list[Notification], until: datetime) -> EmailMessage:
    by_reason: dict[str, list[Notification]] = defaultdict(list)
    for notice in notices[:MOST_IN_DIGEST]:
        by_reason[notice.why].append(notice)
    parts = [f"เรียน {person.full_name}\n\nสรุปการแจ้งเตือนที่ยังไม่ได้อ่าน {len(notices):,} รายการ"]
    for why, same in by_reason.items():
        lines = "\n".join(f"- {notice.title}\n  {settings.SITE_URL}{notice.url}" for notice in same)
        parts.append(f"ได้รับเพราะ{why}\n{lines}")
    if len(notices) > MOST_IN_DIGEST:
        parts.append(
            f"และอีก {len(notices) - MOST_IN_DIGEST:,} รายการ ดูได้ที่ {settings.SITE_URL}{reverse('notifications:list')}"
        )
    return EmailMessage(
        subject=f"สรุปการแจ้งเตือน {len(notices):,} รายการ วันที่ {date_short(until)}",
        body="\n\n".join(parts) + "\n" + _foot(),
        to=[person.email],
        headers={
            "Message-ID": f"<digest-{person.pk}-{until:%Y%m%d%H%M}@{_host()}>",
            "Auto-Submitted": "auto-generated",
        },
    )
