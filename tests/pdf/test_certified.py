"""สำเนาถูกต้อง: a new file with the certification on every page; the original's bytes and signatures are left alone."""

from __future__ import annotations

import io

import pikepdf
import pytest
from PIL import Image, ImageOps

from files.pdf import BadPdf, page_count, page_png, page_sizes, page_text
from saraban.sheets import typeset_letter
from saraban.sheets.certified import CERTIFIER, CertifiedCopy, certify_copy
from signing.appearance import Appearance
from signing.fields import plan_fields, prepare
from signing.pades import sign
from signing.validation import validate
from tests.pdf.conftest import Signers
from tests.pdf.papers import external, memo, words

COPY = CertifiedCopy("นางสาวปัทมา น้ำทิพย์", ("นักจัดการงานทั่วไปชำนาญการ",), "๒๐ มกราคม ๒๕๖๙")
PARAGRAPH = "<p>ข้อความหนึ่งย่อหน้าที่ยาวพอจะเต็มบรรทัดเดียวและล้นไปถึงบรรทัดที่สองของหนังสือฉบับนี้อย่างแน่นอนทุกครั้งไป เนื้อความ</p>"


def test_every_page_says_that_it_is_a_copy_and_who_certifies() -> None:
    original = typeset_letter(external(body_html=PARAGRAPH * 24)).pdf
    copy = certify_copy(original, COPY)
    assert copy.pages == page_count(copy.pdf) == page_count(original) > 1
    for page in range(copy.pages):
        text = page_text(copy.pdf, page)
        for words_there in ("สำเนาถูกต้อง", "(นางสาวปัทมา น้ำทิพย์)", "นักจัดการงานทั่วไปชำนาญการ", "๒๐ มกราคม ๒๕๖๙"):
            assert words_there in text
        assert page_text(original, page).split("\n")[3] in text


def test_the_certification_stands_in_the_bottom_margin_at_the_right() -> None:
    copy = certify_copy(typeset_letter(external(body_html=PARAGRAPH * 24)).pdf, COPY)
    found = [one for one in words(copy.pdf) if one.page == 0]
    block = [one for one in found if one.top > 278]
    assert {"สำเนาถูกต้อง", "(นางสาวปัทมา", "น้ำทิพย์)", "๒๐"} <= {one.text for one in block}
    assert min(one.left for one in block) >= 115 and max(one.right for one in block) <= 207
    assert max(one.bottom for one in block) <= 295
    top = next(one for one in found if one.text == "สำเนา")
    assert top.top < 14 and (top.left + top.right) / 2 == pytest.approx(105, abs=1)


def test_the_certifier_signs_the_copy_and_the_originals_signature_is_only_a_picture_there(signers: Signers) -> None:
    typeset = typeset_letter(memo())
    fields = plan_fields(typeset.places, signers=("signer-1",), registry=())
    signed = sign(prepare(typeset.pdf, fields), field="signer-1", key=signers.governor, certify=True,
                  appearance=Appearance(("ลงลายมือชื่ออิเล็กทรอนิกส์โดย นายสมชาย ใจดี",)))  # fmt: skip
    before = bytes(signed)
    copy = certify_copy(signed, COPY)
    assert signed == before and len(validate(signed, [signers.authority.root]).signatures) == 1
    with pikepdf.open(io.BytesIO(copy.pdf)) as document:
        assert "/AcroForm" not in document.Root and "/Perms" not in document.Root
    assert _dark(copy.pdf) > _dark(certify_copy(typeset.pdf, COPY).pdf)  # the signature is still seen
    plans = plan_fields(copy.places, signers=(CERTIFIER,), registry=(), spare=0)
    certified = sign(prepare(copy.pdf, plans), field=CERTIFIER, key=signers.deputy, certify=True)
    report = validate(certified, [signers.authority.root])
    assert report.ok and [one.signer for one in report.signatures] == ["นางสาวปัทมา น้ำทิพย์"]


def _dark(pdf: bytes) -> int:
    """How many pixels of page 1 are not white."""

    image = Image.open(io.BytesIO(page_png(pdf, 0, 600))).convert("L")
    return sum(image.histogram()[:200])


@pytest.mark.parametrize(("size", "turned"), [((420, 595), 0), ((595, 842), 90)])
def test_other_papers_are_certified_along_their_own_bottom(size: tuple[int, int], turned: int) -> None:
    """A5, and a landscape scan whose page is turned."""
    with pikepdf.new() as document:
        document.add_blank_page(page_size=size)
        document.pages[0].Rotate = turned
        out = io.BytesIO()
        document.save(out)
    copy = certify_copy(out.getvalue(), COPY)
    assert page_sizes(copy.pdf) == page_sizes(out.getvalue())
    width, height = page_sizes(copy.pdf)[0]
    place = copy.places[CERTIFIER]
    assert place.left_mm + place.width_mm < width and place.top_mm + place.height_mm < height
    image = page_png(copy.pdf, 0, 400)

    box = ImageOps.invert(Image.open(io.BytesIO(image)).convert("L")).getbbox()
    assert box is not None
    assert box[1] < 40 and box[3] > 400 * height / width - 40 and box[2] > 360
    assert "สำเนาถูกต้อง" in page_text(copy.pdf, 0)


def test_what_is_no_pdf_is_refused() -> None:
    with pytest.raises(BadPdf):
        certify_copy(b"junk", COPY)
