"""What to show of registers: pages newest first, one day oldest first, what is exported, and counts of the year.

A register is its own driver: every query starts at one folder and the actor's rights on it, never at all letters. Cost
follows the page: keyset paging by entry id, filters within a window of the newest rows, counts that stop at a cap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Expression, F, Func, QuerySet, TextField, Value
from django.db.models.functions import Concat, Lower
from django.utils import timezone

from common.thai import arabic_digits, canonical, local_date
from org.actor import Actor
from saraban.models import RegisterEntry, RegisterFolder
from saraban.models.reach import reach_of
from saraban.selectors import entries_of

PAGE = 50
DAY_PAGE = 500
WINDOW = 20_000
EXPORT_LIMIT = 20_000
PRINT_LIMIT = 2_000
COUNT_LIMIT = 1_000


@dataclass(frozen=True, slots=True)
class RegisterFilter:
    """What a clerk narrows a register by. Dates are days of registering; `text` is looked for in number, subject, from, to."""

    text: str = ""
    since: date | None = None
    until: date | None = None
    urgency: int | None = None
    voided: bool | None = None

    @property
    def narrows(self) -> bool:
        """Whether rows have to be looked at one by one (dates alone only bound the page)."""
        return bool(self.text) or self.urgency is not None or self.voided is not None


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """A page of entries. `older` is the cursor of the next page; `goes_on` says that the window ended before the page was full."""

    entries: tuple[RegisterEntry, ...]
    older: int | None
    goes_on: bool = False


def plain(text: str) -> str:
    """How text is compared: Arabic digits, one order of marks, one blank, small letters."""
    return " ".join(arabic_digits(canonical(text)).lower().split())


def holding(wanted: str, *names: str) -> tuple[Expression, str]:
    """The columns `names` as one text on the database's side, and the words to look for in it.

    Digits and Latin letters are evened out only where the words have any: plain Thai is looked for as it stands,
    which is several times quicker over twenty thousand rows.
    """
    parts: list[F | Value] = []
    for name in names:
        parts += [F(name), Value(" ")]
    text: Expression = Concat(*parts, output_field=TextField())
    words = plain(wanted)
    if any("a" <= letter <= "z" for letter in words):
        text = Lower(text)
    if any(letter.isdigit() for letter in words):
        text = Func(text, Value("๐๑๒๓๔๕๖๗๘๙"), Value("0123456789"), function="translate", output_field=TextField())
    return text, words


def page_of(actor: Actor, folder: RegisterFolder, chosen: RegisterFilter, before: int | None = None) -> RegisterPage:
    """A page of the register, newest first."""
    bounded = _bounded(entries_of(actor, folder), folder, chosen)
    if before is not None:
        bounded = bounded.filter(pk__lt=before)
    if not chosen.narrows:
        rows = list(_newest(actor, folder, bounded, before)[: PAGE + 1])
        return RegisterPage(tuple(rows[:PAGE]), rows[PAGE - 1].pk if len(rows) > PAGE else None)
    window = bounded.order_by("-pk").values("pk")
    found = list(
        _narrowed(entries_of(actor, folder).filter(pk__in=window[:WINDOW]), chosen).order_by("-pk")[: PAGE + 1]
    )
    if len(found) > PAGE:
        return RegisterPage(tuple(found[:PAGE]), found[PAGE - 1].pk)
    last = next(iter(window.values_list("pk", flat=True)[WINDOW - 1 : WINDOW]), None)
    return RegisterPage(tuple(found), last, goes_on=last is not None)


def _newest(
    actor: Actor, folder: RegisterFolder, entries: QuerySet[RegisterEntry], before: int | None
) -> QuerySet[RegisterEntry]:
    """Newest first. Who sees only the rows of own units reads each unit's newest by its own index, then the newest of all."""
    reach = reach_of(actor)
    whole = reach.may("read_all", folder.pk) or reach.may("secret_register", folder.pk)
    if whole or not reach.unit_ids:
        return entries.order_by("-pk")
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT x.id FROM unnest(%s::bigint[]) u(id) CROSS JOIN LATERAL (
                 SELECT id FROM saraban_registerentry
                 WHERE folder_id = %s AND owner_unit_id = u.id AND id < %s ORDER BY id DESC LIMIT %s) x
               ORDER BY x.id DESC LIMIT %s""",
            (list(reach.unit_ids), folder.pk, before or 2**62, PAGE + 1, PAGE + 1),
        )
        ids = [row[0] for row in cursor.fetchall()]
    return entries.filter(pk__in=ids).order_by("-pk")


def _bounded(
    entries: QuerySet[RegisterEntry], folder: RegisterFolder, chosen: RegisterFilter
) -> QuerySet[RegisterEntry]:
    """Between the dates, by day and by the ids those days begin and end with (both follow the clock)."""
    days = RegisterEntry.objects.filter(folder=folder)
    if chosen.since:
        entries = entries.filter(entered_on__gte=chosen.since)
        first = (
            days.filter(entered_on__gte=chosen.since).order_by("entered_on", "pk").values_list("pk", flat=True).first()
        )
        entries = entries.filter(pk__gte=first) if first else entries.none()
    if chosen.until:
        entries = entries.filter(entered_on__lte=chosen.until)
        last = (
            days.filter(entered_on__lte=chosen.until)
            .order_by("-entered_on", "-pk")
            .values_list("pk", flat=True)
            .first()
        )
        entries = entries.filter(pk__lte=last) if last else entries.none()
    return entries


def _narrowed(entries: QuerySet[RegisterEntry], chosen: RegisterFilter) -> QuerySet[RegisterEntry]:
    if chosen.urgency is not None:
        entries = entries.filter(letter__urgency=chosen.urgency)
    if chosen.voided is not None:
        entries = entries.filter(voided_at__isnull=not chosen.voided)
    if chosen.text:
        columns = ("number", "letter__number", "letter__subject", "letter__sender", "letter__addressee")
        text, words = holding(chosen.text, *columns)
        entries = entries.alias(text=text).filter(text__contains=words)
    return entries


def selection(actor: Actor, folder: RegisterFolder, chosen: RegisterFilter) -> QuerySet[RegisterEntry]:
    """All rows a filter chooses, oldest first: what is exported and printed. The caller bounds it."""
    return _narrowed(_bounded(entries_of(actor, folder), folder, chosen), chosen).order_by("entered_on", "pk")


def day_of(
    actor: Actor, folder: RegisterFolder, day: date, after: int | None = None
) -> tuple[list[RegisterEntry], int | None]:
    """The rows registered on one day, oldest first, and the cursor of the rest of a very long day."""
    entries = entries_of(actor, folder).filter(entered_on=day).order_by("pk")
    if after is not None:
        entries = entries.filter(pk__gt=after)
    rows = list(entries[: DAY_PAGE + 1])
    return rows[:DAY_PAGE], rows[DAY_PAGE - 1].pk if len(rows) > DAY_PAGE else None


def neighbour_days(actor: Actor, folder: RegisterFolder, day: date) -> tuple[date | None, date | None]:
    """The nearest earlier and later days on which the actor sees rows."""
    days = entries_of(actor, folder).values_list("entered_on", flat=True)
    earlier = days.filter(entered_on__lt=day).order_by("-entered_on", "-pk").first()
    later = days.filter(entered_on__gt=day).order_by("entered_on", "pk").first()
    return earlier, later


def counts_this_year(actor: Actor, folders: Sequence[RegisterFolder]) -> dict[int, int]:
    """By folder id, how many rows of this calendar year the actor sees; each count stops after `COUNT_LIMIT`."""
    reach = reach_of(actor)
    ids = {folder.pk for folder in folders}
    values: dict[str, Any] = {
        "all": sorted(ids & reach.folders("read_all")),
        "own": sorted(ids & (reach.folders("read_own_unit") - reach.folders("read_all"))),
        "secret": sorted(ids & reach.folders("secret_register")),
        "units": list(reach.unit_ids),
        "clearance": reach.clearance,
        "since": local_date(timezone.now()).replace(month=1, day=1),
        "limit": COUNT_LIMIT + 1,
    }
    found: dict[int, int] = dict.fromkeys(ids, 0)
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, values)
        for folder_id, count in cursor.fetchall():
            found[folder_id] = min(found[folder_id] + count, COUNT_LIMIT + 1)
    return found


_COUNTS = """
SELECT f.id, (SELECT count(*) FROM (
    SELECT 1 FROM saraban_registerentry
    WHERE folder_id = f.id AND secrecy = 0 AND entered_on >= %(since)s LIMIT %(limit)s) x)
FROM unnest(%(all)s::bigint[]) f(id)
UNION ALL
SELECT f.id, (SELECT count(*) FROM (
    SELECT 1 FROM saraban_registerentry
    WHERE folder_id = f.id AND (secrecy BETWEEN 1 AND %(clearance)s OR secrecy = 3)
      AND entered_on >= %(since)s LIMIT %(limit)s) x)
FROM unnest(%(secret)s::bigint[]) f(id)
UNION ALL
SELECT x.folder_id, count(*) FROM unnest(%(units)s::bigint[]) u(id) CROSS JOIN LATERAL (
    SELECT folder_id FROM saraban_registerentry
    WHERE owner_unit_id = u.id AND folder_id = ANY(%(own)s::bigint[]) AND secrecy = 0 AND entered_on >= %(since)s
    ORDER BY letter_id DESC LIMIT %(limit)s) x
GROUP BY x.folder_id
"""


def print_days(
    actor: Actor, folder: RegisterFolder, since: date, until: date
) -> tuple[list[tuple[date, list[RegisterEntry]]], bool]:
    """Rows from `since` to `until` by day, oldest first, at most `PRINT_LIMIT`; and whether there were more."""
    entries = (
        entries_of(actor, folder).filter(entered_on__gte=since, entered_on__lte=until).order_by("entered_on", "pk")
    )
    rows = list(entries[: PRINT_LIMIT + 1])
    days: dict[date, list[RegisterEntry]] = {}
    for row in rows[:PRINT_LIMIT]:
        days.setdefault(row.entered_on, []).append(row)
    return list(days.items()), len(rows) > PRINT_LIMIT


def week_until(day: date) -> date:
    """The day six days earlier: what is printed when no days are chosen."""
    return day - timedelta(days=6)


def entry_of(actor: Actor, entry_id: int) -> RegisterEntry | None:
    """One row, if the actor sees it in its register."""
    found = RegisterEntry.objects.select_related("folder").filter(pk=entry_id).first()
    return entries_of(actor, found.folder).filter(pk=entry_id).first() if found else None
