"""Signing: the folder one letter to a screen, and one confirmation for all that was chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.actions import once
from common.access import Conflict, Invalid, Refused
from intray import actions
from intray.actions.batches import Order, start_batch
from intray.forms import ActForm, SignForm
from intray.models import BatchVerb, StepState
from intray.permissions import may_note, may_return
from intray.selectors.batches import MOST, Chosen, chosen_steps
from intray.selectors.folder import page_images, place_in_folder
from intray.selectors.route import my_step, steps_of
from intray.selectors.rows import age, shown_subject
from intray.views.bulk import picked_steps
from intray.views.panel import visible_letter
from org.actor import ActorRequest
from saraban.rows import due_words
from saraban.sheets.garuda import garuda_missing

CHOSEN = "sign_chosen"


@require_GET
def sign_folder(request: ActorRequest) -> HttpResponse:
    """แฟ้มลงนาม: the wanted letter, or the first, over the whole screen."""
    if request.actor.appointment is None:
        raise Refused("บัญชีนี้ไม่มีตำแหน่งที่มีผลในขณะนี้ จึงไม่มีแฟ้มลงนาม")
    wanted = request.GET.get("letter", "")
    place = place_in_folder(request.actor, int(wanted) if wanted.isdecimal() and len(wanted) < 18 else None)
    if place is None:
        return render(request, "intray/folder_empty.html")
    step = place.step
    if step.state == StepState.NEW:
        step = actions.open_step(by=request.actor, step_id=step.pk)
    letter = visible_letter(request.actor, step.letter_id)
    step.letter = letter
    chosen = _chosen(request)
    (ready,) = chosen_steps(request.actor, BatchVerb.SIGN, [step.pk]) or (None,)
    due, due_state = due_words(step.due_at, request.actor.at)
    context = {
        "place": place,
        "step": step,
        "letter": letter,
        "subject": shown_subject(letter),
        "pages": page_images(letter, step.order),
        "chosen": chosen,
        "picked": step.pk in chosen,
        "dots": [(one.pk, one.pk == step.pk, one.pk in chosen) for one in place.steps]
        if len(place.steps) <= 40
        else [],
        "verdict": ready.verdict if ready else None,
        "may_return": may_return(request.actor, step),
        "may_note": may_note(request.actor, step),
        "form": ActForm.fresh(step_id=step.pk),
        "came": age(request.actor.at - step.sent_at),
        "due_words": due,
        "due_state": due_state,
        "sign_chosen_url": _confirm_url(chosen),
        "sign_this_url": _confirm_url([step.pk]),
    }
    return render(request, "intray/folder.html", context)


@require_POST
def choose(request: ActorRequest) -> HttpResponse:
    """Put a letter among the chosen or take it out, and turn to the next."""
    place = place_in_folder(request.actor, _number(request.POST.get("letter", "")))
    if place is None:
        return redirect("intray:sign_folder")
    chosen = [pk for pk in _chosen(request) if pk != place.step.pk]
    if request.POST.get("verb") == "choose":
        chosen = [*chosen, place.step.pk][:MOST]
    request.session[CHOSEN] = chosen
    if request.POST.get("verb") == "choose" and place.following is None:
        return redirect(_confirm_url(chosen))
    target = place.following if request.POST.get("verb") == "choose" else place.step
    return redirect(f"{reverse('intray:sign_folder')}?letter={target.letter_id if target else ''}")


@never_cache
@require_GET
def sign(request: ActorRequest, letter_id: int) -> HttpResponse:
    """ลงนาม one letter: the confirmation page with it alone."""
    letter = visible_letter(request.actor, letter_id)
    step = my_step(request.actor, list(steps_of(letter)))
    if step is None:
        messages.error(request, "เรื่องนี้ไม่ได้รอท่านลงนาม")
        return redirect("saraban:letter", letter.pk)
    return redirect(_confirm_url([step.pk]))


@never_cache
@sensitive_post_parameters("passphrase")
@require_http_methods(["GET", "POST"])
def sign_confirm(request: ActorRequest) -> HttpResponse:
    """One confirmation for all that was chosen: words typed for class ก, the passphrase for class ข.

    One letter goes back to its page; many become a batch, and its page shows how each fares.
    """
    letters = chosen_steps(request.actor, BatchVerb.SIGN, _wanted(request))
    if not letters:
        messages.warning(request, "ไม่มีเรื่องที่เลือกลงนาม หรือลงนามไปแล้ว")
        return redirect("intray:sign_folder")
    form = SignForm(request.POST or None, auto_id="sign_%s")
    if request.method == "GET" or not form.is_valid():
        return _confirm_page(request, form, letters)
    try:
        return _sign_one(request, form, letters[0]) if len(letters) == 1 else _sign_many(request, form, letters)
    except Conflict as conflict:
        messages.info(request, conflict.sentence)
        return redirect("intray:batches")
    except Refused as refusal:
        named = refusal.field if isinstance(refusal, Invalid) and refusal.field in form.fields else None
        form.add_error(named, refusal.sentence)
        return _confirm_page(request, form, letters, refusal.status)


def _wanted(request: ActorRequest) -> list[int]:
    """The steps the form carries, the address names, or the list's boxes picked."""
    source = request.POST if request.method == "POST" else request.GET
    named = [int(pk) for pk in source.getlist("step") if pk.isdecimal() and len(pk) < 18]
    return (named or ([] if request.method == "POST" else picked_steps(request, BatchVerb.SIGN)))[:MOST]


def _sign_one(request: ActorRequest, form: SignForm, one: Chosen) -> HttpResponse:
    """Sign a letter by itself; what is refused is told on its page."""
    one.verdict.demand()
    values = form.cleaned_data
    if one.by_certificate:
        actions.sign_with_certificate(by=request.actor, step_id=one.step.pk, passphrase=values["passphrase"])
        messages.info(request, "กำลังลงลายมือชื่ออิเล็กทรอนิกส์ ระบบจะแจ้งผลในหน้านี้")
    else:
        actions.sign_typed(by=request.actor, step_id=one.step.pk, confirmation=values["confirmation"])
        messages.success(request, "ลงนามแล้ว")
    _drop_chosen(request, [one.step.pk])
    return redirect("saraban:letter", one.step.letter_id)


def _sign_many(request: ActorRequest, form: SignForm, letters: Sequence[Chosen]) -> HttpResponse:
    """Hand them to the worker as one batch."""
    values, steps = form.cleaned_data, [one.step.pk for one in letters]
    order = Order(confirmation=values["confirmation"], passphrase=values["passphrase"])
    with once(values["once"], by=request.actor):
        batch = start_batch(by=request.actor, verb=BatchVerb.SIGN, step_ids=steps, order=order)
    _drop_chosen(request, steps)
    return redirect("intray:batch", batch.pk)


def _drop_chosen(request: ActorRequest, done: Sequence[int]) -> None:
    request.session[CHOSEN] = [pk for pk in _chosen(request) if pk not in set(done)]


def _confirm_page(request: ActorRequest, form: SignForm, letters: Sequence[Chosen], status: int = 200) -> HttpResponse:
    able = [one for one in letters if one.verdict]
    assert request.actor.appointment is not None  # who holds no post has nothing to sign
    context: dict[str, Any] = {
        "form": form,
        "once": uuid4(),
        "letters": letters,
        "able": able,
        "person": request.actor.user.full_name,
        "title_lines": request.actor.appointment.title_lines,
        "asks_words": any(not one.by_certificate for one in able),
        "asks_passphrase": any(one.by_certificate for one in able),
        "paper_warning": next(filter(None, map(garuda_missing, {one.step.letter.kind for one in able})), ""),
    }
    return render(request, "intray/sign.html", context, status=status)


def _chosen(request: ActorRequest) -> list[int]:
    return list(request.session.get(CHOSEN, []))


def _confirm_url(steps: list[int]) -> str:
    return f"{reverse('intray:sign_confirm')}?{urlencode({'step': steps}, doseq=True)}" if steps else ""


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 18 else None
