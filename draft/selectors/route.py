"""How far a draft is: its reviewers round by round, why it came back, its comments with their places."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from audit.models import AuditEvent
from common.rows import Step
from common.thai import duration
from draft.anchors import Mark, locate, mark
from draft.content import Content
from draft.models import Comment, Draft, DraftVersion, Review, ReviewState
from draft.selectors.choices import titles
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
    event = AuditEvent.objects.filter(letter_id=letter.pk, verb="letter.return").order_by("-id").first()
    if event is None:
        return None
    said = event.detail.get("reason") or event.label.partition(": ")[2] or event.label
    return Returned(str(said), event.person, event.capacity, event.at)


def review_steps(letter: Letter, draft: Draft, content: Content) -> list[Step]:
    """The line a draft passes, for the time-line: the reviews of the latest round, then the signers ahead.

    Before it is submitted, the reviewers and signers it is meant for.
    """
    steps: list[Step] = []
    names = titles((*content.reviewers, *content.signers))
    reviews = (
        list(Review.objects.filter(letter=letter, round=draft.round).select_related("position", "done_by"))
        if draft.round
        else []
    )
    if letter.status in (LetterStatus.DRAFT, LetterStatus.RETURNED):
        steps += [_done(review) for review in reviews if review.state in (ReviewState.PASSED, ReviewState.RETURNED)]
        steps += [Step(who=names[pk], what="จะตรวจร่าง", state="ahead") for pk in content.reviewers if pk in names]
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


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment as the page shows it. `lost` when the words it stood at are gone."""

    comment: Comment
    number: int
    lost: bool
    settled: bool
    whole: bool


def marked_body(letter: Letter, content: Content) -> tuple[str, list[Remark]]:
    """The body with the open comments marked in it, and all comments in the order they were written."""
    marks: list[Mark] = []
    remarks: list[Remark] = []
    for number, comment in enumerate(
        Comment.objects.filter(letter=letter).select_related("by", "resolved_by").order_by("id"), start=1
    ):
        settled = comment.resolved_at is not None
        place = locate(content.body, comment.quote, comment.before) if comment.quote else None
        if place and not settled:
            marks.append(Mark(*place, number))
        remarks.append(Remark(comment, number, bool(comment.quote) and place is None, settled, not comment.quote))
    return mark(content.body, marks), remarks


def versions_of(letter: Letter) -> list[DraftVersion]:
    """The kept versions, newest first, with who kept them."""
    return list(DraftVersion.objects.filter(letter=letter).select_related("by"))
