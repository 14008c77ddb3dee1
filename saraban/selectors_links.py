"""What to show of the public link of a letter's enclosures, inside and to whoever holds it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import OuterRef, Subquery
from django.urls import reverse

from common.rows import Tag
from files.models import StoredFile
from org.actor import Actor
from saraban.models import Enclosure, EnclosureLink, Letter
from saraban.permissions_links import DEAD, is_public
from saraban.tokens import read_token


def address_of(link: EnclosureLink) -> str:
    """The link as it is printed: short, and whole with the address of this installation."""
    return settings.SITE_URL.rstrip("/") + reverse("links:page", args=[link.token])


def link_in_use(letter: Letter) -> EnclosureLink | None:
    """The letter's link that is not revoked."""
    return EnclosureLink.objects.filter(letter=letter, revoked_at=None).first()


def link_ends() -> Subquery:
    """When the link in use of each letter of a query ends, for a page that has its letter to fetch anyway."""
    in_use = EnclosureLink.objects.filter(letter=OuterRef("pk"), revoked_at=None)
    return Subquery(in_use.values("expires_at")[:1])


def newest_link(letter: Letter) -> EnclosureLink | None:
    """The letter's link in use, or the last one that was revoked."""
    return EnclosureLink.objects.filter(letter=letter).select_related("revoked_by").order_by("-id").first()


def printed_link(letter: Letter) -> str:
    """The address for the letter's paper; empty without a link or without a file to download."""
    link = link_in_use(letter)
    return address_of(link) if link and letter.enclosures.filter(file__isnull=False).exists() else ""


def state_of(link: EnclosureLink, letter: Letter, at: datetime) -> Tag:
    """How the link stands, in a word."""
    if link.revoked_at:
        return Tag("ยกเลิกแล้ว", "bad")
    if letter.status in DEAD:
        return Tag("ใช้ไม่ได้ เพราะหนังสือถูกยกเลิก", "bad")
    if at >= link.expires_at:
        return Tag("หมดอายุแล้ว", "amber")
    return Tag("เผยแพร่แล้ว", "good") if link.published_at else Tag("ยังไม่เผยแพร่")


@dataclass(frozen=True, slots=True)
class PublicFile:
    """One line of the public page. `order` is its place from 1, `stored` None where only a title stands."""

    order: int
    enclosure: Enclosure
    stored: StoredFile | None


@dataclass(frozen=True, slots=True)
class PublicSet:
    """What the holder of a link sees. `public` is False when only readers of the letter see it, before it is sent."""

    link: EnclosureLink
    letter: Letter
    files: tuple[PublicFile, ...]
    public: bool

    def file(self, order: int) -> PublicFile | None:
        """The `order`th line, if it has a file."""
        return next((one for one in self.files if one.order == order and one.stored is not None), None)


def opened_by(token: str, actor: Actor | None, at: datetime) -> PublicSet | None:
    """What stands behind `token` at `at`; None for everything that is not open, whatever the reason.

    A signed-in reader of the letter sees a link that is not published yet, as its holders will.
    """
    known = read_token(token)
    link = EnclosureLink.objects.select_related("letter__agency").filter(token=known).first() if known else None
    if link is None:
        return None
    letter, public = link.letter, is_public(link.letter, link, at)
    if not public and not _seen_before(link, letter, actor, at):
        return None
    rows = letter.enclosures.select_related("file")
    files = tuple(PublicFile(order, row, row.file) for order, row in enumerate(rows, start=1))
    return PublicSet(link, letter, files, public)


def _seen_before(link: EnclosureLink, letter: Letter, actor: Actor | None, at: datetime) -> bool:
    coming = (
        link.published_at is None and link.revoked_at is None and at < link.expires_at and letter.status not in DEAD
    )
    return coming and actor is not None and Letter.objects.visible_to(actor).filter(pk=letter.pk).exists()
