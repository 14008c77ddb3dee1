"""The matrix of papers made elsewhere: uploading, their pages and places, and the draft as a Word document."""

from __future__ import annotations

from typing import Any

from tests.matrix.cast import AUTHOR, READERS, Names
from tests.matrix.probe import Row
from tests.matrix.rows_draft import _Again
from tests.matrix.stage import Stage

REVIEWER: Names = frozenset({"office-head"})
D, R, F = "draft", "review", "filed"
FILED = (F, "filed.upload")


def file(stage: Stage) -> dict[str, Any]:
    """A PDF of its own for every visitor."""
    return {"file": _Again("หนังสือ.pdf")}


def put(stage: Stage) -> dict[str, Any]:
    """Places on the staged paper, moved a little."""
    places = {
        "signer-1": (1, 90, 205, 72, 22),
        "registry-number": (1, 36, 38, 58, 8),
        "registry-date": (1, 110, 38, 55, 8),
    }
    names = ("page", "left", "top", "width", "height")
    numbers = {
        f"{place}-{name}": str(value) for place, box in places.items() for name, value in zip(names, box, strict=True)
    }
    return {"upload": str(stage["filed.upload"]), **numbers}


ROWS = [
    Row("draft:paper", D, ok=AUTHOR, acts=AUTHOR, data=file),
    Row("draft:paper", R, ok=READERS[R], acts=REVIEWER, data=file),
    Row("draft:paper", "proposed", ok=READERS["proposed"], data=file),
    Row("draft:paper", "received"),
    Row("draft:paper_state", F, ok=AUTHOR),
    Row("draft:paper_original", FILED, ok=AUTHOR),
    Row("draft:paper_original", (D, "filed.upload")),
    Row("draft:paper_image", (*FILED, 1), ok=AUTHOR),
    Row("draft:paper_image", (D, "filed.upload", 1)),
    Row("draft:paper_aside", F, ok=AUTHOR, get=False, acts=AUTHOR, data={}, settled=True),
    Row("draft:paper_use", (F, "filed.former"), ok=AUTHOR, get=False, acts=AUTHOR, data={}, settled=True),
    Row("draft:paper_retry", (F, "filed.former"), ok=AUTHOR, get=False, acts=AUTHOR, data={}, settled=True),
    Row("draft:places", F, ok=AUTHOR, acts=AUTHOR, data=put),
    Row("draft:docx", D, ok=AUTHOR),
    Row("draft:docx", R, ok=READERS[R]),
]
