"""คำขึ้นต้น and คำลงท้าย as pairs (ระเบียบงานสารบรรณ ภาคผนวก 2): the platform's table, and what an agency adds.

The table begins as `fixtures/salutations.toml`; admins keep it since. A draft names a row's key, so that opening and
closing cannot be mixed. Nothing is kept between requests: a page reads the few rows once (the agency's instance holds
them), and sees every change at once.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import F, Q

from draft.models import SalutationRow
from org.models import Agency

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
    retired: bool = False

    def opening_for(self, signer: str) -> str:
        """The opening with the signer's name where the form asks for it."""
        return self.opening.replace(NAME, signer)

    def closing_for(self, signer: str) -> str:
        """The closing with the signer's name where the form asks for it."""
        return self.closing.replace(NAME, signer)


class Table(dict[str, Salutation]):
    """Rows by key, in order; retired ones too, since old drafts name them."""

    def of(self, key: str) -> Salutation:
        """The row named `key`; the general one when there is none such."""
        return self.get(key) or self[DEFAULT]

    def offered(self, chosen: str = "") -> list[Salutation]:
        """The rows to choose from: those in use, and the chosen one whatever became of it."""
        return [row for row in self.values() if not row.retired or row.key == chosen]

    def is_pair(self, opening: str, closing: str) -> bool:
        """Whether this opening and this closing belong together."""
        return any((row.opening, row.closing) == (opening, closing) for row in self.offered())

    def owed_to(self, addressee: str) -> Salutation | None:
        """The row that a post named at the start of `addressee` must be addressed by, if the table names that post."""
        words = addressee.strip()
        for row in self.offered():
            for post in row.posts:
                rest = words.removeprefix(post)
                if rest != words and not ("ก" <= rest[:1] <= "๎"):
                    return row
        return None


def table(agency: Agency) -> Table:
    """The platform's rows and the agency's own, read once for this instance of the agency."""
    kept: Table | None = agency.__dict__.get("_salutations")
    if kept is None:
        rows = SalutationRow.objects.filter(Q(agency=None) | Q(agency=agency.pk))
        kept = Table((row.key, _read(row)) for row in rows.order_by(F("agency").asc(nulls_first=True), "order", "id"))
        agency.__dict__["_salutations"] = kept
    return kept


def _read(row: SalutationRow) -> Salutation:
    return Salutation(
        key=row.key,
        addressee=row.addressee,
        opening=row.opening,
        closing=row.closing,
        first_person=lines(row.first_person),
        second_person=row.second_person,
        envelope=row.envelope,
        posts=lines(row.posts),
        addressee_in_opening=row.addressee_in_opening,
        retired=row.retired_at is not None,
    )


def lines(text: str) -> tuple[str, ...]:
    """The items of a field that holds one to a line."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def shipped() -> Table:
    """The table of the file. Raises ValueError when a pair or a post stands there twice."""
    with (settings.BASE_DIR / "fixtures" / "salutations.toml").open("rb") as source:
        found = [_row(row) for row in tomllib.load(source)["salutation"]]
    posts = [post for row in found for post in row.posts]
    if len({(row.opening, row.closing) for row in found}) != len(found) or len(set(posts)) != len(posts):
        raise ValueError("fixtures/salutations.toml: a pair or a post stands twice")
    return Table((row.key, row) for row in found)


def _row(values: dict[str, Any]) -> Salutation:
    items = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
    return Salutation(**{**values, **items})
