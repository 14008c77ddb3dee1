"""Enclosures and references of a draft."""

from __future__ import annotations

import io

import pytest
from pytest_django import Settings

from common.access import Invalid, Refused, TooLarge
from draft.actions.parts import (
    MOST_ENCLOSURES,
    Upload,
    attach,
    describe,
    drop_reference,
    move_enclosure,
    refer_by_words,
    refer_to,
    remove_enclosure,
)
from files.models import StoredFile
from saraban.models import Enclosure, Letter
from tests.drafting import enclose, in_review, written
from tests.story import province_memo
from tests.world import World

pytestmark = pytest.mark.django_db


def titles(letter: Letter) -> list[str]:
    return [row.title for row in letter.enclosures.all()]


def test_each_file_is_an_enclosure_of_its_own_with_a_readable_title(world: World) -> None:
    letter = written(world.actor("clerk"))
    rows = enclose(
        world.actor("clerk"), letter, "แบบรายงาน_ไตรมาส_4.txt", "C:\\Users\\x\\ตาราง สรุป.txt", "../../etc/passwd"
    )
    assert titles(letter) == ["แบบรายงาน ไตรมาส 4", "ตาราง สรุป", "passwd"]
    assert rows[1].original_name == "ตาราง สรุป.txt" and len({row.file_id for row in rows}) == 3


def test_a_refused_file_stops_none_of_the_others(world: World, settings: Settings) -> None:
    settings.UPLOAD_LIMIT_MB = 0.001
    by = world.actor("clerk")
    letter = written(by)
    uploads = [
        Upload(io.BytesIO(b"ok"), "ดี.txt"),
        Upload(io.BytesIO(b"\x7fELF\x00\x01"), "ร้าย.pdf"),
        Upload(io.BytesIO(b"x" * 5000), "ใหญ่.txt"),
        Upload(io.BytesIO(b""), "ว่าง.txt"),
    ]
    made, refused = attach(by=by, letter_id=letter.pk, uploads=uploads)
    assert [row.title for row in made] == ["ดี"]
    assert [one.status for one in refused] == [422, 413, 422]
    assert all("“" in one.sentence for one in refused)  # each names its file


def test_hundreds_at_once_are_refused_before_anything_is_stored(world: World) -> None:
    by = world.actor("clerk")
    letter = written(by)
    before = StoredFile.objects.count()
    with pytest.raises(TooLarge, match=str(MOST_ENCLOSURES)):
        attach(by=by, letter_id=letter.pk, uploads=[Upload(io.BytesIO(b"x"), f"{n}.txt") for n in range(300)])
    assert StoredFile.objects.count() == before and not titles(letter)


def test_order_titles_and_removal(world: World) -> None:
    by = world.actor("clerk")
    letter = written(by)
    first, second, third = enclose(by, letter, "ก.txt", "ข.txt", "ค.txt")
    move_enclosure(by=by, letter_id=letter.pk, enclosure_id=third.pk, up=True)
    move_enclosure(by=by, letter_id=letter.pk, enclosure_id=first.pk, up=True)  # already the first
    assert titles(letter) == ["ก", "ค", "ข"]
    other = enclose(by, written(by), "ของร่างอื่น.txt")[0]
    describe(by=by, letter_id=letter.pk, words={second.pk: ("ชื่อใหม่", "2 ชุด"), other.pk: ("ขโมย", "")})
    assert titles(letter) == ["ก", "ค", "ชื่อใหม่"]
    other.refresh_from_db()
    assert other.title == "ของร่างอื่น"
    assert remove_enclosure(by=by, letter_id=letter.pk, enclosure_id=third.pk) == "ค"
    with pytest.raises(Enclosure.DoesNotExist):
        remove_enclosure(by=by, letter_id=letter.pk, enclosure_id=other.pk)


def test_parts_are_the_writers_whose_turn_it_is(world: World) -> None:
    letter = in_review(world, "office-head")
    with pytest.raises(Refused):
        enclose(world.actor("clerk"), letter, "ก.txt")
    enclose(world.actor("office-head"), letter, "ก.txt")
    with pytest.raises(Letter.DoesNotExist):
        enclose(world.actor("stat-clerk"), letter, "ข.txt")


def test_only_letters_one_may_read_are_cited(world: World) -> None:
    memo = province_memo(world)
    by = world.actor("clerk")
    letter = written(by)
    reference = refer_to(by=by, letter_id=letter.pk, target_id=memo.pk)
    assert "ลงวันที่" in reference.text and memo.sender in reference.text
    with pytest.raises(Refused, match="อยู่แล้ว"):
        refer_to(by=by, letter_id=letter.pk, target_id=memo.pk)
    stranger = world.actor("ministry-clerk")
    foreign = written(stranger)
    with pytest.raises(Letter.DoesNotExist):
        refer_to(by=stranger, letter_id=foreign.pk, target_id=memo.pk)
    drop_reference(by=by, letter_id=letter.pk, reference_id=reference.pk)
    assert not letter.references.exists()


def test_a_letter_outside_the_platform_is_cited_in_the_official_words(world: World) -> None:
    by = world.actor("clerk")
    letter = written(by)
    made = refer_by_words(
        by=by, letter_id=letter.pk, sender="กระทรวงมหาดไทย", number="มท 0201.2/ว 1590", dated="14/01/2569"
    )
    assert made.text == "หนังสือกระทรวงมหาดไทย ที่ มท ๐๒๐๑.๒/ว ๑๕๙๐ ลงวันที่ ๑๔ มกราคม ๒๕๖๙"
    for field, words in {
        "sender": ("", "1", "1/1/2569"),
        "number": ("ก", "", "1/1/2569"),
        "dated": ("ก", "1", "31/2/2569"),
    }.items():
        with pytest.raises(Invalid) as refusal:
            refer_by_words(by=by, letter_id=letter.pk, sender=words[0], number=words[1], dated=words[2])
        assert refusal.value.field == field
