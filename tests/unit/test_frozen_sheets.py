"""What a proposed letter freezes: a sheet comes back from JSON as it was, but for the Garuda, which is the platform's."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from saraban.sheets import LetterSheet, SignerBlock, TypedSignature
from saraban.sheets.frozen import FORMS, form_of, from_json, to_json
from saraban.sheets.kinds import KINDS
from saraban.sheets.uploaded import FORM, UploadedSheet
from tests.pdf.forms import SAMPLES

SIGNERS = (
    SignerBlock("นายสมชาย ใจดี", ("รองผู้ว่าราชการจังหวัด รักษาราชการแทน", "ผู้ว่าราชการจังหวัด"), "signer-1"),
    SignerBlock("น้ำ ฤๅษี", ("หัวหน้า",), "signer-2", TypedSignature("น้ำ ฤๅษี", "๑๔ มกราคม ๒๕๖๙ เวลา ๐๙.๓๐ น.", "หัวหน้า")),
)
SHEETS = [
    make(signers=SIGNERS, copies_to=("สำนักงาน ก", "สำนักงาน ข"), body_thai_digits=True, garuda=b"\x89PNG")
    for make in SAMPLES.values()
]


@pytest.mark.parametrize("sheet", SHEETS, ids=form_of)
def test_a_sheet_survives_json(sheet: LetterSheet) -> None:
    kept = json.loads(json.dumps(to_json(sheet), ensure_ascii=False))
    assert from_json(form_of(sheet), kept) == replace(sheet, garuda=None)
    assert from_json(form_of(sheet), kept, garuda=b"\x89PNG") == sheet


def test_every_form_is_named_as_its_kind_of_letter() -> None:
    assert [form_of(sheet) for sheet in SHEETS] == list(SAMPLES) == list(KINDS)
    assert list(FORMS) == [*KINDS, FORM]  # and paper made elsewhere, whatever its kind


def test_a_paper_made_elsewhere_comes_back_the_same() -> None:
    sheet = UploadedSheet(
        subject="ขอส่งรายงาน",
        body_html="",
        sha256="a" * 64,
        places={"signer-1": [0.0, 90.5, 200.0, 72.0, 22.0]},
        issuer="จังหวัด",
    )
    assert from_json(form_of(sheet), to_json(sheet)) == sheet


def test_another_forms_fields_and_an_unknown_form_are_refused() -> None:
    order = next(sheet for sheet in SHEETS if form_of(sheet) == "ORDER")
    with pytest.raises(TypeError):
        from_json("MEMO", to_json(order))
    with pytest.raises(KeyError):
        from_json("LETTER", to_json(order))
