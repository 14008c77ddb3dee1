"""เสนอลงนาม: the text is fixed as a version, set on paper, and handed to the in-tray of the signers."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db import transaction

from common.access import Refused
from draft.actions.outdating import outdate_lost
from draft.actions.versions import keep_if_changed
from draft.actions.working import found
from draft.content import Content
from draft.models import Draft
from draft.permissions import draft_of, may_propose
from draft.selectors.choices import living_posts
from draft.selectors.paper import fingerprint, sheet_of
from draft.selectors.readiness import demand_ready, demand_settled
from files.actions import store_bytes
from org.actor import Actor
from outbox.actions import put
from saraban.actions.classified import PROPOSED
from saraban.actions.letters import arrive, freeze_sheet, leave, move, set_document
from saraban.models import Letter
from saraban.models.sealed import seal_words
from saraban.sheets import LetterSheet, typeset_letter
from saraban.sheets.frozen import form_of, to_json
from saraban.sheets.garuda import garuda

if TYPE_CHECKING:
    from files.typesetting import Typeset

NOTE_LENGTH = 500
USUAL_NOTE = "เพื่อโปรดพิจารณาลงนาม"


@dataclass(frozen=True)
class Paper:
    """A sheet and the PDF it was set to, made before the letter is locked: setting takes longer than a lock should."""

    sheet: LetterSheet
    typeset: Typeset

    @classmethod
    def of(cls, letter: Letter, content: Content, by: Actor) -> Paper:
        """The paper of a draft as it stands."""
        sheet = sheet_of(letter, content, by.at)
        return cls(sheet, typeset_letter(replace(sheet, garuda=garuda())))


def paper_now(by: Actor, letter_id: int) -> Paper | None:
    """The paper of what the actor may read and what is ready; None when something is missing (the action says what)."""
    letter = Letter.objects.visible_to(by).select_related("agency").filter(pk=letter_id).first()
    if letter is None:
        return None
    content = Content.of(draft_of(letter))
    try:
        demand_ready(letter, content, by.at, reviewed=True)
    except Refused:
        return None
    return Paper.of(letter, content, by)


def propose(*, by: Actor, letter_id: int, note: str = "", despite_remarks: bool = False) -> Letter:
    """Propose a draft that names no reviewer straight to its signers.

    Raises Letter.DoesNotExist for a stranger, `Refused`, and `Invalid` with what is missing, or while remarks are open
    unless the author says that he knows (`despite_remarks`).
    """
    paper = paper_now(by, letter_id)
    with transaction.atomic():
        letter = found(by, letter_id)
        may_propose(by, letter).demand()
        draft = draft_of(letter)
        content = Content.of(draft)
        if content.reviewers:
            raise Refused("ร่างนี้กำหนดผู้ตรวจไว้ โปรดส่งตรวจ หรือนำผู้ตรวจออกก่อนเสนอลงนาม")
        demand_ready(letter, content, by.at)
        outdate_lost(letter, content)
        demand_settled(letter, known=despite_remarks)
        draft.note = note.strip()[:NOTE_LENGTH]
        draft.round += 1
        draft.save(update_fields=["note", "round"])
        return hand_over(by=by, letter=letter, draft=draft, paper=paper)


def hand_over(*, by: Actor, letter: Letter, draft: Draft, paper: Paper | None) -> Letter:
    """Freeze and propose. The caller holds the lock and has asked who may; `paper` is set anew if it is out of date."""
    content = Content.of(draft)
    demand_ready(letter, content, by.at, reviewed=True)
    sheet = sheet_of(letter, content, by.at)
    if paper is None or fingerprint(paper.sheet) != fingerprint(sheet):
        paper = Paper.of(letter, content, by)
    version = keep_if_changed(by=by, letter=letter, content=content, note="เสนอลงนาม")
    places: dict[str, Any] = {name: asdict(place) for name, place in paper.typeset.places.items()}
    freeze_sheet(letter=letter, form=form_of(sheet), data=to_json(sheet), places=places)
    set_document(letter=letter, document=store_bytes(paper.typeset.pdf, name="หนังสือ.pdf", sealed=letter.must_be_sealed))
    signers = living_posts(letter.agency, content.signers)
    move(
        letter=letter,
        verb="propose",
        by=by,
        label=f"เสนอลงนามต่อ{signers[0].title}" + (f" และอีก {len(signers) - 1} ตำแหน่ง" if len(signers) > 1 else ""),
        detail={"version": version.no, "signers": [post.pk for post in signers], "note": draft.note},
    )
    leave(letter=letter, at=by.at)
    arrive(letter=letter, unit=signers[0].unit, position=signers[0], at=by.at)
    put(
        "letter.proposed",
        f"letter:{letter.pk}:round:{draft.round}",
        {
            "letter": letter.pk,
            "signers": [post.pk for post in signers],
            "note": seal_words(letter, draft.note, place=PROPOSED),
            "by_user": by.user.pk,
            "by_position": by.position.pk,
        },
    )
    return letter
