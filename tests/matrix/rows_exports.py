"""The matrix of lists as files."""

from __future__ import annotations

from tests.matrix.cast import WITH_POST, WITHOUT_POST, Names
from tests.matrix.probe import Row

ON_RECORD: Names = frozenset({"audit_auditevent"})

ROWS = [
    Row(name, "csv", ok=WITH_POST, refused=WITHOUT_POST, leaves=ON_RECORD)
    for name in ("intray:export", "draft:export", "saraban:found_export")
]
