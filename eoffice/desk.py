"""The home desk – what waits for me, my deadlines, recent letters – and the help page."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from common.menu import waiting
from common.rows import ListRow
from intray.selectors import rows as tray_rows
from intray.selectors import tray
from org.actor import Actor, ActorRequest
from saraban.counters import registers
from saraban.rows import letter_rows
from saraban.selectors import newest_visible

ROWS = 6


@dataclass(frozen=True)
class Desk:
    """What the desk shows to one actor."""

    counts: list[tuple[str, int, str, str]]
    waiting: list[ListRow]
    deadlines: list[ListRow]
    recent: list[ListRow]


@require_GET
def home(request: ActorRequest) -> HttpResponse:
    """The desk; whoever has no post sees where to go instead."""
    if request.actor.appointment is None:
        return render(request, "eoffice/no_post.html", {"page_title": "หน้าหลัก"})
    return render(request, "eoffice/desk.html", {"page_title": "โต๊ะทำงาน", "desk": _desk(request.actor)})


def _desk(actor: Actor) -> Desk:
    found = tray.counts(actor)
    recent, _ = newest_visible(actor, limit=ROWS)
    return Desk(
        counts=_counts(actor, found),
        waiting=_tray(actor, "sign") + _tray(actor, "wait") if found["sign"] else _tray(actor, "wait"),
        deadlines=_tray(actor, "due") if found["due"] else [],
        recent=letter_rows(recent, actor.at, "from=all"),
    )


def _counts(actor: Actor, found: dict[str, int]) -> list[tuple[str, int, str, str]]:
    """(name, how many, address, kind) of the big numbers on top; registry ones only for whoever registers."""
    trays = reverse("intray:list")
    return [
        ("รอลงนาม", found["sign"], f"{trays}?tab=sign", "go"),
        ("รอพิจารณา", found["wait"], f"{trays}?tab=wait", ""),
        ("เกินกำหนด", found["late"], f"{trays}?tab=due&due=late", "hot"),
        ("ร่างที่รอท่าน", waiting("draft", actor), reverse("draft:list"), ""),
        *([("งานทะเบียนที่รอ", waiting("saraban", actor), reverse("saraban:incoming"), "")] if registers(actor) else []),
    ]


def _tray(actor: Actor, tab: str) -> list[ListRow]:
    page = tray.tray_page(actor, tray.Wanted(tab=tab), size=ROWS)
    return tray_rows.tray_rows(actor, tab, page.steps)


@require_GET
def help_page(request: ActorRequest) -> HttpResponse:
    """Short help: where things are, the keyboard, whom to ask."""
    return render(request, "eoffice/help.html", {"page_title": "คู่มือการใช้งาน"})
