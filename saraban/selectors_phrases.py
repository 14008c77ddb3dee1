"""The phrases offered at a place, and the list a person keeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from org.actor import Actor
from saraban.models import Phrase, PhrasePlace
from saraban.permissions_phrases import reachable

MARK = "#"  # before the id of a kept phrase, where a form names it


@dataclass(frozen=True, slots=True)
class Offer:
    """One phrase to insert: what its choice posts, how it is called, what is inserted."""

    value: str
    title: str
    text: str
    pk: int | None = None


@dataclass(frozen=True, slots=True)
class Offers:
    """What a place offers: `usual` are the shipped ones shown at once, `more` those behind a fold, `own` and `shared` kept."""

    place: str
    own: tuple[Offer, ...]
    shared: tuple[Offer, ...]
    usual: tuple[Offer, ...] = ()
    more: tuple[Offer, ...] = ()
    unit: str = ""


def offers(actor: Actor, place: PhrasePlace, *, usual: Sequence[str] = (), more: Sequence[str] = ()) -> Offers:
    """The actor's own and his unit's phrases for `place` (one query), beside the shipped ones the page names."""
    kept = list(Phrase.objects.filter(reachable(actor), place=place).order_by("order", "id"))
    return Offers(
        place=place,
        own=tuple(_kept(one) for one in kept if one.user_id),
        shared=tuple(_kept(one) for one in kept if one.unit_id),
        usual=tuple(Offer(text, text, text) for text in usual),
        more=tuple(Offer(text, text, text) for text in more),
        unit=actor.unit.label if actor.appointment is not None else "",
    )


def _kept(phrase: Phrase) -> Offer:
    return Offer(f"{MARK}{phrase.pk}", phrase.title, phrase.text, phrase.pk)


def chosen(actor: Actor, value: str) -> Phrase | None:
    """The kept phrase a form's choice names, if the actor may use it."""
    number = value.removeprefix(MARK)
    if number == value or not (number.isascii() and number.isdecimal() and len(number) < 19):
        return None
    return Phrase.objects.filter(reachable(actor), pk=int(number)).first()


def kept_phrases(actor: Actor, *, place: str = "", text: str = "") -> QuerySet[Phrase]:
    """The phrases the actor keeps, own before shared, in their order; narrowed by place and by words in title or text."""
    found = Phrase.objects.filter(reachable(actor)).select_related("added_by", "unit")
    if place in PhrasePlace.values:
        found = found.filter(place=place)
    for word in text.split():
        found = found.filter(Q(title__icontains=word) | Q(text__icontains=word))
    return found.order_by("place", "unit_id", "order", "id")
