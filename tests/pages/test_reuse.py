"""Using a letter again: a copy of its words, a letter that sends it on, an answer; and certified copies."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent
from common.access import Refused
from draft.actions.links import set_link
from draft.actions.parts import refer_by_words
from draft.actions.reuse import copy_letter, forward_letter
from draft.actions.writing import begin
from files.actions import read
from files.pdf import page_text
from saraban.actions.copies import certify
from saraban.actions.letters import open_letter, set_facts
from saraban.models import EnclosureLink, Letter, LetterCopy, Reference
from tests.drafting import content_of, enclose, written
from tests.story import province_memo, sent
from tests.world import World

pytestmark = pytest.mark.django_db


def key(client: Client, url: str) -> str:
    found = re.search(r'name="once" value="([^"]+)"', client.get(url).content.decode())
    assert found is not None
    return found[1]


def test_a_copy_says_the_same_and_carries_nothing_of_the_first_ones_life(world: World) -> None:
    by = world.actor("clerk")
    source = written(
        by, due="31/12/2570", urgency=2, reviewers=(world.post("PTE", "office-head").pk,), copies_to="นายอำเภอเมือง",
        signers=(world.post("PTE", "governor").pk,),
    )  # fmt: skip
    enclose(by, source, "แบบรายงาน.txt", "รายชื่อ.txt")
    refer_by_words(by=by, letter_id=source.pk, sender="กรมการปกครอง", number="มท 0309/1", dated="1/10/2568")
    set_link(by=by, letter_id=source.pk, wanted=True, until=None, personal_data=False)
    made = copy_letter(by=by, letter_id=source.pk, enclosures=True)
    old, new = content_of(source), content_of(made)
    for name in (
        "subject",
        "body",
        "addressee",
        "urgency",
        "signers",
        "reviewers",
        "copies_to",
        "sender_lines",
        "folder",
    ):
        assert getattr(new, name) == getattr(old, name), name
    assert new.due == "" and made.pk != source.pk and made.status == "DRAFT" and made.number == ""
    assert [(one.title, one.file_id) for one in made.enclosures.all()] == [
        (one.title, one.file_id) for one in source.enclosures.all()
    ]
    assert not made.references.exists() and not EnclosureLink.objects.filter(letter=made).exists()
    assert AuditEvent.objects.get(letter_id=made.pk, verb="draft.copy").label.startswith("ทำสำเนาจากร่าง")
    assert not copy_letter(by=by, letter_id=source.pk).enclosures.exists()


def test_another_unit_copies_the_words_and_speaks_for_itself(world: World) -> None:
    by, other = world.actor("clerk"), world.actor("stat-clerk")
    source = written(by, kind="MEMO")
    with pytest.raises(Letter.DoesNotExist):
        copy_letter(by=other, letter_id=source.pk)
    delivery = sent(world, world.unit("PTE", "statistics"))
    with pytest.raises(Refused, match="เฉพาะหนังสือที่ร่าง"):
        Letter.objects.filter(pk=delivery.letter_id).update(author_position=None)
        copy_letter(by=other, letter_id=delivery.letter_id)
    from saraban.actions.letters import add_party

    add_party(letter=source, because="READER", position=other.position)
    made = copy_letter(by=other, letter_id=source.pk)
    new = content_of(made)
    assert new.body == content_of(source).body and made.owner_unit == other.unit
    assert new.agency_line.startswith(other.unit.name) and new.agency_line != content_of(source).agency_line


def test_personal_data_stays_said_in_what_is_made_of_it(world: World) -> None:
    by = world.actor("clerk")
    source = written(by)
    set_facts(letter=source, personal_data=True)
    assert Letter.objects.get(pk=copy_letter(by=by, letter_id=source.pk).pk).personal_data


def test_classified_letters_are_neither_copied_nor_sent_on_nor_certified(world: World) -> None:
    by = world.actor("secret-registrar")
    secret = open_letter(by=by, kind="MEMO", subject="ลับ", secrecy=1)
    with pytest.raises(Refused, match="ชั้นความลับ"):
        copy_letter(by=by, letter_id=secret.pk)
    with pytest.raises(Refused, match="ชั้นความลับ"):
        forward_letter(by=by, letter_id=secret.pk, kind="MEMO")
    with pytest.raises(Refused, match="ชั้นความลับ"):
        certify(by=by, letter_id=secret.pk)


def test_sending_a_letter_on_encloses_its_paper_and_what_came_with_it(world: World) -> None:
    by = world.actor("clerk")
    source = province_memo(world)
    enclose_later = source.enclosures.create(title="แบบรายงาน", quantity="1 ชุด", file=source.document)
    made = forward_letter(by=by, letter_id=source.pk, kind="EXTERNAL")
    first, second = made.enclosures.all()
    assert first.file == source.document and first.title.startswith("สำเนาหนังสือ") and source.number
    assert (second.title, second.file) == (enclose_later.title, enclose_later.file)
    tied = made.references.get()
    assert tied.target == source and tied.kind == Reference.Kind.REFERS
    content = content_of(made)
    assert content.subject == source.subject and "ตามหนังสือที่อ้างถึง" in content.body
    memo = content_of(forward_letter(by=by, letter_id=source.pk, kind="MEMO"))
    assert source.number in memo.body.translate(str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789"))
    with pytest.raises(Refused, match="ไม่มีไฟล์"):
        forward_letter(by=by, letter_id=written(by).pk, kind="MEMO")
    with pytest.raises(Letter.DoesNotExist):
        forward_letter(by=world.actor("ministry-clerk"), letter_id=source.pk, kind="MEMO")


def test_an_answer_is_addressed_tied_and_takes_no_enclosures(world: World) -> None:
    delivery = sent(world, world.unit("PTE", "statistics"))
    by = world.actor("stat-clerk")
    made = begin(by=by, kind="MEMO", answers=delivery.letter)
    tied = made.references.get()
    assert (tied.kind, tied.target_id) == (Reference.Kind.ANSWERS, delivery.letter_id)
    assert content_of(made).addressee and content_of(made).subject == delivery.letter.subject
    assert made.to_units == [delivery.from_unit_id] and not made.enclosures.exists()


def test_pages_lead_from_the_letter_and_the_list_to_the_new_draft(world: World) -> None:
    by, client = world.actor("clerk"), world.client("clerk")
    source, draft = province_memo(world), written(by)
    page = client.get(reverse("saraban:letter", args=[source.pk])).content.decode()
    for name in ("draft:copy", "draft:forward", "saraban:certify"):
        assert reverse(name, args=[source.pk]) in page
    listed = client.get(reverse("draft:list")).content.decode()
    assert reverse("draft:copy", args=[draft.pk]) in listed
    enclose(by, draft, "แบบ.txt")
    url = reverse("draft:copy", args=[draft.pk])
    once = key(client, url)
    answer = client.post(url, {"once": once, "enclosures": "1"})
    made = Letter.objects.order_by("-pk")[0]
    assert answer["Location"] == reverse("draft:edit", args=[made.pk]) and made.enclosures.count() == 1
    assert client.post(url, {"once": once}).status_code == 409
    assert Letter.objects.order_by("-pk")[0] == made
    forward = reverse("draft:forward", args=[source.pk])
    wrong = client.post(forward, {"once": key(client, forward), "kind": "NONSENSE"})
    assert wrong.status_code == 422 and "โปรดเลือกชนิดหนังสือ" in wrong.content.decode()
    assert client.post(forward, {"once": key(client, forward), "kind": "MEMO"}).status_code == 302
    assert client.get(reverse("draft:copy", args=[source.pk])).status_code == 404  # never drafted on these pages
    assert world.client("ministry-clerk").get(forward).status_code == 404


def test_a_certified_copy_is_a_new_file_with_name_title_and_date(world: World) -> None:
    source = province_memo(world)
    assert source.document is not None
    before = read(source.document)
    by = world.actor("clerk")
    copy = certify(by=by, letter_id=source.pk)
    source.refresh_from_db()
    assert copy.source == source.document and read(copy.source) == before and copy.file != copy.source
    text = page_text(read(copy.file), 0)
    assert by.appointment is not None
    for words in ("สำเนาถูกต้อง", f"({by.user.full_name})", by.appointment.title_lines[0], "รับรองในระบบ"):
        assert words in text
    line = AuditEvent.objects.get(letter_id=source.pk, verb="letter.certify")
    assert line.label == "จัดทำสำเนาถูกต้อง" and line.detail["sha256"] == copy.file.sha256
    assert (copy.name, copy.title) == (by.user.full_name, by.title_line)


def test_only_officials_of_the_owner_unit_certify_a_finished_letter(world: World) -> None:
    delivery = sent(world, world.unit("PTE", "statistics"))
    with pytest.raises(Refused, match="หน่วยงานเจ้าของเรื่อง"):
        certify(by=world.actor("stat-clerk"), letter_id=delivery.letter_id)
    with pytest.raises(Letter.DoesNotExist):
        certify(by=world.actor("ministry-clerk"), letter_id=delivery.letter_id)
    with pytest.raises(Refused, match="PDF"):
        certify(by=world.actor("clerk"), letter_id=written(world.actor("clerk")).pk)


def test_the_page_of_certified_copies_hands_them_to_readers(world: World) -> None:
    source, client = province_memo(world), world.client("clerk")
    url = reverse("saraban:certify", args=[source.pk])
    once = key(client, url)
    assert client.post(url, {"once": once}).status_code == 302
    assert client.post(url, {"once": once}).status_code == 422
    copy = LetterCopy.objects.get(letter=source)
    page = client.get(url).content.decode()
    assert copy.file.sha256 in page
    file = reverse("saraban:certified", args=[source.pk, copy.pk])
    answer = world.client("province-registrar").get(file)
    assert answer.status_code == 200 and f"_copy{copy.pk}.pdf" in answer["Content-Disposition"]
    assert world.client("ministry-clerk").get(file).status_code == 404
    other = province_memo(world)
    assert client.get(reverse("saraban:certified", args=[other.pk, copy.pk])).status_code == 404
