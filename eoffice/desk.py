"""The home desk – what waits for me, my deadlines, recent letters – and the help page."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from common.menu import waiting
from common.rows import ListRow
from draft.selectors import lists as drafts
from intray.selectors import rows as tray_rows
from intray.selectors import tray
from org.actor import Actor, ActorRequest
from saraban.counters import registers
from saraban.models import Letter
from saraban.models.reach import reach_of
from saraban.rows import incoming_rows, letter_rows
from saraban.selectors import awaiting_number, incoming_of, newest_visible
from saraban.views.places import came_from

ROWS = 6


@dataclass(frozen=True)
class Desk:
    """What the desk shows to one actor."""

    counts: list[tuple[str, int, str, str]]
    waiting: list[ListRow]
    drafts: list[ListRow]
    registry: list[ListRow]
    deadlines: list[ListRow]
    recent: list[ListRow]


@require_GET
def home(request: ActorRequest) -> HttpResponse:
    """The desk; whoever has no post sees where to go instead."""
    if request.actor.appointment is None:
        return render(request, "eoffice/no_post.html", {"page_title": "หน้าหลัก"})
    return render(request, "eoffice/desk.html", {"page_title": "โต๊ะทำงาน", "desk": _desk(request.actor)})


def _desk(actor: Actor) -> Desk:
    found = tray.open_counts(actor)
    trays = _trays(actor, found)
    recent, _ = newest_visible(actor, limit=ROWS)
    to_review, came_back = _drafts(actor) if waiting("draft", actor) else ([], [])
    arrived, to_number = _registry(actor) if registers(actor) and waiting("saraban", actor) else ([], [])
    registry_page = "saraban:outgoing" if to_number and not arrived else "saraban:incoming"
    draft_tab = "?tab=review" if to_review else "?tab=returned" if came_back else ""
    return Desk(
        counts=_counts(actor, found, draft_tab, registry_page),
        waiting=trays["sign"] + trays["wait"],
        drafts=(to_review + came_back)[:ROWS],
        registry=(arrived + to_number)[:ROWS],
        deadlines=trays["due"],
        recent=letter_rows(recent, actor.at, "from=all"),
    )


def _counts(actor: Actor, found: dict[str, int], draft_tab: str, registry_page: str) -> list[tuple[str, int, str, str]]:
    """(name, how many, address, kind) of the big numbers on top; registry ones only for whoever registers."""
    trays = reverse("intray:list")
    return [
        ("รอลงนาม", found["sign"], f"{trays}?tab=sign", "go"),
        ("รอพิจารณา", found["wait"], f"{trays}?tab=wait", ""),
        ("เกินกำหนด", found["late"], f"{trays}?tab=due&due=late", "hot"),
        ("ร่างที่รอท่าน", waiting("draft", actor), reverse("draft:list") + draft_tab, ""),
        *([("งานทะเบียนที่รอ", waiting("saraban", actor), reverse(registry_page), "")] if registers(actor) else []),
    ]


def _drafts(actor: Actor) -> tuple[list[ListRow], list[ListRow]]:
    """Drafts to review, and those that came back to the post."""
    to_review, came_back = (drafts.page_of(actor, drafts.Wanted(tab=tab)).rows for tab in ("review", "returned"))
    return to_review, [row for row in came_back if row.unread]


def _registry(actor: Actor) -> tuple[list[ListRow], list[ListRow]]:
    """What waits to be registered, and what waits for its number."""
    receives = bool(reach_of(actor).folders("register_incoming"))
    arrived = list(incoming_of(actor)[:ROWS]) if receives else []
    ids = [one.received_id for one in arrived if one.received_id]
    open_ids = set(Letter.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()
    rows = incoming_rows(arrived, actor.at, open_ids=open_ids, came_from=came_from("incoming"))
    to_number = list(awaiting_number(actor)[: ROWS - len(rows)]) if len(rows) < ROWS else []
    return rows, letter_rows(to_number, actor.at, came_from("number"))


def _trays(actor: Actor, found: dict[str, int]) -> dict[str, list[ListRow]]:
    """The first rows of the tabs in which something stands; what stands in two of them is read once."""
    heads = tray.heads(actor, [tab for tab in ("sign", "wait", "due") if found[tab]], size=ROWS)
    steps = {step.pk: step for page in heads.values() for step in page}
    rows = dict(zip(steps, tray_rows.tray_rows(actor, "wait", list(steps.values())), strict=True)) if steps else {}
    return {tab: [rows[step.pk] for step in heads.get(tab, [])] for tab in ("sign", "wait", "due")}


@require_GET
def help_page(request: ActorRequest) -> HttpResponse:
    """Short help: where things are, the keyboard, whom to ask."""
    return render(request, "eoffice/help.html", {"page_title": "คู่มือการใช้งาน"})
