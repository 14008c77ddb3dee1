"""Data every installation starts with: letter codes of ministries and provinces, the Cabinet's holidays."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

from django.db import transaction

from org.actor import Actor
from org.models import Holiday, LetterCode
from org.permissions import may_administer_platform


@transaction.atomic
def load_reference(*, by: Actor, folder: Path) -> int:
    """Bring in `letter_codes.toml` and `holidays.toml` of `folder`; what is there already stays. Returns new rows.

    Days that fall on one date every year are entered for this year and the next two.
    """
    may_administer_platform(by).demand()
    before = LetterCode.objects.count() + Holiday.objects.count()
    codes = tomllib.loads((folder / "letter_codes.toml").read_text(encoding="utf-8"))
    LetterCode.objects.bulk_create(
        [LetterCode(code=code, name=name, kind=kind) for kind, rows in codes.items() for code, name in rows.items()],
        ignore_conflicts=True,
    )
    holidays = tomllib.loads((folder / "holidays.toml").read_text(encoding="utf-8"))
    days = {date.fromisoformat(text): name for text, name in holidays["dated"].items()}
    for year in range(by.at.year, by.at.year + 3):
        days |= {date.fromisoformat(f"{year}-{text}"): name for text, name in holidays["every_year"].items()}
    Holiday.objects.bulk_create([Holiday(day=day, name=name) for day, name in days.items()], ignore_conflicts=True)
    return LetterCode.objects.count() + Holiday.objects.count() - before
