"""Enclosures, references and addressees of a draft."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from common.access import Refused
from draft.actions.parts import (
    Upload,
    attach,
    drop_reference,
    move_enclosure,
    refer_by_words,
    refer_to,
    remove_enclosure,
)
from draft.actions.writing import set_addressees
from draft.kinds import has
from draft.permissions import may_convert, may_edit
from draft.selectors.choices import chosen_units, directory, letters_to_refer, unit_name
from draft.selectors.paper import reference_line
from draft.views.door import Opened, sentence, typed
from draft.views.saving import form_page, save_posted
from org.actor import ActorRequest
from saraban.models import Enclosure, Letter, LetterKind, Reference
from saraban.permissions import WITHIN_THE_CIRCLE


@require_POST
def attach_files(request: ActorRequest, letter_id: int) -> HttpResponse:
    """Attach files: one by one from the drop zone (answered by a row), or all at once with the form."""
    opened = Opened(request, letter_id)
    if "subject" not in request.POST:
        return _attach_one(request, opened)
    unsaved = save_posted(request, opened)
    if unsaved is not None:
        return unsaved
    files = [Upload(file, file.name or "") for file in request.FILES.getlist("files")]
    try:
        made, refused = attach(by=request.actor, letter_id=letter_id, uploads=files)
    except Refused as refusal:
        made, refused = [], [refusal]
    if refused:
        return form_page(
            request, Opened(request, letter_id), refusal=refused[0], troubles=tuple(one.sentence for one in refused)
        )
    if made:
        messages.success(request, f"แนบแล้ว {len(made)} รายการ")
    else:
        messages.warning(request, "ยังไม่ได้เลือกไฟล์ที่จะแนบ")
    return redirect(f"{reverse('draft:edit', args=[letter_id])}#enclosures")


def _attach_one(request: ActorRequest, opened: Opened) -> HttpResponse:
    file = request.FILES.get("file")
    if file is None:
        return sentence(Refused("ไม่พบไฟล์ที่ส่งมา"))
    try:
        upload = Upload(file, file.name or "", _place(request))
        made, refused = attach(by=request.actor, letter_id=opened.letter.pk, uploads=[upload])
    except Refused as refusal:
        return sentence(refusal)
    if refused:
        return sentence(refused[0])
    return render(request, "draft/_enclosure.html", {"letter": opened.letter, "row": made[0]})


def _place(request: ActorRequest) -> int | None:
    """Where in the list the page put the file: files are sent side by side and arrive in any order."""
    place = request.POST.get("place", "")
    return int(place) if place.isdecimal() and len(place) < 9 else None


@require_POST
def shift_enclosure(request: ActorRequest, letter_id: int, enclosure_id: int, way: str) -> HttpResponse:
    """Move an enclosure up or down; what is typed on the page is saved first."""
    opened = Opened(request, letter_id)
    unsaved = save_posted(request, opened)
    if unsaved is not None:
        return unsaved
    try:
        move_enclosure(by=request.actor, letter_id=letter_id, enclosure_id=enclosure_id, up=way == "up")
    except Enclosure.DoesNotExist as error:
        raise Http404 from error
    return redirect(f"{reverse('draft:edit', args=[letter_id])}#enclosures")


@require_POST
def take_off(request: ActorRequest, letter_id: int, enclosure_id: int) -> HttpResponse:
    """Remove an enclosure; what is typed on the page is saved first."""
    opened = Opened(request, letter_id)
    unsaved = save_posted(request, opened)
    if unsaved is not None:
        return unsaved
    try:
        title = remove_enclosure(by=request.actor, letter_id=letter_id, enclosure_id=enclosure_id)
    except Enclosure.DoesNotExist as error:
        raise Http404 from error
    messages.success(request, f"นำ “{title}” ออกจากสิ่งที่ส่งมาด้วยแล้ว")
    return redirect(f"{reverse('draft:edit', args=[letter_id])}#enclosures")


@require_http_methods(["GET", "HEAD", "POST"])
def references(request: ActorRequest, letter_id: int) -> HttpResponse:
    """Find a letter to cite, or type one that is not in the platform."""
    opened = Opened(request, letter_id)
    refusal = None
    if request.method == "POST":
        try:
            _cite(request, letter_id)
        except Letter.DoesNotExist as error:
            raise Http404 from error
        except Refused as error:
            refusal = error
        else:
            messages.success(request, "เพิ่มหนังสือที่อ้างถึงแล้ว")
            return redirect("draft:references", letter_id)
    query = request.GET.get("q", "")[:200].replace("\x00", "")
    context = {
        "page_title": "อ้างถึง",
        "letter": opened.letter,
        "references": opened.letter.references.select_related("target"),
        "query": query,
        "found": [(one, reference_line(one)) for one in letters_to_refer(request.actor, opened.letter, query)],
        "typed": request.POST,
        "refusal": refusal,
        "why_not": may_edit(request.actor, opened.letter).reason,
    }
    return render(request, "draft/references.html", context, status=refusal.status if refusal else 200)


def _cite(request: ActorRequest, letter_id: int) -> None:
    target = request.POST.get("target", "")
    if target:
        refer_to(
            by=request.actor,
            letter_id=letter_id,
            target_id=int(target) if target.isdecimal() and len(target) < 19 else 0,
        )
    else:
        words = {name: typed(request, name) for name in ("sender", "number", "dated")}
        refer_by_words(by=request.actor, letter_id=letter_id, **words)


@require_POST
def uncite(request: ActorRequest, letter_id: int, reference_id: int) -> HttpResponse:
    """Cite a letter no more."""
    Opened(request, letter_id)
    try:
        drop_reference(by=request.actor, letter_id=letter_id, reference_id=reference_id)
    except Reference.DoesNotExist as error:
        raise Http404 from error
    messages.success(request, "นำหนังสือที่อ้างถึงออกแล้ว")
    return redirect("draft:references", letter_id)


@require_http_methods(["GET", "HEAD", "POST"])
def addressees(request: ActorRequest, letter_id: int) -> HttpResponse:
    """Choose from the directory whom the letter is meant for. A memo to outside is refused, with the way out."""
    opened = Opened(request, letter_id)
    query = request.GET.get("q", "")[:200].replace("\x00", "")
    rows, more = directory(request.actor, opened.letter, query)
    refusal = ""
    if request.method == "POST":
        picked = {int(pk) for pk in request.POST.getlist("units") if pk.isdecimal() and len(pk) < 19}
        refusal = next((row.verdict.reason for row in rows if row.unit.pk in picked and not row.verdict), "")
        if not refusal:
            shown = {row.unit.pk for row in rows}
            others = [pk for pk in opened.letter.to_units if pk not in shown]
            set_addressees(
                by=request.actor,
                letter_id=letter_id,
                units=[*others, *(row.unit.pk for row in rows if row.unit.pk in picked)],
            )
            messages.success(request, "บันทึกหน่วยงานปลายทางแล้ว")
            return redirect(f"{reverse('draft:edit', args=[letter_id])}#addressees")
    context = {
        "page_title": "เลือกหน่วยงานปลายทาง",
        "letter": opened.letter,
        "within": WITHIN_THE_CIRCLE.get(LetterKind(opened.letter.kind), ""),
        "addressed": has(opened.letter.kind, "addressee"),
        "rows": rows,
        "more": more,
        "query": query,
        "chosen": [(unit, unit_name(opened.letter, unit)) for unit in chosen_units(opened.letter)],
        "refusal": refusal,
        "why_not": may_edit(request.actor, opened.letter).reason,
        "why_not_convert": may_convert(request.actor, opened.letter).reason,
    }
    return render(request, "draft/addressees.html", context, status=422 if refusal else 200)
