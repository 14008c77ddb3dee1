"""Custom groups of posts that receive rights on folders. Members are positions, since posts change hands."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from django.contrib.auth.models import Group
from django.db import transaction

from common.access import Conflict, Invalid, Refused
from org.actions.trail import keep
from org.actor import Actor
from org.models import Agency, GroupMember, Position, RightsGroup, Unit
from org.permissions import may_administer_group, may_administer_position, may_administer_rights


@transaction.atomic
def create_custom_group(*, by: Actor, unit: Unit, name: str, needs_order: bool = False) -> RightsGroup:
    """A group kept by `unit`, such as สารบรรณกลาง. With `needs_order` (auditors) members need an order and an end."""
    may_administer_rights(by, unit).demand()
    Agency.objects.select_for_update(no_key=True).get(pk=unit.agency_id)
    rights_group = RightsGroup(
        agency_id=unit.agency_id, unit=unit, kind=RightsGroup.Kind.CUSTOM, name=name.strip(), needs_order=needs_order
    )
    if not rights_group.name:
        raise Invalid("กรุณาตั้งชื่อกลุ่ม", field="name")
    if RightsGroup.objects.filter(agency=unit.agency_id, name=rights_group.name).exists():
        raise Invalid(f"มีกลุ่มชื่อ “{rights_group.name}” อยู่แล้ว", field="name")
    rights_group.group = Group.objects.create(name=f"CUSTOM {uuid4()}")
    keep(rights_group, by=by, reason="ตั้งกลุ่มสิทธิ์")
    return rights_group


@transaction.atomic
def rename_group(*, by: Actor, rights_group: RightsGroup, name: str) -> RightsGroup:
    """Call a custom group something else."""
    may_administer_group(by, rights_group).demand()
    rights_group = _locked(rights_group)
    rights_group.name = name.strip()
    keep(rights_group, by=by, reason="เปลี่ยนชื่อกลุ่มสิทธิ์")
    return rights_group


@transaction.atomic
def add_member(
    *,
    by: Actor,
    rights_group: RightsGroup,
    position: Position,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    order_ref: str = "",
) -> GroupMember:
    """Put a post of the subtree into a custom group, for a time, by a written order where the group needs one."""
    may_administer_group(by, rights_group).demand()
    may_administer_position(by, position).demand()
    rights_group = _locked(rights_group)
    begins = starts_at or by.at
    if ends_at is not None and ends_at <= begins:
        raise Invalid("วันสิ้นสุดต้องอยู่หลังวันเริ่ม", field="ends_at")
    if position.abolished_at or position.unit.agency_id != rights_group.agency_id:
        raise Refused(f"ตำแหน่ง{position.title} เป็นสมาชิกของกลุ่มนี้ไม่ได้")
    if by.appointment is not None and by.position.pk == position.pk:
        raise Refused("เพิ่มตำแหน่งของตนเองเข้ากลุ่มสิทธิ์ไม่ได้ โปรดให้ผู้ดูแลคนอื่นบันทึกให้")
    if rights_group.needs_order and not (order_ref.strip() and ends_at):
        raise Invalid("สมาชิกของกลุ่มนี้ต้องอ้างคำสั่งที่ระบุเลขที่และวันที่ และมีกำหนดสิ้นสุด", field="order_ref")
    for other in rights_group.members.filter(position=position):
        if (other.ends_at is None or other.ends_at > begins) and (ends_at is None or other.starts_at < ends_at):
            raise Conflict(f"ตำแหน่ง{position.title} เป็นสมาชิกในช่วงเวลานี้อยู่แล้ว")
    member = GroupMember(
        rights_group=rights_group, position=position, starts_at=begins, ends_at=ends_at, order_ref=order_ref.strip()
    )
    keep(member, by=by, reason=f"เข้ากลุ่มสิทธิ์ {member.order_ref}".strip())
    return member


@transaction.atomic
def end_membership(*, by: Actor, member: GroupMember, at: datetime | None = None) -> GroupMember:
    """End a post's membership at `at` (default: now). The row stays and tells who could read until when."""
    may_administer_group(by, member.rights_group).demand()
    _locked(member.rights_group)
    member = GroupMember.objects.select_related("rights_group", "position").get(pk=member.pk)
    moment = at or by.at
    if member.ends_at is not None and member.ends_at <= moment:
        raise Conflict("การเป็นสมาชิกนี้สิ้นสุดไปแล้ว")
    member.ends_at = max(moment, member.starts_at)
    keep(member, by=by, reason="พ้นจากกลุ่มสิทธิ์")
    return member


def _locked(rights_group: RightsGroup) -> RightsGroup:
    found = RightsGroup.objects.select_for_update(of=("self",)).select_related("unit", "group")
    return found.get(pk=rights_group.pk)
