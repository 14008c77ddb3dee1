"""What to show of people and structure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from org.actor import Actor
from org.models import Agency, Appointment, GroupMember, Position, RightsGroup, Unit, User


def current_appointments(user: User, at: datetime) -> list[Appointment]:
    """The appointments of `user` in force at `at`, substantive first, with position, unit and agency loaded."""
    found = (
        Appointment.objects.current(at)
        .filter(user=user, position__abolished_at=None)
        .select_related("user", "position__unit__agency", "position__administers")
    )
    return sorted(found, key=lambda a: (a.capacity != "SUBSTANTIVE", a.starts_at, a.pk))


def group_ids(actor: Actor) -> list[int]:
    """The `auth.Group` ids the active capacity belongs to at the actor's moment, in one query."""
    if actor.appointment is None:
        return []
    member_of = GroupMember.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=actor.at), position=actor.position, starts_at__lte=actor.at
    )
    groups = RightsGroup.objects.filter(
        Q(kind=RightsGroup.Kind.UNIT, unit_id=actor.position.unit_id)
        | Q(kind=RightsGroup.Kind.SUBTREE, unit_id__in=actor.chain_ids)
        | Q(kind=RightsGroup.Kind.CUSTOM, pk__in=member_of.values("rights_group_id")),
        agency_id=actor.unit.agency_id,
    )
    return list(groups.values_list("group_id", flat=True))


def holders(position_ids: Sequence[int], at: datetime) -> dict[int, list[Appointment]]:
    """Who holds each position at `at`: those acting with full powers first (they stand in for the absent one), then the
    holder, then those to whom some of his powers are delegated, then secretaries."""
    found: dict[int, list[Appointment]] = {pk: [] for pk in position_ids}
    rows = Appointment.objects.current(at).filter(position_id__in=position_ids, user__is_active=True)
    for row in rows.select_related("user", "position").order_by("starts_at"):
        found[row.position_id].append(row)
    for rows_of in found.values():
        rows_of.sort(key=lambda a: (a.capacity == "SECRETARY", a.capacity == "ON_BEHALF", a.capacity == "SUBSTANTIVE"))
    return found


def units_of(agency: Agency) -> QuerySet[Unit]:
    """The agency's living units in tree order, with `tree_depth` for indenting."""
    return Unit.objects.with_tree_fields().filter(agency=agency, dissolved_at=None)


def positions_of(agency: Agency) -> QuerySet[Position]:
    """The agency's living positions, heads first within each unit."""
    return (
        Position.objects.filter(unit__agency=agency, abolished_at=None, unit__dissolved_at=None)
        .select_related("unit")
        .order_by("unit__position_order", "unit_id", "rank", "id")
    )


def head_of(unit: Unit) -> Position | None:
    """The post that heads `unit`, if it has one."""
    return unit.positions.filter(abolished_at=None, heads_subtree=True).order_by("rank", "id").first()


def agency_head(agency: Agency) -> Position | None:
    """The post that heads the whole agency: of its top unit; where that has none (a province), the first post in the
    order of the tree that heads its unit and signs outward."""
    heads = Position.objects.filter(abolished_at=None, heads_subtree=True, unit__agency=agency, unit__dissolved_at=None)
    of_unit: dict[int, list[Position]] = {}
    for post in heads.select_related("unit").order_by("rank", "id"):
        of_unit.setdefault(post.unit_id, []).append(post)
    for unit in units_of(agency):
        posts = of_unit.get(unit.pk, [])
        found = posts[:1] if unit.parent_id is None else [post for post in posts if post.signs_outward][:1]
        if found:
            return found[0]
    return None


def superior_of(unit: Unit, position: Position | None = None) -> Position | None:
    """Who is above a post of `unit` (or above what lies in the unit's common room): the head of the unit; above that head
    the nearest head further up, and last the head of the agency. None above the head of the agency."""
    above = Unit.objects.ancestors(unit.pk, include_self=True)
    for one in reversed(list(above)):
        head = head_of(one)
        if head is not None and (position is None or head.pk != position.pk):
            return head
    top = agency_head(unit.agency)
    return top if top is not None and (position is None or top.pk != position.pk) else None
