"""What to show of folders and their rights to those who look after them. No letter is read here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from org.actor import Actor
from org.models import RightsGroup, Unit
from saraban.models import FolderRight, RegisterFolder
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


def number_example(folder: RegisterFolder, *, unit: Unit | None = None, seq: int = 123) -> str:
    """How number `seq` of this folder would be written today, for a letter of `unit` (default: the owner)."""
    return write_number(folder, unit or folder.owner_unit, seq=seq, year=series_year(folder, timezone.now()) or 2569)
