"""A paper made elsewhere in the body's stead: taken, prepared, put aside, kept in versions, placed, and proposed."""

from __future__ import annotations

import io
from dataclasses import replace

import pikepdf
import pytest
from pytest_django import Settings

from audit.models import AuditEvent
from common.access import Conflict, Invalid, Refused, TooLarge
from draft.actions import uploads
from draft.actions.classified import set_secrecy
from draft.actions.parts import Upload
from draft.actions.propose import propose
from draft.actions.uploads import put_aside, retry, set_places, take_up, use_file
from draft.actions.versions import keep_version, restore
from draft.actions.working import Page, Stale
from draft.actions.writing import begin, save
from draft.content import Content
from draft.models import DraftVersion, UploadedPaper
from draft.places import Place
from draft.selectors.compare import compare
from draft.selectors.paper import sheet_of
from draft.selectors.readiness import advice, problems
from files import office
from files.actions import read
from files.foreign_pdf import SIGNED
from files.packages import BadPackage
from outbox.actions import drain
from outbox.models import OutboxMessage
from outbox.registry import goes_outside
from saraban.models import Letter, LetterStatus
from saraban.sheets import UploadedSheet
from tests.drafting import content_of, revision_of, rewrite, written
from tests.made_elsewhere import altered, docx_bytes, odt_bytes, pdf_bytes
from tests.pdf.papers import words
from tests.uploading import placed, proposed_places, upload, uploaded
from tests.world import World

pytestmark = pytest.mark.django_db


def memo(world: World, **fields: object) -> Letter:
    return written(world.actor("clerk"), kind="MEMO", signers=(world.post("PTE", "office-head").pk,), **fields)


@pytest.mark.parametrize(
    ("content", "name", "media"),
    [
        (docx_bytes("ด้วยจังหวัด"), "หนังสือ.docx", "wordprocessingml"),
        (odt_bytes(), "หนังสือ.odt", "opendocument.text"),
        (pdf_bytes(), "หนังสือ.pdf", "pdf"),
        (docx_bytes("ก"), "ชื่อผิด.pdf", "wordprocessingml"),
    ],
)
def test_a_file_becomes_the_paper_and_the_original_stays(world: World, content: bytes, name: str, media: str) -> None:
    letter, by = memo(world), world.actor("clerk")
    paper = upload(by, letter, content, name)
    assert paper.ready and paper.paper is not None and paper.paper.is_pdf and paper.paper.pages == 1
    assert read(paper.original) == content and media in paper.original.media_type
    assert paper.original_name == name
    assert content_of(letter).upload == paper.pk
    assert isinstance(sheet_of(letter, content_of(letter), by.at), UploadedSheet)
    assert AuditEvent.objects.filter(
        letter_id=letter.pk, verb="draft.upload", detail__sha256=paper.original.sha256
    ).exists()


def test_the_worker_prepares_it_in_the_lane_of_slow_things(world: World) -> None:
    letter = memo(world)
    stream = Upload(io.BytesIO(pdf_bytes()), "ก.pdf")
    paper = use_file(by=world.actor("clerk"), letter_id=letter.pk, upload=stream)
    assert paper.waiting
    [message] = OutboxMessage.objects.filter(topic=uploads.PREPARE)
    assert goes_outside(uploads.PREPARE)
    uploads.prepare(message.payload)
    uploads.prepare(message.payload)  # delivered twice: once is enough
    paper.refresh_from_db()
    assert paper.ready


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "ว่าง.pdf", "ว่างเปล่า"),
        (b"hello", "ข้อความ.txt", "DOCX, ODT และ PDF"),
        (b"{\\rtf1 x}", "ก.rtf", "DOCX, ODT และ PDF"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 900, "เก่า.doc", "รหัสผ่าน"),
        (b"PK\x03\x04broken", "ก.docx", "เสียหาย"),
        (b"%PDF-1.7\n", "ก.pdf", "PDF"),
    ],
)
def test_what_is_no_letter_is_refused_at_once(world: World, content: bytes, name: str, words: str) -> None:
    letter = memo(world)
    with pytest.raises(Invalid, match=words):
        use_file(by=world.actor("clerk"), letter_id=letter.pk, upload=Upload(io.BytesIO(content), name))
    assert content_of(letter).upload is None and not UploadedPaper.objects.exists()


def test_size_is_bounded(world: World, settings: Settings) -> None:
    settings.PAPER_UPLOAD_MB = 0.001
    with pytest.raises(TooLarge, match="เมกะไบต์"):
        use_file(by=world.actor("clerk"), letter_id=memo(world).pk, upload=Upload(io.BytesIO(pdf_bytes()), "ก.pdf"))


def test_without_a_converter_only_pdf_is_taken(world: World, settings: Settings) -> None:
    settings.CONVERT_PROGRAM = "no-such-program"
    letter, by = memo(world), world.actor("clerk")
    with pytest.raises(Invalid, match="รับได้เฉพาะไฟล์ PDF"):
        use_file(by=by, letter_id=letter.pk, upload=Upload(io.BytesIO(docx_bytes()), "ก.docx"))
    assert upload(by, letter).ready


def test_a_classified_draft_takes_no_file_and_one_with_a_file_is_not_classified(world: World) -> None:
    """The file would lie on the disk as it came."""
    by = world.actor("governor")
    secret = begin(by=by, kind="MEMO", secrecy=1)
    with pytest.raises(Refused, match="ชั้นความลับ"):
        use_file(by=by, letter_id=secret.pk, upload=Upload(io.BytesIO(pdf_bytes()), "ก.pdf"))
    assert not UploadedPaper.objects.exists()
    plain = begin(by=by, kind="MEMO")
    upload(by, plain)
    put_aside(by=by, letter_id=plain.pk)
    with pytest.raises(Refused, match="ไม่เข้ารหัส"):
        set_secrecy(by=by, letter_id=plain.pk, secrecy=1, reason="เรื่องลับ")


def test_others_upload_nothing(world: World) -> None:
    letter = memo(world)
    with pytest.raises(Letter.DoesNotExist):
        upload(world.actor("stat-clerk"), letter)


def test_what_cannot_be_prepared_says_why_and_is_tried_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    letter, by = memo(world), world.actor("clerk")

    def fails(*_: object, **__: object) -> None:
        raise BadPackage("แปลงไฟล์นี้เป็น PDF ไม่ได้")

    with monkeypatch.context() as patched:
        patched.setattr(office, "convert", fails)
        paper = upload(by, letter, docx_bytes(), "ก.docx")
    assert paper.state == "FAILED" and paper.error == "แปลงไฟล์นี้เป็น PDF ไม่ได้"
    assert [one.sentence for one in problems(letter, content_of(letter), by.at) if one.field == "upload"] == [
        "ไฟล์ “ก.docx” ใช้ไม่ได้: แปลงไฟล์นี้เป็น PDF ไม่ได้"
    ]
    retry(by=by, letter_id=letter.pk, upload_id=paper.pk)
    with pytest.raises(Conflict):
        retry(by=by, letter_id=letter.pk, upload_id=paper.pk)
    drain()
    paper.refresh_from_db()
    assert paper.ready and paper.error == "" and paper.attempts == 2


def test_too_many_pages_are_refused(world: World, settings: Settings) -> None:
    settings.PAPER_UPLOAD_PAGES = 2
    paper = upload(world.actor("clerk"), memo(world), pdf_bytes(pages=3))
    assert paper.state == "FAILED" and "3 หน้า" in paper.error


def test_a_signed_file_is_refused_with_the_way_out(world: World) -> None:
    looks_signed = altered(pdf_bytes(), lambda pdf: setattr(pdf.Root, "Perms", pikepdf.Dictionary()))
    paper = upload(world.actor("clerk"), memo(world), looks_signed)
    assert paper.error == SIGNED and "สิ่งที่ส่งมาด้วย" in paper.error


# -- back and forth, versions -----------------------------------------------------------------------


def test_back_to_writing_and_to_the_file_again_loses_nothing(world: World) -> None:
    letter, by = memo(world), world.actor("clerk")
    body = content_of(letter).body
    paper = placed(by, letter)
    places = content_of(letter).places
    put_aside(by=by, letter_id=letter.pk)
    assert content_of(letter).upload is None and content_of(letter).body == body and body
    with pytest.raises(Refused, match="เขียนในระบบอยู่แล้ว"):
        put_aside(by=by, letter_id=letter.pk)
    take_up(by=by, letter_id=letter.pk, upload_id=paper.pk)
    assert content_of(letter).upload == paper.pk
    paper.refresh_from_db()
    assert proposed_places(by, letter, paper) == places  # offered again, to be looked at again
    with pytest.raises(Refused, match="ใช้ไฟล์นี้อยู่แล้ว"):
        take_up(by=by, letter_id=letter.pk, upload_id=paper.pk)


def test_a_file_of_another_letter_is_never_used(world: World) -> None:
    by = world.actor("clerk")
    mine, other = memo(world), memo(world)
    paper = upload(by, other)
    with pytest.raises(UploadedPaper.DoesNotExist):
        take_up(by=by, letter_id=mine.pk, upload_id=paper.pk)
    copied = replace(content_of(mine), upload=paper.pk)
    assert not isinstance(sheet_of(mine, copied, by.at), UploadedSheet)


def test_saving_the_form_keeps_the_file_and_an_older_page_is_told(world: World) -> None:
    letter, by = memo(world), world.actor("clerk")
    old = revision_of(letter)
    paper = upload(by, letter)
    rewrite(by, letter, subject="เรื่องใหม่")
    assert (content_of(letter).upload, content_of(letter).subject) == (paper.pk, "เรื่องใหม่")
    with pytest.raises(Stale):
        save(by=by, letter_id=letter.pk, content=replace(content_of(letter), subject="ของเก่า"), page=Page(old, "p", 1))


def test_versions_keep_which_file_it_was_and_comparing_says_so(world: World) -> None:
    letter, by = memo(world), world.actor("clerk")
    first = upload(by, letter, pdf_bytes("นายคนแรก"), "ฉบับแรก.pdf")
    keep_version(by=by, letter_id=letter.pk)
    second = upload(by, letter, pdf_bytes("นายคนที่สอง"), "ฉบับสอง.pdf")
    kept = [Content.of(one).upload for one in DraftVersion.objects.filter(letter=letter).order_by("no")]
    assert kept == [None, first.pk]
    old, new = Content.of(DraftVersion.objects.filter(letter=letter).first()), content_of(letter)  # type: ignore[arg-type]
    comparison = compare(old, new, letter=letter)
    assert comparison.file_changed
    [change] = [one for one in comparison.fields if one.name == "upload"]
    assert "ฉบับแรก.pdf" in change.old and "ฉบับสอง.pdf" in change.new
    restore(by=by, letter_id=letter.pk, no=2)
    assert content_of(letter).upload == first.pk != second.pk


# -- places and proposing ---------------------------------------------------------------------------


def test_the_proposed_place_stands_over_the_printed_name(world: World) -> None:
    letter, by = memo(world), world.actor("clerk")
    holder = world.user("office-head").full_name
    paper = upload(by, letter, pdf_bytes(holder))
    page, left, top, width, height = proposed_places(by, letter, paper)["signer-1"]
    assert paper.paper is not None
    name = next(one for one in words(read(paper.paper)) if holder.split()[-1] in one.text)
    assert page == name.page and top + height <= name.top + 2 and name.top - (top + height) < 8
    assert left < name.left < left + width


def test_number_and_date_are_proposed_after_their_words_on_the_paper(world: World) -> None:
    letter, by = memo(world), world.actor("clerk")
    paper = upload(by, letter)
    offered = proposed_places(by, letter, paper)
    assert paper.paper is not None
    read_back = [one for one in words(read(paper.paper)) if one.page == 0 and one.top < 90]
    for name, text in (("registry-number", "ที่"), ("registry-date", "วันที่")):
        label = next(one for one in read_back if one.text == text)
        _, left, top, _, height = offered[name]
        assert label.right < left < label.right + 5 and abs((label.top + label.bottom) / 2 - top - height / 2) < 3


@pytest.mark.parametrize(
    ("place", "sentence"),
    [([0.0, 180.0, 200.0, 72.0, 22.0], "เลยขอบกระดาษ"), ([4.0, 90.0, 200.0, 72.0, 22.0], "หน้าที่ไม่มีในไฟล์")],
)
def test_places_that_cannot_be_are_refused(world: World, place: Place, sentence: str) -> None:
    letter, by = memo(world), world.actor("clerk")
    paper = upload(by, letter)
    offered = proposed_places(by, letter, paper)
    with pytest.raises(Invalid, match=sentence) as refusal:
        set_places(by=by, letter_id=letter.pk, upload_id=paper.pk, places=offered | {"signer-1": place})
    assert refusal.value.field == "signer-1"
    assert content_of(letter).places == {}


def test_places_of_a_file_that_was_replaced_are_refused(world: World) -> None:
    letter, by = memo(world), world.actor("clerk")
    first = upload(by, letter)
    offered = proposed_places(by, letter, first)
    upload(by, letter, pdf_bytes("นายอื่น"))
    with pytest.raises(Refused, match="ไฟล์อื่น"):
        set_places(by=by, letter_id=letter.pk, upload_id=first.pk, places=offered)


def test_nothing_is_proposed_before_file_and_places_are_there(world: World) -> None:
    letter, by = memo(world), world.actor("clerk")
    upload(by, letter)
    with pytest.raises(Invalid, match="ยังไม่ได้วาง"):
        propose(by=by, letter_id=letter.pk)


def test_a_further_signer_needs_a_place_of_his_own(world: World) -> None:
    letter, by = uploaded(world), world.actor("clerk")
    rewrite(by, letter, signers=(*content_of(letter).signers, world.post("PTE", "governor").pk))
    assert [one.sentence for one in problems(letter, content_of(letter), by.at)] == [
        "ยังไม่ได้วางตำแหน่งที่ลงนามลำดับที่ 2 บนไฟล์"
    ]


def test_the_form_asks_only_for_what_registers_show(world: World) -> None:
    letter, by = uploaded(world, sender_lines="", agency_line="", owner_line=""), world.actor("clerk")
    assert problems(letter, content_of(letter), by.at) == []
    rewrite(by, letter, subject="")
    assert [one.field for one in problems(letter, content_of(letter), by.at)] == ["subject"]
    assert any("PDF/A" in one.sentence for one in advice(letter, content_of(letter)))


def test_the_file_itself_is_proposed_with_its_places(world: World) -> None:
    letter, by = uploaded(world), world.actor("clerk")
    content = content_of(letter)
    propose(by=by, letter_id=letter.pk)
    letter = Letter.objects.select_related("sheet", "document").get(pk=letter.pk)
    assert letter.status == LetterStatus.PROPOSED and letter.sheet.form == "UPLOADED"
    paper = UploadedPaper.objects.get(letter=letter)
    assert paper.pk == content.upload
    assert letter.document == paper.paper  # the paper as it is
    left, top = content.places["signer-1"][1:3]
    assert (letter.sheet.places["signer-1"]["left_mm"], letter.sheet.places["signer-1"]["top_mm"]) == (left, top)
    with pytest.raises(Refused):
        put_aside(by=by, letter_id=letter.pk)
