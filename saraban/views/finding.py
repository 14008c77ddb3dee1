"""All letters the reader may read, narrowed or searched."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_GET

from common.access import Refused
from common.rows import ListRow
from common.thai import arabic_digits, date_short
from org.actor import Actor, ActorRequest
from saraban.finding import SHORTEST, WINDOW, LetterFilter, letters_of
from saraban.forms import STATES, LetterFilterForm
from saraban.list_export import FORMS, list_answer
from saraban.models import Urgency
from saraban.rows import letter_rows
from saraban.views.places import came_from, cursor_of

WAYS = {"in": "หนังสือรับ", "out": "หนังสือส่งและภายใน"}


def all_letters(request: ActorRequest) -> HttpResponse:
    """Everything the reader may read, newest first, with filters."""
    return _found(request, "all", "saraban:all")


def search(request: ActorRequest) -> HttpResponse:
    """Letters whose number, subject, sender or addressee holds the words; says what was searched."""
    return _found(request, "search", "saraban:search")


def _found(request: ActorRequest, key: str, url_name: str) -> HttpResponse:
    form = LetterFilterForm(request.GET)
    chosen = form.chosen()
    short = bool(chosen.text) and len(chosen.text.strip()) < SHORTEST
    asks = key == "search" and not chosen.narrows
    before = cursor_of(request.GET)
    page = None if short or asks else letters_of(request.actor, chosen, before)
    rows = letter_rows(page.letters, request.actor.at, came_from(key, request.GET)) if page else []
    url = reverse(url_name)
    context = {
        "form": form,
        "key": key,
        "rows": [
            (row, marked(row.subject, chosen.text), marked(row.number, chosen.text), marked(row.second, chosen.text))
            for row in rows
        ],
        "chosen": _chips(request, chosen),
        "short": short,
        "asks": asks,
        "text": chosen.text,
        "goes_on": bool(page and page.goes_on),
        "window": f"{WINDOW:,}",
        "older_url": _with(request, url, before=str(page.older)) if page and page.older else "",
        "newer_url": _with(request, url, before="") if before else "",
        "export": {f: _with(request, reverse("saraban:found_export", args=[f]), before="") for f in FORMS}
        if rows
        else {},
    }
    return render(request, "saraban/found.html", context)


@require_GET
def export(request: ActorRequest, form: str) -> HttpResponseBase:
    """What the filters choose of all the reader may read, newest first, as a file."""
    if request.actor.appointment is None:
        raise Refused("บัญชีนี้ไม่มีตำแหน่งที่มีผลในขณะนี้ จึงไม่มีหนังสือให้ส่งออก")
    chosen = LetterFilterForm(request.GET).chosen()
    return list_answer(
        by=request.actor, form=form, key="letters", title="รายการหนังสือ", rows=_rows(request.actor, chosen)
    )


def _rows(actor: Actor, chosen: LetterFilter) -> Iterator[ListRow]:
    """Page after page, as far as one search looks."""
    before = None
    while True:
        page = letters_of(actor, chosen, before)
        yield from letter_rows(page.letters, actor.at)
        if page.older is None or page.goes_on:
            return
        before = page.older


def _with(request: ActorRequest, url: str, **changes: str) -> str:
    """The page's own address with some values changed; an empty one goes."""
    query = request.GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value:
            query[name] = value
    return f"{url}?{query.urlencode()}" if query else url


def _chips(request: ActorRequest, chosen: LetterFilter) -> list[tuple[str, str]]:
    """What narrows the list, each with the address without it."""
    words = {
        "q": f"“{chosen.text}”" if chosen.text else "",
        "way": WAYS.get(chosen.way, ""),
        "state": dict(STATES).get(chosen.state, "") if chosen.state else "",
        "urgency": Urgency(chosen.urgency).label if chosen.urgency is not None else "",
        "since": f"ตั้งแต่ {date_short(chosen.since)}" if chosen.since else "",
        "until": f"ถึง {date_short(chosen.until)}" if chosen.until else "",
    }
    return [
        (str(word), _with(request, request.path, **{name: "", "before": ""})) for name, word in words.items() if word
    ]


def marked(text: str, wanted: str) -> SafeString | str:
    """`text` with every place of `wanted` marked, whichever digits or capitals either is written in."""
    needle = arabic_digits(wanted).lower().strip()
    hay = arabic_digits(text).lower()
    if len(needle) < SHORTEST or len(hay) != len(text):
        return text
    parts: list[str] = []
    at = 0
    while (found := hay.find(needle, at)) >= 0:
        end = found + len(needle)
        parts += [format_html("{}<mark>{}</mark>", text[at:found], text[found:end])]
        at = end
    return mark_safe("".join([*parts, format_html("{}", text[at:])])) if parts else text  # noqa: S308 – built of escaped pieces
