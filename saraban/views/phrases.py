"""ข้อความที่ใช้บ่อย: the list a person keeps for himself and with his unit."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.actions import once
from common.access import Invalid, Refused
from common.thai import visible
from org.actor import ActorRequest
from saraban.actions.phrases import add_phrase, change_phrase, count_use, remove_phrase, shift_phrase
from saraban.forms_phrases import PhraseForm
from saraban.models import Phrase, PhrasePlace
from saraban.permissions_phrases import may_share_phrases, reachable
from saraban.selectors_phrases import kept_phrases


@require_safe
def phrases(request: ActorRequest) -> HttpResponse:
    """The phrases by place, own before shared; `?place=` and `?q=` narrow them."""
    place = request.GET.get("place", "")
    place = place if place in PhrasePlace.values else ""
    query = visible(request.GET.get("q", "")[:200])
    rows = list(kept_phrases(request.actor, place=place, text=query)[:500])
    context = {
        "page_title": "ข้อความที่ใช้บ่อย",
        "own": [one for one in rows if one.user_id],
        "shared": [one for one in rows if one.unit_id],
        "unit": request.actor.unit.name if request.actor.appointment else "",
        "query": query,
        "place": place,
        "tabs": [("ทุกที่", "?", "", not place)]
        + [(label, f"?place={value}", "", place == value) for value, label in PhrasePlace.choices],
        "new_url": reverse("saraban:phrase_new") + (f"?{urlencode({'place': place})}" if place else ""),
    }
    return render(request, "saraban/phrases.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: ActorRequest) -> HttpResponse:
    """A new phrase."""
    return _write(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: ActorRequest, phrase_id: int) -> HttpResponse:
    """Change one of those the actor keeps; 404 for anybody else's."""
    return _write(request, _phrase(request, phrase_id))


def _write(request: ActorRequest, phrase: Phrase | None) -> HttpResponse:
    actor = request.actor
    initial = (
        {"text": phrase.text, "title": phrase.title, "place": phrase.place}
        if phrase
        else {"place": request.GET.get("place", PhrasePlace.ENDORSE)}
    )
    form = PhraseForm(
        request.POST if request.method == "POST" else None,
        new=phrase is None,
        may_share=bool(may_share_phrases(actor)),
        initial=initial,
        auto_id="%s",
    )
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            with once(values.pop("once"), by=actor):
                if phrase is None:
                    add_phrase(by=actor, **values)
                else:
                    change_phrase(by=actor, phrase_id=phrase.pk, **values)
        except Refused as refusal:
            form.add_error(refusal.field if isinstance(refusal, Invalid) else None, refusal.sentence)
        else:
            messages.success(request, "เก็บข้อความแล้ว")
            return redirect(f"{reverse('saraban:phrases')}?place={values['place']}")
    context = {
        "page_title": "แก้ไขข้อความที่ใช้บ่อย" if phrase else "เพิ่มข้อความที่ใช้บ่อย",
        "form": form,
        "phrase": phrase,
    }
    return render(request, "saraban/phrase.html", context, status=422 if form.errors else 200)


@require_POST
def shift(request: ActorRequest, phrase_id: int, way: str) -> HttpResponse:
    """One place up or down."""
    phrase = _phrase(request, phrase_id)
    shift_phrase(by=request.actor, phrase_id=phrase.pk, up=way == "up")
    return redirect(f"{reverse('saraban:phrases')}?place={phrase.place}")


@require_POST
def remove(request: ActorRequest, phrase_id: int) -> HttpResponse:
    """Keep it no more."""
    phrase = _phrase(request, phrase_id)
    title = remove_phrase(by=request.actor, phrase_id=phrase.pk)
    messages.success(request, f"ลบข้อความ “{title}” แล้ว")
    return redirect(f"{reverse('saraban:phrases')}?place={phrase.place}")


@require_POST
def used(request: ActorRequest, phrase_id: int) -> HttpResponse:
    """A script inserted it: counted. 404 for a phrase the actor may not use."""
    count_use(by=request.actor, phrase_id=_phrase(request, phrase_id).pk)
    return HttpResponse(status=204)


def _phrase(request: ActorRequest, phrase_id: int) -> Phrase:
    found: Phrase = get_object_or_404(Phrase.objects.filter(reachable(request.actor)), pk=phrase_id)
    return found
