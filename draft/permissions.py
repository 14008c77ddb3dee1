"""Who may do what with a draft. Each rule returns a `Verdict` with one Thai sentence."""

from __future__ import annotations

from common.access import ALLOWED, Verdict, first_refusal, no
from draft.models import Comment, Draft, Review, ReviewState
from org.actor import Actor
from org.models import Agency
from org.permissions import administered_root, administers_platform
from saraban.models import Letter, LetterStatus
from saraban.states import LETTER

WRITING = (LetterStatus.DRAFT, LetterStatus.RETURNED)
IN_PREPARATION = (*WRITING, LetterStatus.REVIEW)
NOT_YOURS = "ร่างนี้เป็นของตำแหน่งอื่น ท่านอ่านและให้ความเห็นได้"


def is_author(actor: Actor, letter: Letter) -> bool:
    """Whether the actor acts for the post that wrote the letter (its secretary and its acting holder do too)."""
    return actor.appointment is not None and letter.author_position_id == actor.position.pk


_WAITING = "_draft_waiting_review"


def waiting_review(letter: Letter) -> Review | None:
    """The review whose turn it is."""
    if letter.status != LetterStatus.REVIEW:
        return None
    if _WAITING in letter.__dict__:
        kept: Review | None = letter.__dict__[_WAITING]
        return kept
    return Review.objects.filter(letter=letter, state=ReviewState.WAITING).select_related("position").first()


def look_up_once(letter: Letter) -> None:
    """For a page, which asks many rules of one letter it does not change: look the waiting review up only once."""
    letter.__dict__[_WAITING] = waiting_review(letter)


def is_reviewing(actor: Actor, letter: Letter) -> bool:
    """Whether it is the actor's turn to review the letter."""
    review = waiting_review(letter)
    return review is not None and actor.appointment is not None and review.position_id == actor.position.pk


def may_edit(actor: Actor, letter: Letter) -> Verdict:
    """Write in the working copy: its author while it is a draft, the reviewer in turn while it is reviewed."""
    if letter.status in WRITING:
        return ALLOWED if is_author(actor, letter) else no(NOT_YOURS)
    if letter.status == LetterStatus.REVIEW:
        if is_reviewing(actor, letter):
            return ALLOWED
        review = waiting_review(letter)
        who = review.position.title if review else "ผู้ตรวจ"
        return no(f"ร่างอยู่ระหว่างการตรวจของ{who} แก้ไขได้เมื่อดึงกลับหรือเมื่อถูกตีกลับ")
    return no(f"แก้ไขไม่ได้ เพราะหนังสืออยู่ในสถานะ “{letter.get_status_display()}”")


def may_submit(actor: Actor, letter: Letter) -> Verdict:
    """Send to the reviewers."""
    return first_refusal(LETTER.can(letter.status, "submit"), _authors(actor, letter))


def may_propose(actor: Actor, letter: Letter) -> Verdict:
    """Propose to the signers without a review."""
    if letter.status == LetterStatus.REVIEW:
        return no("ร่างอยู่ระหว่างการตรวจ ระบบจะเสนอลงนามให้เองเมื่อผู้ตรวจคนสุดท้ายตรวจผ่าน")
    return first_refusal(LETTER.can(letter.status, "propose"), _authors(actor, letter))


def may_decide(actor: Actor, letter: Letter) -> Verdict:
    """Pass or return in one's turn of the review; a secretary prepares and never decides."""
    if letter.status != LetterStatus.REVIEW:
        return no(f"ร่างนี้ไม่ได้อยู่ระหว่างการตรวจ ขณะนี้สถานะเป็น “{letter.get_status_display()}”")
    if not is_reviewing(actor, letter):
        return no("ยังไม่ถึงลำดับการตรวจของท่าน หรือท่านตรวจไปแล้ว")
    if not actor.signs:
        return no("ฐานะหน้าห้องเตรียมความเห็นได้ แต่ตรวจผ่านหรือตีกลับแทนไม่ได้")
    return ALLOWED


def may_recall(actor: Actor, letter: Letter) -> Verdict:
    """Call a draft back from review, until the last reviewer has passed it."""
    if letter.status != LetterStatus.REVIEW:
        if letter.status == LetterStatus.PROPOSED:
            return no("ผู้ตรวจตรวจผ่านครบและเสนอลงนามแล้ว ดึงกลับได้จากแฟ้มเสนอเฉพาะก่อนผู้ลงนามเปิดอ่าน")
        return no("ร่างนี้ไม่ได้อยู่ระหว่างการตรวจ")
    return _authors(actor, letter)


def may_discard(actor: Actor, letter: Letter) -> Verdict:
    """Give a draft up."""
    return first_refusal(LETTER.can(letter.status, "discard"), _authors(actor, letter))


def may_convert(actor: Actor, letter: Letter) -> Verdict:
    """Turn the draft into another kind of letter, keeping all its text."""
    if letter.status not in WRITING:
        return no("เปลี่ยนชนิดหนังสือได้เฉพาะขณะที่ยังเป็นร่างหรือถูกตีกลับ")
    return _authors(actor, letter)


def may_comment(actor: Actor, letter: Letter) -> Verdict:
    """Comment: whoever may read it, while it is prepared."""
    if letter.status not in IN_PREPARATION:
        return no("ให้ความเห็นได้เฉพาะขณะที่หนังสือยังเป็นร่าง")
    return ALLOWED if actor.appointment is not None else no("ต้องมีตำแหน่งที่มีผลจึงให้ความเห็นได้")


def may_settle(actor: Actor, letter: Letter, comment: Comment) -> Verdict:
    """Mark a comment as done or open again: who may edit the text, or who wrote it."""
    if letter.status not in IN_PREPARATION:
        return no("หนังสือพ้นขั้นร่างแล้ว")
    if comment.by_id == actor.user.pk or is_author(actor, letter):
        return ALLOWED
    return may_edit(actor, letter)


def may_keep_salutations(actor: Actor, agency: Agency | None) -> Verdict:
    """The pairs all agencies use: the central admin; an agency's own also who administers its top unit."""
    if administers_platform(actor):
        return ALLOWED
    if agency is None:
        return no("คำขึ้นต้นและคำลงท้ายที่ใช้ทุกส่วนราชการดูแลโดยผู้ดูแลระบบกลางเท่านั้น")
    root = administered_root(actor)
    if root is not None and root.agency_id == agency.pk and root.parent_id is None:
        return ALLOWED
    return no("คำขึ้นต้นและคำลงท้ายของส่วนราชการดูแลโดยผู้ดูแลระดับส่วนราชการเท่านั้น")


def needs_reason_to_discard(letter: Letter) -> bool:
    """Whether the letter once went to its signers, so that giving it up needs a reason on record."""
    return hasattr(letter, "sheet")


def draft_of(letter: Letter) -> Draft:
    """The working copy. Raises Draft.DoesNotExist for a letter that was never drafted here."""
    return Draft.objects.select_related("saved_by").get(letter=letter)


def _authors(actor: Actor, letter: Letter) -> Verdict:
    return ALLOWED if is_author(actor, letter) else no("ทำได้เฉพาะตำแหน่งที่เป็นเจ้าของร่าง")
