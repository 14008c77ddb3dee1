"""The history of a row of structure or people as readable lines: when, who, why, and from what to what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

from common.thai import datetime_short

KINDS = {"+": "เพิ่ม", "~": "แก้ไข", "-": "ลบ"}
_HIDDEN = {"id", "created_at", "password", "last_login", "is_staff", "is_superuser", "group"}


@dataclass(frozen=True, slots=True)
class Change:
    """One field that changed, in words."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One row of the history page."""

    at: datetime
    who: str
    what: str
    changes: tuple[Change, ...] = ()


def history_of(
    instance: Any,
    *,
    words: Mapping[str, Callable[[str], str]] | None = None,
    hidden: Iterable[str] = (),
    limit: int = 200,
) -> list[HistoryLine]:
    """The newest `limit` lines of `instance`, newest first. Bounded queries: one for rows, one per related model.

    `words` turns a field's stored text into what people read; `hidden` names fields beside the ones nobody reads.
    """
    rows = list(instance.history.select_related("history_user").order_by("-history_id")[: limit + 1])
    fields = [field for field in instance._meta.concrete_fields if field.name not in {*_HIDDEN, *hidden}]
    names = _related_names(fields, rows)
    spoken = words or {}
    lines = []
    for index, row in enumerate(rows[:limit]):
        before = rows[index + 1] if index + 1 < len(rows) else None
        what = row.history_change_reason or KINDS[row.history_type]
        who = row.history_user.full_name if row.history_user else "ระบบ"
        lines.append(HistoryLine(row.history_date, who, what, tuple(_changes(fields, before, row, names, spoken))))
    return lines


def facts_of(
    instance: Any, *, words: Mapping[str, Callable[[str], str]] | None = None, hidden: Iterable[str] = ()
) -> list[tuple[str, str]]:
    """A row as it stands: the names of its fields and their values in words, empty ones left out."""
    fields = [field for field in instance._meta.concrete_fields if field.name not in {*_HIDDEN, *hidden}]
    names = _related_names(fields, [instance])
    spoken = words or {}
    shown = [(field, _words(field, getattr(instance, field.attname), names)) for field in fields]
    return [(str(field.verbose_name), spoken.get(field.name, str)(text)) for field, text in shown if text]


def _changes(
    fields: list[Any],
    before: Any,
    row: Any,
    names: dict[str, dict[Any, str]],
    spoken: Mapping[str, Callable[[str], str]],
) -> list[Change]:
    found = []
    for field in fields:
        if not hasattr(row, field.attname):
            continue
        new = getattr(row, field.attname)
        old = getattr(before, field.attname) if before is not None else None
        if old != new and not (before is None and new in (None, "", False)):
            say = spoken.get(field.name, str)
            shown = [say(_words(field, value, names)) for value in (old, new)]
            found.append(Change(str(field.verbose_name), *shown))
    return found


def _words(field: Any, value: Any, names: dict[str, dict[Any, str]]) -> str:
    if value in (None, ""):
        return ""
    if field.name in names:
        return names[field.name].get(value, "(ไม่มีแล้ว)")
    if isinstance(value, bool):
        return "ใช่" if value else "ไม่ใช่"
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return datetime_short(value) if isinstance(value, datetime) else str(value)


def _related_names(fields: list[Any], rows: list[Any]) -> dict[str, dict[Any, str]]:
    names: dict[str, dict[Any, str]] = {}
    for field in fields:
        if isinstance(field, models.ForeignKey):
            ids = {getattr(row, field.attname, None) for row in rows} - {None}
            related: Any = field.related_model
            names[field.name] = {found.pk: str(found) for found in related._default_manager.filter(pk__in=ids)}
    return names
