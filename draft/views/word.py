"""A draft as a Word document."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from audit.actions import record_reading
from common.access import Refused
from draft.selectors.paper import sheet_of
from draft.selectors.uploads import uploaded_of
from draft.views.door import Opened
from files.actions import OFFICE
from files.serving import disposition
from org.actor import ActorRequest
from saraban.sheets.garuda import garuda


@require_safe
def docx(request: ActorRequest, letter_id: int) -> HttpResponseBase:
    """The draft as it is saved, as DOCX, marked ร่าง. Of a letter made from a file, that file; never a classified one."""
    opened = Opened(request, letter_id)
    letter = opened.letter
    if letter.secrecy:
        raise Refused("ร่างที่มีชั้นความลับดาวน์โหลดเป็น DOCX ไม่ได้ เพราะสำเนานอกระบบไม่ได้เข้ารหัส")
    used = uploaded_of(letter, opened.content)
    if used is not None:
        return redirect("draft:paper_original", letter_id, used.pk)
    from saraban.sheets.word import docx_of  # python-docx takes a while to load, and few ask for it

    record_reading(by=request.actor, what="draft docx", letter_id=letter.pk)
    sheet = sheet_of(letter, opened.content, request.actor.at)
    answer = HttpResponse(docx_of(replace(sheet, garuda=garuda())), content_type=OFFICE["docx"])
    answer["Content-Disposition"] = disposition(f"draft-{letter.pk}.docx", f"ร่าง {letter.subject or letter.pk}.docx")
    answer["Cache-Control"] = "private, no-store"
    return answer
