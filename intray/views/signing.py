"""Signing: the folder one letter to a screen, one confirmation for all that was chosen, a result for each."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.access import Invalid, Refused
from intray import actions
from intray.actions.signatures import CONFIRMATION
from intray.forms import ActForm, SignForm
from intray.models import StepState
from intray.permissions import may_note, may_return
from intray.selectors.folder import ToSign, chosen_to_sign, outcomes, page_images, place_in_folder
from intray.selectors.route import my_step, steps_of
from intray.selectors.rows import age, shown_subject
from intray.views.panel import visible_letter
from org.actor import ActorRequest
from saraban.rows import due_words
from saraban.sheets.garuda import garuda_missing

CHOSEN = "sign_chosen"
BATCH = "sign_batch"
MOST = 200


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
    (ready,) = chosen_to_sign(request.actor, [step.pk]) or (None,)
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
    """One confirmation for all that was chosen: words typed for class ก, the passphrase for class ข."""
    source = request.POST if request.method == "POST" else request.GET
    letters = chosen_to_sign(request.actor, [int(pk) for pk in source.getlist("step") if pk.isdecimal()][:MOST])
    if not letters:
        messages.warning(request, "ไม่มีเรื่องที่เลือกลงนาม หรือลงนามไปแล้ว")
        return redirect("intray:sign_folder")
    form = SignForm(request.POST or None, auto_id="sign_%s")
    able = [one for one in letters if one.verdict]
    if request.method == "GET" or not form.is_valid():
        return _confirm_page(request, form, letters)
    if not able:
        form.add_error(None, letters[0].verdict.reason)
        return _confirm_page(request, form, letters, 403)
    typed, phrase = form.cleaned_data["confirmation"], form.cleaned_data["passphrase"]
    if any(not one.by_certificate for one in able) and typed.strip() != CONFIRMATION:
        form.add_error("confirmation", f"โปรดพิมพ์คำว่า {CONFIRMATION} ให้ตรงทุกตัวอักษร")
    if any(one.by_certificate for one in able) and not phrase:
        form.add_error("passphrase", "โปรดกรอกรหัสผ่านของใบรับรองอิเล็กทรอนิกส์")
    if form.errors:
        return _confirm_page(request, form, letters, 422)
    try:
        refusals = _sign_all(request, able, typed, phrase)
    except Invalid as wrong:
        form.add_error(wrong.field if wrong.field in form.fields else None, wrong.sentence)
        return _confirm_page(request, form, letters, 422)
    refusals |= {str(one.step.pk): one.verdict.reason for one in letters if not one.verdict}
    return _after(request, letters, refusals)


def _sign_all(request: ActorRequest, able: list[ToSign], typed: str, phrase: str) -> dict[str, str]:
    """Sign each on its own; what is refused is told per letter. A wrong passphrase stops at the first: `Invalid`."""
    refusals: dict[str, str] = {}
    for one in able:
        try:
            if one.by_certificate:
                actions.sign_with_certificate(by=request.actor, step_id=one.step.pk, passphrase=phrase)
            else:
                actions.sign_typed(by=request.actor, step_id=one.step.pk, confirmation=typed)
        except Invalid:
            raise
        except Refused as refusal:
            refusals[str(one.step.pk)] = refusal.sentence
    return refusals


def _after(request: ActorRequest, letters: list[ToSign], refusals: dict[str, str]) -> HttpResponse:
    done = [one.step.pk for one in letters]
    request.session[CHOSEN] = [pk for pk in _chosen(request) if pk not in done]
    request.session[BATCH] = {"steps": done, "refusals": refusals}
    if len(letters) == 1:
        (only,) = letters
        if refusals:
            messages.error(request, next(iter(refusals.values())))
        elif only.by_certificate:
            messages.info(request, "กำลังลงลายมือชื่ออิเล็กทรอนิกส์ ระบบจะแจ้งผลในหน้านี้")
        else:
            messages.success(request, "ลงนามแล้ว")
        return redirect("saraban:letter", only.step.letter_id)
    return redirect("intray:sign_results")


def _confirm_page(request: ActorRequest, form: SignForm, letters: list[ToSign], status: int = 200) -> HttpResponse:
    able = [one for one in letters if one.verdict]
    context: dict[str, Any] = {
        "form": form,
        "letters": letters,
        "able": able,
        "person": request.actor.user.full_name,
        "title_lines": letters[0].title_lines,
        "asks_words": any(not one.by_certificate for one in able),
        "asks_passphrase": any(one.by_certificate for one in able),
        "paper_warning": next(filter(None, map(garuda_missing, {one.step.letter.kind for one in able})), ""),
    }
    return render(request, "intray/sign.html", context, status=status)


@require_GET
def sign_results(request: ActorRequest) -> HttpResponse:
    """A result for each letter of the last batch, as it stands now."""
    batch = request.session.get(BATCH) or {"steps": [], "refusals": {}}
    found = outcomes(request.actor, batch["steps"], batch["refusals"])
    context = {
        "outcomes": found,
        "signed": sum(one.state == "signed" for one in found),
        "failed": sum(one.state == "failed" for one in found),
        "busy": any(one.state == "signing" for one in found),
        "again_url": _confirm_url([one.step.pk for one in found if one.state == "failed" and one.step.is_open]),
    }
    template = "intray/_results.html" if request.htmx else "intray/results.html"
    return render(request, template, context)


def _chosen(request: ActorRequest) -> list[int]:
    return list(request.session.get(CHOSEN, []))


def _confirm_url(steps: list[int]) -> str:
    return f"{reverse('intray:sign_confirm')}?{urlencode({'step': steps}, doseq=True)}" if steps else ""


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 18 else None
