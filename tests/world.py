"""The named cast: the people, posts and folders of the demo, as every test finds them.

The demo is loaded once per test database (tests/conftest.py). A test asks for the fixture `world`:

    world.actor("clerk")                     the person in the post held today (the substantive one first)
    world.actor("office-head", "vice2")      the same person in another post of the demo (keys of fixtures/demo/*.toml)
    world.client("clerk")                    a signed-in test client, in that capacity
    world.user("clerk"), world.unit("PTE", "statistics"), world.post("PTE", "clerk"), world.agency("MDES")
    world.folder("pte-send")                 a register folder by its key

`superuser` exists here only: Django's superuser without any post.
"""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts import sessions
from accounts.notice import NOTICE_VERSION
from eoffice.demo.files import Plan, plans
from eoffice.demo.platform import FIXTURES, PASSWORD
from org.actor import Actor
from org.models import Agency, Appointment, Position, RightsGroup, Unit, User
from org.selectors import current_appointments
from saraban.models import RegisterFolder

__all__ = ["PASSWORD", "ROLES", "World"]

ROLES = [
    "governor",
    "vice1",
    "office-head",
    "secretary",
    "province-registrar",
    "clerk",
    "stat-clerk",
    "secret-registrar",
    "province-admin",
    "permsec",
    "deputy1",
    "division-head",
    "ministry-registrar",
    "ministry-clerk",
    "ministry-admin",
    "local-clerk",
    "local-registrar",
    "auditor",
    "central-admin",
    "superuser",
]


class World:
    """Rows are read anew on each call, so a test never meets what another left in memory."""

    @cached_property
    def plans(self) -> dict[str, Plan]:
        """The demo's files by the agency's roman code."""
        return {plan.agency["roman"]: plan for plan in plans(FIXTURES / "demo")}

    def agency(self, roman: str) -> Agency:
        return Agency.objects.select_related("registry_unit").get(roman=roman)

    def unit(self, roman: str, key: str) -> Unit:
        row = self._row(self.plans[roman].units, key)
        parent = {"parent__name": self._row(self.plans[roman].units, row["under"])["name"]} if "under" in row else {}
        return Unit.objects.select_related("agency", "parent").get(agency__roman=roman, name=row["name"], **parent)

    def post(self, roman: str, key: str) -> Position:
        row = self._row(self.plans[roman].posts, key)
        posts = Position.objects.select_related("unit__agency", "administers")
        return posts.get(unit=self.unit(roman, row["unit"]), title=row["title"])

    def folder(self, key: str) -> RegisterFolder:
        for roman, plan in self.plans.items():
            for row in plan.folders:
                if row["key"] == key:
                    folders = RegisterFolder.objects.select_related("agency", "owner_unit", "group")
                    return folders.get(owner_unit=self.unit(roman, row["owner"]), name=row["name"], kind=row["kind"])
        raise LookupError(key)

    def group(self, roman: str, who: str) -> RightsGroup:
        """`custom:central-registry`, `unit:hall` or `subtree:province`."""
        kind, _, key = who.partition(":")
        groups = RightsGroup.objects.select_related("unit", "group").filter(agency__roman=roman, kind=kind.upper())
        if kind == "custom":
            return groups.get(name=self._row(self.plans[roman].groups, key)["name"])
        return groups.get(unit=self.unit(roman, key))

    def user(self, username: str) -> User:
        return User.objects.get(username=username)

    def appointment(self, username: str, post: str | None = None, at: datetime | None = None) -> Appointment | None:
        """The appointment a person acts in: the first of today, or the one to `post`."""
        user = self.user(username)
        held = current_appointments(user, at or timezone.now())
        if post is not None:
            roman = user.agency.roman if user.agency else ""
            held = [row for row in held if row.position_id == self.post(roman, post).pk]
            if not held:
                raise LookupError(f"{username} does not hold {post}")
        return held[0] if held else None

    def actor(self, username: str, post: str | None = None, at: datetime | None = None) -> Actor:
        """The person in one capacity at `at` (default: now)."""
        moment = at or timezone.now()
        return Actor(self.user(username), self.appointment(username, post, moment), moment)

    def client(self, username: str, post: str | None = None, **defaults: Any) -> Client:
        """A test client past sign-in and the privacy notice, in the capacity of `actor(username, post)`."""
        client = Client(**defaults)
        client.force_login(self.user(username), backend=settings.AUTHENTICATION_BACKENDS[-1])
        session = client.session
        session[sessions.CLEARED] = NOTICE_VERSION
        appointment = self.appointment(username, post)
        if appointment is not None:
            session[sessions.APPOINTMENT] = appointment.pk
        session.save()
        return client

    @staticmethod
    def _row(rows: list[dict[str, Any]], key: str) -> dict[str, Any]:
        return next(row for row in rows if row["key"] == key)
