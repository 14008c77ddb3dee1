"""What to show of letters, registers and deliveries. Every read of a letter starts at `visible_to`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Q, QuerySet
from django.utils import timezone

from org.actor import Actor
from org.models import GroupMember, Position, RightsGroup, Unit
from saraban.models import (
    Delivery,
    DeliveryStatus,
    FolderRight,
    Letter,
    LetterStatus,
    RegisterEntry,
    RegisterFolder,
    Secrecy,
    Stay,
)
from saraban.models.reach import newest_ids, reach_of


def notice_title(letter: Letter) -> str:
    """A letter's name in notices and mail: never the subject of a classified one."""
    if letter.is_secret:
        return letter.shown_subject
    return " ".join(part for part in (letter.number, letter.subject) if part)[:250]


def newest_visible(actor: Actor, *, before: int | None = None, limit: int = 50) -> tuple[list[Letter], int | None]:
    """All the actor may see, newest first: a page of letters and the cursor of the next page (None at the end)."""
    ids = newest_ids(reach_of(actor), before=before, limit=limit + 1)
    page = ids[:limit]
    rows = {letter.pk: letter for letter in for_rows(Letter.objects.filter(pk__in=page))}
    return [rows[pk] for pk in page if pk in rows], (page[-1] if len(ids) > limit else None)


def for_rows(letters: QuerySet[Letter]) -> QuerySet[Letter]:
    """With what a list row shows, loaded in bounded queries."""
    return letters.select_related("owner_unit", "agency")


def where_now(letter_ids: Sequence[int]) -> dict[int, list[Stay]]:
    """The open stays of each letter, oldest first, in one query."""
    found: dict[int, list[Stay]] = {pk: [] for pk in letter_ids}
    stays = (
        Stay.objects.filter(letter_id__in=letter_ids, until=None).select_related("unit", "position").order_by("since")
    )
    for stay in stays:
        found[stay.letter_id].append(stay)
    return found


def folders_with(actor: Actor, right: str, kinds: Iterable[str] = ()) -> list[RegisterFolder]:
    """The open folders on which the actor holds `right`, optionally of some kinds, in register order."""
    folders = RegisterFolder.objects.filter(pk__in=reach_of(actor).folders(right), closed_at=None)
    if kinds:
        folders = folders.filter(kind__in=tuple(kinds))
    return list(folders.select_related("agency", "owner_unit", "group").order_by("group__order", "order", "id"))


def readable_folders(actor: Actor) -> list[RegisterFolder]:
    """The registers the actor may open: those with any reading right."""
    reach = reach_of(actor)
    ids = reach.folders("read_all") | reach.folders("read_own_unit") | reach.folders("secret_register")
    folders = RegisterFolder.objects.filter(pk__in=ids)
    return list(folders.select_related("agency", "owner_unit", "group").order_by("group__order", "order", "id"))


def entries_of(actor: Actor, folder: RegisterFolder) -> QuerySet[RegisterEntry]:
    """The rows of one register the actor may see, by the folder's own rights (page driver: the register)."""
    reach = reach_of(actor)
    entries = RegisterEntry.objects.filter(folder=folder)
    shown = Q(pk__in=[])
    if reach.may("read_all", folder.pk):
        shown |= Q(secrecy=0)
    elif reach.may("read_own_unit", folder.pk):
        shown |= Q(secrecy=0, owner_unit__in=reach.unit_ids)
    if reach.may("secret_register", folder.pk):
        shown |= Q(secrecy__lte=reach.clearance) | Q(secrecy=Secrecy.MOST_SECRET)  # the latter's rows say nothing
    return entries.filter(shown).select_related("letter__owner_unit", "letter__agency", "owner_unit", "folder")


def incoming_of(actor: Actor) -> QuerySet[Delivery]:
    """Deliveries that wait for the actor's registry: at units whose receiving folder he may register into."""
    folders = reach_of(actor).folders("register_incoming")
    units = RegisterFolder.objects.filter(pk__in=folders, closed_at=None).values("owner_unit")
    return (
        Delivery.objects.filter(
            to_unit__in=units, status__in=(DeliveryStatus.DELIVERED, DeliveryStatus.OPENED), letter__secrecy=0
        )
        .select_related("letter", "received", "to_unit", "from_unit__agency")
        .order_by("-letter__urgency", "id")
    )


def awaiting_number(actor: Actor) -> QuerySet[Letter]:
    """Signed letters the actor may number, oldest first."""
    reach = reach_of(actor)
    own = Q(owner_unit__in=reach.unit_ids)
    whole = Q(folder__in=reach.kept_whole)
    normal = Q(secrecy=0, folder__in=reach.folders("take_number")) & (own | whole)
    secret = Q(secrecy__gt=0, secrecy__lte=reach.clearance, folder__in=reach.folders("secret_register"))
    letters = Letter.objects.filter(normal | secret, status=LetterStatus.SIGNED)
    return letters.select_related("owner_unit", "folder", "agency").order_by("-urgency", "id")


def awaiting_dispatch(actor: Actor) -> QuerySet[Letter]:
    """Numbered letters the actor may send."""
    reach = reach_of(actor)
    folders = reach.folders("take_number")
    letters = Letter.objects.filter(status=LetterStatus.NUMBERED, folder__in=folders, secrecy=0)
    letters = letters.filter(Q(owner_unit__in=reach.unit_ids) | Q(folder__in=reach.kept_whole))
    return letters.select_related("owner_unit", "folder", "agency").order_by("-urgency", "id")


def registrar_positions(unit: Unit) -> list[Position]:
    """The posts that register what arrives at `unit` now: those that hold the right on one of its folders."""
    return _holding("register_incoming", RegisterFolder.objects.filter(owner_unit=unit, closed_at=None))


def numbering_positions(folder: RegisterFolder) -> list[Position]:
    """The posts that are registrars of a sending register now (who is told that a letter waits for its number).

    Not every post that may take a number there: in a province that is everybody, and a notice names the letter.
    """
    right = "secret_register" if folder.is_secret else "void_entry"
    return _holding(right, RegisterFolder.objects.filter(pk=folder.pk, closed_at=None))


def _holding(right: str, folders: QuerySet[RegisterFolder]) -> list[Position]:
    """The living posts in groups that hold `right` on one of `folders` now."""
    now = timezone.now()
    group_ids = FolderRight.objects.filter(content_object__in=folders, permission__codename=right).values("group_id")
    groups = list(RightsGroup.objects.filter(group__in=group_ids))
    custom = GroupMember.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=now), rights_group__in=groups, starts_at__lte=now
    ).values("position_id")
    units = {group.unit_id for group in groups if group.kind == RightsGroup.Kind.UNIT and group.unit_id}
    for group in groups:
        if group.kind == RightsGroup.Kind.SUBTREE and group.unit_id:
            units |= set(Unit.objects.descendants(group.unit_id, include_self=True).values_list("pk", flat=True))
    posts = Position.objects.filter(Q(pk__in=custom) | Q(unit_id__in=units), abolished_at=None)
    return list(posts.select_related("unit"))
