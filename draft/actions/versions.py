"""Versions of a draft: kept on purpose, listed, compared, and brought back as a new text."""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from audit.actions import record
from common.access import Refused
from draft.actions.working import found, write
from draft.content import LABELS, Content
from draft.kinds import folder_kinds
from draft.models import DraftVersion
from draft.permissions import draft_of, may_convert, may_edit
from draft.selectors.compare import kind_of_version, snapshot
from org.actor import Actor
from saraban.actions.letters import set_facts
from saraban.models import Letter, RegisterFolder
from saraban.sheets.kinds import kind_of


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
    """Whether references, enclosures, addressees and the kind are what the version kept; what it did not keep is not asked."""
    kept = {name: version.fields.get(name) for name in ("references", "enclosures", "to_units")}
    now = snapshot(letter)
    return kept == {name: now[name] for name in kept} and kind_of_version(version) in (None, letter.kind)


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

    References, enclosures, addressees, reviewers and signers stay as they are. A version of another kind makes the draft
    that kind again, which only its author may do. Raises `Refused`, DraftVersion.DoesNotExist.
    """
    letter = found(by, letter_id)
    may_edit(by, letter).demand()
    version = DraftVersion.objects.get(letter=letter, no=no)
    draft = draft_of(letter)
    before, wanted = Content.of(draft), _fitting(letter, Content.of(draft), version)
    kind = kind_of_version(version) or letter.kind
    if before == wanted and kind == letter.kind:
        raise Refused(f"ร่างปัจจุบันตรงกับฉบับที่ {no} อยู่แล้ว")
    if kind != letter.kind:
        may_convert(by, letter).demand()
    keep_if_changed(by=by, letter=letter, content=before, note=f"ก่อนนำฉบับที่ {no} กลับมา")
    was = letter.kind
    if kind != was:
        set_facts(letter=letter, kind=kind)
    draft.editor, draft.editor_seq, draft.editor_base = "", 0, draft.revision + 1
    write(
        by=by, letter=letter, draft=draft, content=replace(wanted, reviewers=before.reviewers, signers=before.signers)
    )
    label = f"นำร่างฉบับที่ {no} กลับมาใช้" + (f" เป็น{letter.get_kind_display()}" if kind != was else "")
    detail = {"before": was, "after": kind} if kind != was else None
    record(by=by, verb="draft.restore", label=label, subject=letter, letter_id=letter.pk, detail=detail)
    return version


def _fitting(letter: Letter, before: Content, version: DraftVersion) -> Content:
    """What a version says, as a letter of its kind may have it. From before versions kept their kind: as one of the
    present kind, whose required fields it may lack and whose registers may be others; those stay as they stand."""
    wanted = Content.of(version)
    if kind_of_version(version) is not None:
        return wanted
    required = {field.name for field in kind_of(letter.kind).fields if field.required}
    lacking = {name for name in required & set(LABELS) if not getattr(wanted, name)}
    fits = RegisterFolder.objects.filter(pk=wanted.folder or 0, kind__in=folder_kinds(letter.kind)).exists()
    return wanted.with_fields(before, lacking if fits else {*lacking, "folder"})
