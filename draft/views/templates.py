"""A version of a template: written, previewed, published, thrown away, taken up again."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_safe

from audit.actions import once
from common.access import Refused
from common.rows import PageImage
from draft.actions.doctypes import StaleTemplate, discard_version, publish, take_up, write_version
from draft.inputs import InputType, TemplateInput, inputs_of
from draft.kinds import SHORT_KIND
from draft.models import TemplateStatus, TemplateVersion
from draft.salutations import shipped, table
from draft.selectors.choices import folders, posts
from draft.selectors.doctypes import place_of, scopes_for, version_seen
from draft.selectors.paper import PREVIEW_WIDTH, fingerprint
from draft.selectors.templates import KNOWN, example_pdf, paper_of, troubles
from draft.type_forms import TemplateForm, moved, template_of
from draft.type_rules import may_rule, may_write
from draft.views.door import once_key, once_of
from files.fonts import FontsMissing
from files.pdf import BadPdf, page_count, page_png
from org.actor import ActorRequest
from saraban.models import LetterKind

HEIGHT = round(PREVIEW_WIDTH * 297 / 210)
AFTER_SAVE = {"preview": "draft:template_preview", "publish": "draft:template_publish"}
BLANK_ROWS = 2


def version_or_404(request: ActorRequest, version_id: int) -> TemplateVersion:
    """The version, if the actor sees its type."""
    found = version_seen(request.actor, version_id)
    if found is None:
        raise Http404
    return found


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def template(request: ActorRequest, version_id: int) -> HttpResponse:
    """Write a version; every button saves what is typed and then does what it says. Published ones are read here."""
    version = version_or_404(request, version_id)
    if request.method != "POST":
        return _page(request, version)
    said = None
    try:
        said = template_of(request.POST, version)
        do = request.POST.get("do", "")
        said["inputs"] = moved(said["inputs"] or [], do) if said["inputs"] is not None else None
        version = write_version(by=request.actor, version_id=version_id, revision=_revision(request), **said)
    except StaleTemplate as stale:
        return _page(request, _with(stale.version, said), refusal=stale)
    except Refused as refusal:
        return _page(
            request,
            _with(version, said),
            refusal=refusal,
            raw_body=request.POST.get("body", "") if said is None else "",
        )
    if do in AFTER_SAVE:
        return redirect(AFTER_SAVE[do], version_id)
    if do.startswith(("up-", "down-", "remove-", "add")):
        return redirect(f"{reverse('draft:template', args=[version_id])}{'?more=5' if do == 'add' else ''}#inputs")
    messages.success(request, "บันทึกแม่แบบแล้ว")
    return redirect("draft:template", version_id)


def _revision(request: ActorRequest) -> int:
    text = request.POST.get("revision", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _with(version: TemplateVersion, said: dict[str, object] | None) -> TemplateVersion:
    """The version as it was typed, unsaved."""
    for name in ("subject", "body", "fields", "reviewers", "signers", "sign_class"):
        if said is not None:
            setattr(version, name, said[name])
    if said is not None and said["inputs"] is not None:
        version.inputs = [one.to_json() for one in said["inputs"]]  # type: ignore[attr-defined]
    return version


def _page(
    request: ActorRequest, version: TemplateVersion, *, refusal: Refused | None = None, raw_body: str = ""
) -> HttpResponse:
    actor, kind = request.actor, version.type.kind
    agency = version.type.agency
    why_not = may_write(actor, version).reason
    form = TemplateForm(
        version,
        salutations=(table(agency) if agency else shipped()).offered(str(version.fields.get("salutation", ""))),
        folders=folders(actor, kind) if agency and actor.appointment else None,
        scopes=scopes_for(version.type.owner_unit) if version.type.owner_unit else [],
    )
    inputs = inputs_of(version.inputs)
    blank = 0 if why_not else 5 if request.GET.get("more") == "5" else BLANK_ROWS
    context = {
        "page_title": f"แม่แบบ {version.type.name}",
        "type": version.type,
        "version": version,
        "place": place_of(version.type),
        "kind_name": SHORT_KIND[LetterKind(kind)],
        "form": form,
        "rows": [*enumerate(inputs), *((len(inputs) + at, TemplateInput(name="")) for at in range(blank))],
        "row_count": len(inputs) + blank,
        "last": len(inputs) - 1,
        "types": InputType.choices,
        "known": KNOWN.items(),
        "troubles": troubles(version),
        "posts": posts(actor) if agency and actor.appointment else None,
        "reviewer_rows": [*version.reviewers, None],
        "signer_rows": [*version.signers, None],
        "refusal": refusal,
        "raw_body": raw_body,
        "why_not": why_not,
        "why_not_publish": may_rule(actor, version.type, version.for_unit).reason,
        "editing": version.status == TemplateStatus.DRAFT and not why_not,
    }
    return render(request, "draft/template.html", context, status=refusal.status if refusal else 200)


@never_cache
@require_safe
def preview(request: ActorRequest, version_id: int) -> HttpResponse:
    """The paper the version makes of example values, as pages."""
    version = version_or_404(request, version_id)
    pages, trouble = [], ""
    try:
        sheet = paper_of(version, request.actor)
        name = fingerprint(sheet)
        for number in range(1, page_count(example_pdf(version, sheet)) + 1):
            url = reverse("draft:template_image", args=[version_id, name, number])
            pages.append(PageImage(number, url, url, PREVIEW_WIDTH, HEIGHT))
    except FontsMissing as error:
        trouble = str(error)
    context = {
        "page_title": "ตัวอย่างจากแม่แบบ",
        "type": version.type,
        "version": version,
        "pages": pages,
        "trouble": trouble,
        "publishable": version.status == TemplateStatus.DRAFT,
        "why_not_publish": may_rule(request.actor, version.type, version.for_unit).reason,
    }
    return render(request, "draft/template_preview.html", context)


@cache_control(private=True, max_age=900)
@require_safe
def preview_image(request: ActorRequest, version_id: int, name: str, page: int) -> HttpResponse:
    """Page `page` (from 1) of the example as PNG; 404 once the version says something else."""
    version = version_or_404(request, version_id)
    sheet = paper_of(version, request.actor)
    if name != fingerprint(sheet):
        raise Http404
    try:
        return HttpResponse(page_png(example_pdf(version, sheet), page - 1, PREVIEW_WIDTH), content_type="image/png")
    except BadPdf as error:
        raise Http404 from error


@require_http_methods(["GET", "HEAD", "POST"])
def publish_version(request: ActorRequest, version_id: int) -> HttpResponse:
    """Say what publishing does and what is still missing, then publish."""
    version, refusal = version_or_404(request, version_id), None
    if request.method == "POST":
        try:
            with once(once_of(request), by=request.actor):
                publish(by=request.actor, version_id=version_id)
        except Refused as error:
            refusal = error
        else:
            messages.success(request, f"เผยแพร่รุ่นที่ {version.no} แล้ว เลือกใช้ได้จากหน้าร่างหนังสือใหม่")
            return redirect("draft:type", version.type_id)
    found = troubles(version)
    stops = any(one.stops for one in found)
    before = version.type.versions.filter(status=TemplateStatus.PUBLISHED).exclude(pk=version.pk).first()
    status = "" if version.status == TemplateStatus.DRAFT else f"รุ่นที่ {version.no} {version.get_status_display()}อยู่แล้ว"
    why_not = status or may_rule(request.actor, version.type, version.for_unit).reason
    context = {
        "page_title": f"เผยแพร่แม่แบบรุ่นที่ {version.no}",
        "type": version.type,
        "version": version,
        "before": before,
        "troubles": found,
        "refusal": refusal,
        "why_not": why_not or ("โปรดแก้ไขข้อที่ยังไม่ครบด้านบนก่อน" if stops else ""),
        "once": once_key(),
    }
    return render(request, "draft/template_publish.html", context, status=refusal.status if refusal else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: ActorRequest, version_id: int) -> HttpResponse:
    """Ask, then throw away a version that was never published."""
    version, refusal = version_or_404(request, version_id), None
    if request.method == "POST":
        try:
            found = discard_version(by=request.actor, version_id=version_id)
        except Refused as error:
            refusal = error
        else:
            messages.success(request, f"ทิ้งแม่แบบรุ่นที่ {version.no} แล้ว")
            return redirect("draft:type", found.pk)
    context = {
        "page_title": f"ทิ้งแม่แบบรุ่นที่ {version.no}",
        "type": version.type,
        "version": version,
        "refusal": refusal,
        "why_not": may_write(request.actor, version).reason,
    }
    return render(request, "draft/template_discard.html", context, status=refusal.status if refusal else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def take_up_version(request: ActorRequest, version_id: int) -> HttpResponse:
    """Say what it does, then use a retired version again."""
    version, refusal = version_or_404(request, version_id), None
    if request.method == "POST":
        try:
            with once(once_of(request), by=request.actor):
                take_up(by=request.actor, version_id=version_id)
        except Refused as error:
            refusal = error
        else:
            messages.success(request, f"นำรุ่นที่ {version.no} กลับมาใช้แล้ว")
            return redirect("draft:type", version.type_id)
    status = "" if version.status == TemplateStatus.RETIRED else f"รุ่นที่ {version.no} ไม่ได้เลิกใช้"
    context = {
        "page_title": f"นำรุ่นที่ {version.no} กลับมาใช้",
        "type": version.type,
        "version": version,
        "before": version.type.versions.filter(status=TemplateStatus.PUBLISHED).first(),
        "refusal": refusal,
        "why_not": status or may_rule(request.actor, version.type, version.for_unit).reason,
        "once": once_key(),
    }
    return render(request, "draft/template_take_up.html", context, status=refusal.status if refusal else 200)
