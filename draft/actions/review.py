"""The review: submit to the reviewers group by group, pass, return with a reason, recall."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from audit.actions import record
from common.access import Conflict, Invalid, Refused
from draft.actions.outdating import outdate_lost
from draft.actions.propose import NOTE_LENGTH, Paper, hand_over, paper_now
from draft.actions.turns import call_next_group, cancel_open, finish, go_home, tell_author
from draft.actions.versions import keep_if_changed
from draft.actions.working import found
from draft.content import Content
from draft.models import Draft, Review, ReviewState
from draft.permissions import draft_of, live_group, may_decide, may_recall, may_submit, own_review
from draft.plan import Reviewer
from draft.selectors.choices import living_posts
from draft.selectors.readiness import demand_ready, demand_settled
from notifications.actions import notify
from org.actor import Actor
from org.models import Position
from saraban.actions.letters import add_party, move
from saraban.models import Letter, LetterParty
from saraban.selectors import notice_title

REASON_LENGTH = 1000
REASON_IN_NOTICE = 150


@transaction.atomic
def submit(*, by: Actor, letter_id: int, note: str = "", despite_remarks: bool = False) -> Letter:
    """เสนอตรวจ: a new round; the first group is called, the others follow, the signers after the last.

    Raises Letter.DoesNotExist for a stranger, `Refused`, and `Invalid` with what is missing, or while remarks are still
    open unless the author says that he knows (`despite_remarks`).
    """
    letter = found(by, letter_id)
    may_submit(by, letter).demand()
    draft = draft_of(letter)
    content = Content.of(draft)
    posts = {post.pk: post for post in living_posts(letter.agency, [one.post for one in content.reviewers])}
    if not posts:
        raise Refused("ร่างนี้ไม่ได้กำหนดผู้ตรวจ ให้เสนอลงนามได้เลย หรือเลือกผู้ตรวจก่อน")
    demand_ready(letter, content, by.at)
    outdate_lost(letter, content)
    demand_settled(letter, known=despite_remarks)
    draft.round += 1
    draft.note = note.strip()[:NOTE_LENGTH]
    draft.save(update_fields=["round", "note"])
    keep_if_changed(by=by, letter=letter, content=content, note=f"ส่งตรวจรอบที่ {draft.round}")
    turns = [one for one in content.reviewers if one.post in posts]
    Review.objects.bulk_create(_planned(letter, draft, content, one, order) for order, one in enumerate(turns, start=1))
    first = posts[turns[0].post].title
    more = f" และอีก {len(turns) - 1} ตำแหน่ง" if len(turns) > 1 else ""
    detail = {"round": draft.round, "reviewers": [one.post for one in turns]}
    move(letter=letter, verb="submit", by=by, label=f"ส่งตรวจต่อ{first}{more}", detail=detail)
    call_next_group(letter, draft)
    return letter


def _planned(letter: Letter, draft: Draft, content: Content, one: Reviewer, order: int) -> Review:
    return Review(
        letter=letter,
        round=draft.round,
        order=order,
        group=one.group,
        position_id=one.post,
        substitute_id=one.substitute,
        days=one.days_or_none(),
        due_at=content.due_or_none(),
    )


def pass_review(*, by: Actor, letter_id: int, note: str = "", seen: int | None = None) -> Letter:
    """ตรวจผ่าน: when all of the group have passed the next group is called; after the last one the signers.

    `seen` is the revision that was read: `Conflict` when somebody else changed the text since. Raises
    Letter.DoesNotExist for a stranger, `Refused` out of turn or for a secretary, `Invalid` when the draft has become
    unfit to propose.
    """
    paper = paper_now(by, letter_id) if _is_last(letter_id) else None
    with transaction.atomic():
        letter = found(by, letter_id)
        may_decide(by, letter).demand()
        draft = draft_of(letter)
        _demand_seen(by, draft, seen)
        review = _decide(by, letter, draft, "pass", note.strip()[:REASON_LENGTH])
        label = f"ตรวจผ่าน: {review.note}" if review.note and not letter.secrecy else "ตรวจผ่าน"
        record(by=by, verb="draft.pass", label=label[:400], subject=review, letter_id=letter.pk)
        rows = Review.objects.filter(letter=letter, round=draft.round)
        if rows.filter(state=ReviewState.WAITING).exists():
            return letter
        if rows.filter(state=ReviewState.PLANNED).exists():
            call_next_group(letter, draft)
            return letter
        return _pass_last(by, letter, draft, paper)


def _pass_last(by: Actor, letter: Letter, draft: Draft, paper: Paper | None) -> Letter:
    outdate_lost(letter, Content.of(draft))
    hand_over(by=by, letter=letter, draft=draft, paper=paper)
    title = f"ตรวจผ่านครบและเสนอลงนามแล้ว: {notice_title(letter)}"
    tell_author(letter, by, "draft.passed", title, f"round:{draft.round}:passed")
    return letter


def _demand_seen(by: Actor, draft: Draft, seen: int | None) -> None:
    if seen is not None and seen != draft.revision and draft.saved_by_id != by.user.pk:
        raise Conflict(f"{draft.saved_by.full_name} แก้ข้อความของร่างหลังจากที่ท่านเปิดอ่าน โปรดอ่านข้อความปัจจุบันอีกครั้งก่อนตรวจผ่าน")


def _decide(by: Actor, letter: Letter, draft: Draft, verb: str, note: str) -> Review:
    """End the actor's turn, and keep the text he decided on as a version."""
    review, alone = own_review(by, letter), not live_group(letter).parallel
    if review is None:
        raise Refused("ยังไม่ถึงลำดับการตรวจของท่าน หรือท่านตรวจไปแล้ว")
    title = review.position.title
    passing = f"แก้ไขและตรวจผ่านโดย{title}" if alone else f"ฉบับที่{title}ตรวจผ่าน"
    words = passing if verb == "pass" else f"ตีกลับโดย{title}"
    version = keep_if_changed(by=by, letter=letter, content=Content.of(draft), note=words)
    return finish(by, letter, review, verb, note=note, version=version.no)


@transaction.atomic
def return_draft(*, by: Actor, letter_id: int, reason: str) -> Letter:
    """ตีกลับ with a mandatory reason, shown to the whole line: the author, who passed it, who waits, who was to follow.

    One return ends the round for all. The reason of a classified letter stands on its page only.
    Raises Letter.DoesNotExist for a stranger, `Invalid` without a reason, `Refused` out of turn or for a secretary.
    """
    letter = found(by, letter_id)
    may_decide(by, letter).demand()
    reason = reason.strip()
    if not reason:
        raise Invalid("โปรดระบุเหตุผลที่ตีกลับ เพื่อให้ผู้ร่างแก้ไขได้ตรงจุด", field="reason")
    if len(reason) > REASON_LENGTH:
        raise Invalid(f"เหตุผลยาวเกิน {REASON_LENGTH:,} ตัวอักษร", field="reason")
    draft = draft_of(letter)
    _decide(by, letter, draft, "return", reason)
    waited, planned = cancel_open(letter, draft)
    passed = Review.objects.filter(letter=letter, round=draft.round, state=ReviewState.PASSED)
    said = "" if letter.secrecy else reason
    label = f"ตีกลับ: {said}" if said else "ตีกลับ"
    move(letter=letter, verb="return", by=by, label=label[:400], detail={"reason": said} if said else None)
    go_home(letter)
    for review in planned:  # the reason stands on the draft's page: they may read it from now on
        add_party(letter=letter, because=LetterParty.Because.REVIEWER, position=review.position)
    short = said if len(said) <= REASON_IN_NOTICE else f"{said[:REASON_IN_NOTICE]}…"
    title = f"ตีกลับให้แก้ไข: {notice_title(letter)[:120]}" + (f" เพราะ {short}" if short else "")
    key = f"round:{draft.round}:returned"
    tell_author(letter, by, "draft.returned", title, key, urgent=True)
    _tell_line(by, letter, title, f"{key}:line", "ท่านตรวจผ่านร่างนี้ก่อนหน้า", passed.select_related("position"))
    _tell_line(by, letter, title, f"{key}:waited", "ร่างนี้เคยรอท่านตรวจ ขณะนี้ไม่ต้องตรวจแล้ว", waited)
    _tell_line(by, letter, title, f"{key}:planned", "ท่านอยู่ในลำดับถัดไปของการตรวจร่างนี้", planned)
    return letter


@transaction.atomic
def recall(*, by: Actor, letter_id: int) -> Letter:
    """ดึงกลับ from review, until the last reviewer has passed it. Edits of the reviewers stay, as a version.

    Raises Letter.DoesNotExist for a stranger, `Refused`.
    """
    letter = found(by, letter_id)
    may_recall(by, letter).demand()
    draft = draft_of(letter)
    waited, _ = cancel_open(letter, draft)
    keep_if_changed(by=by, letter=letter, content=Content.of(draft), note="ดึงกลับจากการตรวจ")
    move(letter=letter, verb="recall", by=by, label="ดึงกลับจากการตรวจ", detail={"round": draft.round})
    go_home(letter)
    notify(
        key=f"draft:{letter.pk}:round:{draft.round}:recalled",
        event="draft.recalled",
        title=f"ผู้ร่างดึงกลับ: {notice_title(letter)}",
        why="ร่างนี้เคยรอท่านตรวจ",
        url_name="draft:review",
        url_args=[letter.pk],
        positions=[review.position for review in waited],
        but_not=by,
    )
    return letter


def _is_last(letter_id: int) -> bool:
    """Whether nobody is left to review after the one turn that waits (asked again under the lock)."""
    rows = Review.objects.filter(letter=letter_id)
    turns = rows.filter(state=ReviewState.WAITING, stands_for=None).count()
    return turns <= 1 and not rows.filter(state=ReviewState.PLANNED).exists()


def _tell_line(by: Actor, letter: Letter, title: str, key: str, why: str, rows: Iterable[Review]) -> None:
    posts: list[Position] = [review.position for review in rows]
    notify(
        key=f"draft:{letter.pk}:{key}",
        event="draft.returned",
        title=title,
        why=why,
        url_name="draft:review",
        url_args=[letter.pk],
        positions=posts,
        but_not=by,
    )
