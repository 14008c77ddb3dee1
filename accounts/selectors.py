"""What to show of sign-in: own people with their ThaiD state, an invitation by its link, a person's own history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery

from accounts.models import Invitation, PrivacyAcceptance, SignIn, ThaidLink
from accounts.notice import NOTICE_VERSION
from accounts.states import LinkState
from common.rows import Tag
from org.actor import Actor
from org.models import Appointment, User
from org.permissions import administered_users


@dataclass(frozen=True, slots=True)
class Person:
    """One line of the people page."""

    user: User
    posts: tuple[str, ...]
    link: ThaidLink | None
    tag: Tag
    last_at: datetime | None


def people(actor: Actor, words: str = "") -> QuerySet[User]:
    """The accounts the actor administers, by name; `words` are looked for in names and user names."""
    found = administered_users(actor).filter(is_active=True).order_by("first_name", "last_name", "pk")
    for word in words.split():
        found = found.filter(Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(username__icontains=word))
    return found


def lines(users: QuerySet[User], at: datetime) -> list[Person]:
    """`users` (one page of them) with posts in force, ThaiD state and last sign-in, in four queries."""
    last = SignIn.objects.filter(user=OuterRef("pk")).order_by("-at").values("at")[:1]
    current = Appointment.objects.current(at).select_related("position__unit")
    living = ThaidLink.objects.exclude(state=LinkState.REVOKED)
    found = users.annotate(last_at=Subquery(last)).prefetch_related(
        Prefetch("appointments", current, to_attr="current"), Prefetch("thaid_links", living, to_attr="living")
    )
    return [_line(user) for user in found]


def _line(user: User) -> Person:
    current: list[Appointment] = user.__dict__["current"]
    living: list[ThaidLink] = user.__dict__["living"]
    link = living[0] if living else None
    posts = tuple(f"{one.title_line} {one.position.unit.label}" for one in current)
    return Person(user, posts, link, state_tag(link), user.__dict__["last_at"])


def state_tag(link: ThaidLink | None) -> Tag:
    """The state of a link as a label."""
    if link is None:
        return Tag("ยังไม่ได้ผูก")
    if link.state == LinkState.PENDING:
        return Tag("รอยืนยันตัวตน", "amber")
    return Tag(f"ผูกแล้ว · IAL {link.ial}" if link.ial else "ผูกแล้ว", "good")


def living_link(user: User) -> ThaidLink | None:
    """The account's link that is not revoked, if any."""
    return ThaidLink.objects.exclude(state=LinkState.REVOKED).select_related("recorded_by").filter(user=user).first()


def open_invitation(token: str, at: datetime) -> Invitation | None:
    """The invitation of a link that still works at `at`."""
    found = Invitation.objects.open(at).select_related("link__user__agency", "created_by")
    return found.filter(token_hash=Invitation.hash_of(token)).first()


def latest_invitation(link: ThaidLink) -> Invitation | None:
    """The invitation sent last."""
    return link.invitations.order_by("-created_at", "-pk").first()


def notice_accepted(user: User) -> bool:
    """Whether the person has read the present privacy notice."""
    return PrivacyAcceptance.objects.filter(user=user, version=NOTICE_VERSION).exists()


def acceptance_of(user: User) -> PrivacyAcceptance | None:
    """When the person read the present notice."""
    return PrivacyAcceptance.objects.filter(user=user, version=NOTICE_VERSION).first()


def posts_of(user: User) -> QuerySet[Appointment]:
    """All appointments of a person, the newest first."""
    return Appointment.objects.filter(user=user).select_related("position__unit__agency").order_by("-starts_at", "-pk")


def recent_sign_ins(user: User, limit: int = 5) -> list[SignIn]:
    """The newest beginnings of sessions."""
    return list(SignIn.objects.filter(user=user).order_by("-at")[:limit])
