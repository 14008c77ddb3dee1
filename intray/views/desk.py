"""โต๊ะหน้าห้อง: the letters of a post in reading order; moved, set aside, laid back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from common.access import Invalid, Refused
from intray.actions import desk as actions
from intray.models import Aside
from intray.selectors.desk import desk
from org.actor import ActorRequest

ASIDE, BACK = "aside", "back"
MOST_NAMED = 400


@require_GET
def lay(request: ActorRequest) -> HttpResponse:
    """The desk."""
    if request.actor.appointment is None:
        raise Refused("บัญชีนี้ไม่มีตำแหน่งที่มีผลในขณะนี้ จึงไม่มีโต๊ะทำงาน")
    return _page(request)


@require_POST
def arrange(request: ActorRequest) -> HttpResponse:
    """The order as it was dragged: all steps, the first first."""
    named = [int(pk) for pk in request.POST.getlist("step")[:MOST_NAMED] if pk.isdecimal() and len(pk) < 18]
    actions.arrange(by=request.actor, step_ids=named)
    return _page(request) if request.htmx else redirect("intray:desk")


@require_POST
def move(request: ActorRequest) -> HttpResponse:
    """One letter: up, down, to the top, to the bottom, aside, back."""
    wanted, verb = request.POST.get("step", ""), request.POST.get("verb", "")
    step_id = int(wanted) if wanted.isdecimal() and len(wanted) < 18 else 0
    try:
        if actions.step_of(request.actor, step_id) is None:
            raise Invalid("เรื่องนี้ไม่ได้อยู่บนโต๊ะของตำแหน่งนี้แล้ว โปรดดูรายการล่าสุด")
        if verb == ASIDE:
            actions.set_aside(by=request.actor, step_id=step_id, reason=request.POST.get("reason", ""))
        elif verb == BACK:
            actions.lay_back(by=request.actor, step_id=step_id)
        else:
            actions.move_on_desk(by=request.actor, step_id=step_id, way=verb)
    except (Invalid, Refused) as wrong:
        messages.error(request, wrong.sentence)
    return _page(request) if request.htmx else redirect("intray:desk")


def _page(request: ActorRequest) -> HttpResponse:
    context = {
        "desk": desk(request.actor),
        "reasons": Aside.choices,
        "desk_prepares": request.actor.is_secretary,
        "whose": request.actor.position.title,
        "page_title": "โต๊ะหน้าห้อง" if request.actor.is_secretary else "ลำดับการอ่าน",
    }
    return render(request, "intray/_desk.html" if request.htmx else "intray/desk.html", context)
