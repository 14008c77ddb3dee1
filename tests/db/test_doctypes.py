"""Document types: who makes, publishes and uses templates; what a version lacks; filling, and filling again; the roll-out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from common.access import Conflict, Invalid, Refused
from common.baht import baht_text
from common.thai import local_date
from draft.actions.doctypes import (
    StaleTemplate,
    change_type,
    create_type,
    discard_version,
    new_version,
    publish,
    retire,
    ship_types,
    take_up,
    write_version,
)
from draft.actions.filling import ChangedByHand, RetiredMeanwhile, Unfilled, begin_filled, refill
from draft.actions.rollout import set_mode
from draft.actions.working import Stale
from draft.inputs import TemplateInput
from draft.models import DocumentType, DraftVersion, FilledTemplate, TemplateVersion
from draft.selectors.doctypes import found_types, present_modes, usable
from draft.selectors.rollout import WEEKS, progress
from draft.selectors.templates import troubles
from draft.shipped_types import shipped_types
from org.actor import Actor
from saraban.actions.numbers import issue_number, void_number
from saraban.models import Letter, RegisterEntry
from tests.drafting import content_of, revision_of, rewrite
from tests.story import bare_signed
from tests.world import World

pytestmark = pytest.mark.django_db
BODY = "<p>ด้วย{หน่วยงาน}ขอยืม{ของ} จำนวน {จำนวน} ชิ้น</p><p>หมายเหตุ {หมายเหตุ}</p><ol><li>{รายการ}</li></ol><p>{ตาราง}</p>"
INPUTS = [
    TemplateInput(name="ของ"),
    TemplateInput(name="จำนวน", type="NUMBER"),
    TemplateInput(name="หมายเหตุ", required=False),
    TemplateInput(name="รายการ", type="LINES"),
    TemplateInput(name="ตาราง", type="TABLE", options=("สิ่งของ", "ราคา"), required=False),
]
RAW = {"ของ": "กล้อง", "จำนวน": "๒", "หมายเหตุ": "", "รายการ": "หนึ่ง\nสอง", "ตาราง": [["เลนส์", "100"], ["", ""]]}


def made(world: World, by: Actor | None = None, **said: Any) -> TemplateVersion:
    """A template of the clerk's unit, written and not yet published."""
    by = by or world.actor("clerk")
    version = create_type(by=by, owner=by.unit, kind="MEMO", name="ขอยืมอุปกรณ์", purpose="ยืมของหน่วย")
    usual = {
        "subject": "ขอยืม{ของ}",
        "body": BODY,
        "fields": {"addressee": "{ของ}ถึงหัวหน้า"},
        "inputs": INPUTS,
        "for_unit": by.unit.pk,
    }
    return write_version(by=by, version_id=version.pk, revision=version.revision, **{**usual, **said})


def in_use(world: World, **said: Any) -> TemplateVersion:
    """The same, published by the admin of the province."""
    version = made(world, **said)
    return publish(by=world.actor("province-admin"), version_id=version.pk)


# -- keeping ----------------------------------------------------------------------------------------


def test_shipping_again_adds_nothing_and_leaves_what_admins_changed(world: World) -> None:
    count = DocumentType.objects.filter(agency=None).count()
    assert count == len(shipped_types()) == 17
    leave = DocumentType.objects.get(agency=None, key="leave")
    change_type(by=world.actor("central-admin"), type_id=leave.pk, name="ใบลาของข้าราชการ")
    assert ship_types() == 0
    leave.refresh_from_db()
    assert leave.name == "ใบลาของข้าราชการ" and DocumentType.objects.filter(agency=None).count() == count


def test_every_shipped_version_could_be_published_as_it_is(world: World) -> None:
    for version in TemplateVersion.objects.select_related("type").filter(type__agency=None):
        assert [one.sentence for one in troubles(version) if one.stops] == [], version.type.key


def test_a_clerk_proposes_for_his_unit_and_its_head_or_admin_publishes(world: World) -> None:
    clerk, version = world.actor("clerk"), made(world)
    assert usable(clerk)[0][0] != "แม่แบบของส่วนราชการ"
    with pytest.raises(Refused, match="เฉพาะหัวหน้าหรือผู้ดูแล"):
        publish(by=clerk, version_id=version.pk)
    with pytest.raises(Refused):
        publish(by=world.actor("ministry-admin"), version_id=version.pk)
    publish(by=world.actor("office-head"), version_id=version.pk)  # heads the office the clerk's group belongs to
    assert version.type.name in [row.type.name for _, rows in usable(clerk) for row in rows]
    assert version.type.name not in [row.type.name for row in found_types(world.actor("ministry-clerk"))]
    with pytest.raises(Refused, match="จัดทำรุ่นใหม่"):
        write_version(by=clerk, version_id=version.pk, revision=version.revision, subject="แก้รุ่นที่เผยแพร่แล้ว")


def test_the_whole_agency_takes_its_top(world: World) -> None:
    version = made(world, for_unit=None)
    with pytest.raises(Refused, match="ทั้งส่วนราชการ"):
        publish(by=world.actor("office-head"), version_id=version.pk)
    publish(by=world.actor("province-admin"), version_id=version.pk)
    assert version.type.name in [row.type.name for _, rows in usable(world.actor("stat-clerk")) for row in rows]


def test_a_template_of_one_unit_is_not_used_by_another(world: World) -> None:
    version = in_use(world)
    with pytest.raises(Refused, match="ใช้ได้เฉพาะใน"):
        begin_filled(by=world.actor("stat-clerk"), version_id=version.pk, raw=RAW)
    with pytest.raises(TemplateVersion.DoesNotExist):
        begin_filled(by=world.actor("ministry-clerk"), version_id=version.pk, raw=RAW)
    with pytest.raises(Refused):
        create_type(by=world.actor("stat-clerk"), owner=world.actor("clerk").unit, kind="MEMO", name="ของหน่วยอื่น")
    with pytest.raises(Refused, match="กลาง"):
        create_type(by=world.actor("province-admin"), owner=None, kind="MEMO", name="ของทุกส่วนราชการ")


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"subject": ""}, "โปรดกรอกเรื่อง"),
        ({"body": "<p></p>"}, "โปรดกรอกเนื้อความ"),
        ({"subject": "ขอ{ที่ไม่มี}"}, "ไม่มีช่องชื่อ “ที่ไม่มี”"),
        ({"body": "<p>{ขอ<b>ง}</b></p>"}, "วงเล็บปีกกาไม่ครบคู่"),
        ({"subject": "ขอ{ตาราง}"}, "ใช้ได้เฉพาะในเนื้อความ"),
        ({"inputs": [*INPUTS, TemplateInput(name="ของ")]}, "ซ้ำกัน"),
        ({"inputs": [*INPUTS, TemplateInput(name="ส่วนราชการ")]}, "ระบบเติมให้เอง"),
        ({"inputs": [*INPUTS, TemplateInput(name="แบบ", type="CHOICE", options=("เดียว",))]}, "อย่างน้อยสองข้อ"),
        ({"inputs": [*INPUTS[:-1], replace(INPUTS[-1], options=())]}, "หัวคอลัมน์"),
    ],
)
def test_what_is_wrong_with_a_version_is_said_and_stops_it(world: World, said: dict[str, Any], sentence: str) -> None:
    version = made(world, **said)
    assert any(sentence in one.sentence for one in troubles(version) if one.stops)
    with pytest.raises(Invalid):
        publish(by=world.actor("province-admin"), version_id=version.pk)


def test_an_optional_input_beside_others_is_only_pointed_out(world: World) -> None:
    version = made(world, body="<p>{ของ} {หมายเหตุ} {จำนวน} {รายการ} </p><p>{ตาราง}</p>")
    found = [one for one in troubles(version) if "ไม่บังคับ" in one.sentence]
    assert found and not any(one.stops for one in found)


def test_two_writers_of_a_template_do_not_overwrite_each_other(world: World) -> None:
    version = made(world)
    with pytest.raises(StaleTemplate, match="บันทึกแม่แบบนี้ไปก่อนแล้ว"):
        write_version(by=world.actor("clerk"), version_id=version.pk, revision=version.revision - 1, subject="ของเก่า")
    version.refresh_from_db()
    assert version.subject == "ขอยืม{ของ}"


def test_versions_follow_one_another_and_come_back(world: World) -> None:
    admin, first = world.actor("province-admin"), in_use(world)
    second = new_version(by=world.actor("clerk"), type_id=first.type_id)
    assert (second.no, second.body, second.inputs) == (2, first.body, first.inputs)
    assert new_version(by=world.actor("clerk"), type_id=first.type_id).pk == second.pk  # the one begun
    publish(by=admin, version_id=second.pk)
    first.refresh_from_db()
    assert first.status == "RETIRED" and first.retired_at is not None
    with pytest.raises(Conflict):
        publish(by=admin, version_id=second.pk)
    take_up(by=admin, version_id=first.pk)
    second.refresh_from_db()
    assert second.status == "RETIRED"
    with pytest.raises(Invalid, match="เหตุผล"):
        retire(by=admin, type_id=first.type_id, reason=" ")
    retire(by=admin, type_id=first.type_id, reason="ใช้ระบบจองแทน")
    assert first.type.name not in [row.type.name for row in found_types(world.actor("clerk"))]
    assert first.type.name in [row.type.name for row in found_types(world.actor("clerk"), retired=True)]
    take_up(by=admin, version_id=first.pk)
    assert DocumentType.objects.get(pk=first.type_id).retired_at is None


def test_the_database_keeps_one_version_in_use(world: World) -> None:
    version = in_use(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        TemplateVersion.objects.create(type=version.type, no=9, status="PUBLISHED", published_at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        TemplateVersion.objects.create(type=version.type, no=9, status="RETIRED")


def test_a_version_never_published_may_be_thrown_away(world: World) -> None:
    version = made(world)
    found = discard_version(by=world.actor("clerk"), version_id=version.pk)
    assert found.retired_at is not None and not found.versions.exists()
    with pytest.raises(Refused, match="ไม่พบแม่แบบ"):
        discard_version(by=world.actor("clerk"), version_id=version.pk)
    kept = in_use(world)
    with pytest.raises(Refused):
        discard_version(by=world.actor("clerk"), version_id=kept.pk)


# -- filling ----------------------------------------------------------------------------------------


def test_filling_sets_everything_and_leaves_out_what_stayed_empty(world: World) -> None:
    signer, reviewer = world.post("PTE", "governor"), world.post("PTE", "office-head")
    version = in_use(world, signers=[signer.pk], reviewers=[reviewer.pk], folder=world.folder("pte-send").pk)
    letter = begin_filled(by=world.actor("clerk"), version_id=version.pk, raw=RAW)
    content = content_of(letter)
    assert (letter.kind, content.subject, content.addressee) == ("MEMO", "ขอยืมกล้อง", "กล้องถึงหัวหน้า")
    assert content.signers == (signer.pk,) and [one.post for one in content.reviewers] == [reviewer.pk]
    assert content.folder == world.folder("pte-send").pk
    assert "จำนวน 2 ชิ้น" in content.body and "หมายเหตุ" not in content.body
    assert "<li>หนึ่ง</li><li>สอง</li>" in content.body
    assert "<th>สิ่งของ</th>" in content.body and content.body.count("<tr>") == 2
    assert Letter.objects.get(pk=letter.pk).subject == "ขอยืมกล้อง"


def test_what_is_typed_never_becomes_markup_or_another_place(world: World) -> None:
    version = in_use(world)
    raw = {**RAW, "ของ": "<b>{จำนวน}</b><script>alert(1)</script>&amp;", "ตาราง": [["<i>x</i>", "a\nb"]]}
    content = content_of(begin_filled(by=world.actor("clerk"), version_id=version.pk, raw=raw))
    assert "&lt;b&gt;{จำนวน}&lt;/b&gt;" in content.body and "<script" not in content.body and "<b>" not in content.body
    assert "&amp;amp;" in content.body and "&lt;i&gt;x" in content.body and "a<br>b" in content.body


def test_everything_wrong_is_said_at_once(world: World) -> None:
    version = in_use(world)
    raw = {"ของ": "กล้อง😀", "จำนวน": "สองชิ้น", "รายการ": "\u200b\n ", "ตาราง": [["ก" * 1001, ""]]}
    with pytest.raises(Unfilled) as refusal:
        begin_filled(by=world.actor("clerk"), version_id=version.pk, raw=raw)
    errors = refusal.value.errors
    assert set(errors) == {"ของ", "จำนวน", "รายการ", "ตาราง"}
    assert "😀" in errors["ของ"] and "ตัวเลข" in errors["จำนวน"] and "โปรดกรอก" in errors["รายการ"]
    assert not FilledTemplate.objects.exists()


def test_a_version_retired_while_it_was_filled_says_so_and_its_drafts_live_on(world: World) -> None:
    clerk, version = world.actor("clerk"), in_use(world)
    letter = begin_filled(by=clerk, version_id=version.pk, raw=RAW)
    retire(by=world.actor("province-admin"), type_id=version.type_id, reason="เลิกให้ยืม")
    with pytest.raises(RetiredMeanwhile, match="เลิกใช้ไปแล้วระหว่างที่ท่านกรอก"):
        begin_filled(by=clerk, version_id=version.pk, raw=RAW)
    refill(by=clerk, letter_id=letter.pk, raw={**RAW, "ของ": "จอภาพ"}, revision=revision_of(letter))
    assert content_of(letter).subject == "ขอยืมจอภาพ"


def test_filling_again_keeps_the_old_text_and_asks_about_changes_by_hand(world: World) -> None:
    clerk, version = world.actor("clerk"), in_use(world)
    letter = begin_filled(by=clerk, version_id=version.pk, raw=RAW)
    rewrite(clerk, letter, subject="ขอยืมกล้องด่วน", signers=(world.post("PTE", "vice1").pk,))
    before, raw = content_of(letter), {**RAW, "ของ": "โดรน"}
    with pytest.raises(Stale):
        refill(by=clerk, letter_id=letter.pk, raw=raw, revision=1)
    with pytest.raises(ChangedByHand, match="เรื่อง") as refusal:
        refill(by=clerk, letter_id=letter.pk, raw=raw, revision=revision_of(letter))
    assert refusal.value.fields == ["เรื่อง"] and content_of(letter) == before
    refill(by=clerk, letter_id=letter.pk, raw=raw, revision=revision_of(letter), sure=True)
    now = content_of(letter)
    assert now.subject == "ขอยืมโดรน" and now.signers == before.signers
    kept = DraftVersion.objects.filter(letter=letter).latest("no")
    assert kept.fields["subject"] == "ขอยืมกล้องด่วน"
    refill(by=clerk, letter_id=letter.pk, raw=RAW, revision=revision_of(letter))  # nothing by hand since
    with pytest.raises(Letter.DoesNotExist):
        refill(by=world.actor("stat-clerk"), letter_id=letter.pk, raw=RAW, revision=1)


def test_what_is_typed_into_a_classified_letter_lies_encrypted(world: World) -> None:
    version = TemplateVersion.objects.get(type__key="tell-outcome", type__agency=None)
    raw = {one["name"]: "แผนการลับเฉพาะ" for one in version.inputs} | {"ผลสรุป": "แล้วเสร็จ"}
    letter = begin_filled(by=world.actor("secret-registrar"), version_id=version.pk, raw=raw, secrecy=1)
    assert content_of(letter).addressee == "แผนการลับเฉพาะ"
    with connection.cursor() as cursor:
        cursor.execute("SELECT inputs::text || made::text FROM draft_filledtemplate WHERE letter_id = %s", [letter.pk])
        assert "แผนการลับ" not in cursor.fetchone()[0].encode().decode("unicode_escape", "ignore")
    filled = FilledTemplate.objects.get(letter=letter)
    assert filled.inputs["อ้างถึง"] == "แผนการลับเฉพาะ"


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "ศูนย์บาทถ้วน"), ("1", "หนึ่งบาทถ้วน"), ("11", "สิบเอ็ดบาทถ้วน"), ("21", "ยี่สิบเอ็ดบาทถ้วน"), ("101", "หนึ่งร้อยเอ็ดบาทถ้วน"),
        ("0.25", "ยี่สิบห้าสตางค์"), ("1500.50", "หนึ่งพันห้าร้อยบาทห้าสิบสตางค์"), ("1000001", "หนึ่งล้านเอ็ดบาทถ้วน"),
        ("12000000000", "หนึ่งหมื่นสองพันล้านบาทถ้วน"), ("1000000000000", "หนึ่งล้านล้านบาทถ้วน"),
    ],
)  # fmt: skip
def test_money_in_words(amount: str, words: str) -> None:
    assert baht_text(Decimal(amount)) == words


# -- how far an agency is ---------------------------------------------------------------------------


def test_the_mode_has_a_day_a_reason_and_a_history(world: World) -> None:
    admin, kind = world.actor("province-admin"), DocumentType.objects.get(agency=None, key="leave")
    today = local_date(admin.at)
    with pytest.raises(Refused, match="ระดับส่วนราชการ"):
        set_mode(by=world.actor("office-head"), type_id=kind.pk, mode="PILOT", since=today, reason="นำร่อง")
    with pytest.raises(Invalid, match="เหตุผล"):
        set_mode(by=admin, type_id=kind.pk, mode="PILOT", since=today, reason="")
    set_mode(by=admin, type_id=kind.pk, mode="PAPER", since=today - timedelta(days=30), reason="ก่อนเริ่มใช้")
    set_mode(by=admin, type_id=kind.pk, mode="PILOT", since=today, reason="คำสั่งที่ 1/2569")
    set_mode(by=admin, type_id=kind.pk, mode="ELECTRONIC", since=today + timedelta(days=30), reason="ขยายผล")
    with pytest.raises(Invalid, match="อยู่แล้ว"):
        set_mode(by=admin, type_id=kind.pk, mode="PILOT", since=today, reason="ซ้ำ")
    agency = world.agency("PTE")
    modes = [present_modes(agency, today + timedelta(days=days))[kind.pk].mode for days in (-1, 0, 31)]
    assert modes == ["PAPER", "PILOT", "ELECTRONIC"]
    assert not present_modes(world.agency("MDES"), today)


def test_weekly_counts_are_of_the_agencys_own_letters(world: World) -> None:
    clerk, version = world.actor("clerk"), in_use(world)
    for _ in range(3):
        letter = begin_filled(by=clerk, version_id=version.pk, raw=RAW)
    old = FilledTemplate.objects.get(letter=letter)
    FilledTemplate.objects.filter(letter=letter).update(at=old.at - timedelta(weeks=2))
    row = next(one for one in progress(world.agency("PTE"), clerk.at) if one.type.pk == version.type_id)
    assert (sum(row.begun), row.begun[-1], row.begun[-3], len(row.begun)) == (3, 2, 1, WEEKS)
    assert not any(sum(one.begun) for one in progress(world.agency("MDES"), clerk.at))
    entry = bare_numbered(world)
    FilledTemplate.objects.create(
        letter=entry.letter, version=version, type=version.type, agency=world.agency("PTE"), at=clerk.at
    )
    row = next(one for one in progress(world.agency("PTE"), clerk.at) if one.type.pk == version.type_id)
    assert row.numbered[-1] == 1 and row.begun[-1] == 3
    void_number(by=world.actor("province-registrar"), entry_id=entry.pk, reason="ออกเลขผิดเรื่อง")
    row = next(one for one in progress(world.agency("PTE"), clerk.at) if one.type.pk == version.type_id)
    assert sum(row.numbered) == 0


def bare_numbered(world: World) -> RegisterEntry:
    """A letter with its number, without paper."""
    letter = bare_signed(world.actor("clerk"), world.folder("pte-send"))
    return issue_number(by=world.actor("province-registrar"), letter_id=letter.pk)


def test_the_counts_read_only_the_weeks_they_show(world: World) -> None:
    clerk, version = world.actor("clerk"), in_use(world)
    begin_filled(by=clerk, version_id=version.pk, raw=RAW)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT type_id, count(letter_id) FROM draft_filledtemplate "
            "WHERE agency_id = %s AND at >= now() - interval '84 days' GROUP BY type_id",
            [world.agency("PTE").pk],
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "filled_of_week" in plan
