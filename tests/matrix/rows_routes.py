"""The matrix of routes: looked at by whoever reads the letter, changed by its maker and by whoever has its turn."""

from __future__ import annotations

from tests.matrix.cast import AUTHOR, READERS, SIGNER
from tests.matrix.probe import Row
from tests.matrix.rows_intray import ASKED, READ, ROUTER, to_division
from tests.matrix.stage import Stage

ON = ("received", "received.step")
CHANGING = ROUTER | ASKED


def another_signer(stage: Stage) -> dict[str, object]:
    return {"to": [f"p{stage.world.post('PTE', 'vice1').pk}"], "after": 1, "text": "ให้ลงนามร่วม"}


ROWS = [
    Row(
        "intray:route",
        ("received", "received.route"),
        ok=READ,
        acts=CHANGING,
        data=lambda s: {"to": to_division(s), "purpose": "OPINION", "turn": "1.5", "text": "ขอความเห็นเพิ่มเติม"},
    ),
    Row(
        "intray:skip",
        ON,
        ok=READ,
        acts=CHANGING,
        data={"ordered_by": "รัฐมนตรีว่าการกระทรวง", "text": "ให้ดำเนินการต่อโดยไม่รอ"},
    ),
    Row(
        "intray:redirect",
        ON,
        ok=READ,
        acts=CHANGING,
        data=lambda s: {"to": to_division(s), "text": "มอบกองที่เกี่ยวข้อง"},
    ),
    Row("intray:excuse", ON, ok=READ, data={"text": "ไม่เกี่ยวข้อง"}),  # nobody leads there
    Row("intray:add_signer", "proposed", ok=READERS["proposed"], acts=AUTHOR | SIGNER, data=another_signer),
]
