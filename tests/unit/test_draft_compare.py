"""Comparison of versions word by word: Thai words, rows of tables, and long bodies in bounded time."""

from __future__ import annotations

import random
import time

import pytest

from draft.selectors.compare import _lines
from draft.words import ADDED, REMOVED, SAME, Run, compare_blocks, compare_words, segment

WORDS = [
    "จังหวัด",
    "ประชุม",
    "คณะทำงาน",
    "งบประมาณ",
    "ดำเนินการ",
    "รายงาน",
    "ขอให้",
    "หน่วยงาน",
    "ส่ง",
    "ภายใน",
    "๑๒,๓๔๕",
    "บาท",
    "เพื่อ",
    "โปรด",
    "ทราบ",
    "และ",
]
PATIENCE = 40  # seconds: some of them load Pango, and machines are shared; a quadratic comparison takes many minutes


def text(words: int, seed: int) -> str:
    chosen = random.Random(seed)
    return "".join(chosen.choice(WORDS) for _ in range(words))


def said(runs: list[Run], *kinds: str) -> str:
    return "".join(run.text for run in runs if run.kind in kinds)


def test_thai_is_cut_between_words_and_nothing_is_lost() -> None:
    line = "คณะทำงานขับเคลื่อนรัฐบาลดิจิทัลจัดประชุม"
    assert "".join(segment(line)) == line and "ประชุม" in segment(line)


@pytest.mark.parametrize(
    ("old", "new", "removed", "added"),
    [
        ("ให้หน่วยงานส่งรายงาน", "ให้หน่วยงานส่งแผน", "รายงาน", "แผน"),
        ("จำนวน ๑๒,๓๔๕ บาท", "จำนวน ๑๒,๓๕๔ บาท", "๑๒,๓๔๕", "๑๒,๓๕๔"),
        ("น้ำท่วม", "น้ำท่วม", "", ""),
        ("", "ทั้งหมดใหม่", "", "ทั้งหมดใหม่"),
    ],
)
def test_whole_words_change(old: str, new: str, removed: str, added: str) -> None:
    runs = compare_words(old, new)
    assert (said(runs, REMOVED), said(runs, ADDED)) == (removed, added)
    assert said(runs, SAME, REMOVED) == old and said(runs, SAME, ADDED) == new


def test_a_changed_cell_marks_its_row_only() -> None:
    row = "<tr><td>{}</td><td>{}</td></tr>"
    old, new = (
        "<table><tbody>" + "".join(row.format(at, amount) for at, amount in rows) + "</tbody></table>"
        for rows in ([(1, "100"), (2, "200"), (3, "300")], [(1, "100"), (2, "250"), (3, "300")])
    )
    shown = compare_blocks(_lines(old), _lines(new))
    assert len(shown) == 3 and [any(run.kind != SAME for run in runs) for runs in shown] == [False, True, False]
    assert (said(shown[1], REMOVED), said(shown[1], ADDED)) == ("200", "250")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ([text(12_000, 1)], [text(12_000, 2)]),
        ([text(300, at) for at in range(60)], [text(300, 100 + at) for at in range(60)]),
        ([text(30, at) for at in range(2_000)], [text(30, at if at % 9 else -at) for at in range(2_000)]),
        (["ก"] * 6_000 + ["ข"], ["ข"] + ["ก"] * 6_000),
        ([text(900, at) for at in range(50)], [text(900, 99 + at) for at in range(50)]),
    ],
)
def test_long_bodies_are_compared_in_bounded_time_and_lose_nothing(old: list[str], new: list[str]) -> None:
    began = time.monotonic()
    shown = compare_blocks(old, new)
    assert time.monotonic() - began < PATIENCE
    assert "".join(said(runs, SAME, ADDED) for runs in shown) == "".join(new)
    assert "".join(said(runs, SAME, REMOVED) for runs in shown) == "".join(old)
