"""Whom a letter can be sent to: posts and units of the own agency, with who holds each post today."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q, QuerySet

from common.access import Invalid
from intray.models import RoutingStep
from org.actor import Actor
from org.models import Appointment, Capacity, Position, Unit
from org.selectors import holders
from org.selectors_standing import until_words
from saraban.models import Letter

SHOWN = 40


@dataclass(frozen=True, slots=True)
class Target:
    """A post, or a whole unit (`position` None), and what the letter is sent for.

    `order` (from 1) is its turn: equal numbers go together, a higher one when those before have ended. `due_at` is its own
    deadline; `lead` the unit that answers for all of its order.
    """

    unit: Unit
    position: Position | None
    purpose: str
    order: int = 1
    due_at: datetime | None = None
    lead: bool = False

    def at(self, order: int) -> Target:
        """The same addressee with another turn."""
        return replace(self, order=order)

    @property
    def unit_id(self) -> int:
        return self.unit.pk

    @property
    def position_id(self) -> int | None:
        return self.position.pk if self.position else None

    @property
    def label(self) -> str:
        return self.position.label if self.position else self.unit.label


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of the picker. `blocked` is the sentence why it cannot be chosen."""

    key: str
    title: str
    unit: str
    holder: str
    vacant: bool
    whole_unit: bool
    chosen: bool
    info: bool
    blocked: str = ""
    order: str = ""
    purpose: str = ""
    due: str = ""
    lead: bool = False


def position_key(position: Position) -> str:
    """The picker's value for a post."""
    return f"p{position.pk}"


def unit_key(unit: Unit) -> str:
    """The picker's value for a whole unit."""
    return f"u{unit.pk}"


def targets_from(actor: Actor, keys: Sequence[str], *, purpose: str, info: Iterable[str] = ()) -> list[Target]:
    """The chosen addressees, all of the actor's own agency and living; those in `info` for information only.

    Raises `Invalid` for a key that names nothing one can send to.
    """
    positions = {position_key(post): post for post in _living_positions(actor).filter(pk__in=_ids("p", keys))}
    units = {unit_key(unit): unit for unit in _living_units(actor).filter(pk__in=_ids("u", keys))}
    only_info, found = set(info), []
    for key in dict.fromkeys(keys):
        aim = "INFO" if key in only_info else purpose
        if key in positions:
            found.append(Target(positions[key].unit, positions[key], aim))
        elif key in units:
            found.append(Target(units[key], None, aim))
        else:
            raise Invalid("ผู้รับบางรายถูกยุบเลิกหรือไม่อยู่ในส่วนราชการนี้ โปรดเลือกใหม่", field="to")
    return found


def choices(
    actor: Actor,
    letter: Letter,
    *,
    query: str = "",
    chosen: Sequence[str] = (),
    info: Iterable[str] = (),
    typed: Mapping[str, str] | None = None,
) -> list[Choice]:
    """The picker's lines: what is chosen first, then what matches `query`, or without one the likely addressees.

    `typed` holds what was typed for each (`p12-order`, `p12-purpose`, `p12-due`, `lead`), shown again as it is.
    """
    kept_positions = list(_living_positions(actor).filter(pk__in=_ids("p", chosen)))
    kept_units = list(_living_units(actor).filter(pk__in=_ids("u", chosen)))
    if query.strip():
        positions, units = _matching(actor, query.strip())
    else:
        positions, units = _likely(actor)
    shown = {post.pk: post for post in [*kept_positions, *positions] if post.pk != actor.position.pk}
    held = holders(list(shown), actor.at)
    picked, only_info = set(chosen), set(info)
    lines: list[Choice] = []
    for post in shown.values():
        lines.append(_position_choice(post, held[post.pk], letter, actor.at, picked, only_info))
    for unit in {unit.pk: unit for unit in [*kept_units, *units]}.values():
        lines.append(_unit_choice(unit, letter, picked, only_info))
    shown_lines = sorted(lines, key=lambda line: not line.chosen)[: SHOWN + len(picked)]
    return [_typed(line, typed) for line in shown_lines] if typed else shown_lines


def _typed(line: Choice, typed: Mapping[str, str]) -> Choice:
    return replace(
        line,
        order=typed.get(f"{line.key}-order", "")[:4],
        purpose=typed.get(f"{line.key}-purpose", "")[:8],
        due=typed.get(f"{line.key}-due", "")[:40],
        lead=typed.get("lead") == line.key,
    )


def holder_line(appointments: Sequence[Appointment]) -> str:
    """Who holds a post today: the acting holder first, in words, and until when; "" for a vacant one."""
    names = []
    for appointment in appointments:
        if appointment.capacity == Capacity.SECRETARY:
            continue
        acting = ""
        if appointment.stands_in:
            acting = f" ({appointment.get_capacity_display()} {until_words(appointment.ends_at)}".rstrip() + ")"
        names.append(f"{appointment.user.full_name}{acting}")
    return " · ".join(names[:3])


def vacant_now(places: Iterable[RoutingStep | Target], at: datetime) -> set[int]:
    """The posts among those addressed in which nobody may act at `at` (a secretary alone may not), in one query."""
    found = (one.position_id if isinstance(one, Target) else one.to_position_id for one in places)
    posts = [pk for pk in found if pk is not None]
    if not posts:
        return set()
    return {pk for pk, held in holders(posts, at).items() if not any(one.signs for one in held)}


def why_not(letter: Letter, target: Target, at: datetime) -> str:
    """Why a classified letter cannot go to `target`: "" when it can."""
    if not letter.is_secret:
        return ""
    if target.position is None:
        return "หนังสือมีชั้นความลับต้องระบุตำแหน่งผู้รับ"
    return _no_clearance(letter, target.position, holders([target.position.pk], at)[target.position.pk])


def why_not_sign(letter: Letter, position: Position, at: datetime) -> str:
    """Why `position` cannot be asked to sign `letter` now: "" when it can."""
    if position.abolished_at is not None or position.unit.dissolved_at is not None:
        return f"ตำแหน่ง{position.title}ยุบเลิกแล้ว"
    if position.unit.agency_id != letter.agency_id:
        return "ผู้ลงนามต้องเป็นตำแหน่งในส่วนราชการเจ้าของหนังสือ"
    return why_not(letter, Target(position.unit, position, "SIGN"), at)


def _no_clearance(letter: Letter, position: Position, held: Sequence[Appointment]) -> str:
    if letter.is_secret and not any(one.clearance >= letter.secrecy for one in held):
        return f"ขณะนี้ไม่มีผู้ดำรงตำแหน่ง{position.label}ที่ได้รับอนุญาตให้เข้าถึงชั้นความลับนี้"
    return ""


def _position_choice(
    post: Position, held: list[Appointment], letter: Letter, at: datetime, picked: set[str], only_info: set[str]
) -> Choice:
    key, holder = position_key(post), holder_line(held)
    return Choice(
        key=key,
        title=post.title,
        unit=post.unit.name,
        holder=holder,
        vacant=not holder,
        whole_unit=False,
        chosen=key in picked,
        info=key in only_info,
        blocked=_no_clearance(letter, post, held),
    )


def _unit_choice(unit: Unit, letter: Letter, picked: set[str], only_info: set[str]) -> Choice:
    key = unit_key(unit)
    blocked = "หนังสือมีชั้นความลับต้องระบุตำแหน่งผู้รับ" if letter.is_secret else ""
    return Choice(
        key=key,
        title=unit.name,
        unit="ทั้งหน่วยงาน",
        holder="",
        vacant=False,
        whole_unit=True,
        chosen=key in picked,
        info=key in only_info,
        blocked=blocked,
    )


def _likely(actor: Actor) -> tuple[list[Position], list[Unit]]:
    """Lately sent to, the heads above, the units below and beside with their heads, the own room."""
    lately = list(
        RoutingStep.objects.filter(sent_from=actor.position).order_by("-id").values_list("to_position", flat=True)[:20]
    )
    chain = set(actor.chain_ids)
    near = set(
        _living_units(actor)
        .filter(Q(parent=actor.unit.pk) | Q(parent=actor.unit.parent_id, parent__isnull=False))
        .values_list("pk", flat=True)[:SHOWN]
    )
    around = Q(unit__in=chain | near, heads_subtree=True) | Q(unit=actor.unit.pk) | Q(unit__in=chain, rank__lte=10)
    posts = list(_living_positions(actor).filter(around | Q(pk__in=[pk for pk in lately if pk])))
    order = {pk: at for at, pk in reversed(list(enumerate(lately)))}
    posts.sort(key=lambda post: (order.get(post.pk, len(order)), post.unit_id not in chain, post.rank, post.pk))
    units = list(_living_units(actor).filter(pk__in=near | {actor.unit.pk}))
    return posts[: SHOWN - 10], units[:20]


def _matching(actor: Actor, query: str) -> tuple[list[Position], list[Unit]]:
    """Posts by their title, their unit, or the name of whoever holds them now; units by name or code."""
    unit_words = Q(unit__name__icontains=query) | Q(unit__short_name__icontains=query)
    people = Appointment.objects.current(actor.at).filter(
        Q(user__first_name__icontains=query) | Q(user__last_name__icontains=query), position__unit__agency=actor.agency
    )
    held = Q(pk__in=people.values("position"))
    posts = _living_positions(actor).filter(
        Q(title__icontains=query) | Q(short_title__icontains=query) | unit_words | held
    )
    units = _living_units(actor).filter(
        Q(name__icontains=query) | Q(short_name__icontains=query) | Q(code__startswith=query)
    )
    return list(posts[:SHOWN]), list(units[:SHOWN])


def _living_positions(actor: Actor) -> QuerySet[Position]:
    return (
        Position.objects.filter(unit__agency=actor.agency, abolished_at=None, unit__dissolved_at=None)
        .select_related("unit")
        .order_by("unit__position_order", "unit_id", "rank", "id")
    )


def _living_units(actor: Actor) -> QuerySet[Unit]:
    return Unit.objects.filter(agency=actor.agency, dissolved_at=None).order_by("position_order", "id")


def _ids(letter: str, keys: Sequence[str]) -> list[int]:
    return [int(key[1:]) for key in keys if key[:1] == letter and key[1:].isdecimal() and len(key) < 18]
