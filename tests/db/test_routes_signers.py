"""One more signer: before anybody has signed the paper is set anew, afterwards a new version is made."""

from __future__ import annotations

import pytest

from audit.models import AuditEvent
from common.access import Conflict, Invalid, Refused
from intray import actions
from intray.models import Endorsement
from saraban.models import Letter, LetterStatus
from tests.tray import only_step, proposed
from tests.world import World

pytestmark = pytest.mark.django_db


def test_before_anybody_signed_the_paper_gets_another_place(world: World) -> None:
    letter = proposed(world, world.actor("office-head", "office-head"), world.actor("governor"))
    vice = world.post("PTE", "vice1")
    before = Letter.objects.get(pk=letter.pk).document_id
    added = actions.add_signer(by=world.actor("clerk"), letter_id=letter.pk, position=vice, after=1)
    assert added.step is not None and added.step.order == 2
    titles = [step.to_position_id for step in letter.steps.order_by("order")]
    assert titles == [world.post("PTE", "office-head").pk, vice.pk, world.post("PTE", "governor").pk]
    letter = Letter.objects.get(pk=letter.pk)
    assert letter.document_id != before
    assert [block["place"] for block in letter.sheet.data["signers"]] == ["signer-1", "signer-2", "signer-3"]
    for who, post in (("office-head", "office-head"), ("vice1", None), ("governor", None)):
        actions.sign_typed(by=world.actor(who, post), step_id=only_step(letter).pk, confirmation="ยืนยันลงนาม")
    letter.refresh_from_db()
    assert letter.status == LetterStatus.SIGNED
    assert all(block["typed"] for block in letter.sheet.data["signers"])


def test_after_somebody_signed_the_letter_goes_back_and_what_is_signed_stays(world: World) -> None:
    head = world.actor("office-head", "office-head")
    letter = proposed(world, head, world.actor("governor"))
    actions.sign_typed(by=head, step_id=only_step(letter).pk, confirmation="ยืนยันลงนาม")
    signed = Letter.objects.get(pk=letter.pk).document_id
    clerk, vice = world.actor("clerk"), world.post("PTE", "vice1")
    with pytest.raises(Conflict, match="มีผู้ลงนามไปแล้ว"):
        actions.add_signer(by=clerk, letter_id=letter.pk, position=vice, after=2)
    added = actions.add_signer(by=clerk, letter_id=letter.pk, position=vice, after=2, new_version=True)
    assert added.step is None
    letter = Letter.objects.get(pk=letter.pk)
    assert letter.status == LetterStatus.RETURNED and letter.document_id == signed
    assert list(letter.steps.order_by("order").values_list("state", flat=True)) == ["DONE", "RECALLED"]
    assert Endorsement.objects.filter(letter=letter, kind="SIGN").count() == 1
    label = AuditEvent.objects.filter(letter_id=letter.pk, verb="letter.return").get().label
    assert label == f"ตีกลับเพื่อจัดทำฉบับใหม่: เพิ่มผู้ลงนาม {vice.title}"


def test_the_signer_whose_turn_it_is_adds_one_by_an_order(world: World) -> None:
    governor = world.actor("governor")
    letter = proposed(world, governor)
    vice = world.post("PTE", "vice1")
    with pytest.raises(Invalid, match="คำสั่ง"):
        actions.add_signer(by=governor, letter_id=letter.pk, position=vice, after=1)
    actions.add_signer(by=governor, letter_id=letter.pk, position=vice, after=1, text="ให้รองผู้ว่าฯ ลงนามร่วม")
    assert Endorsement.objects.get(letter=letter, kind="ROUTE").text.endswith("ให้รองผู้ว่าฯ ลงนามร่วม")


def test_who_is_no_part_of_it_and_who_signs_already(world: World) -> None:
    letter = proposed(world, world.actor("governor"))
    with pytest.raises(Refused):
        actions.add_signer(
            by=world.actor("stat-clerk"), letter_id=letter.pk, position=world.post("PTE", "vice1"), after=1
        )
    with pytest.raises(Invalid, match="อยู่แล้ว"):
        actions.add_signer(
            by=world.actor("clerk"), letter_id=letter.pk, position=world.post("PTE", "governor"), after=1
        )
    with pytest.raises(Invalid, match="ลำดับ"):
        actions.add_signer(by=world.actor("clerk"), letter_id=letter.pk, position=world.post("PTE", "vice1"), after=0)
    with pytest.raises(Refused, match="ส่วนราชการเจ้าของหนังสือ"):
        actions.add_signer(
            by=world.actor("clerk"), letter_id=letter.pk, position=world.post("MDES", "permsec"), after=1
        )
