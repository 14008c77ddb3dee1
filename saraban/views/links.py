"""Looking after the public link of a letter's enclosures: the counter, the last day, publishing by hand, revoking."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from audit.actions import once
from common.access import Invalid, Refused
from org.actor import Actor, ActorRequest
from saraban.actions.links import extend_link, publish_link, revoke_link, usual_last_day
from saraban.forms import ConfirmForm, OnceForm
from saraban.forms_links import ExtendForm, RevokeForm
from saraban.models import Letter
from saraban.permissions_links import may_extend_link, may_keep_link, may_publish_link, may_revoke_link
from saraban.selectors_links import address_of, newest_link, state_of
from saraban.views.doors import letter_for

FORMS: dict[str, type[OnceForm]] = {"extend": ExtendForm, "revoke": RevokeForm, "publish": ConfirmForm}
ACTS: dict[str, Callable[..., Any]] = {"extend": extend_link, "revoke": revoke_link, "publish": publish_link}
DONE = {
    "extend": "เปลี่ยนวันสุดท้ายของลิงก์แล้ว",
    "revoke": "ยกเลิกลิงก์แล้ว ผู้ที่ถือลิงก์นี้เปิดไม่ได้อีก",
    "publish": "เผยแพร่ลิงก์แล้ว",
}


@require_http_methods(["GET", "HEAD", "POST"])
def link(request: ActorRequest, letter_id: int) -> HttpResponse:
    """The link's page; 404 for readers who do not look after it, as for a letter without one. `act` names the verb."""
    letter = letter_for(request.actor, letter_id)
    shown = newest_link(letter)
    if shown is None or not may_keep_link(request.actor, letter):
        raise Http404
    act = request.POST.get("act", "")
    if request.method != "POST":
        return _page(request, letter, {})
    if act not in ACTS:
        raise Http404
    form = FORMS[act](request.POST, auto_id=f"{act}_%s")
    if form.is_valid():
        values = dict(form.cleaned_data)
        try:
            with once(values.pop("once"), by=request.actor):
                ACTS[act](by=request.actor, letter_id=letter.pk, **values)
        except Refused as refusal:
            named = refusal.field if isinstance(refusal, Invalid) else None
            form.add_error(named if named in form.fields else None, refusal.sentence)
        else:
            messages.success(request, DONE[act])
            return redirect("saraban:link", letter.pk)
    return _page(request, letter, {act: form}, status=422)


def _page(request: ActorRequest, letter: Letter, sent: dict[str, OnceForm], *, status: int = 200) -> HttpResponse:
    actor = request.actor
    shown = newest_link(letter)
    assert shown is not None  # links are never deleted
    day = max(shown.last_day, usual_last_day(actor.at))
    fresh: dict[str, OnceForm] = {
        "extend": ExtendForm(auto_id="extend_%s", initial={"until": f"{day.day}/{day.month}/{day.year + 543}"}),
        "revoke": RevokeForm(auto_id="revoke_%s"),
        "publish": ConfirmForm(auto_id="publish_%s"),
    }
    context = {
        "page_title": "ลิงก์ดาวน์โหลดสิ่งที่ส่งมาด้วย",
        "letter": letter,
        "link": shown,
        "address": address_of(shown),
        "state": state_of(shown, letter, actor.at),
        "forms": fresh | sent,
        "form": next(iter(sent.values()), None),
        "why_not": _reasons(actor, letter),
    }
    return render(request, "saraban/link.html", context, status=status)


def _reasons(actor: Actor, letter: Letter) -> dict[str, str]:
    shown = newest_link(letter)
    assert shown is not None
    return {
        "extend": may_extend_link(actor, letter, shown).reason,
        "revoke": may_revoke_link(actor, letter, shown).reason,
        "publish": may_publish_link(actor, letter, shown).reason,
    }
