"""What else may be done with a letter besides the next step: use it again, certify a copy, look after its link."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from common.rows import Tag
from org.actor import Actor
from saraban.models import EnclosureLink, Letter, LetterCopy
from saraban.models.letters import LetterQuerySet
from saraban.permissions import may_draft
from saraban.permissions_links import may_certify, may_keep_link
from saraban.selectors_links import newest_link, state_of


@dataclass(frozen=True, slots=True)
class Further:
    """A quiet button of the letter page; `reason` greys it."""

    label: str
    url: str
    icon: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class KeptLink:
    """The letter's link as those who look after it see it on the letter page."""

    link: EnclosureLink
    state: Tag


def what_stands_beside(letters: LetterQuerySet) -> QuerySet[Letter]:
    """With what `further` and `kept_link` ask of a letter, so that a page asks it together with the letter."""
    of_it = {"letter": OuterRef("pk")}
    return letters.annotate(
        has_copies=Exists(LetterCopy.objects.filter(**of_it)), has_link=Exists(EnclosureLink.objects.filter(**of_it))
    )


def further(actor: Actor, letter: Letter) -> list[Further]:
    """What the letter's kind of life offers; the page behind each button says why not, where it does not.

    `letter` comes from `what_stands_beside`, as in the next function.
    """
    found: list[Further] = []
    finished = letter.document is not None and (letter.sealed or letter.incoming)
    if not letter.is_secret and may_draft(actor):
        if not letter.incoming and letter.author_position_id is not None:
            found.append(Further("ทำสำเนาเป็นร่างใหม่", reverse("draft:copy", args=[letter.pk]), "copy"))
        if finished:
            found.append(Further("ส่งต่อเป็นหนังสือใหม่", reverse("draft:forward", args=[letter.pk]), "mail-plus"))
    verdict, copied = may_certify(actor, letter), bool(vars(letter)["has_copies"])
    if finished and (copied or letter.owner_unit_id in actor.unit_ids):
        url = reverse("saraban:certify", args=[letter.pk])
        found.append(Further("สำเนาถูกต้อง", url, "copy-check", "" if copied else verdict.reason))
    return found


def kept_link(actor: Actor, letter: Letter) -> KeptLink | None:
    """The link to the author's post and the registrar; None for everybody else and where there is none."""
    if not vars(letter)["has_link"] or not may_keep_link(actor, letter):
        return None
    link = newest_link(letter)
    return KeptLink(link, state_of(link, letter, actor.at)) if link else None
