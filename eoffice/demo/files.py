"""Reading fixtures/demo/*.toml: keys become rows, days become moments."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from common.thai import BANGKOK, date_long, local_date, year_be

_DAYS = re.compile(r"([+-]\d+)d")


@dataclass(frozen=True)
class Plan:
    """One agency's file. Tables are lists of plain dicts as in the TOML."""

    agency: dict[str, Any]
    rights: dict[str, list[str]]
    units: list[dict[str, Any]]
    posts: list[dict[str, Any]]
    people: list[dict[str, Any]]
    groups: list[dict[str, Any]]
    folder_groups: list[dict[str, Any]]
    folders: list[dict[str, Any]]


def plans(folder: Path) -> list[Plan]:
    """All agencies of the demo, in file order (which is the order they are shown in)."""
    found = [Plan(**tomllib.loads(path.read_text(encoding="utf-8"))) for path in folder.glob("*.toml")]
    return sorted(found, key=lambda plan: ("PROVINCE", "MINISTRY", "LOCAL").index(plan.agency["kind"]))


def moment(value: str | date | None, now: datetime) -> datetime | None:
    """`"-7d"` or a date as the start of that day in Bangkok (พ้นเที่ยงคืน); None stays None."""
    if value is None:
        return None
    if isinstance(value, str):
        match = _DAYS.fullmatch(value)
        if match is None:
            raise ValueError(f"not a day of the demo: {value}")
        value = local_date(now) + timedelta(days=int(match[1]))
    return datetime.combine(value, time(), BANGKOK)


def order_words(text: str, dated: datetime) -> str:
    """The number and date of a written order: {year} and {from} filled with the day it was given."""
    return text.format(year=year_be(dated), **{"from": date_long(dated)})
