"""เพิ่มผู้ลงนาม: asked with what will come of it, then done."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from audit.actions import once
from common.access import Invalid, Refused
from common.typed import readable
from intray import actions
from intray.actions.signers import round_of
from intray.forms_routes import RouteForm, SignerForm
from intray.models import LIVE_STATES, StepState
from intray.permissions_routes import may_add_signer
from intray.selectors.rows import shown_subject
from intray.selectors.targets import choices, targets_from
from intray.views.panel import visible_letter
from org.actor import ActorRequest


@require_http_methods(["GET", "HEAD", "POST"])
def add_signer(request: ActorRequest, letter_id: int) -> HttpResponse:
    """The form says whether the paper is set anew or the letter goes back for a new version."""
    letter = visible_letter(request.actor, letter_id)
    signers = round_of(letter)
    signed = [one for one in signers if one.state == StepState.DONE]
    after = [(one.order, f"ลำดับที่ {one.order} {one.place}") for one in signers if one.state in LIVE_STATES]
    finding = request.method == "POST" and request.POST.get("verb") == "find"
    initial = {"new_version": bool(signed), **RouteForm.fresh(request.POST if finding else None).initial}
    posted = readable(request.POST) if request.method == "POST" and not finding else None
    form = SignerForm(posted, initial=initial, after=after)
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                with once(form.cleaned_data["once"], by=request.actor):
                    return _add(request, letter_id, form)
            except Refused as refusal:
                named = refusal.field if isinstance(refusal, Invalid) else None
                form.add_error(named if named in form.fields else None, refusal.sentence)
                status = refusal.status
    query, to = request.POST.get("find", "")[:100], request.POST.getlist("to")[:1]
    lines = [one for one in choices(request.actor, letter, query=query, chosen=to) if not one.whole_unit]
    context = {
        "letter": letter,
        "subject": shown_subject(letter),
        "signers": signers,
        "signed": signed,
        "form": form,
        "verdict": may_add_signer(request.actor, letter, signers),
        "choices": lines,
        "query": query,
    }
    return render(request, "intray/add_signer.html", context, status=status)


def _add(request: ActorRequest, letter_id: int, form: SignerForm) -> HttpResponse:
    found = targets_from(request.actor, request.POST.getlist("to")[:1], purpose="SIGN")
    if not found or found[0].position is None:
        raise Invalid("โปรดเลือกตำแหน่งผู้ลงนามหนึ่งตำแหน่ง")
    values = form.cleaned_data
    added = actions.add_signer(
        by=request.actor,
        letter_id=letter_id,
        position=found[0].position,
        after=values["after"],
        text=values["text"],
        new_version=values["new_version"],
    )
    if added.step is None:
        messages.success(request, "ส่งหนังสือคืนผู้ร่างเพื่อจัดทำฉบับใหม่แล้ว ลายมือชื่อที่ลงไปแล้วเก็บไว้เป็นหลักฐาน")
    else:
        messages.success(request, f"เพิ่ม {found[0].position.title} เป็นผู้ลงนามแล้ว")
    return redirect("saraban:letter", letter_id)
