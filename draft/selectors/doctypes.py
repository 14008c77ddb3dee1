"""Document types to use and to keep: their lists, whose they are, how far an agency is with each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q, QuerySet

from common.menu import Entry
from common.thai import sort_key
from draft.models import DocumentType, DocumentTypeUse, TemplateStatus, TemplateVersion
from draft.type_rules import may_use, sees
from org.actor import Actor
from org.models import Agency, Unit
from org.permissions import administered_root, administered_unit_ids, administers_platform


@dataclass(frozen=True, slots=True)
class TypeRow:
    """A type as lists show it: whose it is, its version in use, how far the reader's agency is with it."""

    type: DocumentType
    place: str
    published: TemplateVersion | None
    draft: TemplateVersion | None
    mode: str
    mode_label: str
    why_not: str


def types_for(actor: Actor) -> QuerySet[DocumentType]:
    """The types of the platform, and those of the actor's agency."""
    wanted = Q(agency=None)
    if actor.appointment is not None:
        wanted |= Q(agency=actor.agency)
    return DocumentType.objects.filter(wanted).select_related("agency", "owner_unit__agency")


def found_types(actor: Actor, *, q: str = "", whose: str = "", mode: str = "", retired: bool = False) -> list[TypeRow]:
    """The types whose name, purpose or words hold every word of `q`; `whose` is mine, agency or platform. Four queries."""
    found = types_for(actor).filter(retired_at__isnull=not retired)
    for word in q.split():
        found = found.filter(
            Q(name__icontains=word) | Q(purpose__icontains=word) | Q(words__icontains=word) | Q(group__icontains=word)
        )
    if whose == "platform":
        found = found.filter(agency=None)
    elif whose == "agency":
        found = found.filter(agency__isnull=False)
    elif whose == "mine":
        found = found.filter(owner_unit__in=actor.unit_ids)
    rows = rows_of(actor, found)
    return [row for row in rows if not mode or row.mode == mode]


def rows_of(actor: Actor, found: QuerySet[DocumentType]) -> list[TypeRow]:
    """Types as rows, an agency's own first, each with its versions in use and being made."""
    living = TemplateVersion.objects.exclude(status=TemplateStatus.RETIRED).select_related("for_unit")
    types = list(found.prefetch_related(Prefetch("versions", living, to_attr="living")))
    modes = present_modes(actor.agency, actor.at.date()) if actor.appointment is not None else {}
    rows = []
    for one in types:
        published = next((row for row in _living(one) if row.status == TemplateStatus.PUBLISHED), None)
        draft = next((row for row in _living(one) if row.status == TemplateStatus.DRAFT), None)
        mode = modes.get(one.pk)
        why_not = may_use(actor, published).reason if published else "ยังไม่มีรุ่นที่เผยแพร่"
        label = mode.get_mode_display() if mode else "ยังไม่ได้ระบุ"
        rows.append(TypeRow(one, place_of(one), published, draft, mode.mode if mode else "", label, why_not))
    return sorted(rows, key=lambda row: (row.type.agency_id is None, row.type.order, sort_key(row.type.name)))


def _living(one: DocumentType) -> list[TemplateVersion]:
    found: list[TemplateVersion] = one.living  # type: ignore[attr-defined]
    return found


def place_of(one: DocumentType) -> str:
    """Whose type it is, in words."""
    return one.owner_unit.name if one.owner_unit is not None else "ประเภทเอกสารกลาง"


def usable(actor: Actor) -> list[tuple[str, list[TypeRow]]]:
    """The types the actor may write with, by group: his agency's own first."""
    if actor.appointment is None:
        return []
    rows = [row for row in found_types(actor) if not row.why_not]
    groups: dict[str, list[TypeRow]] = {}
    for row in rows:
        own = row.type.agency_id is not None
        name = (row.type.group or "แม่แบบของส่วนราชการ") if own else row.type.group
        groups.setdefault(name, []).append(row)
    return list(groups.items())


def present_modes(agency: Agency, day: date) -> dict[int, DocumentTypeUse]:
    """How far the agency is with each type on a day: the row with the latest day that has come."""
    rows = DocumentTypeUse.objects.filter(agency=agency, since__lte=day).order_by("type_id", "-since", "-id")
    return {row.type_id: row for row in rows.distinct("type_id")}


def scopes_for(owner: Unit) -> list[Unit]:
    """The units a template may be made for besides the whole agency: those above its owner, itself, those below."""
    above = list(Unit.objects.ancestors(owner.pk, include_self=True))
    below = list(Unit.objects.descendants(owner.pk).filter(dissolved_at=None).order_by("position_order", "id"))
    return [unit for unit in (*above, *below) if unit.dissolved_at is None]


def units_to_own(actor: Actor) -> list[Unit]:
    """The units the actor may make a template for: his own, those below of a head, those an admin looks after."""
    if actor.appointment is None:
        return []
    below = actor.unit_ids if actor.signs else (actor.position.unit_id,)
    ids = {*below, *administered_unit_ids(actor)}
    found = Unit.objects.filter(pk__in=ids, dissolved_at=None).order_by("position_order", "id")
    return sorted(found, key=lambda unit: unit.pk != actor.position.unit_id)


def type_seen(actor: Actor, pk: int) -> DocumentType | None:
    """The type, if the actor sees it."""
    found = DocumentType.objects.select_related("agency", "owner_unit__agency").filter(pk=pk).first()
    return found if found is not None and sees(actor, found) else None


def version_seen(actor: Actor, pk: int) -> TemplateVersion | None:
    """The version, if the actor sees its type."""
    versions = TemplateVersion.objects.select_related(
        "type__agency", "type__owner_unit__agency", "for_unit", "folder", "changed_by", "published_by"
    )
    found = versions.filter(pk=pk).first()
    return found if found is not None and sees(actor, found.type) else None


MENU = Entry(
    key="doctypes",
    label="ประเภทเอกสาร",
    url_name="draft:types",
    icon="layout-template",
    order=25,
    shown=lambda actor: administers_platform(actor) or administered_root(actor) is not None,
)
