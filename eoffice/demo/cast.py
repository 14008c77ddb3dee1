"""Finding the people, posts, units and folders of the demo by the keys of fixtures/demo/*.toml."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.utils import timezone

from eoffice.demo.files import Plan, plans
from eoffice.demo.platform import FIXTURES
from intray.selectors.targets import Target
from org.actor import Actor
from org.models import Position, Unit, User
from org.selectors import current_appointments
from saraban.models import RegisterFolder


class Cast:
    """Names are `PTE/clerk` (an agency's roman code and the key in its file); a person is a user name.

    Raises LookupError for what the demo does not hold.
    """

    def actor(self, name: str) -> Actor:
        """`office-head`, or `office-head@PTE/vice2` for the same person in another post; the moment is now."""
        username, _, post = name.partition("@")
        user = User.objects.get(username=username)
        held = current_appointments(user, timezone.now())
        wanted = [one for one in held if not post or one.position_id == self.post(post).pk]
        if not wanted:
            raise LookupError(f"{name} holds no such post today")
        return Actor(user, wanted[0])

    def unit(self, name: str) -> Unit:
        roman, _, key = name.partition("/")
        row = _row(self.plans[roman].units, key)
        units = Unit.objects.select_related("agency__registry_unit").filter(agency__roman=roman, name=row["name"])
        if "under" in row:
            units = units.filter(parent__name=_row(self.plans[roman].units, row["under"])["name"])
        return units.get()

    def post(self, name: str) -> Position:
        roman, _, key = name.partition("/")
        row = _row(self.plans[roman].posts, key)
        return Position.objects.select_related("unit__agency").get(
            unit=self.unit(f"{roman}/{row['unit']}"), title=row["title"]
        )

    def folder(self, key: str) -> RegisterFolder:
        for roman, plan in self.plans.items():
            for row in plan.folders:
                if row["key"] == key:
                    owner = self.unit(f"{roman}/{row['owner']}")
                    return RegisterFolder.objects.get(owner_unit=owner, name=row["name"], kind=row["kind"])
        raise LookupError(key)

    def targets(self, names: list[str], purpose: str) -> list[Target]:
        """`PTE/governor` is a post; `PTE/statistics/` (a stroke at the end) the whole unit."""
        found = []
        for name in names:
            if name.endswith("/"):
                found.append(Target(self.unit(name[:-1]), None, purpose))
            else:
                post = self.post(name)
                found.append(Target(post.unit, post, purpose))
        return found

    @cached_property
    def plans(self) -> dict[str, Plan]:
        return {plan.agency["roman"]: plan for plan in plans(FIXTURES / "demo")}


def _row(rows: list[dict[str, Any]], key: str) -> dict[str, Any]:
    for row in rows:
        if row["key"] == key:
            return row
    raise LookupError(key)
