"""Using a letter again: its words as a new draft, or its finished paper enclosed in a new letter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from html import escape

from django.db import transaction

from audit.actions import record
from common.access import Invalid
from draft import body as bodies
from draft.actions.parts import MOST_ENCLOSURES, QUANTITY_LENGTH, TITLE_LENGTH
from draft.actions.working import allowed, found, write
from draft.actions.writing import begin
from draft.content import SUBJECT_LENGTH, Content
from draft.kinds import has
from draft.models import Draft
from draft.permissions import draft_of
from draft.permissions_reuse import may_copy, may_forward
from draft.selectors.paper import reference_line
from org.actor import Actor
from saraban.actions.letters import refer, set_facts
from saraban.filenames import document_names
from saraban.models import Enclosure, Letter

# What a unit says of itself: another unit's copy begins with its own.
OF_THE_UNIT = ("sender_lines", "agency_line", "owner_line", "contact", "issuer")


@transaction.atomic
def copy_letter(*, by: Actor, letter_id: int, enclosures: bool = False) -> Letter:
    """Begin a draft that says what a letter written here says: words, fields, reviewers, signers, register.

    With `enclosures` the same stored files are enclosed. Number, dates, references, deadline, receivers and a public
    link are not carried over; in another unit neither is what the first one says of itself.
    Raises Letter.DoesNotExist for a stranger, `Refused` for what may not be copied.
    """
    source = Letter.objects.visible_to(by).select_related("agency").get(pk=letter_id)
    may_copy(by, source).demand()
    letter = begin(by=by, kind=source.kind)
    draft = draft_of(letter)
    usual, old = Content.of(draft), Content.of(draft_of(source))
    content = replace(old, due="", year=usual.year or old.year, upload=None, places={})
    if source.owner_unit_id != letter.owner_unit_id:
        content = content.with_fields(usual, {*OF_THE_UNIT})
    content = allowed(by, letter, usual, content)
    if not content.signers:
        content = replace(content, signers=usual.signers)
    _begun(by, letter, draft, content)
    if source.personal_data:
        set_facts(letter=letter, personal_data=True)
    if enclosures:
        _enclose(letter, source.enclosures.all())
    label = f"ทำสำเนาจาก{_called(source)}"
    record(by=by, verb="draft.copy", label=label, subject=letter, letter_id=letter.pk, detail={"source": source.pk})
    return letter


@transaction.atomic
def forward_letter(*, by: Actor, letter_id: int, kind: str) -> Letter:
    """Begin a letter of `kind` that sends another one on: it refers to it and encloses its paper and its enclosures.

    Raises Letter.DoesNotExist for a stranger, `Refused` for what may not be sent on, `Invalid` for a wrong kind.
    """
    source = Letter.objects.visible_to(by).select_related("agency", "document", "owner_unit").get(pk=letter_id)
    may_forward(by, source).demand()
    if source.enclosures.count() >= MOST_ENCLOSURES:
        raise Invalid(f"หนังสือนี้มีสิ่งที่ส่งมาด้วย {MOST_ENCLOSURES} รายการแล้ว ส่งต่อพร้อมตัวหนังสือไม่ได้ โปรดแนบเองเป็นชุด")
    letter = begin(by=by, kind=kind)
    draft, line = draft_of(letter), reference_line(source)
    refer(letter=letter, text=line, target=source)
    begins = "ตามหนังสือที่อ้างถึง" if has(kind, "references") else f"ตาม{line}"
    closes = "<p>จึงเรียนมาเพื่อโปรดทราบ</p>" if has(kind, "salutation") else ""
    sends = f"{letter.sender}ขอส่งสำเนาหนังสือดังกล่าวพร้อมสิ่งที่ส่งมาด้วยมาเพื่อทราบ"
    body = f"<p>{escape(begins)} แจ้งเรื่อง {escape(source.subject)} นั้น</p><p>{escape(sends)}</p>{closes}"
    content = replace(
        Content.of(draft), subject=source.subject[:SUBJECT_LENGTH], urgency=source.urgency, body=bodies.clean(body)
    )
    _begun(by, letter, draft, content)
    if source.personal_data:
        set_facts(letter=letter, personal_data=True)
    paper = source.document
    assert paper is not None  # the rule
    quantity = f"{paper.pages} แผ่น" if paper.pages else "1 ฉบับ"
    own = Enclosure(
        title=f"สำเนา{line}"[:TITLE_LENGTH],
        quantity=quantity[:QUANTITY_LENGTH],
        original_name=document_names(source)[0],
        file=paper,
    )
    _enclose(letter, [own, *source.enclosures.all()])
    label = f"ส่งต่อ{_called(source)}เป็นหนังสือใหม่"
    record(by=by, verb="draft.forward", label=label, subject=letter, letter_id=letter.pk, detail={"source": source.pk})
    return letter


def _begun(by: Actor, letter: Letter, draft: Draft, content: Content) -> None:
    """Put `content` into the draft just begun, which nobody else knows yet."""
    write(by=by, letter=found(by, letter.pk), draft=draft, content=content)
    draft.editor_base = draft.revision
    draft.save(update_fields=["editor_base"])


def _enclose(letter: Letter, rows: Iterable[Enclosure]) -> None:
    """Enclose the same stored files under the same words."""
    Enclosure.objects.bulk_create(
        Enclosure(
            letter=letter,
            title=row.title,
            quantity=row.quantity,
            original_name=row.original_name,
            file=row.file,
            order=order,
        )
        for order, row in enumerate(rows, start=1)
    )


def _called(source: Letter) -> str:
    """The letter as a time-line names it."""
    return f"หนังสือที่ {source.number}" if source.number else f"ร่าง “{source.shown_subject}”"[:200]
