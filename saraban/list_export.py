"""Any list of letters as a file: the rows a person sees, as XLSX or CSV, on record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.http import FileResponse, Http404, StreamingHttpResponse
from django.http.response import HttpResponseBase

from audit.actions import record
from common.rows import ListRow
from common.thai import date_short, local_date
from files.serving import disposition
from org.actor import Actor
from saraban.exports import csv_of
from saraban.models import Secrecy, Urgency

FORMS = ("xlsx", "csv")
LIMIT = 1000
HEADINGS = ("ที่", "ลงวันที่", "เรื่อง", "จาก ถึง และเลขรับ", "ชั้นความเร็ว", "ชั้นความลับ", "สถานะ", "อยู่ที่", "อยู่มา", "กำหนดเสร็จ")
WIDTHS = (22, 14, 60, 45, 12, 12, 28, 34, 12, 16)


def line_of(row: ListRow) -> tuple[str, ...]:
    """A row in the order of `HEADINGS`; a classified subject is masked in the row already."""
    return (
        row.number,
        date_short(row.date) if row.date else "",
        row.subject,
        row.second,
        str(Urgency(row.urgency).label),
        str(Secrecy(row.secrecy).label),
        " · ".join(tag.text for tag in row.tags),
        " ".join(part for part in (row.where, row.where_sub) if part),
        row.stay,
        row.due,
    )


def list_answer(*, by: Actor, form: str, key: str, title: str, rows: Iterable[ListRow]) -> HttpResponseBase:
    """At most `LIMIT` rows as a file named by day, agency and `key`. Raises Http404 for an unknown form."""
    lines = [line_of(row) for row, _ in zip(rows, range(LIMIT), strict=False)]
    return file_answer(by=by, form=form, key=key, title=title, headings=HEADINGS, lines=lines, widths=WIDTHS)


def file_answer(
    *,
    by: Actor,
    form: str,
    key: str,
    title: str,
    headings: tuple[str, ...],
    lines: Sequence[tuple[str, ...]],
    widths: tuple[int, ...],
) -> HttpResponseBase:
    """Ready lines as a file, and the trail's line that they left. Raises Http404 for an unknown form."""
    if form not in FORMS:
        raise Http404
    record(
        by=by,
        verb=f"{key}.export",
        label=f"ส่งออก{title} {len(lines):,} รายการ ({form.upper()})",
        subject=by.position,
        detail={"rows": len(lines), "form": form.upper()},
    )
    answer: HttpResponseBase
    if form == "csv":
        answer = StreamingHttpResponse(csv_of(headings, lines), content_type="text/csv; charset=utf-8")
    else:
        from saraban.workbook import XLSX_TYPE, xlsx_of  # openpyxl loads with the first workbook

        answer = FileResponse(xlsx_of(title, headings, lines, widths), content_type=XLSX_TYPE)
    name = f"{local_date(by.at):%Y%m%d}_{by.agency.roman}_{key}.{form}"
    answer["Content-Disposition"] = disposition(name, f"{title} {by.unit.label} {date_short(by.at)}.{form}")
    answer["Cache-Control"] = "private, no-store"
    return answer
