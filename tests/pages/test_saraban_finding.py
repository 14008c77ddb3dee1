"""All letters and the search: only what may be read, Thai digits as Arabic, honest about its window."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from saraban import finding
from saraban.finding import LetterFilter, letters_of
from saraban.views.finding import marked
from tests.registry import central, numbered, sent
from tests.story import bare_signed
from tests.world import World

pytestmark = pytest.mark.django_db


def found(world: World, who: str, query: str, name: str = "search") -> str:
    answer = world.client(who).get(reverse(f"saraban:{name}") + f"?{query}")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("query", ["q=ไตรมาสที่ 4", "q=ไตรมาสที่ ๔", "q=รมาส", "q=%E0%B9%96%E0%B9%92", "q=62"])
def test_any_part_is_found_whichever_digits(world: World, query: str) -> None:
    bare_signed(world.actor("clerk"), world.folder("pte-send"), subject="รายงานผลไตรมาสที่ ๔ ปี 62")
    html = found(world, "clerk", query)
    assert "<mark>" in html
    assert "ปี" in html


@pytest.mark.parametrize("who", ["stat-clerk", "ministry-registrar", "superuser", "central-admin", "local-clerk"])
def test_what_may_not_be_read_is_not_found(world: World, who: str) -> None:
    letter = numbered(world, subject="เรื่องเฉพาะกลุ่มงาน")
    assert "เรื่องเฉพาะกลุ่มงาน" not in found(world, who, "q=เฉพาะกลุ่มงาน")
    assert "เรื่องเฉพาะกลุ่มงาน" not in found(world, who, "", "all")
    assert letter.number not in found(world, who, f"q={letter.number}").replace(f"“{letter.number}”", "").replace(
        f'value="{letter.number}"', ""
    )


def test_short_and_empty_questions(world: World) -> None:
    assert "คำค้นสั้นเกินไป" in found(world, "clerk", "q=ก")
    assert "พิมพ์คำที่ต้องการค้น" in found(world, "clerk", "")
    assert "ไม่พบหนังสือ" in found(world, "clerk", "q=ไม่มีเรื่องนี้แน่นอน")


def test_signs_of_like_are_letters(world: World) -> None:
    bare_signed(world.actor("clerk"), world.folder("pte-send"), subject="ลดลง 50% จากเดิม_ก")
    bare_signed(world.actor("clerk"), world.folder("pte-send"), subject="ลดลง 50 บาท")
    html = found(world, "clerk", "q=50%25")
    assert "จากเดิม" in html
    assert "50 บาท" not in html


def test_filters_narrow(world: World) -> None:
    numbered(world, subject="เรื่องด่วน", urgency=3)
    numbered(world, subject="เรื่องธรรมดา")
    html = found(world, "clerk", "urgency=3&state=NUMBERED&way=out", "all")
    assert "เรื่องด่วน" in html
    assert "เรื่องธรรมดา" not in html
    assert "กรองอยู่" in html
    assert "เรื่องด่วน" not in found(world, "clerk", "state=CLOSED", "all")
    assert "เรื่องด่วน" not in found(world, "clerk", "until=1/1/2560", "all")
    wrong = found(world, "clerk", "since=31/02/2569", "all")
    assert "ไม่มีวันที่" in wrong
    assert "เรื่องด่วน" in wrong


def test_received_letters_are_in(world: World) -> None:
    [delivery] = sent(world, central(world, "MDES"), kind="EXTERNAL", subject="ถึงกระทรวง")
    assert delivery.received is not None
    assert "ถึงกระทรวง" in found(world, "ministry-registrar", "way=in", "all")
    assert "ถึงกระทรวง" not in found(world, "ministry-registrar", "way=out", "all")


def test_past_the_window_the_page_says_so_and_goes_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "WINDOW", 2)
    letters = [
        bare_signed(world.actor("clerk"), world.folder("pte-send"), subject=name)
        for name in ("หายาก", "ก1", "ก2", "ก3")
    ]
    first = letters_of(world.actor("clerk"), LetterFilter(text="หายาก"))
    assert first.goes_on
    assert first.older is not None
    assert not first.letters
    second = letters_of(world.actor("clerk"), LetterFilter(text="หายาก"), first.older)
    assert [one.pk for one in second.letters] == [letters[0].pk]
    assert "ค้นต่อในเรื่องที่เก่ากว่า" in found(world, "clerk", "q=หายาก")


def test_pages_follow_each_other_without_gap_or_double(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "PAGE", 2)
    made = {bare_signed(world.actor("clerk"), world.folder("pte-send"), subject=f"หน้า {n}").pk for n in range(5)}
    for chosen in (LetterFilter(), LetterFilter(text="หน้า")):
        seen: list[int] = []
        before = None
        while True:
            page = letters_of(world.actor("clerk"), chosen, before)
            seen += [one.pk for one in page.letters]
            before = page.older
            if before is None:
                break
        assert len(seen) == len(set(seen))
        assert made <= set(seen)
        assert seen == sorted(seen, reverse=True)


@pytest.mark.parametrize("cursor", ["abc", "-1", "9" * 40, "", "1.5"])
def test_a_broken_cursor_is_the_first_page(world: World, cursor: str) -> None:
    bare_signed(world.actor("clerk"), world.folder("pte-send"), subject="หน้าแรก")
    assert "หน้าแรก" in found(world, "clerk", f"before={cursor}", "all")


@pytest.mark.parametrize(
    ("text", "wanted", "shown"),
    [
        ("<b>ไทย</b>", "ไทย", "&lt;b&gt;<mark>ไทย</mark>&lt;/b&gt;"),
        ("ปี ๒๕๖๙", "2569", "ปี <mark>๒๕๖๙</mark>"),
        ("PDF pdf", "Pdf", "<mark>PDF</mark> <mark>pdf</mark>"),
        ("<script>", "<script>", "<mark>&lt;script&gt;</mark>"),
    ],
)
def test_marks_stand_around_escaped_text(text: str, wanted: str, shown: str) -> None:
    assert str(marked(text, wanted)) == shown


def test_lists_do_not_ask_per_row(world: World) -> None:
    client = world.client("province-registrar")
    counts = []
    for rows in (1, 4):
        for _ in range(rows):
            numbered(world)
        client.get(reverse("saraban:all"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("saraban:all"))
            client.get(reverse("saraban:search") + "?q=ราย")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 40
