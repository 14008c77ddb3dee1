"""Pages of drafts: who opens them, in how few queries, and what they show."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from draft.actions.comments import comment
from draft.actions.review import return_draft
from draft.actions.versions import keep_version
from saraban.models import LetterStatus
from tests.drafting import content_of, enclose, form_of, in_review, rewrite, url, written
from tests.story import province_memo
from tests.world import World

pytestmark = pytest.mark.django_db

OF_A_DRAFT = [
    "edit",
    "review",
    "submit",
    "preview",
    "versions",
    "keep",
    "compare",
    "references",
    "addressees",
    "convert",
    "discard",
]
POSTED = [
    "edit",
    "autosave",
    "settle",
    "attach",
    "references",
    "addressees",
    "comment",
    "submit",
    "pass",
    "return",
    "recall",
    "convert",
    "discard",
    "keep",
]


@pytest.mark.parametrize("name", OF_A_DRAFT)
def test_a_stranger_finds_nothing(world: World, name: str) -> None:
    letter = written(world.actor("clerk"))
    for who in ("stat-clerk", "ministry-clerk", "province-admin", "central-admin", "superuser"):
        assert world.client(who).get(url(name, letter.pk)).status_code == 404, who


@pytest.mark.parametrize("name", POSTED)
def test_a_stranger_changes_nothing(world: World, name: str) -> None:
    letter = written(world.actor("clerk"))
    before = content_of(letter)
    answer = world.client("stat-clerk").post(
        url(name, letter.pk), form_of(letter, subject="ของคนแปลกหน้า", note="x", reason="x")
    )
    assert answer.status_code == 404
    letter.refresh_from_db()
    assert content_of(letter) == before and letter.status == LetterStatus.DRAFT


@pytest.mark.parametrize("name", OF_A_DRAFT)
def test_the_author_opens_every_page_in_few_queries(
    world: World, name: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    by, client = world.actor("clerk"), world.client("clerk")
    letter = written(by)
    enclose(by, letter, *(f"เอกสาร {n}.txt" for n in range(12)))
    for n in range(4):
        rewrite(by, letter, subject=f"เรื่อง {n}")
        keep_version(by=by, letter_id=letter.pk)
    client.get(url(name, letter.pk))
    with django_assert_max_num_queries(24):
        assert client.get(url(name, letter.pk)).status_code == 200


def test_the_list_costs_the_same_for_many(world: World, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    client = world.client("clerk")
    for n in range(33):
        written(world.actor("clerk"), subject=f"เรื่องที่ {n:02}")
    with django_assert_max_num_queries(20):
        page = client.get(url("list")).content.decode()
    assert page.count("data-row") == 30 and "เรื่องที่ 32" in page
    older = re.search(r'href="(\?[^"]+)" rel="next"', page)
    assert older
    second = client.get(url("list") + older[1].replace("&amp;", "&")).content.decode()
    assert second.count("data-row") == 3 and "เรื่องที่ 00" in second and 'rel="prev"' in second


@pytest.mark.parametrize("sort", ["new", "due", "urgent"])
def test_paging_there_and_back_shows_every_draft_once(world: World, sort: str) -> None:
    client, by = world.client("clerk"), world.actor("clerk")
    for n in range(35):
        written(by, subject=f"เรื่องที่ {n:02}", urgency=n % 4, due=f"{n % 7 + 1}/1/2580" if n % 3 else "")

    def rows(address: str) -> tuple[list[str], str | None, str | None]:
        page = client.get(url("list") + address.replace("&amp;", "&")).content.decode()
        links = [re.search(rf'href="(\?[^"]+)" rel="{rel}"', page) for rel in ("next", "prev")]
        older, newer = (link[1] if link else None for link in links)
        return re.findall(r"data-row>(เรื่องที่ \d\d)", page), older, newer

    first, older, newer = rows(f"?sort={sort}")
    assert newer is None and older
    second, end, back = rows(older)
    assert len(set(first + second)) == 35 and end is None and back
    assert rows(back)[0] == first


def test_tabs_follow_the_draft(world: World) -> None:
    letter = in_review(world, "office-head")

    def shown(who: str, tab: str) -> bool:
        return url("edit", letter.pk) in world.client(who).get(url("list"), {"tab": tab}).content.decode()

    assert [tab for tab in ("mine", "review", "sent", "returned") if shown("clerk", tab)] == ["sent"]
    assert [tab for tab in ("mine", "review", "sent", "returned") if shown("office-head", tab)] == ["review"]
    return_draft(by=world.actor("office-head"), letter_id=letter.pk, reason="แก้")
    assert shown("clerk", "returned") and not shown("clerk", "sent")
    assert not any(shown("stat-clerk", tab) for tab in ("mine", "review", "sent", "returned", "proposed", "discarded"))


@pytest.mark.parametrize(
    "query",
    ["?tab=ไม่มี", "?after=abc", "?after=99999999999999999999", "?sort=x&kind=y&urgency=z", "?q=%00", "?before=1"],
)
def test_odd_addresses_are_harmless(world: World, query: str) -> None:
    assert world.client("clerk").get(url("list") + query).status_code == 200


def test_an_unreadable_letter_is_not_answered(world: World) -> None:
    letter = written(world.actor("clerk"))
    assert world.client("stat-clerk").get(url("answer", letter.pk)).status_code == 404
    assert world.client("stat-clerk").get(url("new"), {"answers": letter.pk}).status_code == 404


def test_sending_shows_what_is_missing_and_does_it_once_ready(world: World) -> None:
    client, by = world.client("clerk"), world.actor("clerk")
    letter = written(by, subject="")
    page = client.get(url("submit", letter.pk)).content.decode()
    assert "โปรดกรอกเรื่อง" in page and f'href="{url("edit", letter.pk)}#subject"' in page
    assert client.post(url("submit", letter.pk), {"note": "เสนอ"}).status_code == 422
    rewrite(by, letter, subject="ครบแล้ว")
    assert client.post(url("submit", letter.pk), {"note": "เสนอ"}).status_code == 302
    letter.refresh_from_db()
    assert letter.status == LetterStatus.PROPOSED
    page = client.get(url("review", letter.pk)).content.decode()
    assert reverse("intray:recall_proposal", args=[letter.pk]) in page


def test_a_reviewer_decides_on_pages_and_a_return_keeps_what_was_typed(world: World) -> None:
    letter = in_review(world, "office-head")
    client = world.client("office-head")
    assert url("pass", letter.pk) in client.get(url("review", letter.pk)).content.decode()
    assert client.post(url("return", letter.pk), {"note": "  "}).status_code == 422
    assert client.post(url("return", letter.pk), {"note": "แก้ตัวเลข"}).status_code == 302
    page = world.client("clerk").get(url("edit", letter.pk)).content.decode()
    assert "ตีกลับให้แก้ไข" in page and "แก้ตัวเลข" in page
    assert client.post(url("pass", letter.pk)).status_code == 403


def test_who_may_not_write_is_led_to_the_reading_page(world: World) -> None:
    letter = in_review(world, "office-head")
    client = world.client("clerk")
    assert client.get(url("edit", letter.pk)).headers["Location"] == url("review", letter.pk)
    page = client.get(url("review", letter.pk)).content.decode()
    assert url("recall", letter.pk) in page and url("pass", letter.pk) not in page
    answer = client.post(url("edit", letter.pk), form_of(letter, subject="แก้ระหว่างตรวจ"))
    assert answer.status_code == 403 and "แก้ระหว่างตรวจ" in answer.content.decode()


def test_a_refused_comment_stays_in_its_box(world: World) -> None:
    letter = in_review(world, "office-head")
    client = world.client("office-head")
    answer = client.post(url("comment", letter.pk), {"text": "ความเห็นยาว ๆ", "quote": "ไม่มีคำนี้ในร่าง"})
    assert answer.status_code == 422 and "ความเห็นยาว ๆ</textarea>" in answer.content.decode()
    made = comment(by=world.actor("office-head"), letter_id=letter.pk, text="<script>alert(1)</script>", quote="ประชุม")
    page = client.get(url("review", letter.pk)).content.decode()
    assert "<script>alert(1)" not in page and "&lt;script&gt;" in page
    assert client.post(url("comment_done", letter.pk, made.pk)).status_code == 302
    assert client.post(url("comment_done", letter.pk, made.pk + 99)).status_code == 404


def test_the_preview_is_made_of_pages_and_old_pages_are_gone(world: World) -> None:
    client, by = world.client("clerk"), world.actor("clerk")
    letter = written(by)
    panel = client.get(url("preview", letter.pk), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in panel
    image = re.search(r'<img src="([^"]+\.png)"', panel)
    assert image
    answer = client.get(image[1])
    assert answer.status_code == 200 and answer.content.startswith(b"\x89PNG")
    assert "private" in answer.headers["Cache-Control"]
    assert client.get(image[1].replace("/1.png", "/9.png")).status_code == 404
    assert world.client("stat-clerk").get(image[1]).status_code == 404
    rewrite(by, letter, subject="เปลี่ยนแล้ว")
    assert client.get(image[1]).status_code == 404


def test_the_preview_works_while_redis_is_down(world: World, settings: Settings) -> None:
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}
    letter = written(world.actor("clerk"))
    assert world.client("clerk").get(url("preview", letter.pk)).status_code == 200


def test_a_comparison_shows_words_and_escapes_them(world: World) -> None:
    client, by = world.client("clerk"), world.actor("clerk")
    letter = written(by)
    keep_version(by=by, letter_id=letter.pk)
    rewrite(by, letter, subject="<img src=x onerror=alert(1)>", body="<p>ด้วยจังหวัดจะจัดสัมมนาคณะทำงาน</p>")
    page = client.get(url("compare", letter.pk)).content.decode()
    assert "<del>ประชุม</del><ins>สัมมนา</ins>" in page and "<img src=x" not in page
    assert client.get(url("compare", letter.pk), {"old": "99"}).status_code == 404


def test_a_draft_of_another_kind_of_letter_has_no_page(world: World) -> None:
    """A letter that was never drafted here is no draft, even for its reader."""
    memo = province_memo(world)
    assert world.client("clerk").get(url("review", memo.pk)).status_code == 404


def test_the_menu_counts_what_waits_for_the_post(world: World) -> None:
    in_review(world, "office-head")
    page = world.client("office-head").get(url("list")).content.decode()
    assert re.search(r'aria-label="ร่างหนังสือ 1 รายการ"', page)
