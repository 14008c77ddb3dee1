"""One page of a list that goes on by its rows' own values, both ways."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def window(
    found: list[T], size: int, *, backwards: bool, began: bool, cursor: Callable[[T], str]
) -> tuple[list[T], str, str]:
    """The page's rows and the cursors of its neighbours ("" at an end).

    `found` is up to one row more than the page, in the order of the walk; `began` when the walk set out from a cursor.
    """
    more, rows = len(found) > size, found[:size]
    if backwards:
        rows.reverse()
    newer = cursor(rows[0]) if rows and (more if backwards else began) else ""
    older = cursor(rows[-1]) if rows and (more or backwards) else ""
    return rows, newer, older
