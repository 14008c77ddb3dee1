"""The tray's list. What is done to many of its rows at once is in `bulk`."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from common.access import Refused
from intray.forms import FilterForm
from intray.selectors.batches import MOST, unfinished_count
from intray.selectors.rows import tray_rows
from intray.selectors.tray import COUNT_CAP, DUE_WORDS, MENU_CAP, PAGE, SEARCHED, SORTS, TABS, Wanted, counts, tray_page
from org.actor import Actor, ActorRequest
from saraban.list_export import FORMS

EMPTY = {
    "wait": ("ไม่มีเรื่องรอพิจารณา", "เรื่องที่มีผู้เสนอหรือมอบหมายให้ท่านจะมาอยู่ที่นี่"),
    "sign": ("ไม่มีเรื่องรอลงนาม", "หนังสือที่เสนอให้ท่านลงนามจะมาอยู่ที่นี่"),
    "sent": ("ไม่มีเรื่องที่ส่งต่อและยังค้างอยู่", "เรื่องที่ท่านส่งต่อหรือมอบหมายจะติดตามได้จากที่นี่จนกว่าผู้รับจะทำเสร็จ"),
    "due": ("ไม่มีเรื่องใกล้ครบกำหนด", "เรื่องที่ครบกำหนดภายใน 3 วันหรือเลยกำหนดแล้วจะมาอยู่ที่นี่"),
    "info": ("ไม่มีเรื่องให้รับทราบ", "สำเนาที่ส่งมาเพื่อทราบจะมาอยู่ที่นี่ เลือกหลายเรื่องแล้วกดรับทราบพร้อมกันได้"),
    "done": ("ยังไม่มีเรื่องที่เสร็จแล้ว", "เรื่องที่ท่านดำเนินการแล้วจะย้อนดูได้จากที่นี่"),
}

BULK = {
    "sign": ("ลงนาม", "signature"),
    "acknowledge": ("รับทราบ", "check-check"),
    "note": ("เกษียน", "pen-line"),
    "forward": ("ส่งต่อ", "send"),
    "close": ("จบงาน", "circle-check"),
}
PICKS = {
    "wait": ("forward", "note", "acknowledge", "close"),
    "sign": ("sign", "note"),
    "due": ("forward", "sign", "note", "acknowledge", "close"),
    "info": ("acknowledge", "note", "forward"),
}


@require_GET
def tray(request: ActorRequest) -> HttpResponse:
    """One tab of the tray, filtered, a page at a time. Asked for no tab, it opens the first that waits for something."""
    actor = request.actor
    if actor.appointment is None:
        raise Refused("บัญชีนี้ไม่มีตำแหน่งที่มีผลในขณะนี้ จึงไม่มีแฟ้มเสนอ")
    found = counts(actor)
    if not request.GET and not found["wait"]:
        request.GET = QueryDict(urlencode({"tab": next((tab for tab in ("sign", "info") if found[tab]), "wait")}))
    form = FilterForm(request.GET)
    wanted = form.wanted()
    page = tray_page(actor, wanted, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    title, text = EMPTY[wanted.tab]
    chosen = _chosen(request, wanted)
    context = {
        "form": form,
        "wanted": wanted,
        "tabs": _tabs(wanted, found),
        "rows": tray_rows(actor, wanted.tab, page.steps, _came_from(request)),
        "caption": f"แฟ้มเสนอ {TABS[wanted.tab]}",
        "chosen": chosen,
        "clear_url": _url(tab=wanted.tab),
        "newer_url": _page_url(request, before=page.newer) if page.newer else "",
        "older_url": _page_url(request, after=page.older) if page.older else "",
        "empty_title": "ไม่พบเรื่องตามตัวกรอง" if chosen else title,
        "empty_text": _not_found(wanted) if chosen else text,
        "summary": _summary(found),
        "sign_count": _shown(found["sign"]),
        "picks": _picks(actor, wanted),
        "filters": _filters(request),
        "whole": _whole(found, wanted, chosen),
        "batches_busy": unfinished_count(actor),
        "export": {one: f"{reverse('intray:export', args=[one])}?{_filters(request)}" for one in FORMS},
        "export_url": reverse("intray:export", args=["xlsx"]),
    }
    return render(request, "intray/list.html", context)


@require_GET
def late(request: ActorRequest) -> HttpResponse:
    """Where a reminder leads: what is overdue in the tray."""
    return redirect(_url(tab="due", due="late"))


def _filters(request: HttpRequest) -> str:
    return urlencode({name: str(value) for name, value in request.GET.items() if value})


def _came_from(request: HttpRequest) -> str:
    """What the rows put behind their letters' addresses, so that the letter page finds its way back here."""
    return urlencode({"from": "intray", **{name: str(value) for name, value in request.GET.items() if value}})


def opened_from(actor: Actor, params: QueryDict) -> tuple[str, str, list[int]]:
    """For the letter page: this list's title, its address, and the letters of the page the reader came from."""
    wanted = FilterForm(params).wanted()
    page = tray_page(actor, wanted, after=params.get("after", ""), before=params.get("before", ""))
    query = {name: str(value) for name, value in params.items() if name != "from"}
    return "แฟ้มเสนอ", _url(**query), [step.letter_id for step in page.steps]


def _not_found(wanted: Wanted) -> str:
    if wanted.text and wanted.tab in ("sent", "done"):
        return f"แท็บนี้ค้นใน {SEARCHED:,} เรื่องล่าสุด ใช้ช่องค้นหาด้านบนเพื่อค้นหนังสือทั้งหมด"
    return "ลองลดตัวกรองหรือล้างตัวกรองทั้งหมด"


def _picks(actor: Actor, wanted: Wanted) -> list[tuple[str, str, str]]:
    """What many rows of this tab can be picked for: (verb, words, icon), the likeliest first; nothing for a secretary."""
    if actor.is_secretary:
        return []
    return [(verb, *BULK[verb]) for verb in PICKS.get(wanted.tab, ())]


def _whole(found: dict[str, int], wanted: Wanted, chosen: list[tuple[str, str]]) -> str:
    """How many letters "all of this tab" are, in words; "" where the page shows them all."""
    count = found.get(wanted.tab, 0)
    if chosen:
        return f"ไม่เกิน {MOST} เรื่อง"
    if count <= PAGE:
        return ""
    return f"{count} เรื่อง" if count <= MOST else f"{MOST} เรื่องแรก"


def _tabs(wanted: Wanted, found: dict[str, int]) -> list[tuple[str, str, str | None, bool]]:
    return [
        (
            label,
            _url(tab=tab),
            _shown(found[tab], MENU_CAP if tab == "sent" else COUNT_CAP) if found.get(tab) else None,
            tab == wanted.tab,
        )
        for tab, label in TABS.items()
    ]


def _shown(count: int, cap: int = COUNT_CAP) -> str:
    """A capped count in words."""
    return f"{cap:,}+" if count > cap else f"{count:,}"


def _summary(found: dict[str, int]) -> str:
    waiting = found["wait"] + found["sign"]
    parts = [f"รอท่าน {_shown(waiting)} เรื่อง" if waiting else "ไม่มีเรื่องรอท่าน"]
    if found["late"]:
        parts.append(f"เกินกำหนด {_shown(found['late'])} เรื่อง")
    return " · ".join(parts)


def _chosen(request: HttpRequest, wanted: Wanted) -> list[tuple[str, str]]:
    """The filters in force, each with the address that lifts it."""
    names = {
        "q": f"“{wanted.text}”" if wanted.text else "",
        "urgency": dict(FilterForm.base_fields["urgency"].choices).get(str(wanted.urgency), ""),  # type: ignore[attr-defined]
        "purpose": dict(FilterForm.base_fields["purpose"].choices).get(wanted.purpose, "") if wanted.purpose else "",  # type: ignore[attr-defined]
        "due": DUE_WORDS.get(wanted.due, ""),
        "sort": SORTS.get(wanted.sort, ""),
    }
    return [(label, _page_url(request, **{name: ""})) for name, label in names.items() if label]


def _page_url(request: HttpRequest, **changes: str) -> str:
    """This list with some parameters changed; a changed filter or page forgets the old cursor."""
    values = {name: str(value) for name, value in request.GET.items() if name not in ("after", "before")}
    return _url(**(values | changes))


def _url(**values: str) -> str:
    query = urlencode({name: value for name, value in values.items() if value})
    return f"{reverse('intray:list')}?{query}" if query else reverse("intray:list")
