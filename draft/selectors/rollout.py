"""ความคืบหน้าการใช้งาน: how far an agency is with each document type, and what was written with it week by week."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.db.models import Count, Q
from django.db.models.functions import TruncWeek
from django.utils import timezone

from common.thai import BANGKOK, date_short, local_date, sort_key
from draft.models import DocumentType, DocumentTypeUse, FilledTemplate, UseMode
from draft.selectors.doctypes import place_of, present_modes
from org.actor import Actor
from org.models import Agency
from org.permissions import administers_platform
from saraban.models import RECEIVING, RegisterFolder

WEEKS = 12
OLDEST = timedelta(days=180)  # a letter begun that long before the weeks shown and numbered in them is not counted
# From the agency's own letters of the time to their entries, never from the registers of all agencies: on 600,000 letters
# and 400,000 entries the planner, left to itself, reads every entry there is.
_NUMBERED = """
WITH begun AS MATERIALIZED (
  SELECT letter_id, type_id FROM draft_filledtemplate WHERE agency_id = %s AND at >= %s
)
SELECT begun.type_id, date_trunc('week', entry.entered_at AT TIME ZONE 'Asia/Bangkok')::date, count(DISTINCT begun.letter_id)
FROM begun CROSS JOIN LATERAL (
  SELECT e.entered_at FROM saraban_registerentry e
  WHERE e.letter_id = begun.letter_id AND e.entered_at >= %s AND e.voided_at IS NULL AND e.folder_id <> ALL (%s) OFFSET 0
) entry
GROUP BY 1, 2
"""
STEPS = {UseMode.PAPER: "warm", UseMode.PILOT: "amber", UseMode.ELECTRONIC: "good"}


@dataclass(frozen=True, slots=True)
class Progress:
    """One type in an agency: its mode, and the letters begun and numbered in each of the weeks, the oldest first."""

    type: DocumentType
    place: str
    mode: DocumentTypeUse | None
    begun: tuple[int, ...]
    numbered: tuple[int, ...]

    @property
    def mode_label(self) -> str:
        return str(UseMode(self.mode.mode).label) if self.mode else "ยังไม่ได้ระบุ"

    @property
    def mode_kind(self) -> str:
        """The colour of the mode's tag."""
        return STEPS[UseMode(self.mode.mode)] if self.mode else ""

    @property
    def weeks(self) -> list[tuple[int, int]]:
        """Begun and numbered, week by week."""
        return list(zip(self.begun, self.numbered, strict=True))


def agencies_to_watch(actor: Actor) -> list[Agency]:
    """Whose progress the actor sees: his own agency's; the central admin every agency's."""
    if administers_platform(actor):
        return sorted(Agency.objects.all(), key=lambda one: sort_key(one.name))
    return [actor.agency]


def weeks_until(at: datetime) -> list[date]:
    """The Mondays of the last weeks, the oldest first, this week's last."""
    today = local_date(at)
    monday = today - timedelta(days=today.weekday())
    return [monday - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]


def progress(agency: Agency, at: datetime) -> list[Progress]:
    """The living types of the platform and of the agency, its own first. Five queries.

    The counts read the agency's own letters of the time.
    """
    weeks = weeks_until(at)
    begun, numbered = _begun(agency, weeks[0]), _numbered(agency, weeks[0])
    modes = present_modes(agency, local_date(at))
    types = DocumentType.objects.filter(Q(agency=None) | Q(agency=agency), retired_at=None)
    rows = [
        Progress(
            one,
            place_of(one),
            modes.get(one.pk),
            tuple(begun[one.pk, week] for week in weeks),
            tuple(numbered[one.pk, week] for week in weeks),
        )
        for one in types.select_related("owner_unit")
    ]
    return sorted(rows, key=lambda row: (row.type.agency_id is None, row.type.order, sort_key(row.type.name)))


def _begun(agency: Agency, since: date) -> defaultdict[tuple[int, date], int]:
    found = FilledTemplate.objects.filter(agency=agency, at__gte=_start(since))
    rows = found.annotate(week=TruncWeek("at", tzinfo=BANGKOK)).values("type", "week").annotate(count=Count("letter"))
    return _by_week((row["type"], row["week"], row["count"]) for row in rows.order_by())


def _numbered(agency: Agency, since: date) -> defaultdict[tuple[int, date], int]:
    """Letters by the week they got their number in; voided numbers and receipts inside the agency left out."""
    start = _start(since)
    receipts = RegisterFolder.objects.filter(agency=agency, kind__in=RECEIVING).values_list("pk", flat=True)
    with connection.cursor() as cursor:
        cursor.execute(_NUMBERED, [agency.pk, start - OLDEST, start, list(receipts)])
        return _by_week(cursor.fetchall())


def _by_week(rows: Iterable[tuple[int, date, int]]) -> defaultdict[tuple[int, date], int]:
    found: defaultdict[tuple[int, date], int] = defaultdict(int)
    for kind_of_document, week, count in rows:
        found[kind_of_document, local_date(week)] = count
    return found


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()), BANGKOK)


def history_of(kind_of_document: DocumentType, agency: Agency) -> list[DocumentTypeUse]:
    """All modes the agency has had or will have, the latest first."""
    return list(DocumentTypeUse.objects.filter(type=kind_of_document, agency=agency).select_related("by")[:200])


def headings(at: datetime) -> tuple[str, ...]:
    """The columns of the exported table."""
    weeks = [date_short(week) for week in weeks_until(at)]
    return (
        "ประเภทเอกสาร", "ของ", "ร่าง-ตรวจ", "แฟ้มเสนอ", "สารบรรณ", "การใช้งาน", "ตั้งแต่วันที่",
        *(f"สร้าง สัปดาห์ {week}" for week in weeks), *(f"ออกเลข สัปดาห์ {week}" for week in weeks),
    )  # fmt: skip


def cells(row: Progress) -> tuple[str, ...]:
    """One line of it."""
    passes = (row.type.passes_draft, row.type.passes_intray, row.type.passes_saraban)
    since = date_short(row.mode.since) if row.mode else ""
    return (
        row.type.name, row.place, *("ผ่าน" if one else "ไม่ผ่าน" for one in passes), row.mode_label, since,
        *(str(one) for one in (*row.begun, *row.numbered)),
    )  # fmt: skip
