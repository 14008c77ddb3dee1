"""Short ways to drafts whose paper is an uploaded file, all through the actions."""

from __future__ import annotations

import io
from typing import Any

from draft.actions.parts import Upload
from draft.actions.uploads import set_places, use_file
from draft.content import Content
from draft.models import Draft, UploadedPaper
from draft.places import Place
from draft.selectors.paper import sheet_of
from draft.selectors.uploads import places_to_show
from org.actor import Actor
from outbox.actions import drain
from saraban.models import Letter
from tests.drafting import content_of, written
from tests.made_elsewhere import pdf_bytes
from tests.world import World


def upload(by: Actor, letter: Letter, content: bytes | None = None, name: str = "หนังสือ.pdf") -> UploadedPaper:
    """Upload a file for the draft's paper and let the worker prepare it."""
    made = use_file(
        by=by, letter_id=letter.pk, upload=Upload(io.BytesIO(pdf_bytes() if content is None else content), name)
    )
    drain()
    made.refresh_from_db()
    return made


def proposed_places(by: Actor, letter: Letter, paper: UploadedPaper) -> dict[str, Place]:
    """The places the page offers."""
    content = Content.of(Draft.objects.get(letter=letter))
    names = {block.place: block.name for block in sheet_of(letter, content, by.at).signers}
    return places_to_show(letter, content, paper, names)


def placed(
    by: Actor, letter: Letter, content: bytes | None = None, places: dict[str, Place] | None = None
) -> UploadedPaper:
    """The same, with its places put: as given, the others as the page offers them."""
    paper = upload(by, letter, content)
    set_places(
        by=by, letter_id=letter.pk, upload_id=paper.pk, places=proposed_places(by, letter, paper) | (places or {})
    )
    return paper


def uploaded(world: World, *, kind: str = "MEMO", signer: str = "office-head", **fields: Any) -> Letter:
    """A draft of the clerk made from a file, ready to propose."""
    by = world.actor("clerk")
    pages = fields.pop("pages", 1)
    places = fields.pop("places", None)
    signers = fields.pop("signers", (world.post("PTE", signer).pk,))
    if kind in ("EXTERNAL", "MEMO"):
        fields.setdefault("folder", world.folder("pte-send").pk)
    letter = written(by, kind=kind, signers=signers, body="", **fields)
    placed(by, letter, pdf_bytes(pages=pages), places)
    assert content_of(letter).places
    return letter
