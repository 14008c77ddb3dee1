"""Posts no page of ours sends: each gets a clear sentence, and nothing that stood is changed."""

from __future__ import annotations

from typing import Any

import pytest

from draft.selectors.readiness import problems
from saraban.models import Letter
from tests.drafting import content_of, form_of, rewrite, url, written
from tests.world import World

pytestmark = pytest.mark.django_db


def sentences(letter: Letter, world: World) -> str:
    return " ".join(one.sentence for one in problems(letter, content_of(letter), world.actor("clerk").at))


@pytest.mark.parametrize("kind", ["", "ไม่มีชนิดนี้", "external", "EXTERNAL\x00", "ก" * 5000])
def test_an_unknown_kind_is_asked_for_again(world: World, kind: str) -> None:
    client, letter = world.client("clerk"), written(world.actor("clerk"))
    begun = client.post(url("new"), {"kind": kind})
    changed = client.post(url("convert", letter.pk), {"kind": kind})
    assert begun.status_code == 422 and "โปรดเลือกชนิดหนังสือ" in begun.content.decode()
    assert changed.status_code == 422 and "โปรดเลือกชนิดหนังสือ" in changed.content.decode()
    letter.refresh_from_db()
    assert letter.kind == "EXTERNAL" and Letter.objects.filter(author=world.user("clerk")).count() == 1


@pytest.mark.parametrize("year", ["๙๙๙๙๙", "2026", "ปีนี้", "-2569", "2569.5", "😀"])
def test_a_year_that_is_none_is_kept_as_typed_and_named(world: World, year: str) -> None:
    client, letter = world.client("clerk"), written(world.actor("clerk"), kind="RULE")
    assert client.post(url("edit", letter.pk), form_of(letter, year=year)).status_code == 302
    assert content_of(letter).year == year
    assert "โปรดกรอกปี พ.ศ. เป็นเลขสี่หลัก" in sentences(letter, world)


def minutes(world: World, **fields: Any) -> Letter:
    return written(world.actor("clerk"), kind="MINUTES", **fields)


def test_ten_thousand_attendees_are_refused_and_still_on_the_page(world: World) -> None:
    client, letter = world.client("clerk"), minutes(world, present="นายเดิม")
    many = "\n".join(f"นายคนที่ {at} | กรรมการ" for at in range(10_000))
    answer = client.post(url("edit", letter.pk), form_of(letter, present=many))
    page = answer.content.decode()
    assert answer.status_code == 413 and "ผู้มาประชุมยาวเกิน 20,000 ตัวอักษร" in page
    assert "นายคนที่ 9999 | กรรมการ" in page and content_of(letter).present == "นายเดิม"
    saved = client.post(url("autosave", letter.pk), form_of(letter, present=many))
    assert saved.status_code == 413 and "20,000" in saved.json()["sentence"]


def test_bars_beyond_the_three_columns_are_named(world: World) -> None:
    client, letter = world.client("clerk"), minutes(world)
    typed = "นายหนึ่ง | ประธาน | แทนผู้ว่าฯ\nนายสอง | กรรมการ | ก | ข\n| ไม่มีชื่อ"
    assert client.post(url("edit", letter.pk), form_of(letter, present=typed)).status_code == 302
    assert content_of(letter).present == typed
    found = sentences(letter, world)
    assert "ลำดับที่ 2 มีเครื่องหมาย | เกิน 2 แห่ง" in found and "ลำดับที่ 3 ยังไม่มีชื่อ" in found


def test_more_fields_than_any_form_has_get_a_page_and_no_error(world: World) -> None:
    client, letter = world.client("clerk"), written(world.actor("clerk"))
    client.raise_request_exception = False
    answer = client.post(url("edit", letter.pk), form_of(letter, signers=["1"] * 5_000))
    assert answer.status_code == 400 and "กลับไปหน้าเดิม" in answer.content.decode()


def test_choices_that_are_none_leave_what_stood(world: World) -> None:
    client, letter = world.client("clerk"), written(world.actor("clerk"))
    before = content_of(letter)
    hostile = {"urgency": "99", "folder": "888888888", "sign_class": "ไม่มี", "signers": ["x", "-1", "77777777"]}
    assert client.post(url("edit", letter.pk), form_of(letter, **hostile)).status_code == 302
    after = content_of(letter)
    assert (after.urgency, after.folder, after.sign_class) == (before.urgency, before.folder, before.sign_class)
    assert after.signers == ()


def test_invisible_letters_and_emoji_are_not_lost_and_the_unprintable_is_named(world: World) -> None:
    letter = written(world.actor("clerk"))
    rewrite(world.actor("clerk"), letter, subject="ขอเชิญ😀ประชุม")
    assert "😀" in content_of(letter).subject and "พิมพ์บนหนังสือไม่ได้" in sentences(letter, world)
