"""The matrix of the desk that a secretary lays."""

from __future__ import annotations

from tests.matrix.cast import WITH_POST, WITHOUT_POST
from tests.matrix.probe import Row

ROWS = [
    Row("intray:desk", ok=WITH_POST, refused=WITHOUT_POST),
    Row(
        "intray:desk_arrange",
        ok=WITH_POST,
        refused=WITHOUT_POST,
        get=False,
        data={"step": "0"},
        acts=WITH_POST,
        writes=False,
        settled=True,
    ),
    Row(
        "intray:desk_move",
        ok=WITH_POST,
        refused=WITHOUT_POST,
        get=False,
        data={"step": "0", "verb": "up"},
        acts=WITH_POST,
        writes=False,
        settled=True,
    ),
]
