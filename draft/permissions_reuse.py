"""Who may use a letter again. Whether the actor may read it at all is asked before."""

from __future__ import annotations

from common.access import ALLOWED, Verdict, first_refusal, no
from org.actor import Actor
from saraban.models import Letter
from saraban.permissions import may_draft
from saraban.permissions_links import DEAD


def may_copy(actor: Actor, letter: Letter) -> Verdict:
    """Begin a draft with the words of a letter that was written here and is not classified."""
    if letter.is_secret:
        return no("หนังสือมีชั้นความลับทำสำเนาเป็นร่างใหม่ไม่ได้")
    written = not letter.incoming and letter.author_position_id is not None
    return first_refusal(may_draft(actor), ALLOWED if written else no("ทำสำเนาเป็นร่างใหม่ได้เฉพาะหนังสือที่ร่างในระบบนี้"))


def may_forward(actor: Actor, letter: Letter) -> Verdict:
    """Begin a letter that encloses this one: its paper is finished, and it is not classified."""
    if letter.is_secret:
        return no("หนังสือมีชั้นความลับส่งต่อเป็นหนังสือใหม่ไม่ได้ ให้ดำเนินการผ่านนายทะเบียนข้อมูลข่าวสารลับ")
    if letter.status in DEAD:
        return no(f"หนังสืออยู่ในสถานะ “{letter.get_status_display()}” จึงส่งต่อไม่ได้")
    if letter.document is None:
        return no("หนังสือนี้ไม่มีไฟล์ตัวหนังสือที่จะแนบ")
    if not (letter.sealed or letter.incoming):
        return no("ส่งต่อเป็นหนังสือใหม่ได้เมื่อหนังสือออกเลขและผนึกแล้ว")
    return may_draft(actor)
