"""Forms of drafts: they work without scripts, and typed text survives every refusal."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from draft.models import DraftVersion
from saraban.models import Letter
from tests.drafting import content_of, enclose, form_of, in_review, revision_of, rewrite, url, written
from tests.world import World

pytestmark = pytest.mark.django_db


def test_a_new_draft_is_begun_once(world: World) -> None:
    client = world.client("clerk")
    page = client.get(url("new")).content.decode()
    key = re.search(r'name="once" value="([^"]+)"', page)
    assert key
    first = client.post(url("new"), {"kind": "MEMO", "once": key[1]})
    again = client.post(url("new"), {"kind": "MEMO", "once": key[1]})
    assert (first.status_code, again.status_code) == (302, 409)
    assert Letter.objects.filter(author=world.user("clerk")).count() == 1


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


def test_files_that_say_their_place_stand_there_whenever_they_arrive(world: World) -> None:
    client, letter = world.client("clerk"), written(world.actor("clerk"))
    for name, place in (("สาม", "3"), ("หนึ่ง", "1"), ("สอง", "2"), ("ท้าย", ""), ("เหลวไหล", "-1"), ("ไกล", "99999999")):
        assert client.post(url("attach", letter.pk), {"file": file(f"{name}.txt"), "place": place}).status_code == 200
    assert [row.title for row in letter.enclosures.all()] == ["หนึ่ง", "สอง", "สาม", "ท้าย", "เหลวไหล", "ไกล"]


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
    assert client.post(url("convert", letter.pk)).status_code == 422
    client.post(url("convert", letter.pk), {"kind": "EXTERNAL"})
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


@pytest.mark.parametrize("fields", [{}, {"version": "x"}, {"version": "99", "revision": "1"}, {"version": "٣"}])
def test_an_empty_settlement_leads_back_to_the_draft(world: World, fields: dict[str, str]) -> None:
    client, letter = world.client("clerk"), written(world.actor("clerk"))
    assert client.post(url("settle", letter.pk), fields).headers["Location"] == url("edit", letter.pk)


def test_characters_no_database_keeps_and_forged_keys_are_harmless(world: World) -> None:
    client, letter = world.client("clerk"), written(world.actor("clerk"))
    fields = form_of(
        letter, subject="ก\x00ข", body="ค\x00ง", due="\x00", page="\x00", **{"enclosure-title-" + "9" * 400: "x"}
    )
    assert client.post(url("edit", letter.pk), fields).status_code == 302
    assert content_of(letter).subject == "กข" and "\x00" not in content_of(letter).body
    for name in ("comment", "keep", "discard", "submit", "references"):
        fields = {
            "once": "ไม่ใช่กุญแจ",
            "text": "\x00",
            "note": "\x00ก",
            "reason": "\x00",
            "sender": "\x00",
            "number": "1",
            "dated": "\x00",
        }
        assert client.post(url(name, letter.pk), fields).status_code in (302, 403, 422), name
