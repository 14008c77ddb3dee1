"""ยกเลิกจบงาน: asked once with its reason, then done."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from audit.actions import once
from common.access import Invalid, Refused
from common.typed import readable
from intray import actions
from intray.forms import ReopenForm
from intray.permissions import may_reopen
from intray.selectors.route import closing_of
from intray.selectors.rows import shown_subject
from intray.views.panel import visible_letter
from org.actor import ActorRequest


@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: ActorRequest, letter_id: int) -> HttpResponse:
    """The confirmation page; a refusal comes back on it with what was typed."""
    letter = visible_letter(request.actor, letter_id)
    status = 200
    form = ReopenForm(readable(request.POST)) if request.method == "POST" else ReopenForm(initial={"once": uuid4()})
    if form.is_bound and not form.is_valid():
        status = 422
    elif form.is_bound:
        try:
            with once(form.cleaned_data["once"], by=request.actor):
                actions.reopen(by=request.actor, letter_id=letter.pk, reason=form.cleaned_data["reason"])
            messages.success(request, "ยกเลิกจบงานแล้ว เรื่องกลับมาอยู่ระหว่างดำเนินการ")
            return redirect("saraban:letter", letter.pk)
        except Refused as refusal:
            form.add_error("reason" if isinstance(refusal, Invalid) else None, refusal.sentence)
            status = refusal.status
    closing = closing_of(letter)
    context = {
        "letter": letter,
        "subject": shown_subject(letter),
        "form": form,
        "closing": closing,
        "verdict": may_reopen(request.actor, letter, closing),
    }
    return render(request, "intray/reopen.html", context, status=status)
