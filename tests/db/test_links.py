"""The public link of enclosures: who may have one, when it opens, what closes it, what the database itself forbids."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import override_settings

from audit.models import AccessLog, AuditEvent
from common.access import Conflict, Invalid, Refused
from common.thai import BANGKOK, local_date
from draft.actions.links import set_link
from draft.selectors.paper import sheet_of
from files.actions import store_bytes
from org.actor import Actor
from outbox.actions import drain
from saraban.actions.dispatch import Addressee, dispatch
from saraban.actions.letters import lock, open_letter, set_facts
from saraban.actions.links import (
    LONGEST_DAYS,
    count_download,
    extend_link,
    publish_link,
    revoke_link,
    switch_on,
    usual_last_day,
)
from saraban.actions.numbers import void_number
from saraban.models import Enclosure, EnclosureLink, Letter, RegisterEntry
from saraban.selectors_links import address_of, newest_link, opened_by, printed_link, state_of
from saraban.tokens import SIGNS, new_token, read_token
from tests.drafting import content_of, enclose, written
from tests.story import province_memo
from tests.world import World

pytestmark = pytest.mark.django_db


def with_link(world: World) -> tuple[Actor, Letter, EnclosureLink]:
    """A numbered and sealed letter of the clerk's with one enclosure and a link through the usual day."""
    by, letter = world.actor("clerk"), province_memo(world, kind="EXTERNAL")
    stored = store_bytes("เนื้อหาแนบ".encode(), name="แนบ.txt")
    Enclosure.objects.create(letter=letter, title="แบบรายงาน", original_name="แนบ.txt", file=stored)
    with transaction.atomic():
        link = switch_on(by=by, letter=lock(letter.pk), until=usual_last_day(by.at))
    return by, letter, link


def test_a_token_is_long_and_forgives_what_paper_does_to_it() -> None:
    tokens = {new_token() for _ in range(500)}
    assert len(tokens) == 500 and all(len(one) == 26 and set(one) <= set(SIGNS) for one in tokens)
    assert len(SIGNS) ** 26 >= 2**128
    token = "0123456789abcdefghjkmnpqrs"
    assert read_token("OL23-4567-89AB-CDEF-GHJK-MNPQ-RS") == token.replace("0123", "0123")
    assert read_token(f" {token.upper()} ") == token
    for wrong in ("", token[:-1], token + "t", token[:-1] + "u", "ก" * 26, "../" * 9, "\x00" * 26, "x" * 100_000):
        assert read_token(wrong) == ""


def test_the_author_switches_it_on_with_a_day_and_it_stands_on_paper(world: World) -> None:
    by = world.actor("clerk")
    letter = written(by)
    with pytest.raises(Invalid, match="แนบไฟล์"):
        set_link(by=by, letter_id=letter.pk, wanted=True, until=None, personal_data=False)
    enclose(by, letter, "แบบรายงาน.txt")
    set_link(by=by, letter_id=letter.pk, wanted=True, until=None, personal_data=False)
    link = EnclosureLink.objects.get(letter=letter)
    assert link.last_day == local_date(by.at) + timedelta(days=90) and link.published_at is None
    sheet = sheet_of(letter, content_of(letter), by.at)
    assert sheet.enclosure_link == address_of(link) == printed_link(letter)
    assert sheet.enclosure_link.endswith(f"/e/{link.token}/")
    later = local_date(by.at) + timedelta(days=7)
    set_link(by=by, letter_id=letter.pk, wanted=True, until=later, personal_data=False)
    link.refresh_from_db()
    assert link.last_day == later
    set_link(by=by, letter_id=letter.pk, wanted=False, until=None, personal_data=False)
    assert printed_link(letter) == "" and sheet_of(letter, content_of(letter), by.at).enclosure_link == ""
    verbs = AuditEvent.objects.filter(letter_id=letter.pk, verb__startswith="link.").values_list("verb", flat=True)
    assert list(verbs.order_by("id")) == ["link.make", "link.extend", "link.revoke"]


@override_settings(ENCLOSURE_LINK_DAYS=30)
def test_how_long_it_lasts_is_a_setting(world: World) -> None:
    by, _, link = with_link(world)
    assert link.last_day == local_date(by.at) + timedelta(days=30)


def test_personal_data_and_a_link_exclude_each_other(world: World) -> None:
    by = world.actor("clerk")
    letter = written(by)
    enclose(by, letter, "รายชื่อ.txt")
    with pytest.raises(Refused, match="ข้อมูลส่วนบุคคล"):
        set_link(by=by, letter_id=letter.pk, wanted=True, until=None, personal_data=True)
    letter.refresh_from_db()
    assert not letter.personal_data and not EnclosureLink.objects.filter(letter=letter).exists()
    set_link(by=by, letter_id=letter.pk, wanted=True, until=None, personal_data=False)
    set_link(by=by, letter_id=letter.pk, wanted=False, until=None, personal_data=True)
    letter.refresh_from_db()
    assert letter.personal_data and printed_link(letter) == ""


def test_strangers_and_those_whose_turn_it_is_not_change_nothing(world: World) -> None:
    by = world.actor("clerk")
    letter = written(by)
    enclose(by, letter, "แบบรายงาน.txt")
    with pytest.raises(Letter.DoesNotExist):
        set_link(by=world.actor("ministry-clerk"), letter_id=letter.pk, wanted=True, until=None, personal_data=False)
    memo = province_memo(world)
    with pytest.raises(Refused):
        set_link(by=by, letter_id=memo.pk, wanted=False, until=None, personal_data=True)
    assert not EnclosureLink.objects.exists()


def test_the_database_refuses_a_link_to_what_is_classified_or_personal(world: World) -> None:
    by, letter, link = with_link(world)
    for facts in ({"secrecy": 1}, {"personal_data": True}):
        with pytest.raises(IntegrityError, match="no public link"), transaction.atomic():
            Letter.objects.filter(pk=letter.pk).update(**facts)
    EnclosureLink.objects.filter(pk=link.pk).update(revoked_at=by.at, revoked_by=by.user, revoke_reason="ทดสอบ")
    Letter.objects.filter(pk=letter.pk).update(personal_data=True)
    secret = open_letter(by=world.actor("secret-registrar"), kind="MEMO", subject="ลับ", secrecy=1)
    for closed in (letter, secret):
        with pytest.raises(IntegrityError, match="no public link"), transaction.atomic():
            EnclosureLink.objects.create(
                letter=closed, token=new_token(), made_at=by.at, made_by=by.user, made_position=by.position,
                expires_at=by.at,
            )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        EnclosureLink.objects.filter(pk=link.pk).update(revoke_reason="")
    with pytest.raises(IntegrityError), transaction.atomic():
        EnclosureLink.objects.filter(pk=link.pk).update(token="short")


def test_the_rule_refuses_a_classified_letter_before_the_database_does(world: World) -> None:
    by = world.actor("secret-registrar")
    with transaction.atomic():
        letter = open_letter(by=by, kind="MEMO", subject="ลับ", secrecy=1)
        with pytest.raises(Refused, match="ชั้นความลับ"):
            switch_on(by=by, letter=lock(letter.pk), until=usual_last_day(by.at))


def test_it_opens_when_the_letter_is_sent(world: World) -> None:
    by, letter, link = with_link(world)
    assert opened_by(link.token, None, by.at) is None
    early = opened_by(link.token, by, by.at)
    assert early is not None and not early.public
    assert opened_by(link.token, world.actor("ministry-clerk"), by.at) is None
    dispatch(by=world.actor("province-registrar"), letter_id=letter.pk, to=[Addressee(world.unit("MDES", "central"))])
    drain()
    link.refresh_from_db()
    held = opened_by(link.token.upper(), None, by.at)
    assert held is not None and held.public and [one.enclosure.title for one in held.files] == ["แบบรายงาน"]
    received = letter.deliveries.get().received
    assert received is not None and received.enclosures.get().file == held.files[0].stored
    assert newest_link(received) is None
    assert state_of(link, letter, by.at).text == "เผยแพร่แล้ว"


def test_a_letter_that_left_on_paper_is_published_by_hand(world: World) -> None:
    by, letter, link = with_link(world)
    with pytest.raises(Refused, match="เฉพาะตำแหน่งที่ร่าง"):
        publish_link(by=world.actor("stat-clerk"), letter_id=letter.pk)
    publish_link(by=world.actor("province-registrar"), letter_id=letter.pk)
    assert opened_by(link.token, None, by.at) is not None
    with pytest.raises(Refused, match="เผยแพร่แล้ว"):
        publish_link(by=by, letter_id=letter.pk)


def test_expiry_revoking_and_a_voided_number_close_it(world: World) -> None:
    by, letter, link = with_link(world)
    publish_link(by=by, letter_id=letter.pk)
    link.refresh_from_db()
    assert opened_by(link.token, None, link.expires_at - timedelta(seconds=1)) is not None
    assert opened_by(link.token, None, link.expires_at) is None
    assert opened_by(link.token, by, link.expires_at) is None
    later = link.last_day + timedelta(days=10)
    extend_link(by=by, letter_id=letter.pk, until=later)
    assert opened_by(link.token, None, link.expires_at) is not None
    for wrong in (local_date(by.at) - timedelta(days=1), local_date(by.at) + timedelta(days=LONGEST_DAYS + 1)):
        with pytest.raises(Invalid):
            extend_link(by=by, letter_id=letter.pk, until=wrong)
    with pytest.raises(Invalid, match="เหตุผล"):
        revoke_link(by=by, letter_id=letter.pk, reason=" \u200b ".replace("\u200b", ""))
    revoke_link(by=by, letter_id=letter.pk, reason="แนบไฟล์ผิด")
    assert opened_by(link.token, None, by.at) is None and opened_by(link.token, by, by.at) is None
    with pytest.raises(Conflict):
        extend_link(by=by, letter_id=letter.pk, until=later)
    line = AuditEvent.objects.get(letter_id=letter.pk, verb="link.revoke")
    assert line.label == "ยกเลิกลิงก์สิ่งที่ส่งมาด้วย: แนบไฟล์ผิด" and line.person == by.user.full_name


def test_a_voided_letter_takes_its_link_along(world: World) -> None:
    by, letter, link = with_link(world)
    publish_link(by=by, letter_id=letter.pk)
    entry = RegisterEntry.objects.get(letter=letter)
    void_number(by=world.actor("province-registrar"), entry_id=entry.pk, reason="ออกเลขผิดแฟ้ม")
    assert opened_by(link.token, None, by.at) is None


def test_a_download_is_counted_and_says_nothing_of_who_it_was(world: World) -> None:
    by, letter, link = with_link(world)
    stored = letter.enclosures.get().file
    assert stored is not None
    for _ in range(3):
        count_download(link=link, stored=stored, at=by.at)
    link.refresh_from_db()
    assert (link.downloads, link.downloaded_at) == (3, by.at)
    rows = AccessLog.objects.filter(letter_id=letter.pk, what="link")
    assert rows.count() == 3 and not rows.exclude(user=None, position=None, file_sha256=stored.sha256).exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        AccessLog.objects.create(user=None, what="page", letter_id=letter.pk)
    assert not AuditEvent.objects.filter(letter_id=letter.pk, verb__contains="download").exists()


def test_the_last_day_ends_at_midnight_in_bangkok(world: World) -> None:
    _, _, link = with_link(world)
    at = link.expires_at.astimezone(BANGKOK)
    assert (at.hour, at.minute) == (0, 0) and at.date() == link.last_day + timedelta(days=1)
    assert isinstance(link.expires_at, datetime)


def test_a_letter_received_from_another_agency_keeps_what_its_sender_said_of_personal_data(world: World) -> None:
    letter = province_memo(world, kind="EXTERNAL")
    with pytest.raises(Conflict):
        set_facts(letter=letter, personal_data=True)
    Letter.objects.filter(pk=letter.pk).update(personal_data=True)
    [delivery] = dispatch(
        by=world.actor("province-registrar"), letter_id=letter.pk, to=[Addressee(world.unit("MDES", "central"))]
    )
    drain()
    delivery.refresh_from_db()
    assert delivery.received is not None and delivery.received.personal_data
