"""Pages of classified letters: chosen, shown with their band, kept by no browser, and numbered by the secret registrar."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from notifications.models import Notification
from saraban.models import Letter, LetterParty, RegisterEntry, SecretPaper
from tests.classified import cleared, secret_draft
from tests.drafting import content_of, form_of, written
from tests.world import World

pytestmark = pytest.mark.django_db
MARKER = "ราชสีห์คำราม"


def address(name: str, *args: object) -> str:
    return reverse(name, args=args)


def text(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, answer.status_code
    assert "no-store" in answer["Cache-Control"]
    return answer.content.decode()


def test_a_letter_is_classified_from_the_page_of_choosing(world: World) -> None:
    cleared(world, "clerk")
    client = world.client("clerk")
    page = text(client, address("draft:new"))
    assert "ลับมาก" in page and address("saraban:secret_paper_ask") in page
    client.post(address("draft:new"), {"kind": "MEMO", "secrecy": "2", "once": str(uuid4())})
    letter = Letter.objects.latest("pk")
    assert letter.secrecy == 2 and letter.data_key is not None
    edit = text(client, address("draft:edit", letter.pk))
    assert 'class="secrecy-band"' in edit and 'data-rescue="off"' in edit
    assert world.folder("pte-secret-send").name in edit and world.folder("pte-send").name not in edit


@pytest.mark.parametrize("secrecy", ["1", "2", "3"])
def test_without_clearance_the_page_says_so_in_one_sentence(world: World, secrecy: str) -> None:
    before = Letter.objects.count()
    answer = world.client("clerk").post(address("draft:new"), {"kind": "MEMO", "secrecy": secrecy})
    assert answer.status_code == 403 and Letter.objects.count() == before
    said = answer.content.decode()
    assert "ฐานะนี้ไม่ได้รับอนุญาต" in said or "กระดาษเท่านั้น" in said


def test_pages_show_the_subject_to_its_readers_and_never_in_the_title(world: World) -> None:
    author = cleared(world, "clerk")
    letter = secret_draft(author, subject=MARKER, body=f"<p>{MARKER}</p>")
    client = world.client("clerk")
    for url in (
        address("draft:edit", letter.pk),
        address("draft:review", letter.pk),
        address("saraban:letter", letter.pk),
    ):
        page = text(client, url)
        assert MARKER in page, url
        assert MARKER not in page.partition("</title>")[0], url
        assert 'class="secrecy-band"' in page, url
    for url in (address("draft:list"), address("desk"), address("saraban:all")):
        assert MARKER not in client.get(url).content.decode(), url
    preview = client.get(address("draft:preview", letter.pk)).content.decode()
    image = re.search(r"/draft/\d+/preview/[0-9a-f]+/1\.png", preview)
    assert image is not None and client.get(image[0])["Cache-Control"] == "no-store"


def test_the_class_is_changed_on_its_page_with_a_reason_and_what_was_typed_stays(world: World) -> None:
    author = cleared(world, "clerk")
    letter = written(author, kind="MEMO", subject=MARKER)
    client, url = world.client("clerk"), address("draft:access", letter.pk)
    assert "กำหนดชั้นความลับ" in text(client, address("draft:edit", letter.pk))
    answer = client.post(url, {"secrecy": "2", "reason": " ", "once": str(uuid4())})
    assert answer.status_code == 422 and "โปรดระบุเหตุผล" in answer.content.decode()
    assert 'value="2" checked' in answer.content.decode()
    for wrong in ("", "9", "x", "-1"):
        assert client.post(url, {"secrecy": wrong, "reason": "ลองดู"}).status_code == 422
    assert client.post(url, {"secrecy": "3", "reason": "ลองดู"}).status_code == 403
    key = str(uuid4())
    assert client.post(url, {"secrecy": "2", "reason": "มีข้อมูลลับ", "once": key}).status_code == 302
    assert client.post(url, {"secrecy": "0", "reason": "ส่งซ้ำ", "once": key}).status_code == 409
    assert Letter.objects.get(pk=letter.pk).secrecy == 2
    page = text(client, url)
    assert "ผู้มีสิทธิ์เข้าถึง" in page and author.user.full_name in page


def test_a_stale_page_of_an_ordinary_draft_still_saves_sealed(world: World) -> None:
    author = cleared(world, "clerk")
    letter = written(author, kind="MEMO")
    form = form_of(letter, subject=MARKER)
    client = world.client("clerk")
    client.post(address("draft:access", letter.pk), {"secrecy": "1", "reason": "ลับ"})
    answer = client.post(address("draft:edit", letter.pk), form)
    assert answer.status_code in (200, 302, 409)
    client.post(address("draft:edit", letter.pk), form_of(letter, subject=MARKER, body=""))
    assert content_of(letter).subject == MARKER
    assert Letter.objects.filter(pk=letter.pk, subject__startswith="sealed:1:").exists()


def test_readers_are_named_and_ended_on_the_page(world: World) -> None:
    author = cleared(world, "clerk")
    letter = secret_draft(author, secrecy=1, subject=MARKER)
    client, vice = world.client("clerk"), world.actor("vice1")
    add = address("draft:reader_add", letter.pk)
    assert client.post(add, {"position": "", "why": "ก"}).status_code == 422
    assert client.post(add, {"position": vice.position.pk, "why": ""}).status_code == 422
    assert client.post(add, {"position": vice.position.pk, "why": "ร่วมพิจารณา"}).status_code == 302
    assert world.client("vice1").get(address("draft:review", letter.pk)).status_code == 200
    party = LetterParty.objects.get(letter=letter, because="READER")
    assert world.client("vice1").post(add, {"position": vice.position.pk, "why": "ก"}).status_code == 403
    gone = address("draft:reader_remove", letter.pk, party.pk)
    assert client.post(gone, {"why": "หมดความจำเป็น"}).status_code == 302
    assert world.client("vice1").get(address("draft:review", letter.pk)).status_code == 404


def test_messages_of_pages_lie_locked_in_the_session(world: World) -> None:
    author = cleared(world, "clerk")
    client = world.client("clerk")
    letter = secret_draft(author)
    client.post(address("draft:keep", letter.pk), {"note": MARKER})
    kept = str(client.session.get("_messages", ""))
    assert kept and "ฉบับที่" not in kept and "\\u0e09" not in kept
    assert "เก็บเป็นฉบับที่" in client.get(address("draft:versions", letter.pk)).content.decode()


def paper(world: World, **changed: str) -> dict[str, object]:
    usual = {
        "once": str(uuid4()), "folder": world.folder("pte-secret-send").pk, "from_post": "หัวหน้าสำนักงานจังหวัด",
        "to_posts": "อธิบดีกรมการปกครอง", "dated": "๑/๑/๒๕๖๙", "copies": "๓",
    }  # fmt: skip
    return {**usual, **changed}


def test_a_paper_of_the_highest_class_is_asked_for_and_numbered_without_a_word(world: World) -> None:
    clerk, registrar = world.client("clerk"), world.client("secret-registrar")
    page = text(clerk, address("saraban:secret_paper_ask"))
    assert "ห้ามพิมพ์เรื่อง" in page and 'name="subject"' not in page
    assert clerk.post(address("saraban:secret_paper_ask"), paper(world)).status_code == 302
    asked = SecretPaper.objects.get()
    post = world.actor("secret-registrar").position
    assert Notification.objects.filter(position=post, event="saraban.secret_paper").exists()
    assert "อธิบดีกรมการปกครอง" in text(registrar, address("saraban:secret_papers"))
    assert registrar.post(address("saraban:secret_paper_enter", asked.pk)).status_code == 302
    assert registrar.post(address("saraban:secret_paper_enter", asked.pk)).status_code == 409
    entry = RegisterEntry.objects.get(secret_paper=asked)
    assert entry.secrecy == 3 and entry.letter.subject == "" and entry.letter.document is None
    register = text(registrar, address("saraban:register", entry.folder_id))
    assert entry.number in register and "หนังสือกระดาษ 3 ชุด" in register
    assert address("saraban:letter", entry.letter_id) not in register
    assert entry.number in text(clerk, address("saraban:secret_paper_ask"))
    for name in ("secret-registrar", "governor", "clerk"):
        assert world.client(name).get(address("saraban:letter", entry.letter_id)).status_code == 404


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("to_posts", "  ", "ถึงตำแหน่ง"), ("from_post", "\u200b", "จากตำแหน่ง"), ("copies", "0", "จำนวนชุด"),
        ("copies", "ก", "จำนวนชุด"), ("dated", "31/2/2569", "วัน"), ("dated", "1/1/2599", "ยังมาไม่ถึง"), ("folder", "x", "ทะเบียน"),
    ],
)  # fmt: skip
def test_a_paper_that_cannot_be_entered_is_said_why_and_nothing_is_lost(
    world: World, field: str, value: str, says: str
) -> None:
    answer = world.client("clerk").post(address("saraban:secret_paper_ask"), paper(world, **{field: value}))
    assert answer.status_code == 422 and says in answer.content.decode()
    assert not SecretPaper.objects.exists()
    if field != "to_posts":
        assert "อธิบดีกรมการปกครอง" in answer.content.decode()


def test_the_secret_registrars_page_is_not_there_for_others(world: World) -> None:
    for name in ("clerk", "governor", "province-registrar", "superuser"):
        assert world.client(name).get(address("saraban:secret_papers")).status_code == 404
