"""What is done to many rows of the tray: picked in the list, looked at once more, asked once for all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.actions import once
from common.access import Conflict, Invalid, Refused
from common.thai import local_date
from common.typed import readable
from intray.actions.batches import Order, run_here, start_batch
from intray.forms import FilterForm, due_choices
from intray.forms_batch import BulkForm
from intray.models import Batch, BatchVerb
from intray.phrases import EXECUTIVE, STAFF
from intray.selectors.batches import MOST, Chosen, chosen_steps, progress_of
from intray.selectors.targets import choices
from intray.selectors.tray import tray_page
from org.actor import ActorRequest
from saraban.models import Letter

PICKED = "bulk_picked"
HERE = 5  # so few letters are done within the request; signing never is
VERBS = {verb.lower(): verb for verb in BatchVerb.values}
ICONS = {"NOTE": "pen-line", "ACKNOWLEDGE": "check-check", "FORWARD": "send", "CLOSE": "circle-check"}


@require_POST
def bulk(request: ActorRequest) -> HttpResponse:
    """Take what was picked in the list – the boxes, or all that the filters show – to the page that asks once more."""
    verb = VERBS.get(request.POST.get("verb", ""), "")
    steps = _everything(request) if "everything" in request.POST else _numbers(request.POST.getlist("step"))
    if not verb or not steps:
        messages.warning(request, "โปรดเลือกอย่างน้อยหนึ่งเรื่อง" if verb else "โปรดเลือกสิ่งที่จะทำกับเรื่องที่เลือก")
        return redirect(_back(request))
    request.session[PICKED] = {"verb": verb, "steps": steps, "back": _back(request)}
    return redirect("intray:sign_confirm" if verb == BatchVerb.SIGN else "intray:bulk_confirm")


def _everything(request: ActorRequest) -> list[int]:
    """The steps of the whole tab as the list's filters show it, `MOST` at most."""
    if request.actor.appointment is None:
        return []
    wanted = FilterForm(QueryDict(request.POST.get("filters", "")[:2000])).wanted()
    return [step.pk for step in tray_page(request.actor, wanted, size=MOST).steps]


def _back(request: ActorRequest) -> str:
    """The list the rows were picked in."""
    values = FilterForm(QueryDict(request.POST.get("filters", "")[:2000])).data
    query = urlencode({name: value for name, value in values.items() if value and name in FilterForm.base_fields})
    return f"{reverse('intray:list')}?{query}" if query else reverse("intray:list")


def _numbers(typed: Sequence[str]) -> list[int]:
    return [int(one) for one in typed if one.isdecimal() and len(one) < 18][:MOST]


def picked_steps(request: ActorRequest, verb: str) -> list[int]:
    """What was picked last for `verb`, as the session keeps it."""
    picked = request.session.get(PICKED) or {}
    return list(picked.get("steps", [])) if picked.get("verb") == verb else []


@require_http_methods(["GET", "POST"])
def bulk_confirm(request: ActorRequest) -> HttpResponse:
    """What will happen to which letter and which are refused; then the batch, or the same page with what was typed."""
    picked = request.session.get(PICKED) or {}
    verb = VERBS.get(request.POST.get("batch", ""), "") if request.method == "POST" else str(picked.get("verb", ""))
    steps = _numbers(request.POST.getlist("step")) if request.method == "POST" else list(picked.get("steps", []))
    chosen = chosen_steps(request.actor, verb, steps) if verb in ICONS else []
    if not chosen:
        messages.warning(request, "ไม่มีเรื่องที่เลือก หรือเรื่องที่เลือกดำเนินการไปแล้ว")
        return redirect("intray:list")
    if request.method == "GET":
        return _page(request, verb, chosen, BulkForm.fresh(verb))
    form = BulkForm(readable(request.POST), auto_id="bulk_%s").named(verb)
    if request.POST.get("verb") == "find":
        return _page(request, verb, chosen, _again(request, verb))
    if not form.is_valid():
        return _page(request, verb, chosen, form, 422)
    small = len(chosen) <= HERE
    try:
        with once(form.cleaned_data["once"], by=request.actor):
            batch = start_batch(by=request.actor, verb=verb, step_ids=steps, order=_order(request, form), here=small)
    except Conflict as conflict:
        messages.info(request, conflict.sentence)
        return redirect("intray:batches")
    except Refused as refusal:
        named = refusal.field if isinstance(refusal, Invalid) and refusal.field in form.fields else None
        form.add_error(named, refusal.sentence)
        return _page(request, verb, chosen, form, refusal.status)
    request.session.pop(PICKED, None)
    if small:
        run_here(batch=batch)
    return _after(request, batch, str(picked.get("back") or reverse("intray:list")))


def _after(request: ActorRequest, batch: Batch, back: str) -> HttpResponse:
    """Back to the list when all went well at once, else to the page with a result for each letter."""
    progress = progress_of([batch])[batch.pk]
    if progress.done < progress.total or not back.startswith(reverse("intray:list")):
        return redirect("intray:batch", batch.pk)
    messages.success(request, f"{batch.get_verb_display()}แล้ว {progress.done} เรื่อง")
    return redirect(back)


def _order(request: ActorRequest, form: BulkForm) -> Order:
    values = form.cleaned_data
    return Order(
        text=values["text"],
        to=tuple(request.POST.getlist("to")),
        info=tuple(request.POST.getlist("info")),
        purpose=values["purpose"] or "ACTION",
        due_at=values["due"],
    )


def _again(request: ActorRequest, verb: str) -> BulkForm:
    """The form with what was typed, unjudged and with a new once-key (the picker was searched)."""
    initial = {**request.POST.dict(), "once": uuid4()}
    return BulkForm(initial=initial, auto_id="bulk_%s").named(verb)


def _page(
    request: ActorRequest, verb: str, chosen: Sequence[Chosen], form: BulkForm, status: int = 200
) -> HttpResponse:
    able = [one for one in chosen if one.verdict]
    picked = request.session.get(PICKED) or {}
    context: dict[str, Any] = {
        "verb": BatchVerb(verb),
        "verb_key": verb.lower(),
        "icon": ICONS[verb],
        "able": able,
        "unable": [one for one in chosen if not one.verdict],
        "chosen": chosen,
        "form": form,
        "worker": len(chosen) > HERE,
        "phrases": (EXECUTIVE, STAFF) if verb == BatchVerb.NOTE else (),
        "back": picked.get("back") or reverse("intray:list"),
    }
    if verb == BatchVerb.FORWARD:
        context |= _picker(request) | {"due_choices": due_choices(local_date(request.actor.at))}
    return render(request, "intray/bulk.html", context, status=status)


def _picker(request: ActorRequest) -> dict[str, Any]:
    typed = request.POST if request.method == "POST" else request.GET
    to, info, query = typed.getlist("to"), typed.getlist("info"), typed.get("find", "")[:100]
    lines = choices(request.actor, Letter(), query=query, chosen=to, info=info)
    return {"choices": lines, "query": query}


@require_GET
def bulk_targets(request: ActorRequest) -> HttpResponse:
    """The picker's lines for what was typed, keeping what is chosen. Classified letters are refused one by one later."""
    if request.actor.appointment is None:
        raise Refused("บัญชีนี้ไม่มีตำแหน่งที่มีผลในขณะนี้")
    return render(request, "intray/_choices.html", _picker(request))
