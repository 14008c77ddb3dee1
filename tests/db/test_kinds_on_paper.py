"""Each kind on its way through signature, number and seal: which date it carries, and who writes what on the paper."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.db import transaction

from common.thai import arabic_digits, canonical, local_date
from files.actions import read
from files.pdf import page_count, page_text
from org.actor import Actor
from outbox.actions import drain
from outbox.models import OutboxMessage
from saraban.actions.letters import freeze_sheet, lock, move, set_document
from saraban.actions.numbers import issue_number
from saraban.actions.paper import block_for, prepare_for_signature, type_signature
from saraban.models import Letter
from saraban.sheets.frozen import to_json
from saraban.sheets.kinds import KINDS
from signing.actions import request_signature
from signing.models import SigningJob
from tests.pdf.forms import SAMPLES
from tests.pdf.papers import poppler_text
from tests.story import draft
from tests.world import World

pytestmark = pytest.mark.django_db
FOLDERS = {"ORDER": "pte-order", "ANNOUNCEMENT": "pte-announcement", "CERTIFICATE": "pte-certificate"}
LONG = "<p>ข้อความหนึ่งย่อหน้าที่ยาวพอจะเต็มบรรทัดเดียวและล้นไปถึงบรรทัดที่สองของหนังสือฉบับนี้อย่างแน่นอนทุกครั้งไป เนื้อความ</p>" * 24


def proposed(world: World, name: str, *signers: Actor, sign_class: str, **words: str) -> Letter:
    """A letter of a kind with the text of its sample, proposed to its signers."""
    blocks = tuple(block_for(one.appointment, n) for n, one in enumerate(signers, 1) if one.appointment)
    with transaction.atomic():
        folder = world.folder(FOLDERS.get(name, "pte-send"))
        letter = draft(world.actor("clerk"), folder, kind=name, sign_class=sign_class)
        sheet = SAMPLES[name](**words) if KINDS[name].ending.name == "NONE" else SAMPLES[name](signers=blocks, **words)
        freeze_sheet(letter=letter, form=name, data=to_json(sheet), places={})
        return move(letter=letter, verb="propose", by=world.actor("clerk"), label="เสนอลงนาม")


def sign_by_certificate(letter: Letter, signer: Actor, at: datetime) -> None:
    assert signer.appointment is not None
    with transaction.atomic():
        locked = lock(letter.pk)
        block = block_for(signer.appointment, 1)
        job = request_signature(
            by=signer, key=f"test:{letter.pk}", field="signer-1", certify=True,
            source=prepare_for_signature(letter=locked, order=1, signer=block, at=at),
            passphrase="e-office-demo", lines=[block.name], done_topic="test.signed", payload={},
        )  # fmt: skip
    drain()
    OutboxMessage.objects.filter(topic="test.signed").delete()
    job = SigningJob.objects.select_related("result").get(pk=job.pk)
    assert job.result is not None, job.error
    set_document(letter=letter, document=job.result)


def sign_by_typing(letter: Letter, signer: Actor, order: int = 1) -> None:
    assert signer.appointment is not None
    with transaction.atomic():
        type_signature(letter=lock(letter.pk), order=order, appointment=signer.appointment, at=signer.at)


def numbered(world: World, letter: Letter, by: Actor) -> Letter:
    """The letter signed, numbered and sealed."""
    with transaction.atomic():
        move(letter=lock(letter.pk), verb="sign", by=by, label="ลงนาม")
    issue_number(by=world.actor("province-registrar"), letter_id=letter.pk)
    drain()
    done = Letter.objects.select_related("document").get(pk=letter.pk)
    assert done.sealed and done.document is not None
    return done


def flat(text: str) -> str:
    return arabic_digits(re.sub(r"\s+", " ", canonical(text)))


def yesterday(actor: Actor) -> Actor:
    """The same person a day earlier."""
    return replace(actor, at=actor.at - timedelta(days=1))


def test_an_order_carries_the_day_of_its_signature_on_its_last_page_and_its_number_on_the_first(world: World) -> None:
    from signing.demo_ca import DemoAuthority
    from signing.validation import validate

    governor = world.actor("governor")
    before = yesterday(governor).at
    letter = proposed(world, "ORDER", governor, sign_class="CERTIFICATE", body_html=LONG)
    sign_by_certificate(letter, governor, before)
    done = numbered(world, letter, governor)
    assert done.document is not None
    pdf = read(done.document)
    day = local_date(before)
    assert done.letter_date == day
    last = page_count(pdf) - 1
    assert last > 0
    assert f"สั่ง ณ วันที่ {day.day} " in flat(page_text(pdf, last)) and f"พ.ศ. {day.year + 543}" in flat(
        page_text(pdf, last)
    )
    assert f"ที่ {done.number}" in flat(poppler_text(pdf, "-l", "1", "-layout"))
    report = validate(pdf, [DemoAuthority(settings.VAR_DIR / "demo-ca").root])
    assert [one.field for one in report.signatures] == ["signer-1", "Registry"]
    assert all(one.intact and one.trusted for one in report.signatures)


def test_an_announcement_typed_by_two_carries_the_day_of_the_last(world: World) -> None:
    head, governor = yesterday(world.actor("office-head")), world.actor("governor")
    letter = proposed(world, "ANNOUNCEMENT", head, governor, sign_class="TYPED")
    sign_by_typing(letter, head, 1)
    sign_by_typing(letter, governor, 2)
    done = numbered(world, letter, governor)
    assert done.document is not None
    assert done.letter_date == local_date(governor.at)
    text = flat(page_text(read(done.document), 0))
    assert f"ประกาศ ณ วันที่ {local_date(governor.at).day} " in text
    assert done.number not in text  # it has one in the register; the form prints none


@pytest.mark.parametrize("name", ["STAMPED", "COMMUNIQUE"])
def test_what_nobody_signs_is_approved_and_gets_the_day_of_its_number(world: World, name: str) -> None:
    governor = yesterday(world.actor("governor"))
    letter = proposed(world, name, governor, sign_class="TYPED")
    sign_by_typing(letter, governor)
    done = numbered(world, letter, governor)
    assert done.document is not None and done.letter_date is not None
    assert done.letter_date > local_date(governor.at)
    text = flat(page_text(read(done.document), 0))
    assert f"{done.letter_date.day} " in text and str(done.letter_date.year + 543) in text
    assert (done.number in text) == (name == "STAMPED")


def test_a_kind_dated_by_signature_is_never_set_without_its_day(world: World) -> None:
    governor = world.actor("governor")
    letter = proposed(world, "CERTIFICATE", governor, sign_class="CERTIFICATE")
    assert governor.appointment is not None
    with transaction.atomic(), pytest.raises(ValueError, match="CERTIFICATE"):
        prepare_for_signature(letter=lock(letter.pk), order=1, signer=block_for(governor.appointment, 1))
