"""What each kind of letter asks for before it may go on, and what it refuses."""

from __future__ import annotations

from dataclasses import replace

import pytest

from draft.actions.writing import begin
from draft.content import LABELS, Content
from draft.selectors.readiness import advice, problems
from draft.views.saving import kind_words
from saraban.models import Letter
from saraban.sheets.kinds import KINDS, Input
from tests.drafting import content_of, written
from tests.world import World

pytestmark = pytest.mark.django_db


def test_the_content_of_a_draft_holds_every_field_of_every_kind() -> None:
    names = {field.name for kind in KINDS.values() for field in kind.fields if field.input is not Input.PARTS}
    assert names <= set(LABELS) and names <= set(Content.__dataclass_fields__)


@pytest.mark.parametrize("kind", list(KINDS))
def test_an_empty_draft_lacks_what_its_kind_requires_and_nothing_else(world: World, kind: str) -> None:
    by = world.actor("clerk")
    letter = begin(by=by, kind=kind)
    content = replace(content_of(letter), body="", signers=(), issuer="", sender_lines="", agency_line="", year="")
    found = {one.field for one in problems(letter, content, by.at)}
    required = {field.name for field in KINDS[kind].fields if field.required} - {"salutation"}
    assert found == required | {"signers"}, kind  # somebody approves even what nobody has to sign
    assert all(one.sentence.startswith("โปรด") for one in problems(letter, content, by.at))


def refused(world: World, kind: str, **fields: object) -> dict[str, str]:
    by = world.actor("clerk")
    letter = written(by, kind=kind)
    return {one.field: one.sentence for one in problems(letter, replace(content_of(letter), **fields), by.at)}  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["STAMPED", "COMMUNIQUE", "NEWS"])
def test_what_nobody_signs_on_paper_refuses_a_certificate(world: World, kind: str) -> None:
    assert "ใบรับรองอิเล็กทรอนิกส์ไม่ได้" in refused(world, kind, sign_class="CERTIFICATE")["sign_class"]
    assert "sign_class" not in refused(world, "ORDER", sign_class="CERTIFICATE")


@pytest.mark.parametrize(
    ("kind", "folder"), [("ORDER", "pte-send"), ("MEMO", "pte-order"), ("ANNOUNCEMENT", "pte-certificate")]
)
def test_a_register_of_another_sort_is_refused(world: World, kind: str, folder: str) -> None:
    said = refused(world, kind, folder=world.folder(folder).pk)["folder"]
    assert world.folder(folder).name in said and "โปรดเลือกแฟ้มชนิด" in said


def test_words_that_cannot_be_are_refused(world: World) -> None:
    assert "เลขสี่หลัก" in refused(world, "RULE", year="ปีนี้")["year"]
    assert "year" not in refused(world, "RULE", year="๒๕๖๙")
    assert "ลำดับที่ 2" in refused(world, "MINUTES", present="นาย ก | ประธาน\n | กรรมการ")["present"]
    posts = tuple(world.post("PTE", key).pk for key in ("clerk", "office-head", "governor"))
    assert "ไม่เกิน 2 คน" in refused(world, "MINUTES", signers=posts)["signers"]


def test_a_heading_of_a_field_is_the_kinds_own(world: World) -> None:
    assert kind_words("MINUTES")["signers_label"] == "ผู้จดรายงานการประชุมตามลำดับ"
    assert kind_words("EXTERNAL")["addressed"] and not kind_words("ORDER")["addressed"]
    letter = Letter.objects.get(pk=written(world.actor("clerk"), kind="ORDER", addressee="นายกรัฐมนตรี").pk)
    assert "salutation" not in [one.field for one in advice(letter, content_of(letter))]


def test_an_order_leaves_to_other_agencies_as_the_agencys_own(world: World) -> None:
    from saraban.actions.dispatch import _sender_abroad

    by = world.actor("clerk")
    names = {kind: _sender_abroad(written(by, kind=kind)) for kind in ("ORDER", "CERTIFICATE", "MEMO")}
    assert names["ORDER"] == names["CERTIFICATE"] == "จังหวัดปทุมธานี" != names["MEMO"]
