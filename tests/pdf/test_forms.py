"""Every form against its table in docs/forms: order of elements and millimetres, read out of the PDF itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cache

import pypdfium2 as pdfium
import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings
from PIL import Image

from saraban.models import LetterKind
from saraban.sheets import LetterSheet, MinutesSheet, rendering, typeset_letter
from saraban.sheets.geometry import Geometry, geometry
from saraban.sheets.kinds import KINDS, build
from tests.pdf.forms import SAMPLES
from tests.pdf.papers import MM_PER_POINT, Word, crest, pdfium_text, poppler_text, words

FORMS = settings.BASE_DIR / "docs" / "forms"
GARUDA_MM = {"large": 30, "small": 15}
LONG = "".join(
    f"<p>ข้อ {number} การรับส่งข้อมูลข่าวสารด้วยระบบสารบรรณอิเล็กทรอนิกส์ให้เป็นไปตามที่กำหนดในระเบียบ "
    "โดยคำนึงถึงความมั่นคงปลอดภัยและความสะดวกของผู้เกี่ยวข้องทุกฝ่ายเป็นสำคัญ</p>"
    for number in range(1, 23)
) + (
    "<table><thead><tr><th>ลำดับ</th><th>ชื่อ</th></tr></thead><tbody>"
    + "".join(f"<tr><td>{number}</td><td>นายคนที่{number} นามสกุลยาว</td></tr>" for number in range(1, 27))
    + "</tbody></table>"
)


@dataclass(frozen=True)
class Row:
    """One line of a form's table: what is read, which edge of it is measured, and where it must be."""

    element: str
    reads: str
    edge: str
    mm: float
    top: float | None


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def table(text: str, first: str) -> list[list[str]]:
    """The rows of the table whose first heading is `first`."""
    lines = text.split("\n")
    begin = next(n for n, line in enumerate(lines) if line.startswith(f"| {first} |"))
    end = next(n for n in range(begin, len(lines)) if not lines[n].startswith("|"))
    return [cells(line) for line in lines[begin + 2 : end]]


def rows(name: str) -> list[Row]:
    found = table((FORMS / f"{name.lower()}.md").read_text() + "\n", "ลำดับ")
    return [Row(r[1], r[2], r[3], float(r[4]), float(r[5]) if r[5] else None) for r in found]


@cache
def sample(name: str) -> tuple[LetterSheet, bytes]:
    """The sample of a kind, numbered and dated, with a Garuda and a class of secrecy; and its PDF."""
    kind = KINDS[name]
    number = "12/2569" if kind.sheet.crest == "large" else "ปท 0017.1/45"
    sheet = SAMPLES[name](
        garuda=crest(), secrecy="ลับ", number=number, date_text=kind.date_text(date(2026, 1, 14)), thai_digits=True
    )
    return sheet, typeset_letter(sheet).pdf


def in_reading_order(pdf: bytes) -> list[Word]:
    """Words by line and from left to right; words of one line differ a little in height where sizes differ."""
    lines: list[list[Word]] = []
    for one in sorted(words(pdf), key=lambda item: (item.page, item.bottom)):
        last = lines[-1][-1] if lines else None
        if last and last.page == one.page and one.bottom - last.bottom < 1.5:
            lines[-1].append(one)
        else:
            lines.append([one])
    return [one for line in lines for one in sorted(line, key=lambda item: item.left)]


def run_of(word: Word, everything: list[Word]) -> tuple[float, float]:
    """Left and right edge of the words that stand together on one line with `word`."""
    line = sorted(
        (one for one in everything if one.page == word.page and abs(one.bottom - word.bottom) < 1.5),
        key=lambda one: one.left,
    )
    at = line.index(word)
    left = right = at
    while left > 0 and line[left].left - line[left - 1].right < 4:
        left -= 1
    while right + 1 < len(line) and line[right + 1].left - line[right].right < 4:
        right += 1
    return line[left].left, line[right].right


def images(pdf: bytes) -> list[tuple[float, float, float, float]]:
    """Left, top, width and height in mm of the images on page 1."""
    page = pdfium.PdfDocument(pdf)[0]
    found = []
    for item in page.get_objects():
        if item.type == pdfium.raw.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = (value * MM_PER_POINT for value in item.get_bounds())
            found.append((left, page.get_height() * MM_PER_POINT - top, right - left, top - bottom))
    return found


def test_every_kind_of_letter_has_a_form_a_page_and_a_sample() -> None:
    assert set(KINDS) == {kind.value for kind in LetterKind} == set(SAMPLES)
    assert {path.stem for path in FORMS.glob("*.md")} == {"README", *(name.lower() for name in KINDS)}
    assert {name: kind.title for name, kind in KINDS.items()} == {kind.value: kind.label for kind in LetterKind}
    assert [kind.form for kind in KINDS.values() if kind.form] == list(range(1, 12))


@pytest.mark.parametrize("name", KINDS)
def test_elements_stand_in_their_order_at_their_places(name: str) -> None:
    _sheet, pdf = sample(name)
    everything = in_reading_order(pdf)
    at = 0
    for row in rows(name):
        if row.reads == "(ภาพ)":
            continue
        found = next((n for n in range(at, len(everything)) if everything[n].text.startswith(row.reads)), None)
        assert found is not None, f"{row.element}: “{row.reads}” is not found after the element before it"
        word = everything[found]
        left, right = run_of(word, everything)
        measured = {"ซ้าย": word.left, "กลาง": (left + right) / 2, "ขวา": word.right}[row.edge]
        assert measured == pytest.approx(row.mm, abs=1), f"{row.element}: {row.edge}"
        if row.top is not None:
            assert word.top == pytest.approx(row.top, abs=1), f"{row.element}: top"
        at = found + 1


@pytest.mark.parametrize("name", KINDS)
def test_the_garuda_is_as_large_as_the_kind_wants_it(name: str) -> None:
    _sheet, pdf = sample(name)
    row = next((row for row in rows(name) if row.reads == "(ภาพ)"), None)
    size = GARUDA_MM.get(KINDS[name].garuda)
    if size is None:
        assert row is None and not images(pdf)
        return
    assert row is not None
    left, top, width, height = min(images(pdf), key=lambda box: box[1])
    assert height == pytest.approx(size, abs=0.5)
    assert top == pytest.approx(row.top, abs=0.5)
    assert (left if row.edge == "ซ้าย" else left + width / 2) == pytest.approx(row.mm, abs=0.5)


@pytest.mark.parametrize("name", KINDS)
def test_a_long_text_keeps_margins_numbers_its_pages_and_says_how_it_goes_on(name: str) -> None:
    """Three pages or more with a table across them."""
    typeset = typeset_letter(SAMPLES[name](body_html=LONG, secrecy="ลับ"))
    assert typeset.pages >= 3
    found = words(typeset.pdf)
    for page in range(typeset.pages):
        here = [one for one in found if one.page == page]
        text = [one for one in here if one.text != "ลับ" and (page == 0 or one.top > 24)]
        assert min(one.left for one in text) >= 29 and max(one.right for one in text) <= 191
        assert max(one.bottom for one in text) <= 278
        assert len([one for one in here if one.text == "ลับ"]) == 2
        if page:
            assert min(one.top for one in text) >= 24
            numbers = [one for one in here if one.top < 24 and one.text == "๐๑๒๓๔๕๖๗๘๙"[page + 1]]
            assert len(numbers) == 1 and (numbers[0].left + numbers[0].right) / 2 == pytest.approx(105, abs=1)
        goes_on = [one for one in text if one.text.startswith("/") and one.top > 260]
        assert len(goes_on) == (page + 1 < typeset.pages)
        if goes_on:
            following = [one for one in in_reading_order(typeset.pdf) if one.page == page + 1 and one.top > 24]
            said = goes_on[0].text.removeprefix("/").removesuffix("...")
            assert any(one.text.startswith(said) for one in following[:8])
            assert "ลำดับ" not in said


@pytest.mark.parametrize("name", KINDS)
def test_what_is_empty_leaves_nothing_behind(name: str) -> None:
    optional = {field.to or field.name for field in KINDS[name].fields if not field.required}
    printed = {field.name: field.default for field in fields(KINDS[name].sheet) if field.name in optional}
    text = poppler_text(typeset_letter(SAMPLES[name](**printed)).pdf)
    for label in ("อ้างถึง", "สิ่งที่ส่งมาด้วย", "สำเนาส่ง", "ไปรษณีย์", "ฉบับที่", "ผู้ไม่มาประชุม", "ผู้เข้าร่วมประชุม", "รูปถ่าย"):
        assert label not in text
    assert "()" not in text and "None" not in text


def test_the_kinds_are_those_of_the_documentation() -> None:
    crests = {"large": "30", "small": "15", "none": "–"}
    places = {"registry-number": "เลข", "registry-date": "วันที่"}
    expected = [
        [
            kind.name, kind.title, str(kind.form or "–"), str(kind.guide_group), crests[kind.garuda],
            " ".join(places[place] for place in kind.registry) or "–", kind.dated.value, kind.number_words or "–",
            kind.date_words or "–", kind.ending.value, kind.opening.value,
        ]
        for kind in KINDS.values()
    ]  # fmt: skip
    assert table((FORMS / "README.md").read_text(), "ชนิด") == expected


def test_every_measure_is_documented_with_its_value() -> None:
    found = {row[0].strip("`"): float(row[1]) for row in table((FORMS / "README.md").read_text(), "ชื่อ")}
    assert found == {field.name: field.default for field in fields(Geometry)}


def test_a_measure_is_changed_by_a_setting_and_a_wrong_one_is_refused() -> None:
    with override_settings(LETTER_GEOMETRY={"margin_left_mm": 35, "dated_indent_mm": 45}):
        pdf = typeset_letter(SAMPLES["ORDER"]()).pdf
    found = {one.text: one for one in in_reading_order(pdf)}
    assert found["สั่ง"].left == pytest.approx(80, abs=1)
    assert min(one.left for one in words(pdf)) == pytest.approx(35, abs=1)
    with override_settings(LETTER_GEOMETRY={"margin": 35}), pytest.raises(ImproperlyConfigured):
        geometry()
    with override_settings(LETTER_GEOMETRY={"margin_left_mm": -1}), pytest.raises(ImproperlyConfigured):
        geometry()


def test_the_places_the_registry_fills_are_on_the_paper_of_the_kind() -> None:
    for name, kind in KINDS.items():
        places = typeset_letter(SAMPLES[name](body_html=LONG)).places
        assert set(kind.registry) <= set(places), name
        assert len({places[place].page for place in kind.registry}) <= 1, "one field covers one page"


def test_the_agencys_seal_is_drawn_in_red_when_number_and_date_have_come() -> None:
    before = typeset_letter(SAMPLES["STAMPED"](garuda=crest()))
    assert "ที่ประทับตรา" in poppler_text(before.pdf) and len(images(before.pdf)) == 1
    _sheet, pdf = sample("STAMPED")
    assert "ที่ประทับตรา" not in poppler_text(pdf)
    left, _top, width, height = max(images(pdf), key=lambda box: box[1])
    assert (width, height) == pytest.approx((45, 45), abs=0.5)
    assert left + width / 2 == pytest.approx(125, abs=0.5)
    page = pdfium.PdfDocument(pdf)[0].render(scale=2).to_pil().convert("RGB")
    assert any(red > 180 and green < 60 and blue < 60 for red, green, blue in _colours(page.crop((500, 450, 900, 800))))


def _colours(image: Image.Image) -> Iterator[tuple[int, int, int]]:
    for _count, colour in image.getcolors(maxcolors=1_000_000) or []:
        assert isinstance(colour, tuple)
        yield colour[0], colour[1], colour[2]


def test_agenda_headings_stand_at_the_margin_and_resolutions_do_not() -> None:
    _sheet, pdf = sample("MINUTES")
    found = in_reading_order(pdf)
    assert {round(one.left) for one in found if one.text == "ระเบียบวาระที่"} == {30}
    assert {round(one.left) for one in found if one.text == "มติที่ประชุม"} == {55}


def test_digits_of_the_form_are_thai_and_of_the_authors_words_as_asked() -> None:
    text = poppler_text(typeset_letter(SAMPLES["MINUTES"]()).pdf)
    assert re.search(r"ครั้งที่\s+๑/๒๕๖๙", text) and "๐๙.๓๐ น." in text and "ชั้น ๓" in text
    assert "ครั้งที่ 1/2569" in poppler_text(typeset_letter(SAMPLES["MINUTES"](thai_digits=False)).pdf)


def test_the_short_cut_for_long_texts_leads_to_the_same_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = SAMPLES["ORDER"](body_html=LONG)
    short = pdfium_text(typeset_letter(sheet).pdf)
    monkeypatch.setattr(rendering, "SURELY_LONG", 10**9)
    assert short == pdfium_text(typeset_letter(sheet).pdf)


@pytest.mark.parametrize("name", KINDS)
def test_a_sheet_is_built_from_what_its_author_typed(name: str) -> None:
    """Each kind's fields are enough to set its form, and each reaches the sheet."""
    kind = KINDS[name]
    values = {
        field.name: "ก | ข | ค\nง" if field.input.value == "attendees" else f"คำของ{field.name}"
        for field in kind.fields
        if field.goes_to
    }
    signers = SAMPLES["ORDER"]().signers
    sheet = build(name, values, signers=signers, salutation="เรียน", closing="ขอแสดงความนับถือ", references=("อ้าง",))
    assert type(sheet) is kind.sheet
    for field in kind.fields:
        if field.goes_to:
            assert getattr(sheet, field.goes_to), field.name
    assert sheet.signers == (signers if kind.ending.name != "NONE" else ())
    flat = "".join(poppler_text(typeset_letter(replace(sheet, body_html="<p>เนื้อความ</p>")).pdf).split())
    for field in kind.fields:
        if field.printed and field.goes_to and field.input.value in ("line", "lines"):
            assert f"คำของ{field.name}" in flat or field.name in ("heading", "holder"), field.name


def test_people_of_a_meeting_are_read_from_lines() -> None:
    sheet = build("MINUTES", {"present": "นายก | ประธาน | แทน ปลัด\n\nนายข\n", "committee": "ก"})
    assert isinstance(sheet, MinutesSheet)
    assert [(one.name, one.title, one.note) for one in sheet.present] == [
        ("นายก", "ประธาน", "แทน ปลัด"),
        ("นายข", "", ""),
    ]


def test_a_crest_that_is_no_image_leaves_the_frame() -> None:
    text = pdfium_text(typeset_letter(SAMPLES["ORDER"](garuda=b"junk")).pdf)
    assert "ยังไม่ได้ใส่ตราครุฑ" in re.sub(r"\s", "", text)
