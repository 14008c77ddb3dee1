"""Short ways to classified letters, all through the actions."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from draft.actions.writing import begin
from org.actor import Actor
from org.models import Appointment
from saraban.actions.classified import set_class
from saraban.actions.letters import lock
from saraban.models import Letter
from tests.drafting import rewrite
from tests.world import World


def cleared(world: World, name: str, clearance: int = 2) -> Actor:
    """A person of the cast whose appointment is cleared by a written order."""
    actor = world.actor(name)
    assert actor.appointment is not None
    Appointment.objects.filter(pk=actor.appointment.pk).update(clearance=clearance, order_ref="คำสั่ง ที่ 9/2569")
    return world.actor(name)


def secret_draft(by: Actor, *, secrecy: int = 2, kind: str = "MEMO", **fields: Any) -> Letter:
    """A draft that is classified from its first save."""
    letter = begin(by=by, kind=kind, secrecy=secrecy)
    rewrite(by, letter, **fields)
    return Letter.objects.get(pk=letter.pk)


def classified(letter: Letter, secrecy: int, *, by: Actor) -> Letter:
    """Give a letter a class whatever its state, for tests of who sees what."""
    with transaction.atomic():
        return set_class(by=by, letter=lock(letter.pk), secrecy=secrecy, reason="ทดสอบ")
