"""Whether the enclosures of a draft go out as a public link with a QR code."""

from __future__ import annotations

from base64 import b64encode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from audit.actions import once
from common.access import Invalid, Refused
from draft.actions.links import set_link
from draft.kinds import has
from draft.permissions import may_edit
from draft.views.door import Opened
from org.actor import ActorRequest
from saraban.actions.links import usual_last_day
from saraban.forms_links import LinkForm
from saraban.permissions_links import may_have_link
from saraban.selectors_links import address_of, link_in_use
from saraban.sheets.qr import qr_svg


@require_http_methods(["GET", "HEAD", "POST"])
def link(request: ActorRequest, letter_id: int) -> HttpResponse:
    """Personal data or not, link or not, through which day; and the link itself once there is one."""
    opened = Opened(request, letter_id)
    letter, actor = opened.letter, request.actor
    kept = link_in_use(letter)
    day = kept.last_day if kept else usual_last_day(actor.at)
    initial = {
        "personal_data": letter.personal_data,
        "wanted": kept is not None,
        "until": f"{day.day}/{day.month}/{day.year + 543}",
    }
    form = LinkForm(request.POST if request.method == "POST" else None, initial=initial, auto_id="%s")
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            with once(values.pop("once"), by=actor):
                set_link(by=actor, letter_id=letter_id, **values)
        except Refused as refusal:
            form.add_error(refusal.field if isinstance(refusal, Invalid) else None, refusal.sentence)
        else:
            messages.success(request, "บันทึกแล้ว" if not values["wanted"] else "แนบสิ่งที่ส่งมาด้วยเป็นลิงก์และ QR แล้ว")
            return redirect(f"{reverse('draft:edit', args=[letter_id])}#enclosures")
    context = {
        "page_title": "ลิงก์และ QR ของสิ่งที่ส่งมาด้วย",
        "letter": letter,
        "form": form,
        "link": kept,
        "address": address_of(kept) if kept else "",
        "qr": b64encode(qr_svg(address_of(kept))).decode() if kept else "",
        "heading": has(letter.kind, "enclosures"),
        "secret": may_have_link(letter, personal_data=False).reason,
        "why_not": may_edit(actor, letter).reason,
    }
    return render(request, "draft/link.html", context, status=422 if form.errors else 200)
