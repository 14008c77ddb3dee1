"""Keeping document types: make, change, and the versions of their templates – written, published, retired, taken up again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django.db import transaction

from audit.actions import record
from common.access import Conflict, Invalid, Refused
from draft import body as bodies
from draft.content import SUBJECT_LENGTH
from draft.inputs import LINE_LENGTH, LINES_LENGTH, MOST_INPUTS, NAME_LENGTH, InputType, TemplateInput
from draft.kinds import folder_kinds
from draft.models import TEMPLATE, DocumentType, TemplateStatus, TemplateVersion
from draft.selectors.choices import living_posts
from draft.selectors.doctypes import scopes_for
from draft.selectors.templates import troubles
from draft.shipped_types import ship
from draft.type_rules import may_make_for, may_rule, may_write
from org.actor import Actor
from org.models import Unit
from saraban.models import RegisterFolder
from saraban.sheets.kinds import KINDS, kind_of

NAME, PURPOSE = 160, 300
FACTS = frozenset({"name", "group", "purpose", "words", "passes_draft", "passes_intray", "passes_saraban"})


class StaleTemplate(Conflict):
    """Somebody else saved the version meanwhile; `version` is what stands now."""

    def __init__(self, version: TemplateVersion) -> None:
        who = version.changed_by.full_name if version.changed_by else "ผู้อื่น"
        super().__init__(f"{who} บันทึกแม่แบบนี้ไปก่อนแล้ว ข้อความที่ท่านพิมพ์ยังอยู่ครบ บันทึกอีกครั้งหากต้องการใช้ของท่านแทน")
        self.version = version


@transaction.atomic
def create_type(
    *, by: Actor, owner: Unit | None, kind: str, like: TemplateVersion | None = None, **facts: Any
) -> TemplateVersion:
    """A new type of a unit (of the platform without one) with its first version to be written, `like` another's if given.

    Raises `Refused`, and `Invalid` for a kind that is not written here, or without a name.
    """
    may_make_for(by, owner).demand()
    if kind not in KINDS:
        raise Invalid("โปรดเลือกชนิดหนังสือ", field="kind")
    made = DocumentType(agency=owner.agency if owner else None, owner_unit=owner, key=uuid4().hex[:12], kind=kind)
    _set_facts(made, facts)
    made.save()
    version = TemplateVersion(type=made, no=1, for_unit=owner, changed_by=by.user)
    if like is not None and like.type.kind == kind:
        version.subject, version.body = like.subject, like.body
        version.fields, version.inputs, version.sign_class = like.fields, like.inputs, like.sign_class
    version.save()
    record(by=by, verb="doctype.create", label=f"เพิ่มประเภทเอกสาร {made.name}", subject=made)
    return version


@transaction.atomic
def change_type(*, by: Actor, type_id: int, **facts: Any) -> DocumentType:
    """Change what a type is called and says of itself. Raises `Refused`, `Invalid`."""
    found = _type(type_id)
    may_make_for(by, found.owner_unit).demand()
    _set_facts(found, facts)
    found.save()
    record(by=by, verb="doctype.change", label=f"แก้ไขประเภทเอกสาร {found.name}", subject=found)
    return found


def _set_facts(row: DocumentType, facts: dict[str, Any]) -> None:
    unknown = facts.keys() - FACTS
    if unknown:
        raise TypeError(f"unknown facts: {', '.join(sorted(unknown))}")
    for name, value in facts.items():
        setattr(row, name, " ".join(value.split()) if isinstance(value, str) else bool(value))
    if not row.name:
        raise Invalid("โปรดกรอกชื่อประเภทเอกสาร", field="name")
    if len(row.name) > NAME or len(row.purpose) > PURPOSE or len(row.words) > PURPOSE or len(row.group) > 80:
        raise Invalid(f"ชื่อยาวได้ไม่เกิน {NAME} จุดประสงค์และคำค้นไม่เกิน {PURPOSE} ตัวอักษร", field="name")
    beside = DocumentType.objects.filter(agency=row.agency, owner_unit=row.owner_unit, name=row.name, retired_at=None)
    if beside.exclude(pk=row.pk).exists():
        raise Invalid("หน่วยนี้มีประเภทเอกสารชื่อนี้อยู่แล้ว", field="name")


@transaction.atomic
def write_version(*, by: Actor, version_id: int, revision: int, **said: Any) -> TemplateVersion:
    """Save what a version says: subject, body (HTML), fields, inputs, for_unit, reviewers, signers, folder, sign_class.

    What is not there stays; what does not fit is cut, never refused. Raises `Refused`, `TooLarge`, `StaleTemplate`.
    """
    version = _version(version_id)
    may_write(by, version).demand()
    if version.revision != revision:
        raise StaleTemplate(version)
    agency = version.type.agency
    version.subject = " ".join(str(said.get("subject", version.subject)).split())[:SUBJECT_LENGTH]
    version.body = bodies.clean(said.get("body", version.body))
    version.fields = said.get("fields", version.fields)
    inputs: Sequence[TemplateInput] | None = said.get("inputs")
    if inputs is not None:
        version.inputs = [_fitted(one).to_json() for one in inputs[:MOST_INPUTS]]
    classes = kind_of(version.type.kind).sign_classes
    version.sign_class = said["sign_class"] if said.get("sign_class") in classes else ""
    if agency is not None and version.type.owner_unit is not None:
        scopes = {unit.pk: unit for unit in scopes_for(version.type.owner_unit)}
        version.for_unit = scopes.get(said.get("for_unit") or 0)
        version.reviewers = [post.pk for post in living_posts(agency, said.get("reviewers", ()))][:10]
        version.signers = [post.pk for post in living_posts(agency, said.get("signers", ()))][:10]
        folders = RegisterFolder.objects.filter(agency=agency, kind__in=folder_kinds(version.type.kind), closed_at=None)
        version.folder = folders.filter(pk=said.get("folder") or 0).first()
    version.changed_by = by.user
    version.revision += 1
    version.save()
    return version


def _fitted(one: TemplateInput) -> TemplateInput:
    return TemplateInput(
        name=" ".join(one.name.replace("{", "").replace("}", "").split())[:NAME_LENGTH],
        type=one.type if one.type in InputType.values else InputType.LINE,
        label=" ".join(one.label.split())[: NAME_LENGTH * 2],
        required=one.required,
        default=one.default.strip()[: LINES_LENGTH * 2],
        help=" ".join(one.help.split())[:LINE_LENGTH],
        options=tuple(text for text in (" ".join(option.split())[:LINE_LENGTH] for option in one.options) if text)[:60],
    )


@transaction.atomic
def new_version(*, by: Actor, type_id: int) -> TemplateVersion:
    """A next version to be written, beginning as the one in use (or the last one) stands; the one begun if there is one."""
    found = _type(type_id)
    may_make_for(by, found.owner_unit).demand()
    versions = list(found.versions.all())
    begun = next((one for one in versions if one.status == TemplateStatus.DRAFT), None)
    if begun is not None:
        return begun
    last = next((one for one in versions if one.status == TemplateStatus.PUBLISHED), versions[0] if versions else None)
    made = TemplateVersion(type=found, no=1 + max((one.no for one in versions), default=0), changed_by=by.user)
    if last is not None:
        for name in ("subject", "body", "fields", "inputs", "for_unit", "reviewers", "signers", "folder", "sign_class"):
            setattr(made, name, getattr(last, name))
    made.save()
    record(by=by, verb="doctype.version", label=f"เริ่มจัดทำแม่แบบ {found.name} รุ่นที่ {made.no}", subject=found)
    return made


@transaction.atomic
def discard_version(*, by: Actor, version_id: int) -> DocumentType:
    """Throw a version away that was never published; a type without any other goes with it. Raises `Refused`."""
    version = _version(version_id)
    may_write(by, version).demand()
    found = version.type
    record(by=by, verb="doctype.discard", label=f"ทิ้งแม่แบบ {found.name} รุ่นที่ {version.no}", subject=found)
    version.delete()
    if not found.versions.exists():
        found.retired_at, found.retired_why = by.at, "ทิ้งแม่แบบก่อนเผยแพร่"
        found.save(update_fields=["retired_at", "retired_why"])
    return found


@transaction.atomic
def publish(*, by: Actor, version_id: int) -> TemplateVersion:
    """Put a version into use; the one in use before is retired, letters made from it stay as they are.

    Raises `Refused`, `Invalid` with the first thing that is missing, `Conflict` when it is published already.
    """
    version = _version(version_id)
    may_rule(by, version.type, version.for_unit).demand()
    found = [one for one in troubles(version) if one.stops]
    if found:
        raise Invalid(found[0].sentence, field=found[0].field)
    before = _retire_present(by, version.type)
    TEMPLATE.move(version, "publish")
    version.published_at, version.published_by = by.at, by.user
    version.save()
    if version.type.retired_at is not None:
        version.type.retired_at, version.type.retired_why = None, ""
        version.type.save(update_fields=["retired_at", "retired_why"])
    label = f"เผยแพร่แม่แบบ {version.type.name} รุ่นที่ {version.no}" + (f" แทนรุ่นที่ {before.no}" if before else "")
    record(by=by, verb="doctype.publish", label=label, subject=version.type, detail={"version": version.pk})
    return version


@transaction.atomic
def retire(*, by: Actor, type_id: int, reason: str) -> DocumentType:
    """Take a type out of use, with a reason; letters made from it stay as they are. Raises `Refused`, `Invalid`."""
    found = _type(type_id)
    present = found.versions.select_related("for_unit").filter(status=TemplateStatus.PUBLISHED).first()
    may_rule(by, found, present.for_unit if present else found.owner_unit).demand()
    reason = " ".join(reason.split())
    if found.retired_at is not None:
        raise Conflict("ประเภทเอกสารนี้เลิกใช้ไปแล้ว")
    if not reason:
        raise Invalid("โปรดระบุเหตุผลที่เลิกใช้", field="reason")
    if len(reason) > PURPOSE:
        raise Invalid(f"เหตุผลยาวได้ไม่เกิน {PURPOSE} ตัวอักษร", field="reason")
    _retire_present(by, found)
    found.retired_at, found.retired_why = by.at, reason
    found.save(update_fields=["retired_at", "retired_why"])
    record(by=by, verb="doctype.retire", label=f"เลิกใช้ประเภทเอกสาร {found.name}: {reason}", subject=found)
    return found


@transaction.atomic
def take_up(*, by: Actor, version_id: int) -> TemplateVersion:
    """Use a retired version again; the one in use gives way, and a retired type is back. Raises `Refused`, `Conflict`."""
    version = _version(version_id)
    may_rule(by, version.type, version.for_unit).demand()
    TEMPLATE.can(version.status, "take_up").demand()
    _retire_present(by, version.type)
    TEMPLATE.move(version, "take_up")
    version.retired_at = None
    version.save()
    version.type.retired_at, version.type.retired_why = None, ""
    version.type.save(update_fields=["retired_at", "retired_why"])
    label = f"นำแม่แบบ {version.type.name} รุ่นที่ {version.no} กลับมาใช้"
    record(by=by, verb="doctype.take_up", label=label, subject=version.type, detail={"version": version.pk})
    return version


@transaction.atomic
def ship_types() -> int:
    """Make the platform's types that are missing; how many were made. Rows that are there stay as they are."""
    return ship(DocumentType.objects, TemplateVersion.objects)


def _retire_present(by: Actor, found: DocumentType) -> TemplateVersion | None:
    present = found.versions.filter(status=TemplateStatus.PUBLISHED).first()
    if present is not None:
        TEMPLATE.move(present, "retire")
        present.retired_at = by.at
        present.save()
    return present


def _type(type_id: int) -> DocumentType:
    """The type, locked; all changes of a type and its versions go through this lock."""
    return DocumentType.objects.select_for_update(of=("self",)).select_related("agency", "owner_unit").get(pk=type_id)


def _version(version_id: int) -> TemplateVersion:
    found = TemplateVersion.objects.filter(pk=version_id).values_list("type", flat=True).first()
    if found is None:
        raise Refused("ไม่พบแม่แบบรุ่นนี้ อาจถูกทิ้งไปแล้ว")
    kept = _type(found)
    version = (
        TemplateVersion.objects.select_for_update(of=("self",))
        .select_related("for_unit", "folder", "changed_by")
        .filter(pk=version_id)
        .first()
    )
    if version is None:
        raise Refused("ไม่พบแม่แบบรุ่นนี้ อาจถูกทิ้งไปแล้ว")
    version.type = kept
    return version
