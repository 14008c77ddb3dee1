"""Comments, answers and suggested words as the review page shows them, each with its place in the text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Value

from draft.anchors import Mark, locate, mark
from draft.content import Content
from draft.models import Comment, Reply, Suggestion, SuggestionState
from saraban.models import Letter


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment as the page shows it. `lost` when the words it stood at are gone."""

    comment: Comment
    number: int
    lost: bool
    settled: bool
    whole: bool
    replies: Sequence[Reply] = field(default=())


@dataclass(frozen=True, slots=True)
class Offer:
    """Suggested words as the page shows them. `lost` when the words they are to replace are gone."""

    suggestion: Suggestion
    number: int
    open: bool
    lost: bool


@dataclass(frozen=True, slots=True)
class Unsettled:
    """How much of what was said in a draft is still open."""

    comments: int
    suggestions: int

    def __bool__(self) -> bool:
        return bool(self.comments or self.suggestions)

    @property
    def words(self) -> str:
        """`ความเห็น 2 รายการและข้อความที่เสนอ 1 รายการ`."""
        parts = (("ความเห็น", self.comments), ("ข้อความที่เสนอแทน", self.suggestions))
        return "และ".join(f"{name} {count} รายการ" for name, count in parts if count)


def unsettled(letter: Letter) -> Unsettled:
    """What is still open: comments nobody marked as done, suggestions nobody answered. One query."""
    comments = Comment.objects.filter(letter=letter, resolved_at=None).order_by()
    offers = Suggestion.objects.filter(letter=letter, state=SuggestionState.OPEN).order_by()
    rows = comments.values_list(Value("comment")).union(offers.values_list(Value("offer")), all=True)
    counts = Counter(name for (name,) in rows)
    return Unsettled(counts["comment"], counts["offer"])


def several_of(offers: Sequence[Offer]) -> list[tuple[int, str, int]]:
    """Who has more than one suggestion open: id, name, how many; the page offers to take them up together."""
    people = {one.suggestion.by_id: one.suggestion.by.full_name for one in offers if one.open}
    counts = Counter(one.suggestion.by_id for one in offers if one.open)
    return [(pk, name, counts[pk]) for pk, name in people.items() if counts[pk] > 1]


def marked(letter: Letter, content: Content) -> tuple[str, list[Remark], list[Offer]]:
    """The body with open comments and suggestions marked in it, and all of both in the order they were written."""
    marks: list[Mark] = []
    remarks: list[Remark] = []
    comments = Comment.objects.filter(letter=letter).select_related("by", "resolved_by").order_by("id")
    for number, comment in enumerate(comments.prefetch_related("replies__by"), start=1):
        settled = comment.resolved_at is not None
        place = locate(content.body, comment.quote, comment.before) if comment.quote else None
        if place and not settled:
            marks.append(Mark(*place, number))
        whole = not comment.quote
        remarks.append(
            Remark(comment, number, not whole and place is None, settled, whole, list(comment.replies.all()))
        )
    offers: list[Offer] = []
    suggestions = Suggestion.objects.filter(letter=letter).select_related("by", "decided_by").order_by("id")
    for number, suggestion in enumerate(suggestions, start=1):
        is_open = suggestion.state == SuggestionState.OPEN
        place = locate(content.body, suggestion.quote, suggestion.before) if is_open else None
        if place:
            marks.append(Mark(*place, number, "suggestion"))
        offers.append(Offer(suggestion, number, is_open, is_open and place is None))
    return mark(content.body, marks), remarks, offers
