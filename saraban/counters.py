"""What the menu asks: whether the actor has registry work, and how much waits (counts stop at 99)."""

from __future__ import annotations

from org.actor import Actor
from saraban.models.reach import reach_of
from saraban.selectors import awaiting_number, incoming_of

CAP = 99


def registers(actor: Actor) -> bool:
    """Whether the capacity registers or numbers anywhere."""
    reach = reach_of(actor)
    return bool(reach.folders("register_incoming") or reach.folders("take_number") or reach.folders("secret_register"))


def reads_registers(actor: Actor) -> bool:
    """Whether the capacity may open any register."""
    reach = reach_of(actor)
    return bool(reach.folders("read_all") or reach.folders("read_own_unit") or reach.folders("secret_register"))


def reads(actor: Actor) -> bool:
    """Whether the actor has a post, and so may read anything at all."""
    return actor.appointment is not None


def waiting(actor: Actor) -> int:
    """Letters that wait to be registered or numbered, at most 99."""
    numbering = awaiting_number(actor).order_by().values_list("pk")[:CAP]
    if not reach_of(actor).folders("register_incoming"):
        return min(numbering.count(), CAP)
    receiving = incoming_of(actor).order_by().values_list("pk")[:CAP]
    return min(receiving.union(numbering, all=True).count(), CAP)
