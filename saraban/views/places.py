"""Where a letter was opened from: the list, the letter before and the one after it.

A list hands its own address to its letters (`?from=incoming&…`); the letter page asks the list again for the same
page of ids, so nothing is kept between the two and the neighbours are as fresh as the list.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse

from org.actor import Actor
from saraban.finding import PAGE, letters_of
from saraban.forms import LetterFilterForm, RegisterFilterForm
from saraban.models.reach import newest_ids, reach_of
from saraban.outgoing import sent_letters
from saraban.registers import page_of
from saraban.rows import letter_url
from saraban.selectors import awaiting_dispatch, awaiting_number, incoming_of, readable_folders

LONGEST = 200
_KEPT = (
    *("before", "after", "folder", "unit", "q", "way", "state", "urgency", "since", "until", "voided", "tab"),
    *("purpose", "due", "sort"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """The way back and on: the list's title and address, the neighbours' addresses, and where the letter stands."""

    title: str
    url: str
    previous: str = ""
    next: str = ""
    words: str = ""


def came_from(key: str, params: QueryDict | None = None, **more: object) -> str:
    """What a list `key` puts behind its letters' addresses."""
    query = QueryDict(mutable=True)
    query["from"] = key
    for name in _KEPT:
        if params is not None and params.get(name):
            query[name] = params.get(name, "")
    for name, value in more.items():
        query[name] = str(value)
    return query.urlencode()


def cursor_of(params: QueryDict) -> int | None:
    """The `before` of an address, or None for the first page."""
    text = params.get("before", "")
    return int(text) if text.isdecimal() and len(text) < 19 else None


def place_of(actor: Actor, letter_id: int, params: QueryDict) -> Place | None:
    """The place the reader came from, or None when no list is named or the letter has left it."""
    key = params.get("from", "")
    source = _SOURCES.get(key)
    if source is None:
        return None
    found = source(actor, params)
    if found is None:
        return None
    title, url, ids = found
    if letter_id not in ids:
        return Place(title, url)
    at = ids.index(letter_id)
    query = came_from(key, params)
    return Place(
        title,
        url,
        previous=letter_url(ids[at - 1], query) if at else "",
        next=letter_url(ids[at + 1], query) if at + 1 < len(ids) else "",
        words=f"เรื่องที่ {at + 1} จาก {len(ids)}",
    )


Found = tuple[str, str, list[int]]


def _back(url: str, params: QueryDict) -> str:
    query = params.copy()
    query.pop("from", None)
    query.pop("folder", None)
    return f"{url}?{query.urlencode()}" if query else url


def _incoming(actor: Actor, params: QueryDict) -> Found:
    rows = incoming_of(actor).values_list("received_id", flat=True)[:LONGEST]
    return "หนังสือรอลงรับ", reverse("saraban:incoming"), [pk for pk in rows if pk]


def _number(actor: Actor, params: QueryDict) -> Found:
    ids = list(awaiting_number(actor).values_list("pk", flat=True)[:LONGEST])
    return "หนังสือรอออกเลข", reverse("saraban:outgoing"), ids


def _dispatch(actor: Actor, params: QueryDict) -> Found:
    ids = list(awaiting_dispatch(actor).values_list("pk", flat=True)[:LONGEST])
    return "หนังสือรอส่ง", reverse("saraban:outgoing") + "?tab=dispatch", ids


def _sent(actor: Actor, params: QueryDict) -> Found:
    letters, _ = sent_letters(actor, cursor_of(params))
    return "หนังสือส่งแล้ว", reverse("saraban:outgoing") + "?tab=sent", [letter.pk for letter in letters]


def _letters(title: str, name: str) -> Callable[[Actor, QueryDict], Found]:
    def found(actor: Actor, params: QueryDict) -> Found:
        chosen, before = LetterFilterForm(params).chosen(), cursor_of(params)
        if chosen.narrows:
            ids = [letter.pk for letter in letters_of(actor, chosen, before).letters]
        else:
            ids = newest_ids(reach_of(actor), before=before, limit=PAGE)
        return title, _back(reverse(name), params), ids

    return found


def _register(actor: Actor, params: QueryDict) -> Found | None:
    wanted = params.get("folder", "")
    folder = next((one for one in readable_folders(actor) if str(one.pk) == wanted), None)
    if folder is None:
        return None
    page = page_of(actor, folder, RegisterFilterForm(params).chosen(), cursor_of(params))
    ids = list(dict.fromkeys(entry.letter_id for entry in page.entries))
    return folder.name, _back(reverse("saraban:register", args=[folder.pk]), params), ids


_SOURCES: dict[str, Callable[[Actor, QueryDict], Found | None]] = {
    "incoming": _incoming,
    "number": _number,
    "dispatch": _dispatch,
    "sent": _sent,
    "all": _letters("หนังสือทั้งหมดที่อ่านได้", "saraban:all"),
    "search": _letters("ผลการค้นหา", "saraban:search"),
    "register": _register,
}


def add_source(key: str, source: Callable[[Actor, QueryDict], Found | None]) -> None:
    """An upper floor's list whose letters find their way back and their neighbours; the same key replaces it."""
    _SOURCES[key] = source
