"""A kept phrase put into a draft's body on the server, for pages without scripts."""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction

from common.access import Invalid
from draft import body as bodies
from draft.actions.working import found, write
from draft.content import Content
from draft.models import Draft
from draft.permissions import draft_of, may_edit
from org.actor import Actor
from saraban.actions.phrases import spell_out


@transaction.atomic
def insert_phrase(*, by: Actor, letter_id: int, value: str) -> Draft:
    """Put the phrase a form names at the end of the body, as paragraphs of its own.

    Raises Letter.DoesNotExist for a stranger, `Refused` when it is not the actor's turn to write, `Invalid` when no
    phrase was chosen, `TooLarge` when the body would be too long.
    """
    letter = found(by, letter_id)
    may_edit(by, letter).demand()
    text = spell_out(by=by, value=value)
    if not text:
        raise Invalid("ยังไม่ได้เลือกข้อความที่จะแทรก")
    draft = draft_of(letter)
    content = Content.of(draft)
    body = bodies.clean(content.body + bodies.from_text(text))
    return write(by=by, letter=letter, draft=draft, content=replace(content, body=body))
