"""The paper of a proposed letter gets one more place to sign, as long as nobody has signed it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace

from common.access import Refused
from files.actions import store_bytes
from org.models import Appointment, Position
from saraban.actions.letters import freeze_sheet, set_document
from saraban.actions.paper import block_for, place_of, sheet_of
from saraban.models import Letter
from saraban.sheets import SignerBlock, typeset_letter
from saraban.sheets.frozen import form_of, to_json
from saraban.sheets.uploaded import UploadedSheet


def add_place(*, letter: Letter, order: int, position: Position, held: Sequence[Appointment]) -> None:
    """Set the letter anew with `position` as its `order`th signer (from 1); those after it move on by one.

    The caller holds the letter's lock and knows that nobody has signed. `held`: who holds the post now, acting holders
    first. Raises `Refused` for a paper on which a place must be put by hand.
    """
    sheet = sheet_of(letter)
    if isinstance(sheet, UploadedSheet):
        raise Refused("หนังสือฉบับนี้กำหนดช่องลงนามไว้บนหน้าไฟล์ ให้ดึงกลับมาเพิ่มผู้ลงนามในร่าง")
    holder = next((one for one in held if one.signs), None)
    nobody = SignerBlock(name="", title_lines=(position.title,), place=place_of(order))
    blocks = list(sheet.signers)
    blocks.insert(order - 1, block_for(holder, order) if holder else nobody)
    sheet = replace(sheet, signers=tuple(replace(one, place=place_of(at)) for at, one in enumerate(blocks, start=1)))
    typeset = typeset_letter(sheet)
    if place_of(len(blocks)) not in typeset.places:
        raise Refused("แบบของหนังสือชนิดนี้ไม่มีที่ลงนามเพิ่ม ให้ดึงกลับมาแก้ไขในร่าง")
    places = {name: asdict(place) for name, place in typeset.places.items()}
    freeze_sheet(letter=letter, form=form_of(sheet), data=to_json(sheet), places=places)
    set_document(letter=letter, document=store_bytes(typeset.pdf, name="หนังสือ.pdf", sealed=letter.must_be_sealed))
