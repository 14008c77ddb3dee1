"""เส้นทางของเรื่อง: looked at and changed while it runs; a turn skipped, another addressee, a unit relieved of its part."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from audit.actions import once
from common.access import Invalid, Refused, Verdict
from common.thai import local_date
from common.typed import readable
from intray import actions
from intray.forms import due_choices
from intray.forms_routes import PURPOSES, ExcuseForm, OrderForm, RouteForm, SkipForm, changes, shown_day
from intray.models import RoutingStep, StepPurpose, StepState
from intray.selectors.itinerary import Itinerary, Stop, itinerary_of
from intray.selectors.rows import shown_subject
from intray.selectors.targets import Target, choices, targets_from
from intray.views.acts import warn_of_vacant
from intray.views.panel import visible_letter
from org.actor import ActorRequest
from saraban.models import Letter

BOTH = ["GET", "HEAD", "POST"]


@require_http_methods(BOTH)
def route(request: ActorRequest, letter_id: int, route_id: int) -> HttpResponse:
    """The route with its turns; whoever may changes what stands ahead, in one form."""
    letter = visible_letter(request.actor, letter_id)
    shown = _itinerary(request, letter, route_id)
    if request.method != "POST":
        return _route_page(request, letter, shown, RouteForm.fresh())
    if request.POST.get("verb") == "find":
        return _route_page(request, letter, shown, RouteForm.fresh(request.POST))
    form = RouteForm(readable(request.POST), auto_id="route_%s")
    status = 422
    if form.is_valid():
        try:
            with once(form.cleaned_data["once"], by=request.actor):
                added = _revise(request, shown, form)
            messages.success(request, "ปรับเส้นทางแล้ว")
            warn_of_vacant(request, added)
            return redirect("intray:route", letter.pk, route_id)
        except Refused as refusal:
            named = refusal.field if isinstance(refusal, Invalid) else None
            form.add_error(named if named in form.fields else None, refusal.sentence)
            status = refusal.status
    return _route_page(request, letter, shown, form, status)


def _revise(request: ActorRequest, shown: Itinerary, form: RouteForm) -> list[Target]:
    values = form.cleaned_data
    purpose = values["purpose"] or StepPurpose.ACTION.value
    keys, info = request.POST.getlist("to"), request.POST.getlist("info")
    added = [
        Target(one.unit, one.position, one.purpose, due_at=values["due"])
        for one in targets_from(request.actor, keys, purpose=purpose, info=info)
    ]
    turn = values["turn"] or max((one.number for one in shown.turns), default=1) + 0.5
    ahead, removed = changes(_planned(shown), request.POST)
    actions.revise_route(
        by=request.actor,
        route_id=shown.route.pk,
        ahead=ahead,
        removed=removed,
        added=[(one, turn) for one in added],
        text=values["text"],
    )
    return added


def _planned(shown: Itinerary) -> list[RoutingStep]:
    return [one.step for turn in shown.turns for one in turn.stops if one.step.state == StepState.PLANNED]


def _route_page(
    request: ActorRequest, letter: Letter, shown: Itinerary, form: RouteForm, status: int = 200
) -> HttpResponse:
    actor, typed = request.actor, request.POST
    query = typed.get("find", "")[:100]
    to, info = typed.getlist("to"), typed.getlist("info")
    current = next((turn.number for turn in shown.turns if turn.has_turn), 1)
    last = max((turn.number for turn in shown.turns), default=1)
    context = {
        "letter": letter,
        "subject": shown_subject(letter),
        "one": shown,
        "form": form,
        "turn_choices": _turn_choices(current, last),
        "turn_chosen": typed.get("turn") or f"{last}.5",
        "purposes": PURPOSES,
        "ahead": [_as_typed(step, typed) for step in _planned(shown)],
        "choices": choices(actor, letter, query=query, chosen=to, info=info) if shown.change else [],
        "query": query,
        "picking": bool(to or query),
        "due_choices": due_choices(local_date(actor.at)),
    }
    return render(request, "intray/route.html", context, status=status)


def _turn_choices(current: int, last: int) -> list[tuple[str, str]]:
    """Where a step may stand: with a turn from the running one on, or right after it."""
    found = []
    for number in range(current, last + 1):
        now = " (กำลังดำเนินการ)" if number == current else ""
        found += [(str(number), f"พร้อมลำดับ {number}{now}"), (f"{number}.5", f"ถัดจากลำดับ {number}")]
    return found


def _as_typed(step: RoutingStep, typed: Any) -> dict[str, Any]:
    """A planned step's fields as typed, else as they stand."""
    name = f"s{step.pk}"
    return {
        "step": step,
        "turn": typed.get(f"{name}-turn", str(step.order)),
        "purpose": typed.get(f"{name}-purpose", step.purpose),
        "due": typed.get(f"{name}-due", shown_day(step.due_at)),
        "out": f"{name}-out" in typed,
    }


@require_http_methods(BOTH)
def skip(request: ActorRequest, letter_id: int, step_id: int) -> HttpResponse:
    """ข้ามลำดับ by the order of a superior, which is asked for and kept."""
    letter, stop = _stop(request, letter_id, step_id)
    form = SkipForm(readable(request.POST) if request.method == "POST" else None, initial=RouteForm.fresh().initial)

    def done() -> str:
        values = form.cleaned_data
        actions.skip_step(by=request.actor, step_id=step_id, ordered_by=values["ordered_by"], text=values["text"])
        return f"ข้าม {stop.place} แล้ว"

    return _confirmed(request, letter, stop, form, stop.skip, "skip", done)


@require_http_methods(BOTH)
def excuse(request: ActorRequest, letter_id: int, step_id: int) -> HttpResponse:
    """ให้หน่วยร่วมพ้นภาระ with a reason."""
    letter, stop = _stop(request, letter_id, step_id)
    form = ExcuseForm(readable(request.POST) if request.method == "POST" else None, initial=RouteForm.fresh().initial)

    def done() -> str:
        actions.excuse_step(by=request.actor, step_id=step_id, reason=form.cleaned_data["text"])
        return f"{stop.place} พ้นภาระแล้ว"

    return _confirmed(request, letter, stop, form, stop.excuse, "excuse", done)


@require_http_methods(BOTH)
def redirect_stop(request: ActorRequest, letter_id: int, step_id: int) -> HttpResponse:
    """เปลี่ยนผู้รับ of a step: one addressee picked in the place of another."""
    letter, stop = _stop(request, letter_id, step_id)
    finding = request.method == "POST" and request.POST.get("verb") == "find"
    posted = request.method == "POST" and not finding
    initial = {**request.POST.dict(), **RouteForm.fresh().initial} if finding else RouteForm.fresh().initial
    form = OrderForm(readable(request.POST) if posted else None, initial=initial)

    def done() -> str:
        found = targets_from(request.actor, request.POST.getlist("to")[:1], purpose=stop.step.purpose)
        if not found:
            raise Invalid("โปรดเลือกผู้รับใหม่หนึ่งราย")
        fresh = actions.redirect_step(
            by=request.actor, step_id=step_id, target=found[0], text=form.cleaned_data["text"]
        )  # fmt: skip
        warn_of_vacant(request, found)
        return f"เปลี่ยนผู้รับเป็น {fresh.place} แล้ว"

    return _confirmed(request, letter, stop, form, stop.redirect, "redirect", done)


def _confirmed(
    request: ActorRequest, letter: Letter, stop: Stop, form: Any, verdict: Verdict, what: str, done: Any
) -> HttpResponse:
    """The page that asks, with what was typed; after a valid post the act, and back to the letter."""
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                with once(form.cleaned_data["once"], by=request.actor):
                    said = done()
                messages.success(request, said)
                return redirect("saraban:letter", letter.pk)
            except Refused as refusal:
                named = refusal.field if isinstance(refusal, Invalid) else None
                form.add_error(named if named in form.fields else None, refusal.sentence)
                status = refusal.status
    query, to = request.POST.get("find", "")[:100], request.POST.getlist("to")[:1]
    context = {
        "letter": letter,
        "subject": shown_subject(letter),
        "stop": stop,
        "form": form,
        "verdict": verdict,
        "what": what,
        "query": query,
        "choices": choices(request.actor, letter, query=query, chosen=to) if what == "redirect" else [],
    }
    return render(request, "intray/stop.html", context, status=status)


def _itinerary(request: ActorRequest, letter: Letter, route_id: int) -> Itinerary:
    found = itinerary_of(request.actor, letter, route_id)
    if found is None:
        raise Http404
    return found


def _stop(request: ActorRequest, letter_id: int, step_id: int) -> tuple[Letter, Stop]:
    """The letter and one stop of one of its routes, or 404."""
    letter = visible_letter(request.actor, letter_id)
    step = get_object_or_404(RoutingStep.objects.exclude(route=None), pk=step_id, letter=letter)
    assert step.route_id is not None
    shown = _itinerary(request, letter, step.route_id)
    for turn in shown.turns:
        for one in turn.stops:
            if one.step.pk == step.pk:
                return letter, one
    raise Http404
