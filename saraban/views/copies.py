"""สำเนาถูกต้อง: asking once, making it, and handing it out."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from audit.actions import once, record_reading
from common.access import Refused
from files.serving import file_answer
from org.actor import ActorRequest
from saraban.actions import copies
from saraban.filenames import document_names
from saraban.forms import ConfirmForm
from saraban.models import LetterCopy
from saraban.permissions_links import may_certify
from saraban.views.doors import letter_for


@require_http_methods(["GET", "HEAD", "POST"])
def certify(request: ActorRequest, letter_id: int) -> HttpResponse:
    """What will be printed, then the copy; and the copies made before."""
    actor = request.actor
    letter = letter_for(actor, letter_id)
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            with once(form.cleaned_data["once"], by=actor):
                copies.certify(by=actor, letter_id=letter.pk)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, "จัดทำสำเนาถูกต้องแล้ว ดาวน์โหลดได้จากรายการด้านล่าง")
            return redirect("saraban:certify", letter.pk)
    context = {
        "page_title": "สำเนาถูกต้อง",
        "letter": letter,
        "form": form,
        "title_lines": actor.appointment.title_lines if actor.appointment else (),
        "today": actor.at,
        "made": LetterCopy.objects.filter(letter=letter).select_related("file"),
        "reason": may_certify(actor, letter).reason,
    }
    return render(request, "saraban/certify.html", context, status=422 if form.errors else 200)


@require_safe
def certified(request: ActorRequest, letter_id: int, copy_id: int) -> HttpResponseBase:
    """The bytes of one certified copy, for whoever may read the letter."""
    letter = letter_for(request.actor, letter_id)
    copy = get_object_or_404(LetterCopy.objects.select_related("file"), pk=copy_id, letter=letter)
    record_reading(by=request.actor, what="file", letter_id=letter.pk, file_sha256=copy.file.sha256)
    name, title = document_names(letter)
    plain = f"{name.rsplit('.', 1)[0]}_copy{copy.pk}.pdf"
    return file_answer(copy.file, name=plain, title=f"สำเนาถูกต้อง {title.rsplit('.', 1)[0]}.pdf")
