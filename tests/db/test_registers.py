"""Registers: who sees which rows, columns of แบบที่ 13/14, filters, paging, days, print, XLSX and CSV, notes."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date, timedelta
from io import BytesIO, StringIO
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from audit.models import AuditEvent
from common.access import Refused
from common.rows import RegisterRow
from common.thai import local_date
from saraban import registers
from saraban.actions.entries import note_entry
from saraban.actions.numbers import void_number
from saraban.actions.receive import register_paper
from saraban.exports import cells_of, csv_lines, harmless
from saraban.models import RegisterEntry, RegisterFolder
from saraban.registers import RegisterFilter, counts_this_year, page_of, plain
from saraban.rows import register_row
from saraban.selectors import readable_folders
from saraban.workbook import xlsx_file
from tests.registry import numbered, received, sent
from tests.world import World

pytestmark = pytest.mark.django_db


def body(answer: object) -> bytes:
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def entry_of(letter_id: int) -> RegisterEntry:
    return RegisterEntry.objects.select_related("folder", "letter", "owner_unit").get(letter=letter_id)


def url(folder: RegisterFolder, tail: str = "") -> str:
    return reverse("saraban:register", args=[folder.pk]) + tail


@pytest.fixture
def folder(world: World) -> RegisterFolder:
    return world.folder("pte-send")


def test_a_unit_sees_its_own_rows_and_the_registrar_all(world: World, folder: RegisterFolder) -> None:
    """Annex ง: every unit may take a number in the province's send register and sees only its own letters."""
    numbered(world, subject="ของกลุ่มงานอำนวยการ")
    numbered(world, by="stat-clerk", subject="ของสถิติจังหวัด")
    shown = {who: world.client(who).get(url(folder)).content.decode() for who in ("province-registrar", "stat-clerk")}
    assert "ของกลุ่มงานอำนวยการ" in shown["province-registrar"]
    assert "ของสถิติจังหวัด" in shown["province-registrar"]
    assert "ของสถิติจังหวัด" in shown["stat-clerk"]
    assert "ของกลุ่มงานอำนวยการ" not in shown["stat-clerk"]


@pytest.mark.parametrize(
    "who", ["ministry-registrar", "ministry-clerk", "local-registrar", "superuser", "central-admin"]
)
def test_strangers_open_no_register(world: World, folder: RegisterFolder, who: str) -> None:
    client = world.client(who)
    tails = ("", "?day=2026-11-23", "print/", "export/csv/", "export/xlsx/")
    assert [client.get(url(folder, tail)).status_code for tail in tails] == [404] * len(tails)
    index = client.get(reverse("saraban:registers"))
    assert index.status_code == 200
    assert folder.name not in index.content.decode()


def test_every_row_a_register_shows_opens(world: World, folder: RegisterFolder) -> None:
    kept, voided = numbered(world), numbered(world)
    void_number(by=world.actor("province-registrar"), entry_id=entry_of(voided.pk).pk, reason="ผิด")
    for who in ("province-registrar", "clerk"):
        client = world.client(who)
        for letter in (kept, voided):
            assert client.get(reverse("saraban:letter", args=[letter.pk])).status_code == 200


def test_the_columns_of_the_two_forms(world: World, folder: RegisterFolder) -> None:
    [delivery] = sent(world, world.unit("PTE", "statistics"), addressee="สถิติจังหวัด", subject="เรื่อง ก")
    row = register_row(RegisterEntry.objects.get(letter=delivery.letter_id, folder=folder))
    assert (row.seq, row.number, row.dated) == ("1", delivery.letter.number, delivery.letter.letter_date)
    receipt = received(world, "stat-clerk", delivery, remark="แนบไม่ครบ")
    row = register_row(receipt)
    assert (row.seq, row.number, row.remark) == (receipt.number, delivery.letter.number, "แนบไม่ครบ")
    html = world.client("stat-clerk").get(url(receipt.folder)).content.decode()
    heads = ("เลขทะเบียนรับ", "ที่", "ลงวันที่", "จาก", "ถึง", "เรื่อง", "การปฏิบัติ", "หมายเหตุ")
    places = [html.index(f'scope="col">{head}<') for head in heads]
    assert places == sorted(places)


def test_a_voided_number_stays_struck_with_its_reason(world: World, folder: RegisterFolder) -> None:
    entry = entry_of(numbered(world).pk)
    void_number(by=world.actor("province-registrar"), entry_id=entry.pk, reason="พิมพ์ชื่อผิด")
    client = world.client("province-registrar")
    assert 'class="voided"' in client.get(url(folder)).content.decode()
    printed = client.get(url(folder, "print/")).content.decode()
    assert "พิมพ์ชื่อผิด" in printed
    assert 'class="voided"' in printed
    assert "พิมพ์ชื่อผิด" in body(client.get(url(folder, "export/csv/"))).decode("utf-8-sig")


def test_filters(world: World, folder: RegisterFolder) -> None:
    first = entry_of(numbered(world, subject="ประชุม ๑๒ ครั้ง", urgency=2).pk)
    second = entry_of(numbered(world, subject="งบประมาณ").pk)
    void_number(by=world.actor("province-registrar"), entry_id=second.pk, reason="ผิด")
    actor = world.actor("province-registrar")
    today = local_date(timezone.now())

    def found(**chosen: object) -> set[int]:
        return {one.pk for one in page_of(actor, folder, RegisterFilter(**chosen)).entries}  # type: ignore[arg-type]

    assert found(text="12 ครั้ง") == {first.pk}
    assert found(text="อำนวยการ", urgency=2) == {first.pk}
    assert found(text=second.number) == {second.pk}
    assert found(voided=True) == {second.pk}
    assert found(voided=False) == {first.pk}
    assert found(urgency=2) == {first.pk}
    assert found(since=today, until=today) == {first.pk, second.pk}
    assert found(since=today + timedelta(days=1)) == set()
    assert found(until=today - timedelta(days=1)) == set()
    assert found(text="%") == set()


def test_a_typed_date_filters_and_a_wrong_one_is_said(world: World, folder: RegisterFolder) -> None:
    numbered(world, subject="วันนี้")
    client = world.client("province-registrar")
    today = local_date(timezone.now())
    assert "วันนี้</a>" in client.get(url(folder, f"?since={today.day}/{today.month}/{today.year + 543}")).content.decode()
    assert "กรุณากรอกวันที่" in client.get(url(folder, "?since=เมื่อวาน")).content.decode()


def test_pages_follow_each_other_for_whole_and_own_readers(
    world: World, folder: RegisterFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registers, "PAGE", 2)
    for number in range(5):
        numbered(world, by="clerk" if number % 2 else "stat-clerk", subject=f"แผ่น {number}")
    for who, expected in (("province-registrar", 5), ("stat-clerk", 3)):
        for chosen in (RegisterFilter(), RegisterFilter(text="แผ่น")):
            seen: list[int] = []
            before = None
            while True:
                page = page_of(world.actor(who), folder, chosen, before)
                seen += [one.pk for one in page.entries]
                before = page.older
                if before is None:
                    break
            assert len(seen) == len(set(seen)) == expected
            assert seen == sorted(seen, reverse=True)


def test_past_the_window_the_register_goes_on(
    world: World, folder: RegisterFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registers, "WINDOW", 2)
    for subject in ("หายาก", "ข", "ค", "ง"):
        numbered(world, subject=subject)
    first = page_of(world.actor("province-registrar"), folder, RegisterFilter(text="หายาก"))
    assert (first.entries, first.goes_on) == ((), True)
    second = page_of(world.actor("province-registrar"), folder, RegisterFilter(text="หายาก"), first.older)
    assert [one.letter.subject for one in second.entries] == ["หายาก"]
    html = world.client("province-registrar").get(url(folder, "?q=หายาก")).content.decode()
    assert "ค้นต่อในรายการที่เก่ากว่า" in html


def test_one_day_is_oldest_first_under_its_heading(world: World, folder: RegisterFolder) -> None:
    numbered(world, subject="ก่อน")
    numbered(world, subject="หลัง")
    today = local_date(timezone.now())
    client = world.client("province-registrar")
    html = client.get(url(folder, f"?day={today.isoformat()}")).content.decode()
    assert f"วันที่ {today.day} เดือน " in html
    assert f"พ.ศ. {today.year + 543}" in html
    assert html.index("ก่อน</a>") < html.index("หลัง</a>")
    assert "ไม่มีรายการในวันนี้" in client.get(url(folder, "?day=2020-01-01")).content.decode()
    assert "กรุณากรอกวันที่" in client.get(url(folder, "?day=xx")).content.decode()


def test_print_is_one_sheet_a_day_in_thai_digits(world: World, folder: RegisterFolder) -> None:
    letter = numbered(world)
    html = world.client("province-registrar").get(url(folder, "print/")).content.decode()
    assert html.count('class="register-sheet"') == 1
    assert "แบบที่ ๑๔" in html
    assert letter.number.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")) in html


def test_counts_of_the_year(world: World, folder: RegisterFolder) -> None:
    numbered(world)
    numbered(world, by="stat-clerk")
    for who, expected in (("province-registrar", 2), ("stat-clerk", 1)):
        actor = world.actor(who)
        assert counts_this_year(actor, readable_folders(actor))[folder.pk] == expected


def test_exports_hold_only_what_the_actor_sees(world: World, folder: RegisterFolder) -> None:
    numbered(world, subject="ของคนอื่น")
    numbered(world, by="stat-clerk", subject="ของเรา")
    client = world.client("stat-clerk")
    answer = client.get(url(folder, "export/csv/"))
    raw = body(answer)
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(StringIO(raw.decode("utf-8-sig"))))
    assert rows[0][1:] == ["เลขทะเบียนส่ง", "ที่", "ลงวันที่", "จาก", "ถึง", "เรื่อง", "การปฏิบัติ", "หมายเหตุ"]
    assert [row[6] for row in rows[1:]] == ["ของเรา"]
    assert answer["Content-Disposition"].isascii()
    book = load_workbook(BytesIO(body(client.get(url(folder, "export/xlsx/")))))
    cells = [[cell.value for cell in row] for row in book.active.iter_rows()]  # type: ignore[union-attr]
    assert [row[6] for row in cells[1:]] == ["ของเรา"]
    assert AuditEvent.objects.filter(verb="register.export", subject_id=folder.pk).count() == 2
    assert client.get(url(folder, "export/exe/")).status_code == 404


def test_an_export_that_is_too_long_is_refused_with_a_sentence(
    world: World, folder: RegisterFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    from saraban.views import registers as views

    monkeypatch.setattr(views, "EXPORT_LIMIT", 1)
    numbered(world, subject="ก")
    numbered(world, subject="ข")
    answer = world.client("province-registrar").get(url(folder, "export/csv/"), follow=True)
    assert "โปรดเลือกช่วงวันที่ให้แคบลง" in answer.content.decode()
    assert not AuditEvent.objects.filter(verb="register.export").exists()
    one = world.client("province-registrar").get(url(folder, "export/csv/?q=ก&until=1/1/2560"))
    assert one.status_code == 200


HOSTILE = (
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    "＝1",
    "ปกติ=1",
    "a\x00b\x0bc",
    "1-1",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_is_a_formula(text: str) -> None:
    clean = harmless(text)
    assert not clean.startswith(("=", "+", "-", "@", "\t", "\r", "＝"))
    assert not clean.lstrip().startswith("=")
    assert "\x00" not in clean
    row = RegisterRow("1", date(2026, 1, 14), text, None, text, text, text, remark=text)
    raw = b"".join(csv_lines(("ก",), [row])).decode("utf-8-sig")
    for line in list(csv.reader(StringIO(raw)))[1:]:
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in line)
    book = load_workbook(xlsx_file("a/b:[x]", ("ก",), [row]))
    assert all(cell.data_type in ("s", "inlineStr", "n") for line in book.active.iter_rows() for cell in line)  # type: ignore[union-attr]


def test_ordinary_text_is_left_alone() -> None:
    row = RegisterRow(
        "1", date(2026, 1, 14), "ปท 0017/1", date(2026, 1, 14), "จาก", "ถึง", "เรื่อง", "ทำแล้ว", "เหตุ", voided=True
    )
    assert cells_of(row) == (
        "14 ม.ค. 2569",
        "1",
        "ปท 0017/1",
        "14 ม.ค. 2569",
        "จาก",
        "ถึง",
        "เรื่อง",
        "ทำแล้ว",
        "ยกเลิกเลข เหตุ",
    )
    assert harmless("ปท 0017/1") == "ปท 0017/1"


def test_what_was_done_is_noted_with_its_trail(world: World, folder: RegisterFolder) -> None:
    entry = entry_of(numbered(world).pk)
    client = world.client("province-registrar")
    edit = reverse("saraban:entry_edit", args=[entry.pk])
    assert edit in client.get(url(folder)).content.decode()
    back = url(folder, "?q=x")
    answer = client.post(edit, {"once": uuid4(), "action_taken": "ส่งแล้ว", "remark": "ด้วยมือ", "back": back})
    assert answer["Location"] == back
    entry.refresh_from_db()
    assert (entry.action_taken, entry.remark) == ("ส่งแล้ว", "ด้วยมือ")
    [line] = AuditEvent.objects.filter(verb="entry.note")
    assert line.detail == {"before": {"action_taken": "", "remark": ""}}
    away = client.post(edit, {"once": uuid4(), "action_taken": "ก", "remark": "", "back": "https://evil.example/"})
    assert away["Location"] == url(folder)
    assert client.post(edit, {"once": uuid4(), "action_taken": "ก" * 301, "remark": ""}).status_code == 422


def test_only_registrars_note(world: World, folder: RegisterFolder) -> None:
    entry = entry_of(numbered(world).pk)
    for who in ("stat-clerk", "ministry-registrar", "superuser"):
        with pytest.raises(Refused):
            note_entry(by=world.actor(who), entry_id=entry.pk, action_taken="ก", remark="")
    note_entry(by=world.actor("clerk"), entry_id=entry.pk, action_taken="เจ้าของเรื่องจดได้", remark="")
    note_entry(by=world.actor("clerk"), entry_id=entry.pk, action_taken="เจ้าของเรื่องจดได้", remark="")
    assert AuditEvent.objects.filter(verb="entry.note").count() == 1


def test_paper_stands_in_its_register(world: World) -> None:
    folder = world.folder("pte-receive")
    entry = register_paper(
        by=world.actor("province-registrar"), folder_id=folder.pk, subject="ก", sender="ข", number="1/2569",
        letter_date=date(2026, 1, 14), addressee="ค", document=None,
    )  # fmt: skip
    row = register_row(entry)
    assert (row.seq, row.number, row.sender, row.addressee) == (entry.number, "1/2569", "ข", "ค")


@pytest.mark.parametrize(("typed", "kept"), [("ดศ ๐๒๐๑/๑", "ดศ 0201/1"), ("  PDF   ก ", "pdf ก"), ("น้ํา", "น้ำ")])
def test_how_text_is_compared(typed: str, kept: str) -> None:
    assert plain(typed) == plain(kept)


def test_registers_do_not_ask_per_row(world: World, folder: RegisterFolder) -> None:
    for who in ("province-registrar", "stat-clerk"):
        client = world.client(who)
        counts: list[int] = []
        for rows in (1, 3):
            for _ in range(rows):
                numbered(world, by="stat-clerk")
            client.get(url(folder))
            with CaptureQueriesContext(connection) as queries:
                for tail in _pages():
                    client.get(url(folder, tail))
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 20 * len(list(_pages()))


def _pages() -> Iterable[str]:
    today = local_date(timezone.now()).isoformat()
    return ("", "?q=ราย", f"?day={today}", "print/")
