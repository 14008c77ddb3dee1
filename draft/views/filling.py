"""A letter from a template: the form of its inputs, and the same form again when the author changes what was typed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from audit.actions import once
from common.access import Refused
from draft.actions.filling import ChangedByHand, RetiredMeanwhile, Unfilled, begin_filled, changed_by_hand, refill
from draft.content import label_of
from draft.inputs import inputs_of, typed_again
from draft.kinds import SHORT_KIND, Words
from draft.models import FilledTemplate, TemplateStatus, TemplateVersion
from draft.permissions import may_edit
from draft.selectors.choices import posts
from draft.selectors.doctypes import TypeRow, type_seen
from draft.selectors.kinds import Choice
from draft.selectors.templates import beginnings, offered
from draft.type_forms import FillForm
from draft.type_rules import may_use
from draft.views.door import Opened, once_key, once_of
from draft.views.templates import version_or_404
from org.actor import ActorRequest
from saraban.models import LetterKind
from saraban.permissions import may_draft

ROWS_MORE = 2
TYPE = "type-"  # what stands before a type's number among the kinds to choose from


def with_types(
    kinds: list[tuple[str, list[Choice]]], types: list[tuple[str, list[TypeRow]]]
) -> list[tuple[str, list[Choice]]]:
    """The kinds to choose from with the document types behind those in daily use."""
    groups = [
        (
            f"แม่แบบ: {name}",
            [
                Choice(
                    f"{TYPE}{row.type.pk}",
                    row.type.name,
                    Words(
                        row.type.purpose or row.type.get_kind_display(), "layout-template", f"{row.type.words} แม่แบบ"
                    ),
                    0,
                    False,
                )
                for row in rows
            ],
        )
        for name, rows in types
    ]
    return [*kinds[:1], *groups, *kinds[1:]]


def form_to_fill(chosen: str, secrecy: int = 0) -> str:
    """Where the form of a chosen type is, with the class of secrecy chosen beside it; nothing for a kind of letter."""
    number = chosen.removeprefix(TYPE)
    if number == chosen or not (number.isascii() and number.isdecimal() and len(number) < 19):
        return ""
    return reverse("draft:fill", args=[int(number)]) + (f"?secrecy={secrecy}" if secrecy else "")


def _form(request: ActorRequest, version: TemplateVersion, beginning: dict[str, Any]) -> FillForm:
    """The form of a version: as posted, or as it begins. A button `add-in-3` shows more empty rows of a table."""
    needs = {one.type for one in inputs_of(version.inputs)}
    choices = offered(request.actor, inputs_of(version.inputs))
    people = posts(request.actor) if "PERSON" in needs and request.actor.appointment else []
    if request.method != "POST":
        return FillForm(version, choices, people, beginning=beginning)
    form = FillForm(version, choices, people, data=request.POST)
    if not _only_rows(request):
        return form
    typed = form.raw
    for at, one in enumerate(form.inputs):
        if request.POST["do"] == f"add-in-{at}" and isinstance(typed[one.name], list):
            typed[one.name] = typed[one.name] + [[""] * len(one.options)] * ROWS_MORE
    return FillForm(version, choices, people, beginning=typed)


def _only_rows(request: ActorRequest) -> bool:
    """Whether the button pressed only asks for another row of a table."""
    return request.POST.get("do", "").startswith("add-in-")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def fill(request: ActorRequest, type_id: int) -> HttpResponse:
    """The form of the type's version in use. A post names the version its form was made of."""
    found, actor = type_seen(request.actor, type_id), request.actor
    if found is None:
        raise Http404
    published = found.versions.select_related("for_unit").filter(status=TemplateStatus.PUBLISHED).first()
    version = _version_of(request, type_id) if request.method == "POST" else published
    if version is None:
        return render(request, "draft/fill_none.html", {"page_title": found.name, "type": found})
    form = _form(request, version, beginnings(version, actor) if actor.appointment else {})
    asked = request.GET.get("secrecy", "")
    secrecy = int(asked) if asked in ("1", "2", "3") else 0
    refusal: Refused | None = None
    if request.method == "POST" and not _only_rows(request):
        try:
            with once(once_of(request), by=actor):
                letter = begin_filled(by=actor, version_id=version.pk, raw=form.raw, secrecy=secrecy)
        except Refused as error:
            refusal = error
        else:
            messages.success(request, "สร้างร่างจากแม่แบบแล้ว ตรวจถ้อยคำ แก้ไขได้ทุกช่อง แล้วส่งตรวจหรือเสนอลงนาม")
            return redirect("draft:edit", letter.pk)
    context = {
        "page_title": found.name,
        "type": found,
        "version": version,
        "kind_name": SHORT_KIND[LetterKind(found.kind)],
        "secrecy": secrecy,
        "form": form,
        "checked": isinstance(refusal, Unfilled),
        "refusal": None if isinstance(refusal, Unfilled) else refusal,
        "newer": published if isinstance(refusal, RetiredMeanwhile) else None,
        "retired": isinstance(refusal, RetiredMeanwhile),
        "adding": _only_rows(request),
        "why_not": (may_draft(actor).reason or may_use(actor, version).reason) if not refusal else "",
        "once": once_key(),
    }
    return render(request, "draft/fill.html", context, status=refusal.status if refusal else 200)


def _version_of(request: ActorRequest, type_id: int) -> TemplateVersion | None:
    """The version the posted form was made of."""
    asked = request.POST.get("version", "")
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 19):
        raise Http404
    version = version_or_404(request, int(asked))
    if version.type_id != type_id or version.status == TemplateStatus.DRAFT:
        raise Http404
    return version


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def inputs(request: ActorRequest, letter_id: int) -> HttpResponse:
    """The form a draft was made with; sending it makes the draft again, asking first when it was changed by hand."""
    opened, actor = Opened(request, letter_id), request.actor
    filled = get_object_or_404(
        FilledTemplate.objects.select_related("version__type", "version__for_unit"), letter=opened.letter
    )
    version = filled.version
    beginning = {one.name: typed_again(one, filled.inputs.get(one.name)) for one in inputs_of(version.inputs)}
    form = _form(request, version, beginning)
    refusal: Refused | None = None
    if request.method == "POST" and not _only_rows(request):
        text = request.POST.get("revision", "")
        revision = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
        try:
            with once(once_of(request), by=actor):
                refill(
                    by=actor,
                    letter_id=letter_id,
                    raw=form.raw,
                    revision=revision,
                    sure=request.POST.get("sure") == "yes",
                )
        except Refused as error:
            refusal = error
        else:
            messages.success(request, "สร้างข้อความใหม่จากค่าที่กรอกแล้ว ร่างก่อนหน้าเก็บไว้ในหน้าฉบับที่เก็บ")
            return redirect("draft:edit", letter_id)
    by_hand = [label_of(opened.letter.kind, name) for name in changed_by_hand(filled, opened.content)]
    context = {
        "page_title": "แก้ค่าที่กรอกในแม่แบบ",
        "letter": opened.letter,
        "draft": opened.draft,
        "type": version.type,
        "version": version,
        "form": form,
        "checked": isinstance(refusal, Unfilled),
        "asking": refusal if isinstance(refusal, ChangedByHand) else None,
        "by_hand": by_hand,
        "refusal": None if isinstance(refusal, Unfilled | ChangedByHand) else refusal,
        "adding": _only_rows(request),
        "why_not": may_edit(actor, opened.letter).reason,
        "cancel_url": reverse("draft:edit", args=[letter_id]),
        "once": once_key(),
    }
    return render(request, "draft/refill.html", context, status=refusal.status if refusal else 200)
