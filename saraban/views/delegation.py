"""การมอบอำนาจและรักษาราชการแทน: who stands in for the post, for whom oneself does; ended, and handed on."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from audit.actions import once
from common.access import Invalid, Refused
from org.actor import ActorRequest
from org.models import STANDS_IN, Appointment, Capacity
from org.permissions import may_end_standing_in, may_subdelegate
from saraban.actions.delegation import end_delegation, subdelegate
from saraban.forms_delegation import EndDelegationForm, ScopeForm, folders_of, people_of
from saraban.permissions_delegation import limits_of
from saraban.selectors_delegation import clashes_at, overview, scope_of_words

WITHOUT_POST = "บัญชีนี้ไม่มีตำแหน่งที่มีผลในขณะนี้ จึงไม่มีการมอบอำนาจหรือรักษาราชการแทน"


@require_GET
def delegations(request: ActorRequest) -> HttpResponse:
    """What is given for the active post and what the person received: in force, to come, ended; and where it clashes."""
    actor = request.actor
    if actor.appointment is None:
        raise Refused(WITHOUT_POST)
    context = {
        "groups": overview(actor),
        "clashes": clashes_at(actor.position, actor.at) if actor.appointment.has_full_powers else [],
        "capacity": actor.title_line,
        "delegated": actor.appointment.capacity == Capacity.ON_BEHALF,
        "why_not_hand_on": may_subdelegate(actor).reason,
        "now": actor.at,
    }
    return render(request, "saraban/delegations.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def delegation_end(request: ActorRequest, appointment_id: int) -> HttpResponse:
    """Ask, then end now who stands in for the actor's post, or what he handed on. Others find nothing here."""
    actor = request.actor
    rows = Appointment.objects.filter(pk=appointment_id, capacity__in=STANDS_IN)
    row = rows.select_related("user", "position__unit", "parent").first()
    if row is None or actor.appointment is None or not _concerned(actor.appointment, row):
        raise Http404("ไม่พบการทำหน้าที่แทนนี้")
    form = EndDelegationForm(request.POST if request.method == "POST" else None)
    verdict = may_end_standing_in(actor, row)
    if request.method == "POST" and form.is_valid():
        try:
            with once(form.cleaned_data["once"], by=actor):
                end_delegation(by=actor, appointment=row, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
            verdict_status = refusal.status
        else:
            messages.success(request, f"ให้{row.user.full_name}พ้นจากการ{row.get_capacity_display()}แล้ว")
            return redirect("saraban:delegations")
        return _end_page(request, row, form, verdict.reason, verdict_status)
    return _end_page(request, row, form, verdict.reason, 422 if form.errors else 200)


def _concerned(held: Appointment, row: Appointment) -> bool:
    """Whether the row stands in for the post held, was handed on by its holder, or is the holding itself."""
    return row.position_id == held.position_id or row.parent_id == held.pk


def _end_page(
    request: ActorRequest, row: Appointment, form: EndDelegationForm, reason: str, status: int
) -> HttpResponse:
    handed_on = Appointment.objects.current(request.actor.at).filter(parent=row).select_related("user")
    context = {"row": row, "form": form, "reason": reason, "handed_on": list(handed_on), "covers": scope_of_words(row)}
    return render(request, "saraban/delegation_end.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def delegation_hand_on(request: ActorRequest) -> HttpResponse:
    """มอบอำนาจช่วง what the active capacity was delegated, where its order lets it."""
    actor = request.actor
    if actor.appointment is None:
        raise Refused(WITHOUT_POST)
    verdict = may_subdelegate(actor)
    verdict.demand()
    limits = limits_of(actor.appointment)
    form = ScopeForm(
        request.POST if request.method == "POST" else None,
        people=people_of(actor),
        folders=folders_of(actor.agency.pk, limits),
        at=actor.at,
    )
    if limits is not None:
        form.only(limits)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            with once(form.cleaned_data["once"], by=actor):
                subdelegate(by=actor, **form.values)
        except Refused as refusal:
            field = refusal.field if isinstance(refusal, Invalid) else None
            form.add_error(field if field in form.fields else None, refusal.sentence)
            status = refusal.status
        else:
            messages.success(request, f"มอบอำนาจช่วงให้{form.cleaned_data['user'].full_name}แล้ว")
            return redirect("saraban:delegations")
    elif form.errors:
        status = 422
    context = {"form": form, "held": actor.appointment, "covers": scope_of_words(actor.appointment)}
    return render(request, "saraban/delegation_hand_on.html", context, status=status)
