"""Beginning and saving drafts: what is filled in, what is refused, and that no text is ever lost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from audit.models import AuditEvent
from common.access import Invalid, Refused
from draft.actions.versions import keep_version, restore
from draft.actions.working import Page, Stale
from draft.actions.writing import begin, convert, discard, keep_conflicting, resolve, save, set_addressees
from draft.content import LABELS
from draft.models import Draft, DraftVersion
from draft.selectors.readiness import leaves_the_circle, problems
from org.actor import Actor
from saraban.models import Letter, LetterStatus, Reference, SignClass
from tests.drafting import BODY, content_of, in_review, revision_of, rewrite, written
from tests.story import sent
from tests.world import World

pytestmark = pytest.mark.django_db


def test_a_letter_begins_with_what_its_unit_already_says(world: World) -> None:
    letter = begin(by=world.actor("clerk"), kind="EXTERNAL")
    content = content_of(letter)
    assert "ศาลากลางจังหวัดปทุมธานี" in content.sender_lines and "โทร." in content.contact
    assert content.folder == world.folder("pte-send").pk == letter.folder_id
    assert content.sign_class == SignClass.CERTIFICATE and len(content.signers) == 1
    assert letter.parties.get().because == "AUTHOR" and letter.status == LetterStatus.DRAFT


def test_a_memo_begins_with_its_own_units_register_and_head(world: World) -> None:
    content = content_of(begin(by=world.actor("stat-clerk"), kind="MEMO"))
    assert content.sign_class == SignClass.TYPED
    assert content.agency_line.startswith("สำนักงานสถิติจังหวัดปทุมธานี จังหวัดปทุมธานี โทร.")
    [problem] = [
        one
        for one in problems(Letter.objects.latest("pk"), content, world.actor("stat-clerk").at)
        if one.field == "body"
    ]
    assert problem.sentence == "โปรดกรอกเนื้อความ"


def test_nobody_without_a_post_begins_a_letter(world: World) -> None:
    with pytest.raises(Refused):
        begin(by=world.actor("central-admin"), kind="MEMO")
    with pytest.raises(Invalid):
        begin(by=world.actor("clerk"), kind="POEM")


def test_an_answer_is_addressed_and_tied_to_the_letter_it_answers(world: World) -> None:
    registry = world.agency("MDES").registry_unit
    assert registry is not None
    delivery = sent(world, registry, subject="ขอให้รายงานผล", kind="EXTERNAL")
    assert delivery.received is not None
    by = world.actor("ministry-registrar")
    letter = begin(by=by, kind="EXTERNAL", answers=delivery.received)
    content, reference = content_of(letter), letter.references.get()
    assert (content.subject, content.addressee) == ("ขอให้รายงานผล", delivery.received.sender)
    assert reference.kind == Reference.Kind.ANSWERS and reference.target == delivery.received
    assert delivery.received.number and "ลงวันที่" in reference.text
    assert letter.to_units == [world.agency("PTE").registry_unit_id]


def test_a_reply_is_addressed_to_whoever_signed(world: World) -> None:
    governor = world.post("PTE", "governor")
    letter = written(world.actor("clerk"), signers=(governor.pk,))
    assert content_of(begin(by=world.actor("clerk"), kind="MEMO", answers=letter)).addressee == governor.title


def save_as(by: Actor, letter: Letter, revision: int, name: str = "", seq: int = 0, **fields: Any) -> Draft:
    content = replace(content_of(letter), **fields)
    return save(by=by, letter_id=letter.pk, content=content, page=Page(revision, name, seq))


def test_a_save_moves_the_revision_and_what_lists_show(world: World) -> None:
    by = world.actor("clerk")
    letter = written(by, subject="  ขอ   เชิญ ", urgency=3, due="30/12/2599")
    assert (letter.subject, letter.urgency) == ("ขอ เชิญ", 3)
    assert letter.due_at is not None and letter.due_at.year == 2056
    before = revision_of(letter)
    rewrite(by, letter)
    assert revision_of(letter) == before  # the same again changes nothing
    rewrite(by, letter, due="พรุ่งนี้")
    letter.refresh_from_db()
    assert letter.due_at is None and content_of(letter).due == "พรุ่งนี้"  # kept as typed, asked about later


def test_a_stale_page_overwrites_nothing(world: World) -> None:
    by = world.actor("clerk")
    letter = written(by)
    old = revision_of(letter)
    save_as(by, letter, old, "หน้าแรก", 1, subject="จากหน้าแรก")
    with pytest.raises(Stale) as stale:
        save_as(by, letter, old, "หน้าสอง", 1, subject="จากหน้าสอง")
    assert "บันทึกร่างนี้ไปก่อนแล้ว" in stale.value.sentence
    assert content_of(letter).subject == "จากหน้าแรก"


def test_a_page_follows_itself_without_waiting_for_answers(world: World) -> None:
    """Answers may be lost and saves overtake one another; the newest text of the page stands."""
    by = world.actor("clerk")
    letter = written(by)
    base = revision_of(letter)
    save_as(by, letter, base, "หน้า", 1, subject="หนึ่ง")
    save_as(by, letter, base, "หน้า", 3, subject="สาม")
    save_as(by, letter, base, "หน้า", 2, subject="สอง ที่มาช้า")
    assert content_of(letter).subject == "สาม"


def test_a_page_that_lost_its_turn_does_not_get_it_back(world: World) -> None:
    by = world.actor("clerk")
    letter = written(by)
    base = revision_of(letter)
    save_as(by, letter, base, "หน้าแรก", 1, subject="หนึ่ง")
    save_as(by, letter, revision_of(letter), "หน้าสอง", 1, subject="สอง")
    with pytest.raises(Stale):
        save_as(by, letter, base + 1, "หน้าแรก", 2, subject="หนึ่งอีก")


def test_a_conflict_is_settled_field_by_field_and_keeps_what_was_not_chosen(world: World) -> None:
    by = world.actor("clerk")
    letter = written(by)
    mine = replace(content_of(letter), subject="ของฉัน", body="<p>เนื้อความของฉัน</p>")
    rewrite(by, letter, subject="ของเขา", body="<p>เนื้อความของเขา</p>")
    version = keep_conflicting(by=by, letter_id=letter.pk, content=mine)
    assert keep_conflicting(by=by, letter_id=letter.pk, content=mine) == version  # sent twice, kept once
    resolve(by=by, letter_id=letter.pk, version_no=version.no, revision=revision_of(letter), mine={"subject"})
    assert content_of(letter).subject == "ของฉัน" and "ของเขา" in content_of(letter).body
    kept = {row.body for row in DraftVersion.objects.filter(letter=letter)}
    assert kept == {"<p>เนื้อความของฉัน</p>", "<p>เนื้อความของเขา</p>"}


def test_a_body_merged_by_hand_is_cleaned_and_a_stale_settlement_refused(world: World) -> None:
    by = world.actor("clerk")
    letter = written(by)
    version = keep_conflicting(by=by, letter_id=letter.pk, content=replace(content_of(letter), subject="ของฉัน"))
    settle = {"by": by, "letter_id": letter.pk, "version_no": version.no, "mine": set[str]()}
    with pytest.raises(Stale):
        resolve(**settle, revision=revision_of(letter) - 1)  # type: ignore[arg-type]
    resolve(**settle, revision=revision_of(letter), merged_body="<p>รวม<script>x</script></p>")  # type: ignore[arg-type]
    assert content_of(letter).body == "<p>รวม</p>"


def test_hostile_bodies_and_ids_of_others_never_get_in(world: World) -> None:
    by = world.actor("clerk")
    letter = written(by)
    foreign = {
        "signers": (world.post("MDES", "permsec").pk, 999_999_999),
        "folder": world.folder("mdes-send").pk,
        "urgency": 77,
        "sign_class": "FORGED",
        "body": "<p onclick=x>ดี<script>alert(1)</script></p>",
    }
    rewrite(by, letter, **foreign)
    content = content_of(letter)
    assert content.body == "<p>ดี</p>" and content.signers == ()
    assert content.folder == world.folder("pte-send").pk and content.urgency == 0
    assert content.sign_class == SignClass.CERTIFICATE


def test_only_the_authors_post_writes_in_a_draft(world: World) -> None:
    letter = written(world.actor("clerk"))
    with pytest.raises(Letter.DoesNotExist):
        rewrite(world.actor("stat-clerk"), letter, subject="แอบแก้")
    reviewed = in_review(world)
    with pytest.raises(Refused, match="ดึงกลับ"):
        rewrite(world.actor("clerk"), reviewed, subject="แก้ระหว่างตรวจ")


def test_a_memo_to_outside_is_refused_and_converting_keeps_every_word(world: World) -> None:
    by = world.actor("clerk")
    letter = written(by, kind="MEMO")
    outside = world.agency("MDES").registry_unit_id
    set_addressees(by=by, letter_id=letter.pk, units=[outside] if outside else [])
    letter.refresh_from_db()
    assert "หนังสือภายนอก" in leaves_the_circle(letter)
    assert [one.field for one in problems(letter, content_of(letter), by.at)] == ["to_units"]
    before = content_of(letter)
    convert(by=by, letter_id=letter.pk, kind="EXTERNAL")
    letter.refresh_from_db()
    assert letter.kind == "EXTERNAL" and letter.sign_class == SignClass.CERTIFICATE
    after = content_of(letter)
    kept = [name for name in LABELS if getattr(before, name) and name != "sign_class"]
    assert [getattr(after, name) for name in kept] == [getattr(before, name) for name in kept]
    assert after.sender_lines and after.owner_line  # what the new kind has and the old one had not is filled in
    assert not leaves_the_circle(letter)


def test_versions_are_kept_restored_and_nothing_is_lost_between(world: World) -> None:
    by = world.actor("clerk")
    letter = written(by)
    first = keep_version(by=by, letter_id=letter.pk, note="ก่อนแก้")
    assert keep_version(by=by, letter_id=letter.pk).no == first.no  # nothing changed, nothing new
    rewrite(by, letter, body="<p>ใหม่</p>")
    restore(by=by, letter_id=letter.pk, no=first.no)
    assert content_of(letter).body == BODY
    assert DraftVersion.objects.get(letter=letter, no=2).body == "<p>ใหม่</p>"
    with pytest.raises(Refused, match="ตรงกับฉบับ"):
        restore(by=by, letter_id=letter.pk, no=first.no)


def test_a_draft_given_up_stays_readable_and_lies_nowhere(world: World) -> None:
    by = world.actor("clerk")
    letter = written(by)
    discard(by=by, letter_id=letter.pk)
    letter.refresh_from_db()
    assert letter.status == LetterStatus.DISCARDED
    assert not letter.stays.filter(until=None).exists()
    assert Letter.objects.visible_to(by).filter(pk=letter.pk).exists()
    with pytest.raises(Refused):
        discard(by=by, letter_id=letter.pk)


def test_every_verb_leaves_its_line(world: World) -> None:
    by = world.actor("clerk")
    letter = written(by, kind="MEMO")
    keep_version(by=by, letter_id=letter.pk)
    convert(by=by, letter_id=letter.pk, kind="EXTERNAL")
    discard(by=by, letter_id=letter.pk, reason="เปลี่ยนแผน")
    lines = list(AuditEvent.objects.filter(letter_id=letter.pk).order_by("id").values_list("verb", "label"))
    assert [verb for verb, _ in lines] == ["letter.open", "draft.keep", "draft.convert", "letter.discard"]
    assert lines[-1][1] == "ยกเลิกร่าง: เปลี่ยนแผน"
