"""The matrix of classified letters: class and readers of a draft, papers of ชั้นลับที่สุด."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from tests.matrix.cast import AUTHOR, EVERYBODY, PROVINCE, SIGNER, Names
from tests.matrix.probe import Row
from tests.matrix.stage import Stage

SECRET_REGISTRAR: Names = frozenset({"secret-registrar"})
SECRET_READERS = SIGNER | SECRET_REGISTRAR
S = "secretdraft"


def paper(stage: Stage) -> dict[str, Any]:
    """A paper as it is asked for."""
    return {
        "once": str(uuid4()),
        "folder": stage.world.folder("pte-secret-send").pk,
        "from_post": "ผู้ว่าราชการจังหวัด",
        "to_posts": "ปลัดกระทรวงมหาดไทย",
        "dated": "1/1/2569",
        "copies": "2",
    }


def reader(stage: Stage) -> dict[str, Any]:
    """A post whose holder is cleared."""
    return {"position": stage.world.post("PTE", "vice1").pk, "why": "ร่วมพิจารณา"}


ROWS = [
    Row("draft:access", "draft", ok=AUTHOR, data={"secrecy": "1", "reason": "มีข้อมูลลับ"}),  # its author is not cleared
    Row("draft:access", S, ok=SECRET_READERS, acts=SIGNER, data={"secrecy": "2", "reason": "เสียหายร้ายแรง"}),
    Row("draft:edit", S, ok=SECRET_READERS),
    Row("draft:preview", S, ok=SECRET_READERS),
    Row("draft:reader_add", S, ok=SECRET_READERS, get=False, acts=SIGNER, data=reader),
    Row("draft:reader_remove", (S, f"{S}.reader"), ok=SECRET_READERS, get=False, acts=SIGNER, data={"why": "หมดเหตุ"}),
    Row("saraban:secret_paper_ask", ok=EVERYBODY, acts=PROVINCE, data=paper),
    Row("saraban:secret_papers", ok=SECRET_REGISTRAR, acts=SECRET_REGISTRAR, data=paper),
    Row(
        "saraban:secret_paper_enter",
        "secretpaper",
        ok=SECRET_REGISTRAR,
        get=False,
        acts=SECRET_REGISTRAR,
        data={},
        settled=True,
    ),
]
