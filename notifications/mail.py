"""The outbox handler that sends notices by e-mail: one mail per holder and notice, never content of classified letters."""

from __future__ import annotations

from typing import Any
from zlib import crc32

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils import timezone

from notifications.models import Notification
from org.selectors import holders


def send_notice_mail(payload: dict[str, Any]) -> None:
    """Mail the notices named in `payload["keys"]` to whoever holds their posts now, over one connection.

    The Message-ID is made from notice and recipient, so a repeat after a crash is recognisable as the same mail.
    SMTP errors propagate: the outbox backs off and tries again.
    """
    notices = list(Notification.objects.filter(key__in=payload["keys"]).select_related("user"))
    present = holders([n.position_id for n in notices if n.position_id], timezone.now())
    mails = []
    for notice in notices:
        people = [notice.user] if notice.user else [a.user for a in present.get(notice.position_id or 0, [])]
        mails += [_mail(notice, person.email, person.full_name) for person in people if person.email]
    if mails:
        get_connection().send_messages(mails)


def _mail(notice: Notification, address: str, name: str) -> EmailMessage:
    text = (
        f"เรียน {name}\n\n{notice.title}\n\nเปิดดู: {settings.SITE_URL}{notice.url}\n\nท่านได้รับการแจ้งนี้เพราะ{notice.why}\n"
    )
    host = settings.SITE_URL.split("//")[-1].split("/")[0].split(":")[0]
    return EmailMessage(
        subject=" ".join(notice.title.split())[:150],
        body=text,
        to=[address],
        headers={
            "Message-ID": f"<notice-{notice.pk}-{crc32(address.encode()):x}@{host}>",
            "Auto-Submitted": "auto-generated",
        },
    )
