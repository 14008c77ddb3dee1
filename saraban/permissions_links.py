"""Who may do what with the public link of a letter's enclosures, and who may certify a copy."""

from __future__ import annotations

from datetime import datetime

from common.access import ALLOWED, Verdict, first_refusal, no
from org.actor import Actor
from saraban.models import EnclosureLink, Letter, LetterStatus
from saraban.models.reach import reach_of

DEAD = (LetterStatus.VOIDED, LetterStatus.DISCARDED, LetterStatus.WITHDRAWN)


def may_have_link(letter: Letter, *, personal_data: bool | None = None) -> Verdict:
    """Whether a letter may have a public link at all; `personal_data`: as its author is about to say."""
    if letter.is_secret:
        return no("หนังสือมีชั้นความลับแนบสิ่งที่ส่งมาด้วยเป็นลิงก์ไม่ได้")
    if letter.personal_data if personal_data is None else personal_data:
        return no("สิ่งที่ส่งมาด้วยมีข้อมูลส่วนบุคคล แนบเป็นลิงก์สาธารณะไม่ได้ ให้ส่งเป็นไฟล์ในระบบตามปกติ")
    return ALLOWED


def may_keep_link(actor: Actor, letter: Letter) -> Verdict:
    """See the counter, extend, publish and revoke: the post that wrote the letter, and the registrar of its register."""
    written = actor.appointment is not None and letter.author_position_id == actor.position.pk
    registrar = letter.folder_id is not None and letter.folder_id in reach_of(actor).kept_whole
    return ALLOWED if written or registrar else no("ดูแลลิงก์ได้เฉพาะตำแหน่งที่ร่างหนังสือและนายทะเบียนของแฟ้มที่ออกเลข")


def _in_use(letter: Letter, link: EnclosureLink) -> Verdict:
    if link.revoked_at:
        return no("ลิงก์นี้ยกเลิกไปแล้ว")
    if letter.status in DEAD:
        return no(f"หนังสืออยู่ในสถานะ “{letter.get_status_display()}” ลิงก์จึงใช้ไม่ได้แล้ว")
    return ALLOWED


def may_revoke_link(actor: Actor, letter: Letter, link: EnclosureLink) -> Verdict:
    """Close the link for good. A letter given up may still have it closed."""
    return first_refusal(may_keep_link(actor, letter), no("ลิงก์นี้ยกเลิกไปแล้ว") if link.revoked_at else ALLOWED)


def may_extend_link(actor: Actor, letter: Letter, link: EnclosureLink) -> Verdict:
    """Give the link another last day."""
    return first_refusal(may_keep_link(actor, letter), _in_use(letter, link))


def may_publish_link(actor: Actor, letter: Letter, link: EnclosureLink) -> Verdict:
    """Open the link by hand, for a letter that left on paper: its number and seal stand. Dispatching opens it by itself."""
    verdict = first_refusal(may_keep_link(actor, letter), _in_use(letter, link))
    if not verdict:
        return verdict
    if link.published_at:
        return no("ลิงก์นี้เผยแพร่แล้ว")
    if not letter.sealed:
        return no("เผยแพร่ได้เมื่อหนังสือออกเลขและผนึกแล้ว")
    return ALLOWED


def may_certify(actor: Actor, letter: Letter) -> Verdict:
    """Certify a copy (ข้อ 31): an official of the unit that owns the letter, over a finished PDF that is not classified."""
    if letter.is_secret:
        return no("หนังสือมีชั้นความลับทำสำเนาได้ตามระเบียบว่าด้วยการรักษาความลับของทางราชการเท่านั้น")
    if actor.appointment is None:
        return no("ต้องมีตำแหน่งที่มีผลจึงรับรองสำเนาได้")
    if not actor.signs:
        return no("ฐานะหน้าห้องรับรองสำเนาแทนไม่ได้ ให้ผู้ดำรงตำแหน่งเป็นผู้รับรอง")
    if letter.owner_unit_id not in actor.unit_ids:
        return no("รับรองสำเนาได้เฉพาะเจ้าหน้าที่ของหน่วยงานเจ้าของเรื่อง")
    if letter.document is None or letter.document.media_type != "application/pdf":
        return no("หนังสือนี้ไม่มีไฟล์ PDF ที่จะทำสำเนา")
    if not (letter.sealed or letter.incoming):
        return no("ทำสำเนาถูกต้องได้เมื่อหนังสือออกเลขและผนึกแล้ว")
    if letter.status in DEAD:
        return no(f"หนังสืออยู่ในสถานะ “{letter.get_status_display()}” จึงไม่ทำสำเนา")
    return ALLOWED


def is_public(letter: Letter, link: EnclosureLink, at: datetime) -> bool:
    """Whether whoever holds the link gets the files at `at`."""
    return link.is_open(at) and letter.status not in DEAD and bool(may_have_link(letter))
