"""Who may classify a draft and name its readers. Each rule returns a `Verdict` with one Thai sentence."""

from __future__ import annotations

from common.access import ALLOWED, Verdict, first_refusal, no
from draft.permissions import WRITING, is_author
from org.actor import Actor
from saraban.models import Letter
from saraban.permissions import may_hold_class

UPLOADED = "ร่างนี้เคยใช้ไฟล์ที่ทำไว้แล้วซึ่งเก็บโดยไม่เข้ารหัส จึงกำหนดชั้นความลับไม่ได้ โปรดเริ่มร่างใหม่โดยเลือกชั้นความลับตั้งแต่แรก"


def may_classify(actor: Actor, letter: Letter) -> Verdict:
    """Give a draft a class or take it away: its author, while nobody else works on it."""
    if letter.status not in WRITING:
        return no("กำหนดหรือยกเลิกชั้นความลับได้เฉพาะขณะที่ยังเป็นร่างหรือถูกตีกลับ ให้ดึงกลับมาก่อน")
    return ALLOWED if is_author(actor, letter) else no("กำหนดชั้นความลับได้เฉพาะตำแหน่งที่เป็นเจ้าของร่าง")


def may_give_class(actor: Actor, letter: Letter, secrecy: int) -> Verdict:
    """The same for one class: the author is cleared for it, and for the one it has."""
    plain = secrecy > letter.secrecy and letter.uploaded_papers.exists()
    return first_refusal(
        may_classify(actor, letter),
        may_hold_class(actor, max(secrecy, letter.secrecy)),
        no(UPLOADED if plain else ""),
    )


def may_name_readers(actor: Actor, letter: Letter) -> Verdict:
    """Name posts that may read a classified letter, and end that again: the author."""
    if not letter.is_secret:
        return no("ร่างนี้ไม่มีชั้นความลับ ผู้มีสิทธิ์อ่านเป็นไปตามหน่วยงานและแฟ้มทะเบียน")
    return ALLOWED if is_author(actor, letter) else no("กำหนดผู้มีสิทธิ์เข้าถึงได้เฉพาะตำแหน่งที่เป็นเจ้าของร่าง")
