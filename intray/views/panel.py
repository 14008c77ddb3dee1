"""The panel on the letter page: what is asked of the actor, and all he may do about it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from common.thai import local_date
from intray import actions
from intray.forms import ActForm, due_choices
from intray.forms_routes import PURPOSES
from intray.models import RoutingStep, StepPurpose, StepState
from intray.selectors.itinerary import itineraries
from intray.selectors.route import PanelView, endorsements_of, my_step, panel_of, steps_of
from intray.selectors.rows import shown_subject
from intray.selectors.targets import choices
from org.actor import Actor, ActorRequest
from saraban.models import Letter, PhrasePlace
from saraban.phrases import EXECUTIVE, STAFF
from saraban.rows import due_words
from saraban.selectors_phrases import Offers, offers

TITLES = {
    StepPurpose.SIGN: "รอท่านลงนาม",
    StepPurpose.CONSIDER: "รอท่านพิจารณา",
    StepPurpose.ACTION: "มอบหมายให้ท่านดำเนินการ",
    StepPurpose.OPINION: "ขอความเห็นของท่าน",
    StepPurpose.INFO: "ส่งมาเพื่อทราบ",
}


def visible_letter(actor: Actor, letter_id: int) -> Letter:
    """The letter, or 404 for whoever may not read it."""
    letters = Letter.objects.visible_to(actor).select_related("agency", "folder", "owner_unit", "author_position__unit")
    return get_object_or_404(letters, pk=letter_id)


@require_GET
def panel(request: ActorRequest, letter_id: int) -> HttpResponse:
    """The panel; opening it opens the actor's step. `adopt` puts the secretary's text into the form."""
    letter = visible_letter(request.actor, letter_id)
    steps: list[RoutingStep] | None = list(steps_of(letter))
    step = my_step(request.actor, steps or [])
    if step is not None and step.state == StepState.NEW:
        actions.open_step(by=request.actor, step_id=step.pk)
        steps = None  # opened: to be read again
    if request.htmx and "poll" in request.GET and (step is None or step.state != StepState.SIGNING):
        return HttpResponse(headers={"HX-Refresh": "true"})  # the signature stands or failed: the whole page changes
    return render_panel(request, letter, steps=steps)


def render_panel(
    request: ActorRequest,
    letter: Letter,
    form: ActForm | None = None,
    *,
    steps: list[RoutingStep] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The panel as a fragment for the letter page, or as a page of its own where there is no script."""
    view = panel_of(request.actor, letter, steps)
    fragment = bool(request.htmx) and form is None
    template = "intray/_panel.html" if fragment else "intray/panel.html"
    return render(request, template, panel_context(request, letter, view, form) | {"fragment": fragment}, status=status)


def panel_context(request: ActorRequest, letter: Letter, view: PanelView, form: ActForm | None) -> dict[str, Any]:
    """What the panel's templates ask."""
    actor = request.actor
    adopted = view.prepared.text if view.prepared and "adopt" in request.GET else ""
    step_id = view.step.pk if view.step else None
    leads = actor.appointment is not None and (actor.position.heads_subtree or actor.position.signs_outward)
    to, info = request.POST.getlist("to"), request.POST.getlist("info")
    wants_picker = view.starts or (view.step is not None and view.may["send"].allowed)
    query = request.POST.get("find", "")[:100]
    due, due_state = due_words(view.step.due_at if view.step else None, actor.at)
    return {
        "letter": letter,
        "subject": shown_subject(letter),
        "view": view,
        "form": form or ActForm.fresh(step_id=step_id, text=adopted),
        "title": TITLES[StepPurpose(view.step.purpose)] if view.step else "เสนอหรือส่งต่อ",
        "phrases": _phrases(actor, leads=leads),
        "leads": leads,
        "choices": choices(actor, letter, query=query, chosen=to, info=info, typed=request.POST)
        if wants_picker
        else [],
        "stops": True,
        "stop_purposes": PURPOSES,
        "routes": itineraries(actor, letter, view.steps),
        "query": query,
        "picking": bool(to or query or (form and form.errors)),
        "due_choices": due_choices(local_date(actor.at)),
        "due_words": due,
        "due_state": due_state,
        "now": actor.at,
    }


def _phrases(actor: Actor, *, leads: bool) -> Offers:
    usual, more = (EXECUTIVE, STAFF) if leads else (STAFF[:5], (*STAFF[5:], *EXECUTIVE))
    return offers(actor, PhrasePlace.ENDORSE, usual=usual, more=more)


@require_GET
def targets(request: ActorRequest, letter_id: int) -> HttpResponse:
    """The picker's lines for what was typed, keeping what is chosen."""
    letter = visible_letter(request.actor, letter_id)
    to, info = request.GET.getlist("to"), request.GET.getlist("info")
    query = request.GET.get("find", "")[:100]
    lines = choices(request.actor, letter, query=query, chosen=to, info=info, typed=request.GET)
    context = {
        "choices": lines,
        "query": query,
        "letter": letter,
        "stops": "plain" not in request.GET,
        "stop_purposes": PURPOSES,
    }
    return render(request, "intray/_choices.html", context)


@require_GET
def endorsements(request: ActorRequest, letter_id: int) -> HttpResponse:
    """การเกษียน: all that was written and decided on the letter, with name, title lines and moment."""
    letter = visible_letter(request.actor, letter_id)
    template = "intray/_endorsements.html" if request.htmx else "intray/endorsements.html"
    context = {"letter": letter, "subject": shown_subject(letter), "endorsements": list(endorsements_of(letter))}
    return render(request, template, context)
