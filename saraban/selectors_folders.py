"""What to show of folders and their rights to those who look after them. No letter is read here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from audit.models import AuditEvent
from org.actor import Actor
from org.models import RightsGroup, Unit
from org.selectors_history import Change, HistoryLine
from saraban.models import FolderKind, FolderRight, RegisterFolder
from saraban.numbers import series_year, write_number
from saraban.permissions_folders import RIGHTS, applicable, grantable_groups


@dataclass(frozen=True, slots=True)
class RightCell:
    """One right of one group: its name, whether it is held."""

    right: str
    label: str
    held: bool


@dataclass(frozen=True, slots=True)
class RightRow:
    """One group of positions (who) with its cells (what). `depth` indents units in tree order."""

    rights_group: RightsGroup
    depth: int
    cells: tuple[RightCell, ...]

    @property
    def holds_any(self) -> bool:
        return any(cell.held for cell in self.cells)

    def ticked(self, names: set[str]) -> RightRow:
        """The same row as somebody has ticked it on the page."""
        cells = tuple(RightCell(cell.right, cell.label, cell.right in names) for cell in self.cells)
        return RightRow(self.rights_group, self.depth, cells)


def rights_held(folders: Iterable[RegisterFolder]) -> dict[int, dict[int, frozenset[str]]]:
    """By folder id and `auth.Group` id, the names of the rights held. One query."""
    found: dict[int, dict[int, set[str]]] = {}
    rows = FolderRight.objects.filter(content_object__in=[folder.pk for folder in folders])
    for folder_id, group_id, name in rows.values_list("content_object_id", "group_id", "permission__codename"):
        found.setdefault(folder_id, {}).setdefault(group_id, set()).add(name)
    return {folder: {group: frozenset(names) for group, names in groups.items()} for folder, groups in found.items()}


def rights_matrix(folder: RegisterFolder, actor: Actor) -> list[RightRow]:
    """Who × what on one folder: custom groups first, then units in tree order, each with and without those below.

    Groups outside the actor's reach appear only when they hold a right, so that nothing held is hidden.
    """
    held = rights_held([folder]).get(folder.pk, {})
    shown = grantable_groups(actor, folder) | RightsGroup.objects.filter(group_id__in=held)
    groups = list(shown.select_related("unit", "agency").distinct())
    tree = list(Unit.objects.with_tree_fields().filter(agency_id=folder.agency_id))
    place = {unit.pk: (index, getattr(unit, "tree_depth", 0)) for index, unit in enumerate(tree)}
    parents = {unit.parent_id for unit in tree if unit.dissolved_at is None}
    names = applicable(folder.kind)

    def order(group: RightsGroup) -> tuple[bool, int, bool, str]:
        custom = group.kind == RightsGroup.Kind.CUSTOM
        return (
            not custom,
            place.get(group.unit_id or 0, (0, 0))[0],
            group.kind == RightsGroup.Kind.SUBTREE,
            group.name,
        )

    rows = []
    for group in sorted(groups, key=order):
        holds = held.get(group.group_id, frozenset())
        if group.kind == RightsGroup.Kind.SUBTREE and group.unit_id not in parents and not holds:
            continue  # without units below it says the same as the unit's own group
        depth = 0 if group.kind == RightsGroup.Kind.CUSTOM else place.get(group.unit_id or 0, (0, 0))[1]
        left_over = tuple(name for name in RIGHTS if name in holds and name not in names)
        cells = tuple(RightCell(name, RIGHTS[name], name in holds) for name in names + left_over)
        rows.append(RightRow(group, depth, cells))
    return rows


def rights_overview(folders: QuerySet[RegisterFolder]) -> list[tuple[RegisterFolder, list[tuple[str, list[str]]]]]:
    """Each folder with who holds what, in words; folders nobody may use stand with an empty list. Three queries."""
    rows = list(folders)
    held = rights_held(rows)
    ids = {group_id for groups in held.values() for group_id in groups}
    groups = RightsGroup.objects.filter(group_id__in=ids).select_related("unit").order_by("kind", "name")
    labels = {group.group_id: group.label for group in groups}
    found = []
    for folder in rows:
        names = held.get(folder.pk, {})
        who = [
            (label, [RIGHTS[name] for name in RIGHTS if name in names[pk]])
            for pk, label in labels.items()
            if pk in names
        ]
        found.append((folder, who))
    return found


def rights_lines(folder: RegisterFolder) -> list[HistoryLine]:
    """What was given and taken on a folder, from the audit trail."""
    events = AuditEvent.objects.filter(
        subject_type="saraban.registerfolder", subject_id=folder.pk, verb__in=("folder.grant", "folder.revoke")
    )
    lines = []
    for event in events.order_by("-id")[:400]:
        order_ref = event.detail.get("order_ref")
        changes = (Change("คำสั่ง", "", order_ref),) if order_ref else ()
        lines.append(HistoryLine(event.at, event.person, event.label.removesuffix(f" · {folder.name}"), changes))
    return lines


def default_format(kind: str) -> str:
    """How a register of `kind` usually writes its numbers; the prefix of secret ones is each agency's own choice."""
    formats = {
        FolderKind.RECEIVE: "{seq}",
        FolderKind.SECRET_RECEIVE: "ล {seq}",
        FolderKind.SECRET_SEND: "{code} {unit}/ล {seq}",
        FolderKind.EMERGENCY: "{code} {unit}/ฉ {seq:03}",
        FolderKind.SEND: "{code} {unit}/{seq}",
        FolderKind.CIRCULAR: "{code} {unit}/{seq}",
    }
    return formats.get(FolderKind(kind), "{seq}/{year}")


def number_example(folder: RegisterFolder, *, unit: Unit | None = None, seq: int = 123) -> str:
    """How number `seq` of this folder would be written today, for a letter of `unit` (default: the owner)."""
    return write_number(folder, unit or folder.owner_unit, seq=seq, year=series_year(folder, timezone.now()) or 2569)
