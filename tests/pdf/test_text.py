"""Thai text comes back out of every form as it was typed: copying, searching and other agencies' systems depend on it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from html import escape
from pathlib import Path

import pikepdf
import pytest

from common.thai import arabic_digits, canonical
from files.pdf import page_text
from saraban.sheets import LetterSheet, typeset_letter
from tests.pdf.forms import SAMPLES
from tests.pdf.papers import external, memo, pdfium_text, poppler_text

HARD_WORDS = Path(__file__).with_name("hard_words.txt").read_text().split("\n")[:-1]
SENTENCES = (
    "ทั้งนี้ทั้งนั้นขึ้นอยู่กับที่ดินที่ว่าการอำเภอที่ตั้งอยู่",
    "ผู้กู้ยืมต้องส่งคู่ฉบับคู่สัญญาให้ผู้ให้กู้ยืมเงิน",
    "ป้ายปีใหม่ปี่ปี่ปั๊มน้ำมันปั้นหม้อ",
    "อิเล็กทรอนิกส์ทั้งสิ้นทั้งหมด คำสั่งด่วนที่สุดที่สุด",
)
MARKUP = {"regular": "{}", "bold": "<b>{}</b>", "italic": "<i>{}</i>", "bold italic": "<b><i>{}</i></b>"}


def test_the_list_is_long_and_hard() -> None:
    assert len(set(HARD_WORDS)) >= 200
    for word in ("น้ำ", "ทั้งนี้", "ปู่", "ญี่ปุ่น", "ฏุฐุ", "ฤๅ", "ป้า", "ฬ่ำ", "คำสั่ง", "กุ้ง", "ราชการน้ำ"):
        assert word in HARD_WORDS


@pytest.fixture(scope="module", params=SAMPLES)
def listed(request: pytest.FixtureRequest) -> bytes:
    """A form with each hard word on a line of its own."""
    body = "".join(f"<p>คำ {escape(word)} จบ</p>" for word in HARD_WORDS)
    sheet: LetterSheet = SAMPLES[request.param](body_html=body)
    return typeset_letter(sheet).pdf


def rows(text: str) -> set[str]:
    """What stands between คำ and จบ, in canonical order of marks, with single spaces."""
    flat = " ".join(canonical(text).split())
    return {piece.rpartition("คำ ")[2].strip() for piece in flat.split(" จบ")}


@pytest.mark.parametrize("mode", ["", "-layout", "-raw"])
def test_poppler_reads_every_word(listed: bytes, mode: str) -> None:
    found = rows(poppler_text(listed, *mode.split()))
    assert [word for word in HARD_WORDS if canonical(word) not in found] == []


def test_pdfium_reads_every_word(listed: bytes) -> None:
    found = rows(pdfium_text(listed))
    assert [word for word in HARD_WORDS if canonical(word) not in found] == []


@pytest.mark.parametrize("style", MARKUP)
def test_running_text_comes_back_letter_for_letter(style: str) -> None:
    """In every face; not only equal after canonical ordering, but ำ as ำ and no space where none was typed."""
    body = "".join(f"<p>{MARKUP[style].format(sentence)}</p>" for sentence in SENTENCES)
    pdf = typeset_letter(memo(body_html=body)).pdf
    for read in (poppler_text(pdf), poppler_text(pdf, "-layout"), pdfium_text(pdf)):
        assert [sentence for sentence in SENTENCES if sentence not in read] == []


def test_large_urgency_mark_is_read_whole() -> None:
    pdf = typeset_letter(external(urgency="ด่วนที่สุด")).pdf
    assert "ด่วนที่สุด" in poppler_text(pdf)
    assert "ด่วนที่สุด" in page_text(pdf, 0)


def test_archival_format_language_title_and_whole_text_map() -> None:
    """PDF/A-2u as far as it can be seen from within: conformance, colours, embedded fonts, a text for every glyph."""
    sheet = external()
    with pikepdf.open(io.BytesIO(typeset_letter(sheet).pdf)) as pdf:
        assert str(pdf.Root.Lang) == "th"
        assert str(pdf.docinfo.Title) == sheet.subject
        with pdf.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "U")
        assert pdf.Root.OutputIntents[0].S == "/GTS_PDFA1"
        fonts = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/ToUnicode" in item]
        assert len(fonts) >= 2
        for font in fonts:
            assert "/FontFile2" in font.DescendantFonts[0].FontDescriptor
            texts = re.findall(rb"^<[0-9a-f]{4}> <([0-9a-f]*)>", font.ToUnicode.read_bytes(), re.MULTILINE)
            assert texts and all(texts)


@pytest.mark.parametrize("name", SAMPLES)
def test_every_word_of_a_sheet_is_on_its_paper(name: str) -> None:
    """What the form itself prints comes back as well: headings, names, titles, people of a meeting."""
    sheet = SAMPLES[name]()
    printed = [field.name for field in fields(sheet) if field.name not in UNPRINTED.get(name, ())]
    typed = [text for field in printed for text in _texts(getattr(sheet, field))]
    pdf = typeset_letter(sheet).pdf
    for read in (poppler_text(pdf, "-raw"), pdfium_text(pdf)):
        flat = _flat(read)
        assert [text for text in typed if _flat(text) not in flat] == []


UNPRINTED = {
    "STAMPED": ("subject", "signers"),  # who initials the seal is named once it is initialled
    "CERTIFICATE": ("subject",),
    "MINUTES": ("subject",),
    "NOTE": ("subject",),
}


def _flat(text: str) -> str:
    return arabic_digits("".join(canonical(text).split()))


def _texts(value: object) -> Iterator[str]:
    """The words in a sheet's value, at any depth; of HTML the text of each element; names of places are not printed."""
    if isinstance(value, str) and "<" in value:
        yield from (piece.rpartition(">")[2] for piece in value.split("<"))
    elif isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from _texts(one)
    elif is_dataclass(value):
        yield from (
            text for field in fields(value) if field.name != "place" for text in _texts(getattr(value, field.name))
        )
