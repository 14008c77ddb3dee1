"""Names of files that leave: by annex ข of the e-Office guide for machines, with the human title beside it for people."""

from __future__ import annotations

from django.utils import timezone

from common.thai import year_be
from files.models import StoredFile
from saraban.models import Delivery, Enclosure, Letter
from saraban.numbers import file_name

_SUFFIX = {
    "application/pdf": "pdf",
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/tiff": "tif",
    "application/zip": "zip",
    "text/plain": "txt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
}


def document_names(letter: Letter) -> tuple[str, str]:
    """The letter's file: (name by rule, title for people). A classified letter's title says nothing of its subject."""
    suffix = _SUFFIX.get(letter.document.media_type, "bin") if letter.document else "pdf"
    stem = _stem(letter)
    words = "" if letter.is_secret else letter.subject
    return f"{stem}.{suffix}", f"{' '.join((stem, words)).strip()}.{suffix}"


def enclosure_names(letter: Letter, enclosure: Enclosure, order: int, stored: StoredFile) -> tuple[str, str]:
    """The same for the `order`th enclosure (from 1)."""
    suffix = _SUFFIX.get(stored.media_type, "bin")
    stem = f"{_stem(letter)}_att{order:02d}"
    words = "" if letter.is_secret else enclosure.title
    return f"{stem}.{suffix}", f"{' '.join((stem, words)).strip()}.{suffix}"


def _stem(letter: Letter) -> str:
    """`2569_MDES_0201_2_123`; for a paper letter from outside the receiving agency and the letter's id; a draft says so."""
    if not letter.number or letter.letter_date is None:
        return f"draft_{letter.pk}" if not letter.incoming else _received(letter)
    if not letter.incoming:
        return file_name(
            letter.agency, letter.owner_unit, letter.number, letter.letter_date, kind=letter.kind
        ).removesuffix(".pdf")
    arrival = Delivery.objects.filter(received=letter).select_related("letter__agency", "letter__owner_unit").first()
    if arrival is None:
        return _received(letter)
    sent = arrival.letter
    return file_name(sent.agency, sent.owner_unit, letter.number, letter.letter_date, kind=sent.kind).removesuffix(
        ".pdf"
    )


def _received(letter: Letter) -> str:
    return f"{year_be(letter.letter_date or timezone.now())}_{letter.agency.roman}_in_{letter.pk}"
