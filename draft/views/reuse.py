"""Beginning a draft from a letter there is: a copy of its words, or a letter that sends it on."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from audit.actions import once
from common.access import Refused
from draft.actions.reuse import copy_letter, forward_letter
from draft.actions.writing import usual_answer_kind
from draft.content import Content
from draft.kinds import SHORT_KIND
from draft.permissions_reuse import may_copy, may_forward
from draft.selectors.kinds import choices
from draft.selectors.paper import reference_line
from draft.views.door import once_key, once_of
from org.actor import ActorRequest
from saraban.models import Letter, LetterKind


@require_http_methods(["GET", "HEAD", "POST"])
def copy(request: ActorRequest, letter_id: int) -> HttpResponse:
    """Say what is carried over, then begin the copy."""
    actor = request.actor
    letters = Letter.objects.visible_to(actor).select_related("draft", "owner_unit", "author_position__unit")
    letter = get_object_or_404(letters, pk=letter_id, draft__isnull=False)
    verdict, refusal = may_copy(actor, letter), None
    if request.method == "POST":
        try:
            with once(once_of(request), by=actor):
                made = copy_letter(by=actor, letter_id=letter_id, enclosures="enclosures" in request.POST)
        except Refused as error:
            refusal = error
        else:
            messages.success(request, "ทำสำเนาเป็นร่างใหม่แล้ว ตรวจผู้รับ วันที่ และข้อความก่อนส่ง")
            return redirect("draft:edit", made.pk)
    context = {
        "page_title": "ทำสำเนาเป็นร่างใหม่",
        "letter": letter,
        "kind_name": SHORT_KIND[LetterKind(letter.kind)],
        "enclosures": letter.enclosures.count() if verdict else 0,
        "other_unit": actor.appointment is not None and letter.owner_unit_id != actor.position.unit_id,
        "uploaded": bool(verdict) and Content.of(letter.draft).upload is not None,
        "refusal": refusal,
        "reason": verdict.reason,
        "once": once_key(),
    }
    return render(request, "draft/copy.html", context, status=refusal.status if refusal else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def forward(request: ActorRequest, letter_id: int) -> HttpResponse:
    """Choose the kind of the letter that sends this one on, and begin it."""
    actor = request.actor
    letters = Letter.objects.visible_to(actor).select_related("document", "agency", "owner_unit")
    letter = get_object_or_404(letters, pk=letter_id)
    verdict, refusal = may_forward(actor, letter), None
    if request.method == "POST":
        try:
            with once(once_of(request), by=actor):
                made = forward_letter(by=actor, letter_id=letter_id, kind=request.POST.get("kind", ""))
        except Refused as error:
            refusal = error
        else:
            messages.success(request, "เริ่มร่างหนังสือส่งต่อแล้ว แนบตัวหนังสือและสิ่งที่ส่งมาด้วยให้ครบ เหลือกรอกผู้รับ")
            return redirect("draft:edit", made.pk)
    usual = usual_answer_kind(actor, letter) if actor.appointment else LetterKind.MEMO
    context = {
        "page_title": "ส่งต่อเป็นหนังสือใหม่",
        "letter": letter,
        "reference": reference_line(letter) if verdict else "",
        "enclosures": letter.enclosures.count(),
        "groups": choices(request.POST.get("kind") or usual),
        "refusal": refusal,
        "reason": verdict.reason,
        "once": once_key(),
    }
    return render(request, "draft/forward.html", context, status=refusal.status if refusal else 200)
