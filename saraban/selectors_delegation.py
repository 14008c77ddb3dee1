"""Delegations to show: whose block is printed for a post today, what a scope says in words, what a person gives and gets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Q

from common.access import Verdict
from common.money import baht
from common.rows import Tag
from common.thai import date_short
from org.actor import Actor
from org.models import STANDS_IN, Appointment, Capacity, Position
from org.permissions import may_end_standing_in
from org.selectors import holders
from org.selectors_standing import Clash, clashes, standing_in, standing_line, until_words
from saraban.models import DelegationScope, LetterKind, RegisterFolder
from saraban.permissions_delegation import Limits, Matter, limits_by_appointment

LONGEST = 200


def signing_holders(position_ids: Sequence[int], matter: Matter, at: datetime) -> dict[int, Appointment]:
    """Who would sign the matter at each post today: whoever acts, else the delegate whose order covers it, else the
    holder; posts with nobody who may are left out. Three queries at most."""
    held = holders(list(position_ids), at)
    delegated = [row.pk for rows in held.values() for row in rows if row.capacity == Capacity.ON_BEHALF]
    limits = limits_by_appointment(delegated) if delegated else {}
    found = {}
    for post, rows in held.items():
        able = [row for row in rows if row.signs and not _outside(row, limits, matter)]
        able.sort(key=lambda row: (row.capacity == Capacity.SUBSTANTIVE, row.capacity == Capacity.ON_BEHALF))
        if able:
            found[post] = able[0]
    return found


def _outside(row: Appointment, limits: dict[int, Limits], matter: Matter) -> str:
    if row.capacity != Capacity.ON_BEHALF:
        return ""
    own = limits.get(row.pk)
    return own.outside(matter) if own else "ทุกเรื่อง"


def standing_notes(position_ids: Iterable[int], matter: Matter, at: datetime) -> list[tuple[Position, str, bool]]:
    """For each post somebody stands in for: the post, the sentence of today, and whether it warns (a delegation that
    does not cover the matter, or limits money where the letter names none)."""
    found = standing_in(position_ids, at)
    ids = [row.pk for rows in found.values() for row in rows if row.capacity == Capacity.ON_BEHALF]
    limits = limits_by_appointment(ids) if ids else {}
    notes = []
    for rows in found.values():
        for row in rows:
            line, warns = f"วันนี้{standing_line(row)}", False
            outside = _outside(row, limits, matter)
            own = limits.get(row.pk)
            if outside:
                line, warns = f"{line} แต่มิได้รับมอบ{outside} เจ้าของตำแหน่งต้องลงนามเอง", True
            elif own is not None and own.amount is not None and matter.amount is None:
                line, warns = f"{line} ในวงเงินไม่เกิน {baht(own.amount)} หากเรื่องนี้มีวงเงินโปรดกรอกวงเงิน", True
            notes.append((row.position, line, warns))
    return notes


def scope_words(kinds: Iterable[str], amount: Decimal | None, folders: Iterable[RegisterFolder]) -> str:
    """`บันทึกข้อความ คำสั่ง · ไม่เกิน 500,000 บาท · แฟ้ม …`: the limits in one line."""
    names = [str(LetterKind(kind).label) for kind in LetterKind.values if kind in set(kinds)]
    held = [folder.name for folder in folders]
    parts = [
        f"หนังสือชนิด {', '.join(names)}" if names else "หนังสือทุกชนิด",
        f"วงเงินไม่เกิน {baht(amount)}" if amount is not None else "ไม่จำกัดวงเงิน",
        f"เฉพาะแฟ้ม {', '.join(held)}" if held else "ทุกแฟ้มทะเบียน",
    ]
    return " · ".join(parts)


@dataclass(frozen=True, slots=True)
class Line:
    """One delegation on the page: who for whom, in which words it prints, what it covers, and whether it can be ended."""

    appointment: Appointment
    period: str
    state: Tag
    covers: str
    may_end: Verdict
    endable: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Delegations under one heading."""

    title: str
    empty: str
    lines: list[Line]


def overview(actor: Actor) -> list[Group]:
    """What stands in for the actor's post and what he handed on; and what he himself stands in for. In force first."""
    rows = Appointment.objects.filter(capacity__in=STANDS_IN).select_related("user", "position__unit", "parent__user")
    mine = Q(pk__in=[])
    if actor.appointment is not None:
        mine = Q(position=actor.position) if actor.appointment.has_full_powers else Q(parent=actor.appointment)
    given = list(rows.filter(mine).exclude(user=actor.user).order_by("-starts_at", "-id")[:LONGEST])
    received = list(rows.filter(user=actor.user).order_by("-starts_at", "-id")[:LONGEST])
    words = _words([*given, *received])
    return [
        Group("ผู้ทำหน้าที่แทนตำแหน่งที่ท่านใช้อยู่", "ยังไม่มีผู้รักษาราชการแทนหรือปฏิบัติราชการแทนตำแหน่งนี้", _lines(actor, given, words)),
        Group("ที่ท่านทำหน้าที่แทนผู้อื่น", "ท่านไม่ได้รักษาราชการแทนหรือปฏิบัติราชการแทนผู้ใด", _lines(actor, received, words)),
    ]


def _words(rows: Sequence[Appointment]) -> dict[int, str]:
    ids = [row.pk for row in rows if row.capacity == Capacity.ON_BEHALF]
    scopes = DelegationScope.objects.filter(appointment__in=ids).prefetch_related("folders") if ids else []
    return {scope.appointment_id: scope_words(scope.kinds, scope.amount_limit, scope.folders.all()) for scope in scopes}


def scope_of_words(row: Appointment) -> str:
    """What one appointment covers, in a line."""
    return _words([row]).get(row.pk, _without_scope(row))


def _without_scope(row: Appointment) -> str:
    return "อำนาจเต็มของตำแหน่ง" if row.has_full_powers else "ยังไม่ได้บันทึกขอบเขต จึงยังใช้อำนาจไม่ได้"


def _lines(actor: Actor, rows: Sequence[Appointment], words: dict[int, str]) -> list[Line]:
    order = {"มีผลอยู่": 0, "จะมีผล": 1, "สิ้นสุดแล้ว": 2}
    lines = [_line(actor, row, words) for row in rows]
    return sorted(lines, key=lambda line: order[line.state.text])


def _line(actor: Actor, row: Appointment, words: dict[int, str]) -> Line:
    over = row.ends_at is not None and row.ends_at <= actor.at
    state = Tag("สิ้นสุดแล้ว") if over else Tag("จะมีผล", "brand") if row.starts_at > actor.at else Tag("มีผลอยู่", "good")
    verdict = may_end_standing_in(actor, row)
    period = f"ตั้งแต่ {date_short(row.starts_at)} {until_words(row.ends_at) or 'ไม่มีกำหนดสิ้นสุด'}"
    return Line(
        row, period, state, words.get(row.pk, _without_scope(row)), verdict, not over and row.user_id != actor.user.pk
    )


def clashes_at(position: Position, now: datetime) -> list[Clash]:
    """Where the post's next three months clash or leave a gap."""
    rows = Appointment.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now), position=position, user__is_active=True)
    return clashes(position, rows.select_related("user"), now=now)
