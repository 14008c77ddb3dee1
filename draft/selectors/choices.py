"""What the form offers: register folders, posts of the agency, and the directory of addressees."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from django.db.models import F, Q

from common.access import Verdict
from common.thai import sort_key
from draft.kinds import folder_kinds
from org.actor import Actor
from org.models import Agency, Appointment, Position, Unit
from org.selectors import holders, positions_of
from org.selectors_standing import until_words
from saraban.models import Letter, LetterKind, RegisterFolder
from saraban.models.reach import reach_of
from saraban.permissions import may_send_to
from saraban.selectors import folders_with

NEAR = (LetterKind.MEMO, LetterKind.NOTE)
RECORDS = (LetterKind.MINUTES, LetterKind.NOTE)
OF_HEADS = (LetterKind.MEMO, LetterKind.STAMPED, LetterKind.OTHER)
DIRECTORY_PAGE = 60


@dataclass(frozen=True)
class Folders:
    """The folders a letter may be numbered from: those the actor numbers from himself, and those its registry serves."""

    own: list[RegisterFolder]
    served: list[RegisterFolder]
    secrecy: int = 0

    @property
    def ids(self) -> set[int]:
        return {folder.pk for folder in (*self.own, *self.served)}


def folders(actor: Actor, kind: str, secrecy: int = 0) -> Folders:
    """The folders of the actor's agency a letter of `kind` is numbered from: those he may number from, and those whose
    registrars number for him – of his unit and the units above, and every register in which his unit reads its own.
    A classified letter is numbered in any secret register of the agency, by its secret registrar."""
    wanted = folder_kinds(kind, secrecy)
    if secrecy:
        keeps = folders_with(actor, "secret_register", wanted)
        others = RegisterFolder.objects.filter(agency=actor.agency, kind__in=wanted, closed_at=None)
        others = others.exclude(pk__in=[folder.pk for folder in keeps]).select_related("owner_unit", "group")
        return Folders(keeps, list(others.order_by("group__order", "order", "id")), secrecy)
    own = folders_with(actor, "take_number", wanted)
    serving = Q(owner_unit__in=actor.chain_ids) | Q(pk__in=reach_of(actor).folders("read_own_unit"))
    above = RegisterFolder.objects.filter(serving, agency=actor.agency, kind__in=wanted, closed_at=None).exclude(
        pk__in=[folder.pk for folder in own]
    )
    return Folders(own, list(above.select_related("owner_unit", "group").order_by("group__order", "order", "id")))


def usual_folder(actor: Actor, kind: str, secrecy: int = 0) -> RegisterFolder | None:
    """The folder to begin with, of the first sort of register the kind is numbered from that there is: for a memo or a
    note the nearest above, for the others the agency's central registry's, without one the highest above."""
    found = folders(actor, kind, secrecy)
    depth = {unit_id: at for at, unit_id in enumerate(actor.chain_ids)}
    first: dict[str, list[RegisterFolder]] = {}
    for folder in (*found.own, *found.served):
        first.setdefault(folder.kind, []).append(folder)
    fitting = next((first[name] for name in folder_kinds(kind, secrecy) if name in first), [])
    if kind in NEAR:
        return max(fitting, key=lambda folder: depth.get(folder.owner_unit_id, -1), default=None)
    central = [folder for folder in fitting if folder.owner_unit_id == actor.agency.registry_unit_id]
    return next(
        iter(central), min(fitting, key=lambda folder: depth.get(folder.owner_unit_id, len(depth)), default=None)
    )


@dataclass(frozen=True, slots=True)
class Post:
    """A post to choose: its title, and who holds it today, or stands in for its holder, in which capacity until when."""

    id: int
    title: str
    holder: str
    signs_outward: bool
    heads: bool

    @property
    def label(self) -> str:
        return f"{self.title} – {self.holder}" if self.holder else f"{self.title} – ไม่มีผู้ดำรงตำแหน่ง"


def posts(actor: Actor) -> list[tuple[str, list[Post]]]:
    """The living posts of the actor's agency by unit, each with its present holder (two queries)."""
    found = list(positions_of(actor.agency))
    held = holders([post.pk for post in found], actor.at)
    by_unit: dict[str, list[Post]] = {}
    for post in found:
        who = " · ".join(_holder(row) for row in held[post.pk][:3] if row.signs)
        shown = Post(post.pk, post.title, who, post.signs_outward, post.heads_subtree)
        by_unit.setdefault(post.unit.name, []).append(shown)
    return list(by_unit.items())


def _holder(row: Appointment) -> str:
    """`นายเอกพงษ์ ศิริวัฒน์`, or `นายวีระศักดิ์ ธรรมรักษา รักษาราชการแทน ถึงวันที่ 22 ม.ค. 2570`."""
    if not row.stands_in:
        return row.user.full_name
    return f"{row.user.full_name} {row.get_capacity_display()} {until_words(row.ends_at)}".strip()


def living_posts(agency: Agency, ids: Iterable[int]) -> list[Position]:
    """The living posts of the agency among `ids`, in the order given."""
    wanted = list(dict.fromkeys(ids))
    rows = {post.pk: post for post in positions_of(agency).filter(pk__in=wanted)}
    return [rows[pk] for pk in wanted if pk in rows]


def usual_signer(actor: Actor, kind: str) -> Position | None:
    """Who signs at first: the writer himself what he records, the nearest head above him a memo, a stamped letter and
    other papers, and what binds the agency the nearest post above that signs outward, its first one if there is none."""
    if kind in RECORDS:
        return actor.position
    depth = {unit_id: at for at, unit_id in enumerate(actor.chain_ids)}
    found = list(positions_of(actor.agency))
    if kind in OF_HEADS:
        found = [
            post for post in found if post.heads_subtree and post.unit_id in depth and post.pk != actor.position.pk
        ]
    else:
        found = [post for post in found if post.signs_outward]
    return min(found, key=lambda post: (-depth.get(post.unit_id, -1), post.rank, post.pk), default=None)


@dataclass(frozen=True)
class Addressee:
    """A unit of the directory: an agency by its registry, or a unit of the actor's own agency."""

    unit: Unit
    name: str
    place: str
    chosen: bool
    verdict: Verdict


def directory(actor: Actor, letter: Letter, query: str = "") -> tuple[list[Addressee], bool]:
    """Whom the letter can be sent to on the platform, and whether there are more than shown.

    Other agencies stand by their registry. What a memo cannot be sent to is shown with the reason.
    """
    words = query.split()
    agencies = (
        Agency.objects.exclude(pk=actor.agency.pk).exclude(registry_unit=None).select_related("registry_unit__agency")
    )
    units = Unit.objects.filter(agency=actor.agency, dissolved_at=None).select_related("agency")
    for word in words:
        agencies = agencies.filter(Q(name__icontains=word) | Q(short_name__icontains=word) | Q(code__icontains=word))
        units = units.filter(Q(name__icontains=word) | Q(short_name__icontains=word) | Q(code__icontains=word))
    chosen = set(letter.to_units)
    make = partial(_addressee, letter, chosen)
    outside = [
        make(a.registry_unit, a.name, "หน่วยงานภายนอก")
        for a in agencies.order_by("name")[: DIRECTORY_PAGE + 1]
        if a.registry_unit
    ]
    inside = [
        make(u, u.name, actor.agency.short_name or actor.agency.name)
        for u in units.order_by("position_order", "id")[: DIRECTORY_PAGE + 1]
    ]
    both = outside + inside if letter.kind == LetterKind.EXTERNAL else inside + outside
    return both[:DIRECTORY_PAGE], len(both) > DIRECTORY_PAGE


def _addressee(letter: Letter, chosen: set[int], unit: Unit, name: str, place: str) -> Addressee:
    return Addressee(unit, name, place, unit.pk in chosen, may_send_to(letter, unit))


def chosen_units(letter: Letter) -> list[Unit]:
    """The units the author means to send to, in Thai order of their names."""
    if not letter.to_units:
        return []
    found = Unit.objects.filter(pk__in=letter.to_units).select_related("agency")
    return sorted(found, key=lambda unit: sort_key(unit_name(letter, unit)))


def unit_name(letter: Letter, unit: Unit) -> str:
    """A unit as an addressee is called: another agency by its own name."""
    return unit.name if unit.agency_id == letter.agency_id else unit.agency.name


def letters_to_refer(actor: Actor, letter: Letter, query: str, limit: int = 12) -> list[Letter]:
    """Numbered letters the actor may read whose number or subject holds every word, newest first."""
    words = query.split()
    if not words:
        return []
    found = (
        Letter.objects.visible_to(actor).exclude(pk=letter.pk).exclude(number="").filter(secrecy__lte=letter.secrecy)
    )
    for word in words:
        found = found.filter(Q(number__icontains=word) | Q(subject__icontains=word) | Q(sender__icontains=word))
    return list(found.order_by(F("id").desc())[:limit])


def titles(ids: Sequence[int]) -> dict[int, str]:
    """The titles of posts by id, abolished ones too."""
    return dict(Position.objects.filter(pk__in=ids).values_list("pk", "title"))
