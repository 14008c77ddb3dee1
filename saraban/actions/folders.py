"""Register folders: opened, changed, closed; rights on them given and taken. Each act leaves an audit line.

Nothing here touches a number that has been issued: formats and codes count for numbers to come.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Permission
from django.db import models, transaction

from audit.actions import record
from common.access import Conflict, Invalid, Refused
from org.actions.trail import keep
from org.actor import Actor
from org.models import RightsGroup, Unit
from org.permissions import administered_root
from saraban.models import FolderGroup, FolderRight, Letter, LetterStatus, RegisterEntry, RegisterFolder
from saraban.numbers import check_format
from saraban.permissions_folders import RIGHTS, may_change_right, may_keep_folder, may_keep_folders_of, may_keep_group
from saraban.selectors_folders import default_format

FOLDER_FIELDS = frozenset(
    [
        "group",
        "name",
        "kind",
        "number_format",
        "code",
        "unit_code",
        "circular_own_series",
        "reset",
        "start_number",
        "note",
        "order",
        "owner_unit",
    ]
)
_FIXED_ONCE_USED = {"reset": "การเริ่มเลขใหม่", "start_number": "เลขเริ่มต้น"}


@transaction.atomic
def create_folder_group(*, by: Actor, name: str, order: int = 0) -> FolderGroup:
    """A group of folders in the actor's agency."""
    root = administered_root(by)
    if root is None:
        raise Refused("กลุ่มแฟ้มดูแลโดยผู้ดูแลของหน่วยงานเท่านั้น")
    group = FolderGroup(agency_id=root.agency_id, name=name.strip(), order=order)
    _keep(by, group, "folder_group.create", "ตั้งกลุ่มแฟ้ม")
    return group


@transaction.atomic
def update_folder_group(*, by: Actor, group: FolderGroup, name: str, order: int) -> FolderGroup:
    """Rename a group of folders, or change its place."""
    may_keep_group(by, group.agency_id).demand()
    group = FolderGroup.objects.select_for_update().get(pk=group.pk)
    group.name, group.order = name.strip(), order
    _keep(by, group, "folder_group.update", "แก้ไขกลุ่มแฟ้ม")
    return group


@transaction.atomic
def create_folder(
    *, by: Actor, owner_unit: Unit, group: FolderGroup, kind: str, name: str, **fields: Any
) -> RegisterFolder:
    """Open a register for a unit of the subtree."""
    may_keep_folders_of(by, owner_unit).demand()
    if owner_unit.dissolved_at:
        raise Refused(f"{owner_unit.name} ยุบเลิกแล้ว")
    folder = RegisterFolder(agency_id=owner_unit.agency_id, kind=kind, name=name.strip())
    folder.number_format = default_format(kind)
    _set(folder, {"owner_unit": owner_unit, "group": group, **fields})
    _keep(by, folder, "folder.create", "เปิดแฟ้มทะเบียน")
    return folder


@transaction.atomic
def update_folder(*, by: Actor, folder: RegisterFolder, **fields: Any) -> RegisterFolder:
    """Change a folder. Its kind always stays; reset and start number stay once a number has been issued."""
    folder = _locked(by, folder)
    changed = {name: value for name, value in fields.items() if getattr(folder, name) != value}
    if RegisterEntry.objects.filter(folder=folder).exists():
        for name, words in _FIXED_ONCE_USED.items():
            if name in changed:
                raise Invalid(f"แฟ้มนี้ออกเลขแล้ว เปลี่ยน{words}ไม่ได้ ให้ปิดแฟ้มและเปิดแฟ้มใหม่แทน", field=name)
    new_owner: Unit | None = changed.get("owner_unit")
    if new_owner is not None:
        may_keep_folders_of(by, folder.owner_unit).demand()
        may_keep_folders_of(by, new_owner).demand()
        if new_owner.dissolved_at:
            raise Refused(f"{new_owner.name} ยุบเลิกแล้ว")
    _set(folder, changed)
    _keep(by, folder, "folder.update", "แก้ไขแฟ้มทะเบียน", changed=sorted(changed))
    return folder


@transaction.atomic
def close_folder(*, by: Actor, folder: RegisterFolder) -> RegisterFolder:
    """Take a register out of use. Everything in it stays readable as before."""
    folder = _locked(by, folder)
    if folder.closed_at:
        raise Conflict(f"แฟ้ม “{folder.name}” ปิดอยู่แล้ว")
    waiting = Letter.objects.filter(folder=folder, status=LetterStatus.SIGNED).count()
    if waiting:
        raise Refused(f"มีหนังสือที่ลงนามแล้วรอออกเลขจากแฟ้มนี้ {waiting} เรื่อง ต้องออกเลขให้เสร็จก่อน")
    folder.closed_at = by.at
    _keep(by, folder, "folder.close", "ปิดแฟ้มทะเบียน")
    return folder


@transaction.atomic
def reopen_folder(*, by: Actor, folder: RegisterFolder) -> RegisterFolder:
    """Bring a closed register back into use; its numbers go on where they stood."""
    folder = _locked(by, folder)
    if not folder.closed_at:
        raise Conflict(f"แฟ้ม “{folder.name}” เปิดอยู่แล้ว")
    if folder.owner_unit.dissolved_at:
        raise Refused(f"{folder.owner_unit.name} ยุบเลิกแล้ว ต้องเปลี่ยนหน่วยเจ้าของแฟ้มก่อน")
    folder.closed_at = None
    _keep(by, folder, "folder.reopen", "เปิดใช้แฟ้มทะเบียนอีกครั้ง")
    return folder


@dataclass(frozen=True, slots=True)
class RightChange:
    """One cell of the matrix who × what: give or take one right of one group."""

    rights_group: RightsGroup
    right: str
    give: bool


@transaction.atomic
def change_rights(
    *, by: Actor, folder: RegisterFolder, changes: Iterable[RightChange], order_ref: str = ""
) -> list[RightChange]:
    """Give and take rights on one folder, all or none. Returns the changes that were not so already.

    `order_ref` is the written order that makes a group's posts นายทะเบียนข้อมูลข่าวสารลับ.
    """
    folder = _locked(by, folder)
    permissions = _permissions()
    rights = FolderRight.objects.filter(content_object=folder)
    held = set(rights.values_list("group_id", "permission__codename"))
    done: list[RightChange] = []
    for change in changes:
        group = change.rights_group
        if ((group.group_id, change.right) in held) == change.give:
            continue
        may_change_right(by, folder, group, change.right, give=change.give, order_ref=order_ref).demand()
        permission = permissions[change.right]
        if change.give:
            FolderRight.objects.create(group_id=group.group_id, content_object=folder, permission=permission)
        else:
            rights.filter(group_id=group.group_id, permission=permission).delete()
        words = "ให้สิทธิ์" if change.give else "ถอนสิทธิ์"
        record(
            by=by,
            verb="folder.grant" if change.give else "folder.revoke",
            label=f"{words} “{RIGHTS[change.right]}” กลุ่ม {group.label} · {folder.name}"[:400],
            subject=folder,
            detail={"right": change.right, "rights_group": group.pk, "order_ref": order_ref.strip()},
        )
        done.append(change)
    return done


def grant_right(
    *, by: Actor, folder: RegisterFolder, rights_group: RightsGroup, right: str, order_ref: str = ""
) -> bool:
    """Give one right; False when the group had it already."""
    return bool(
        change_rights(by=by, folder=folder, changes=[RightChange(rights_group, right, True)], order_ref=order_ref)
    )


def revoke_right(*, by: Actor, folder: RegisterFolder, rights_group: RightsGroup, right: str) -> bool:
    """Take one right; False when the group did not have it."""
    return bool(change_rights(by=by, folder=folder, changes=[RightChange(rights_group, right, False)]))


def _permissions() -> dict[str, Permission]:
    found = Permission.objects.filter(
        content_type__app_label="saraban", content_type__model="registerfolder", codename__in=RIGHTS
    )
    return {permission.codename: permission for permission in found}


def _locked(by: Actor, folder: RegisterFolder) -> RegisterFolder:
    found = RegisterFolder.objects.select_for_update(of=("self",), no_key=True)
    folder = found.select_related("agency", "owner_unit", "group").get(pk=folder.pk)
    may_keep_folder(by, folder).demand()
    return folder


def _set(folder: RegisterFolder, fields: dict[str, Any]) -> None:
    unknown = fields.keys() - FOLDER_FIELDS
    if unknown:
        raise TypeError(f"unknown fields: {', '.join(sorted(unknown))}")
    for name, value in fields.items():
        setattr(folder, name, value)
    check_format(folder.number_format)
    if folder.start_number < 1:
        raise Invalid("เลขเริ่มต้นต้องเป็น 1 ขึ้นไป", field="start_number")
    if folder.group.agency_id != folder.agency_id or folder.owner_unit.agency_id != folder.agency_id:
        raise Invalid("กลุ่มแฟ้มและหน่วยเจ้าของต้องอยู่ในส่วนราชการเดียวกัน", field="group")


def _keep(by: Actor, row: models.Model, verb: str, words: str, **detail: Any) -> None:
    keep(row, by=by, reason=words)
    record(by=by, verb=verb, label=f"{words} {row}"[:400], subject=row, detail=detail)
