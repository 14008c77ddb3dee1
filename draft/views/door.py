"""The one door of every page here: a letter with a draft that the actor may read, or 404."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from common.access import Refused
from common.thai import visible
from draft.content import Content
from draft.models import Draft
from draft.permissions import look_up_once
from org.actor import ActorRequest
from saraban.models import Letter


class Opened:
    """A draft as a page opened it."""

    def __init__(self, request: ActorRequest, letter_id: int) -> None:
        letters = Letter.objects.visible_to(request.actor).select_related(
            "agency", "owner_unit__agency", "folder", "author_position__unit", "author", "draft__saved_by", "sheet"
        )
        self.letter: Letter = get_object_or_404(letters, pk=letter_id, draft__isnull=False)
        self.draft: Draft = self.letter.draft
        self.content = Content.of(self.draft)
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


def sentence(refusal: Refused) -> HttpResponse:
    """A refusal as the plain sentence that scripts show."""
    return HttpResponse(refusal.sentence, status=refusal.status, content_type="text/plain; charset=utf-8")
