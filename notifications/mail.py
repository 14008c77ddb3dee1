"""The outbox handlers that send notices by e-mail: one mail per holder and notice, never content of classified letters."""

from __future__ import annotations

from typing import Any
from zlib import crc32

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone

from notifications.models import Notification
from org.models import User
from org.selectors import holders
from outbox.actions import put

MAIL = "notice.mail_to"


def send_notice_mail(payload: dict[str, Any]) -> None:
    """Put one mail for each notice named in `payload["keys"]` and each person who holds its post now.

    Each mail is a message of its own: a mailbox that refuses, or a crash in between, repeats no other mail.
    """
    notices = list(Notification.objects.filter(key__in=payload["keys"]).select_related("user"))
    present = holders([n.position_id for n in notices if n.position_id], timezone.now())
    for notice in notices:
        people = [notice.user] if notice.user else [a.user for a in present.get(notice.position_id or 0, [])]
        for person in people:
            if person.email:
                put(MAIL, f"{notice.pk}:{person.pk}", {"notice": notice.pk, "user": person.pk})


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
    host = settings.SITE_URL.split("//")[-1].split("/")[0].split(":")[0]
    return f"<notice-{notice.pk}-{crc32(address.encode()):x}@{host}>"


def _mail(notice: Notification, address: str, name: str) -> EmailMessage:
    text = (
        f"เรียน {name}\n\n{notice.title}\n\nเปิดดู: {settings.SITE_URL}{notice.url}\n\nท่านได้รับการแจ้งนี้เพราะ{notice.why}\n"
    )
    return EmailMessage(
        subject=" ".join(notice.title.split())[:150],
        body=text,
        to=[address],
        headers={"Message-ID": message_id(notice, address), "Auto-Submitted": "auto-generated"},
    )
