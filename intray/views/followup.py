"""ติดตามงาน: what the post gave to others, asked for with one press, taken along as a file."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from common.access import Refused
from intray import actions
from intray.forms import FollowForm
from intray.permissions import may_decide_at_all
from intray.selectors.followup import (
    COUNT_CAP,
    HEADINGS,
    SORTS,
    STATES,
    Follow,
    exported,
    follow_page,
    matters,
    totals,
    units_given_to,
)
from org.actor import Actor, ActorRequest
from org.models import Unit
from saraban.list_export import FORMS, file_answer
from saraban.views.places import came_from

EXPORT_LIMIT = 5_000
MOST_AT_ONCE = 200
WIDTHS = (22, 14, 60, 30, 16, 14, 12, 22, 16, 16, 30, 34)


@require_GET
def follow_up(request: ActorRequest) -> HttpResponse:
    """The letters others still have, the longest waiting first, a page at a time."""
    actor = request.actor
    _demand_post(actor)
    units = units_given_to(actor)
    form = FollowForm(request.GET, units)
    wanted = form.wanted()
    page = follow_page(actor, wanted, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    found = totals(actor)
    context = {
        "form": form,
        "matters": matters(actor, wanted, page.letter_ids, came_from("followup", request.GET)),
        "chosen": _chosen(request, wanted, units),
        "summary": _summary(found),
        "late_url": _url(state="late") if found["late"] else "",
        "late": _capped(found["late"]),
        "newer_url": _page_url(request, before=page.newer) if page.newer else "",
        "older_url": _page_url(request, after=page.older) if page.older else "",
        "clear_url": reverse("intray:followup"),
        "export": {one: _page_url(request, reverse("intray:followup_export", args=[one])) for one in FORMS},
        "back": request.GET.urlencode(),
        "why_not": may_decide_at_all(actor, "ทวงถาม").reason,
    }
    return render(request, "intray/followup.html", context)


@require_POST
def chase(request: ActorRequest) -> HttpResponse:
    """ทวงถาม the one pressed, or all chosen; back to the same list."""
    steps = [int(one) for one in request.POST.getlist("step") if one.isdecimal() and len(one) < 19][:MOST_AT_ONCE]
    try:
        done = actions.chase(by=request.actor, step_ids=steps, note=request.POST.get("note", ""))
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, f"ทวงถามแล้ว {len(done.chases)} ราย ผู้รับได้รับแจ้งเตือน")
        if done.refused:
            messages.warning(request, f"ทวงถามไม่ได้ {len(done.refused)} ราย: {done.refused[0]}")
    return redirect(_url(**dict(parse_qsl(request.POST.get("back", "")))))


@require_GET
def export(request: ActorRequest, form: str) -> HttpResponseBase:
    """What the filters choose as XLSX or CSV, a line for each receiver, at most `EXPORT_LIMIT`."""
    actor = request.actor
    _demand_post(actor)
    if form not in FORMS:
        raise Http404
    lines = exported(actor, FollowForm(request.GET, units_given_to(actor)).wanted(), EXPORT_LIMIT)
    return file_answer(
        by=actor, form=form, key="followup", title="รายการติดตามงาน", headings=HEADINGS, lines=lines, widths=WIDTHS
    )


def opened_from(actor: Actor, params: QueryDict) -> tuple[str, str, list[int]]:
    """For the letter page: this list's title, its address, and the letters of the page the reader came from."""
    wanted = FollowForm(params, units_given_to(actor)).wanted()
    page = follow_page(actor, wanted, after=params.get("after", ""), before=params.get("before", ""))
    query = {name: str(value) for name, value in params.items() if name != "from"}
    return "ติดตามงาน", _url(**query), page.letter_ids


def _demand_post(actor: Actor) -> None:
    if actor.appointment is None:
        raise Refused("บัญชีนี้ไม่มีตำแหน่งที่มีผลในขณะนี้ จึงไม่มีเรื่องให้ติดตาม")


def _capped(count: int) -> str:
    return f"{COUNT_CAP:,}+" if count > COUNT_CAP else f"{count:,}"


def _summary(found: dict[str, int]) -> str:
    if not found["steps"]:
        return "ไม่มีเรื่องค้างอยู่ที่ผู้อื่น"
    words = f"ค้างอยู่ที่ผู้อื่น {_capped(found['letters'])} เรื่อง {_capped(found['steps'])} ราย"
    return f"{words} · ยังไม่เปิดอ่าน {_capped(found['unopened'])} ราย" if found["unopened"] else words


def _chosen(request: ActorRequest, wanted: Follow, units: list[Unit]) -> list[tuple[str, str]]:
    """The filters in force, each with the address that lifts it."""
    names = {
        "q": f"“{wanted.text}”" if wanted.text else "",
        "state": STATES.get(wanted.state, ""),
        "unit": next((one.label for one in units if one.pk == wanted.unit), ""),
        "sort": SORTS.get(wanted.sort, ""),
    }
    return [(label, _page_url(request, **{name: ""})) for name, label in names.items() if label]


def _page_url(request: ActorRequest, path: str = "", **changes: str) -> str:
    """This list with some parameters changed; a changed filter or page forgets the old cursor."""
    values = {name: str(value) for name, value in request.GET.items() if name not in ("after", "before")}
    return _url(path, **(values | changes))


def _url(path: str = "", **values: str) -> str:
    query = urlencode({name: value for name, value in values.items() if value})
    path = path or reverse("intray:followup")
    return f"{path}?{query}" if query else path
