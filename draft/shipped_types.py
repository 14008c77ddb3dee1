"""The document types the platform comes with, as data (fixtures/doctypes), and how they become rows.

Running it again adds what is new and leaves every row that is there as the central admin keeps it.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

FOLDER = Path("fixtures") / "doctypes"
FACTS = ("name", "kind", "group", "purpose", "words", "passes_draft", "passes_intray", "passes_saraban", "order")
TEXTS = ("subject", "body", "sign_class")


@lru_cache(maxsize=1)
def shipped_types() -> tuple[dict[str, Any], ...]:
    """The data files' tables, in the order the types are offered in."""
    found = []
    for path in sorted((settings.BASE_DIR / FOLDER).glob("*.toml")):
        with path.open("rb") as source:
            found.append(tomllib.load(source) | {"key": path.stem})
    return tuple(sorted(found, key=lambda row: row["order"]))


def ship(types: Any, versions: Any) -> int:
    """Make the platform's rows that are missing, each with its first version in use; how many were made.

    `types` and `versions` are the managers of DocumentType and TemplateVersion (a migration has its own).
    """
    made = 0
    for row in shipped_types():
        facts = {name: row[name] for name in FACTS if name in row}
        kept, new = types.get_or_create(agency=None, key=row["key"], defaults=facts)
        if not new:
            continue
        versions.create(
            type=kept,
            no=1,
            status="PUBLISHED",
            published_at=timezone.now(),
            fields=row.get("fields", {}),
            inputs=row.get("input", []),
            **{name: row[name].strip() for name in TEXTS if name in row},
        )
        made += 1
    return made
