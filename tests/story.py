"""Short ways to letters in a wanted state, all through the actions."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from org.actor import Actor
from org.models import Unit
from outbox.actions import drain
from saraban.actions.dispatch import Addressee, dispatch
from saraban.actions.letters import freeze_sheet, move, open_letter
from saraban.actions.numbers import issue_number
from saraban.actions.paper import block_for, type_signature
from saraban.models import Delivery, Letter, RegisterEntry, RegisterFolder
from saraban.sheets import MemoSheet
from saraban.sheets.frozen import form_of, to_json
from tests.world import World


def draft(by: Actor, folder: RegisterFolder, *, subject: str = "ขอส่งรายงานผลการดำเนินงาน", **facts: Any) -> Letter:
    """A memo of the actor's unit, meant for `folder`."""
    return open_letter(by=by, kind=facts.pop("kind", "MEMO"), subject=subject, folder=folder, **facts)


def bare_signed(by: Actor, folder: RegisterFolder, **facts: Any) -> Letter:
    """Signed and waiting for its number, without paper: for tests that set none."""
    with transaction.atomic():
        letter = draft(by, folder, **facts)
        move(letter=letter, verb="propose", by=by, label="เสนอลงนาม")
        return move(letter=letter, verb="sign", by=by, label="ลงนาม")


def signed(by: Actor, folder: RegisterFolder, signer: Actor, **facts: Any) -> Letter:
    """A memo signed by typing (class ก) and waiting for its number."""
    assert signer.appointment is not None
    with transaction.atomic():
        letter = draft(by, folder, **facts)
        sheet = MemoSheet(
            subject=letter.subject,
            salutation="เรียน",
            addressee="หัวหน้าสำนักงานจังหวัด",
            body_html="<p>ด้วยกลุ่มงานได้ดำเนินการแล้วเสร็จ จึงเรียนมาเพื่อโปรดทราบ</p>",
            signers=(block_for(signer.appointment, 1),),
            agency_line=letter.owner_unit.name,
        )
        freeze_sheet(letter=letter, form=form_of(sheet), data=to_json(sheet), places={})
        move(letter=letter, verb="propose", by=by, label="เสนอลงนาม")
        type_signature(letter=letter, order=1, appointment=signer.appointment, at=signer.at)
        return move(letter=letter, verb="sign", by=signer, label="ลงนาม")


def numbered(by: Actor, folder: RegisterFolder, signer: Actor, registrar: Actor, **facts: Any) -> RegisterEntry:
    """A signed memo with its number; the seal still waits in the outbox."""
    return issue_number(by=registrar, letter_id=signed(by, folder, signer, **facts).pk)


def province_memo(world: World, **facts: Any) -> Letter:
    """A memo of the province's office, numbered by its registrar and sealed."""
    entry = numbered(
        world.actor("clerk"),
        world.folder("pte-send"),
        world.actor("office-head"),
        world.actor("province-registrar"),
        **facts,
    )
    drain()
    return Letter.objects.get(pk=entry.letter_id)


def sent(world: World, to: Unit, **facts: Any) -> Delivery:
    """A letter of the province sent to `to`, and arrived there."""
    letter = province_memo(world, **facts)
    [delivery] = dispatch(by=world.actor("province-registrar"), letter_id=letter.pk, to=[Addressee(to)])
    drain()
    delivery.refresh_from_db()
    return delivery
