"""Thai text in Word: the official face for Latin and complex scripts alike, and bodies with their lists and tables.

Word keeps two of everything: letters of complex scripts (Thai) take `w:cs` fonts and `w:szCs`, `w:bCs`, `w:iCs`; what is
said only once shows in the other script's default.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run
from lxml import html as lxml_html

from common.thai import thai_digits
from saraban.sheets.body import printable_body
from saraban.sheets.geometry import Geometry

FACE = "TH Sarabun New"
RED = RGBColor(0xDD, 0x00, 0x00)
_TAGS_BEFORE = (
    "rStyle",
    "rFonts",
    "b",
    "bCs",
    "i",
    "iCs",
    "color",
    "sz",
    "szCs",
    "u",
    "cs",
    "lang",
)  # order of the schema
_MARKS = {"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline"}


def set_face(properties: Any, points: float) -> None:
    """Face, size and language of a `w:rPr`, for both scripts."""
    for child in list(properties):
        if child.tag in {qn(f"w:{name}") for name in ("rFonts", "sz", "szCs", "lang")}:
            properties.remove(child)
    fonts = OxmlElement("w:rFonts")
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), FACE)
    half = str(round(points * 2))
    sizes = [OxmlElement(name) for name in ("w:sz", "w:szCs")]
    for size in sizes:
        size.set(qn("w:val"), half)
    language = OxmlElement("w:lang")
    for name, value in (("val", "en-US"), ("eastAsia", "en-US"), ("bidi", "th-TH")):
        language.set(qn(f"w:{name}"), value)
    for element in (fonts, *sizes, language):
        _insert(properties, element)


def _insert(properties: Any, element: Any) -> None:
    """Put a child where the schema wants it."""
    places = {qn(f"w:{name}"): at for at, name in enumerate(_TAGS_BEFORE)}
    mine = places.get(element.tag, len(places))
    for at, child in enumerate(properties):
        if places.get(child.tag, len(places)) > mine:
            properties.insert(at, element)
            return
    properties.append(element)


def write(
    paragraph: Paragraph, text: str, *, points: float, bold: bool = False, italic: bool = False,
    underline: bool = False, red: bool = False,
) -> Run:  # fmt: skip
    """Append `text` as a run; a line break for each new line, a tab for each tab."""
    run = paragraph.add_run()
    properties = run._r.get_or_add_rPr()
    for on, name in ((bold, "b"), (italic, "i")):
        for tag in (f"w:{name}", f"w:{name}Cs") if on else ():
            _insert(properties, OxmlElement(tag))
    if red:
        run.font.color.rgb = RED
    set_face(properties, points)
    if underline:
        run.underline = True
    complex_script = OxmlElement("w:cs")
    _insert(properties, complex_script)
    for at, line in enumerate(text.split("\n")):
        if at:
            run.add_break()
        for column, words in enumerate(line.split("\t")):
            if column:
                run.add_tab()
            if words:
                run.add_text(words)
    return run


def line(
    place: Any, text: str = "", *, points: float, bold: bool = False, red: bool = False, align: str = "left",
    left_mm: float = 0.0, first_mm: float = 0.0, before: float = 0.0,
) -> Paragraph:  # fmt: skip
    """A new paragraph in a document, a cell or a header. `align`: left, centre, right, thai (ชิดขอบสองข้างแบบไทย)."""
    paragraph: Paragraph = place.add_paragraph()
    form = paragraph.paragraph_format
    form.space_before, form.space_after, form.line_spacing = Pt(before), Pt(0), 1.0
    if left_mm:
        form.left_indent = Mm(left_mm)
    if first_mm:
        form.first_line_indent = Mm(first_mm)
    form.alignment = {
        "centre": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT, "thai": WD_ALIGN_PARAGRAPH.THAI_JUSTIFY,
    }.get(align, WD_ALIGN_PARAGRAPH.LEFT)  # fmt: skip
    if text:
        write(paragraph, text, points=points, bold=bold, red=red)
    return paragraph


def add_body(
    document: Document, body_html: str, measure: Geometry, *, digits: bool, list_digits: bool, headings: bool
) -> None:
    """The author's text: paragraphs indented as official letters are, lists written out, tables, bold and the like.

    `digits`: Thai digits in the text; `list_digits`: in the numbers of lists.
    """
    source = printable_body(body_html, digits=digits, headings=headings)
    if not source:
        return
    for element in lxml_html.fragment_fromstring(source):
        if element.tag in ("ol", "ul"):
            _list(document, element, measure, digits=list_digits, depth=0)
        elif element.tag == "table":
            _table(document, element, measure)
        else:
            heading = element.get("class") == "agenda"
            first = 0.0 if heading else measure.indent_mm
            before = measure.gap_points
            _runs(
                line(document, points=measure.body_points, align="thai", first_mm=first, before=before),
                element,
                measure,
            )


def _list(document: Document, element: Any, measure: Geometry, *, digits: bool, depth: int) -> None:
    at = _first_number(element)
    indent = measure.indents[min(depth, 2)]
    for item in element:
        if item.tag != "li":
            continue
        mark = (thai_digits(str(at)) if digits else str(at)) + ". " if element.tag == "ol" else "– "
        paragraph = line(document, points=measure.body_points, align="thai", first_mm=indent)
        write(paragraph, mark, points=measure.body_points)
        _runs(paragraph, item, measure)
        for inner in item:
            if inner.tag in ("ol", "ul"):
                _list(document, inner, measure, digits=digits, depth=depth + 1)
        at += 1


def _first_number(element: Any) -> int:
    style = str(element.get("style", ""))  # `printable_body` writes the first number of a list as a counter
    number = style.rpartition(" ")[2]
    return int(number) + 1 if number.isdecimal() else 1


def _table(document: Document, element: Any, measure: Geometry) -> None:
    rows = [[cell for cell in row if cell.tag in ("td", "th")] for row in element.iter("tr")]
    grid = _grid(rows)
    if not grid:
        return
    table = document.add_table(rows=len(rows), cols=max(column + 1 for _, column in grid))
    table.style = "Table Grid"
    for (row, column), (cell, down, across) in grid.items():
        last = table.cell(min(row + down, len(rows)) - 1, min(column + across, len(table.columns)) - 1)
        target = table.cell(row, column).merge(last)
        paragraph = target.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(0)
        paragraph.paragraph_format.line_spacing = 1.0
        _runs(paragraph, cell, measure, bold=cell.tag == "th")


def _grid(rows: list[list[Any]]) -> dict[tuple[int, int], tuple[Any, int, int]]:
    """Each cell by row and column where it begins, with how many rows and columns it takes."""
    taken: set[tuple[int, int]] = set()
    found = {}
    for at, cells in enumerate(rows):
        column = 0
        for cell in cells:
            while (at, column) in taken:
                column += 1
            down, across = (max(1, int(cell.get(name) or 1)) for name in ("rowspan", "colspan"))
            down = min(down, len(rows) - at)
            taken |= {(at + i, column + j) for i in range(down) for j in range(across)}
            found[at, column] = (cell, down, across)
            column += across
    return found


def _runs(paragraph: Paragraph, element: Any, measure: Geometry, **marks: bool) -> None:
    for text, on in _pieces(element, marks):
        write(paragraph, text, points=measure.body_points, **on)


def _pieces(element: Any, marks: dict[str, bool]) -> Iterator[tuple[str, dict[str, bool]]]:
    """The text of an element with its marks; inner lists are left to their own paragraphs."""
    if element.text:
        yield element.text, marks
    for child in element:
        if child.tag == "br":
            yield "\n", marks
        elif child.tag not in ("ol", "ul", "table"):
            name = _MARKS.get(child.tag)
            yield from _pieces(child, marks | {name: True} if name else marks)
        if child.tail and child.tail.strip("\n"):
            yield child.tail, marks
