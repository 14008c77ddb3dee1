"""Short ways to drafts, all through the actions."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

from django.urls import reverse

from draft.actions.parts import Upload, attach
from draft.actions.review import submit
from draft.actions.working import Page
from draft.actions.writing import begin, save
from draft.content import Content
from draft.models import Draft
from org.actor import Actor
from saraban.models import Enclosure, Letter
from tests.world import World

BODY = "<p>ด้วยจังหวัดจะจัดประชุมคณะทำงาน</p><ol><li>วาระแรก</li><li>วาระที่สอง</li></ol><p>จึงเรียนมาเพื่อ<b>โปรดทราบ</b></p>"


def content_of(letter: Letter) -> Content:
    """The draft's content as it stands in the database."""
    return Content.of(Draft.objects.get(letter=letter))


def revision_of(letter: Letter) -> int:
    return Draft.objects.get(letter=letter).revision


def written(by: Actor, *, kind: str = "EXTERNAL", **fields: Any) -> Letter:
    """A draft with subject, addressee and body, ready to go unless `fields` take something away."""
    letter = begin(by=by, kind=kind)
    usual = {"subject": "ขอเชิญประชุม", "addressee": "ปลัดกระทรวงดิจิทัลเพื่อเศรษฐกิจและสังคม", "body": BODY}
    rewrite(by, letter, **{**usual, **fields})
    letter.refresh_from_db()
    return letter


def rewrite(by: Actor, letter: Letter, **fields: Any) -> Draft:
    """Save some fields on top of what stands."""
    page = Page(revision=revision_of(letter))
    return save(by=by, letter_id=letter.pk, content=replace(content_of(letter), **fields), page=page)


def in_review(world: World, *reviewers: str, kind: str = "EXTERNAL", **fields: Any) -> Letter:
    """A draft of the clerk that waits for the first of the reviewing posts (keys of the province's demo file)."""
    by = world.actor("clerk")
    posts = tuple(world.post("PTE", key).pk for key in reviewers or ("office-head",))
    letter = written(by, kind=kind, reviewers=posts, **fields)
    submit(by=by, letter_id=letter.pk, note="เพื่อโปรดพิจารณาลงนาม")
    letter.refresh_from_db()
    return letter


def enclose(by: Actor, letter: Letter, *names: str) -> list[Enclosure]:
    """Attach small text files of these names."""
    uploads = [Upload(io.BytesIO(f"เนื้อหาของ {name}".encode()), name) for name in names]
    made, refused = attach(by=by, letter_id=letter.pk, uploads=uploads)
    assert not refused
    return made


def url(name: str, *args: Any) -> str:
    return reverse(f"draft:{name}", args=args)


def form_of(letter: Letter, **fields: Any) -> dict[str, Any]:
    """What the page posts without scripts: every field as it stands, the body as plain text."""
    content = content_of(letter)
    values = {
        "revision": revision_of(letter),
        "subject": content.subject,
        "salutation": content.salutation,
        "addressee": content.addressee,
        "sender_lines": content.sender_lines,
        "owner_line": content.owner_line,
        "contact": content.contact,
        "copies_to": content.copies_to,
        "urgency": content.urgency,
        "folder": content.folder or "",
        "sign_class": content.sign_class,
        "signers": list(content.signers),
        "reviewers": list(content.reviewers),
        "due": content.due,
        "thai_body": "on",
        "body": "ย่อหน้าเดียว",
    }
    return values | fields
