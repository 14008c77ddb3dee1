"""The matrix of writing: drafts, what is beside the text, versions, review."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from draft.models import Draft
from tests.matrix.cast import AUTHOR, EVERYBODY, READERS, WITH_POST, WITHOUT_POST, Names
from tests.matrix.probe import ABSENT, Row
from tests.matrix.stage import Stage, pdf_bytes

REVIEWER: Names = frozenset({"office-head"})
D, R = "draft", "review"


def typed(name: str) -> Any:
    """What the form of a staged draft posts after its subject was changed."""

    def post(stage: Stage) -> dict[str, Any]:
        draft = Draft.objects.get(letter=int(stage[name]))
        return {"subject": "เรื่องที่แก้ไข", "revision": draft.revision, "page": "p1", "seq": 1, "body": "ข้อความใหม่"}

    return post


def upload(stage: Stage) -> dict[str, Any]:
    """One dropped file. A fresh one for each request: the client reads it to its end."""
    return {"file": _Again("แผนที่.pdf")}


class _Again(SimpleUploadedFile):
    """A file that can be posted by one visitor after another."""

    def __init__(self, name: str) -> None:
        super().__init__(name, pdf_bytes(), "application/pdf")

    def read(self, *args: Any, **kwargs: Any) -> bytes:
        self.seek(0)
        return super().read(*args, **kwargs)


LISTS = [
    Row("draft:list", ok=WITH_POST, refused=WITHOUT_POST),
    Row("draft:new", ok=EVERYBODY, acts=WITH_POST, data={"kind": "MEMO"}),
    Row("draft:new", ok=EVERYBODY, acts=WITH_POST, data={"kind": "MINUTES"}),
    Row("draft:new", ok=READERS["received"], query=lambda s: {"answers": s["received"]}),
    Row("draft:answer", "received", ok=READERS["received"], acts=READERS["received"], data={"kind": "EXTERNAL"}),
    Row("draft:answer", "sent", ok=READERS["sent"], acts=READERS["sent"], data={"kind": "MEMO"}),
]

WRITING = [
    Row("draft:edit", D, ok=AUTHOR, acts=AUTHOR, data=typed(D)),
    Row("draft:edit", R, ok=READERS[R], acts=REVIEWER, data=typed(R)),
    Row("draft:edit", "proposed", ok=READERS["proposed"], data=typed("proposed")),
    Row("draft:edit", "received"),  # was never drafted here
    Row("draft:autosave", D, ok=AUTHOR, get=False, acts=AUTHOR, data=typed(D)),
    Row("draft:autosave", R, ok=READERS[R], get=False, acts=REVIEWER, data=typed(R)),
    Row("draft:settle", D, ok=AUTHOR, get=False),
    Row("draft:convert", D, ok=AUTHOR),
    Row("draft:convert", D, ok=AUTHOR, acts=AUTHOR, query={"kind": "NOTE"}, data={"kind": "NOTE"}, form=True),
    Row("draft:convert", R, ok=READERS[R], data={"kind": "NOTE"}),
    Row("draft:discard", D, ok=AUTHOR, acts=AUTHOR, data={}, form=True, settled=True),
    Row("draft:discard", R, ok=READERS[R], data={"reason": "ไม่ใช้แล้ว"}),
]

BESIDE = [
    Row("draft:attach", D, ok=AUTHOR, get=False, acts=AUTHOR, data=upload),
    Row("draft:attach", R, ok=READERS[R], get=False, acts=REVIEWER, data=upload),
    Row("draft:attach", "proposed", ok=READERS["proposed"], get=False, data=upload),
    Row("draft:enclosure_up", (D, "draft.second"), ok=AUTHOR, get=False, acts=AUTHOR, data={}, settled=True),
    Row("draft:enclosure_down", (D, "draft.enclosure"), ok=AUTHOR, get=False, acts=AUTHOR, data={}, settled=True),
    Row("draft:enclosure_remove", (D, "draft.enclosure"), ok=AUTHOR, get=False, acts=AUTHOR, data={}, settled=True),
    Row("draft:enclosure_remove", ("proposed", "proposed.enclosure"), ok=READERS["proposed"], get=False, data={}),
    Row(
        "draft:references",
        D,
        ok=AUTHOR,
        acts=AUTHOR,
        data={"sender": "กรมการปกครอง", "number": "มท 1/2", "dated": "1/10/2568"},
    ),
    Row("draft:references", R, ok=READERS[R], acts=REVIEWER, data=lambda s: {"target": s["numbered"]}),
    # Citing a letter one may not read: as if there were none.
    Row("draft:references", D, ok=AUTHOR, data=lambda s: {"target": s["received"]}, no=ABSENT),
    Row("draft:reference_remove", (D, "draft.reference"), ok=AUTHOR, get=False, acts=AUTHOR, data={}, settled=True),
    Row("draft:addressees", D, ok=AUTHOR, acts=AUTHOR, data=lambda s: {"units": [s["statistics.unit"]]}, settled=True),
    Row(
        "draft:addressees",
        R,
        ok=READERS[R],
        acts=REVIEWER,
        data=lambda s: {"units": [s["statistics.unit"]]},
        settled=True,
    ),
]

PAPER = [
    Row("draft:preview", D, ok=AUTHOR),
    Row("draft:preview", R, ok=READERS[R]),
    Row("draft:preview_image", (D, "draft.paper", 1), ok=AUTHOR),
    Row("draft:versions", D, ok=AUTHOR),
    Row("draft:versions", R, ok=READERS[R]),
    Row("draft:keep", D, ok=AUTHOR, acts=AUTHOR, data={"note": "ก่อนส่งตรวจ"}, form=True, settled=True),
    Row("draft:keep", R, ok=READERS[R], acts=REVIEWER, data={"note": "แก้แล้ว"}, form=True, settled=True),
    Row("draft:compare", D, ok=AUTHOR, query={"old": 1, "new": "now"}),
    Row("draft:compare", R, ok=READERS[R]),
    Row("draft:restore", (D, 1), ok=AUTHOR, data={}),
]

REVIEW = [
    Row("draft:review", D, ok=AUTHOR),
    Row("draft:review", R, ok=READERS[R]),
    Row("draft:review", "proposed", ok=READERS["proposed"]),
    Row("draft:review", "sent", ok=READERS["sent"]),
    Row("draft:comment", R, ok=READERS[R], get=False, acts=READERS[R], data={"text": "เห็นชอบ"}),
    Row("draft:comment", "proposed", ok=READERS["proposed"], get=False, data={"text": "เห็นชอบ"}),
    Row("draft:comment_done", (R, "review.comment"), ok=READERS[R], get=False, acts=READERS[R], data={}, settled=True),
    Row("draft:comment_reopen", (D, "draft.comment"), ok=AUTHOR, get=False, acts=AUTHOR, data={}, writes=False),
    # The draft has an open comment: the author says that he knows.
    Row(
        "draft:submit",
        D,
        ok=AUTHOR,
        acts=AUTHOR,
        data={"note": "เพื่อโปรดพิจารณา", "despite_remarks": "1"},
        form=True,
    ),
    Row("draft:submit", R, ok=READERS[R], data={"note": "เพื่อโปรดพิจารณา"}),
    Row("draft:pass", R, ok=READERS[R], acts=REVIEWER, data={"note": ""}, form=True, settled=True),
    Row("draft:return", R, ok=READERS[R], acts=REVIEWER, data={"note": "แก้ย่อหน้าแรก"}, form=True),
    Row("draft:recall", R, ok=READERS[R], acts=AUTHOR, data={}, form=True, settled=True),
    Row("draft:pass", D, ok=AUTHOR, data={"note": ""}),
]

ROWS = [*LISTS, *WRITING, *BESIDE, *PAPER, *REVIEW]
