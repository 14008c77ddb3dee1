"""Every kind of letter the whole way through the browser's pages: chosen, written, previewed, signed, numbered, sealed."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse

from common.thai import arabic_digits, canonical
from draft.actions.propose import propose
from draft.kinds import SHORT_KIND, folder_kinds, prints_number
from draft.models import Draft
from draft.selectors.kinds import choices
from draft.selectors.paper import reference_line
from files.actions import read
from files.pdf import page_text
from intray.actions.signatures import CONFIRMATION, sign_typed, sign_with_certificate
from intray.models import RoutingStep
from outbox.actions import drain
from saraban.actions.dispatch import Addressee, dispatch
from saraban.actions.numbers import issue_number
from saraban.filenames import document_names
from saraban.models import Letter, LetterKind, LetterStatus
from saraban.sheets.kinds import KINDS, Dated, Input
from tests.drafting import content_of, revision_of, url, written
from tests.pdf.papers import poppler_text
from tests.world import World

pytestmark = pytest.mark.django_db
FOLDERS = {
    "ORDER": "pte-order", "ANNOUNCEMENT": "pte-announcement", "COMMUNIQUE": "pte-announcement", "NEWS": "pte-announcement",
    "CERTIFICATE": "pte-certificate", **dict.fromkeys(("RULE", "BYLAW", "MINUTES", "NOTE", "OTHER"), "pte-other"),
}  # fmt: skip
SAID = {
    "subject": "แนวทางการใช้ระบบสารบรรณ", "addressee": "หัวหน้าสำนักงานจังหวัดปทุมธานี", "committee": "คณะกรรมการขับเคลื่อน",
    "meeting_no": "77/2569", "held": "วันพุธที่ 14 มกราคม 2569", "venue": "ห้องประชุมบัวหลวง", "began": "09.30 น.",
    "ended": "12.00 น.", "present": "นายสมชาย ใจดี | ผู้ว่าราชการจังหวัด | ประธาน\nนางสาวปัทมา น้ำทิพย์ | นักจัดการงานทั่วไป",
    "absent": "นายมานะ ชูใจ | ผู้อำนวยการ | ติดราชการ", "body": "หนังสือฉบับนี้ทดสอบการเขียนทั้งสาย",
}  # fmt: skip
HEADINGS = {
    "MEMO": "บันทึกข้อความ", "STAMPED": "ถึง", "ORDER": "คำสั่งจังหวัดปทุมธานี", "RULE": "ระเบียบจังหวัดปทุมธานี",
    "BYLAW": "ข้อบังคับจังหวัดปทุมธานี", "ANNOUNCEMENT": "ประกาศจังหวัดปทุมธานี", "COMMUNIQUE": "แถลงการณ์จังหวัดปทุมธานี",
    "NEWS": "ข่าวจังหวัดปทุมธานี", "CERTIFICATE": "เลขที่", "MINUTES": "รายงานการประชุมคณะกรรมการขับเคลื่อน",
}  # fmt: skip


def posted(world: World, letter: Letter, **more: Any) -> dict[str, Any]:
    """What the page posts without scripts: every field of the kind, filled where the draft left it empty."""
    content = content_of(letter)
    values: dict[str, Any] = {
        "revision": revision_of(letter), "body_format": "plain", "sign_class": "TYPED", "thai_body": "on",
        "folder": world.folder(FOLDERS.get(letter.kind, "pte-send")).pk, "signers": list(content.signers), "urgency": "0",
    }  # fmt: skip
    for field in KINDS[letter.kind].fields:
        if field.input not in (Input.PARTS, Input.FLAG) and field.name != "urgency":
            values[field.name] = SAID.get(field.name) or getattr(content, field.name)
    return values | more


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_clerk_takes_a_kind_from_choosing_it_to_its_sealed_paper(world: World, kind: str) -> None:
    client, rule = world.client("clerk"), KINDS[kind]
    assert client.post(url("new"), {"kind": kind}).status_code == 302
    letter = Letter.objects.select_related("folder").latest("id")
    assert letter.folder is not None and letter.folder.kind in folder_kinds(kind)
    page = client.get(url("edit", letter.pk)).content.decode()
    for field in rule.fields:
        if field.input is not Input.PARTS and field.name not in ("body", "urgency"):
            assert f'name="{field.name}"' in page and field.label in page, field.name
    assert ('name="salutation"' in page) == (rule.opening.name == "SALUTATION")
    own = kind in ("MINUTES", "NOTE")  # what the writer records himself
    signers = {} if own else {"signers": [world.post("PTE", "governor").pk]}
    answer = client.post(url("edit", letter.pk), posted(world, letter, **signers, then="submit"))
    assert answer.headers["Location"] == url("submit", letter.pk)
    assert "ยังส่งไม่ได้" not in client.get(url("submit", letter.pk)).content.decode()
    assert "preview" in client.get(url("preview", letter.pk)).content.decode()
    reading = client.get(url("review", letter.pk)).content.decode()
    assert SHORT_KIND[LetterKind(kind)] in reading
    assert client.post(url("submit", letter.pk), {"note": "เพื่อโปรดพิจารณาลงนาม"}).status_code == 302
    drain()
    signer = world.actor("clerk" if own else "governor")
    step = RoutingStep.objects.get(letter=letter, purpose="SIGN")
    sign_typed(by=signer, step_id=step.pk, confirmation=CONFIRMATION)
    entry = issue_number(by=world.actor("province-registrar"), letter_id=letter.pk)
    drain()
    done = Letter.objects.select_related("document", "agency", "owner_unit").get(pk=letter.pk)
    assert done.sealed and done.status == LetterStatus.NUMBERED and done.letter_date is not None and done.document
    pdf = read(done.document)
    text = re.sub(r"\s+", " ", arabic_digits(canonical(page_text(pdf, 0) + poppler_text(pdf))))
    assert HEADINGS.get(kind, SAID["subject"] if kind != "NOTE" else SAID["body"]) in text
    assert (entry.number in text) == prints_number(kind)
    if rule.folder_kinds[0] in ("ORDER", "CERTIFICATE"):
        assert re.fullmatch(r"\d+/25\d\d", entry.number)
    assert document_names(done)[0].isascii() and (kind.lower() in document_names(done)[0]) == ("/25" in entry.number)
    assert reference_line(done)
    registrar = world.client("province-registrar")
    assert SAID["subject"] in registrar.get(reverse("saraban:letter", args=[letter.pk])).content.decode()
    assert SAID["subject"] in registrar.get(reverse("saraban:register", args=[entry.folder_id])).content.decode()
    export = registrar.get(reverse("saraban:register_export", args=[entry.folder_id, "csv"]))
    assert entry.number in b"".join(export).decode("utf-8-sig")


@pytest.mark.parametrize("kind", ["ANNOUNCEMENT", "MINUTES", "CERTIFICATE"])
def test_a_certificate_signs_kinds_with_and_without_a_place_for_the_registry(world: World, kind: str) -> None:
    by, governor = world.actor("clerk"), world.actor("governor")
    words = {name: SAID[name] for name in ("committee", "meeting_no", "held", "venue", "began", "ended", "present")}
    letter = written(by, kind=kind, sign_class="CERTIFICATE", signers=(world.post("PTE", "governor").pk,), **words)
    propose(by=by, letter_id=letter.pk)
    drain()
    step = RoutingStep.objects.get(letter=letter)
    sign_with_certificate(by=governor, step_id=step.pk, passphrase="e-office-demo")
    drain()
    entry = issue_number(by=world.actor("province-registrar"), letter_id=letter.pk)
    drain()
    letter = Letter.objects.select_related("document").get(pk=letter.pk)
    assert letter.sealed and letter.document is not None
    text = arabic_digits(poppler_text(read(letter.document)))
    assert (entry.number in text) == prints_number(kind)


def test_an_order_is_circulated_to_units_inside(world: World) -> None:
    by, letter = world.actor("clerk"), ordered(world)
    assert letter.addressee == "" and letter.folder == world.folder("pte-order")
    client, unit = world.client("clerk"), world.unit("PTE", "statistics")
    page = client.get(url("edit", letter.pk)).content.decode()
    assert "หน่วยงานที่จะแจ้งเวียน" in page and 'name="addressee"' not in page and 'name="circular"' not in page
    assert client.post(url("addressees", letter.pk), {"units": [unit.pk]}).status_code == 302
    assert client.post(url("submit", letter.pk), {"note": "เพื่อโปรดพิจารณา"}).status_code == 302
    drain()
    sign_typed(by=world.actor("governor"), step_id=RoutingStep.objects.get(letter=letter).pk, confirmation=CONFIRMATION)
    issue_number(by=world.actor("province-registrar"), letter_id=letter.pk)
    drain()
    letter.refresh_from_db()
    assert letter.to_units == [unit.pk]
    [delivery] = dispatch(by=world.actor("province-registrar"), letter_id=letter.pk, to=[Addressee(unit)])
    assert delivery.channel == "INTERNAL" and by.unit.pk == letter.owner_unit_id
    assert Letter.objects.visible_to(world.actor("stat-clerk")).filter(pk=letter.pk).exists()


def ordered(world: World) -> Letter:
    return written(world.actor("clerk"), kind="ORDER", addressee="", signers=(world.post("PTE", "governor").pk,))


def test_the_page_of_choosing_offers_all_kinds_by_group_with_the_two_daily_ones_first(world: World) -> None:
    page = world.client("clerk").get(url("new")).content.decode()
    assert sorted(re.findall(r'id="kind-([A-Z]+)"', page)) == sorted(KINDS)
    assert [one.value for one in choices("EXTERNAL")[0][1]] == ["EXTERNAL", "MEMO"]
    for name in ("หนังสือสั่งการ", "หนังสือประชาสัมพันธ์", "หนังสือที่เจ้าหน้าที่ทำขึ้นหรือรับไว้เป็นหลักฐาน"):
        assert name in page


def test_converting_says_first_what_the_other_kind_leaves_off(world: World) -> None:
    client, by = world.client("clerk"), world.actor("clerk")
    letter = written(by, kind="EXTERNAL", copies_to="สำนักงานคลังจังหวัด", circular=True)
    assert 'value="EXTERNAL"' not in client.get(url("convert", letter.pk)).content.decode()
    page = client.get(url("convert", letter.pk) + "?kind=ORDER").content.decode()
    for words in ("ไม่พิมพ์บนหนังสือชนิดนี้", "สำนักงานคลังจังหวัด", "ขอแสดงความนับถือ", "หนังสือเวียน", "ใช้กับคำสั่งไม่ได้"):
        assert words in page, words
    before = content_of(letter)
    assert client.post(url("convert", letter.pk), {"kind": "ORDER"}).status_code == 302
    letter.refresh_from_db()
    after = content_of(letter)
    assert letter.kind == "ORDER" and not letter.circular and letter.folder == world.folder("pte-order")
    assert after.issuer == "จังหวัดปทุมธานี" and after.copies_to == before.copies_to and after.body == before.body
    assert letter.addressee == "" and after.addressee == before.addressee  # kept for the way back
    assert client.post(url("convert", letter.pk), {"kind": "EXTERNAL"}).status_code == 302
    assert content_of(letter).addressee == before.addressee


def test_a_forged_kind_or_class_is_not_taken(world: World) -> None:
    client = world.client("clerk")
    assert client.post(url("new"), {"kind": "POEM"}).status_code == 422
    letter = written(world.actor("clerk"), kind="NEWS")
    client.post(url("edit", letter.pk), posted(world, letter, sign_class="CERTIFICATE", circular="on"))
    content = content_of(letter)
    assert content.sign_class == "TYPED" and not content.circular
    assert client.post(url("convert", letter.pk), {"kind": "NEWS"}).status_code == 422
    assert Draft.objects.get(letter=letter).letter.kind == "NEWS"


def test_people_of_a_meeting_are_lines_without_scripts_and_stay_after_a_save(world: World) -> None:
    client = world.client("clerk")
    letter = written(world.actor("clerk"), kind="MINUTES")
    client.post(url("edit", letter.pk), posted(world, letter))
    page = client.get(url("edit", letter.pk)).content.decode()
    assert "นายสมชาย ใจดี | ผู้ว่าราชการจังหวัด | ประธาน" in page and "data-attendees" in page
    assert "1. นายสมชาย" in arabic_digits(client.get(url("review", letter.pk)).content.decode())


def test_the_dates_of_numbering_are_those_of_the_table() -> None:
    from saraban.actions.numbers import DATED_BY_SIGNING

    assert {name for name in KINDS if KINDS[name].dated is Dated.SIGNING} == DATED_BY_SIGNING
