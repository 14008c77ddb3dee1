"""Files of letters: page images, originals, enclosures. Every view starts at the letter's door."""

from __future__ import annotations

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404

from audit.actions import record_reading
from common.thai import datetime_short
from files.models import StoredFile
from files.serving import file_answer, image_answer
from org.actor import Actor, ActorRequest
from saraban.filenames import document_names, enclosure_names
from saraban.models import Enclosure, Letter
from saraban.views.doors import letter_for


def page_image(request: ActorRequest, letter_id: int, page: int) -> HttpResponseBase:
    """One page of the letter as PNG; of a classified one with the reader's name across it, and logged."""
    letter = letter_for(request.actor, letter_id)
    return _image(request, letter, letter.document, page)


def enclosure_page(request: ActorRequest, letter_id: int, enclosure_id: int, page: int) -> HttpResponseBase:
    """The same of one enclosure."""
    letter = letter_for(request.actor, letter_id)
    return _image(request, letter, _enclosure(letter, enclosure_id).file, page)


def document(request: ActorRequest, letter_id: int) -> HttpResponseBase:
    """The letter's original bytes under the name of annex ข; `?inline=1` shows it in the browser."""
    letter = letter_for(request.actor, letter_id)
    if letter.document is None:
        raise Http404
    _log(request.actor, letter, letter.document)
    name, title = document_names(letter)
    return file_answer(letter.document, name=name, title=title, inline=_inline(request, letter))


def enclosure(request: ActorRequest, letter_id: int, enclosure_id: int) -> HttpResponseBase:
    """One enclosure's original bytes."""
    letter = letter_for(request.actor, letter_id)
    one = _enclosure(letter, enclosure_id)
    if one.file is None:
        raise Http404
    _log(request.actor, letter, one.file)
    order = list(letter.enclosures.values_list("pk", flat=True)).index(one.pk) + 1
    name, title = enclosure_names(letter, one, order, one.file)
    return file_answer(one.file, name=name, title=title, inline=_inline(request, letter))


def _enclosure(letter: Letter, enclosure_id: int) -> Enclosure:
    return get_object_or_404(letter.enclosures.select_related("file"), pk=enclosure_id)


def _image(request: ActorRequest, letter: Letter, stored: StoredFile | None, page: int) -> HttpResponseBase:
    if stored is None:
        raise Http404
    if not letter.is_secret:
        return image_answer(request, stored, page)
    actor = request.actor
    record_reading(by=actor, what=f"image {page}"[:20], letter_id=letter.pk, file_sha256=stored.sha256)
    return image_answer(request, stored, page, marks=(actor.user.full_name, datetime_short(actor.at)))


def _inline(request: ActorRequest, letter: Letter) -> bool:
    return request.GET.get("inline") == "1" and not letter.is_secret


def _log(actor: Actor, letter: Letter, stored: StoredFile) -> None:
    record_reading(by=actor, what="file", letter_id=letter.pk, file_sha256=stored.sha256)
