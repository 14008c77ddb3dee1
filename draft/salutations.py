"""คำขึ้นต้น and คำลงท้าย as pairs (ระเบียบงานสารบรรณ ภาคผนวก 2), read from `fixtures/salutations.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings

DEFAULT = "general"
NAME = "(ชื่อ)"


@dataclass(frozen=True, slots=True)
class Salutation:
    """One row of the table. A letter names its `key`, so opening and closing cannot be mixed."""

    key: str
    addressee: str
    opening: str
    closing: str
    first_person: tuple[str, ...]
    second_person: str
    envelope: str
    posts: tuple[str, ...] = ()
    addressee_in_opening: bool = False

    def opening_for(self, signer: str) -> str:
        """The opening with the signer's name where the form asks for it."""
        return self.opening.replace(NAME, signer)

    def closing_for(self, signer: str) -> str:
        """The closing with the signer's name where the form asks for it."""
        return self.closing.replace(NAME, signer)


@lru_cache(maxsize=1)
def table() -> dict[str, Salutation]:
    """All rows by key, in the order of the file. Raises ValueError when a pair or a post stands there twice."""
    with (settings.BASE_DIR / "fixtures" / "salutations.toml").open("rb") as source:
        rows = tomllib.load(source)["salutation"]
    found = [_row(row) for row in rows]
    posts = [post for row in found for post in row.posts]
    if len({(row.opening, row.closing) for row in found}) != len(found) or len(set(posts)) != len(posts):
        raise ValueError("fixtures/salutations.toml: a pair or a post stands twice")
    return {row.key: row for row in found}


def _row(values: dict[str, Any]) -> Salutation:
    lists = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
    return Salutation(**{**values, **lists})


def salutation(key: str) -> Salutation:
    """The row named `key`. Raises KeyError."""
    return table()[key]


def is_pair(opening: str, closing: str) -> bool:
    """Whether this opening and this closing belong together."""
    return any((row.opening, row.closing) == (opening, closing) for row in table().values())


def owed_to(addressee: str) -> Salutation | None:
    """The row that a post named at the start of `addressee` must be addressed by, if the table names that post."""
    words = addressee.strip()
    for row in table().values():
        for post in row.posts:
            rest = words.removeprefix(post)
            if rest != words and not ("ก" <= rest[:1] <= "๎"):
                return row
    return None
