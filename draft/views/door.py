"""The one door of every page here: a letter with a draft that the actor may read, or 404."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from audit.actions import record_reading
from common.access import Refused
from common.thai import visible
from draft.content import Content
from draft.models import Draft
from draft.permissions import look_up_once
from org.actor import ActorRequest
from saraban.actions.phrases import spell_out
from saraban.models import Letter
from saraban.models.links import last_day_before
from saraban.selectors_links import link_ends


class Opened:
    """A draft as a page opened it."""

    def __init__(self, request: ActorRequest, letter_id: int) -> None:
        letters = Letter.objects.visible_to(request.actor).select_related(
            "agency", "owner_unit__agency", "folder", "author_position__unit", "author", "draft__saved_by", "sheet",
            "filled__type", "filled__version",
        )  # fmt: skip
        letters = letters.annotate(link_ends=link_ends())
        self.letter: Letter = get_object_or_404(letters, pk=letter_id, draft__isnull=False)
        self.link_day: date | None = last_day_before(vars(self.letter)["link_ends"])
        self.draft: Draft = self.letter.draft
        self.content = Content.of(self.draft)
        if self.letter.is_secret and request.method in ("GET", "HEAD"):
            record_reading(by=request.actor, what="draft", letter_id=letter_id)
        look_up_once(self.letter)


def once_key() -> str:
    """A fresh key for a form that must act once."""
    return str(uuid4())


def once_of(request: ActorRequest) -> UUID | None:
    """The key the form carried; none for a form that was tampered with (the rules refuse a second time all the same)."""
    try:
        return UUID(request.POST.get("once", ""))
    except ValueError:
        return None


def typed(request: ActorRequest, name: str, default: str = "") -> str:
    """A posted text without what nobody sees."""
    return visible(request.POST.get(name, default))


def with_phrase(request: ActorRequest, name: str, default: str = "") -> str:
    """A posted text after the phrase that was chosen for it (`phrase`); without scripts that is how one is inserted."""
    phrase = spell_out(by=request.actor, value=request.POST["phrase"]) if request.POST.get("phrase") else ""
    return " ".join(part for part in (phrase, typed(request, name, default)) if part)


def sentence(refusal: Refused) -> HttpResponse:
    """A refusal as the plain sentence that scripts show."""
    return HttpResponse(refusal.sentence, status=refusal.status, content_type="text/plain; charset=utf-8")
