"""Pages of papers made elsewhere: uploading, progress, places with numbers alone, the draft as a Word document."""

from __future__ import annotations

import io
import re
from uuid import uuid4

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import DjangoAssertNumQueries, Settings

from draft.actions.versions import keep_version
from draft.actions.writing import begin
from draft.models import UploadedPaper
from saraban.models import Letter, LetterStatus
from tests.drafting import content_of, form_of, url, written
from tests.made_elsewhere import TRACKED, docx_bytes, pdf_bytes
from tests.uploading import placed, upload
from tests.world import World

pytestmark = pytest.mark.django_db


def memo(world: World, kind: str = "MEMO", **fields: object) -> Letter:
    return written(world.actor("clerk"), kind=kind, signers=(world.post("PTE", "office-head").pk,), **fields)


def file(content: bytes | None = None, name: str = "หนังสือ.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf_bytes() if content is None else content)


def numbers(page: str) -> dict[str, str]:
    """The places as the form shows them."""
    return dict(re.findall(r'name="([a-z0-9-]+-(?:page|left|top|width|height))" value="([^"]*)"', page))


def test_the_author_uploads_and_sees_the_state(world: World) -> None:
    letter, client = memo(world), world.client("clerk")
    assert "ใช้ไฟล์ที่ทำไว้แล้ว" in client.get(url("edit", letter.pk)).content.decode()
    content = pdf_bytes()
    answer = client.post(url("paper", letter.pk), {"file": file(content), "once": str(uuid4())}, follow=True)
    page = answer.content.decode()
    assert "กำลังเตรียมไฟล์" in page and "every 2s" in page
    used = UploadedPaper.objects.get(letter=letter)
    assert client.get(url("paper_original", letter.pk, used.pk)).getvalue() == content
    page = client.get(url("edit", letter.pk)).content.decode()
    assert "หนังสือ.pdf" in page and "data-editor" not in page


def test_the_same_form_twice_uploads_once(world: World) -> None:
    letter, client, once = memo(world), world.client("clerk"), str(uuid4())
    for _ in range(2):
        client.post(url("paper", letter.pk), {"file": file(), "once": once})
    assert UploadedPaper.objects.filter(letter=letter).count() == 1


@pytest.mark.parametrize(
    ("sent", "status", "words"),
    [
        (None, 422, "โปรดเลือกไฟล์"),
        ((b"x", "ภาพ.png"), 422, "DOCX, ODT และ PDF"),
        ((b"", "ว่าง.pdf"), 422, "ว่างเปล่า"),
        ((b"\xd0\xcf\x11\xe0" + b"x" * 600, "เก่า.doc"), 422, "รหัสผ่าน"),
    ],
)
def test_what_cannot_be_taken_gets_one_sentence(
    world: World, sent: tuple[bytes, str] | None, status: int, words: str
) -> None:
    letter = memo(world)
    data: dict[str, object] = {"once": str(uuid4())}
    if sent is not None:
        data["file"] = file(*sent)
    answer = world.client("clerk").post(url("paper", letter.pk), data)
    assert answer.status_code == status and words in answer.content.decode()
    assert content_of(letter).upload is None


def test_a_failure_shows_its_reason_and_a_way_to_try_again(world: World) -> None:
    letter, client = memo(world), world.client("clerk")
    paper = upload(world.actor("clerk"), letter, TRACKED, "ก.docx")
    page = client.get(url("paper", letter.pk)).content.decode()
    assert "ติดตามการแก้ไข" in page and "ลองใหม่" in page and "กลับไปเขียนในระบบ" in page
    fragment = client.get(url("paper_state", letter.pk), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment and "every 2s" not in fragment
    answer = client.post(url("paper_retry", letter.pk, paper.pk), {"once": str(uuid4())}, follow=True)
    assert "กำลังเตรียมไฟล์" in answer.content.decode()


def test_without_a_converter_the_page_says_so(world: World, settings: Settings) -> None:
    settings.CONVERT_PROGRAM = "no-such-program"
    letter, client = memo(world), world.client("clerk")
    assert "รับได้เฉพาะไฟล์ PDF" in client.get(url("paper", letter.pk)).content.decode()
    answer = client.post(url("paper", letter.pk), {"file": file(docx_bytes(), "ก.docx"), "once": str(uuid4())})
    assert answer.status_code == 422 and "รับได้เฉพาะไฟล์ PDF" in answer.content.decode()


def test_back_to_writing_and_to_the_file_again(world: World) -> None:
    letter, client = memo(world), world.client("clerk")
    paper = upload(world.actor("clerk"), letter)
    page = client.post(url("paper_aside", letter.pk), {"once": str(uuid4())}, follow=True).content.decode()
    assert "data-editor" in page and content_of(letter).upload is None
    assert "ไฟล์ที่เคยใช้" in client.get(url("paper", letter.pk)).content.decode()
    client.post(url("paper_use", letter.pk, paper.pk), {"once": str(uuid4())})
    assert content_of(letter).upload == paper.pk


def test_saving_the_form_leaves_the_file_and_the_text_alone(world: World) -> None:
    letter, client = memo(world), world.client("clerk")
    body = content_of(letter).body
    paper = upload(world.actor("clerk"), letter)
    posted = form_of(letter, subject="เรื่องใหม่")
    del posted["body"]
    client.post(url("edit", letter.pk), posted)
    content = content_of(letter)
    assert (content.subject, content.upload, content.body) == ("เรื่องใหม่", paper.pk, body)


# -- places -----------------------------------------------------------------------------------------


def test_places_are_put_with_numbers_alone(world: World) -> None:
    letter, client = memo(world), world.client("clerk")
    paper = upload(world.actor("clerk"), letter, pdf_bytes(pages=2))
    page = client.get(url("places", letter.pk)).content.decode()
    offered = numbers(page)
    assert offered["registry-number-page"] == "1" and offered["signer-1-width"] == "72"
    assert page.count("data-page=") == 2 and "ตำแหน่งที่ระบบเสนอ" in page
    typed = offered | {"signer-1-left": "๙๕.๕", "signer-1-top": " 150,5 "}
    answer = client.post(url("places", letter.pk), typed | {"upload": paper.pk, "once": str(uuid4())})
    assert answer.status_code == 302
    assert content_of(letter).places["signer-1"][1:3] == [95.5, 150.5]
    assert "วางตำแหน่งแล้ว" in client.get(url("places", letter.pk)).content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"signer-1-left": "ซ้าย"}, "เป็นตัวเลขให้ครบ"),
        ({"signer-1-top": ""}, "เป็นตัวเลขให้ครบ"),
        ({"signer-1-page": "9"}, "หน้าที่ไม่มีในไฟล์"),
        ({"signer-1-page": "1.5"}, "เป็นตัวเลขให้ครบ"),
        ({"signer-1-left": "190"}, "เลยขอบกระดาษ"),
        ({"signer-1-left": "-20"}, "เลยขอบกระดาษ"),
        ({"signer-1-width": "5"}, "เล็กเกินไป"),
        ({"signer-1-left": "1e9"}, "เลยขอบกระดาษ"),
        ({"signer-1-left": "😀\u200b"}, "เป็นตัวเลขให้ครบ"),
        ({"registry-date-left": "36", "registry-date-top": "38"}, "ทับ"),
    ],
)
def test_places_that_cannot_be_keep_what_was_typed(world: World, changes: dict[str, str], words: str) -> None:
    letter, client = memo(world), world.client("clerk")
    paper = upload(world.actor("clerk"), letter)
    typed = numbers(client.get(url("places", letter.pk)).content.decode()) | changes
    answer = client.post(url("places", letter.pk), typed | {"upload": paper.pk, "once": str(uuid4())})
    page = answer.content.decode()
    assert answer.status_code == 422 and words in page
    shown = numbers(page)
    assert all(shown[name] == value for name, value in changes.items() if value.isascii())
    assert content_of(letter).places == {}


def test_places_of_a_file_replaced_meanwhile_are_not_taken(world: World) -> None:
    letter, client = memo(world), world.client("clerk")
    old = upload(world.actor("clerk"), letter)
    typed = numbers(client.get(url("places", letter.pk)).content.decode())
    upload(world.actor("clerk"), letter, pdf_bytes("นายอื่น"))
    answer = client.post(url("places", letter.pk), typed | {"upload": old.pk, "once": str(uuid4())})
    assert answer.status_code == 403 and "ไฟล์อื่น" in answer.content.decode()


def test_a_date_may_be_left_off_where_the_kind_allows_it(world: World) -> None:
    letter, client = memo(world, kind="OTHER"), world.client("clerk")
    paper = upload(world.actor("clerk"), letter)
    page = client.get(url("places", letter.pk)).content.decode()
    assert "ไม่พิมพ์วันที่บนไฟล์" in page
    typed = numbers(page) | {"leave-out-registry-date": "on", "registry-date-left": "x"}
    assert client.post(url("places", letter.pk), typed | {"upload": paper.pk}).status_code == 302
    assert set(content_of(letter).places) == {"signer-1"}
    assert (
        'name="leave-out-registry-date" data-leave-out checked' in client.get(url("places", letter.pk)).content.decode()
    )


def test_places_wait_for_the_file(world: World) -> None:
    letter, client = memo(world), world.client("clerk")
    assert client.get(url("places", letter.pk)).status_code == 302
    assert client.post(url("places", letter.pk), {}).status_code == 403
    upload(world.actor("clerk"), letter, TRACKED, "ก.docx")
    assert client.get(url("places", letter.pk)).status_code == 302


def test_page_images_are_the_authors_alone(world: World) -> None:
    letter = memo(world)
    paper = upload(world.actor("clerk"), letter)
    address = url("paper_image", letter.pk, paper.pk, 1)
    assert world.client("clerk").get(address)["Content-Type"] == "image/png"
    assert world.client("clerk").get(url("paper_image", letter.pk, paper.pk, 9)).status_code == 404
    assert world.client("stat-clerk").get(address).status_code == 404


def test_the_pages_stay_cheap(world: World, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    letter, client = memo(world), world.client("clerk")
    for _ in range(4):
        placed(world.actor("clerk"), letter)
    for name in ("paper", "places", "edit"):
        client.get(url(name, letter.pk))
        with django_assert_max_num_queries(30):
            assert client.get(url(name, letter.pk)).status_code == 200


def test_the_whole_way_from_the_page(world: World) -> None:
    letter, client = memo(world), world.client("clerk")
    placed(world.actor("clerk"), letter)
    assert "PDF/A" in client.get(url("submit", letter.pk)).content.decode()
    client.post(url("submit", letter.pk), {"note": "เพื่อโปรดลงนาม", "once": str(uuid4())})
    letter.refresh_from_db()
    assert letter.status == LetterStatus.PROPOSED
    page = client.get(url("preview", letter.pk)).content.decode()
    assert "preview-pages" in page or "viewer" in page


def test_comparing_says_that_the_file_changed(world: World) -> None:
    letter, by = memo(world), world.actor("clerk")
    upload(by, letter)
    keep_version(by=by, letter_id=letter.pk)
    upload(by, letter, pdf_bytes("นายอื่น"), "ใหม่.pdf")
    page = world.client("clerk").get(url("compare", letter.pk)).content.decode()
    assert "ไฟล์เปลี่ยน" in page and "ใหม่" in page


# -- the draft as a Word document -------------------------------------------------------------------


def test_a_draft_is_downloaded_as_a_word_document(world: World) -> None:
    letter = memo(world)
    answer = world.client("clerk").get(url("docx", letter.pk))
    assert (
        answer["Content-Type"].endswith("wordprocessingml.document") and "attachment" in answer["Content-Disposition"]
    )
    document = docx.Document(io.BytesIO(answer.content))
    assert any("ขอเชิญประชุม" in one.text for one in document.paragraphs)
    assert "ร่าง" in document.sections[0].header.paragraphs[0].text


def test_a_draft_made_from_a_file_gives_that_file(world: World) -> None:
    letter = memo(world)
    paper = upload(world.actor("clerk"), letter)
    answer = world.client("clerk").get(url("docx", letter.pk))
    assert answer.status_code == 302 and answer["Location"] == url("paper_original", letter.pk, paper.pk)


def test_a_classified_draft_is_not_given_away(world: World) -> None:
    letter = begin(by=world.actor("governor"), kind="MEMO", secrecy=1)
    answer = world.client("governor").get(url("docx", letter.pk))
    assert answer.status_code == 403 and "ชั้นความลับ" in answer.content.decode()
    assert "ใช้ไฟล์ที่ทำไว้แล้ว" not in world.client("governor").get(url("edit", letter.pk)).content.decode()
