"""After the number: the seal shows number and date, closes the file, and every signature holds."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import override_settings

from common.access import Invalid, Refused
from files.actions import read
from org.actor import Actor
from outbox.actions import drain
from outbox.models import OutboxMessage
from saraban.actions.letters import freeze_sheet, lock, move, set_document
from saraban.actions.numbers import issue_number
from saraban.actions.paper import block_for, prepare_for_signature
from saraban.models import Letter
from saraban.sheets import MemoSheet
from saraban.sheets.frozen import form_of, to_json
from signing import vault
from signing.actions import request_signature, retry_job
from signing.models import Certificate, JobState, SigningJob
from tests.story import draft, province_memo
from tests.world import World

pytestmark = pytest.mark.django_db
PASSPHRASE = "e-office-demo"


def proposed(world: World, *signers: Actor) -> Letter:
    """A memo proposed to be signed by certificate."""
    with transaction.atomic():
        letter = draft(world.actor("clerk"), world.folder("pte-send"), sign_class="CERTIFICATE")
        sheet = MemoSheet(
            subject=letter.subject,
            salutation="เรียน",
            addressee="ผู้ว่าราชการจังหวัด",
            body_html="<p>ด้วยกลุ่มงานได้ดำเนินการแล้วเสร็จ</p>",
            signers=tuple(block_for(one.appointment, n) for n, one in enumerate(signers, 1) if one.appointment),
            agency_line=letter.owner_unit.name,
        )
        freeze_sheet(letter=letter, form=form_of(sheet), data=to_json(sheet), places={})
        return move(letter=letter, verb="propose", by=world.actor("clerk"), label="เสนอลงนาม")


def sign(letter: Letter, signer: Actor, order: int = 1, passphrase: str = PASSPHRASE) -> SigningJob:
    """One signature asked for, as the in-tray asks for it; the worker has not run yet."""
    assert signer.appointment is not None
    with transaction.atomic():
        locked = lock(letter.pk)
        source = prepare_for_signature(letter=locked, order=order, signer=block_for(signer.appointment, order))
        return request_signature(
            by=signer,
            key=f"test:{letter.pk}:{order}",
            source=source,
            field=f"signer-{order}",
            certify=order == 1,
            passphrase=passphrase,
            lines=[signer.user.full_name],
            done_topic="test.signed",
            payload={},
        )


def signed_bytes(job: SigningJob, letter: Letter) -> bytes:
    drain_but_tests()
    job.refresh_from_db()
    assert job.state == JobState.DONE, job.error
    assert job.result is not None
    set_document(letter=letter, document=job.result)
    return read(job.result)


def drain_but_tests() -> None:
    """The done topic of these tests has no handler; it may wait."""
    drain()
    OutboxMessage.objects.filter(topic="test.signed").delete()


def test_two_persons_sign_then_the_seal_closes(world: World) -> None:
    from django.conf import settings

    from signing.demo_ca import DemoAuthority
    from signing.validation import validate

    governor, head = world.actor("governor"), world.actor("office-head")
    letter = proposed(world, head, governor)
    signed_bytes(sign(letter, head, 1), letter)
    signed_bytes(sign(letter, governor, 2), letter)
    with transaction.atomic():
        move(letter=lock(letter.pk), verb="sign", by=governor, label="ลงนาม")
    entry = issue_number(by=world.actor("province-registrar"), letter_id=letter.pk)
    drain()
    letter.refresh_from_db()
    assert letter.sealed
    assert letter.document is not None
    report = validate(read(letter.document), [DemoAuthority(settings.VAR_DIR / "demo-ca").root])
    assert [one.field for one in report.signatures] == ["signer-1", "signer-2", "Registry"]
    assert all(one.intact and one.trusted for one in report.signatures), report
    assert entry.number == letter.number


def test_a_typed_approval_is_printed_and_sealed(world: World) -> None:
    from common.thai import canonical, thai_digits
    from files.pdf import page_text

    letter = province_memo(world)
    assert letter.sealed
    assert letter.document is not None
    text = canonical("".join(page_text(read(letter.document), 0).split()))
    for wanted in (thai_digits(letter.number), world.user("office-head").full_name, letter.subject):
        assert canonical("".join(wanted.split())) in text


def test_a_wrong_passphrase_is_refused_at_once_and_leaves_nothing(world: World) -> None:
    letter = proposed(world, world.actor("governor"))
    with pytest.raises(Invalid, match="รหัสผ่าน") as refusal:
        sign(letter, world.actor("governor"), passphrase="ผิด")
    assert refusal.value.field == "passphrase"
    assert not SigningJob.objects.exists()


def test_a_secretary_never_signs(world: World) -> None:
    letter = proposed(world, world.actor("governor"))
    with pytest.raises(Refused, match="หน้าห้อง"):
        sign(letter, world.actor("secretary"))


def test_an_expired_certificate_says_what_to_do(world: World) -> None:
    letter = proposed(world, world.actor("governor"))
    governor = world.actor("governor")
    Certificate.objects.filter(user=governor.user).update(not_after=governor.at)
    with pytest.raises(Refused, match="หมดอายุ"):
        sign(letter, governor)


def test_another_person_than_printed_may_sign_only_while_nobody_has(world: World) -> None:
    governor, head, vice = world.actor("governor"), world.actor("office-head"), world.actor("vice1")
    letter = proposed(world, governor, head)
    signed_bytes(sign(letter, vice, 1), letter)  # nobody had signed: the paper is set with the one who does
    letter.refresh_from_db()
    assert letter.sheet.data["signers"][0]["name"] == vice.user.full_name
    with pytest.raises(Refused, match="จัดทำฉบับใหม่"):
        sign(letter, governor, 2)


def test_a_passphrase_that_was_forgotten_is_asked_for_again(world: World) -> None:
    governor = world.actor("governor")
    job = sign(proposed(world, governor), governor)
    vault.forget_passphrase(job.key)
    drain_but_tests()
    job.refresh_from_db()
    assert job.state == JobState.NEEDS_PASSPHRASE
    retry_job(by=governor, job_id=job.pk, passphrase=PASSPHRASE)
    drain_but_tests()
    job.refresh_from_db()
    assert job.state == JobState.DONE


def test_a_dead_timestamp_service_is_shown_and_nothing_is_half_signed(world: World) -> None:
    governor = world.actor("governor")
    with override_settings(TSA_URL="http://127.0.0.1:9/tsa", TSA_TIMEOUT_SECONDS=1):
        job = sign(proposed(world, governor), governor)
        drain_but_tests()
        job.refresh_from_db()
        assert (job.state, job.level) == (JobState.DONE, "B-B")
    with override_settings(TSA_URL="http://127.0.0.1:9/tsa", TSA_TIMEOUT_SECONDS=1, TSA_REQUIRED=True):
        strict = sign(proposed(world, governor), governor)
        drain_but_tests()
        strict.refresh_from_db()
        assert strict.state == JobState.FAILED
        assert strict.result is None
        assert "เวลา" in strict.error


def test_a_job_done_is_not_done_again(world: World) -> None:
    from signing.actions import run

    governor = world.actor("governor")
    job = sign(proposed(world, governor), governor)
    drain_but_tests()
    job.refresh_from_db()
    result = job.result_id
    run({"job": job.pk})
    job.refresh_from_db()
    assert job.result_id == result
