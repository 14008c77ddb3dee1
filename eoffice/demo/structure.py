"""Agencies with their units, posts, people, groups, folders and rights, built as their admins would build them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from eoffice.demo.files import Plan, moment, order_words, plans
from eoffice.demo.platform import FIXTURES, PASSWORD, central_admin
from org.actions import (
    add_member,
    appoint,
    create_agency,
    create_custom_group,
    create_position,
    create_unit,
    create_user,
    update_agency,
)
from org.actor import Actor
from org.models import Agency, Appointment, Position, RightsGroup, Unit, User
from saraban.actions.delegation import delegate
from saraban.actions.folders import RightChange, change_rights, create_folder, create_folder_group
from saraban.models import RegisterFolder

_UNIT_FIELDS = ("name", "short_name", "code", "address", "phone", "email")
_POST_FIELDS = ("title", "short_title", "rank", "heads_subtree", "signs_outward")
_FOLDER_FIELDS = ("number_format", "reset", "start_number", "note")


def load(say: Callable[[str], object]) -> None:
    """Each agency of fixtures/demo that is not there yet, whole or not at all."""
    missing = [p for p in plans(FIXTURES / "demo") if not Agency.objects.filter(roman=p.agency["roman"]).exists()]
    password_hash = make_password(PASSWORD) if missing else ""
    for plan in missing:
        with transaction.atomic():
            _Builder(plan, password_hash).build()
        say(f"เพิ่ม{plan.agency['name']}: {len(plan.units)} หน่วยงาน {len(plan.people)} คน {len(plan.folders)} แฟ้ม")


class _Builder:
    """The central admin opens the agency with its top unit and its admin; the admin makes the rest."""

    def __init__(self, plan: Plan, password_hash: str) -> None:
        self.plan = plan
        self.password_hash = password_hash
        self.central = central_admin()
        self.now: datetime = self.central.at
        self.units: dict[str, Unit] = {}
        self.posts: dict[str, Position] = {}
        self.groups: dict[str, RightsGroup] = {}
        self.folders: dict[str, RegisterFolder] = {}
        self.delegated: list[tuple[User, dict[str, Any]]] = []
        self.agency: Agency

    def build(self) -> None:
        facts = self.plan.agency
        shown = {name: value for name, value in facts.items() if name not in ("registry", "top")}
        self.agency = create_agency(by=self.central, **shown)
        admin_row = next(row for row in self.plan.posts if row.get("administers"))
        admin_person = next(row for row in self.plan.people if row["posts"][0]["post"] == admin_row["key"])
        self._units(self.central, only={facts["top"], admin_row["unit"]})
        self._post(self.central, admin_row)
        by = self._admin(admin_person)
        self._units(by)
        update_agency(by=self.central, agency=self.agency, registry_unit=self.units[facts["registry"]])
        for row in self.plan.posts:
            if row is not admin_row:
                self._post(by, row)
        for person in self.plan.people:
            if person is not admin_person:
                self._person(by, person)
        self._groups(by)
        self._folders(by)
        for user, row in self.delegated:
            self._delegate(by, user, row)

    def _units(self, by: Actor, only: set[str] | None = None) -> None:
        for order, row in enumerate(self.plan.units):
            key = row["key"]
            if key not in self.units and (only is None or key in only):
                fields = {name: row[name] for name in _UNIT_FIELDS if name in row}
                parent = self.units[row["under"]] if "under" in row else None
                self.units[key] = create_unit(by=by, agency=self.agency, parent=parent, position_order=order, **fields)

    def _post(self, by: Actor, row: dict[str, Any]) -> None:
        fields = {name: row[name] for name in _POST_FIELDS if name in row}
        if "administers" in row:
            fields["administers"] = self.units[row["administers"]]
        self.posts[row["key"]] = create_position(by=by, unit=self.units[row["unit"]], **fields)

    def _admin(self, row: dict[str, Any]) -> Actor:
        appointments = self._person(self.central, row)
        return Actor(appointments[0].user, appointments[0], self.now)

    def _person(self, by: Actor, row: dict[str, Any]) -> list[Appointment]:
        prefix, first_name, last_name = row["name"]
        domain = self.plan.agency["central_email"].partition("@")[2]
        user = create_user(
            by=by,
            username=row["username"],
            home_unit=self.units[row["unit"]],
            password_hash=self.password_hash if row.get("account") else "",
            prefix=prefix,
            first_name=first_name,
            last_name=last_name,
            phone=row.get("phone", ""),
            email=f"{row['username']}@{domain}",
        )
        self.delegated += [(user, post) for post in row["posts"] if post.get("capacity") == "ON_BEHALF"]
        return [self._appoint(by, user, post) for post in row["posts"] if post.get("capacity") != "ON_BEHALF"]

    def _appoint(self, by: Actor, user: User, row: dict[str, Any]) -> Appointment:
        starts_at, ends_at, order_ref = self._period(row)
        return appoint(
            by=by,
            user=user,
            position=self.posts[row["post"]],
            capacity=row.get("capacity", "SUBSTANTIVE"),
            starts_at=starts_at,
            ends_at=ends_at,
            order_ref=order_ref,
            clearance=row.get("clearance", 0),
        )

    def _delegate(self, by: Actor, user: User, row: dict[str, Any]) -> None:
        """Delegated powers come last: their scope may name registers."""
        starts_at, ends_at, order_ref = self._period(row)
        limit = row.get("amount_limit")
        delegate(
            by=by,
            user=user,
            position=self.posts[row["post"]],
            order_ref=order_ref,
            kinds=row.get("kinds", ()),
            amount_limit=Decimal(limit) if limit is not None else None,
            folders=[self.folders[key] for key in row.get("folders", ())],
            may_subdelegate=row.get("may_subdelegate", False),
            starts_at=starts_at,
            ends_at=ends_at,
            tell=False,
        )

    def _groups(self, by: Actor) -> None:
        for row in self.plan.groups:
            group = create_custom_group(
                by=by, unit=self.units[row["unit"]], name=row["name"], needs_order=row.get("needs_order", False)
            )
            self.groups[f"custom:{row['key']}"] = group
            for member in row["members"]:
                starts_at, ends_at, order_ref = self._period(member)
                add_member(
                    by=by,
                    rights_group=group,
                    position=self.posts[member["post"]],
                    starts_at=starts_at,
                    ends_at=ends_at,
                    order_ref=order_ref,
                )
        own = RightsGroup.objects.filter(agency=self.agency).exclude(kind=RightsGroup.Kind.CUSTOM)
        by_unit = {(group.unit_id, group.kind): group for group in own.select_related("unit")}
        for key, unit in self.units.items():
            for kind in (RightsGroup.Kind.UNIT, RightsGroup.Kind.SUBTREE):
                self.groups[f"{kind.lower()}:{key}"] = by_unit[unit.pk, kind]

    def _folders(self, by: Actor) -> None:
        groups = {
            row["key"]: create_folder_group(by=by, name=row["name"], order=order)
            for order, row in enumerate(self.plan.folder_groups)
        }
        for order, row in enumerate(self.plan.folders):
            fields = {name: row[name] for name in _FOLDER_FIELDS if name in row}
            folder = create_folder(
                by=by,
                owner_unit=self.units[row["owner"]],
                group=groups[row["group"]],
                kind=row["kind"],
                name=row["name"],
                order=order,
                **fields,
            )
            self.folders[row["key"]] = folder
            changes = [
                RightChange(self.groups[who], right, True)
                for who, what in row["rights"].items()
                for right in self.plan.rights[what]
            ]
            order_ref = order_words(row["order_ref"], self.now) if "order_ref" in row else ""
            change_rights(by=by, folder=folder, changes=changes, order_ref=order_ref)

    def _period(self, row: dict[str, Any]) -> tuple[datetime, datetime | None, str]:
        starts_at = moment(row["from"], self.now) or self.now
        order_ref = order_words(row["order_ref"], starts_at) if "order_ref" in row else ""
        return starts_at, moment(row.get("to"), self.now), order_ref
