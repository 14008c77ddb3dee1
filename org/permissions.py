"""Who may administer what. Administering structure, people and rights never makes anyone read a letter.

A unit admin is a person whose *active* appointment holds a post that administers a unit: that unit and all below it are
his. A secretary or a delegate administers nothing, nor does an appointment outside its period; Django's superuser flag
adds nothing.
The central admin opens agencies and helps with structure and people everywhere, but not with folders and their rights.
"""

from __future__ import annotations

from django.db import connection
from django.db.models import Q, QuerySet

from common.access import ALLOWED, Verdict, first_refusal, no
from org.actor import Actor
from org.models import Agency, Appointment, Capacity, Position, RightsGroup, Unit, User

_CLIMB = """
WITH RECURSIVE up(id, parent_id) AS (
  SELECT id, parent_id FROM org_unit WHERE id = %s
  UNION SELECT u.id, u.parent_id FROM org_unit u JOIN up ON u.id = up.parent_id
) SELECT EXISTS (SELECT 1 FROM up WHERE id = %s)
"""
OUTSIDE = "อยู่นอกหน่วยงานที่ท่านดูแล"
NEVER_ADMINISTER = (Capacity.SECRETARY, Capacity.ON_BEHALF)  # what is delegated are powers over letters


def administered_root(actor: Actor) -> Unit | None:
    """The unit at the top of what the active appointment administers; None for all others (and the central admin)."""
    appointment = actor.appointment
    if appointment is None or not actor.user.is_active or appointment.capacity in NEVER_ADMINISTER:
        return None
    if appointment.starts_at > actor.at or (appointment.ends_at is not None and appointment.ends_at <= actor.at):
        return None
    root = appointment.position.administers
    if root is None or root.dissolved_at or appointment.position.abolished_at:
        return None
    return root


def administers_platform(actor: Actor) -> bool:
    """Whether the actor is the central admin."""
    return actor.is_central_admin and actor.user.is_active


def may_enter_admin(actor: Actor) -> Verdict:
    """The door of the admin pages."""
    if administers_platform(actor) or administered_root(actor) is not None:
        return ALLOWED
    return no("ฐานะที่ใช้อยู่ไม่ได้เป็นผู้ดูแลหน่วยงาน")


def may_administer_platform(actor: Actor) -> Verdict:
    """Agencies, letter codes, national holidays: the central admin only."""
    return ALLOWED if administers_platform(actor) else no("เฉพาะผู้ดูแลระบบกลางเท่านั้นที่ดูแลข้อมูลส่วนราชการได้")


def may_administer_calendar(actor: Actor, agency: Agency | None) -> Verdict:
    """Days off: of all agencies the central admin's, of one agency also those of who administers its top unit."""
    if agency is None or administers_platform(actor):
        return ALLOWED if administers_platform(actor) else no("วันหยุดของทุกส่วนราชการกำหนดโดยผู้ดูแลระบบกลางเท่านั้น")
    root = administered_root(actor)
    if root is not None and root.agency_id == agency.pk and root.parent_id is None:
        return ALLOWED
    return no("วันหยุดของส่วนราชการกำหนดโดยผู้ดูแลระดับส่วนราชการเท่านั้น")


def may_administer_unit(actor: Actor, unit: Unit | None) -> Verdict:
    """Structure and people of `unit`: it lies in the actor's subtree. None stands for the top of an agency."""
    if administers_platform(actor):
        return ALLOWED
    root = administered_root(actor)
    if root is None:
        return no("ฐานะที่ใช้อยู่ไม่ได้เป็นผู้ดูแลหน่วยงาน")
    if unit is None:
        return no("หน่วยงานระดับบนสุดเพิ่มได้โดยผู้ดูแลระบบกลางเท่านั้น")
    return ALLOWED if _lies_under(unit, root) else no(f"{unit.name} {OUTSIDE}")


def may_administer_position(actor: Actor, position: Position) -> Verdict:
    """A post of the subtree that does not itself administer more than the actor does."""
    verdict = may_administer_unit(actor, position.unit)
    if verdict and position.administers is not None and not may_administer_unit(actor, position.administers):
        return no(f"ตำแหน่ง{position.title} ดูแลหน่วยงานที่กว้างกว่าที่ท่านดูแล จึงแก้ไขไม่ได้")
    return verdict


def may_administer_user(actor: Actor, user: User) -> Verdict:
    """An account whose home unit is in the subtree, and none of whose living posts reaches beyond it."""
    if administers_platform(actor):
        return ALLOWED
    verdict = may_enter_admin(actor)
    if not verdict:
        return verdict
    if user.home_unit is None or user.platform_role or not may_administer_unit(actor, user.home_unit):
        return no(f"บัญชีของ{user.full_name} {OUTSIDE}")
    for appointment in _living_appointments(user, actor).select_related("position__unit", "position__administers"):
        if not may_administer_position(actor, appointment.position):
            return no(f"{user.full_name} ดำรงตำแหน่งนอกหน่วยงานที่ท่านดูแล โปรดแจ้งผู้ดูแลระดับเหนือขึ้นไป")
    return ALLOWED


def may_appoint(actor: Actor, user: User, position: Position) -> Verdict:
    """Give `user` the post: both in the subtree, and nobody appoints himself."""
    if user.pk == actor.user.pk:
        return no("แต่งตั้งตนเองไม่ได้ โปรดให้ผู้ดูแลคนอื่นหรือผู้ดูแลระบบกลางบันทึกให้")
    return first_refusal(may_administer_position(actor, position), may_administer_user(actor, user))


def may_subdelegate(actor: Actor, user: User | None = None) -> Verdict:
    """มอบอำนาจช่วง: the active capacity is a delegation in force whose order lets it be handed on, to somebody else."""
    held = actor.appointment
    if held is None or held.capacity != Capacity.ON_BEHALF:
        return no("มอบอำนาจช่วงได้เฉพาะขณะทำงานในฐานะผู้ปฏิบัติราชการแทน")
    if held.starts_at > actor.at or (held.ends_at is not None and held.ends_at <= actor.at):
        return no(f"ฐานะ{held.title_line}สิ้นสุดแล้ว จึงมอบอำนาจช่วงไม่ได้")
    if held.parent_id is not None:
        return no("อำนาจที่ได้รับมาเป็นการมอบอำนาจช่วงอยู่แล้ว จึงมอบต่อไปอีกไม่ได้")
    if not held.may_subdelegate:
        return no(f"{held.order_ref} มิได้ให้มอบอำนาจช่วง")
    if user is not None and user.pk == actor.user.pk:
        return no("มอบอำนาจให้ตนเองไม่ได้")
    return ALLOWED


def may_end_standing_in(actor: Actor, appointment: Appointment) -> Verdict:
    """End what stands in for a post: who has the post's full powers for a delegation, its holder for one acting for
    him, and whoever handed a delegation on."""
    held = actor.appointment
    if not appointment.stands_in:
        return no("สิ้นสุดจากหน้านี้ได้เฉพาะการรักษาราชการแทนและการปฏิบัติราชการแทน")
    if appointment.ends_at is not None and appointment.ends_at <= actor.at:
        return no("การทำหน้าที่แทนนี้สิ้นสุดไปแล้ว")
    if held is None:
        return no("บัญชีนี้ไม่มีตำแหน่งที่มีผลในขณะนี้")
    if held.pk == appointment.pk:
        return no("ผู้ทำหน้าที่แทนให้ตนเองพ้นหน้าที่ไม่ได้ โปรดแจ้งเจ้าของตำแหน่งหรือผู้ดูแลหน่วยงาน")
    if appointment.parent_id is not None and appointment.parent_id == held.pk:
        return ALLOWED
    if held.position_id != appointment.position_id or not held.has_full_powers:
        return no(f"ให้สิ้นสุดได้โดยเจ้าของตำแหน่ง{appointment.position.title} ผู้รักษาราชการแทน หรือผู้ดูแลหน่วยงานเท่านั้น")
    if appointment.capacity != Capacity.ON_BEHALF and held.capacity != Capacity.SUBSTANTIVE:
        return no(f"การ{appointment.get_capacity_display()}ให้สิ้นสุดได้โดยเจ้าของตำแหน่งหรือผู้ดูแลหน่วยงานเท่านั้น")
    return ALLOWED


def may_administer_group(actor: Actor, rights_group: RightsGroup) -> Verdict:
    """Members of a custom group of the subtree. Groups open folders, so the central admin has no part in them."""
    verdict = may_administer_rights(actor, rights_group.unit)
    if verdict and rights_group.kind != RightsGroup.Kind.CUSTOM:
        return no("สมาชิกของกลุ่มประจำหน่วยงานเป็นไปตามโครงสร้าง แก้ไขเองไม่ได้")
    return verdict


def may_administer_rights(actor: Actor, unit: Unit | None) -> Verdict:
    """Folders, groups and rights of `unit`: unit admins only, since rights open letters and the platform reads none."""
    if administered_root(actor) is None:
        return no("แฟ้มทะเบียนและสิทธิ์ดูแลโดยผู้ดูแลของหน่วยงานเท่านั้น")
    if unit is None:
        return no("กลุ่มนี้ไม่มีหน่วยงานเจ้าของ")
    return ALLOWED if _lies_under(unit, administered_root(actor)) else no(f"{unit.name} {OUTSIDE}")


# -- the same rules as querysets, for lists and choices -------------------------------------------------------


def administered_unit_ids(actor: Actor) -> list[int]:
    """The ids of the units a unit admin administers, dissolved ones too; empty for others. One query."""
    root = administered_root(actor)
    if root is None:
        return []
    return list(Unit.objects.descendants(root, include_self=True).values_list("pk", flat=True))


def administered_units(actor: Actor) -> QuerySet[Unit]:
    """The units whose structure the actor administers."""
    if administers_platform(actor):
        return Unit.objects.all()
    return Unit.objects.filter(pk__in=administered_unit_ids(actor))


def administered_agencies(actor: Actor) -> QuerySet[Agency]:
    """All agencies for the central admin, the own one for a unit admin."""
    if administers_platform(actor):
        return Agency.objects.all()
    root = administered_root(actor)
    return Agency.objects.filter(pk=root.agency_id) if root else Agency.objects.none()


def administered_positions(actor: Actor) -> QuerySet[Position]:
    """The posts the actor administers."""
    if administers_platform(actor):
        return Position.objects.all()
    units = administered_unit_ids(actor)
    return Position.objects.filter(Q(administers=None) | Q(administers__in=units), unit__in=units)


def administered_users(actor: Actor) -> QuerySet[User]:
    """The accounts the actor administers."""
    if administers_platform(actor):
        return User.objects.all()
    units = administered_unit_ids(actor)
    living = Appointment.objects.filter(Q(ends_at=None) | Q(ends_at__gt=actor.at))
    beyond = living.filter(
        ~Q(position__unit__in=units) | Q(position__administers__isnull=False) & ~Q(position__administers__in=units)
    )
    return User.objects.filter(home_unit__in=units, platform_role="").exclude(pk__in=beyond.values("user"))


def administered_groups(actor: Actor) -> QuerySet[RightsGroup]:
    """The groups of the subtree, of every kind, that may receive rights."""
    return RightsGroup.objects.filter(unit__in=administered_unit_ids(actor))


def lies_under(unit_id: int, above_id: int) -> bool:
    """Whether the unit is `above_id` or stands somewhere below it. One query that climbs from the unit."""
    with connection.cursor() as cursor:
        cursor.execute(_CLIMB, [unit_id, above_id])
        return bool(cursor.fetchone()[0])


def _lies_under(unit: Unit, root: Unit | None) -> bool:
    if root is None or unit.agency_id != root.agency_id:
        return False
    return unit.pk == root.pk or lies_under(unit.pk, root.pk)


def _living_appointments(user: User, actor: Actor) -> QuerySet[Appointment]:
    return Appointment.objects.filter(Q(ends_at=None) | Q(ends_at__gt=actor.at), user=user)
