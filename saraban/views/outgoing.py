"""The sending registry: รอออกเลข, รอส่ง, ส่งแล้ว; issuing a number and voiding one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from audit.actions import once
from common.access import Refused
from common.rows import ListRow, Tag
from org.actor import Actor, ActorRequest
from saraban.actions.numbers import issue_number, void_number
from saraban.forms import ConfirmForm, ReasonForm
from saraban.models import Delivery, DeliveryStatus, Letter
from saraban.outgoing import delivery_summaries, next_example, sent_letters
from saraban.permissions import may_take_number, may_void
from saraban.rows import letter_row, letter_url
from saraban.selectors import awaiting_dispatch, awaiting_number, where_now
from saraban.views.doors import entry_for, letter_for
from saraban.views.incoming import tabs
from saraban.views.places import came_from, cursor_of
from saraban.views.sealing import seal_of

SHOWN = 200
TABS = ("number", "dispatch", "sent")


def outgoing(request: ActorRequest) -> HttpResponse:
    """One of three lists: what waits for a number, what waits to be sent, what was sent."""
    actor = request.actor
    tab = request.GET.get("tab", "number")
    tab = tab if tab in TABS else "number"
    context: dict[str, object] = {"tab": tab, "tabs": tabs(actor, tab)}
    if tab == "sent":
        letters, older = sent_letters(actor, cursor_of(request.GET))
        summaries = delivery_summaries([one.pk for one in letters])
        context["rows"] = _rows(actor, letters, came_from(tab, request.GET), summaries)
        context["older_url"] = f"{reverse('saraban:outgoing')}?tab=sent&before={older}" if older else ""
        context["newer_url"] = f"{reverse('saraban:outgoing')}?tab=sent" if cursor_of(request.GET) else ""
    else:
        waiting = list((awaiting_number if tab == "number" else awaiting_dispatch)(actor)[: SHOWN + 1])
        context["rows"] = _rows(actor, waiting[:SHOWN], came_from(tab))
        context["cut"] = len(waiting) > SHOWN
    return render(request, "saraban/outgoing.html", context)


def _rows(actor: Actor, letters: list[Letter], query: str, summaries: dict[int, str] | None = None) -> list[ListRow]:
    """Rows with the folder (or the seal's state, or how the deliveries stand) as their label."""
    stays = where_now([one.pk for one in letters])
    rows = []
    for letter in letters:
        if summaries is not None:
            tag = Tag(summaries[letter.pk])
        elif letter.number:
            tag = Tag("ผนึกแล้ว พร้อมส่ง", "good") if letter.sealed else Tag("กำลังผนึกเลข", "amber")
        else:
            tag = Tag(letter.folder.name if letter.folder else "ยังไม่ได้เลือกแฟ้ม", "" if letter.folder else "bad")
        rows.append(letter_row(letter, stays[letter.pk], actor.at, query, (tag,)))
    return rows


def number(request: ActorRequest, letter_id: int) -> HttpResponse:
    """ออกเลข: the folder and how the next number reads, then the number itself."""
    actor = request.actor
    letter = letter_for(actor, letter_id)
    if letter.number and not letter.incoming:
        return redirect("saraban:numbered", letter.pk)
    verdict = may_take_number(actor, letter)
    form = ConfirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with once(form.cleaned_data["once"], by=actor):
                issue_number(by=actor, letter_id=letter.pk)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return redirect("saraban:numbered", letter.pk)
    context = {
        "letter": letter,
        "form": form,
        "reason": verdict.reason,
        "example": next_example(letter, letter.folder) if letter.folder and verdict else "",
        "back": letter_url(letter.pk, came_from("number")),
    }
    return render(request, "saraban/number.html", context, status=422 if form.errors else 200)


def numbered(request: ActorRequest, letter_id: int) -> HttpResponse:
    """The number, big, and how the seal stands."""
    actor = request.actor
    letter = letter_for(actor, letter_id)
    if not letter.number or letter.incoming:
        return redirect("saraban:letter", letter.pk)
    context = {"letter": letter, "seal": seal_of(letter), "next_letter": awaiting_number(actor).first()}
    return render(request, "saraban/numbered.html", context)


def void(request: ActorRequest, entry_id: int) -> HttpResponse:
    """ยกเลิกเลข with a mandatory reason, after what will happen has been said."""
    actor = request.actor
    entry = entry_for(actor, entry_id)
    verdict = may_void(actor, entry)
    form = ReasonForm(
        request.POST or None, label="เหตุผลที่ยกเลิกเลข", hint="ลงในช่องหมายเหตุของทะเบียน และแสดงในเส้นทางของหนังสือ"
    )
    if request.method == "POST" and form.is_valid():
        try:
            with once(form.cleaned_data["once"], by=actor):
                void_number(by=actor, entry_id=entry.pk, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, f"ยกเลิกเลข {entry.number} แล้ว เลขนี้ยังอยู่ในทะเบียนและไม่นำกลับมาใช้อีก")
            return redirect(letter_url(entry.letter_id))
    called_back = Delivery.objects.filter(
        letter=entry.letter_id, status__in=(DeliveryStatus.QUEUED, DeliveryStatus.DELIVERED, DeliveryStatus.FAILED)
    ).select_related("to_unit")[:20]
    context = {
        "entry": entry,
        "letter": entry.letter,
        "form": form,
        "reason": verdict.reason,
        "called_back": called_back,
        "back": letter_url(entry.letter_id),
    }
    return render(request, "saraban/void.html", context, status=422 if form.errors else 200)
