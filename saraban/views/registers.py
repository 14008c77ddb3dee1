"""Registers: the folders, a register's pages, one day of it, print, files, and what a registrar notes beside a row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from audit.actions import once
from common.access import Invalid, Refused
from common.rows import RegisterRow
from common.thai import MONTHS, date_short, local_date, parse_date
from files.serving import disposition
from org.actor import ActorRequest
from saraban.actions.entries import note_entry, note_export
from saraban.exports import columns_of, csv_lines
from saraban.forms import EntryForm, RegisterFilterForm
from saraban.models import FolderGroup, RegisterEntry, RegisterFolder, Urgency
from saraban.permissions import may_note_entry
from saraban.registers import (
    COUNT_LIMIT,
    EXPORT_LIMIT,
    PRINT_LIMIT,
    WINDOW,
    RegisterFilter,
    counts_this_year,
    day_of,
    neighbour_days,
    page_of,
    print_days,
    selection,
    week_until,
)
from saraban.rows import place_line, register_row
from saraban.selectors import readable_folders, where_now
from saraban.views.doors import entry_for, folder_for
from saraban.views.places import came_from, cursor_of

FORMS = ("xlsx", "csv")


@dataclass(frozen=True, slots=True)
class FolderLine:
    """A folder of the index with its count of this year in words."""

    folder: RegisterFolder
    count: str


def registers(request: ActorRequest) -> HttpResponse:
    """The registers the actor may open, by group, with how many rows of this year he sees."""
    folders = readable_folders(request.actor)
    counts = counts_this_year(request.actor, folders)
    groups: list[tuple[FolderGroup, list[FolderLine]]] = []
    for group, of_group in groupby(folders, key=lambda folder: folder.group):
        lines = [FolderLine(folder, _count_words(counts[folder.pk])) for folder in of_group]
        groups.append((group, lines))
    return render(request, "saraban/registers.html", {"groups": groups})


def _count_words(count: int) -> str:
    return f"{COUNT_LIMIT:,}+" if count > COUNT_LIMIT else f"{count:,}"


@dataclass(frozen=True, slots=True)
class Line:
    """A row on the page, where it may be noted, and where its letter lies."""

    row: RegisterRow
    edit_url: str
    place: str = ""


def register(request: ActorRequest, folder_id: int) -> HttpResponse:
    """A register newest first, filtered; or one day of it, oldest first, under the heading of แบบที่ 13 and 14."""
    actor = request.actor
    folder = folder_for(actor, folder_id)
    day = _day(request)
    if day is not None:
        return _one_day(request, folder, day)
    form = RegisterFilterForm(request.GET)
    chosen = form.chosen()
    before = cursor_of(request.GET)
    page = page_of(actor, folder, chosen, before)
    query = came_from("register", request.GET, folder=folder.pk)
    context = {
        **_about(folder),
        "form": form,
        "lines": _lines(request, page.entries, query),
        "chosen": _chips(request, chosen),
        "older_url": _with(request, before=str(page.older)) if page.older else "",
        "newer_url": _with(request, before="") if before else "",
        "goes_on": page.goes_on,
        "window": f"{WINDOW:,}",
        "today": local_date(actor.at),
        "export": {
            one: _with(request, reverse("saraban:register_export", args=[folder.pk, one]), before="") for one in FORMS
        },
        "print_url": _with(
            request, reverse("saraban:register_print", args=[folder.pk]), before="", q="", urgency="", voided=""
        ),
    }
    return render(request, "saraban/register.html", context)


def _about(folder: RegisterFolder) -> dict[str, object]:
    """What every page of a register says of it."""
    receiving = folder.is_receiving
    return {"folder": folder, "kind": "รับ" if receiving else "ส่ง", "columns": columns_of(folder)[1:]}


def _lines(request: ActorRequest, entries: tuple[RegisterEntry, ...] | list[RegisterEntry], query: str) -> list[Line]:
    places = where_now([entry.letter_id for entry in entries if entry.letter_id])
    return [
        Line(
            register_row(entry, query),
            reverse("saraban:entry_edit", args=[entry.pk]) if may_note_entry(request.actor, entry) else "",
            place_line(places.get(entry.letter_id, []), request.actor.at),
        )
        for entry in entries
    ]


def _one_day(request: ActorRequest, folder: RegisterFolder, day: date) -> HttpResponse:
    after = request.GET.get("after", "")
    entries, rest = day_of(request.actor, folder, day, int(after) if after.isdecimal() and len(after) < 19 else None)
    earlier, later = neighbour_days(request.actor, folder, day)
    url = reverse("saraban:register", args=[folder.pk])
    context = {
        **_about(folder),
        "day": day,
        "day_words": f"วันที่ {day.day} เดือน {MONTHS[day.month - 1]} พ.ศ. {day.year + 543}",
        "lines": _lines(request, entries, came_from("register", folder=folder.pk)),
        "rest_url": f"{url}?day={day.isoformat()}&after={rest}" if rest else "",
        "earlier": earlier,
        "later": later,
        "print_url": f"{reverse('saraban:register_print', args=[folder.pk])}?since={day.isoformat()}&until={day.isoformat()}",
    }
    return render(request, "saraban/register_day.html", context)


def _day(request: ActorRequest) -> date | None:
    """The day of `?day=`; nonsense shows the register itself with a sentence."""
    text = request.GET.get("day", "").strip()
    if not text:
        return None
    try:
        return parse_date(text)
    except Invalid as refusal:
        messages.error(request, refusal.sentence)
        return None


def _with(request: ActorRequest, url: str = "", **changes: str) -> str:
    query = request.GET.copy()
    query.pop("day", None)
    for name, value in changes.items():
        query.pop(name, None)
        if value:
            query[name] = value
    return f"{url or request.path}?{query.urlencode()}" if query else url or request.path


def _chips(request: ActorRequest, chosen: RegisterFilter) -> list[tuple[str, str]]:
    words = {
        "q": f"“{chosen.text}”" if chosen.text else "",
        "since": f"ตั้งแต่ {date_short(chosen.since)}" if chosen.since else "",
        "until": f"ถึง {date_short(chosen.until)}" if chosen.until else "",
        "urgency": str(Urgency(chosen.urgency).label) if chosen.urgency is not None else "",
        "voided": "" if chosen.voided is None else "เฉพาะเลขที่ยกเลิก" if chosen.voided else "ไม่รวมเลขที่ยกเลิก",
    }
    return [(word, _with(request, **{name: "", "before": ""})) for name, word in words.items() if word]


def register_print(request: ActorRequest, folder_id: int) -> HttpResponse:
    """The register on paper, แบบที่ 13 and 14: a page for each day, Thai digits. The last seven days unless chosen."""
    folder = folder_for(request.actor, folder_id)
    chosen = RegisterFilterForm(request.GET).chosen()
    until = chosen.until or local_date(request.actor.at)
    since = chosen.since or week_until(until)
    days, more = print_days(request.actor, folder, since, until)
    sheets = [(day, [register_row(entry) for entry in entries]) for day, entries in days]
    context = {
        **_about(folder),
        "sheets": sheets,
        "more": more,
        "limit": f"{PRINT_LIMIT:,}",
        "since": since,
        "until": until,
        "since_typed": _typed(since),
        "until_typed": _typed(until),
    }
    return render(request, "saraban/register_print.html", context)


def _typed(day: date) -> str:
    """A day as a clerk types it."""
    return f"{day:%d/%m}/{day.year + 543}"


def register_export(request: ActorRequest, folder_id: int, form: str) -> HttpResponseBase:
    """What the filters choose as XLSX or CSV: only what the actor may see, at most `EXPORT_LIMIT` rows."""
    actor = request.actor
    folder = folder_for(actor, folder_id)
    if form not in FORMS:
        raise Http404
    entries = selection(actor, folder, RegisterFilterForm(request.GET).chosen())
    count = entries.order_by()[: EXPORT_LIMIT + 1].count()
    if count > EXPORT_LIMIT:
        messages.error(request, f"รายการที่เลือกมีเกิน {EXPORT_LIMIT:,} แถว โปรดเลือกช่วงวันที่ให้แคบลงแล้วส่งออกอีกครั้ง")
        return redirect(_with(request, reverse("saraban:register", args=[folder.pk])))
    note_export(by=actor, folder=folder, rows=count, form=form.upper())
    rows = _exported(entries)
    name = f"{local_date(actor.at):%Y%m%d}_{folder.agency.roman}_register_{folder.pk}.{form}"
    title = f"{folder.name} {date_short(actor.at)}.{form}"
    answer: HttpResponseBase
    if form == "csv":
        answer = StreamingHttpResponse(csv_lines(columns_of(folder), rows), content_type="text/csv; charset=utf-8")
    else:
        from saraban.workbook import XLSX_TYPE, xlsx_file  # openpyxl loads with the first workbook

        answer = FileResponse(xlsx_file(folder.name, columns_of(folder), rows), content_type=XLSX_TYPE)
    answer["Content-Disposition"] = disposition(name, title)
    answer["Cache-Control"] = "private, no-store"
    return answer


def _exported(entries: object) -> Iterator[RegisterRow]:
    """Row by row from a server-side cursor, closed lists never held whole."""
    for entry in entries.iterator(chunk_size=1000):  # type: ignore[attr-defined]
        row = register_row(entry)  # a file outside is not encrypted: of a classified row only what the form must have
        yield replace(row, done="", remark="") if entry.secrecy else row


def entry_edit(request: ActorRequest, entry_id: int) -> HttpResponse:
    """การปฏิบัติ and หมายเหตุ of one row."""
    actor = request.actor
    entry = entry_for(actor, entry_id)
    may_note_entry(actor, entry).demand()
    back = request.POST.get("back") or request.GET.get("back", "")
    url = reverse("saraban:register", args=[entry.folder_id])
    back = back if back.startswith(url) else url
    first = {"action_taken": entry.action_taken, "remark": entry.remark}
    form = EntryForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        got = form.cleaned_data
        try:
            with once(got["once"], by=actor):
                note_entry(by=actor, entry_id=entry.pk, action_taken=got["action_taken"], remark=got["remark"])
        except Invalid as refusal:
            form.add_error(refusal.field, refusal.sentence)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, f"บันทึกรายการเลขที่ {entry.number} แล้ว")
            return redirect(back)
    context = {**_about(entry.folder), "entry": entry, "row": register_row(entry), "form": form, "back": back}
    return render(request, "saraban/entry_edit.html", context, status=422 if form.errors else 200)
