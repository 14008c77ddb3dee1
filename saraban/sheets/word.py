"""A draft as a Word document (DOCX): the elements of its form in their order, to be read and worked on elsewhere.

It is a copy of the text, not the paper: number, date and signatures stay blank, and ร่าง stands at the head of every page.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

from docx import Document as new_document
from docx.document import Document
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.image.exceptions import UnrecognizedImageError
from docx.shared import Mm

from saraban.sheets.digits import settle_digits
from saraban.sheets.geometry import PAPER_HEIGHT_MM, PAPER_WIDTH_MM, Geometry, geometry
from saraban.sheets.parts import Attendee
from saraban.sheets.sheets import (
    CertificateSheet,
    CommuniqueSheet,
    ExternalSheet,
    HeadedSheet,
    LetterSheet,
    MemoSheet,
    MinutesSheet,
    NoteSheet,
    OtherSheet,
    RuleSheet,
    StampedSheet,
)
from saraban.sheets.word_text import add_body, line, set_face, write

BLANK = " " * 24
RULE = "—" * 8
Writer = Callable[[Document, LetterSheet, Geometry], None]


def docx_of(sheet: LetterSheet, *, mark: str = "ร่าง") -> bytes:
    """`sheet` as DOCX with `mark` at the head of every page. Raises KeyError for a form that is not written here."""
    write_form = _of(type(sheet))
    measure = geometry()
    document = new_document()
    _set_page(document, sheet, measure, mark)
    _crest(document, sheet, measure)
    write_form(document, settle_digits(sheet), measure)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


# -- the page ---------------------------------------------------------------------------------------


def _set_page(document: Document, sheet: LetterSheet, measure: Geometry, mark: str) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(PAPER_WIDTH_MM), Mm(PAPER_HEIGHT_MM)
    section.left_margin, section.right_margin = Mm(measure.margin_left_mm), Mm(measure.margin_right_mm)
    section.top_margin, section.bottom_margin = Mm(measure.margin_top_mm), Mm(measure.margin_bottom_mm)
    section.header_distance = Mm(8)
    for style in (document.styles["Normal"], document.styles["Table Grid"], document.styles["Header"]):
        set_face(style.element.get_or_add_rPr(), measure.body_points)
    set_face(document.styles.element.xpath("w:docDefaults/w:rPrDefault/w:rPr")[0], measure.body_points)
    document.core_properties.title, document.core_properties.language = sheet.subject[:250], "th-TH"
    document.core_properties.author = document.core_properties.comments = ""
    head = section.header.paragraphs[0]
    head.alignment = 1  # centred
    write(head, mark, points=measure.body_points, bold=True)
    for words in (sheet.secrecy, sheet.urgency):
        if words:
            line(document, words, points=measure.body_points, bold=True, red=True)


def _crest(document: Document, sheet: LetterSheet, measure: Geometry) -> None:
    """The Garuda at its size where it is a picture Word takes; otherwise the words that it belongs here."""
    if sheet.crest == "none":
        return
    small = sheet.crest == "small"
    size = measure.garuda_small_mm if small else measure.garuda_mm
    place = line(document, points=measure.body_points, align="left" if small else "centre")
    if sheet.garuda:
        try:
            place.add_run().add_picture(io.BytesIO(sheet.garuda), height=Mm(size))
            return
        except UnrecognizedImageError:  # a drawing in SVG, which python-docx does not place
            instead = "(ตราครุฑ)"
    else:
        instead = "(ยังไม่ได้ใส่ตราครุฑ)"
    write(place, instead, points=measure.body_points)


# -- elements ---------------------------------------------------------------------------------------


def _row(document: Document, label: str, words: Sequence[str], measure: Geometry, *, bold: bool = False) -> None:
    """A label and its words; several words are numbered."""
    shown = [one for one in words if one]
    if not shown:
        return
    for at, one in enumerate(shown, start=1):
        number = f"{_thai(at)}. " if len(shown) > 1 else ""
        paragraph = line(
            document, points=measure.body_points, before=measure.gap_points if at == 1 else 0, left_mm=25, first_mm=-25
        )
        paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(25))
        write(paragraph, f"{label if at == 1 else ''}\t", points=measure.body_points, bold=bold)
        write(paragraph, f"{number}{one}", points=measure.body_points)


def _thai(number: int) -> str:
    return str(number).translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))


def _number_and_sender(
    document: Document, label: str, sheet: ExternalSheet | CertificateSheet, measure: Geometry
) -> None:
    """ที่ on the left, the owner agency and its address on the right."""
    for at, sender in enumerate(sheet.sender_lines or ("",)):
        paragraph = line(document, points=measure.body_points)
        stop = Mm(measure.text_width_mm)
        paragraph.paragraph_format.tab_stops.add_tab_stop(stop, WD_TAB_ALIGNMENT.RIGHT)
        left = f"{label} {sheet.number or BLANK}" if at == 0 else ""
        write(paragraph, f"{left}\t{sender}", points=measure.body_points)


def _body(document: Document, sheet: LetterSheet, measure: Geometry) -> None:
    add_body(
        document,
        sheet.body_html,
        measure,
        digits=sheet.body_thai_digits,
        list_digits=sheet.thai_digits,
        headings=sheet.marks_headings,
    )


def _signers(document: Document, sheet: LetterSheet, measure: Geometry) -> None:
    """Room to sign, the name in brackets, the post, and the role the form gives."""
    left = measure.signature_axis_mm - measure.margin_left_mm - measure.signature_width_mm / 2
    for at, signer in enumerate(sheet.signers):
        role = sheet.roles[at] if at < len(sheet.roles) else ""
        for where, words in enumerate(("", "", f"({signer.name})", *signer.title_lines, role)):
            if words or where < 2:
                line(document, words, points=measure.body_points, align="centre", left_mm=left)


def _dated(document: Document, words: str, sheet: LetterSheet, measure: Geometry) -> None:
    text = f"{words} {sheet.date_text or BLANK}".strip()
    line(document, text, points=measure.body_points, first_mm=measure.dated_indent_mm, before=measure.gap_points)


def _owner(document: Document, sheet: ExternalSheet | StampedSheet, measure: Geometry) -> None:
    for at, words in enumerate((sheet.owner_unit, *sheet.contact_lines)):
        if words:
            line(document, words, points=measure.body_points, before=measure.closing_gap_points if at == 0 else 0)
    _copies(document, sheet, measure)


def _copies(document: Document, sheet: LetterSheet, measure: Geometry) -> None:
    _row(document, "สำเนาส่ง", sheet.copies_to, measure)


# -- forms ------------------------------------------------------------------------------------------


def _external(document: Document, sheet: LetterSheet, measure: Geometry) -> None:
    assert isinstance(sheet, ExternalSheet)
    _number_and_sender(document, "ที่", sheet, measure)
    centre = measure.centre_mm
    line(document, sheet.date_text or BLANK, points=measure.body_points, left_mm=centre, before=measure.gap_points)
    _row(document, "เรื่อง", [sheet.subject], measure)
    _row(document, sheet.salutation, [sheet.addressee or " "], measure)
    _row(document, "อ้างถึง", sheet.references, measure)
    _row(document, "สิ่งที่ส่งมาด้วย", [f"{one.title} {one.amount}".strip() for one in sheet.enclosures], measure)
    _body(document, sheet, measure)
    if sheet.closing:
        line(document, sheet.closing, points=measure.body_points, left_mm=centre, before=measure.closing_gap_points)
    _signers(document, sheet, measure)
    _owner(document, sheet, measure)


def _memo_title(document: Document, measure: Geometry) -> None:
    line(document, "บันทึกข้อความ", points=measure.memo_title_points, bold=True, align="centre")


def _memo_line(document: Document, pairs: Sequence[tuple[str, str]], measure: Geometry) -> None:
    paragraph = line(document, points=measure.body_points)
    paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(measure.centre_mm))
    for at, (label, words) in enumerate(pairs):
        write(paragraph, f"{chr(9) if at else ''}{label} ", points=measure.memo_label_points, bold=True)
        write(paragraph, words, points=measure.body_points)


def _memo(document: Document, sheet: LetterSheet, measure: Geometry) -> None:
    assert isinstance(sheet, MemoSheet)
    _memo_title(document, measure)
    _memo_line(document, [("ส่วนราชการ", sheet.agency_line)], measure)
    _memo_line(document, [("ที่", sheet.number or BLANK), ("วันที่", sheet.date_text or BLANK)], measure)
    _memo_line(document, [("เรื่อง", sheet.subject)], measure)
    _row(document, sheet.salutation, [sheet.addressee or " "], measure)
    _body(document, sheet, measure)
    _signers(document, sheet, measure)
    _copies(document, sheet, measure)


def _note(document: Document, sheet: LetterSheet, measure: Geometry) -> None:
    assert isinstance(sheet, NoteSheet)
    _memo_title(document, measure)
    _row(document, sheet.salutation, [sheet.addressee or " "], measure)
    _body(document, sheet, measure)
    _signers(document, sheet, measure)
    _date_below(document, sheet, measure)


def _date_below(document: Document, sheet: LetterSheet, measure: Geometry) -> None:
    left = measure.signature_axis_mm - measure.margin_left_mm - measure.signature_width_mm / 2
    line(document, sheet.date_text or BLANK, points=measure.body_points, align="centre", left_mm=left)


def _stamped(document: Document, sheet: LetterSheet, measure: Geometry) -> None:
    assert isinstance(sheet, StampedSheet)
    line(document, f"ที่ {sheet.number or BLANK}", points=measure.body_points)
    _row(document, "ถึง", [sheet.addressee or " "], measure)
    _body(document, sheet, measure)
    left = measure.signature_axis_mm - measure.margin_left_mm - measure.signature_width_mm / 2
    for words in (sheet.issuer, "", "(ที่ประทับตรา)", "", sheet.date_text or BLANK):
        line(document, words, points=measure.body_points, align="centre", left_mm=left)
    _owner(document, sheet, measure)


def _heading(document: Document, sheet: HeadedSheet, measure: Geometry) -> None:
    words = [sheet.first_line]
    if sheet.number_word:
        words.append(f"{sheet.number_word} {sheet.number or BLANK}")
    words.append(f"{sheet.subject_word}{' ' if sheet.subject_word == 'เรื่อง' else ''}{sheet.subject}")
    issue, year = getattr(sheet, "issue", ""), getattr(sheet, "year", "")
    if issue:
        words.append(f"(ฉบับที่ {issue})" if isinstance(sheet, RuleSheet) else f"ฉบับที่ {issue}")
    if year:
        words.append(f"พ.ศ. {year}")
    for one in (*words, RULE):
        line(document, one, points=measure.body_points, align="centre", bold=bool(measure.heading_bold) and one != RULE)


def _headed(document: Document, sheet: LetterSheet, measure: Geometry) -> None:
    assert isinstance(sheet, HeadedSheet)
    _heading(document, sheet, measure)
    _body(document, sheet, measure)
    _dated(document, sheet.dated_word, sheet, measure)
    _signers(document, sheet, measure)
    _copies(document, sheet, measure)


def _told(document: Document, sheet: LetterSheet, measure: Geometry) -> None:
    assert isinstance(sheet, CommuniqueSheet)
    _heading(document, sheet, measure)
    _body(document, sheet, measure)
    left = measure.signature_axis_mm - measure.margin_left_mm - measure.signature_width_mm / 2
    for words in ("", sheet.issuer, sheet.date_text or BLANK):
        line(document, words, points=measure.body_points, align="centre", left_mm=left)


def _certificate(document: Document, sheet: LetterSheet, measure: Geometry) -> None:
    assert isinstance(sheet, CertificateSheet)
    _number_and_sender(document, "เลขที่", sheet, measure)
    _body(document, sheet, measure)
    _dated(document, "ให้ไว้ ณ วันที่", sheet, measure)
    _signers(document, sheet, measure)
    if sheet.photo:
        for words in ("(รูปถ่าย ๔ × ๖ เซนติเมตร)", "", f"({sheet.holder})", "ผู้ได้รับการรับรอง"):
            line(document, words, points=measure.body_points)


def _minutes(document: Document, sheet: LetterSheet, measure: Geometry) -> None:
    assert isinstance(sheet, MinutesSheet)
    head = (
        f"รายงานการประชุม{sheet.committee}",
        f"ครั้งที่ {sheet.meeting_no}",
        f"เมื่อ{sheet.held}",
        f"ณ {sheet.venue}",
        RULE,
    )
    for words in head:
        line(document, words, points=measure.body_points, align="centre")
    groups = (("ผู้มาประชุม", sheet.present), ("ผู้ไม่มาประชุม", sheet.absent), ("ผู้เข้าร่วมประชุม", sheet.attending))
    for label, people in groups:
        _people(document, label, people, measure)
    if sheet.began:
        _timed(document, "เริ่มประชุมเวลา", sheet.began, measure)
    _body(document, sheet, measure)
    if sheet.ended:
        _timed(document, "เลิกประชุมเวลา", sheet.ended, measure)
    _signers(document, sheet, measure)


def _people(document: Document, label: str, people: Sequence[Attendee], measure: Geometry) -> None:
    if not people:
        return
    line(document, label, points=measure.body_points, bold=True, before=measure.gap_points)
    for at, one in enumerate(people, start=1):
        paragraph = line(document, points=measure.body_points)
        for stop in (8.0, 70.0, 125.0):
            paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(stop))
        write(
            paragraph, "\t".join((f"{_thai(at)}.", one.name, one.title, one.note)).rstrip(), points=measure.body_points
        )


def _timed(document: Document, label: str, words: str, measure: Geometry) -> None:
    paragraph = line(document, points=measure.body_points, before=measure.gap_points)
    write(paragraph, f"{label} ", points=measure.body_points, bold=True)
    write(paragraph, words, points=measure.body_points)


def _other(document: Document, sheet: LetterSheet, measure: Geometry) -> None:
    assert isinstance(sheet, OtherSheet)
    line(document, sheet.subject, points=measure.body_points, bold=True, align="centre")
    _body(document, sheet, measure)
    _signers(document, sheet, measure)
    if sheet.signers:
        _date_below(document, sheet, measure)
    _copies(document, sheet, measure)


def _of(kind: type[LetterSheet]) -> Writer:
    """The writer of a form: its own, or that of the form it is a kind of."""
    for base in kind.__mro__:
        if base in _WRITERS:
            return _WRITERS[base]
    raise KeyError(kind.__name__)


_WRITERS: dict[type, Writer] = {
    ExternalSheet: _external, MemoSheet: _memo, NoteSheet: _note, StampedSheet: _stamped, CommuniqueSheet: _told,
    HeadedSheet: _headed, CertificateSheet: _certificate, MinutesSheet: _minutes, OtherSheet: _other,
}  # fmt: skip
