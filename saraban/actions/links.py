"""The public link of a letter's enclosures: made while the letter is written, opened when it is sent, extended, revoked."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from audit.actions import record, record_public_download
from common.access import Conflict, Invalid
from common.thai import BANGKOK, date_long, local_date
from files.models import StoredFile
from org.actor import Actor
from saraban.actions.letters import lock
from saraban.models import EnclosureLink, Letter
from saraban.permissions_links import may_extend_link, may_have_link, may_publish_link, may_revoke_link
from saraban.selectors_links import link_in_use
from saraban.tokens import new_token

LONGEST_DAYS = 730
REASON_LENGTH = 300
BY_AUTHOR = "ผู้ร่างเลิกแนบเป็นลิงก์"


def usual_last_day(at: datetime) -> date:
    """The last day of a link made at `at`, unless its author says otherwise (`ENCLOSURE_LINK_DAYS`)."""
    return local_date(at) + timedelta(days=settings.ENCLOSURE_LINK_DAYS)


def end_of(day: date, at: datetime) -> datetime:
    """The moment `day` is over. Raises `Invalid` for a day that is over already or lies too far ahead."""
    if day < local_date(at):
        raise Invalid("วันสุดท้ายของลิงก์ต้องไม่ใช่วันที่ผ่านมาแล้ว", field="until")
    if day > local_date(at) + timedelta(days=LONGEST_DAYS):
        raise Invalid(f"ลิงก์ใช้ได้ไม่เกิน {LONGEST_DAYS} วันนับจากวันนี้ โปรดกำหนดวันให้ใกล้กว่านี้", field="until")
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=BANGKOK)


def switch_on(*, by: Actor, letter: Letter, until: date) -> EnclosureLink:
    """Give the letter a link that lasts through `until`, or give the one it has that last day.

    The caller holds the letter's lock and has asked who may write. Raises `Refused` for a letter that may have none.
    """
    may_have_link(letter).demand()
    expires_at, link = end_of(until, by.at), link_in_use(letter)
    if link is not None and link.expires_at == expires_at:
        return link
    if link is not None:
        return _last_day(by, link, expires_at, until)
    link = EnclosureLink.objects.create(
        letter=letter,
        token=new_token(),
        made_at=by.at,
        made_by=by.user,
        made_position=by.position,
        expires_at=expires_at,
    )
    label = f"แนบสิ่งที่ส่งมาด้วยเป็นลิงก์และ QR ใช้ได้ถึง {date_long(until)}"
    record(by=by, verb="link.make", label=label, subject=link, letter_id=letter.pk)
    return link


def switch_off(*, by: Actor, letter: Letter) -> None:
    """Take the link off a letter still being written. The caller holds the lock and has asked who may write."""
    link = link_in_use(letter)
    if link is not None:
        _revoke(by, link, BY_AUTHOR)


@transaction.atomic
def extend_link(*, by: Actor, letter_id: int, until: date) -> EnclosureLink:
    """Let the link last through `until`, earlier or later than before. Raises `Refused`, `Invalid`."""
    letter, link = _held(letter_id)
    may_extend_link(by, letter, link).demand()
    return _last_day(by, link, end_of(until, by.at), until)


@transaction.atomic
def revoke_link(*, by: Actor, letter_id: int, reason: str) -> EnclosureLink:
    """Close the link for good, with a reason on record. The address printed on the letter then leads nowhere."""
    letter, link = _held(letter_id)
    may_revoke_link(by, letter, link).demand()
    reason = " ".join(reason.split())
    if not reason:
        raise Invalid("โปรดระบุเหตุผลที่ยกเลิกลิงก์", field="reason")
    if len(reason) > REASON_LENGTH:
        raise Invalid(f"เหตุผลยาวเกิน {REASON_LENGTH} ตัวอักษร", field="reason")
    return _revoke(by, link, reason)


@transaction.atomic
def publish_link(*, by: Actor, letter_id: int) -> EnclosureLink:
    """Open the link of a numbered letter that left on paper. Raises `Refused`."""
    letter, link = _held(letter_id)
    may_publish_link(by, letter, link).demand()
    return _publish(by, link)


def publish_on_dispatch(*, by: Actor, letter: Letter) -> None:
    """The letter is sent: its link opens. The caller holds the letter's lock."""
    link = link_in_use(letter)
    if link is not None and link.published_at is None:
        _publish(by, link)


def count_download(*, link: EnclosureLink, stored: StoredFile, at: datetime) -> None:
    """One more download by a holder of the link; who it was is not kept."""
    EnclosureLink.objects.filter(pk=link.pk).update(downloads=F("downloads") + 1, downloaded_at=at)
    record_public_download(letter_id=link.letter_id, file_sha256=stored.sha256)


def _held(letter_id: int) -> tuple[Letter, EnclosureLink]:
    """The letter locked, and its link in use. Raises Letter.DoesNotExist, `Conflict` when there is no link any more."""
    letter = lock(letter_id)
    link = link_in_use(letter)
    if link is None:
        raise Conflict("หนังสือนี้ไม่มีลิงก์ที่ใช้อยู่แล้ว")
    return letter, link


def _last_day(by: Actor, link: EnclosureLink, expires_at: datetime, until: date) -> EnclosureLink:
    link.expires_at = expires_at
    link.save(update_fields=["expires_at"])
    label = f"กำหนดให้ลิงก์สิ่งที่ส่งมาด้วยใช้ได้ถึง {date_long(until)}"
    record(by=by, verb="link.extend", label=label, subject=link, letter_id=link.letter_id)
    return link


def _publish(by: Actor, link: EnclosureLink) -> EnclosureLink:
    link.published_at = by.at
    link.save(update_fields=["published_at"])
    record(by=by, verb="link.publish", label="เผยแพร่ลิงก์สิ่งที่ส่งมาด้วย", subject=link, letter_id=link.letter_id)
    return link


def _revoke(by: Actor, link: EnclosureLink, reason: str) -> EnclosureLink:
    link.revoked_at, link.revoked_by, link.revoke_reason = by.at, by.user, reason
    link.save(update_fields=["revoked_at", "revoked_by", "revoke_reason"])
    label = f"ยกเลิกลิงก์สิ่งที่ส่งมาด้วย: {reason}"
    record(by=by, verb="link.revoke", label=label, subject=link, letter_id=link.letter_id, detail={"reason": reason})
    return link
