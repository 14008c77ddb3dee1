"""ชั้นความลับ of a letter: given and taken away as one change of everything that says something about it (ADR 6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone

from audit.actions import record, seal_past_lines
from common.relations import referring
from common.vault import Relocked, relock_column
from files.actions import discard, reseal
from files.models import StoredFile
from notifications.actions import mask_titles
from org.actor import Actor
from org.models import Position
from outbox.actions import rewrite_payloads
from saraban.actions.letters import Because, add_party
from saraban.lines import sealed_line
from saraban.models import EnclosureLink, Letter, LetterParty, Secrecy
from saraban.models.sealed import key_context, new_letter_key, seal_words, sealed_fields
from signing.models import SigningJob

PROPOSED = "letter.proposed"  # the place what was said with a proposal is bound to
NOW_CLASSIFIED = "หนังสือได้รับการกำหนดชั้นความลับ"


def set_class(*, by: Actor, letter: Letter, secrecy: int, reason: str, words: Iterable[str] = ()) -> Letter:
    """Give a letter its class, another, or none. The caller holds its lock and has asked who may.

    Every text and file of it is written anew, sealed or in the clear; the trail so far is sealed; public links end. What
    lay open before is unlinked when the transaction stands. The key stays when a class is taken away: it opens the trail.
    `words` are subjects it had before, which notices may still name.
    """
    before, subjects = letter.secrecy, {letter.subject, *words}
    rows = list(_rows_with_words(letter))
    files = _files_of(letter)
    if secrecy in (Secrecy.SECRET, Secrecy.VERY_SECRET):
        _end_links(by, letter)
        letter.data_key = letter.data_key or new_letter_key(letter.pk)
    letter.secrecy = secrecy
    for row, names in rows:
        row.save(update_fields=[*names, "secrecy", "data_key"] if row is letter else names)
    _copy_class(letter)
    _rewrite(letter, files)
    if letter.must_be_sealed:
        mask_titles(pages=_pages_of(letter), words=subjects, mask=letter.shown_subject)
        rewrite_payloads(letter_id=letter.pk, name="note", new=lambda words: seal_words(letter, words, place=PROPOSED))
        seal_past_lines(letter_id=letter.pk, seal=lambda label, detail: sealed_line(letter, label, detail))
    word = f"กำหนดชั้นความลับเป็น{letter.get_secrecy_display()}" if secrecy else "ยกเลิกชั้นความลับ"
    record(
        by=by,
        verb="letter.classify",
        label=f"{word}: {reason}"[:400],
        subject=letter,
        letter_id=letter.pk,
        detail={"before": before, "after": secrecy, "reason": reason},
    )
    return letter


def _rows_with_words(letter: Letter) -> Iterator[tuple[Model, list[str]]]:
    """Every row with sealed columns that belongs to the letter, each opened, with their names; the letter first."""
    for model in apps.get_models():
        fields = sealed_fields(model)
        if not fields or model._meta.proxy:
            continue
        path = fields[0].letter_path
        rows: list[Any] = [letter]
        if path:
            rows = list(model._base_manager.filter(**{path.replace(".", "__"): letter}).select_for_update(of=("self",)))
        for row in rows:
            _tie(row, path, letter)
            names = [field.name for field in fields]
            for name in names:
                getattr(row, name)
            yield row, names


def _tie(row: Any, path: str, letter: Letter) -> None:
    """Let the row see this very letter, whose class is about to change."""
    steps = path.split(".") if path else []
    for step in steps[:-1]:
        row = getattr(row, step)
    if steps:
        setattr(row, steps[-1], letter)


def _copy_class(letter: Letter) -> None:
    """Rows that carry the class of their letter, so that lists never join what they may not show."""
    for model in apps.get_models():
        names = {field.name for field in model._meta.concrete_fields}
        if {"letter", "secrecy"} <= names and model is not Letter:
            model._base_manager.filter(letter=letter).update(secrecy=letter.secrecy)


def files_by_letter() -> list[tuple[type[Model], str, str]]:
    """(model, its reference to a file, the way to its letter) of everything that keeps files of letters."""
    found: list[tuple[type[Model], str, str]] = []
    for model, name in referring(StoredFile):
        if model is Letter:
            found.append((model, name, "pk"))
        elif _belongs_to_letter(model):
            found.append((model, name, "letter"))
    return found


def _belongs_to_letter(model: type[Model]) -> bool:
    return any(field.name == "letter" and field.related_model is Letter for field in model._meta.concrete_fields)


def _files_of(letter: Letter) -> list[tuple[type[Model], str, int, StoredFile]]:
    """Every file of the letter, once for each reference to it: (model, field, pk of the row, file)."""
    found = []
    for model, name, way in files_by_letter():
        rows = model._base_manager.filter(**{way: letter.pk}).exclude(**{name: None}).select_related(name)
        found += [(model, name, row.pk, getattr(row, name)) for row in rows]
    for job in SigningJob.objects.filter(pk__in=_job_ids(letter)).select_related("source", "result"):
        found.append((SigningJob, "source", job.pk, job.source))
        if job.result is not None:
            found.append((SigningJob, "result", job.pk, job.result))
    return found


def _job_ids(letter: Letter) -> set[int]:
    """The signing jobs of the letter: those its rows on other floors name."""
    ids: set[int] = set()
    for model, name in referring(SigningJob):
        if _belongs_to_letter(model):
            rows = model._base_manager.filter(letter=letter).exclude(**{name: None})
            ids |= set(rows.values_list(f"{name}_id", flat=True))
    return ids


def _rewrite(letter: Letter, files: list[tuple[type[Model], str, int, StoredFile]]) -> None:
    """Each file of the letter as its class demands; what nobody names any more is unlinked."""
    wanted = letter.must_be_sealed
    fresh: dict[int, StoredFile] = {}
    old: dict[int, StoredFile] = {}
    for model, name, pk, stored in files:
        if stored.is_sealed == wanted:
            continue
        if stored.pk not in fresh:
            fresh[stored.pk], old[stored.pk] = reseal(stored, sealed=wanted), stored
        model._base_manager.filter(pk=pk).update(**{name: fresh[stored.pk]})
        if model is Letter:
            letter.document = fresh[stored.pk]
    for stored in old.values():
        discard(stored)


def _pages_of(letter: Letter) -> list[str]:
    """How the addresses of the letter's pages begin."""
    names = ("saraban:letter", "draft:edit", "intray:panel")
    return [reverse(name, args=[letter.pk]) for name in names]


def _end_links(by: Actor, letter: Letter) -> None:
    """A public link ends before its letter is classified."""
    for link in EnclosureLink.objects.select_for_update().filter(letter=letter, revoked_at=None):
        link.revoked_at, link.revoked_by, link.revoke_reason = timezone.now(), by.user, NOW_CLASSIFIED
        link.save(update_fields=["revoked_at", "revoked_by", "revoke_reason"])


def name_reader(*, by: Actor, letter: Letter, position: Position, reason: str) -> None:
    """ผู้มีสิทธิ์เข้าถึง: name a post that may read a classified letter. The caller holds the lock and has asked."""
    add_party(letter=letter, because=Because.READER, position=position)
    label = f"ให้{position.title}เข้าถึงหนังสือ: {reason}"
    detail = {"position": position.pk, "reason": reason}
    record(by=by, verb="letter.name_reader", label=label[:400], subject=letter, letter_id=letter.pk, detail=detail)


def drop_reader(*, by: Actor, letter: Letter, party: LetterParty, reason: str) -> None:
    """End a named reader's access now; the row stays. The caller holds the lock and has asked."""
    assert party.position is not None  # readers are posts
    party.until = timezone.now()
    party.save(update_fields=["until"])
    label = f"ยกเลิกสิทธิ์เข้าถึงของ{party.position.title}: {reason}"
    detail = {"position": party.position_id, "reason": reason}
    record(by=by, verb="letter.drop_reader", label=label[:400], subject=letter, letter_id=letter.pk, detail=detail)


def relock_keys(batch: int) -> Iterator[Relocked]:
    """Bring the letters' keys under the key that locks now."""
    return relock_column(Letter.objects.all(), "data_key", lambda one: key_context(one.pk), batch=batch)
