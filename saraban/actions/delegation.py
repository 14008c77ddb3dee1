"""มอบอำนาจ: a delegation with its scope, handed on where the order lets it, ended. Everybody concerned is told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from audit.actions import record
from common.access import Invalid, Refused
from notifications.actions import notify
from org.actions import appoint, end_standing_in, hand_on
from org.actor import Actor
from org.models import Agency, Appointment, Capacity, Position, User
from org.permissions import may_end_standing_in
from org.selectors import holders
from org.selectors_standing import until_words
from saraban.models import DelegationScope, LetterKind, RegisterFolder
from saraban.permissions_delegation import Limits, limits_of
from saraban.selectors_delegation import scope_words

SCOPE_LENGTH = 400


@transaction.atomic
def delegate(
    *,
    by: Actor,
    user: User,
    position: Position,
    order_ref: str,
    kinds: Sequence[str] = (),
    amount_limit: Decimal | None = None,
    folders: Iterable[RegisterFolder] = (),
    scope: str = "",
    own_title: str = "",
    printed: str = "",
    may_subdelegate: bool = False,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    tell: bool = True,
) -> DelegationScope:
    """`user` exercises powers of `position` within a scope, as the order says (ปฏิบัติราชการแทน, มาตรา 38).

    `scope` are the order's own words; without them the limits in words. `tell`: the delegate and the post's holder get a
    notice (not those of a demo). Raises `Refused`, `Invalid`, `Conflict`.
    """
    limits = _limits(position.unit.agency, kinds, amount_limit, folders)
    appointment = appoint(
        by=by,
        user=user,
        position=position,
        capacity=Capacity.ON_BEHALF,
        order_ref=order_ref,
        scope=scope.strip() or _words(limits),
        own_title=own_title,
        printed=printed,
        may_subdelegate=may_subdelegate,
        starts_at=starts_at,
        ends_at=ends_at,
    )
    kept = _keep(by, appointment, limits)
    if tell:
        _tell(appointment)
    return kept


@transaction.atomic
def subdelegate(
    *,
    by: Actor,
    user: User,
    order_ref: str,
    kinds: Sequence[str] = (),
    amount_limit: Decimal | None = None,
    folders: Iterable[RegisterFolder] = (),
    scope: str = "",
    printed: str = "",
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> DelegationScope:
    """มอบอำนาจช่วง: hand on what was delegated, never more than it (มาตรา 39). Raises `Refused`, `Invalid` with the field."""
    limits = _limits(by.agency, kinds, amount_limit, folders)
    if user.agency_id != by.agency.pk:
        raise Refused("มอบอำนาจช่วงได้เฉพาะผู้ดำรงตำแหน่งในส่วนราชการเดียวกัน")
    appointment = hand_on(
        by=by,
        user=user,
        order_ref=order_ref,
        scope=scope.strip() or _words(limits),
        printed=printed,
        starts_at=starts_at,
        ends_at=ends_at,
    )
    assert by.appointment is not None  # handing on refused otherwise
    own = limits_of(by.appointment)
    if own is None:
        raise Refused(f"ยังไม่ได้บันทึกขอบเขตของ{by.appointment.order_ref} จึงมอบอำนาจช่วงไม่ได้")
    beyond = own.beyond(limits)
    if beyond is not None:
        field, words = beyond
        raise Invalid(f"มอบอำนาจช่วงเกินกว่าที่ท่านได้รับมอบไม่ได้: {words}", field=field)
    kept = _keep(by, appointment, limits)
    _tell(appointment)
    return kept


@transaction.atomic
def end_delegation(*, by: Actor, appointment: Appointment, reason: str = "") -> Appointment:
    """End now who stands in for the actor's post, or what he handed on. Raises `Refused`, `Conflict` when it is over."""
    may_end_standing_in(by, appointment).demand()
    handed_on = [row.user for row in appointment.subdelegations.select_related("user")]
    record(
        by=by,
        verb="delegation.end",
        label=f"ให้{appointment.user.full_name}พ้นจากการ{appointment.get_capacity_display()}",
        subject=appointment,
        detail={"reason": reason.strip()[:200]},
    )
    ended = end_standing_in(by=by, appointment=appointment, reason=reason)
    notify(
        key=f"delegation:{appointment.pk}:ended:{by.at.isoformat()}",
        event="delegation.ended",
        title=f"การ{appointment.get_capacity_display()} {appointment.position.title} สิ้นสุดแล้ว",
        why="ท่านทำหน้าที่แทนตำแหน่งนี้",
        url_name="saraban:delegations",
        users=[appointment.user, *handed_on],
    )
    return ended


def _limits(
    agency: Agency, kinds: Sequence[str], amount_limit: Decimal | None, folders: Iterable[RegisterFolder]
) -> Limits:
    chosen = list(folders)
    if set(kinds) - set(LetterKind.values):
        raise Invalid("มีชนิดหนังสือที่ระบบไม่รู้จัก โปรดเลือกใหม่", field="kinds")
    if any(folder.agency_id != agency.pk for folder in chosen):
        raise Invalid("เลือกได้เฉพาะแฟ้มทะเบียนของส่วนราชการเดียวกัน", field="folders")
    if amount_limit is not None and amount_limit < 0:
        raise Invalid("วงเงินต้องไม่ต่ำกว่า 0 บาท", field="amount_limit")
    return Limits(frozenset(kinds), amount_limit, frozenset(folder.pk for folder in chosen))


def _words(limits: Limits) -> str:
    folders = RegisterFolder.objects.filter(pk__in=limits.folders).order_by("name")
    return scope_words(limits.kinds, limits.amount, folders)[:SCOPE_LENGTH]


def _keep(by: Actor, appointment: Appointment, limits: Limits) -> DelegationScope:
    kinds = [kind for kind in LetterKind.values if kind in limits.kinds]
    scope = DelegationScope(appointment=appointment, kinds=kinds, amount_limit=limits.amount)
    scope._history_user = by.user  # type: ignore[attr-defined]
    scope._change_reason = f"มอบอำนาจตาม{appointment.order_ref}"[:100]  # type: ignore[attr-defined]
    scope.save()
    if limits.folders:
        scope.folders.set(limits.folders)
    record(
        by=by,
        verb="delegation.give",
        label=f"มอบอำนาจให้{appointment.user.full_name}ปฏิบัติราชการแทน{appointment.position.title}"[:400],
        subject=appointment,
        detail={"order": appointment.order_ref, "parent": appointment.parent_id},
    )
    return scope


def _tell(appointment: Appointment) -> None:
    until = until_words(appointment.ends_at)
    notify(
        key=f"delegation:{appointment.pk}",
        event="delegation.given",
        title=f"มอบอำนาจให้ท่านปฏิบัติราชการแทน {appointment.position.title} {until}".strip(),
        why=f"ตาม{appointment.order_ref}"[:200],
        url_name="saraban:delegations",
        users=[appointment.user],
    )
    post = appointment.position
    now = [row.user for row in holders([post.pk], timezone.now())[post.pk] if row.has_full_powers]
    notify(
        key=f"delegation:{appointment.pk}:post",
        event="delegation.given",
        title=f"{appointment.user.full_name} ปฏิบัติราชการแทน {post.title} {until}".strip(),
        why="ท่านใช้อำนาจของตำแหน่งที่มอบอำนาจนี้",
        url_name="saraban:delegations",
        users=[user for user in now if user.pk != appointment.user_id],
    )
