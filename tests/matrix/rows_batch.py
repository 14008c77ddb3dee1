"""The matrix of what is done to many letters at once: picking them, the page that asks, the batch and its results."""

from __future__ import annotations

from tests.matrix.cast import EVERYBODY, WITH_POST, WITHOUT_POST, Names
from tests.matrix.probe import Row

ASKER: Names = frozenset({"deputy1"})  # whose copy it is, and whose batch
ROWS = [
    Row(
        "intray:bulk",
        ok=EVERYBODY,
        get=False,
        acts=EVERYBODY,
        data=lambda s: {"verb": "acknowledge", "step": [s["received.copy"]]},
        writes=False,
        settled=True,
    ),
    Row(
        "intray:bulk_confirm",
        ok=EVERYBODY,
        acts=ASKER,
        data=lambda s: {"batch": "acknowledge", "step": [s["received.copy"]], "text": "ทราบ"},
    ),
    Row("intray:bulk_targets", ok=WITH_POST, refused=WITHOUT_POST),
    Row("intray:batches", ok=EVERYBODY),
    Row("intray:batch", "batch", ok=ASKER),
    Row("intray:batch_continue", "batch", ok=ASKER, get=False, acts=ASKER, data={}, settled=True),
    Row("intray:batch_cancel", "batch", ok=ASKER, get=False, acts=ASKER, data={}, settled=True),
]
