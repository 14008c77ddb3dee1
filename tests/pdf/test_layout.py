"""Order of elements and millimetres on paper: แบบที่ 1 and แบบที่ 2 as a registrar would measure them with a ruler."""

from __future__ import annotations

import io
import re

import pikepdf
import pypdfium2 as pdfium
import pytest

from files import fonts
from files.pdf import page_count, page_png, page_text
from saraban.sheets import LetterSheet, SignerBlock, typeset_letter
from tests.pdf.papers import GOVERNOR, MM_PER_POINT, crest, external, memo, poppler_text, word, words

LONG_BODY = "".join(
    f"<p>ข้อ {number} การรับส่งข้อมูลข่าวสารด้วยระบบสารบรรณอิเล็กทรอนิกส์ให้เป็นไปตามที่กำหนดในระเบียบ "
    "โดยคำนึงถึงความมั่นคงปลอดภัยและความสะดวกของผู้เกี่ยวข้องทุกฝ่ายเป็นสำคัญ</p>"
    for number in range(1, 31)
)


def image_box_mm(pdf: bytes) -> tuple[float, float, float, float]:
    """Left, top, width and height of the first image on page 1."""
    page = pdfium.PdfDocument(pdf)[0]
    image = next(item for item in page.get_objects() if item.type == pdfium.raw.FPDF_PAGEOBJ_IMAGE)
    left, bottom, right, top = image.get_bounds()
    height = page.get_height()
    scale = MM_PER_POINT
    return left * scale, (height - top) * scale, (right - left) * scale, (top - bottom) * scale


def in_order(text: str, *pieces: str) -> bool:
    flat = re.sub(r"\s+", "", text)
    places = [flat.find(re.sub(r"\s+", "", piece)) for piece in pieces]
    return -1 not in places and places == sorted(places)


def test_external_elements_stand_in_their_order() -> None:
    pdf = typeset_letter(external(number="ปท 0017/1234", date_text="14 มกราคม 2569", body_thai_digits=True)).pdf
    assert page_count(pdf) == 1
    assert in_order(
        poppler_text(pdf, "-layout"),
        "ด่วนที่สุด",
        "ที่ ปท ๐๐๑๗/๑๒๓๔",
        "ถนนปทุมธานี-สามโคก ปท ๑๒๐๐๐",
        "๑๔ มกราคม ๒๕๖๙",
        "เรื่อง ขอให้รายงานผล",
        "เรียน ปลัดกระทรวง",
        "อ้างถึง หนังสือสำนักงานปลัดกระทรวง",
        "ลงวันที่ ๓ สิงหาคม ๒๕๖๙",
        "สิ่งที่ส่งมาด้วย ๑. แบบรายงานผล",
        "จำนวน ๑ ชุด",
        "๒. รายชื่อผู้ประสานงาน",
        "ตามที่คณะกรรมการ",
        "๑. จำนวนหนังสือที่รับส่งทั้งสิ้น ๑๒,๔๕๐ ฉบับ",
        "จึงเรียนมาเพื่อโปรดพิจารณา",
        "ขอแสดงความนับถือ",
        "(นายสมชาย ใจดี)",
        "ผู้ว่าราชการจังหวัดปทุมธานี",
        "สำนักงานจังหวัด",
        "โทร. ๐ ๒๕๘๑ ๖๐๓๘",
        "saraban2@pathumthani.go.th",
        "สำเนาส่ง นายอำเภอเมืองปทุมธานี",
    )


def test_memo_elements_stand_in_their_order() -> None:
    pdf = typeset_letter(memo(number="ปท 0017.1/45", date_text="14 มกราคม 2569")).pdf
    assert in_order(
        poppler_text(pdf, "-layout"),
        "บันทึกข้อความ",
        "ส่วนราชการ สำนักงานจังหวัดปทุมธานี กลุ่มงานอำนวยการ โทร. ๐ ๒๕๘๑ ๖๐๓๘",
        "ที่ ปท ๐๐๑๗.๑/๔๕",
        "วันที่ ๑๔ มกราคม ๒๕๖๙",
        "เรื่อง ขออนุมัติเดินทางไปราชการ",
        "เรียน ผู้ว่าราชการจังหวัดปทุมธานี",
        "จึงเรียนมาเพื่อโปรดพิจารณา",
        "(นางสาวปัทมา น้ำทิพย์)",
        "หัวหน้าสำนักงานจังหวัดปทุมธานี",
    )


def test_what_is_empty_is_left_out() -> None:
    bare = external(urgency="", references=(), enclosures=(), copies_to=(), owner_unit="", contact_lines=())
    text = poppler_text(typeset_letter(bare).pdf)
    for label in ("อ้างถึง", "สิ่งที่ส่งมาด้วย", "สำเนาส่ง", "โทร."):
        assert label not in text


def test_digits_follow_the_two_flags() -> None:
    both = {"subject": "แผนปี 2570", "number": "ปท 0017/12", "body_html": "<ol><li>รวม 98 ฉบับ</li></ol>"}
    text = poppler_text(typeset_letter(external(**both)).pdf)
    assert "แผนปี 2570" in text and "รวม 98 ฉบับ" in text and "๐๐๑๗/๑๒" in text and "๑." in text
    text = poppler_text(typeset_letter(external(**both, thai_digits=False, body_thai_digits=True)).pdf)
    assert "แผนปี ๒๕๗๐" in text and "รวม ๙๘ ฉบับ" in text and "0017/12" in text and "1." in text


def test_garuda_three_centimetres_high_in_the_middle_of_the_paper() -> None:
    pdf = typeset_letter(external(garuda=crest())).pdf
    left, top, width, height = image_box_mm(pdf)
    assert height == pytest.approx(30, abs=0.5)
    assert left + width / 2 == pytest.approx(105, abs=0.5)
    assert top == pytest.approx(15, abs=0.5)
    assert word(pdf, "ศาลากลางจังหวัดปทุมธานี").bottom == pytest.approx(46, abs=1.5)  # level with the Garuda's foot


def test_garuda_half_as_high_at_the_memos_left_margin() -> None:
    left, top, _width, height = image_box_mm(typeset_letter(memo(garuda=crest())).pdf)
    assert height == pytest.approx(15, abs=0.5)
    assert left == pytest.approx(30, abs=0.5)
    assert top == pytest.approx(15, abs=0.5)


def test_a_missing_garuda_is_said_at_its_place_and_size() -> None:
    typeset = typeset_letter(external(urgency=""))
    place = typeset.places["garuda"]
    assert (place.left_mm, place.top_mm, place.height_mm) == pytest.approx((90, 15, 30), abs=0.5)
    assert "ยังไม่ได้ใส่ตราครุฑ" in re.sub(r"\s", "", page_text(typeset.pdf, 0))


@pytest.mark.parametrize("sheet", [external(body_html=LONG_BODY), memo(body_html=LONG_BODY)], ids=["external", "memo"])
def test_margins(sheet: LetterSheet) -> None:
    """Left 3, right 2, top 2.5, bottom 2 cm, on the pages after the first too (page number apart)."""
    found = [one for one in words(typeset_letter(sheet).pdf) if one.page > 0 and one.top > 24]
    assert min(one.left for one in found) == pytest.approx(30, abs=1)
    assert max(one.right for one in found) <= 191
    assert min(one.top for one in found) >= 24
    assert max(one.bottom for one in found) <= 278


def test_paragraph_indent_centre_line_and_type_sizes() -> None:
    pdf = typeset_letter(external(date_text="14 มกราคม 2569")).pdf
    assert next(one for one in words(pdf) if one.text.startswith("ตามที่คณะ")).left == pytest.approx(55, abs=1)
    assert word(pdf, "๑๔").left == pytest.approx(105, abs=1)
    assert word(pdf, "ขอแสดงความนับถือ").left == pytest.approx(105, abs=1)
    assert point_sizes(pdf) == {16, 32, 11}
    assert point_sizes(typeset_letter(memo()).pdf) == {16, 20, 29, 8}


def point_sizes(pdf: bytes) -> set[int]:
    """The type sizes on page 1 in official points (the page is drawn in CSS pixels, 3/4 of a point)."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        content = document.pages[0].Contents.read_bytes()
    return {round(float(size) * 0.75) for size in re.findall(rb"([\d.]+) Tf", content)}


def test_official_points_are_those_of_th_sarabun() -> None:
    """ก is 386/1000 em wide in TH Sarabun New, whose points the rules count."""
    width = fonts.text_width_mm("ก", 16) / (16 * MM_PER_POINT)
    assert width == pytest.approx(0.386, abs=0.01)


def test_name_and_post_stand_centred_under_each_other() -> None:
    pdf = typeset_letter(external()).pdf
    closing = word(pdf, "ขอแสดงความนับถือ")
    post = next(one for one in reversed(words(pdf)) if one.text == "ผู้ว่าราชการจังหวัดปทุมธานี")
    assert (post.left + post.right) / 2 == pytest.approx((closing.left + closing.right) / 2, abs=1)


def test_wrapped_subject_hangs_under_its_first_word() -> None:
    pdf = typeset_letter(external(subject="ก" * 30 + " " + "ข" * 70)).pdf
    label = word(pdf, "เรื่อง")
    lines = [one for one in words(pdf) if set(one.text) <= {"ก", "ข"} and len(one.text) > 5]
    assert len({round(one.top) for one in lines}) == 2
    assert {round(one.left) for one in lines if one.left < 60} == {round(min(one.left for one in lines))}
    assert min(one.left for one in lines) > label.right


def test_a_letter_of_three_pages_has_page_numbers_and_words_of_continuation() -> None:
    typeset = typeset_letter(external(body_html=LONG_BODY))
    assert typeset.pages == 3
    pages = [page_text(typeset.pdf, page) for page in range(3)]
    assert "- ๑ -" not in pages[0] and "- ๒ -" in pages[1] and "- ๓ -" in pages[2]
    for page, following in ((0, 1), (1, 2)):
        continued = [one for one in words(typeset.pdf) if one.page == page and one.text.startswith("/")][-1]
        assert continued.top > 260 and continued.left > 100
        said = re.search(r"^/(.+)\.\.\.$", pages[page], re.MULTILINE)
        assert said is not None
        top = min(one.top for one in words(typeset.pdf) if one.page == following and one.top > 24)
        first = [one.text for one in words(typeset.pdf) if one.page == following and abs(one.top - top) < 1]
        assert " ".join(first).startswith(said[1].split()[0])
    assert "..." not in pages[2]
    assert typeset.places["signer-1"].page == 2


def test_the_signature_never_stands_alone_on_a_page() -> None:
    """For many lengths of body: the page of the closing also holds words of the body."""
    line = "<p>ข้อความหนึ่งย่อหน้าที่ยาวพอจะเต็มบรรทัดเดียวและล้นไปถึงบรรทัดที่สองของหนังสือฉบับนี้อย่างแน่นอนทุกครั้งไป เนื้อความ</p>"
    for paragraphs in range(9, 16):
        typeset = typeset_letter(external(body_html=line * paragraphs))
        last = page_text(typeset.pdf, typeset.places["signer-1"].page)
        assert "เนื้อความ" in last, paragraphs


def test_secrecy_is_marked_at_top_and_bottom_of_every_page_and_a_draft_across_it() -> None:
    pdf = typeset_letter(external(body_html=LONG_BODY, secrecy="ลับมาก", mark="ร่าง")).pdf
    for page in range(3):
        marks = sorted(one.top for one in words(pdf) if one.page == page and one.text == "ลับมาก")
        assert len(marks) == 2 and marks[0] < 25 and marks[1] > 277
        assert "ร่าง" in page_text(pdf, page)


def test_two_signers_have_two_places_and_acting_titles_two_lines() -> None:
    acting = ("รองผู้ว่าราชการจังหวัด รักษาราชการแทน", "ผู้ว่าราชการจังหวัดปทุมธานี")
    typeset = typeset_letter(external(signers=(GOVERNOR, SignerBlock("นายมานะ ชูใจ", acting, "signer-2"))))
    first, second = typeset.places["signer-1"], typeset.places["signer-2"]
    assert second.top_mm > first.top_mm + first.height_mm or second.page > first.page
    lines = [line.strip() for line in poppler_text(typeset.pdf, "-layout").split("\n")]
    name = lines.index("(นายมานะ ชูใจ)")
    assert lines[name + 1 : name + 3] == list(acting)


def test_places_stay_where_they_are_when_number_and_date_come() -> None:
    blank = typeset_letter(external())
    filled = typeset_letter(external(number="ปท 0017/1", date_text="14 มกราคม 2569"))
    for name in ("registry-number", "registry-date", "signer-1"):
        before, after = blank.places[name], filled.places[name]
        assert (before.left_mm, before.top_mm) == pytest.approx((after.left_mm, after.top_mm), abs=0.2)
        assert before.width_mm >= 50


def test_preview_is_a_picture_of_the_same_page() -> None:
    preview = typeset_letter(external(), preview=True)
    assert preview.places == typeset_letter(external()).places
    assert page_png(preview.pdf, 0, 400).startswith(b"\x89PNG")
