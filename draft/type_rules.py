"""Who may make, publish and use templates of document types. Each rule returns a `Verdict` with one Thai sentence."""

from __future__ import annotations

from common.access import ALLOWED, Verdict, no
from draft.models import DocumentType, TemplateStatus, TemplateVersion
from org.actor import Actor
from org.models import Agency, Unit
from org.permissions import administered_root, administers_platform, lies_under

CENTRAL_ONLY = "ประเภทเอกสารกลางดูแลโดยผู้ดูแลระบบกลางเท่านั้น คัดลอกเป็นแม่แบบของหน่วยท่านเพื่อปรับถ้อยคำได้"


def may_see_types(actor: Actor) -> Verdict:
    """The pages of document types: whoever has a post, and the central admin."""
    if actor.appointment is not None or administers_platform(actor):
        return ALLOWED
    return no("ต้องมีตำแหน่งที่มีผลจึงเปิดประเภทเอกสารได้")


def sees(actor: Actor, kind_of_document: DocumentType) -> bool:
    """Types of the platform and of the actor's own agency."""
    if kind_of_document.agency_id is None:
        return bool(may_see_types(actor))
    return actor.appointment is not None and actor.agency.pk == kind_of_document.agency_id


def heads_or_administers(actor: Actor, unit: Unit) -> bool:
    """Whether the actor is the head of the unit or of one above it, or administers it."""
    root = administered_root(actor)
    if root is not None and root.agency_id == unit.agency_id and (root.pk == unit.pk or lies_under(unit.pk, root.pk)):
        return True
    if actor.appointment is None or not actor.signs or not actor.position.heads_subtree:
        return False
    return unit.pk in actor.unit_ids


def may_make_for(actor: Actor, owner: Unit | None) -> Verdict:
    """Write a template of a unit: any post of it, its head and those above, its admin; of the platform the central admin."""
    if owner is None:
        return ALLOWED if administers_platform(actor) else no(CENTRAL_ONLY)
    if actor.appointment is None:
        return no("ต้องมีตำแหน่งที่มีผลจึงจัดทำแม่แบบได้")
    if owner.dissolved_at:
        return no(f"{owner.name} ยุบแล้ว จึงจัดทำแม่แบบของหน่วยนี้ไม่ได้")
    if actor.position.unit_id == owner.pk or heads_or_administers(actor, owner):
        return ALLOWED
    return no(f"แม่แบบนี้เป็นของ{owner.name} จัดทำได้เฉพาะผู้ที่ดำรงตำแหน่งในหน่วยนั้น")


def may_write(actor: Actor, version: TemplateVersion) -> Verdict:
    """Change a version: only while it is being made."""
    if version.status != TemplateStatus.DRAFT:
        return no(f"รุ่นที่ {version.no} เผยแพร่แล้ว แก้ไขไม่ได้ ให้จัดทำรุ่นใหม่จากรุ่นนี้")
    return may_make_for(actor, version.type.owner_unit)


def may_rule(actor: Actor, kind_of_document: DocumentType, scope: Unit | None) -> Verdict:
    """Publish, retire and take up again: the head or admin of the unit that may use it (of the whole agency: its top unit)."""
    if kind_of_document.agency_id is None:
        return ALLOWED if administers_platform(actor) else no(CENTRAL_ONLY)
    if actor.appointment is None or actor.agency.pk != kind_of_document.agency_id:
        return no("แม่แบบของส่วนราชการอื่น")
    if scope is not None:
        if heads_or_administers(actor, scope):
            return ALLOWED
        return no(f"เผยแพร่หรือเลิกใช้ได้เฉพาะหัวหน้าหรือผู้ดูแลของ{scope.name} ซึ่งเป็นหน่วยที่ใช้แม่แบบนี้")
    tops = Unit.objects.filter(agency=kind_of_document.agency_id, parent=None, dissolved_at=None)
    if any(heads_or_administers(actor, top) for top in tops):
        return ALLOWED
    return no("แม่แบบที่ใช้ได้ทั้งส่วนราชการ เผยแพร่หรือเลิกใช้ได้เฉพาะหัวหน้าส่วนราชการหรือผู้ดูแลระดับส่วนราชการ")


def may_use(actor: Actor, version: TemplateVersion) -> Verdict:
    """Make a letter from a version that is in use."""
    if actor.appointment is None:
        return no("ต้องมีตำแหน่งที่มีผลจึงร่างหนังสือได้")
    if version.for_unit_id is not None and version.for_unit_id not in actor.chain_ids:
        where = version.for_unit.name if version.for_unit else ""
        return no(f"แม่แบบนี้ใช้ได้เฉพาะใน{where}")
    return ALLOWED


def may_set_mode(actor: Actor, agency: Agency) -> Verdict:
    """Say how far an agency is with a type: who administers its top unit."""
    root = administered_root(actor)
    if root is not None and root.agency_id == agency.pk and root.parent_id is None:
        return ALLOWED
    return no("การใช้งานของส่วนราชการ (กระดาษ นำร่อง อิเล็กทรอนิกส์) กำหนดโดยผู้ดูแลระดับส่วนราชการเท่านั้น")
