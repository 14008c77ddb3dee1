"""How far a draft is: its reviewers round by round, and why it came back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from audit.models import AuditEvent
from common.rows import Step
from common.thai import duration
from draft.content import Content
from draft.models import DraftVersion, Review, ReviewState
from draft.permissions import reviews_of_the_round
from org.models import Position
from saraban.lines import open_line
from saraban.models import Letter, LetterStatus

STATES = {
    ReviewState.PLANNED: "ahead",
    ReviewState.WAITING: "now",
    ReviewState.PASSED: "done",
    ReviewState.RETURNED: "back",
    ReviewState.CANCELLED: "ahead",
}


@dataclass(frozen=True, slots=True)
class Returned:
    """Why a letter came back, who said so and when."""

    reason: str
    who: str
    capacity: str
    at: datetime


def last_return(letter: Letter) -> Returned | None:
    """The latest return of a letter that stands returned: by a reviewer, or by a signer."""
    if letter.status != LetterStatus.RETURNED:
        return None
    for review in reviews_of_the_round(letter):
        if review.state == ReviewState.RETURNED and review.done_by is not None and review.done_at is not None:
            return Returned(review.note, review.done_by.full_name, review.capacity, review.done_at)
    event = AuditEvent.objects.filter(letter_id=letter.pk, verb="letter.return").order_by("-id").first()
    if event is None:
        return None
    event = open_line(letter, event)
    said = event.detail.get("reason") or event.label.partition(": ")[2] or event.label
    return Returned(str(said), event.person, event.capacity, event.at)


def review_steps(letter: Letter, content: Content, posts: Mapping[int, Position]) -> list[Step]:
    """The line a draft passes, for the time-line: the reviews of the latest round, then the signers ahead.

    Before it is submitted, the reviewers and signers it is meant for. `posts`: those the draft names.
    """
    steps: list[Step] = []
    names = {pk: post.title for pk, post in posts.items()}
    reviews = reviews_of_the_round(letter)
    if letter.status in (LetterStatus.DRAFT, LetterStatus.RETURNED):
        steps += [_done(review) for review in reviews if review.state in (ReviewState.PASSED, ReviewState.RETURNED)]
        steps += [
            Step(who=names[one.post], what="จะตรวจร่าง", state="ahead") for one in content.reviewers if one.post in names
        ]
    else:
        steps += [_done(review) for review in reviews if review.state != ReviewState.CANCELLED]
    signed = letter.status not in (LetterStatus.DRAFT, LetterStatus.RETURNED, LetterStatus.REVIEW)
    what = "ได้รับเสนอลงนาม" if signed else "จะลงนาม"
    return steps + [
        Step(who=names[pk], what=what, state="done" if signed else "ahead") for pk in content.signers if pk in names
    ]


def _done(review: Review) -> Step:
    until = review.done_at or timezone.now()
    return Step(
        who=review.position.title,
        what={"PLANNED": "รอถึงลำดับตรวจ", "WAITING": "กำลังตรวจ"}.get(review.state, review.get_state_display()),
        at=review.done_at or review.since,
        acting=f"{review.done_by.full_name} · {review.capacity}" if review.done_by else "",
        note=review.note,
        stay=duration(until - review.since) if review.since else "",
        state=STATES[ReviewState(review.state)],
    )


def versions_of(letter: Letter) -> list[DraftVersion]:
    """The kept versions, newest first, with who kept them."""
    return list(DraftVersion.objects.filter(letter=letter).select_related("by"))
