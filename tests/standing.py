"""Short ways to people who stand in for others, all through the actions."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from org.actions import appoint
from org.actor import Actor
from org.models import Appointment
from saraban.actions.delegation import delegate, subdelegate
from saraban.models import RegisterFolder
from tests.world import World

ORDER = "คำสั่งจังหวัดปทุมธานี ที่ 77/2569"


def acts_for(world: World, who: str, post: str, *, capacity: str = "ACTING", **how: Any) -> Actor:
    """`who` acts in a post of the province from an hour ago for three days."""
    by = world.actor("province-admin")
    begins = by.at - timedelta(hours=1)
    times: dict[str, Any] = {"starts_at": begins, "ends_at": by.at + timedelta(days=3), "order_ref": ORDER}
    row = appoint(by=by, user=world.user(who), position=world.post("PTE", post), capacity=capacity, **(times | how))
    return actor_of(row)


def on_behalf(
    world: World,
    who: str,
    post: str,
    *,
    kinds: tuple[str, ...] = (),
    limit: int | None = None,
    folders: tuple[RegisterFolder, ...] = (),
    **how: Any,
) -> Actor:
    """`who` exercises some powers of a post of the province from an hour ago for three days."""
    by = world.actor("province-admin")
    begins = by.at - timedelta(hours=1)
    times: dict[str, Any] = {"starts_at": begins, "ends_at": by.at + timedelta(days=3), "order_ref": ORDER}
    scope = delegate(
        by=by,
        user=world.user(who),
        position=world.post("PTE", post),
        kinds=kinds,
        amount_limit=None if limit is None else Decimal(limit),
        folders=folders,
        **(times | how),
    )
    return actor_of(scope.appointment)


def handed_on(by: Actor, world: World, who: str, *, limit: int | None = None, **how: Any) -> Actor:
    """What was delegated to `by`, handed on to `who` from now."""
    amount = None if limit is None else Decimal(limit)
    scope = subdelegate(by=by, user=world.user(who), amount_limit=amount, **({"order_ref": "คำสั่งช่วง ที่ 5/2569"} | how))
    return actor_of(scope.appointment)


def actor_of(row: Appointment) -> Actor:
    """The person in that capacity, now."""
    fresh = Appointment.objects.select_related("user", "position__unit__agency", "position__administers").get(pk=row.pk)
    return Actor(fresh.user, fresh, timezone.now())


def at(actor: Actor, **span: float) -> Actor:
    """The same person in the same capacity, later or earlier."""
    return replace(actor, at=timezone.now() + timedelta(**span))
