"""The working copy itself: found under its lock, cleaned, written. Every other verb on a draft goes through here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from common.access import Conflict, TooLarge
from draft import body as bodies
from draft import plan
from draft.content import (
    LINE_LENGTH,
    LINES_LENGTH,
    MOST_SIGNERS,
    PEOPLE_LENGTH,
    SUBJECT_LENGTH,
    Content,
    label_of,
)
from draft.kinds import has
from draft.models import Draft
from draft.selectors.choices import folders, living_posts
from org.actor import Actor
from saraban.actions.letters import lock, set_facts
from saraban.models import Letter, RegisterFolder, Urgency
from saraban.sheets.kinds import KINDS, Input, kind_of


def _typed_as(*inputs: Input) -> tuple[str, ...]:
    found = {field.name for kind in KINDS.values() for field in kind.fields if field.input in inputs}
    return tuple(sorted(found - {"subject"}))


LINES, TEXTS, PEOPLE = _typed_as(Input.LINE), _typed_as(Input.LINES), _typed_as(Input.ATTENDEES)


class Stale(Conflict):
    """The page was based on an older revision: somebody else saved meanwhile. `draft` is what stands now."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(f"{draft.saved_by.full_name} บันทึกร่างนี้ไปก่อนแล้ว ข้อความของท่านยังอยู่ครบ โปรดเลือกว่าจะใช้ข้อความใด")
        self.draft = draft


@dataclass(frozen=True, slots=True)
class Page:
    """The open page that saves: its own name, the revision it is based on, and the number of this save."""

    revision: int
    name: str = ""
    seq: int = 0


def found(by: Actor, letter_id: int) -> Letter:
    """The letter, locked, if the actor may read it. Raises Letter.DoesNotExist for a stranger."""
    letter = lock(letter_id)
    if not Letter.objects.visible_to(by).filter(pk=letter_id).exists():
        raise Letter.DoesNotExist
    return letter


def write(*, by: Actor, letter: Letter, draft: Draft, content: Content) -> Draft:
    """Put `content` into the working copy and copy its facts onto the letter. The caller holds the lock and has asked."""
    content = content.fitted(letter.kind)
    draft.fields, draft.body = content.to_json(), content.body
    draft.revision += 1
    draft.saved_by = by.user
    draft.save()
    copy_facts(letter, content)
    return draft


def allowed(by: Actor, letter: Letter, before: Content, content: Content) -> Content:
    """`content` cleaned and cut to what it may hold: living posts of the agency, folders the actor may choose."""
    folder = content.folder
    if folder is not None and folder != before.folder and folder not in folders(by, letter.kind, letter.secrecy).ids:
        folder = before.folder
    posts = {post.pk for post in living_posts(letter.agency, (*content.signers, *plan.posts(content.reviewers)))}
    posts |= {*before.signers, *plan.posts(before.reviewers)}
    for name in PEOPLE:
        if len(getattr(content, name)) > PEOPLE_LENGTH:
            raise TooLarge(f"{label_of(letter.kind, name)}ยาวเกิน {PEOPLE_LENGTH:,} ตัวอักษร โปรดแยกรายชื่อเป็นสิ่งที่ส่งมาด้วย")
    texts: dict[str, Any] = {name: _line(getattr(content, name)) for name in LINES}
    texts |= {name: _lines(getattr(content, name)) for name in TEXTS}
    texts |= {name: _lines(getattr(content, name), PEOPLE_LENGTH) for name in PEOPLE}
    return replace(
        content,
        **texts,
        subject=_line(content.subject, SUBJECT_LENGTH),
        body=bodies.clean(content.body),
        urgency=content.urgency if content.urgency in Urgency.values else before.urgency,
        sign_class=content.sign_class if content.sign_class in kind_of(letter.kind).sign_classes else before.sign_class,
        folder=folder,
        signers=tuple(pk for pk in dict.fromkeys(content.signers) if pk in posts)[:MOST_SIGNERS],
        reviewers=plan.kept_to(content.reviewers, posts),
        due=_line(content.due, 40),
        amount=_line(content.amount, 40),
    ).fitted(letter.kind)


def _line(text: str, longest: int = LINE_LENGTH) -> str:
    return " ".join(text.split())[:longest]


def _lines(text: str, longest: int = LINES_LENGTH) -> str:
    return "\n".join(line.strip() for line in text.strip().splitlines())[:longest]


def copy_facts(letter: Letter, content: Content) -> None:
    """Keep what lists show of the draft on the letter itself."""
    facts: dict[str, Any] = {
        "subject": content.subject,
        "addressee": content.addressee if has(letter.kind, "addressee") else "",
        "urgency": content.urgency,
        "circular": content.circular,
        "folder": RegisterFolder.objects.filter(pk=content.folder or 0, agency=letter.agency_id).first(),
        "sign_class": content.sign_class,
        "due_at": content.due_or_none(),
        "amount": content.money_or_none(),
    }
    changed = {name: value for name, value in facts.items() if getattr(letter, name) != value}
    if changed:
        set_facts(letter=letter, **changed)
