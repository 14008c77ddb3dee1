"""The matrix of the review beside submitting and deciding: answers, suggested words, substitutes."""

from __future__ import annotations

from tests.matrix.cast import AUTHOR, READERS
from tests.matrix.probe import ABSENT, Row

R = "review"
REVIEWER = frozenset({"office-head"})
SUGGESTERS = READERS[R] - AUTHOR
WORDS = {"quote": "จึงเรียนมาเพื่อโปรดพิจารณา", "words": "จึงเรียนมาเพื่อโปรดทราบ"}

ROWS = [
    Row(
        "draft:comment_reply", (R, "review.comment"), ok=READERS[R], get=False, acts=READERS[R], data={"reply": "แก้แล้ว"}
    ),
    Row("draft:suggest", R, ok=READERS[R], get=False, acts=SUGGESTERS, data=WORDS),
    Row(
        "draft:suggestion_accept",
        (R, "review.suggestion"),
        ok=READERS[R],
        get=False,
        acts=REVIEWER,
        data={},
        settled=True,
    ),
    Row(
        "draft:suggestion_decline",
        (R, "review.suggestion"),
        ok=READERS[R],
        get=False,
        acts=REVIEWER,
        data={},
        settled=True,
    ),
    Row(
        "draft:suggestions_accept",
        (R, "office-head.user"),
        ok=READERS[R],
        get=False,
        acts=REVIEWER,
        data={},
        settled=True,
    ),
    Row("draft:substitute", (R, "review.turn"), ok=READERS[R], get=False, acts=AUTHOR, data={}, settled=True),
    # A suggestion of another draft: as if there were none.
    Row("draft:suggestion_accept", ("draft", "review.suggestion"), ok=AUTHOR, get=False, data={}, no=ABSENT),
]
