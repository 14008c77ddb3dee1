"""Short ways to letters in somebody's tray, all through the actions."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.db import transaction

from files.models import StoredFile
from intray import actions
from intray.models import RoutingStep
from intray.selectors.targets import Target
from org.actor import Actor
from org.models import Position, Unit
from outbox.actions import drain, put
from saraban.actions.letters import freeze_sheet, move
from saraban.actions.paper import block_for, place_of
from saraban.actions.receive import register_paper
from saraban.models import Letter
from saraban.sheets import MemoSheet, SignerBlock
from saraban.sheets.frozen import form_of, to_json
from tests.story import draft
from tests.world import World

PASSPHRASE = "e-office-demo"


def to_post(position: Position, purpose: str = "CONSIDER") -> Target:
    """A post as an addressee."""
    return Target(position.unit, position, purpose)


def to_unit(unit: Unit, purpose: str = "ACTION") -> Target:
    """A whole unit as an addressee."""
    return Target(unit, None, purpose)


def registered(
    world: World, *, by: str = "province-registrar", document: StoredFile | None = None, **facts: Any
) -> Letter:
    """A paper letter registered into the province's own receiving register."""
    columns = {
        "subject": "ขอเชิญประชุมคณะกรรมการจังหวัด",
        "sender": "กรมการปกครอง",
        "number": "มท 0309/1",
        "letter_date": None,
    }
    entry = register_paper(
        by=world.actor(by),
        folder_id=world.folder("pte-receive").pk,
        addressee="ผู้ว่าราชการจังหวัด",
        document=document,
        **(columns | facts),
    )
    return Letter.objects.get(pk=entry.letter_id)


def routed(world: World, *targets: Target, text: str = "เพื่อโปรดพิจารณา", **facts: Any) -> list[RoutingStep]:
    """A registered letter that the registrar sent to `targets`; facts of the letter as in `registered`."""
    due_at = facts.pop("due_at", None)
    letter = registered(world, **facts)
    return actions.start_route(
        by=world.actor("province-registrar"), letter_id=letter.pk, targets=targets, text=text, due_at=due_at
    )


def proposed(world: World, *signers: Actor, sign_class: str = "TYPED", by: str = "clerk", **facts: Any) -> Letter:
    """A memo of the clerk's proposed to `signers` in order; their steps are there."""
    author = world.actor(by)
    with transaction.atomic():
        letter = draft(author, world.folder("pte-send"), sign_class=sign_class, **facts)
        sheet = MemoSheet(
            subject=letter.subject,
            salutation="เรียน",
            addressee="ผู้ว่าราชการจังหวัด",
            body_html="<p>ด้วยกลุ่มงานได้ดำเนินการแล้วเสร็จ จึงเรียนมาเพื่อโปรดพิจารณา</p>",
            signers=tuple(_block(one, order) for order, one in enumerate(signers, 1)),
            agency_line=letter.owner_unit.name,
        )
        freeze_sheet(letter=letter, form=form_of(sheet), data=to_json(sheet), places={})
        propose(letter, author, *signers)
    drain()
    letter.refresh_from_db()
    return letter


def propose(letter: Letter, author: Actor, *signers: Actor) -> None:
    """The message of the drafting side, in the transaction that proposes."""
    move(letter=letter, verb="propose", by=author, label="เสนอลงนาม")
    payload = {
        "letter": letter.pk,
        "signers": [one.position.pk for one in signers],
        "note": "โปรดพิจารณาลงนาม",
        "by_user": author.user.pk,
        "by_position": author.position.pk,
    }
    put("letter.proposed", f"letter:{letter.pk}:{uuid4()}", payload)


def _block(signer: Actor, order: int) -> SignerBlock:
    if signer.appointment is None:
        return SignerBlock("", ("",), place_of(order))
    return block_for(signer.appointment, order)


def only_step(letter: Letter) -> RoutingStep:
    """The one open step of a letter."""
    return RoutingStep.objects.filter(letter=letter).open().get()
