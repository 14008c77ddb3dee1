"""Whose phrases are whose: a person's own, and those of the unit he works in today."""

from __future__ import annotations

from django.db.models import Q

from common.access import ALLOWED, Verdict, no
from org.actor import Actor
from saraban.models import Phrase


def reachable(actor: Actor) -> Q:
    """The phrases the actor meets and keeps: his own, and his unit's in the active capacity."""
    own = Q(user=actor.user)
    return own | Q(unit=actor.position.unit_id) if actor.appointment is not None else own


def may_share_phrases(actor: Actor) -> Verdict:
    """Add to the phrases of the unit: any post of it."""
    return ALLOWED if actor.appointment is not None else no("ต้องมีตำแหน่งที่มีผลจึงใช้ข้อความร่วมกับหน่วยงานได้")


def may_keep_phrase(actor: Actor, phrase: Phrase) -> Verdict:
    """Change, move or remove one: its owner, or any post of the unit that shares it."""
    own = phrase.user_id == actor.user.pk
    shared = phrase.unit_id is not None and actor.appointment is not None and phrase.unit_id == actor.position.unit_id
    return ALLOWED if own or shared else no("ข้อความนี้เป็นของผู้อื่นหรือหน่วยงานอื่น")
