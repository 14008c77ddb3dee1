"""Who may read a classified draft, and who of those it is meant for lacks the clearance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from draft import plan
from draft.content import Content
from org.models import Appointment, Position
from org.selectors import holders
from saraban.models import Letter, LetterParty, Secrecy
from saraban.selectors import numbering_positions

BECAUSE = {
    LetterParty.Because.AUTHOR: "เจ้าของร่าง",
    LetterParty.Because.REVIEWER: "ผู้ตรวจร่าง",
    LetterParty.Because.ROUTING: "ผู้ลงนามหรือผู้ได้รับมอบหมาย",
    LetterParty.Because.READER: "ผู้ได้รับอนุญาตให้เข้าถึง",
}


@dataclass(frozen=True, slots=True)
class Reader:
    """One post that is named: why, who of it may read today, and the party to end (named readers only)."""

    title: str
    because: str
    names: str
    party: int | None = None


def readers(letter: Letter, content: Content, at: datetime) -> list[Reader]:
    """The posts that may read the letter now, then those that will when it comes to them."""
    parties = list(
        LetterParty.objects.filter(Q(until=None) | Q(until__gt=at), letter=letter, position__isnull=False)
        .select_related("position")
        .order_by("pk")
    )
    coming = [*plan.posts(content.reviewers), *content.signers]
    posts = {post.pk: post for post in Position.objects.filter(pk__in=coming, abolished_at=None)}
    registrars = numbering_positions(letter.folder) if letter.folder and letter.folder.is_secret else []
    ids = {party.position_id for party in parties if party.position_id}
    held = holders([*ids, *posts, *(post.pk for post in registrars)], at)
    found = []
    for party in parties:
        assert party.position is not None  # by the filter
        because = BECAUSE.get(LetterParty.Because(party.because), party.get_because_display())
        ending = party.pk if party.because == LetterParty.Because.READER else None
        found.append(Reader(party.position.label, because, _cleared(letter, held[party.position.pk]), ending))
    for pk in dict.fromkeys(coming):
        if pk in posts and pk not in ids:
            found.append(Reader(posts[pk].label, "เมื่อเรื่องถึง", _cleared(letter, held[pk])))
    for post in registrars:
        if post.pk not in ids:
            found.append(Reader(post.label, "นายทะเบียนข้อมูลข่าวสารลับ เมื่อรอออกเลข", _cleared(letter, held[post.pk])))
    return found


def _cleared(letter: Letter, held: Sequence[Appointment]) -> str:
    return " · ".join(one.user.full_name for one in held if one.clearance >= letter.secrecy)


def cleared_posts(letter: Letter, at: datetime) -> list[tuple[int, str]]:
    """The posts of the agency that may yet be named as readers: somebody cleared for the class holds them now."""
    parties = LetterParty.objects.filter(Q(until=None) | Q(until__gt=at), letter=letter, position__isnull=False)
    held = (
        Appointment.objects.current(at)
        .filter(
            position__unit__agency=letter.agency_id,
            position__abolished_at=None,
            clearance__gte=letter.secrecy,
            user__is_active=True,
        )
        .exclude(position__in=parties.values("position"))
        .select_related("user", "position__unit")
        .order_by("position__unit__position_order", "position__rank", "position_id")
    )
    return list({one.position_id: f"{one.position.label} – {one.user.full_name}" for one in held}.items())


def without_clearance(letter: Letter, content: Content, at: datetime) -> Iterator[tuple[str, str]]:
    """(field, sentence) for every reviewer or signer whose post nobody cleared for the letter's class holds now."""
    if not letter.is_secret:
        return
    asked = {"reviewers": plan.posts(content.reviewers), "signers": content.signers}
    ids = list(dict.fromkeys(pk for posts in asked.values() for pk in posts))
    titles = {post.pk: post.title for post in Position.objects.filter(pk__in=ids)}
    held = holders(ids, at)
    for field, posts in asked.items():
        for pk in posts:
            if pk in titles and held[pk] and not any(one.signs and one.clearance >= letter.secrecy for one in held[pk]):
                yield field, lacks(titles[pk], held[pk], letter.secrecy)


def lacks(title: str, held: Sequence[Appointment], secrecy: int) -> str:
    """The sentence that names who lacks the clearance."""
    names = " และ".join(one.user.full_name for one in held if one.signs)
    who = f"{title} ({names})" if names else title
    return f"{who} ยังไม่ได้รับอนุญาตให้เข้าถึงชั้น{Secrecy(secrecy).label} โปรดเลือกตำแหน่งอื่น หรือให้ออกคำสั่งแต่งตั้งก่อน"
