"""The draft as a Word document: every form's elements in order, Thai fonts in both scripts, margins, ร่าง at the head."""

from __future__ import annotations

import io
from dataclasses import replace

import docx
import pytest
from docx.document import Document
from docx.oxml.ns import qn

from files.office import convert
from files.pdf import page_count
from saraban.sheets import LetterSheet
from saraban.sheets.word import docx_of
from saraban.sheets.word_text import FACE
from tests.pdf.forms import SAMPLES
from tests.pdf.papers import crest, external, memo, poppler_text

ORDER = {
    "EXTERNAL": ["ด่วนที่สุด", "ที่", "ศาลากลาง", "เรื่อง", "เรียน", "อ้างถึง", "สิ่งที่ส่งมาด้วย", "ตามที่", "ขอแสดงความนับถือ", "(นาย", "ผู้ว่าราชการ"],
    "MEMO": ["บันทึกข้อความ", "ส่วนราชการ", "ที่", "วันที่", "เรื่อง", "เรียน", "(นางสาว"],
    "STAMPED": ["ที่", "ถึง", "(ที่ประทับตรา)"],
    "ORDER": ["คำสั่งจังหวัด", "ที่", "เรื่อง", "สั่ง ณ วันที่", "("],
    "RULE": ["ระเบียบ", "ว่าด้วย", "(ฉบับที่", "พ.ศ.", "ประกาศ ณ วันที่", "("],
    "BYLAW": ["ข้อบังคับ", "ว่าด้วย", "ประกาศ ณ วันที่"],
    "ANNOUNCEMENT": ["ประกาศ", "เรื่อง", "ประกาศ ณ วันที่", "("],
    "COMMUNIQUE": ["แถลงการณ์", "เรื่อง", "ฉบับที่"],
    "NEWS": ["ข่าว", "เรื่อง", "ฉบับที่"],
    "CERTIFICATE": ["เลขที่", "หนังสือฉบับนี้ให้ไว้เพื่อรับรองว่า", "ให้ไว้ ณ วันที่", "("],
    "MINUTES": ["รายงานการประชุม", "ครั้งที่", "เมื่อ", "ณ ", "ผู้มาประชุม", "ผู้ไม่มาประชุม", "ผู้เข้าร่วมประชุม", "เริ่มประชุมเวลา",
                "เลิกประชุมเวลา", "ผู้จดรายงาน"],
    "NOTE": ["บันทึกข้อความ", "เรียน", "("],
    "OTHER": ["บัญชีรายชื่อ", "ผู้ประสานงาน"],
}  # fmt: skip
RICH = (
    "<p>ย่อหน้า<b>หนา</b>และ<i>เอน</i>กับ<u>ขีด</u><br>บรรทัดใหม่</p><ol start='3'><li>สาม<ol><li>ย่อย</li></ol></li><li>สี่</li></ol>"
    "<ul><li>จุด</li></ul><table><tr><th colspan='2'>หัว</th></tr><tr><td rowspan='2'>ก</td><td>ข</td></tr><tr><td>ค</td></tr></table>"
)


def opened(sheet: LetterSheet) -> Document:
    return docx.Document(io.BytesIO(docx_of(sheet)))


@pytest.mark.parametrize("kind", ORDER)
def test_every_form_keeps_its_order(kind: str) -> None:
    text = "\n".join(one.text for one in opened(SAMPLES[kind]()).paragraphs)
    at = 0
    for words in ORDER[kind]:
        found = text.find(words, at)
        assert found >= 0, f"{words} after {text[:at][-60:]!r}"
        at = found


def test_every_kind_is_written() -> None:
    assert set(ORDER) == set(SAMPLES)


@pytest.mark.parametrize("kind", ORDER)
def test_thai_is_said_for_both_scripts_in_every_run(kind: str) -> None:
    document = opened(SAMPLES[kind]())
    runs = [
        run for one in (*document.paragraphs, *document.sections[0].header.paragraphs) for run in one.runs if run.text
    ]
    assert runs
    for run in runs:
        properties = run._r.rPr
        assert properties is not None
        fonts, sizes = properties.find(qn("w:rFonts")), [properties.find(qn(f"w:{name}")) for name in ("sz", "szCs")]
        assert {fonts.get(qn(f"w:{script}")) for script in ("ascii", "hAnsi", "cs")} == {FACE}
        assert len({size.get(qn("w:val")) for size in sizes}) == 1
        assert properties.find(qn("w:lang")).get(qn("w:bidi")) == "th-TH"
        assert properties.find(qn("w:cs")) is not None
        bold = properties.find(qn("w:b")) is not None
        assert bold == (properties.find(qn("w:bCs")) is not None)


def test_margins_paper_and_the_word_draft() -> None:
    section = opened(memo()).sections[0]
    assert section.page_width and section.page_height
    assert (section.page_width.mm, section.page_height.mm) == pytest.approx((210, 297), abs=0.1)
    margins = (section.left_margin, section.right_margin, section.top_margin, section.bottom_margin)
    assert [margin.mm if margin else None for margin in margins] == pytest.approx([30, 20, 25, 20], abs=0.1)
    assert section.header.paragraphs[0].text == "ร่าง"


def test_bold_lists_and_tables_come_along() -> None:
    document = opened(memo(body_html=RICH))
    texts = [one.text for one in document.paragraphs]
    bold = {run.text for one in document.paragraphs for run in one.runs if run.bold}
    assert "หนา" in bold and "ย่อหน้า" not in bold
    assert any(run.italic for one in document.paragraphs for run in one.runs if run.text == "เอน")
    assert [text for text in texts if text.startswith(("๓", "๔", "๑", "–"))] == ["๓. สาม", "๑. ย่อย", "๔. สี่", "– จุด"]
    [table] = document.tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [["หัว", "หัว"], ["ก", "ข"], ["ก", "ค"]]


def test_the_garuda_stands_in_it_when_there_is_one() -> None:
    with_crest = opened(replace(external(), garuda=crest()))
    assert with_crest.inline_shapes[0].height.mm == pytest.approx(30, abs=0.1)
    assert "(ยังไม่ได้ใส่ตราครุฑ)" in [one.text for one in opened(external()).paragraphs]
    drawn = opened(replace(external(), garuda=b"<svg xmlns='http://www.w3.org/2000/svg'/>"))
    assert "(ตราครุฑ)" in [one.text for one in drawn.paragraphs]


@pytest.mark.parametrize("kind", ["EXTERNAL", "MINUTES"])
def test_libreoffice_reads_it_as_one_page_of_the_same_words(kind: str) -> None:
    made = convert(docx_of(SAMPLES[kind]()), "docx")
    assert made.notes == () and page_count(made.pdf) == 1
    text = poppler_text(made.pdf)
    assert "ร่าง" in text and all(words in text for words in ORDER[kind][1:4])
    assert b"THSarabunNew" in made.pdf


def test_strange_text_stays_text() -> None:
    odd = opened(memo(subject="<w:p> & \u200b 😀 " + "ยาว" * 400, body_html="<p>&lt;script&gt;</p><p></p>"))
    assert any("<script>" in one.text for one in odd.paragraphs)
