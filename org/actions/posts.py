"""Positions, and who holds them. Changing a person is ending one appointment and starting another."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from common.access import Conflict, Invalid, Refused
from common.thai import date_short
from org.actions.trail import keep
from org.actor import Actor
from org.models import BY_ORDER, STANDS_IN, Agency, Appointment, Capacity, Position, Unit, User
from org.permissions import may_administer_position, may_administer_unit, may_appoint

POSITION_FIELDS = frozenset(["title", "short_title", "rank", "heads_subtree", "signs_outward", "administers"])
LONGEST_PRINTED = 3


@transaction.atomic
def create_position(*, by: Actor, unit: Unit, **fields: Any) -> Position:
    """Add a post to a living unit of the subtree."""
    may_administer_unit(by, unit).demand()
    _lock(unit.agency_id)
    if Unit.objects.current().filter(pk=unit.pk).first() is None:
        raise Refused(f"{unit.name} ยุบเลิกแล้ว เพิ่มตำแหน่งไม่ได้")
    position = Position(unit=unit)
    _set(by, position, fields)
    keep(position, by=by, reason="กำหนดตำแหน่ง")
    return position


@transaction.atomic
def update_position(*, by: Actor, position: Position, **fields: Any) -> Position:
    """Change a post's title, rank and powers. It stays in its unit."""
    may_administer_position(by, position).demand()
    _lock(position.unit.agency_id)
    position = Position.objects.select_related("unit", "administers").get(pk=position.pk)
    _set(by, position, fields)
    keep(position, by=by, reason="แก้ไขตำแหน่ง")
    return position


@transaction.atomic
def abolish_position(*, by: Actor, position: Position, at: datetime | None = None) -> Position:
    """End a post that nobody holds or will hold."""
    may_administer_position(by, position).demand()
    _lock(position.unit.agency_id)
    position = Position.objects.select_related("unit").get(pk=position.pk)
    moment = at or by.at
    if position.abolished_at:
        raise Conflict(f"ตำแหน่ง{position.title} ยุบเลิกแล้ว")
    if _living(moment).filter(position=position).exists():
        raise Refused(f"ตำแหน่ง{position.title} ยังมีผู้ดำรงตำแหน่ง ต้องสิ้นสุดการดำรงตำแหน่งก่อน")
    position.abolished_at = moment
    keep(position, by=by, reason="ยุบเลิกตำแหน่ง")
    return position


@transaction.atomic
def appoint(
    *,
    by: Actor,
    user: User,
    position: Position,
    capacity: str = Capacity.SUBSTANTIVE,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    own_title: str = "",
    order_ref: str = "",
    scope: str = "",
    clearance: int = 0,
    printed: str = "",
    may_subdelegate: bool = False,
) -> Appointment:
    """Let `user` hold `position` from–to (default: from now, without end) in one capacity.

    Clearance for classified letters and delegated powers rest on a written order (the secrecy rules of 2544;
    มอบอำนาจ is always in writing), acting on an order or a provision of law; standing in for another post prints the own
    title as the first of two lines, or the words of the order (`printed`).
    """
    may_appoint(by, user, position).demand()
    appointment = Appointment(
        user=user,
        position=position,
        capacity=capacity,
        starts_at=starts_at or by.at,
        ends_at=ends_at,
        own_title=own_title.strip(),
        order_ref=order_ref.strip(),
        scope=scope.strip(),
        clearance=clearance,
        printed=printed_lines(printed),
        may_subdelegate=may_subdelegate,
    )
    return seat(appointment, by=by)


def seat(appointment: Appointment, *, by: Actor) -> Appointment:
    """Check and keep a new appointment. The caller has asked who may. Raises `Invalid`, `Conflict`, `Refused`."""
    _lock(appointment.position.unit.agency_id)
    if appointment.capacity in STANDS_IN and not appointment.own_title:
        appointment.own_title = _own_title(appointment.user, appointment.starts_at)
    _check_papers(appointment)
    _check_place(appointment)
    reason = f"{appointment.get_capacity_display()} {appointment.order_ref}".strip()
    keep(appointment, by=by, reason=reason)
    return appointment


@transaction.atomic
def end_appointment(
    *, by: Actor, appointment: Appointment, at: datetime | None = None, reason: str = ""
) -> Appointment:
    """End an appointment at `at` (default: now); one that has not begun yet is withdrawn and leaves only its history.

    What was handed on from it ends with it.
    """
    may_administer_position(by, appointment.position).demand()
    return unseat(appointment, by=by, at=at or by.at, reason=reason)


def unseat(appointment: Appointment, *, by: Actor, at: datetime, reason: str) -> Appointment:
    """End or withdraw an appointment and what was handed on from it. The caller has asked who may."""
    _lock(appointment.position.unit.agency_id)
    appointment = Appointment.objects.select_related("position__unit", "user").get(pk=appointment.pk)
    if appointment.ends_at is not None and appointment.ends_at <= by.at:
        raise Conflict("การดำรงตำแหน่งนี้สิ้นสุดไปแล้ว")
    if at <= appointment.starts_at <= by.at:
        raise Invalid("วันสิ้นสุดต้องอยู่หลังวันเริ่ม", field="ends_at")
    for handed_on in _living(at).filter(parent=appointment).select_related("position__unit", "user"):
        _cut(handed_on, by=by, at=at, reason="การมอบอำนาจต้นทางสิ้นสุด")
    return _cut(appointment, by=by, at=at, reason=reason)


def _cut(appointment: Appointment, *, by: Actor, at: datetime, reason: str) -> Appointment:
    if at > appointment.starts_at:
        appointment.ends_at = at
        keep(appointment, by=by, reason=reason or "สิ้นสุดการดำรงตำแหน่ง")
        return appointment
    appointment._history_user = by.user  # type: ignore[attr-defined]
    appointment._change_reason = reason or "ยกเลิกการแต่งตั้งก่อนมีผล"  # type: ignore[attr-defined]
    appointment.delete()
    return appointment


def printed_lines(text: str) -> str:
    """The order's words as they will stand on paper: one line to a line, without empty ones."""
    return "\n".join(" ".join(line.split()) for line in text.splitlines() if line.strip())


def _set(by: Actor, position: Position, fields: dict[str, Any]) -> None:
    unknown = fields.keys() - POSITION_FIELDS
    if unknown:
        raise TypeError(f"unknown fields: {', '.join(sorted(unknown))}")
    administers: Unit | None = fields.get("administers")
    if administers is not None:
        if administers.agency_id != position.unit.agency_id:
            raise Invalid("ตำแหน่งดูแลได้เฉพาะหน่วยงานในส่วนราชการเดียวกัน", field="administers")
        may_administer_unit(by, administers).demand()
    for name, value in fields.items():
        setattr(position, name, value)


def _check_papers(appointment: Appointment) -> None:
    """What must be in writing."""
    if appointment.ends_at is not None and appointment.ends_at <= appointment.starts_at:
        raise Invalid("วันสิ้นสุดต้องอยู่หลังวันเริ่ม", field="ends_at")
    if appointment.clearance and not appointment.order_ref:
        raise Invalid("การให้เข้าถึงชั้นความลับต้องอ้างคำสั่งแต่งตั้งเป็นลายลักษณ์อักษร", field="order_ref")
    if appointment.capacity == Capacity.ON_BEHALF and not (appointment.order_ref and appointment.scope):
        raise Invalid("การปฏิบัติราชการแทนต้องอ้างคำสั่งมอบอำนาจและระบุขอบเขตที่มอบ", field="order_ref")
    if appointment.capacity in BY_ORDER and not appointment.order_ref:
        raise Invalid("โปรดระบุคำสั่งหรือบทกฎหมายที่ให้ทำหน้าที่แทน", field="order_ref")
    _check_printed(appointment)
    if appointment.capacity in STANDS_IN and not appointment.own_title:
        raise Invalid("กรุณาระบุตำแหน่งตนเอง ซึ่งพิมพ์เป็นบรรทัดแรกใต้ชื่อ", field="own_title")


def _check_printed(appointment: Appointment) -> None:
    """The order's own words always name the post whose powers are used."""
    lines = appointment.printed.splitlines()
    if not lines:
        return
    if appointment.capacity not in STANDS_IN:
        raise Invalid("กำหนดข้อความใต้ชื่อได้เฉพาะผู้ทำหน้าที่แทน", field="printed")
    if len(lines) > LONGEST_PRINTED:
        raise Invalid(f"ข้อความใต้ชื่อมีได้ไม่เกิน {LONGEST_PRINTED} บรรทัด", field="printed")
    if appointment.position.title not in " ".join(lines):
        raise Invalid(f"ข้อความใต้ชื่อต้องมีชื่อตำแหน่ง “{appointment.position.title}” ซึ่งเป็นเจ้าของอำนาจ", field="printed")


def _check_place(appointment: Appointment) -> None:
    """The post lives, the person works, and the times do not collide."""
    position, user = appointment.position, appointment.user
    if position.abolished_at or position.unit.dissolved_at:
        raise Refused(f"ตำแหน่ง{position.title} ยุบเลิกแล้ว")
    if not user.is_active:
        raise Refused(f"บัญชีของ{user.full_name} ปิดใช้งานอยู่")
    if user.agency_id != position.unit.agency_id:
        raise Refused(f"{user.full_name} ไม่ได้สังกัด{position.unit.agency.name}")
    meeting = _living(appointment.starts_at).filter(position=position).select_related("user")
    if appointment.ends_at is not None:
        meeting = meeting.filter(starts_at__lt=appointment.ends_at)
    for other in meeting:
        delegated = Capacity.ON_BEHALF in (appointment.capacity, other.capacity)
        if other.user_id == user.pk and not delegated:
            raise Conflict(f"{user.full_name} ดำรงตำแหน่งนี้ในช่วงเวลาดังกล่าวอยู่แล้ว")
        if position.heads_subtree and appointment.capacity == other.capacity == Capacity.SUBSTANTIVE:
            until = f" ถึง {date_short(other.ends_at)}" if other.ends_at else ""
            raise Conflict(f"{other.user.full_name} เป็นเจ้าของตำแหน่งนี้อยู่{until} ต้องสิ้นสุดการดำรงตำแหน่งเดิมก่อน")


def _own_title(user: User, at: datetime) -> str:
    own = (
        _living(at)
        .filter(user=user, capacity=Capacity.SUBSTANTIVE, starts_at__lte=at)
        .select_related("position")
        .first()
    )
    return own.position.title if own else ""


def _living(at: datetime) -> QuerySet[Appointment]:
    return Appointment.objects.filter(Q(ends_at=None) | Q(ends_at__gt=at))


def _lock(agency_id: int) -> None:
    Agency.objects.select_for_update(no_key=True).get(pk=agency_id)
