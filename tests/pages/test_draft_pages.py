"""Pages of drafts: who sees what, without scripts, bounded queries, and typed text that survives every refusal."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from draft.actions.comments import comment
from draft.actions.review import return_draft
from draft.actions.versions import keep_version
from draft.models import DraftVersion
from saraban.models import Letter, LetterStatus
from tests.drafting import content_of, enclose, in_review, revision_of, rewrite, written
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
POSTED = ["edit", "autosave", "settle", "attach", "references", "addressees", "comment", "submit", "pass", "return", "recall", "convert", "discard", "keep"]  # fmt: skip


def url(name: str, *args: Any) -> str:
    return reverse(f"draft:{name}", args=args)


def form_of(letter: Letter, **fields: Any) -> dict[str, Any]:
    """What the page posts without scripts: every field as it stands, the body as plain text."""
    content = content_of(letter)
    values = {
        "revision": revision_of(letter),
        "subject": content.subject,
        "salutation": content.salutation,
        "addressee": content.addressee,
        "sender_lines": content.sender_lines,
        "owner_line": content.owner_line,
        "contact": content.contact,
        "copies_to": content.copies_to,
        "urgency": content.urgency,
        "folder": content.folder or "",
        "sign_class": content.sign_class,
        "signers": list(content.signers),
        "reviewers": list(content.reviewers),
        "due": content.due,
        "thai_body": "on",
        "body": "ย่อหน้าเดียว",
    }
    return values | fields


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
    with django_assert_max_num_queries(30):
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


def test_a_new_draft_is_begun_once(world: World) -> None:
    client = world.client("clerk")
    page = client.get(url("new")).content.decode()
    key = re.search(r'name="once" value="([^"]+)"', page)
    assert key
    first = client.post(url("new"), {"kind": "MEMO", "once": key[1]})
    again = client.post(url("new"), {"kind": "MEMO", "once": key[1]})
    assert (first.status_code, again.status_code) == (302, 409)
    assert Letter.objects.filter(author=world.user("clerk")).count() == 1


def test_an_unreadable_letter_is_not_answered(world: World) -> None:
    letter = written(world.actor("clerk"))
    assert world.client("stat-clerk").get(url("answer", letter.pk)).status_code == 404
    assert world.client("stat-clerk").get(url("new"), {"answers": letter.pk}).status_code == 404


def test_without_scripts_a_form_is_saved_and_shown_again(world: World) -> None:
    client, letter = world.client("clerk"), written(world.actor("clerk"))
    answer = client.post(url("edit", letter.pk), form_of(letter, subject="พิมพ์เอง", body="หนึ่ง\n\n1. ข้อ\n2. ข้อ"))
    assert answer.status_code == 302
    assert content_of(letter).body == "<p>หนึ่ง</p><ol><li>ข้อ</li><li>ข้อ</li></ol>"
    page = client.get(url("edit", letter.pk)).content.decode()
    assert "1. ข้อ\n2. ข้อ</textarea>" in page and 'aria-label="ผู้ลงนามตามลำดับ ลำดับที่ 2"' in page


@pytest.mark.parametrize(
    ("then", "page"),
    [("submit", "submit"), ("references", "references"), ("keep", "keep"), ("https://example.org", "edit")],
)
def test_a_button_saves_before_it_leads_on_and_only_to_pages_of_ours(world: World, then: str, page: str) -> None:
    client, letter = world.client("clerk"), written(world.actor("clerk"))
    answer = client.post(url("edit", letter.pk), form_of(letter, subject="ก่อนไป", then=then))
    assert answer.headers["Location"] == url(page, letter.pk)
    assert content_of(letter).subject == "ก่อนไป"


def test_a_stale_form_shows_both_texts_and_loses_neither(world: World) -> None:
    client, letter = world.client("clerk"), written(world.actor("clerk"))
    stale = form_of(letter, subject="ของหน้าเก่า", body="เนื้อความของหน้าเก่า")
    rewrite(world.actor("clerk"), letter, subject="ที่บันทึกใหม่กว่า")
    answer = client.post(url("edit", letter.pk), stale)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "ของหน้าเก่า" in page and "ที่บันทึกใหม่กว่า" in page and "เนื้อความของหน้าเก่า" in page
    version = DraftVersion.objects.get(letter=letter)
    chosen = {"version": version.no, "revision": revision_of(letter), "use-subject": "theirs", "use-body": "mine"}
    assert client.post(url("settle", letter.pk), chosen).status_code == 302
    assert content_of(letter).subject == "ที่บันทึกใหม่กว่า" and "หน้าเก่า" in content_of(letter).body
    merged = {
        **chosen,
        "revision": revision_of(letter),
        "use-body": "merged",
        "merged": "รวมเอง",
        "body_format": "plain",
    }
    client.post(url("settle", letter.pk), merged)
    assert content_of(letter).body == "<p>รวมเอง</p>"


def test_autosave_answers_with_the_revision_or_the_sentence(world: World) -> None:
    client, letter = world.client("clerk"), written(world.actor("clerk"))
    base = revision_of(letter)
    page = {"page": "หน้า", "seq": 1, "body": "<p>ก</p>", "body_format": "html"}
    good = client.post(url("autosave", letter.pk), form_of(letter, **page))
    assert good.status_code == 200 and good.json()["revision"] == base + 1 and good.json()["saved"].endswith(" น.")
    rewrite(world.actor("clerk"), letter, subject="อีกหน้าต่าง")
    stale = client.post(
        url("autosave", letter.pk), form_of(letter, **page, subject="ชน") | {"revision": base, "seq": 2}
    )
    assert stale.status_code == 409 and stale.json()["conflict"]
    assert content_of(letter).subject == "อีกหน้าต่าง"
    reviewed = in_review(world, "office-head")
    refused = client.post(url("autosave", reviewed.pk), form_of(reviewed, subject="แก้ระหว่างตรวจ"))
    assert refused.status_code == 403 and "ดึงกลับ" in refused.json()["sentence"]


def test_a_body_that_is_too_long_is_refused_and_still_on_the_page(world: World) -> None:
    client, letter = world.client("clerk"), written(world.actor("clerk"))
    answer = client.post(url("edit", letter.pk), form_of(letter, subject="ไม่หาย", body="ยาวมาก " * 60_000))
    page = answer.content.decode()
    assert answer.status_code == 413 and "ไม่หาย" in page and "ยาวมาก ยาวมาก" in page
    assert content_of(letter).subject != "ไม่หาย"


def file(name: str, content: bytes = b"x") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_a_file_too_large_is_refused_and_the_typed_text_is_saved(world: World, settings: Settings) -> None:
    settings.UPLOAD_LIMIT_MB = 0.001
    client, letter = world.client("clerk"), written(world.actor("clerk"))
    files = [file("เล็ก.txt"), file("ใหญ่.txt", b"x" * 5000)]
    answer = client.post(url("attach", letter.pk), form_of(letter, subject="พิมพ์ก่อนแนบ", files=files))
    page = answer.content.decode()
    assert answer.status_code == 413 and "“ใหญ่.txt” ใหญ่เกิน" in page and "พิมพ์ก่อนแนบ" in page
    assert content_of(letter).subject == "พิมพ์ก่อนแนบ"
    assert [row.title for row in letter.enclosures.all()] == ["เล็ก"]


def test_hundreds_of_files_at_once_are_refused_with_a_sentence(world: World, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 500
    client, letter = world.client("clerk"), written(world.actor("clerk"))
    answer = client.post(
        url("attach", letter.pk), form_of(letter, subject="ยังอยู่", files=[file(f"{n}.txt") for n in range(300)])
    )
    assert answer.status_code == 413 and "ไม่เกิน 100 รายการ" in answer.content.decode()
    assert not letter.enclosures.exists() and content_of(letter).subject == "ยังอยู่"


def test_dropped_files_are_answered_one_by_one(world: World) -> None:
    client, letter = world.client("clerk"), written(world.actor("clerk"))
    good = client.post(url("attach", letter.pk), {"file": file("แผนที่.txt")})
    assert (
        good.status_code == 200 and good.content.decode().lstrip().startswith("<li") and "แผนที่" in good.content.decode()
    )
    bad = client.post(url("attach", letter.pk), {"file": file("ว่าง.txt", b"")})
    assert bad.status_code == 422 and bad.headers["Content-Type"].startswith("text/plain")
    assert "ว่างเปล่า" in bad.content.decode()


def test_enclosures_are_moved_and_removed_and_the_typed_text_is_saved_with_it(world: World) -> None:
    client, by = world.client("clerk"), world.actor("clerk")
    letter = written(by)
    first, second = enclose(by, letter, "ก.txt", "ข.txt")
    words = {f"enclosure-title-{first.pk}": "ชื่อใหม่", f"enclosure-quantity-{first.pk}": "3 ชุด"}
    client.post(url("enclosure_up", letter.pk, second.pk), form_of(letter, subject="แก้ด้วย", **words))
    assert [str(row) for row in letter.enclosures.all()] == ["ข", "ชื่อใหม่"]
    assert content_of(letter).subject == "แก้ด้วย"
    assert client.post(url("enclosure_remove", letter.pk, second.pk), form_of(letter)).status_code == 302
    assert client.post(url("enclosure_remove", letter.pk, second.pk), form_of(letter)).status_code == 404


def test_a_memo_to_outside_is_refused_with_the_way_out(world: World) -> None:
    client, letter = world.client("clerk"), written(world.actor("clerk"), kind="MEMO")
    outside = world.agency("MDES").registry_unit_id
    answer = client.post(url("addressees", letter.pk), {"units": [outside]})
    page = answer.content.decode()
    assert answer.status_code == 422 and "ให้จัดทำเป็นหนังสือภายนอกแทน" in page and url("convert", letter.pk) in page
    letter.refresh_from_db()
    assert letter.to_units == []
    client.post(url("convert", letter.pk))
    assert client.post(url("addressees", letter.pk), {"units": [outside]}).status_code == 302
    letter.refresh_from_db()
    assert letter.kind == "EXTERNAL" and letter.to_units == [outside]


def test_searching_the_directory_keeps_what_was_chosen_before(world: World) -> None:
    client, letter = world.client("clerk"), written(world.actor("clerk"))
    outside, own = world.agency("MDES").registry_unit_id, world.unit("PTE", "statistics").pk
    client.post(url("addressees", letter.pk), {"units": [outside]})
    client.post(url("addressees", letter.pk) + "?q=สถิติ", {"units": [own]})
    letter.refresh_from_db()
    assert sorted(letter.to_units) == sorted([outside, own])


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
    from tests.story import province_memo

    memo = province_memo(world)
    assert world.client("clerk").get(url("review", memo.pk)).status_code == 404


def test_the_menu_counts_what_waits_for_the_post(world: World) -> None:
    in_review(world, "office-head")
    page = world.client("office-head").get(url("list")).content.decode()
    assert re.search(r'aria-label="ร่างหนังสือ 1 รายการ"', page)


def csrf(client: Client, letter: Letter) -> str:
    page = client.get(url("edit", letter.pk)).content.decode()
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found
    return found[1]


def test_a_beacon_carries_its_own_token(world: World) -> None:
    """`sendBeacon` cannot set headers: the token goes in the form, and without one the save is refused."""
    client = world.client("clerk", enforce_csrf_checks=True)
    letter = written(world.actor("clerk"))
    token = csrf(client, letter)
    assert client.post(url("autosave", letter.pk), form_of(letter, subject="ปลอม")).status_code == 403
    answer = client.post(url("autosave", letter.pk), form_of(letter, subject="ก่อนปิดหน้า", csrfmiddlewaretoken=token))
    assert answer.status_code == 200 and content_of(letter).subject == "ก่อนปิดหน้า"
    assert io.BytesIO(answer.content).read().startswith(b"{")
