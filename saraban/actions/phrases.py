"""Keeping phrases: add, change, order, remove, and count where one was used. Nothing of this concerns a letter."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import F, Max

from common.access import Invalid, Refused
from common.thai import visible
from org.actor import Actor
from saraban.models import Phrase, PhrasePlace
from saraban.permissions_phrases import may_keep_phrase, may_share_phrases, reachable
from saraban.selectors_phrases import chosen

MOST = 200
TITLE_LENGTH, TEXT_LENGTH = 80, 2000


@transaction.atomic
def add_phrase(*, by: Actor, place: str, title: str, text: str, shared: bool = False) -> Phrase:
    """Keep a phrase, for oneself or (`shared`) for the unit. An empty title becomes the beginning of the text.

    Raises `Invalid` for what cannot be kept, `Refused` without a post of the unit or when there are too many.
    """
    if place not in PhrasePlace.values:
        raise Invalid("โปรดเลือกว่าจะใช้ข้อความนี้ที่ใด", field="place")
    if shared:
        may_share_phrases(by).demand()
    title, text = _words(title, text)
    owner = {"unit": by.unit} if shared else {"user": by.user}
    kept = Phrase.objects.filter(**owner)
    if kept.count() >= MOST:
        raise Refused(f"เก็บข้อความได้ไม่เกิน {MOST} รายการ โปรดลบรายการที่ไม่ใช้แล้วก่อน")
    last = kept.filter(place=place).aggregate(last=Max("order"))["last"] or 0
    phrase = Phrase(**owner, place=place, title=title, text=text, order=last + 1, added_by=by.user)
    return _saved(phrase)


@transaction.atomic
def change_phrase(*, by: Actor, phrase_id: int, place: str, title: str, text: str) -> Phrase:
    """Change what a phrase says and where it is offered. Raises Phrase.DoesNotExist for one of others, `Invalid`."""
    phrase = _found(by, phrase_id)
    if place not in PhrasePlace.values:
        raise Invalid("โปรดเลือกว่าจะใช้ข้อความนี้ที่ใด", field="place")
    phrase.place = place
    phrase.title, phrase.text = _words(title, text)
    return _saved(phrase)


@transaction.atomic
def shift_phrase(*, by: Actor, phrase_id: int, up: bool) -> None:
    """Move a phrase one place among those of its owner for the same place; at the end nothing happens."""
    phrase = _found(by, phrase_id)
    beside = Phrase.objects.select_for_update().filter(user=phrase.user_id, unit=phrase.unit_id, place=phrase.place)
    rows = list(beside.order_by("order", "id"))
    at = next(number for number, row in enumerate(rows) if row.pk == phrase.pk)
    to = at + (-1 if up else 1)
    if 0 <= to < len(rows):
        rows[at], rows[to] = rows[to], rows[at]
    for order, row in enumerate(rows, start=1):
        row.order = order
    Phrase.objects.bulk_update(rows, ["order"])


@transaction.atomic
def remove_phrase(*, by: Actor, phrase_id: int) -> str:
    """Keep a phrase no more; what was written with it stays. Returns its title."""
    phrase = _found(by, phrase_id)
    title = phrase.title
    phrase.delete()
    return title


def count_use(*, by: Actor, phrase_id: int) -> None:
    """One more use of a phrase the actor may use; of any other nothing happens."""
    Phrase.objects.filter(reachable(by), pk=phrase_id).update(uses=F("uses") + 1)


def spell_out(*, by: Actor, value: str) -> str:
    """The words a form's choice stands for, counted where they are a kept phrase; a shipped one says itself."""
    phrase = chosen(by, value)
    if phrase is None:
        return "" if value.startswith("#") else visible(value)[:TEXT_LENGTH]
    count_use(by=by, phrase_id=phrase.pk)
    return phrase.text


def _found(by: Actor, phrase_id: int) -> Phrase:
    phrase = Phrase.objects.select_for_update().filter(reachable(by)).get(pk=phrase_id)
    may_keep_phrase(by, phrase).demand()
    return phrase


def _words(title: str, text: str) -> tuple[str, str]:
    """Title and text as they may be kept. Raises `Invalid`."""
    lines = [" ".join(line.split()) for line in visible(text).strip().splitlines()]
    text, title = "\n".join(lines).strip(), " ".join(visible(title).split())
    if not text:
        raise Invalid("โปรดกรอกข้อความ", field="text")
    if len(text) > TEXT_LENGTH:
        raise Invalid(f"ข้อความยาวเกิน {TEXT_LENGTH} ตัวอักษร", field="text")
    title = title or " ".join(text.split())[:60]
    if len(title) > TITLE_LENGTH:
        raise Invalid(f"ชื่อยาวเกิน {TITLE_LENGTH} ตัวอักษร", field="title")
    return title, text


def _saved(phrase: Phrase) -> Phrase:
    try:
        with transaction.atomic():
            phrase.save()
    except IntegrityError as error:
        raise Invalid("มีข้อความชื่อนี้อยู่แล้วในที่เดียวกัน โปรดตั้งชื่ออื่น", field="title") from error
    return phrase
