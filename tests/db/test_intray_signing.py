"""Signing: both classes, order, wrong words, failures and retries, and two hands on one letter at once."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.conf import settings

from common.access import Conflict, Invalid, Refused
from common.thai import canonical
from files.actions import read
from files.pdf import page_text
from intray import actions
from intray.models import Endorsement, RoutingStep, StepState
from intray.selectors.tray import Wanted, tray_page
from notifications.models import Notification
from outbox.actions import drain
from saraban.models import Letter, LetterStatus
from saraban.selectors import where_now
from signing import vault
from signing.demo_ca import DemoAuthority
from signing.models import Certificate, JobState, SigningJob
from signing.validation import validate
from tests.racing import at_once
from tests.tray import PASSPHRASE, only_step, proposed, routed, to_post, to_unit
from tests.world import World

pytestmark = pytest.mark.django_db
WORDS = "ยืนยันลงนาม"


def text_of(letter: Letter) -> str:
    letter.refresh_from_db()
    assert letter.document is not None
    return canonical("".join(page_text(read(letter.document), 0).split()))


def test_typed_words_sign_in_order_and_are_printed(world: World) -> None:
    head, governor = world.actor("office-head", "office-head"), world.actor("governor")
    letter = proposed(world, head, governor)
    first = only_step(letter)
    with pytest.raises(Refused):
        actions.sign_typed(by=governor, step_id=RoutingStep.objects.get(letter=letter, order=2).pk, confirmation=WORDS)
    actions.sign_typed(by=head, step_id=first.pk, confirmation=WORDS)
    letter.refresh_from_db()
    assert letter.status == LetterStatus.PROPOSED
    assert [step.letter_id for step in tray_page(governor, Wanted(tab="sign")).steps] == [letter.pk]
    actions.sign_typed(by=governor, step_id=only_step(letter).pk, confirmation=f" {WORDS} ")
    letter.refresh_from_db()
    assert letter.status == LetterStatus.SIGNED
    for actor in (head, governor):
        assert canonical("".join(actor.user.full_name.split())) in text_of(letter)
    assert [one.kind for one in Endorsement.objects.filter(letter=letter)] == ["SIGN", "SIGN"]
    assert [stay.unit for stay in where_now([letter.pk])[letter.pk]] == [world.folder("pte-send").owner_unit]
    registrar, author = world.post("PTE", "registrar"), world.post("PTE", "clerk")
    told = Notification.objects.filter(event="letter.signed").values_list("position", flat=True)
    assert {registrar.pk, author.pk} <= set(told)


@pytest.mark.parametrize("typed", ["", "ยืนยัน", "ยืนยัน ลงนาม", "ยืนยันลงนามม"])
def test_other_words_do_not_sign(world: World, typed: str) -> None:
    letter = proposed(world, world.actor("governor"))
    with pytest.raises(Invalid) as refusal:
        actions.sign_typed(by=world.actor("governor"), step_id=only_step(letter).pk, confirmation=typed)
    assert refusal.value.field == "confirmation"
    assert only_step(letter).state == StepState.NEW


def test_nobody_signs_twice(world: World) -> None:
    letter = proposed(world, world.actor("governor"))
    step = only_step(letter)
    actions.sign_typed(by=world.actor("governor"), step_id=step.pk, confirmation=WORDS)
    with pytest.raises(Refused, match="ดำเนินการไปแล้ว"):
        actions.sign_typed(by=world.actor("governor"), step_id=step.pk, confirmation=WORDS)
    assert Endorsement.objects.filter(letter=letter, kind="SIGN").count() == 1


def test_the_person_acting_signs_with_two_title_lines_on_paper(world: World) -> None:
    acting = world.actor("office-head", "vice2")
    letter = proposed(world, acting)
    actions.sign_typed(by=acting, step_id=only_step(letter).pk, confirmation=WORDS)
    assert acting.appointment is not None
    for line in acting.appointment.title_lines:
        assert canonical("".join(line.split())) in text_of(letter)


def test_a_certificate_signs_through_the_job_and_the_file_validates(world: World) -> None:
    head, governor = world.actor("office-head", "office-head"), world.actor("governor")
    letter = proposed(world, head, governor, sign_class="CERTIFICATE")
    for actor in (head, governor):
        step = only_step(letter)
        actions.sign_with_certificate(by=actor, step_id=step.pk, passphrase=PASSPHRASE)
        step.refresh_from_db()
        assert step.state == StepState.SIGNING
        drain()
        step.refresh_from_db()
        assert step.state == StepState.DONE
    letter.refresh_from_db()
    assert letter.status == LetterStatus.SIGNED
    assert letter.document is not None
    report = validate(read(letter.document), [DemoAuthority(settings.VAR_DIR / "demo-ca").root])
    assert [one.field for one in report.signatures] == ["signer-1", "signer-2"]
    assert all(one.intact and one.trusted for one in report.signatures), report


def test_a_wrong_passphrase_leaves_the_letter_as_it_was(world: World) -> None:
    letter = proposed(world, world.actor("governor"), sign_class="CERTIFICATE")
    for wrong in ("", "ผิด"):
        with pytest.raises(Invalid) as refusal:
            actions.sign_with_certificate(by=world.actor("governor"), step_id=only_step(letter).pk, passphrase=wrong)
        assert refusal.value.field == "passphrase"
    assert not SigningJob.objects.exists()
    assert only_step(letter).state == StepState.NEW


def test_without_a_certificate_the_sentence_says_what_to_do(world: World) -> None:
    governor = world.actor("governor")
    letter = proposed(world, governor, sign_class="CERTIFICATE")
    Certificate.objects.filter(user=governor.user).update(not_after=governor.at)
    with pytest.raises(Refused, match="หมดอายุ"):
        actions.sign_with_certificate(by=governor, step_id=only_step(letter).pk, passphrase=PASSPHRASE)


def test_each_class_refuses_the_other_way_of_signing(world: World) -> None:
    governor = world.actor("governor")
    typed, certified = proposed(world, governor), proposed(world, governor, sign_class="CERTIFICATE")
    with pytest.raises(Refused):
        actions.sign_with_certificate(by=governor, step_id=only_step(typed).pk, passphrase=PASSPHRASE)
    with pytest.raises(Refused):
        actions.sign_typed(by=governor, step_id=only_step(certified).pk, confirmation=WORDS)


def test_a_failed_job_gives_the_step_back_and_a_retry_signs(world: World) -> None:
    governor = world.actor("governor")
    letter = proposed(world, governor, sign_class="CERTIFICATE")
    step = only_step(letter)
    actions.sign_with_certificate(by=governor, step_id=step.pk, passphrase=PASSPHRASE)
    step.refresh_from_db()
    assert step.job is not None
    vault.forget_passphrase(step.job.key)  # the held passphrase is gone: its minutes are over
    drain()
    step.refresh_from_db()
    letter.refresh_from_db()
    assert step.state == StepState.OPENED
    assert step.job is not None
    assert step.job.state == JobState.NEEDS_PASSPHRASE
    assert step.job.error
    assert letter.status == LetterStatus.PROPOSED
    assert not Endorsement.objects.filter(letter=letter).exists()
    assert Notification.objects.filter(user=governor.user, event="intray.sign_failed").exists()
    actions.sign_with_certificate(by=governor, step_id=step.pk, passphrase=PASSPHRASE)
    drain()
    letter.refresh_from_db()
    assert letter.status == LetterStatus.SIGNED
    assert SigningJob.objects.count() == 1


def test_a_letter_being_signed_is_neither_returned_nor_recalled_nor_signed_again(world: World) -> None:
    governor = world.actor("governor")
    letter = proposed(world, governor, sign_class="CERTIFICATE")
    step = only_step(letter)
    actions.sign_with_certificate(by=governor, step_id=step.pk, passphrase=PASSPHRASE)
    with pytest.raises(Refused, match="กำลังลงลายมือชื่อ"):
        actions.return_step(by=governor, step_id=step.pk, reason="เปลี่ยนใจ")
    with pytest.raises(Refused):
        actions.recall_proposal(by=world.actor("clerk"), letter_id=letter.pk)
    with pytest.raises(Refused):
        actions.sign_with_certificate(by=governor, step_id=step.pk, passphrase=PASSPHRASE)


def test_the_result_told_twice_signs_once(world: World) -> None:
    governor = world.actor("governor")
    letter = proposed(world, governor, sign_class="CERTIFICATE")
    step = only_step(letter)
    actions.sign_with_certificate(by=governor, step_id=step.pk, passphrase=PASSPHRASE)
    drain()
    step.refresh_from_db()
    actions.signature_done({"job": step.job_id, "_key": "again"})
    assert Endorsement.objects.filter(letter=letter, kind="SIGN").count() == 1
    actions.signature_done({"job": 0, "_key": "nobody's"})


def test_a_returned_letter_is_signed_anew_after_a_new_proposal(world: World) -> None:
    """The earlier round's signatures do not count: the new paper asks everybody again."""
    from tests.tray import propose

    head, governor = world.actor("office-head", "office-head"), world.actor("governor")
    letter = proposed(world, head, governor)
    actions.sign_typed(by=head, step_id=only_step(letter).pk, confirmation=WORDS)
    actions.return_step(by=governor, step_id=only_step(letter).pk, reason="แก้วันที่")
    letter.refresh_from_db()
    propose(letter, world.actor("clerk"), head, governor)
    drain()
    assert only_step(letter).to_position == head.position


# -- two at once -----------------------------------------------------------------------------------------


def refused(results: list[Any]) -> int:
    assert all(isinstance(one, Refused) or not isinstance(one, Exception) for one in results), results
    return sum(isinstance(one, Refused) for one in results)


@pytest.mark.django_db(transaction=True)
def test_two_of_a_unit_take_its_letter_together_and_one_gets_it(world: World) -> None:
    (step,) = routed(world, to_unit(world.unit("PTE", "statistics")))
    people = [world.actor("stat-clerk"), world.actor("stat-head")]
    assert refused(at_once(*(partial(actions.take, by=who, step_id=step.pk) for who in people))) == 1
    step.refresh_from_db()
    assert step.to_position in [who.position for who in people]


@pytest.mark.django_db(transaction=True)
def test_signing_pressed_twice_at_once_signs_once(world: World) -> None:
    letter = proposed(world, world.actor("governor"))
    step = only_step(letter)
    press = partial(actions.sign_typed, by=world.actor("governor"), step_id=step.pk, confirmation=WORDS)
    assert refused(at_once(press, press)) == 1
    letter.refresh_from_db()
    assert letter.status == LetterStatus.SIGNED
    assert Endorsement.objects.filter(letter=letter, kind="SIGN").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_return_and_a_signature_at_once_leave_one_of_them(world: World) -> None:
    letter = proposed(world, world.actor("governor"))
    step, governor = only_step(letter), world.actor("governor")
    sign = partial(actions.sign_typed, by=governor, step_id=step.pk, confirmation=WORDS)
    back = partial(actions.return_step, by=governor, step_id=step.pk, reason="แก้คำผิด")
    assert refused(at_once(sign, back)) == 1
    letter.refresh_from_db()
    kinds = list(Endorsement.objects.filter(letter=letter).values_list("kind", flat=True))
    assert (letter.status, kinds) in ((LetterStatus.SIGNED, ["SIGN"]), (LetterStatus.RETURNED, ["RETURN"]))


@pytest.mark.django_db(transaction=True)
def test_opening_and_recalling_at_once_leave_one_of_them(world: World) -> None:
    (step,) = routed(world, to_post(world.post("PTE", "governor")))
    results = at_once(
        partial(actions.open_step, by=world.actor("governor"), step_id=step.pk),
        partial(actions.recall_step, by=world.actor("province-registrar"), step_id=step.pk),
    )
    step.refresh_from_db()
    assert not any(isinstance(one, Exception) and not isinstance(one, Refused) for one in results), results
    assert step.state in (StepState.OPENED, StepState.RECALLED)
    assert (step.opened_at is None) == (step.state == StepState.RECALLED)


@pytest.mark.django_db(transaction=True)
def test_two_holders_of_one_post_decide_once(world: World) -> None:
    (step,) = routed(world, to_post(world.post("PTE", "governor")))
    approve = partial(actions.approve, by=world.actor("governor"), step_id=step.pk, granted=True)
    refuse = partial(actions.approve, by=world.actor("governor"), step_id=step.pk, granted=False)
    results = at_once(approve, refuse)
    assert refused(results) == 1
    assert not any(isinstance(one, Conflict) and "อยู่ในแฟ้มแล้ว" in str(one) for one in results)
    assert Endorsement.objects.filter(letter=step.letter_id, kind__in=("APPROVE", "DISAPPROVE")).count() == 1
