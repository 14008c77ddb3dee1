"""What a proposed letter freezes: a sheet comes back from JSON as it was, but for the Garuda, which is the platform's."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from saraban.sheets import Enclosure, ExternalSheet, LetterSheet, MemoSheet, SignerBlock, TypedSignature
from saraban.sheets.frozen import FORMS, form_of, from_json, to_json

SIGNERS = (
    SignerBlock("นายสมชาย ใจดี", ("รองผู้ว่าราชการจังหวัด รักษาราชการแทน", "ผู้ว่าราชการจังหวัด"), "signer-1"),
    SignerBlock("น้ำ ฤๅษี", ("หัวหน้า",), "signer-2", TypedSignature("น้ำ ฤๅษี", "๑๔ มกราคม ๒๕๖๙ เวลา ๐๙.๓๐ น.", "หัวหน้า")),
)
SHARED = {
    "subject": "ขอเชิญประชุม",
    "salutation": "เรียน",
    "addressee": "ปลัดกระทรวง",
    "body_html": "<p>น้ำ <b>หนา</b></p>",
    "signers": SIGNERS,
    "urgency": "ด่วนที่สุด",
    "copies_to": ("สำนักงาน ก", "สำนักงาน ข"),
    "body_thai_digits": True,
    "garuda": b"\x89PNG",
}
SHEETS = [
    ExternalSheet(
        **SHARED,  # type: ignore[arg-type]
        sender_lines=("ศาลากลางจังหวัด", "ถนน ๑"),
        closing="ขอแสดงความนับถือ",
        references=("หนังสือ ก ที่ ข ลงวันที่ ค",),
        enclosures=(Enclosure("แบบรายงาน", "จำนวน ๑ ชุด"), Enclosure("แผนที่")),
        owner_unit="กลุ่มงานอำนวยการ",
        contact_lines=("โทร. ๐ ๒๕๘๑ ๐๐๑๗",),
    ),
    MemoSheet(**SHARED, agency_line="สำนักงานจังหวัด โทร. ๐ ๒๕๘๑ ๐๐๑๗"),  # type: ignore[arg-type]
]


@pytest.mark.parametrize("sheet", SHEETS, ids=form_of)
def test_a_sheet_survives_json(sheet: LetterSheet) -> None:
    kept = json.loads(json.dumps(to_json(sheet), ensure_ascii=False))
    assert from_json(form_of(sheet), kept) == replace(sheet, garuda=None)
    assert from_json(form_of(sheet), kept, garuda=b"\x89PNG") == sheet


def test_every_form_is_named_as_its_kind_of_letter() -> None:
    assert {form_of(sheet) for sheet in SHEETS} == set(FORMS) == {"EXTERNAL", "MEMO"}
    with pytest.raises(KeyError):
        from_json("ORDER", to_json(SHEETS[0]))
