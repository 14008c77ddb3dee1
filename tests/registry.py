"""Short ways to numbered and sent letters over a small ready file: nothing is set on paper, nothing is sealed."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from typing import Any

from PIL import Image

from files.actions import store_bytes
from files.scans import pdf_of_scans
from org.models import Unit
from outbox.actions import drain
from saraban.actions.dispatch import Addressee, dispatch
from saraban.actions.letters import set_document
from saraban.actions.numbers import issue_number
from saraban.actions.receive import register
from saraban.models import Delivery, Letter, RegisterEntry, RegisterFolder
from saraban.models.reach import reach_of
from tests.story import bare_signed
from tests.world import World


@lru_cache
def small_pdf(pages: int = 1) -> bytes:
    """A PDF of blank A4 pages."""
    out = BytesIO()
    Image.new("RGB", (210, 297), "white").save(out, "PNG")
    return pdf_of_scans([("page.png", out.getvalue())] * pages)


def ready(world: World, *, by: str = "clerk", folder: str = "pte-send", **facts: Any) -> Letter:
    """A signed letter of `by` that needs no seal any more, waiting for its number."""
    letter = bare_signed(world.actor(by), world.folder(folder), **facts)
    return set_document(letter=letter, document=store_bytes(small_pdf(), name="letter.pdf"), sealed=True)


def numbered(world: World, *, registrar: str = "province-registrar", **facts: Any) -> Letter:
    """The same with its number, ready to be sent."""
    letter = ready(world, **facts)
    issue_number(by=world.actor(registrar), letter_id=letter.pk)
    letter.refresh_from_db()
    return letter


def sent(world: World, *units: Unit, **facts: Any) -> list[Delivery]:
    """The same sent by the province's registrar to `units`, and arrived there."""
    letter = numbered(world, **facts)
    deliveries = dispatch(
        by=world.actor("province-registrar"), letter_id=letter.pk, to=[Addressee(unit) for unit in units]
    )
    drain()
    for delivery in deliveries:
        delivery.refresh_from_db()
    return deliveries


def central(world: World, roman: str) -> Unit:
    """The agency's central registry."""
    unit = world.agency(roman).registry_unit
    assert unit is not None
    return unit


def receiving_folder(world: World, who: str, unit: Unit) -> RegisterFolder:
    """The first receiving folder of `unit` that `who` registers into."""
    reach = reach_of(world.actor(who))
    folders = RegisterFolder.objects.filter(owner_unit=unit, kind="RECEIVE").order_by("order", "pk")
    return next(one for one in folders if reach.may("register_incoming", one.pk))


def received(world: World, who: str, delivery: Delivery, **columns: str) -> RegisterEntry:
    """`delivery` registered by `who`."""
    folder = receiving_folder(world, who, delivery.to_unit)
    return register(by=world.actor(who), delivery_id=delivery.pk, folder_id=folder.pk, **columns)
