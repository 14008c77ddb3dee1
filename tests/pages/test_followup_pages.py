"""ติดตามงาน as pages: the list, one press, many at once, files, the way back, and what a secretary sees."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from intray import actions
from intray.models import Chase, RoutingStep
from tests.classified import classified
from tests.tray import routed, to_post, to_unit
from tests.world import World

pytestmark = pytest.mark.django_db
SENDER = "province-registrar"
LIST, CHASE = reverse("intray:followup"), reverse("intray:chase")


def given(world: World, **facts: Any) -> RoutingStep:
    [step] = routed(world, to_post(world.post("PTE", "governor")), **facts)
    return step


def test_the_page_says_who_has_it_since_when_and_whether_it_was_opened(world: World) -> None:
    given(world, subject="ขอข้อมูลน้ำท่วม", due_at=timezone.now() - timedelta(days=2))
    page = world.client(SENDER).get(LIST, {"q": "ขอข้อมูลน้ำท่วม"}).content.decode()
    for words in ("ขอข้อมูลน้ำท่วม", "ยังไม่เปิดอ่าน", "เกิน 2 วัน", "ทวงถาม", world.post("PTE", "governor").label):
        assert words in page


def test_one_press_asks_and_returns_to_the_same_list(world: World) -> None:
    step = given(world, subject="กดครั้งเดียว")
    client = world.client(SENDER)
    answer = client.post(CHASE, {"step": step.pk, "back": "state=unopened&sort=new"})
    assert answer["Location"] == f"{LIST}?state=unopened&sort=new"
    page = client.get(LIST, {"q": "กดครั้งเดียว"}).content.decode()
    assert "ทวงแล้ว 1 ครั้ง" in page
    assert "ทวงได้อีกครั้งในวันทำการถัดไป" in page
    client.post(CHASE, {"step": step.pk})
    assert Chase.objects.filter(step=step).count() == 1
    letter = client.get(reverse("saraban:letter", args=[step.letter_id])).content.decode()
    assert f"ทวงถาม {step.place}" in letter


def test_several_at_once_with_a_word(world: World) -> None:
    first = given(world)
    [second] = routed(world, to_unit(world.unit("PTE", "statistics")))
    done = given(world)
    actions.acknowledge(by=world.actor("governor"), step_id=done.pk)
    client = world.client(SENDER)
    answer = client.post(CHASE, {"step": [first.pk, second.pk, done.pk], "note": "เร่งด่วน"}, follow=True)
    page = answer.content.decode()
    assert "ทวงถามแล้ว 2 ราย" in page and "ทวงถามไม่ได้ 1 ราย" in page
    assert set(Chase.objects.values_list("note", flat=True)) == {"เร่งด่วน"}


@pytest.mark.parametrize("typed", [[], ["x"], ["9" * 40], [str(2**40)]])
def test_nothing_that_can_be_asked_for_is_a_sentence(world: World, typed: list[str]) -> None:
    page = world.client(SENDER).post(CHASE, {"step": typed}, follow=True)
    assert page.status_code == 200
    assert "ไม่พบหนังสือ" in page.content.decode() or "โปรดเลือกผู้รับ" in page.content.decode()


def test_the_way_back_leads_nowhere_else(world: World) -> None:
    answer = world.client(SENDER).post(CHASE, {"back": "https://example.org/?a=b"})
    assert answer["Location"].startswith(LIST)


def test_a_secretary_reads_the_list_and_presses_nothing(world: World) -> None:
    step = given(world)
    actions.forward(by=world.actor("governor"), step_id=step.pk, targets=[to_post(world.post("PTE", "clerk"))])
    page = world.client("secretary").get(LIST).content.decode()
    assert "ทวงถามแทนไม่ได้" in page


def test_files_hold_the_filtered_lines(world: World) -> None:
    given(world, subject="ในแฟ้มส่งออก", number="ก 7/7")
    given(world, subject="นอกตัวกรอง")
    client = world.client(SENDER)
    answer = client.get(reverse("intray:followup_export", args=["csv"]), {"q": "ในแฟ้มส่งออก"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert "ก 7/7" in text and "นอกตัวกรอง" not in text
    answer = client.get(reverse("intray:followup_export", args=["xlsx"]), {"q": "ในแฟ้มส่งออก"})
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    assert [cell.value for cell in book.worksheets[0][2]][:3:2] == ["ก 7/7", "ในแฟ้มส่งออก"]
    assert client.get(reverse("intray:followup_export", args=["pdf"])).status_code == 404


def test_a_classified_subject_stands_neither_on_the_page_nor_in_a_file(world: World) -> None:
    step = given(world, subject="เรื่องที่ปกปิด")
    classified(step.letter, 1, by=world.actor("governor"))
    client = world.client(SENDER)
    assert "เรื่องที่ปกปิด" not in client.get(LIST).content.decode()
    answer = client.get(reverse("intray:followup_export", args=["csv"]))
    assert "เรื่องที่ปกปิด" not in b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]


def test_empty_states(world: World) -> None:
    client = world.client(SENDER)
    assert "ไม่พบเรื่องตามตัวกรอง" in client.get(LIST, {"q": "ไม่มีแน่นอน"}).content.decode()
    assert "ไม่มีเรื่องให้ติดตาม" in world.client("auditor").get(LIST).content.decode()


def test_only_one_menu_entry_is_this_page(world: World) -> None:
    page = world.client(SENDER).get(LIST).content.decode()
    rail = page[page.index('class="nav"') : page.index("</nav>")]
    assert rail.count('aria-current="page"') == 1


def test_the_letter_page_knows_the_way_back(world: World) -> None:
    step = given(world, subject="ทางกลับ")
    client = world.client(SENDER)
    url = reverse("saraban:letter", args=[step.letter_id])
    page = client.get(url, {"from": "followup", "q": "ทางกลับ"}).content.decode()
    assert "ติดตามงาน" in page and f"{LIST}?q=" in page


def test_a_page_costs_the_same_for_one_and_for_many(world: World) -> None:
    client = world.client(SENDER)
    given(world)
    client.get(LIST)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(LIST)
    for _ in range(12):
        given(world)
    with CaptureQueriesContext(connection) as many:
        client.get(LIST)
    assert len(many) == len(few) <= 20
