"""The review: submit to the reviewers in order, pass, return with a reason, recall."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from audit.actions import record
from common.access import Invalid, Refused
from draft.actions.propose import NOTE_LENGTH, Paper, hand_over, paper_now
from draft.actions.versions import keep_if_changed
from draft.actions.working import found
from draft.content import Content
from draft.models import REVIEW, Draft, Review, ReviewState
from draft.permissions import draft_of, may_decide, may_recall, may_submit
from draft.selectors.choices import living_posts
from draft.selectors.readiness import demand_ready
from notifications.actions import notify
from org.actor import Actor
from org.models import Position
from saraban.actions.letters import add_party, arrive, leave, move
from saraban.models import Letter, LetterParty
from saraban.selectors import notice_title

REASON_LENGTH = 1000


@transaction.atomic
def submit(*, by: Actor, letter_id: int, note: str = "") -> Letter:
    """เสนอตรวจ: a new round; the first reviewer is called, the others follow in order, the signers after the last.

    Raises Letter.DoesNotExist for a stranger, `Refused`, and `Invalid` with what is missing.
    """
    letter = found(by, letter_id)
    may_submit(by, letter).demand()
    draft = draft_of(letter)
    content = Content.of(draft)
    reviewers = living_posts(letter.agency, content.reviewers)
    if not reviewers:
        raise Refused("ร่างนี้ไม่ได้กำหนดผู้ตรวจ ให้เสนอลงนามได้เลย หรือเลือกผู้ตรวจก่อน")
    demand_ready(letter, content, by.at)
    draft.round += 1
    draft.note = note.strip()[:NOTE_LENGTH]
    draft.save(update_fields=["round", "note"])
    keep_if_changed(by=by, letter=letter, content=content, note=f"ส่งตรวจรอบที่ {draft.round}")
    Review.objects.bulk_create(
        Review(letter=letter, round=draft.round, order=order, position=post, due_at=content.due_or_none())
        for order, post in enumerate(reviewers, start=1)
    )
    move(
        letter=letter,
        verb="submit",
        by=by,
        label=f"ส่งตรวจต่อ{reviewers[0].title}" + (f" และอีก {len(reviewers) - 1} ตำแหน่ง" if len(reviewers) > 1 else ""),
        detail={"round": draft.round, "reviewers": [post.pk for post in reviewers]},
    )
    _call_next(by, letter, draft)
    return letter


def pass_review(*, by: Actor, letter_id: int, note: str = "") -> Letter:
    """ตรวจผ่าน: the next reviewer is called; after the last one the letter is proposed to its signers.

    Raises Letter.DoesNotExist for a stranger, `Refused` out of turn or for a secretary, `Invalid` when the draft has
    become unfit to propose.
    """
    paper = paper_now(by, letter_id) if _is_last(letter_id) else None
    with transaction.atomic():
        letter = found(by, letter_id)
        may_decide(by, letter).demand()
        draft = draft_of(letter)
        review = _finish(by, letter, "pass", note.strip()[:REASON_LENGTH])
        _keep_edit(by, letter, draft, f"แก้ไขและตรวจผ่านโดย{review.position.title}")
        if Review.objects.filter(letter=letter, round=draft.round, state=ReviewState.PLANNED).exists():
            _record_pass(by, letter, review)
            _call_next(by, letter, draft)
            return letter
        return _pass_last(by, letter, draft, review, paper)


def _pass_last(by: Actor, letter: Letter, draft: Draft, review: Review, paper: Paper | None) -> Letter:
    _record_pass(by, letter, review)
    hand_over(by=by, letter=letter, draft=draft, paper=paper)
    _tell_author(
        by, letter, "draft.passed", f"ตรวจผ่านครบและเสนอลงนามแล้ว: {notice_title(letter)}", f"round:{draft.round}:passed"
    )
    return letter


def _record_pass(by: Actor, letter: Letter, review: Review) -> None:
    label = f"ตรวจผ่าน: {review.note}" if review.note else "ตรวจผ่าน"
    record(by=by, verb="draft.pass", label=label[:400], subject=review, letter_id=letter.pk)


@transaction.atomic
def return_draft(*, by: Actor, letter_id: int, reason: str) -> Letter:
    """ตีกลับ with a mandatory reason, shown to the author and to everybody who passed the draft before.

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
    review = _finish(by, letter, "return", reason)
    _cancel(letter, draft)
    keep_if_changed(by=by, letter=letter, content=Content.of(draft), note=f"ตีกลับโดย{review.position.title}")
    move(letter=letter, verb="return", by=by, label=f"ตีกลับ: {reason}"[:400], detail={"reason": reason})
    _go_home(by, letter)
    passed = Review.objects.filter(letter=letter, round=draft.round, state=ReviewState.PASSED).select_related(
        "position"
    )
    title, key = f"ตีกลับให้แก้ไข: {notice_title(letter)}", f"draft:{letter.pk}:round:{draft.round}:returned"
    _tell_author(by, letter, "draft.returned", title, f"round:{draft.round}:returned", urgent=True)
    notify(
        key=f"{key}:line",
        event="draft.returned",
        title=title,
        why="ท่านตรวจผ่านร่างนี้ก่อนหน้า",
        url_name="draft:review",
        url_args=[letter.pk],
        positions=[row.position for row in passed],
        but_not=by,
    )
    return letter


@transaction.atomic
def recall(*, by: Actor, letter_id: int) -> Letter:
    """ดึงกลับ from review, until the last reviewer has passed it. Edits of the reviewers stay, as a version.

    Raises Letter.DoesNotExist for a stranger, `Refused`.
    """
    letter = found(by, letter_id)
    may_recall(by, letter).demand()
    draft = draft_of(letter)
    called = Review.objects.filter(letter=letter, round=draft.round, state=ReviewState.WAITING).select_related(
        "position"
    )
    told = [row.position for row in called]
    _cancel(letter, draft)
    keep_if_changed(by=by, letter=letter, content=Content.of(draft), note="ดึงกลับจากการตรวจ")
    move(letter=letter, verb="recall", by=by, label="ดึงกลับจากการตรวจ", detail={"round": draft.round})
    _go_home(by, letter)
    notify(
        key=f"draft:{letter.pk}:round:{draft.round}:recalled",
        event="draft.recalled",
        title=f"ผู้ร่างดึงกลับ: {notice_title(letter)}",
        why="ร่างนี้เคยรอท่านตรวจ",
        url_name="draft:review",
        url_args=[letter.pk],
        positions=told,
        but_not=by,
    )
    return letter


def _is_last(letter_id: int) -> bool:
    """Whether nobody is left to review after the one whose turn it is (asked again under the lock)."""
    return not Review.objects.filter(letter=letter_id, state=ReviewState.PLANNED).exists()


def _finish(by: Actor, letter: Letter, verb: str, note: str) -> Review:
    """End the waiting review by `verb`. The rule has made sure that there is one."""
    review = (
        Review.objects.select_for_update(of=("self",))
        .select_related("position")
        .get(letter=letter, state=ReviewState.WAITING)
    )
    REVIEW.move(review, verb, field="state")
    review.done_at, review.done_by, review.note = timezone.now(), by.user, note
    review.capacity = by.title_line[:420]
    review.save()
    leave(letter=letter, position=review.position, at=review.done_at)
    return review


def _cancel(letter: Letter, draft: Draft) -> None:
    """Nobody is waited for any more in this round."""
    open_states = (ReviewState.PLANNED, ReviewState.WAITING)
    for review in Review.objects.select_for_update().filter(letter=letter, round=draft.round, state__in=open_states):
        REVIEW.move(review, "cancel", field="state")
        review.done_at = timezone.now()
        review.save(update_fields=["state", "done_at"])


def _call_next(by: Actor, letter: Letter, draft: Draft) -> Review:
    """Call the next planned reviewer: a party from now on, the letter lies at his post, and he is told."""
    review = (
        Review.objects.select_for_update(of=("self",))
        .select_related("position__unit")
        .filter(letter=letter, round=draft.round, state=ReviewState.PLANNED)
        .order_by("order")[0]
    )
    now = timezone.now()
    REVIEW.move(review, "call", field="state")
    review.since = now
    review.save(update_fields=["state", "since"])
    add_party(letter=letter, because=LetterParty.Because.REVIEWER, position=review.position)
    leave(letter=letter, at=now)
    arrive(letter=letter, unit=review.position.unit, position=review.position, at=now)
    notify(
        key=f"draft-review:{review.pk}",
        event="draft.review",
        title=f"ร่างรอท่านตรวจ: {notice_title(letter)}",
        why=f"ผู้ร่างกำหนดให้ท่านเป็นผู้ตรวจลำดับที่ {review.order}",
        url_name="draft:review",
        url_args=[letter.pk],
        positions=[review.position],
        urgent=letter.urgency > 1,
    )
    return review


def _keep_edit(by: Actor, letter: Letter, draft: Draft, note: str) -> None:
    """Keep what the reviewer changed in the text, if anything."""
    keep_if_changed(by=by, letter=letter, content=Content.of(draft), note=note)


def _go_home(by: Actor, letter: Letter) -> None:
    """The letter lies at its author's post again."""
    post: Position | None = letter.author_position
    leave(letter=letter)
    if post is not None:
        arrive(letter=letter, unit=post.unit, position=post)


def _tell_author(by: Actor, letter: Letter, event: str, title: str, key: str, *, urgent: bool = False) -> None:
    notify(
        key=f"draft:{letter.pk}:{key}",
        event=event,
        title=title,
        why="ท่านเป็นเจ้าของร่างนี้",
        url_name="draft:edit",
        url_args=[letter.pk],
        positions=[letter.author_position] if letter.author_position else [],
        urgent=urgent,
        but_not=by,
    )
