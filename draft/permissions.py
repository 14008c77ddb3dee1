"""Who may do what with a draft. Each rule returns a `Verdict` with one Thai sentence."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F

from common.access import ALLOWED, Verdict, first_refusal, no
from draft.models import Comment, Draft, Review, ReviewState, Suggestion
from org.actor import Actor
from org.models import Agency
from org.permissions import administered_root, administers_platform
from saraban.models import Letter, LetterStatus
from saraban.permissions_delegation import within_delegation
from saraban.states import LETTER

WRITING = (LetterStatus.DRAFT, LetterStatus.RETURNED)
IN_PREPARATION = (*WRITING, LetterStatus.REVIEW)
NOT_YOURS = "ร่างนี้เป็นของตำแหน่งอื่น ท่านอ่านและให้ความเห็นได้"


def is_author(actor: Actor, letter: Letter) -> bool:
    """Whether the actor acts for the post that wrote the letter (its secretary and its acting holder do too)."""
    return actor.appointment is not None and letter.author_position_id == actor.position.pk


@dataclass(frozen=True, slots=True)
class Live:
    """The group whose turn it is: the reviews that wait, how many turns the group has, and how many have passed."""

    waiting: tuple[Review, ...] = ()
    turns: int = 0
    passed: int = 0

    @property
    def parallel(self) -> bool:
        return self.turns > 1

    @property
    def names(self) -> str:
        """The posts that are waited for."""
        return "และ".join(review.position.title for review in self.waiting) or "ผู้ตรวจ"


_ROUND = "_draft_reviews_of_the_round"
TOGETHER = "ร่างนี้มีผู้ตรวจหลายคนพร้อมกัน จึงไม่มีใครแก้ข้อความโดยตรง เพื่อไม่ให้ทับกัน ให้ความเห็นหรือเสนอข้อความแทนได้"


def reviews_of_the_round(letter: Letter) -> list[Review]:
    """The reviews of the draft's latest round, in their order, substitutes too. One query; on a page only the first time."""
    kept: list[Review] | None = letter.__dict__.get(_ROUND)
    if kept is not None:
        return kept
    rows = Review.objects.filter(letter=letter, round=F("letter__draft__round")).order_by("group", "order", "id")
    found = list(rows.select_related("position", "substitute", "stand_in__position", "done_by"))
    if _ROUND in letter.__dict__:
        letter.__dict__[_ROUND] = found
    return found


def live_group(letter: Letter) -> Live:
    """The group whose turn it is; an empty one when the letter is not under review."""
    if letter.status != LetterStatus.REVIEW:
        return Live()
    rows = reviews_of_the_round(letter)
    waiting = tuple(one for one in rows if one.state == ReviewState.WAITING)
    group = [one for one in rows if waiting and one.group == waiting[0].group]
    passed = sum(one.state == ReviewState.PASSED for one in group)
    return Live(waiting, sum(one.stands_for_id is None for one in group), passed)


def look_up_once(letter: Letter) -> None:
    """For a page, which asks many rules of one letter it does not change: look the reviews up only once."""
    letter.__dict__[_ROUND] = None


def own_review(actor: Actor, letter: Letter) -> Review | None:
    """The waiting review of the actor's post: his own turn, or one he was called to as its substitute."""
    if actor.appointment is None:
        return None
    return next((one for one in live_group(letter).waiting if one.position_id == actor.position.pk), None)


def is_reviewing(actor: Actor, letter: Letter) -> bool:
    """Whether it is the actor's turn to review the letter."""
    return own_review(actor, letter) is not None


def may_edit(actor: Actor, letter: Letter) -> Verdict:
    """Write in the working copy: its author while it is a draft, the reviewer in turn while he reviews it alone."""
    if letter.status in WRITING:
        return ALLOWED if is_author(actor, letter) else no(NOT_YOURS)
    if letter.status == LetterStatus.REVIEW:
        live = live_group(letter)
        if not is_reviewing(actor, letter):
            return no(f"ร่างอยู่ระหว่างการตรวจของ{live.names} แก้ไขได้เมื่อดึงกลับหรือเมื่อถูกตีกลับ")
        return no(TOGETHER) if live.parallel else ALLOWED
    return no(f"แก้ไขไม่ได้ เพราะหนังสืออยู่ในสถานะ “{letter.get_status_display()}”")


def may_suggest(actor: Actor, letter: Letter) -> Verdict:
    """Suggest other words: whoever may comment, but the author, who writes them himself."""
    if letter.status in IN_PREPARATION and is_author(actor, letter):
        return no("ท่านเป็นเจ้าของร่าง แก้ไขข้อความได้โดยตรงเมื่อร่างอยู่ที่ท่าน")
    return may_comment(actor, letter)


def may_accept(actor: Actor, letter: Letter) -> Verdict:
    """Take up suggested words: who may edit, and the author while several review at once and none of them has passed."""
    live = live_group(letter)
    if live.parallel and is_author(actor, letter):
        if live.passed:
            return no("มีผู้ตรวจในกลุ่มนี้ตรวจผ่านข้อความปัจจุบันไปแล้ว จึงเปลี่ยนข้อความไม่ได้ ให้ดึงกลับมาแก้ไขก่อน")
        return ALLOWED
    return may_edit(actor, letter)


def may_decline(actor: Actor, letter: Letter, suggestion: Suggestion) -> Verdict:
    """Turn suggested words down: who could take them up, and who suggested them."""
    if letter.status in IN_PREPARATION and suggestion.by_id == actor.user.pk:
        return ALLOWED
    return may_accept(actor, letter)


def may_call_substitute(actor: Actor, letter: Letter, review: Review) -> Verdict:
    """Call the substitute of a waiting review at once: the author."""
    if letter.status != LetterStatus.REVIEW or review.state != ReviewState.WAITING:
        return no("ผู้ตรวจคนนี้ไม่ได้อยู่ระหว่างตรวจ จึงไม่ต้องเรียกผู้ตรวจแทน")
    if review.stands_for_id or review.substitute is None:
        return no("ไม่ได้กำหนดผู้ตรวจแทนไว้ในแผนการตรวจ ให้ดึงกลับมากำหนดแล้วส่งตรวจใหม่")
    if hasattr(review, "stand_in"):
        return no(f"เรียก{review.substitute.title}มาตรวจแทนแล้ว")
    return _authors(actor, letter)


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
    return within_delegation(actor, letter)


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
    draft = Draft.objects.select_related("saved_by").get(letter=letter)
    draft.letter = letter
    return draft


def _authors(actor: Actor, letter: Letter) -> Verdict:
    return ALLOWED if is_author(actor, letter) else no("ทำได้เฉพาะตำแหน่งที่เป็นเจ้าของร่าง")
