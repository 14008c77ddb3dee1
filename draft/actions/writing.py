"""Beginning, saving, converting and giving up a draft. A save never overwrites what another page saved meanwhile."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import Any

from django.db import transaction
from django.utils import timezone

from audit.actions import record
from common.access import Invalid, Refused
from draft import body as bodies
from draft.actions.versions import keep
from draft.actions.working import Page, Stale, allowed, copy_facts, found, write
from draft.content import LINE_LENGTH, SUBJECT_LENGTH, Content
from draft.kinds import folder_kinds, has
from draft.models import Draft, DraftVersion
from draft.permissions import draft_of, may_convert, may_discard, may_edit, needs_reason_to_discard
from draft.selectors.choices import usual_folder, usual_signer
from draft.selectors.paper import reference_line, usual_words
from org.actor import Actor
from org.models import Position, Unit
from saraban.actions.letters import leave, move, open_letter, refer, set_facts
from saraban.models import Delivery, Letter, LetterKind, Reference, RegisterFolder, SignClass
from saraban.sheets.kinds import KINDS


@transaction.atomic
def begin(*, by: Actor, kind: str, answers: Letter | None = None, secrecy: int = 0) -> Letter:
    """Begin a draft of `kind` with what the unit already says: its address, contact, usual register and signer.

    With `answers` (a letter the actor may read) it is a reply: addressed to its sender and tied to it, and of its class
    at least. With a `secrecy` every word is encrypted from the first save on.
    Raises `Refused` without a post or clearance, `Invalid` for a kind that is not written here.
    """
    if kind not in KINDS:
        raise Invalid("โปรดเลือกชนิดหนังสือ", field="kind")
    secrecy = max(secrecy, answers.secrecy if answers else 0)
    letter = open_letter(by=by, kind=kind, sign_class=_usual_class(kind), secrecy=secrecy)
    folder, signer = usual_folder(by, kind, secrecy), usual_signer(by, kind)
    content = Content(
        **usual_words(kind, by.unit, by.at),
        folder=folder.pk if folder else None,
        sign_class=_usual_class(kind),
        signers=(signer.pk,) if signer else (),
    )
    if answers is not None:
        content = _answer(by, letter, content, answers)
    Draft.objects.create(
        letter=letter, fields=content.to_json(), body=content.body, saved_by=by.user, revision=1, editor_base=1
    )
    copy_facts(letter, content)
    return letter


def _usual_class(kind: str) -> str:
    return SignClass.CERTIFICATE if kind == LetterKind.EXTERNAL else SignClass.TYPED


def _answer(by: Actor, letter: Letter, content: Content, answers: Letter) -> Content:
    line = reference_line(answers)
    refer(letter=letter, text=line, kind=Reference.Kind.ANSWERS, target=answers)
    delivery = Delivery.objects.filter(received=answers).select_related("from_unit__agency__registry_unit").first()
    if delivery and delivery.from_unit.agency_id == letter.agency_id:
        set_facts(letter=letter, to_units=[delivery.from_unit_id])
    elif delivery and delivery.from_unit.agency.registry_unit_id:
        set_facts(letter=letter, to_units=[delivery.from_unit.agency.registry_unit_id])
    opening = "ตามหนังสือที่อ้างถึง" if has(letter.kind, "references") else f"ตาม{line}"
    return replace(
        content,
        subject=answers.subject[:SUBJECT_LENGTH],
        addressee=_who_signed(answers, delivery)[:LINE_LENGTH],
        urgency=answers.urgency,
        body=bodies.clean(f"<p>{escape(opening)} นั้น</p>{_close(letter.kind)}"),
    )


def _close(kind: str) -> str:
    """The usual last paragraph of what is addressed to somebody by เรียน."""
    return "<p>จึงเรียนมาเพื่อโปรดทราบ</p>" if has(kind, "salutation") else ""


def _who_signed(answers: Letter, delivery: Delivery | None) -> str:
    """The post in whose name the answered letter was signed, as its paper says; without one whoever it is from."""
    draft = Draft.objects.filter(letter=delivery.letter_id if delivery else answers.pk).first()
    signers = Content.of(draft).signers if draft else ()
    post = Position.objects.filter(pk=signers[-1]).first() if signers else None
    return post.title if post else answers.sender


def usual_answer_kind(by: Actor, answers: Letter) -> str:
    """A memo inside the circle the letter came from, หนังสือภายนอก to everybody else."""
    delivery = Delivery.objects.filter(received=answers).select_related("from_unit__agency").first()
    same = answers.agency_id == by.agency.pk and not answers.incoming
    inside = delivery and delivery.from_unit.agency.memo_circle == by.agency.memo_circle
    return LetterKind.MEMO if same or inside else LetterKind.EXTERNAL


@transaction.atomic
def save(*, by: Actor, letter_id: int, content: Content, page: Page) -> Draft:
    """Save what a page holds. The same content again, or an older save of the same page, changes nothing.

    Raises Letter.DoesNotExist for a stranger, `Refused` when it is not the actor's turn to write, `TooLarge`, and
    `Stale` when another page saved meanwhile.
    """
    letter = found(by, letter_id)
    draft = draft_of(letter)
    content = allowed(by, letter, Content.of(draft), content)
    if content == Content.of(draft):
        return draft
    may_edit(by, letter).demand()
    own = bool(page.name) and page.name == draft.editor and page.revision >= draft.editor_base
    if own and page.seq <= draft.editor_seq:
        return draft
    if not own and page.revision != draft.revision:
        raise Stale(draft)
    if not own:
        draft.editor, draft.editor_base = page.name, draft.revision
    draft.editor_seq = page.seq
    return write(by=by, letter=letter, draft=draft, content=content)


@transaction.atomic
def keep_conflicting(*, by: Actor, letter_id: int, content: Content) -> DraftVersion:
    """Keep what a stale page wanted to save as a version, so that closing the conflict page loses nothing."""
    letter = found(by, letter_id)
    may_edit(by, letter).demand()
    draft = draft_of(letter)
    content = allowed(by, letter, Content.of(draft), content)
    last = DraftVersion.objects.filter(letter=letter, by=by.user).first()
    if last is not None and Content.of(last) == content:
        return last
    return keep(by=by, letter=letter, content=content, note=f"ข้อความของ{by.user.full_name}ที่บันทึกชนกัน ยังไม่ได้รวม")


@transaction.atomic
def resolve(
    *, by: Actor, letter_id: int, version_no: int, revision: int, mine: set[str], merged_body: str | None = None
) -> Draft:
    """Settle a conflict: the fields named in `mine` from the kept version, the others as they stand now.

    `merged_body` is the body put together by hand. What is overwritten is kept as a version first.
    Raises `Stale` when somebody saved again meanwhile.
    """
    letter = found(by, letter_id)
    may_edit(by, letter).demand()
    draft = draft_of(letter)
    if draft.revision != revision:
        raise Stale(draft)
    theirs = Content.of(draft)
    chosen = theirs.with_fields(Content.of(DraftVersion.objects.get(letter=letter, no=version_no)), mine)
    if merged_body is not None:
        chosen = replace(chosen, body=bodies.clean(merged_body))
    if chosen == theirs:
        return draft
    keep(by=by, letter=letter, content=theirs, note=f"ข้อความของ{draft.saved_by.full_name}ก่อนรวม")
    draft.editor, draft.editor_seq = "", 0
    draft.editor_base = draft.revision + 1
    return write(by=by, letter=letter, draft=draft, content=allowed(by, letter, theirs, chosen))


@transaction.atomic
def convert(*, by: Actor, letter_id: int, kind: str) -> Letter:
    """Turn the draft into another kind, keeping every word, also what the new kind does not print.

    Fields the new kind has and nobody filled get what a new draft begins with; the class of signature becomes the
    usual one, and so does a register the kind is not numbered from. Raises `Refused` once it is submitted.
    """
    letter = found(by, letter_id)
    may_convert(by, letter).demand()
    if kind not in KINDS:
        raise Invalid("โปรดเลือกชนิดหนังสือ", field="kind")
    draft = draft_of(letter)
    if kind == letter.kind:
        return letter
    before, content = letter.kind, Content.of(draft)
    keep(by=by, letter=letter, content=content, note="ก่อนเปลี่ยนชนิดหนังสือ")
    set_facts(letter=letter, kind=kind)
    usual = usual_words(kind, letter.owner_unit, by.at)
    content = replace(
        content, sign_class=_usual_class(kind), folder=fitting_folder(by, content.folder, kind, letter.secrecy)
    )
    missing: dict[str, Any] = {name: words for name, words in usual.items() if not _filled(content, name)}
    content = replace(content, **missing)
    write(by=by, letter=letter, draft=draft, content=content)
    record(
        by=by,
        verb="draft.convert",
        label=f"เปลี่ยนชนิดเป็น{letter.get_kind_display()}",
        subject=letter,
        letter_id=letter.pk,
        detail={"before": before, "after": kind},
    )
    return letter


def _filled(content: Content, name: str) -> bool:
    text: str = getattr(content, name)
    return bool(bodies.plain(text).strip() if name == "body" else text.strip())


def fitting_folder(by: Actor, folder_id: int | None, kind: str, secrecy: int) -> int | None:
    """The folder if a letter of this kind and class is numbered there, else the usual one."""
    if RegisterFolder.objects.filter(pk=folder_id or 0, kind__in=folder_kinds(kind, secrecy)).exists():
        return folder_id
    usual = usual_folder(by, kind, secrecy)
    return usual.pk if usual else None


@transaction.atomic
def set_addressees(*, by: Actor, letter_id: int, units: list[int]) -> Letter:
    """Name the units the letter is meant for, from the directory. A memo to outside its circle is refused by submitting."""
    letter = found(by, letter_id)
    may_edit(by, letter).demand()
    living = Unit.objects.filter(pk__in=units, dissolved_at=None).values_list("pk", flat=True)
    wanted = [pk for pk in dict.fromkeys(units) if pk in set(living)]
    return set_facts(letter=letter, to_units=wanted[:500])


@transaction.atomic
def discard(*, by: Actor, letter_id: int, reason: str = "") -> Letter:
    """ยกเลิกร่าง. The row and its versions stay; one that once went to its signers needs a reason. Raises `Refused`."""
    letter = found(by, letter_id)
    may_discard(by, letter).demand()
    reason = reason.strip()
    if not reason and needs_reason_to_discard(letter):
        raise Invalid("หนังสือนี้เคยเสนอลงนามแล้ว โปรดระบุเหตุผลที่ยกเลิก", field="reason")
    if len(reason) > LINE_LENGTH:
        raise Refused(f"เหตุผลยาวเกิน {LINE_LENGTH} ตัวอักษร")
    label = f"ยกเลิกร่าง: {reason}" if reason else "ยกเลิกร่าง"
    move(letter=letter, verb="discard", by=by, label=label[:400], detail={"reason": reason})
    leave(letter=letter, at=timezone.now())
    return letter
