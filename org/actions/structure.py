"""Agencies and the unit tree. Every change of an agency's structure holds the lock of its agency row."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Q

from common.access import Conflict, Invalid, Refused
from org import estates
from org.actions.trail import clean, keep
from org.actor import Actor
from org.models import Agency, Appointment, Holiday, RightsGroup, Unit
from org.permissions import lies_under, may_administer_calendar, may_administer_platform, may_administer_unit

UNIT_FIELDS = frozenset({"code", "name", "short_name", "position_order", "address", "phone", "email"})
AGENCY_FIELDS = frozenset(
    [
        "name",
        "short_name",
        "kind",
        "code",
        "roman",
        "juristic_id",
        "central_email",
        "memo_circle",
        "go_live_at",
        "hue",
        "registry_unit",
    ]
)


@transaction.atomic
def create_agency(*, by: Actor, **fields: Any) -> Agency:
    """Open a tenant. Its first unit, admin post and admin account are made next by the central admin."""
    may_administer_platform(by).demand()
    agency = Agency(**_only(fields, AGENCY_FIELDS))
    keep(agency, by=by, reason="เปิดส่วนราชการในระบบ")
    return agency


@transaction.atomic
def update_agency(*, by: Actor, agency: Agency, **fields: Any) -> Agency:
    """Change what an agency is called and reached by, or its registry unit."""
    may_administer_platform(by).demand()
    agency = _lock(agency.pk)
    registry: Unit | None = fields.get("registry_unit")
    if registry is not None and (registry.agency_id != agency.pk or registry.dissolved_at):
        raise Invalid("หน่วยสารบรรณกลางต้องเป็นหน่วยงานที่ยังมีอยู่ของส่วนราชการนี้", field="registry_unit")
    for name, value in _only(fields, AGENCY_FIELDS).items():
        setattr(agency, name, value)
    keep(agency, by=by, reason="แก้ไขข้อมูลส่วนราชการ")
    return agency


@transaction.atomic
def create_unit(*, by: Actor, agency: Agency, parent: Unit | None, **fields: Any) -> Unit:
    """Add a unit under `parent` (None: the agency's top, by the central admin), with its two groups of rights."""
    may_administer_unit(by, parent).demand()
    _lock(agency.pk)
    if parent is not None and (parent.agency_id != agency.pk or parent.dissolved_at):
        raise Invalid("หน่วยงานเหนือขึ้นไปต้องเป็นหน่วยงานที่ยังมีอยู่ของส่วนราชการเดียวกัน", field="parent")
    unit = Unit(agency=agency, parent=parent, **_only(fields, UNIT_FIELDS))
    keep(unit, by=by, reason="จัดตั้งหน่วยงาน")
    for kind in (RightsGroup.Kind.UNIT, RightsGroup.Kind.SUBTREE):
        group = Group.objects.create(name=f"{kind.value} {unit.pk}")
        RightsGroup.objects.create(
            group=group, agency=agency, unit=unit, kind=kind, name=unit_group_name(kind, unit.name, unit.pk)
        )
    return unit


def unit_group_name(kind: str, name: str, unit_id: int) -> str:
    """The stored name of a unit's own group; the id keeps two units of one name apart (people see `label`)."""
    return f"{name[:150]} {kind} {unit_id}"


@transaction.atomic
def update_unit(*, by: Actor, unit: Unit, **fields: Any) -> Unit:
    """Rename a unit or change its code, address and order. Where it stands changes by `move_unit` only."""
    may_administer_unit(by, unit).demand()
    _lock(unit.agency_id)
    unit = Unit.objects.get(pk=unit.pk)
    for name, value in _only(fields, UNIT_FIELDS).items():
        setattr(unit, name, value)
    keep(unit, by=by, reason="แก้ไขข้อมูลหน่วยงาน")
    for group in RightsGroup.objects.filter(unit=unit).exclude(kind=RightsGroup.Kind.CUSTOM):
        group.name = unit_group_name(group.kind, unit.name, unit.pk)
        group.save(update_fields=["name"])
    return unit


@transaction.atomic
def move_unit(*, by: Actor, unit: Unit, to: Unit, reason: str = "") -> Unit:
    """Put `unit` with everything below it under `to`. Both places lie in the actor's subtree, of one agency."""
    _lock(unit.agency_id)
    unit = Unit.objects.get(pk=unit.pk)
    to = Unit.objects.get(pk=to.pk)
    may_move(by, unit, to)
    unit.parent = to
    keep(unit, by=by, reason=reason or f"ย้ายไปอยู่ใต้ {to.name}")
    return unit


def may_move(by: Actor, unit: Unit, to: Unit) -> None:
    """Raise `Refused` with the reason why `unit` may not stand under `to`."""
    may_administer_unit(by, unit).demand()
    if unit.dissolved_at or to.dissolved_at:
        raise Refused("หน่วยงานที่ยุบเลิกแล้วย้ายไม่ได้")
    if to.agency_id != unit.agency_id:
        raise Refused("ย้ายหน่วยงานข้ามส่วนราชการไม่ได้")
    may_administer_unit(by, to).demand()
    if unit.parent is None or not may_administer_unit(by, unit.parent):
        raise Refused(f"{unit.name} เป็นหน่วยบนสุดที่ท่านดูแล จึงย้ายออกไม่ได้")
    if to.pk == unit.parent_id:
        raise Refused(f"{unit.name} อยู่ใต้ {to.name} อยู่แล้ว")
    if lies_under(to.pk, unit.pk):
        raise Refused(f"ย้าย {unit.name} ไปอยู่ใต้ตนเองหรือหน่วยในสังกัดของตนไม่ได้")


@transaction.atomic
def undo_move_unit(*, by: Actor, unit: Unit) -> Unit:
    """Put `unit` back to where its last move took it from, by the same rules as any move."""
    _lock(unit.agency_id)
    before = last_place(unit)
    if before is None:
        raise Conflict("หน่วยงานนี้ไม่มีการย้ายที่ย้อนกลับได้")
    return move_unit(by=by, unit=unit, to=before, reason=f"ย้อนการย้าย กลับไปอยู่ใต้ {before.name}")


def last_place(unit: Unit) -> Unit | None:
    """The parent `unit` had before its last move, if that unit still lives and the tree still stands so."""
    rows = list(unit.history.order_by("-history_id").values_list("parent_id", flat=True)[:50])
    current = Unit.objects.filter(pk=unit.pk).values_list("parent_id", flat=True).first()
    if not rows or rows[0] != current:
        return None
    earlier = next((parent for parent in rows if parent != current), None)
    return Unit.objects.current().filter(pk=earlier).first() if earlier else None


@transaction.atomic
def dissolve_unit(*, by: Actor, unit: Unit, successor: Unit | None = None, at: datetime | None = None) -> Unit:
    """Close a unit that has no living units and no holders left. Its posts end with it; its letters stay readable.

    What else it has (`org.estates`: its register folders) goes to `successor`, a living unit of the same agency in the
    actor's reach, or is closed when none is named.
    """
    may_administer_unit(by, unit).demand()
    agency = _lock(unit.agency_id)
    unit = Unit.objects.get(pk=unit.pk)
    moment = at or by.at
    if unit.dissolved_at:
        raise Conflict(f"{unit.name} ยุบเลิกแล้ว")
    if unit.parent_id is None and not by.is_central_admin:
        raise Refused("หน่วยงานบนสุดยุบได้โดยผู้ดูแลระบบกลางเท่านั้น")
    if agency.registry_unit_id == unit.pk:
        raise Refused("หน่วยสารบรรณกลางยุบไม่ได้ ต้องกำหนดหน่วยสารบรรณกลางใหม่ก่อน")
    if unit.children.filter(dissolved_at=None).exists():
        raise Refused(f"{unit.name} ยังมีหน่วยงานในสังกัด ต้องย้ายหรือยุบหน่วยเหล่านั้นก่อน")
    living = Appointment.objects.filter(Q(ends_at=None) | Q(ends_at__gt=moment), position__unit=unit)
    if living.exists():
        raise Refused(f"{unit.name} ยังมีผู้ดำรงตำแหน่ง ต้องสิ้นสุดการดำรงตำแหน่งก่อน")
    if successor is not None:
        successor = Unit.objects.get(pk=successor.pk)
        if successor.agency_id != unit.agency_id or successor.pk == unit.pk or successor.dissolved_at:
            raise Invalid("หน่วยที่รับช่วงต้องเป็นหน่วยงานอื่นที่ยังมีอยู่ของส่วนราชการเดียวกัน", field="successor")
        may_administer_unit(by, successor).demand()
    estates.settle(by=by, unit=unit, successor=successor)
    for position in unit.positions.filter(abolished_at=None):
        position.abolished_at = moment
        keep(position, by=by, reason="ยุบเลิกพร้อมหน่วยงาน")
    unit.dissolved_at = moment
    keep(unit, by=by, reason=f"ยุบหน่วยงาน รับช่วงโดย {successor.name}" if successor else "ยุบหน่วยงาน")
    return unit


@transaction.atomic
def create_holiday(*, by: Actor, day: date, name: str, agency: Agency | None = None) -> Holiday:
    """A day off for all agencies (central admin) or for one (who administers its top unit)."""
    may_administer_calendar(by, agency).demand()
    holiday = Holiday(day=day, name=name, agency=agency)
    clean(holiday)
    holiday.save()
    return holiday


@transaction.atomic
def update_holiday(*, by: Actor, holiday: Holiday, **fields: Any) -> Holiday:
    """Change a day off; it may change hands only between calendars the actor administers."""
    holiday = Holiday.objects.select_for_update(of=("self",)).select_related("agency").get(pk=holiday.pk)
    may_administer_calendar(by, holiday.agency).demand()
    for name, value in _only(fields, frozenset({"day", "name", "agency"})).items():
        setattr(holiday, name, value)
    may_administer_calendar(by, holiday.agency).demand()
    clean(holiday)
    holiday.save()
    return holiday


@transaction.atomic
def remove_holiday(*, by: Actor, holiday: Holiday) -> None:
    """Take a day off out of the calendar; nothing refers to it."""
    may_administer_calendar(by, holiday.agency).demand()
    holiday.delete()


def _lock(agency_id: int) -> Agency:
    return Agency.objects.select_for_update(no_key=True).get(pk=agency_id)


def _only(fields: dict[str, Any], allowed: frozenset[str]) -> dict[str, Any]:
    unknown = fields.keys() - allowed
    if unknown:
        raise TypeError(f"unknown fields: {', '.join(sorted(unknown))}")
    return fields
