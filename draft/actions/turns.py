"""The turns of a review: a group is called, a turn ends, a substitute is called to one, what is left is cancelled.

Every caller holds the letter's lock and has asked who may.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from audit.actions import record
from common.worktime import HOURS_A_DAY
from draft.models import REVIEW, Draft, Review, ReviewState
from draft.permissions import draft_of
from notifications.actions import notify
from org.actor import Actor
from org.models import Position
from org.selectors import holders
from org.selectors_calendar import deadline_of
from saraban.actions.letters import add_party, arrive, leave
from saraban.models import Letter, LetterParty
from saraban.selectors import notice_title

OPEN = (ReviewState.PLANNED, ReviewState.WAITING)
BY_PLAN = "ระบบเรียกตามแผนการตรวจ"  # stands where a person would: nobody pressed anything


def call_next_group(letter: Letter, draft: Draft) -> list[Review]:
    """Call the next planned group; the letter lies at all its posts. A post nobody holds today calls its substitute too."""
    planned = list(_locked(letter, draft).filter(state=ReviewState.PLANNED).order_by("group", "order"))
    rows = [review for review in planned if review.group == planned[0].group]
    now = timezone.now()
    leave(letter=letter, at=now)
    for review in rows:
        REVIEW.move(review, "call", field="state")
        _begin(letter, review, now)
        _tell_called(letter, review, len(rows))
    for review in rows:
        if review.substitute is not None and is_vacant(review.position, now):
            call_stand_in(letter, review, by=None, why=f"ตำแหน่ง{review.position.title}ไม่มีผู้ดำรงตำแหน่ง")
    return rows


def call_stand_in(letter: Letter, review: Review, *, by: Actor | None, why: str) -> Review | None:
    """Call the substitute to the same turn: whoever of the two decides first ends it. `by` is None when the plan calls.

    None when nobody holds the substitute's post either, or it was called before.
    """
    post = review.substitute
    now = timezone.now()
    if post is None or post.abolished_at or is_vacant(post, now) or Review.objects.filter(stands_for=review).exists():
        return None
    called = Review(
        letter=letter,
        round=review.round,
        order=review.order,
        group=review.group,
        position=post,
        stands_for=review,
        days=review.days,
        state=ReviewState.WAITING,
    )
    _begin(letter, called, now)
    record(
        by=by or Actor(draft_of(letter).saved_by, None, now),  # the line names nobody: see `outside`
        verb="draft.substitute",
        label=f"เรียก{post.title}ตรวจแทน{review.position.title}: {why}"[:400],
        subject=called,
        letter_id=letter.pk,
        outside="" if by else BY_PLAN,
    )
    _tell_substituted(letter, review, called, why, by)
    return called


def finish(by: Actor, letter: Letter, review: Review, verb: str, *, note: str, version: int) -> Review:
    """End a waiting turn by `verb` ("pass", "return"); who was called to the same turn need not decide any more."""
    review = Review.objects.select_for_update(of=("self",)).select_related("position").get(pk=review.pk)
    REVIEW.move(review, verb, field="state")
    review.done_at, review.done_by, review.note, review.version = timezone.now(), by.user, note, version
    review.capacity = by.title_line[:420]
    review.save()
    leave(letter=letter, position=review.position, at=review.done_at)
    for other in _same_turn(review):
        REVIEW.move(other, "relieve", field="state")
        other.done_at = review.done_at
        other.save(update_fields=["state", "done_at"])
        leave(letter=letter, position=other.position, at=review.done_at)
        notify(
            key=f"draft-review:{other.pk}:relieved",
            event="draft.substitute",
            title=f"{review.position.title}ตรวจแล้ว ท่านไม่ต้องตรวจ: {notice_title(letter)}",
            why="ร่างนี้เรียกผู้ตรวจสองตำแหน่งแทนกัน ใครตรวจก่อนถือว่าเสร็จ",
            url_name="draft:review",
            url_args=[letter.pk],
            positions=[other.position],
        )
    return review


def cancel_open(letter: Letter, draft: Draft) -> tuple[list[Review], list[Review]]:
    """Nobody is waited for any more in this round; gives those who waited, and those who were still planned."""
    waited: list[Review] = []
    planned: list[Review] = []
    for review in _locked(letter, draft).filter(state__in=OPEN).order_by("group", "order", "id"):
        (waited if review.state == ReviewState.WAITING else planned).append(review)
        REVIEW.move(review, "cancel", field="state")
        review.done_at = timezone.now()
        review.save(update_fields=["state", "done_at"])
    return waited, planned


def go_home(letter: Letter) -> None:
    """The letter lies at its author's post again."""
    post: Position | None = letter.author_position
    leave(letter=letter)
    if post is not None:
        arrive(letter=letter, unit=post.unit, position=post)


def is_vacant(post: Position, at: datetime) -> bool:
    """Whether nobody who decides holds the post at `at`."""
    return not any(row.signs for row in holders([post.pk], at)[post.pk])


def tell_author(letter: Letter, by: Actor | None, event: str, title: str, key: str, *, urgent: bool = False) -> None:
    """Tell the post that wrote the draft."""
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


def _locked(letter: Letter, draft: Draft) -> QuerySet[Review]:
    rows = Review.objects.select_for_update(of=("self",)).filter(letter=letter, round=draft.round)
    return rows.select_related("position__unit", "substitute__unit")


def _begin(letter: Letter, review: Review, now: datetime) -> None:
    """The review waits from now on: a party, the letter lies at his post, his own deadline runs."""
    review.since = now
    if review.days:
        review.due_at = deadline_of(letter.agency, now, review.days * HOURS_A_DAY)
    review.save()
    add_party(letter=letter, because=LetterParty.Because.REVIEWER, position=review.position)
    arrive(letter=letter, unit=review.position.unit, position=review.position, at=now)


def _same_turn(review: Review) -> list[Review]:
    """The other post called to the same turn, if it still waits."""
    pair = Q(pk=review.stands_for_id) | Q(stands_for=review.pk)
    rows = Review.objects.select_for_update(of=("self",)).filter(pair, state=ReviewState.WAITING)
    return list(rows.select_related("position"))


def _tell_called(letter: Letter, review: Review, together: int) -> None:
    others = f" พร้อมกับอีก {together - 1} ตำแหน่ง" if together > 1 else ""
    notify(
        key=f"draft-review:{review.pk}",
        event="draft.review",
        title=f"ร่างรอท่านตรวจ: {notice_title(letter)}",
        why=f"ผู้ร่างกำหนดให้ท่านเป็นผู้ตรวจลำดับที่ {review.group}{others}",
        url_name="draft:review",
        url_args=[letter.pk],
        positions=[review.position],
        urgent=letter.urgency > 1,
    )


def _tell_substituted(letter: Letter, review: Review, called: Review, why: str, by: Actor | None) -> None:
    """The substitute, the reviewer stood in for, and (when the plan called) the author."""
    notify(
        key=f"draft-review:{called.pk}",
        event="draft.review",
        title=f"ร่างรอท่านตรวจแทน{review.position.title}: {notice_title(letter)}",
        why=f"ผู้ร่างกำหนดให้ท่านเป็นผู้ตรวจแทน {why}",
        url_name="draft:review",
        url_args=[letter.pk],
        positions=[called.position],
        urgent=letter.urgency > 1,
    )
    notify(
        key=f"draft-review:{review.pk}:substituted",
        event="draft.substitute",
        title=f"เรียก{called.position.title}มาตรวจแทนท่านแล้ว: {notice_title(letter)}",
        why=f"{why} ท่านยังตรวจได้จนกว่าผู้ตรวจแทนจะตรวจ",
        url_name="draft:review",
        url_args=[letter.pk],
        positions=[review.position],
    )
    tell_author(
        letter,
        by,
        "draft.substitute",
        f"เรียก{called.position.title}ตรวจแทน{review.position.title}: {notice_title(letter)}",
        f"substitute:{called.pk}",
    )
