"""What a delegate decides (ปฏิบัติราชการแทน): only what the order delegates. Whoever acts (รักษาราชการแทน) has the post's
full powers (พ.ร.บ.ระเบียบบริหารราชการแผ่นดิน มาตรา 38, 39 and 48) and is asked nothing here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from common.access import ALLOWED, Verdict, no
from common.money import baht
from org.actor import Actor
from org.models import Appointment, Capacity
from org.selectors import holders
from saraban.models import DelegationScope, Letter, LetterKind, RegisterEntry, RegisterFolder

_KEPT = "_saraban_limits"


@dataclass(frozen=True, slots=True)
class Matter:
    """What of a letter a delegation is measured by. `folders` are the registers it is to stand or stands in."""

    kind: str
    amount: Decimal | None
    folders: frozenset[int]


@dataclass(frozen=True, slots=True)
class Limits:
    """A delegation's scope as a value. Empty kinds and folders, and no amount, limit nothing."""

    kinds: frozenset[str]
    amount: Decimal | None
    folders: frozenset[int]

    @classmethod
    def of(cls, scope: DelegationScope) -> Limits:
        """The limits of a kept delegation (one query for its folders unless they were prefetched)."""
        return cls(frozenset(scope.kinds), scope.amount_limit, frozenset(folder.pk for folder in scope.folders.all()))

    def outside(self, matter: Matter) -> str:
        """What of the matter is not delegated, in words; "" when all is."""
        if self.kinds and matter.kind not in self.kinds:
            return f"ชนิดหนังสือ “{LetterKind(matter.kind).label}”"
        if self.amount is not None and matter.amount is not None and matter.amount > self.amount:
            return f"วงเงิน {baht(matter.amount)} (มอบไว้ไม่เกิน {baht(self.amount)})"
        if self.folders and not self.folders & matter.folders:
            names = RegisterFolder.objects.filter(pk__in=matter.folders).values_list("name", flat=True)[:1]
            return f"แฟ้มทะเบียน “{names[0]}”" if names else "หนังสือที่ยังไม่ได้กำหนดแฟ้มทะเบียน"
        return ""

    def beyond(self, other: Limits) -> tuple[str, str] | None:
        """What of `other` reaches further than these limits: the field and words; None when it lies within them."""
        if self.kinds and not (other.kinds and other.kinds <= self.kinds):
            return "kinds", "ชนิดหนังสือ"
        if self.amount is not None and (other.amount is None or other.amount > self.amount):
            return "amount_limit", f"วงเงิน (ท่านได้รับมอบไม่เกิน {baht(self.amount)})"
        if self.folders and not (other.folders and other.folders <= self.folders):
            return "folders", "แฟ้มทะเบียน"
        return None


def limits_of(appointment: Appointment) -> Limits | None:
    """The limits of a delegation; None for one whose scope was never recorded: it covers nothing."""
    scope = DelegationScope.objects.filter(appointment=appointment.pk).prefetch_related("folders").first()
    return Limits.of(scope) if scope else None


def matter_of(letter: Letter) -> Matter:
    """What a letter is measured by: its own folder, and for what was received the registers it stands in."""
    folders = {letter.folder_id} if letter.folder_id else set()
    if letter.pk and not folders:
        folders |= set(RegisterEntry.objects.filter(letter=letter).values_list("folder_id", flat=True))
    return Matter(letter.kind, letter.amount, frozenset(folders))


def within_delegation(actor: Actor, letter: Letter) -> Verdict:
    """Whether deciding `letter` lies within what was delegated to the actor; everybody but a delegate is let through.

    Asked by whatever is decided in the name of a post: signing, approving, instructing, sending on, reviewing, numbering.
    """
    held = actor.appointment
    if held is None or held.capacity != Capacity.ON_BEHALF:
        return ALLOWED
    kept: dict[str, Limits | None] = actor.__dict__.setdefault(_KEPT, {})
    if "own" not in kept:
        kept["own"] = limits_of(held)
    limits = kept["own"]
    if limits is None:
        return no(f"ยังไม่ได้บันทึกขอบเขตของ{held.order_ref} {_principal(actor)}เป็นผู้พิจารณา หรือแจ้งผู้ดูแลหน่วยงานให้บันทึกขอบเขต")
    matter = matter_of(letter)
    outside = limits.outside(matter)
    if not outside:
        return ALLOWED
    another = _covering(actor, matter)
    way_on = f"ท่านมีอำนาจตาม{another.order_ref} โปรดสลับฐานะ" if another else f"ให้เสนอ{_principal(actor)}พิจารณา"
    return no(f"{held.order_ref} มิได้มอบอำนาจใน{outside} {way_on}")


def _principal(actor: Actor) -> str:
    """Whose power it is: the post, with who exercises it fully now."""
    now = next((row for row in holders([actor.position.pk], actor.at)[actor.position.pk] if row.has_full_powers), None)
    return f"{actor.position.title} ({now.user.full_name})" if now else actor.position.title


def _covering(actor: Actor, matter: Matter) -> Appointment | None:
    """Another capacity of the same person in the same post that covers the matter."""
    others = Appointment.objects.current(actor.at).filter(user=actor.user, position=actor.position)
    own = actor.appointment.pk if actor.appointment else 0
    return next(
        (other for other in others.order_by("starts_at", "id") if other.pk != own and covers(other, matter)), None
    )


def covers(appointment: Appointment, matter: Matter) -> bool:
    """Whether who holds `appointment` may decide the matter, were it before his post."""
    if appointment.capacity != Capacity.ON_BEHALF:
        return appointment.has_full_powers
    limits = limits_of(appointment)
    return limits is not None and not limits.outside(matter)


def limits_by_appointment(ids: Iterable[int]) -> dict[int, Limits]:
    """The limits of several delegations, in two queries."""
    rows = DelegationScope.objects.filter(appointment__in=list(ids)).prefetch_related("folders")
    return {row.appointment_id: Limits.of(row) for row in rows}
