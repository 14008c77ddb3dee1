"""What the panel's buttons do: one door, one verb, one action."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from audit.actions import once
from common.access import Invalid, Refused
from common.typed import readable
from intray import actions
from intray.forms import ActForm
from intray.forms_routes import with_stops
from intray.models import RoutingStep
from intray.phrases import composed
from intray.selectors.route import panel_of
from intray.selectors.targets import Target, targets_from, vacant_now
from intray.views.panel import panel_context, render_panel, visible_letter
from org.actor import Actor, ActorRequest
from saraban.actions.phrases import spell_out
from saraban.models import Letter, PhrasePlace
from saraban.phrases import RETURNING
from saraban.selectors_phrases import offers

SENDING = ("forward", "start", "instruct", "approve")
ASKS_FIRST = ("return", "close", "close_letter", "disapprove")


@require_POST
def act(request: ActorRequest, letter_id: int) -> HttpResponse:
    """One verb of the panel. Weighty ones are asked again first; a refusal keeps what was typed."""
    letter = visible_letter(request.actor, letter_id)
    form = ActForm(readable(request.POST), auto_id="act_%s")
    verb = request.POST.get("verb", "")
    valid = form.is_valid()
    if verb == "find":
        return render_panel(request, letter, ActForm.again(request.POST))
    if verb not in VERBS:
        raise Http404
    if verb in ASKS_FIRST and "sure" not in request.POST:
        return ask_first(request, letter, form, verb)
    try:
        if not valid:
            return _again(request, letter, form, verb, 422)
        with once(form.cleaned_data.get("once"), by=request.actor):
            form.cleaned_data["phrase"] = spell_out(by=request.actor, value=form.cleaned_data.get("phrase") or "")
            chosen = _targets(request, form)
            said = VERBS[verb](request.actor, letter, form.cleaned_data, chosen)
    except Refused as refusal:
        _place_error(form, refusal)
        return _again(request, letter, form, verb, refusal.status)
    messages.success(request, said)
    if verb in SENDING:
        warn_of_vacant(request, chosen)
    return redirect("saraban:letter", letter.pk)


def warn_of_vacant(request: ActorRequest, chosen: Sequence[Target]) -> None:
    """Say which of the addressed posts nobody holds today: the letter waits there until somebody acts for it."""
    vacant = vacant_now(chosen, request.actor.at)
    names = [target.label for target in chosen if target.position_id in vacant]
    if names:
        words = f"{', '.join(names[:3])} ไม่มีผู้ดำรงตำแหน่งวันนี้ เรื่องจะรอจนมีผู้รักษาราชการแทน"
        messages.warning(request, f"{words} ท่านเปลี่ยนผู้รับได้จากหน้าหนังสือ")


def _targets(request: ActorRequest, form: forms.Form) -> list[Target]:
    purpose = form.cleaned_data.get("purpose") or "ACTION"
    chosen = targets_from(request.actor, request.POST.getlist("to"), purpose=purpose, info=request.POST.getlist("info"))
    return with_stops(chosen, request.POST)


def _place_error(form: forms.Form, refusal: Refused) -> None:
    named = refusal.field if isinstance(refusal, Invalid) else None
    form.add_error(named if named in form.fields else None, refusal.sentence)


def _again(request: ActorRequest, letter: Letter, form: ActForm, verb: str, status: int) -> HttpResponse:
    if verb in ASKS_FIRST and "sure" in request.POST:
        return ask_first(request, letter, form, verb, status=status)
    return render_panel(request, letter, form, status=status)


def ask_first(request: ActorRequest, letter: Letter, form: ActForm, verb: str, *, status: int = 200) -> HttpResponse:
    """The page that asks again, with what was typed."""
    view = panel_of(request.actor, letter)
    verdict = view.may.get({"close_letter": "close", "disapprove": "approve"}.get(verb, verb))
    phrase = spell_out(by=request.actor, value=request.POST.get("phrase", ""))
    typed = composed(phrase, request.POST.get("text", ""))
    context = panel_context(request, letter, view, form) | {
        "verb": verb,
        "verdict": verdict,
        "typed": request.POST.get("reason", "") or typed,
        "returning": offers(request.actor, PhrasePlace.RETURN, usual=RETURNING) if verb == "return" else None,
        "asked_again": "sure" in request.POST,
    }
    return render(request, "intray/ask.html", context, status=status)


Done = dict[str, Any]


def _written(values: Done, chosen: list[Target]) -> str:
    return composed(values.get("phrase") or "", values.get("text") or "", tuple(target.label for target in chosen))


def _note(by: Actor, letter: Letter, values: Done, chosen: list[Target]) -> str:
    actions.endorse(by=by, step_id=_step(letter, values), text=_written(values, chosen))
    return "บันทึกการเกษียนแล้ว"


def _instruct(by: Actor, letter: Letter, values: Done, chosen: list[Target]) -> str:
    text = _written(values, chosen)
    actions.instruct(by=by, step_id=_step(letter, values), text=text, targets=chosen, due_at=values.get("due"))
    return f"สั่งการและส่งถึง {_names(chosen)} แล้ว" if chosen else "บันทึกข้อสั่งการแล้ว เรื่องยังอยู่ที่ท่าน"


def _forward(by: Actor, letter: Letter, values: Done, chosen: list[Target]) -> str:
    text = _written(values, chosen)
    actions.forward(by=by, step_id=_step(letter, values), targets=chosen, text=text, due_at=values.get("due"))
    return f"ส่งถึง {_names(chosen)} แล้ว"


def _start(by: Actor, letter: Letter, values: Done, chosen: list[Target]) -> str:
    text = _written(values, chosen)
    actions.start_route(by=by, letter_id=letter.pk, targets=chosen, text=text, due_at=values.get("due"))
    return f"ส่งถึง {_names(chosen)} แล้ว"


def _approve(by: Actor, letter: Letter, values: Done, chosen: list[Target]) -> str:
    text, due = _written(values, chosen), values.get("due")
    actions.approve(by=by, step_id=_step(letter, values), granted=True, text=text, targets=chosen, due_at=due)
    return "อนุมัติแล้ว"


def _disapprove(by: Actor, letter: Letter, values: Done, chosen: list[Target]) -> str:
    actions.approve(
        by=by, step_id=_step(letter, values), granted=False, text=values.get("reason") or _written(values, chosen)
    )
    return "บันทึกว่าไม่อนุมัติแล้ว"


def _opinion(by: Actor, letter: Letter, values: Done, chosen: list[Target]) -> str:
    actions.give_opinion(by=by, step_id=_step(letter, values), text=_written(values, chosen))
    return "ให้ความเห็นแล้ว"


def _acknowledge(by: Actor, letter: Letter, values: Done, chosen: list[Target]) -> str:
    actions.acknowledge(by=by, step_id=_step(letter, values), text=_written(values, chosen))
    return "รับทราบแล้ว"


def _return(by: Actor, letter: Letter, values: Done, chosen: list[Target]) -> str:
    reason = composed(values.get("phrase") or "", values.get("reason") or "")
    actions.return_step(by=by, step_id=_step(letter, values), reason=reason)
    return "ตีกลับแล้ว"


def _close(by: Actor, letter: Letter, values: Done, chosen: list[Target]) -> str:
    actions.close(by=by, step_id=_step(letter, values), text=values.get("reason") or _written(values, chosen))
    return "จบงานแล้ว"


def _close_letter(by: Actor, letter: Letter, values: Done, chosen: list[Target]) -> str:
    actions.close_letter(by=by, letter_id=letter.pk, text=values.get("reason") or _written(values, chosen))
    return "จบงานแล้ว"


def _prepare(by: Actor, letter: Letter, values: Done, chosen: list[Target]) -> str:
    actions.prepare(by=by, step_id=_step(letter, values), text=_written(values, chosen))
    return "เก็บข้อความที่เตรียมไว้ให้แล้ว"


def _take(by: Actor, letter: Letter, values: Done, chosen: list[Target]) -> str:
    actions.take(by=by, step_id=_step(letter, values))
    return "รับเรื่องมาไว้ในแฟ้มของท่านแล้ว"


def _release(by: Actor, letter: Letter, values: Done, chosen: list[Target]) -> str:
    actions.release(by=by, step_id=_step(letter, values))
    return "คืนเรื่องให้หน่วยแล้ว"


VERBS: dict[str, Callable[[Actor, Letter, Done, list[Target]], str]] = {
    "note": _note,
    "instruct": _instruct,
    "forward": _forward,
    "start": _start,
    "approve": _approve,
    "disapprove": _disapprove,
    "opinion": _opinion,
    "acknowledge": _acknowledge,
    "return": _return,
    "close": _close,
    "close_letter": _close_letter,
    "prepare": _prepare,
    "take": _take,
    "release": _release,
}


def _step(letter: Letter, values: Done) -> int:
    """The form's step, which must be one of this letter's."""
    step_id = values.get("step")
    if not step_id:
        raise Invalid("เรื่องนี้ไม่ได้อยู่ในแฟ้มของท่านแล้ว โปรดเปิดหน้าหนังสือใหม่")
    if not RoutingStep.objects.filter(pk=step_id, letter=letter).exists():
        raise Http404
    return int(step_id)


def _names(chosen: list[Target]) -> str:
    names = ", ".join(target.label for target in chosen[:3])
    return f"{names} และอีก {len(chosen) - 3} แห่ง" if len(chosen) > 3 else names


@require_POST
def recall_step(request: ActorRequest, letter_id: int, step_id: int) -> HttpResponse:
    """ดึงกลับ one addressee."""
    letter = visible_letter(request.actor, letter_id)
    step = get_object_or_404(RoutingStep, pk=step_id, letter=letter)
    try:
        step = actions.recall_step(by=request.actor, step_id=step.pk)
        messages.success(request, f"ดึงกลับจาก {step.place} แล้ว")
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return redirect(_letter_or_tray(request.actor, letter.pk))


@require_http_methods(["GET", "POST"])
def recall_proposal(request: ActorRequest, letter_id: int) -> HttpResponse:
    """ดึงกลับ a letter proposed for signature: asked once, then done."""
    letter = visible_letter(request.actor, letter_id)
    view = panel_of(request.actor, letter)
    if request.method == "GET":
        return render(request, "intray/recall.html", panel_context(request, letter, view, None))
    try:
        actions.recall_proposal(by=request.actor, letter_id=letter.pk)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect("saraban:letter", letter.pk)
    messages.success(request, "ดึงเรื่องกลับมาแก้ไขแล้ว")
    return redirect(_letter_or_tray(request.actor, letter.pk))


def _letter_or_tray(actor: Actor, letter_id: int) -> str:
    """Back to the letter, or to the tray when it may no longer be read."""
    if Letter.objects.visible_to(actor).filter(pk=letter_id).exists():
        return reverse("saraban:letter", args=[letter_id])
    return reverse("intray:list")
