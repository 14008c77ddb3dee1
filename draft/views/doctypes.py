"""ประเภทเอกสารและแม่แบบ: the list, a type's page, a new one, what it is called, taking it out of use."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.actions import once
from common.access import Refused
from draft.actions.doctypes import change_type, create_type, new_version, retire
from draft.inputs import inputs_of
from draft.kinds import SHORT_KIND
from draft.models import DocumentType, TemplateStatus, TemplateVersion, UseMode
from draft.selectors.doctypes import found_types, place_of, present_modes, type_seen, units_to_own, version_seen
from draft.selectors.rollout import history_of
from draft.type_forms import FactsForm, NewTypeForm
from draft.type_rules import may_make_for, may_rule, may_see_types, may_set_mode, may_use
from draft.views.door import once_key, once_of, typed
from org.actor import ActorRequest
from org.models import Unit
from org.permissions import administers_platform
from saraban.models import LetterKind

WHOSE = [("", "ทั้งหมด"), ("mine", "ของหน่วยข้าพเจ้า"), ("agency", "ของส่วนราชการ"), ("platform", "ประเภทเอกสารกลาง")]


def type_or_404(request: ActorRequest, type_id: int) -> DocumentType:
    """The type, if the actor sees it."""
    found = type_seen(request.actor, type_id)
    if found is None:
        raise Http404
    return found


@require_safe
def types(request: ActorRequest) -> HttpResponse:
    """The document types the actor sees, by words, owner and how far the agency is."""
    actor = request.actor
    may_see_types(actor).demand()
    get = request.GET
    wanted = {
        "q": get.get("q", "")[:200].replace("\x00", ""),
        "whose": get.get("whose", "") if get.get("whose") in dict(WHOSE) else "",
        "mode": get.get("mode", "") if get.get("mode") in UseMode.values else "",
    }
    retired = get.get("retired") == "1"
    rows = found_types(actor, **wanted, retired=retired)
    groups: dict[str, list[object]] = {}
    for row in rows:
        own = row.type.agency_id is not None
        name = (
            f"ของส่วนราชการ · {row.type.group}" if own and row.type.group else "ของส่วนราชการ" if own else row.type.group
        )
        groups.setdefault(name or "อื่น ๆ", []).append(row)
    names = {
        "q": f"“{wanted['q']}”" if wanted["q"] else "",
        "whose": dict(WHOSE)[wanted["whose"]] if wanted["whose"] else "",
    }
    names["mode"] = str(UseMode(wanted["mode"]).label) if wanted["mode"] else ""
    context = {
        "page_title": "ประเภทเอกสารและแม่แบบ",
        "groups": groups.items(),
        "wanted": wanted,
        "whose": WHOSE,
        "modes": [("", "ทุกแบบ"), *UseMode.choices],
        "retired": retired,
        "has_post": actor.appointment is not None,
        "chosen": [
            (
                label,
                "?"
                + urlencode(
                    {**{k: v for k, v in wanted.items() if v and k != name}, **({"retired": 1} if retired else {})}
                ),
            )
            for name, label in names.items()
            if label
        ],
        "why_not_new": "" if units_to_own(actor) or administers_platform(actor) else "ต้องมีตำแหน่งที่มีผลจึงจัดทำแม่แบบได้",
    }
    return render(request, "draft/types.html", context)


@require_safe
def type_page(request: ActorRequest, type_id: int) -> HttpResponse:
    """A type: what it is for, which systems it passes through, its versions, how far the agency is with it."""
    found, actor = type_or_404(request, type_id), request.actor
    versions = list(found.versions.select_related("published_by", "changed_by", "for_unit"))
    published = next((one for one in versions if one.status == TemplateStatus.PUBLISHED), None)
    begun = next((one for one in versions if one.status == TemplateStatus.DRAFT), None)
    scope = published.for_unit if published else found.owner_unit
    has_post = actor.appointment is not None
    context = {
        "page_title": found.name,
        "type": found,
        "kind_name": SHORT_KIND[LetterKind(found.kind)],
        "place": place_of(found),
        "versions": versions,
        "published": published,
        "begun": begun,
        "inputs": inputs_of(published.inputs) if published else [],
        "passes": [
            ("ร่าง-ตรวจ", found.passes_draft),
            ("แฟ้มเสนอ", found.passes_intray),
            ("สารบรรณ", found.passes_saraban),
        ],
        "mode": present_modes(actor.agency, actor.at.date()).get(found.pk) if has_post else None,
        "history": history_of(found, actor.agency) if has_post else [],
        "why_not_use": may_use(actor, published).reason if published else "ยังไม่มีรุ่นที่เผยแพร่ให้ใช้",
        "why_not_make": may_make_for(actor, found.owner_unit).reason,
        "why_not_rule": may_rule(actor, found, scope).reason,
        "why_not_mode": may_set_mode(actor, actor.agency).reason if has_post else "ผู้ดูแลระดับส่วนราชการเป็นผู้กำหนด",
        "has_post": has_post,
        "once": once_key(),
    }
    return render(request, "draft/type.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_type(request: ActorRequest) -> HttpResponse:
    """A new type of one's unit (the central admin: of the platform); `?like=<version>` begins as a copy of that version."""
    actor = request.actor
    may_see_types(actor).demand()
    like = _like(request)
    owners = _owners(request)
    if not owners:
        raise Refused("ต้องมีตำแหน่งที่มีผลจึงจัดทำแม่แบบได้")
    form = NewTypeForm(request.POST if request.method == "POST" else None, owners, like)
    refusal = None
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        owner = Unit.objects.select_related("agency").filter(pk=int(facts.pop("owner"))).first()
        try:
            with once(once_of(request), by=actor):
                version = create_type(by=actor, owner=owner, like=like, **facts)
        except Refused as error:
            refusal = error
            if getattr(error, "field", None) in form.fields:
                form.add_error(error.field, error.sentence)  # type: ignore[attr-defined]
        else:
            messages.success(request, "เพิ่มประเภทเอกสารแล้ว เขียนแม่แบบ ดูตัวอย่าง แล้วเผยแพร่")
            return redirect("draft:template", version.pk)
    context = {
        "page_title": "แม่แบบใหม่",
        "form": form,
        "like": like,
        "refusal": refusal if refusal and not form.errors else None,
        "once": once_key(),
    }
    return render(
        request, "draft/type_new.html", context, status=422 if form.errors else refusal.status if refusal else 200
    )


def _like(request: ActorRequest) -> TemplateVersion | None:
    asked = request.GET.get("like", "")
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 19):
        return None
    return version_seen(request.actor, int(asked))


def _owners(request: ActorRequest) -> list[tuple[int, str]]:
    """The units to keep a new type; 0 stands for the platform."""
    if administers_platform(request.actor):
        return [(0, "ประเภทเอกสารกลาง ใช้ทุกส่วนราชการ")]
    return [(unit.pk, unit.name) for unit in units_to_own(request.actor)]


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: ActorRequest, type_id: int) -> HttpResponse:
    """Change what a type is called and says of itself."""
    found = type_or_404(request, type_id)
    form = FactsForm(request.POST if request.method == "POST" else None, row=found)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            change_type(by=request.actor, type_id=type_id, **form.cleaned_data)
        except Refused as error:
            refusal = error
        else:
            messages.success(request, "บันทึกแล้ว")
            return redirect("draft:type", type_id)
    context = {
        "page_title": "แก้ไขประเภทเอกสาร",
        "type": found,
        "form": form,
        "refusal": refusal,
        "why_not": may_make_for(request.actor, found.owner_unit).reason,
    }
    return render(
        request, "draft/type_change.html", context, status=422 if form.errors else refusal.status if refusal else 200
    )


@require_POST
def next_version(request: ActorRequest, type_id: int) -> HttpResponse:
    """Begin the next version, or go on with the one that was begun."""
    type_or_404(request, type_id)
    version = new_version(by=request.actor, type_id=type_id)
    return redirect("draft:template", version.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def retire_type(request: ActorRequest, type_id: int) -> HttpResponse:
    """Ask for the reason, then take the type out of use."""
    found = type_or_404(request, type_id)
    reason, refusal = typed(request, "reason"), None
    if request.method == "POST":
        try:
            with once(once_of(request), by=request.actor):
                retire(by=request.actor, type_id=type_id, reason=reason)
        except Refused as error:
            refusal = error
        else:
            messages.success(request, "เลิกใช้แล้ว หนังสือที่สร้างไว้ยังอยู่ครบ นำกลับมาใช้ได้จากหน้านี้")
            return redirect("draft:type", type_id)
    present = found.versions.select_related("for_unit").filter(status=TemplateStatus.PUBLISHED).first()
    context = {
        "page_title": "เลิกใช้ประเภทเอกสาร",
        "type": found,
        "typed": reason,
        "refusal": refusal,
        "why_not": may_rule(request.actor, found, present.for_unit if present else found.owner_unit).reason,
        "once": once_key(),
    }
    return render(request, "draft/type_retire.html", context, status=refusal.status if refusal else 200)
