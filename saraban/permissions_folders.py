"""Who may look after folders and hand out rights on them; nothing here lets anyone read a letter."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from common.access import ALLOWED, Verdict, first_refusal, no
from org.actor import Actor
from org.models import GroupMember, RightsGroup, Unit
from org.permissions import administered_root, administered_unit_ids, lies_under, may_administer_rights
from saraban.models import FolderGroup, FolderKind, RegisterFolder
from saraban.models.reach import reach_of

MANAGE = "manage_folder"
READS_ALL = frozenset({"read_all", "secret_register"})
_SENDING = ("take_number", "reserve_number", "insert_number")
_ORDER_OF_RIGHTS = (
    "take_number",
    "register_incoming",
    "read_own_unit",
    "read_all",
    "void_entry",
    "reserve_number",
    "insert_number",
    "secret_register",
    MANAGE,
)
RIGHTS = {name: dict(RegisterFolder._meta.permissions)[name] for name in _ORDER_OF_RIGHTS}


def applicable(kind: str) -> tuple[str, ...]:
    """The rights that mean something on a folder of `kind`, in the order pages show them."""
    receiving = kind in (FolderKind.RECEIVE, FolderKind.SECRET_RECEIVE)
    secret = kind in (FolderKind.SECRET_RECEIVE, FolderKind.SECRET_SEND)
    without = set(_SENDING if receiving else ("register_incoming",))
    without |= {"read_own_unit", "read_all"} if secret else {"secret_register"}
    return tuple(name for name in _ORDER_OF_RIGHTS if name not in without)


def may_keep_folders_of(actor: Actor, unit: Unit) -> Verdict:
    """Open a folder for `unit`, or take one over."""
    return may_administer_rights(actor, unit)


def may_keep_folder(actor: Actor, folder: RegisterFolder) -> Verdict:
    """Change a folder: its unit's admin, or a post with the right to look after this very folder."""
    verdict = may_administer_rights(actor, folder.owner_unit)
    if not verdict and reach_of(actor).may(MANAGE, folder.pk):
        return ALLOWED
    return verdict


def may_keep_some_folder(actor: Actor) -> Verdict:
    """Whether the actor's post looks after any folder: the door of the folder pages for who is not a unit admin."""
    return ALLOWED if reach_of(actor).folders(MANAGE) else no("ฐานะที่ใช้อยู่ไม่ได้ดูแลแฟ้มทะเบียนใด")


def may_keep_group(actor: Actor, agency_id: int) -> Verdict:
    """Add or rename groups of folders of an agency."""
    root = administered_root(actor)
    if root is None or root.agency_id != agency_id:
        return no("กลุ่มแฟ้มดูแลโดยผู้ดูแลของส่วนราชการเดียวกันเท่านั้น")
    return ALLOWED


def may_change_right(
    actor: Actor, folder: RegisterFolder, rights_group: RightsGroup, right: str, *, give: bool, order_ref: str = ""
) -> Verdict:
    """Give or take one right of a group on a folder the actor looks after (`may_keep_folder`).

    Who hands out the reading of a whole register, or makes a secret registrar (written order, rules of 2544), may not
    stand in the group that gains it.
    """
    return first_refusal(
        _group_in_reach(actor, folder, rights_group, right),
        _fits(folder, right) if give else ALLOWED,
        _not_for_oneself(actor, rights_group, right) if give else ALLOWED,
        _in_writing(right, order_ref) if give else ALLOWED,
    )


def _group_in_reach(actor: Actor, folder: RegisterFolder, rights_group: RightsGroup, right: str) -> Verdict:
    if rights_group.agency_id != folder.agency_id or rights_group.unit is None:
        return no("กลุ่มนี้ไม่ได้อยู่ในส่วนราชการเดียวกับแฟ้ม")
    if may_administer_rights(actor, rights_group.unit):
        return ALLOWED
    keeper = administered_root(actor) is None and right != MANAGE
    if keeper and lies_under(rights_group.unit.pk, folder.owner_unit_id):
        return ALLOWED
    return no(f"กลุ่ม “{rights_group.label}” อยู่นอกหน่วยงานที่ท่านดูแล")


def _fits(folder: RegisterFolder, right: str) -> Verdict:
    if right not in applicable(folder.kind):
        return no(f"สิทธิ์ “{RIGHTS.get(right, right)}” ใช้กับ{folder.get_kind_display()}ไม่ได้")
    return no(f"แฟ้ม “{folder.name}” ปิดแล้ว ให้สิทธิ์เพิ่มไม่ได้") if folder.closed_at else ALLOWED


def _not_for_oneself(actor: Actor, rights_group: RightsGroup, right: str) -> Verdict:
    if right in READS_ALL and actor.appointment is not None and _belongs(actor, rights_group):
        return no(f"ท่านอยู่ในกลุ่ม “{rights_group.label}” จึงให้สิทธิ์ “{RIGHTS[right]}” แก่กลุ่มนี้เองไม่ได้")
    return ALLOWED


def _belongs(actor: Actor, rights_group: RightsGroup) -> bool:
    if rights_group.kind == RightsGroup.Kind.CUSTOM:
        living = Q(ends_at=None) | Q(ends_at__gt=actor.at)
        return GroupMember.objects.filter(living, rights_group=rights_group, position=actor.position).exists()
    if rights_group.kind == RightsGroup.Kind.UNIT:
        return rights_group.unit_id == actor.position.unit_id
    return rights_group.unit_id in actor.chain_ids


def _in_writing(right: str, order_ref: str) -> Verdict:
    if right == "secret_register" and not order_ref.strip():
        return no("นายทะเบียนข้อมูลข่าวสารลับต้องมีคำสั่งแต่งตั้ง กรุณาระบุเลขที่และวันที่ของคำสั่ง")
    return ALLOWED


# -- the same as querysets ------------------------------------------------------------------------------------


def kept_folders(actor: Actor) -> QuerySet[RegisterFolder]:
    """The folders the actor looks after."""
    own = Q(pk__in=reach_of(actor).folders(MANAGE))
    return RegisterFolder.objects.filter(own | Q(owner_unit__in=administered_unit_ids(actor)))


def kept_groups(actor: Actor) -> QuerySet[FolderGroup]:
    """The groups of folders of the agency the actor administers in."""
    root = administered_root(actor)
    return FolderGroup.objects.filter(agency=root.agency_id) if root else FolderGroup.objects.none()


def grantable_groups(actor: Actor, folder: RegisterFolder) -> QuerySet[RightsGroup]:
    """The groups of positions that may be given rights on `folder` by the actor."""
    if administered_root(actor) is not None:
        units = administered_unit_ids(actor)
    else:
        units = list(Unit.objects.descendants(folder.owner_unit_id, include_self=True).values_list("pk", flat=True))
    return RightsGroup.objects.filter(unit__in=units, unit__dissolved_at=None)
