"""Versions of a draft: kept on purpose, listed, compared, and brought back as a new text."""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from audit.actions import record
from common.access import Refused
from draft.actions.working import found, write
from draft.content import Content
from draft.models import DraftVersion
from draft.permissions import draft_of, may_edit
from draft.selectors.compare import snapshot
from org.actor import Actor
from saraban.models import Letter


def keep(*, by: Actor, letter: Letter, content: Content, note: str) -> DraftVersion:
    """Keep `content` and the words of its parts as the next version. The caller holds the letter's lock."""
    last = DraftVersion.objects.filter(letter=letter).aggregate(no=Max("no"))["no"] or 0
    return DraftVersion.objects.create(
        letter=letter,
        no=last + 1,
        fields=content.to_json() | snapshot(letter),
        body=content.body,
        note=note[:200],
        at=timezone.now(),
        by=by.user,
        capacity=by.title_line[:420],
    )


def keep_if_changed(*, by: Actor, letter: Letter, content: Content, note: str) -> DraftVersion:
    """The last version if it says the same, otherwise a new one. The caller holds the letter's lock."""
    last = DraftVersion.objects.filter(letter=letter).first()
    if last is not None and Content.of(last) == content and _same_parts(last, letter):
        return last
    return keep(by=by, letter=letter, content=content, note=note)


def _same_parts(version: DraftVersion, letter: Letter) -> bool:
    return all(version.fields.get(name) == words for name, words in snapshot(letter).items())


@transaction.atomic
def keep_version(*, by: Actor, letter_id: int, note: str = "") -> DraftVersion:
    """เก็บเป็นฉบับ: keep what stands now. Raises `Refused` when it is not the actor's turn to write."""
    letter = found(by, letter_id)
    may_edit(by, letter).demand()
    draft = draft_of(letter)
    version = keep_if_changed(by=by, letter=letter, content=Content.of(draft), note=note.strip() or "เก็บไว้โดยผู้เขียน")
    record(by=by, verb="draft.keep", label=f"เก็บร่างเป็นฉบับที่ {version.no}", subject=letter, letter_id=letter.pk)
    return version


@transaction.atomic
def restore(*, by: Actor, letter_id: int, no: int) -> DraftVersion:
    """Bring the text and fields of an old version back as the working copy; what stood there is kept first.

    References, enclosures and addressees stay as they are. Raises `Refused`, DraftVersion.DoesNotExist.
    """
    letter = found(by, letter_id)
    may_edit(by, letter).demand()
    version = DraftVersion.objects.get(letter=letter, no=no)
    draft = draft_of(letter)
    before, wanted = Content.of(draft), Content.of(version)
    if before == wanted:
        raise Refused(f"ร่างปัจจุบันตรงกับฉบับที่ {no} อยู่แล้ว")
    keep_if_changed(by=by, letter=letter, content=before, note=f"ก่อนนำฉบับที่ {no} กลับมา")
    draft.editor, draft.editor_seq, draft.editor_base = "", 0, draft.revision + 1
    write(
        by=by, letter=letter, draft=draft, content=replace(wanted, reviewers=before.reviewers, signers=before.signers)
    )
    record(by=by, verb="draft.restore", label=f"นำร่างฉบับที่ {no} กลับมาใช้", subject=letter, letter_id=letter.pk)
    return version
