"""Stock phrases of การเกษียน, as staff and executives write them."""

from __future__ import annotations

STAFF = (
    "เพื่อโปรดพิจารณาดำเนินการ",
    "เพื่อโปรดพิจารณา",
    "เพื่อโปรดพิจารณาอนุมัติ",
    "เพื่อโปรดพิจารณาอนุญาต",
    "เพื่อโปรดพิจารณาลงนาม",
    "เพื่อโปรดพิจารณาประชาสัมพันธ์",
    "เพื่อพิจารณา",
    "เพื่อโปรดทราบ",
    "เพื่อทราบ",
    "เพื่อส่งต่อไป",
    "เพื่อเก็บรวบรวมเรื่อง",
)
ASSIGN = "มอบ … ดำเนินการ"
EXECUTIVE = ("ทราบ", "อนุมัติ", "อนุญาต", "เห็นชอบ", "ลงนามแล้ว", "ดำเนินการ", ASSIGN)
_GAP = "…"


def composed(phrase: str, text: str, names: tuple[str, ...] = ()) -> str:
    """What is written: the chosen phrase, then the free text. In `มอบ … ดำเนินการ` the gap becomes the names given to."""
    words = " ".join(part for part in (phrase.strip(), text.strip()) if part)
    if names and ASSIGN in words:
        words = words.replace(ASSIGN, ASSIGN.replace(_GAP, ", ".join(names)), 1)
    return words
