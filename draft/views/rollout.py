"""ความคืบหน้าการใช้งาน: each type's mode and weekly counts, as a page and as a file; and setting the mode."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from audit.actions import once, record
from common.access import Invalid, Refused
from common.thai import MONTHS_SHORT, date_short, local_date, parse_date
from draft.actions.rollout import set_mode
from draft.models import UseMode
from draft.selectors.rollout import agencies_to_watch, cells, headings, history_of, progress, weeks_until
from draft.type_forms import ModeForm
from draft.type_rules import may_see_types, may_set_mode
from draft.views.doctypes import type_or_404
from draft.views.door import once_key, once_of
from files.serving import disposition
from org.actor import ActorRequest
from org.models import Agency
from saraban.exports import csv_of

FORMS = ("xlsx", "csv")


def _agency(request: ActorRequest) -> Agency:
    """The agency asked for, among those the actor watches; the first of them."""
    may_see_types(request.actor).demand()
    watched = agencies_to_watch(request.actor)
    asked = request.GET.get("agency", "")
    return next((one for one in watched if str(one.pk) == asked), watched[0])


@require_safe
def rollout(request: ActorRequest) -> HttpResponse:
    """How far the agency is with each type, and the letters of the last weeks."""
    agency, actor = _agency(request), request.actor
    rows = progress(agency, actor.at)
    mode = request.GET.get("mode", "") if request.GET.get("mode") in UseMode.values else ""
    query = f"?agency={agency.pk}" if actor.appointment is None else ""
    context = {
        "page_title": "ความคืบหน้าการใช้งาน",
        "agency": agency,
        "agencies": agencies_to_watch(actor) if actor.appointment is None else [],
        "weeks": [
            (f"{week:%Y-%m-%d}", f"{week.day} {MONTHS_SHORT[week.month - 1]}", date_short(week))
            for week in weeks_until(actor.at)
        ],
        "rows": [row for row in rows if not mode or (row.mode and row.mode.mode == mode)],
        "counts": [
            (str(UseMode(one).label), sum(1 for row in rows if row.mode and row.mode.mode == one))
            for one in UseMode.values
        ]
        + [("ยังไม่ได้ระบุ", sum(1 for row in rows if row.mode is None))],
        "mode": mode,
        "modes": [("", "ทุกแบบ"), *UseMode.choices],
        "export": {one: reverse("draft:rollout_export", args=[one]) + query for one in FORMS},
        "may_set": actor.appointment is not None and may_set_mode(actor, agency).allowed,
    }
    return render(request, "draft/rollout.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def mode(request: ActorRequest, type_id: int) -> HttpResponse:
    """Say from when on and why the agency handles a type on paper, as a pilot, or electronically."""
    found, actor = type_or_404(request, type_id), request.actor
    form = ModeForm(request.POST if request.method == "POST" else None)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            with once(once_of(request), by=actor):
                set_mode(
                    by=actor,
                    type_id=type_id,
                    mode=form.cleaned_data["mode"],
                    since=_since(form.cleaned_data["since"]),
                    reason=form.cleaned_data["reason"],
                )
        except Refused as error:
            field = error.field if isinstance(error, Invalid) else None
            refusal = error if field is None else None
            if field is not None:
                form.add_error(field, error.sentence)
        else:
            messages.success(request, "บันทึกการใช้งานแล้ว")
            return redirect("draft:type", type_id)
    has_post = actor.appointment is not None
    context = {
        "page_title": "กำหนดการใช้งาน",
        "type": found,
        "form": form,
        "history": history_of(found, actor.agency) if has_post else [],
        "refusal": refusal,
        "why_not": may_set_mode(actor, actor.agency).reason if has_post else "ผู้ดูแลระดับส่วนราชการเป็นผู้กำหนด",
        "once": once_key(),
    }
    return render(
        request, "draft/mode.html", context, status=422 if form.errors else refusal.status if refusal else 200
    )


def _since(text: str) -> date:
    try:
        return parse_date(text)
    except Invalid as error:
        raise Invalid(error.sentence, field="since") from error


@require_safe
def export(request: ActorRequest, form: str) -> HttpResponseBase:
    """The same table as XLSX or CSV."""
    agency, actor = _agency(request), request.actor
    if form not in FORMS:
        raise Http404
    lines = [cells(row) for row in progress(agency, actor.at)]
    record(by=actor, verb="doctype.export", label=f"ส่งออกความคืบหน้าการใช้งาน {len(lines)} ประเภท", subject=agency)
    name = f"{local_date(actor.at):%Y%m%d}_{agency.roman}_rollout.{form}"
    answer: HttpResponseBase
    if form == "csv":
        answer = StreamingHttpResponse(csv_of(headings(actor.at), lines), content_type="text/csv; charset=utf-8")
    else:
        from saraban.workbook import XLSX_TYPE, xlsx_of  # openpyxl loads with the first workbook

        heads = headings(actor.at)
        widths = (50, 28, 10, 10, 10, 16, 14, *[10] * (len(heads) - 7))
        answer = FileResponse(xlsx_of("ความคืบหน้าการใช้งาน", heads, lines, widths), content_type=XLSX_TYPE)
    answer["Content-Disposition"] = disposition(name, f"ความคืบหน้าการใช้งาน {agency.name} {date_short(actor.at)}.{form}")
    answer["Cache-Control"] = "private, no-store"
    return answer
