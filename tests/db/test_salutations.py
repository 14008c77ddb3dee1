"""The table of คำขึ้นต้น and คำลงท้าย as admins keep it: what they may change, and what drafts make of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from common.access import Invalid, Refused
from draft.actions.salutations import add_salutation, change_salutation, drop_salutation, take_up_salutation
from draft.models import SalutationRow
from draft.salutations import Salutation, shipped, table
from draft.selectors.paper import sheet_of
from draft.selectors.readiness import advice, problems
from saraban.models import Letter
from saraban.sheets import ExternalSheet
from tests.drafting import content_of, rewrite, url, written
from tests.world import World

pytestmark = pytest.mark.django_db
PAIR: dict[str, Any] = {"opening": "เรียนเชิญ", "closing": "ด้วยความนับถือ", "addressee": "แขกของทางราชการ"}


def rows(world: World, roman: str) -> list[Salutation]:
    return table(world.agency(roman)).offered()


def test_the_table_begins_as_the_shipped_one(world: World) -> None:
    assert dict(table(world.agency("PTE"))) == dict(shipped())


def test_an_agencys_own_pair_is_offered_there_alone_and_printed_at_once(world: World) -> None:
    by, clerk = world.actor("province-admin"), world.actor("clerk")
    row = add_salutation(by=by, agency=world.agency("PTE"), **PAIR)
    assert "เรียนเชิญ" in [one.opening for one in rows(world, "PTE")]
    assert "เรียนเชิญ" not in [one.opening for one in rows(world, "MDES")]
    letter = written(clerk)
    assert "เรียนเชิญ – แขกของทางราชการ" in world.client("clerk").get(url("edit", letter.pk)).content.decode()
    rewrite(clerk, letter, salutation=row.key)
    change_salutation(by=by, row=row, closing="ด้วยความนับถือยิ่ง")
    sheet = sheet_of(Letter.objects.get(pk=letter.pk), content_of(letter), clerk.at)
    assert isinstance(sheet, ExternalSheet)
    assert (sheet.salutation, sheet.closing) == ("เรียนเชิญ", "ด้วยความนับถือยิ่ง")
    assert row.history.count() == 2 and row.history.first().history_user == by.user


def test_a_pair_or_a_post_never_stands_twice(world: World) -> None:
    central, by, agency = world.actor("central-admin"), world.actor("province-admin"), world.agency("PTE")
    with pytest.raises(Invalid, match="มีอยู่แล้ว"):
        add_salutation(by=by, agency=agency, **{**PAIR, "opening": " เรียน", "closing": "ขอแสดงความนับถือ"})
    for posts, said in (("นายกรัฐมนตรี", "กราบเรียน"), ("ก\nก", "ซ้ำกัน")):
        with pytest.raises(Invalid, match=said) as refusal:
            add_salutation(by=by, agency=agency, **PAIR, posts=posts)
        assert refusal.value.field == "posts"
    add_salutation(by=by, agency=agency, **PAIR, posts="ประธานหอการค้าจังหวัด")
    with pytest.raises(Invalid):  # what all agencies share may not double what one has added
        add_salutation(by=central, **PAIR)
    add_salutation(by=world.actor("ministry-admin"), agency=world.agency("MDES"), **PAIR)
    letter = written(world.actor("clerk"), addressee="ประธานหอการค้าจังหวัดปทุมธานี")
    assert "salutation" not in [one.field for one in advice(letter, content_of(letter))]  # a longer post is another one
    letter = written(world.actor("clerk"), addressee="ประธานหอการค้าจังหวัด (ผ่านเลขาธิการ)")
    assert "เรียนเชิญ" in next(one.sentence for one in advice(letter, content_of(letter)) if one.field == "salutation")


def test_a_pair_in_use_is_retired_and_an_unused_one_deleted(world: World) -> None:
    by, clerk = world.actor("central-admin"), world.actor("clerk")
    used, unused = add_salutation(by=by, **PAIR), add_salutation(by=by, **{**PAIR, "closing": "ด้วยความเคารพ"})
    letter = written(clerk, salutation=used.key)
    assert drop_salutation(by=by, row=unused) is None and not SalutationRow.objects.filter(pk=unused.pk).exists()
    assert drop_salutation(by=by, row=used) is not None
    assert used.key not in [one.key for one in rows(world, "PTE")]
    letter = Letter.objects.get(pk=letter.pk)
    assert "salutation" not in [one.field for one in problems(letter, content_of(letter), clerk.at)]
    page = world.client("clerk").get(url("edit", letter.pk)).content.decode()
    assert f'value="{used.key}" selected' in page  # whoever chose it keeps it
    with pytest.raises(Refused, match="เลิกใช้ไปแล้ว"):
        drop_salutation(by=by, row=used)
    take_up_salutation(by=by, row=used)
    assert used.key in [one.key for one in rows(world, "PTE")]
    with pytest.raises(Refused, match="ต้องมีไว้เสมอ"):
        drop_salutation(by=by, row=SalutationRow.objects.get(key="general"))


@pytest.mark.parametrize("who", ["province-admin", "clerk", "auditor", "superuser"])
def test_what_all_agencies_share_is_the_central_admins(world: World, who: str) -> None:
    row = SalutationRow.objects.get(key="general")
    with pytest.raises(Refused):
        change_salutation(by=world.actor(who), row=row, envelope="ถึง")
    with pytest.raises(Refused):
        add_salutation(by=world.actor(who), agency=world.agency("MDES"), **PAIR)


def test_a_key_nobody_knows_is_refused_before_it_is_signed(world: World) -> None:
    clerk = world.actor("clerk")
    letter = written(clerk)
    content = replace(content_of(letter), salutation="ไม่มี")
    assert [one.field for one in problems(letter, content, clerk.at)] == ["salutation"]
