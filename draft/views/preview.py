"""The paper as it will look: page images, refreshed after each save."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common.access import Refused
from common.rows import PageImage
from common.thai import datetime_short
from draft.selectors.paper import PREVIEW_WIDTH, fingerprint, preview_pages, preview_png, sheet_of
from draft.views.door import Opened
from files.fonts import FontsMissing
from files.pdf import BadPdf
from files.previews import marked
from org.actor import ActorRequest

HEIGHT = round(PREVIEW_WIDTH * 297 / 210)


@never_cache
@require_safe
def preview(request: ActorRequest, letter_id: int) -> HttpResponse:
    """The pages of the draft as it is saved; with htmx only the panel."""
    opened = Opened(request, letter_id)
    sheet = sheet_of(opened.letter, opened.content, request.actor.at)
    pages, trouble = [], ""
    try:
        count, name = preview_pages(opened.letter, sheet), fingerprint(sheet)
        for number in range(count):
            url = reverse("draft:preview_image", args=[letter_id, name, number + 1])
            pages.append(PageImage(number + 1, url, url, PREVIEW_WIDTH, HEIGHT))
    except (FontsMissing, Refused, BadPdf) as error:
        trouble = str(error)
    context = {
        "page_title": "ตัวอย่างหนังสือ",
        "letter": opened.letter,
        "draft": opened.draft,
        "pages": pages,
        "trouble": trouble,
    }
    return render(request, "draft/_preview.html" if request.htmx else "draft/preview.html", context)


@require_safe
def preview_image(request: ActorRequest, letter_id: int, name: str, page: int) -> HttpResponse:
    """Page `page` (from 1) as PNG; 404 once the draft says something else."""
    opened = Opened(request, letter_id)
    sheet = sheet_of(opened.letter, opened.content, request.actor.at)
    secret = opened.letter.is_secret
    if name != fingerprint(sheet):
        raise Http404
    try:
        image = preview_png(opened.letter, sheet, page - 1)
    except BadPdf as error:
        raise Http404 from error
    if not secret:
        return HttpResponse(image, content_type="image/png", headers={"Cache-Control": "private, max-age=900"})
    marks = (request.actor.user.full_name, datetime_short(request.actor.at))
    return HttpResponse(marked(image, marks), content_type="image/png", headers={"Cache-Control": "no-store"})
