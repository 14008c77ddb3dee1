"""The link of the enclosures on paper: its QR code is read back from the rendered page, and stands where the form says."""

from __future__ import annotations

import io
from dataclasses import replace

import pikepdf
import pypdfium2 as pdfium
import pytest
import zxingcpp
from PIL import Image

from saraban.sheets import Enclosure, LetterSheet, typeset_letter
from saraban.sheets.frozen import form_of, from_json, to_json
from saraban.sheets.geometry import geometry
from saraban.sheets.qr import qr_svg
from tests.pdf.forms import SAMPLES
from tests.pdf.papers import external, memo, pdfium_text, poppler_text, word

LINK = "https://mdes.eoffice.go.th/e/7k2m9x4qv8w1c3n5p6r0t2yzab/"
DPI = 300
QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


def codes(pdf: bytes) -> list[tuple[int, str, tuple[float, float, float, float]]]:
    """Every QR code on the pages as a reader sees it: page from 0, text, and left, top, right, bottom in mm."""
    found = []
    with pdfium.PdfDocument(pdf) as document:
        for number, page in enumerate(document):
            image = page.render(scale=DPI / 72).to_pil()
            for code in zxingcpp.read_barcodes(image, formats=QR):
                corners = (code.position.top_left, code.position.bottom_right)
                (left, top), (right, bottom) = ((one.x * 25.4 / DPI, one.y * 25.4 / DPI) for one in corners)
                found.append((number, code.text, (left, top, right, bottom)))
    return found


def test_an_external_letter_prints_it_under_its_enclosures() -> None:
    sheet = external(enclosure_link=LINK)
    pdf = typeset_letter(sheet).pdf
    [(page, text, (left, top, right, bottom))] = codes(pdf)
    assert (page, text) == (0, LINK)
    last, first = word(pdf, "รายชื่อผู้ประสานงาน"), word(pdf, "แบบรายงานผล")
    number = word(pdf, "๑.")
    body = word(pdf, "ตามที่คณะกรรมการดิจิทัลเพื่อเศรษฐกิจและสังคมแห่งชาติ")
    border = geometry().qr_mm * 4 / 41  # the quiet zone of a code of 33 modules
    assert left - border == pytest.approx(number.left, abs=1) and first.left > number.left
    assert last.bottom < top and bottom < body.top
    assert right - left == pytest.approx(geometry().qr_mm - 2 * border, abs=0.7)
    assert bottom - top == pytest.approx(right - left, abs=0.3)


def test_the_link_itself_can_be_read_copied_and_pressed() -> None:
    pdf = typeset_letter(external(enclosure_link=LINK, body_thai_digits=True)).pdf
    for text in (pdfium_text(pdf), poppler_text(pdf)):
        assert LINK.strip("/") in "".join(text.split())  # digits stay Arabic, nothing is hyphenated
    assert "ดาวน์โหลดสิ่งที่ส่งมาด้วย" in pdfium_text(pdf)
    with pikepdf.open(io.BytesIO(pdf)) as paper:
        addresses = {str(one.A.URI) for one in paper.pages[0].Annots if "/A" in one}
    assert addresses == {LINK}


@pytest.mark.parametrize("name", [name for name in SAMPLES if name != "EXTERNAL"])
def test_forms_without_that_heading_print_it_at_the_end_on_the_left(name: str) -> None:
    pdf = typeset_letter(SAMPLES[name](enclosure_link=LINK)).pdf
    [(page, text, (left, _, _, bottom))] = codes(pdf)
    assert text == LINK and "ดาวน์โหลดเอกสารแนบ" in pdfium_text(pdf)
    with pdfium.PdfDocument(pdf) as document:
        assert page == len(document) - 1
    assert left == pytest.approx(30 + geometry().qr_mm * 4 / 41, abs=1) and bottom < 277


def test_without_a_link_the_paper_is_as_it_was() -> None:
    pdf = typeset_letter(memo()).pdf
    assert codes(pdf) == [] and "ดาวน์โหลด" not in pdfium_text(pdf)


def test_a_long_address_breaks_before_its_token_and_stays_on_the_paper() -> None:
    long = "https://e-office.pathumthani-provincial-administration.example.go.th/e/7k2m9x4qv8w1c3n5p6r0t2yzab/"
    pdf = typeset_letter(external(enclosure_link=long)).pdf
    assert [text for _, text, _ in codes(pdf)] == [long]
    token = word(pdf, "7k2m9x4qv8w1c3n5p6r0t2yzab")
    assert token.right < 190.5


def test_it_is_frozen_with_the_letter_and_older_letters_have_none() -> None:
    sheet: LetterSheet = external(enclosure_link=LINK)
    kept = to_json(sheet)
    assert from_json(form_of(sheet), kept) == sheet
    del kept["enclosure_link"]
    assert from_json(form_of(sheet), kept) == replace(sheet, enclosure_link="")


def test_the_smallest_print_still_reads() -> None:
    """At 150 dots per inch, as an office printer in draft mode and a phone's camera make of it."""
    pdf = typeset_letter(external(enclosures=(Enclosure("แบบ", ""),), enclosure_link=LINK)).pdf
    with pdfium.PdfDocument(pdf) as document:
        image = document[0].render(scale=150 / 72).to_pil().convert("L")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=40)
    found = zxingcpp.read_barcodes(Image.open(out), formats=QR)
    assert [one.text for one in found] == [LINK]


def test_a_link_cannot_draw_anything_but_a_code() -> None:
    code = qr_svg('https://x.example/e/"><script>/')
    assert b"script" not in code and code.startswith(b"<svg") and b"viewBox" in code
