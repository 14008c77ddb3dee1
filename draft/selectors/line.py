"""The line of reviewers as a small diagram: groups one after the other, the turns of a group side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from common.thai import datetime_short
from draft import plan
from draft.content import Content
from draft.models import Review, ReviewState
from draft.permissions import reviews_of_the_round
from org.models import Position
from saraban.models import Letter, LetterStatus

SHOWN = {
    ReviewState.PLANNED: ("ahead", "ยังไม่ถึงลำดับ", ""),
    ReviewState.WAITING: ("now", "กำลังตรวจ", "amber"),
    ReviewState.PASSED: ("done", "ผ่าน", "good"),
    ReviewState.RETURNED: ("back", "ตีกลับ", "bad"),
    ReviewState.CANCELLED: ("off", "ไม่ต้องตรวจ", ""),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One post in a turn: how it stands, in a word, and its deadline."""

    title: str
    state: str
    word: str
    tag: str
    due: str = ""
    late: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """A reviewer's turn. `substitute` is named while it is only planned; `stand_in` once it was called."""

    part: Part
    review: Review | None = None
    substitute: str = ""
    stand_in: Part | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Turns at the same time. `state` is the css of the box: done, now or ahead."""

    number: int
    turns: Sequence[Turn]
    state: str


@dataclass(frozen=True, slots=True)
class Line:
    """The groups, and who signs after them."""

    groups: Sequence[Group] = field(default=())
    signers: Sequence[str] = field(default=())
    signing: bool = False


def named_posts(content: Content) -> dict[int, Position]:
    """The posts a draft names as reviewers, substitutes and signers, abolished ones too."""
    return Position.objects.in_bulk([*plan.posts(content.reviewers), *content.signers])


def review_line(letter: Letter, content: Content, at: datetime, posts: Mapping[int, Position]) -> Line:
    """The reviews of the round under way; before it is submitted, the plan. `posts`: `named_posts(content)`."""
    names = {pk: post.label for pk, post in posts.items()}
    signers = [names[pk] for pk in content.signers if pk in names]
    if letter.status in (LetterStatus.DRAFT, LetterStatus.RETURNED):
        return Line([_planned(members, names) for members in plan.groups(content.reviewers)], signers)
    turns = [review for review in reviews_of_the_round(letter) if review.stands_for_id is None]
    return Line(
        [_under_way(number, list(members), at) for number, members in groupby(turns, key=lambda one: one.group)],
        signers,
        letter.status != LetterStatus.REVIEW,
    )


def last_read(letter: Letter, position_id: int) -> int | None:
    """The kept version a post decided on the last time it reviewed this draft."""
    decided = Review.objects.filter(letter=letter, position=position_id).exclude(version=None)
    return decided.order_by("-round").values_list("version", flat=True).first()


def _planned(members: Sequence[plan.Reviewer], names: dict[int, str]) -> Group:
    turns = [
        Turn(
            Part(names[one.post], "ahead", "จะตรวจร่าง", "", f"ภายใน {one.days} วันทำการ" if one.days else ""),
            substitute=names.get(one.substitute or 0, ""),
        )
        for one in members
        if one.post in names
    ]
    return Group(members[0].group, turns, "ahead")


def _under_way(number: int, members: Sequence[Review], at: datetime) -> Group:
    turns = []
    for review in members:
        stand_in = review.stand_in if hasattr(review, "stand_in") else None
        turns.append(
            Turn(
                _part(review, at),
                review,
                review.substitute.label if review.substitute and not stand_in else "",
                _part(stand_in, at) if stand_in else None,
            )
        )
    states = {review.state for review in members}
    if ReviewState.WAITING in states:
        return Group(number, turns, "now")
    return Group(number, turns, "ahead" if states == {ReviewState.PLANNED} else "done")


def _part(review: Review, at: datetime) -> Part:
    css, word, tag = SHOWN[ReviewState(review.state)]
    waiting = review.state == ReviewState.WAITING
    due = ""
    if waiting and review.due_at:
        due = f"กำหนด {datetime_short(review.due_at)}"
    elif review.state == ReviewState.PLANNED and review.days:
        due = f"ภายใน {review.days} วันทำการ"
    elif review.done_at and review.state in (ReviewState.PASSED, ReviewState.RETURNED):
        due = datetime_short(review.done_at)
    return Part(review.position.label, css, word, tag, due, bool(waiting and review.due_at and review.due_at < at))
