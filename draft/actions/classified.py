"""ชั้นความลับ of a draft, and the posts that may read it."""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction

from common.access import Invalid
from draft.actions.working import found, write
from draft.actions.writing import fitting_folder
from draft.content import LINE_LENGTH, Content
from draft.models import DraftVersion
from draft.permissions import draft_of
from draft.permissions_classified import may_give_class, may_name_readers
from draft.selectors.access import lacks
from org.actor import Actor
from org.models import Position
from org.selectors import holders
from saraban.actions import classified
from saraban.models import Letter, LetterParty, Secrecy

CLASSES = (Secrecy.NORMAL, Secrecy.SECRET, Secrecy.VERY_SECRET)


@transaction.atomic
def set_secrecy(*, by: Actor, letter_id: int, secrecy: int, reason: str) -> Letter:
    """Give a draft its class, or take it away. All that was written so far is sealed (or opened) in the same moment.

    The register becomes one the class is numbered from. Raises Letter.DoesNotExist for a stranger, `Refused`, and
    `Invalid` for no reason or a class that is kept on paper only.
    """
    letter = found(by, letter_id)
    may_give_class(by, letter, secrecy).demand()
    if secrecy not in CLASSES:
        raise Invalid("โปรดเลือกชั้นความลับ", field="secrecy")
    reason = _reason(reason)
    if secrecy == letter.secrecy:
        return letter
    subjects = {Content.of(one).subject for one in DraftVersion.objects.filter(letter=letter)}
    letter = classified.set_class(by=by, letter=letter, secrecy=secrecy, reason=reason, words=subjects)
    draft = draft_of(letter)
    content = Content.of(draft)
    folder = fitting_folder(by, content.folder, letter.kind, secrecy)
    if folder != content.folder:
        draft.editor, draft.editor_seq, draft.editor_base = "", 0, draft.revision + 1
        write(by=by, letter=letter, draft=draft, content=replace(content, folder=folder))
    return letter


@transaction.atomic
def name_reader(*, by: Actor, letter_id: int, position_id: int, reason: str) -> Letter:
    """Let a post read a classified draft. Raises `Refused`, and `Invalid` for a post whose holders lack the clearance."""
    letter = found(by, letter_id)
    may_name_readers(by, letter).demand()
    post = Position.objects.filter(pk=position_id, unit__agency=letter.agency_id, abolished_at=None).first()
    if post is None:
        raise Invalid("โปรดเลือกตำแหน่งที่จะให้เข้าถึง", field="position")
    held = holders([post.pk], by.at)[post.pk]
    if not any(one.clearance >= letter.secrecy for one in held):
        raise Invalid(lacks(post.title, held, letter.secrecy), field="position")
    classified.name_reader(by=by, letter=letter, position=post, reason=_reason(reason))
    return letter


@transaction.atomic
def drop_reader(*, by: Actor, letter_id: int, party_id: int, reason: str) -> Letter:
    """End a named reader's access. Raises `Refused`, `Invalid` without a reason, LetterParty.DoesNotExist."""
    letter = found(by, letter_id)
    may_name_readers(by, letter).demand()
    party = LetterParty.objects.select_related("position").get(
        pk=party_id, letter=letter, because=LetterParty.Because.READER, position__isnull=False
    )
    classified.drop_reader(by=by, letter=letter, party=party, reason=_reason(reason))
    return letter


def _reason(text: str) -> str:
    reason = text.strip()
    if not reason:
        raise Invalid("โปรดระบุเหตุผล เพื่อบันทึกไว้ในประวัติของหนังสือ", field="reason")
    if len(reason) > LINE_LENGTH:
        raise Invalid(f"เหตุผลยาวเกิน {LINE_LENGTH} ตัวอักษร", field="reason")
    return reason
