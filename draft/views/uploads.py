"""A file made elsewhere as the letter's paper: uploading, its state, putting it aside, places with the pointer."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.actions import once
from common.access import Invalid, Refused
from common.rows import PageImage, Stamp
from draft.actions.parts import Upload
from draft.actions.uploads import put_aside, retry, set_places, take_up, use_file
from draft.kinds import SHORT_KIND
from draft.models import UploadedPaper
from draft.places import NUMBERS, Place, read_place
from draft.selectors.paper import sheet_of
from draft.selectors.uploads import may_upload, places_to_show, upload_faults, uploaded_of, uploads_of, wanted_of
from draft.views.door import Opened, once_key, once_of, sentence, typed
from files import office
from files.previews import SCREEN, THUMB, page_sizes
from files.serving import file_answer, image_answer
from org.actor import ActorRequest
from saraban.models import LetterKind

MOST_SHOWN = 200
LEAVE_OUT = "leave-out-"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: ActorRequest, letter_id: int) -> HttpResponse:
    """The file in use, how far it is, and another to upload."""
    opened = Opened(request, letter_id)
    refusal = None
    if request.method == "POST":
        file = request.FILES.get("file")
        try:
            if file is None:
                may_upload(request.actor, opened.letter).demand()
                raise Refused("โปรดเลือกไฟล์ DOCX, ODT หรือ PDF ที่จะใช้เป็นตัวหนังสือ")
            with once(once_of(request), by=request.actor):
                use_file(by=request.actor, letter_id=letter_id, upload=Upload(file, file.name or ""))
        except Refused as error:
            refusal = error
        else:
            messages.success(request, "รับไฟล์แล้ว ระบบกำลังเตรียมเป็นหน้ากระดาษ")
            return redirect("draft:paper", letter_id)
    context = _state(request, opened) | {
        "page_title": "ใช้ไฟล์ที่ทำไว้แล้ว",
        "converts": office.available(),
        "most_mb": settings.PAPER_UPLOAD_MB,
        "most_pages": settings.PAPER_UPLOAD_PAGES,
        "refusal": refusal,
    }
    status = 200 if refusal is None else refusal.status if file is not None else 422
    return render(request, "draft/paper.html", context, status=status)


@never_cache
@require_safe
def paper_state(request: ActorRequest, letter_id: int) -> HttpResponse:
    """The card of the file in use, asked for again while it is being prepared; without scripts the whole page."""
    opened = Opened(request, letter_id)
    if not request.htmx:
        return redirect("draft:paper", letter_id)
    return render(request, "draft/_paper_state.html", _state(request, opened))


def _state(request: ActorRequest, opened: Opened) -> dict[str, Any]:
    letter, content = opened.letter, opened.content
    used = uploaded_of(letter, content)
    why_not = may_upload(request.actor, letter).reason
    return {
        "letter": letter,
        "uploaded": used,
        "faults": list(upload_faults(letter, content, used)) if used and used.ready else [],
        "others": [one for one in uploads_of(letter) if one != used] if not why_not else [],
        "why_not": why_not,
        "once": once_key(),
    }


@require_POST
def paper_act(request: ActorRequest, letter_id: int, verb: str, upload_id: int = 0) -> HttpResponse:
    """Try again, use again, or put aside."""
    Opened(request, letter_id)
    done = {"retry": "กำลังเตรียมไฟล์อีกครั้ง", "use": "เปลี่ยนมาใช้ไฟล์นี้แล้ว", "aside": "กลับมาเขียนในระบบแล้ว ไฟล์ยังเก็บไว้"}
    try:
        with once(once_of(request), by=request.actor):
            if verb == "retry":
                retry(by=request.actor, letter_id=letter_id, upload_id=upload_id)
            elif verb == "use":
                take_up(by=request.actor, letter_id=letter_id, upload_id=upload_id)
            else:
                put_aside(by=request.actor, letter_id=letter_id)
    except UploadedPaper.DoesNotExist as error:
        raise Http404 from error
    messages.success(request, done[verb])
    return redirect("draft:edit" if verb == "aside" else "draft:paper", letter_id)


@require_safe
def original(request: ActorRequest, letter_id: int, upload_id: int) -> HttpResponseBase:
    """The file as it came."""
    opened = Opened(request, letter_id)
    one = get_object_or_404(UploadedPaper.objects.select_related("original"), letter=opened.letter, pk=upload_id)
    suffix = one.original_name.rsplit(".", 1)[-1].lower()[:5] if "." in one.original_name else "bin"
    return file_answer(one.original, name=f"original-{one.pk}.{suffix}", title=one.original_name)


@require_safe
def paper_image(request: ActorRequest, letter_id: int, upload_id: int, page: int) -> HttpResponseBase:
    """Page `page` (from 1) of the paper made from a file, as PNG."""
    opened = Opened(request, letter_id)
    one = get_object_or_404(UploadedPaper.objects.select_related("paper"), letter=opened.letter, pk=upload_id)
    if one.paper is None or opened.letter.secrecy:
        raise Http404
    return image_answer(request, one.paper, page)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def places(request: ActorRequest, letter_id: int) -> HttpResponse:
    """Put the places on the paper's pages: with the pointer, the keyboard, or as numbers."""
    opened = Opened(request, letter_id)
    letter, content = opened.letter, opened.content
    used = uploaded_of(letter, content)
    if used is None or not used.ready or used.paper is None:
        if request.method == "POST":
            return sentence(Refused("ยังไม่มีไฟล์ที่พร้อมให้วางตำแหน่ง"))
        return redirect("draft:paper", letter_id)
    refusal, wrong = None, ""
    if request.method == "POST":
        try:
            _put(request, opened, used)
        except Refused as error:
            refusal, wrong = error, getattr(error, "field", None) or ""
        else:
            messages.success(request, "บันทึกตำแหน่งแล้ว")
            return redirect("draft:submit" if request.POST.get("then") == "submit" else "draft:edit", letter_id)
    names = {block.place: block.name for block in sheet_of(letter, content, request.actor.at).signers}
    shown = places_to_show(letter, content, used, names)
    rows = [
        _row(request, one, shown.get(one.name), names, wrong, sent=refusal is not None)
        for one in wanted_of(letter, content)
    ]
    context = {
        "page_title": "วางตำแหน่งบนไฟล์",
        "letter": letter,
        "kind_name": SHORT_KIND[LetterKind(letter.kind)],
        "uploaded": used,
        "rows": rows,
        "pages": _pages(letter_id, used, rows),
        "put": bool(content.places),
        "more_pages": max(0, len(page_sizes(used.paper)) - MOST_SHOWN),
        "refusal": refusal,
        "why_not": may_upload(request.actor, letter).reason,
        "once": once_key(),
    }
    return render(request, "draft/places.html", context, status=refusal.status if refusal else 200)


def _put(request: ActorRequest, opened: Opened, used: UploadedPaper) -> None:
    chosen: dict[str, Place] = {}
    for one in wanted_of(opened.letter, opened.content):
        if one.optional and f"{LEAVE_OUT}{one.name}" in request.POST:
            continue
        place = read_place(_typed(request, one.name))
        if place is None:
            may_upload(request.actor, opened.letter).demand()
            raise _not_numbers(one.name, one.label)
        chosen[one.name] = place
    posted = request.POST.get("upload", "")
    pk = int(posted) if posted.isascii() and posted.isdecimal() and len(posted) < 19 else used.pk
    with once(once_of(request), by=request.actor):
        try:
            set_places(by=request.actor, letter_id=opened.letter.pk, upload_id=pk, places=chosen)
        except UploadedPaper.DoesNotExist as error:
            raise Http404 from error


def _not_numbers(name: str, label: str) -> Refused:
    return Invalid(f"โปรดกรอกหน้า ระยะ และขนาดของ{label}เป็นตัวเลขให้ครบ", field=name)


def _typed(request: ActorRequest, name: str) -> dict[str, str]:
    return {number: typed(request, f"{name}-{number}") for number in NUMBERS}


def _row(
    request: ActorRequest, one: Any, place: Place | None, names: dict[str, str], wrong: str, *, sent: bool
) -> dict[str, Any]:
    """A place as the page shows it; after a refusal with what was typed."""
    shown = dict.fromkeys(NUMBERS, "")
    if place is not None:
        numbers = [place[0] + 1, *place[1:]]
        shown = {name: f"{number:g}" for name, number in zip(NUMBERS, numbers, strict=True)}
    left_out = one.optional and place is None
    if sent:
        shown = _typed(request, one.name)
        left_out = one.optional and f"{LEAVE_OUT}{one.name}" in request.POST
    return {
        "name": one.name,
        "label": one.label,
        "who": names.get(one.name, ""),
        "shown": shown,
        "least": one.least,
        "fixed": one.fixed,
        "optional": one.optional,
        "left_out": left_out,
        "place": None if left_out else read_place(shown),
        "wrong": one.name == wrong,
    }


def _pages(letter_id: int, used: UploadedPaper, rows: list[dict[str, Any]]) -> list[PageImage]:
    assert used.paper is not None
    found = []
    for number, (width, height) in enumerate(page_sizes(used.paper)[:MOST_SHOWN], start=1):
        url = reverse("draft:paper_image", args=[letter_id, used.pk, number])
        stamps = tuple(
            Stamp(lines=(row["label"],), x=box[1], y=box[2], width=box[3], height=box[4], kind="place")
            for row in rows
            if (box := row["place"]) is not None and int(box[0]) == number - 1
        )
        found.append(
            PageImage(
                number=number,
                url=f"{url}?w={SCREEN}",
                thumb_url=f"{url}?w={THUMB}",
                width=SCREEN,
                height=round(SCREEN * height / width),
                stamps=stamps,
                paper_width=width,
                paper_height=height,
            )
        )
    return found
