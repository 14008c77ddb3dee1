"""Setting a sheet on paper: template, style sheets, page numbers and words of continuation (คำต่อเนื่อง)."""

from __future__ import annotations

import base64
from functools import lru_cache

import filetype
from django.template.loader import get_template, render_to_string

from files import fonts
from files.typesetting import Layout, Typeset, lay_out
from saraban.sheets.body import printable_body
from saraban.sheets.digits import settle_digits
from saraban.sheets.sheets import ExternalSheet, LetterSheet

CENTRE_LINE_MM = 105.0
TEXT_LEFT_MM, TEXT_RIGHT_MM = 30.0, 190.0
MEMO_AXIS_MM = 125.0
BODY_POINTS, MEMO_LABEL_POINTS = 16, 20
LABEL_GAP_MM, MEMO_LABEL_GAP_MM = 2.6, 1.8
SENDER_WIDEST_MM = 85.0
CATCHWORD_LENGTH = 26
_IMAGE_TYPES = {"image/png", "image/jpeg"}


def typeset_letter(sheet: LetterSheet, *, preview: bool = False) -> Typeset:
    """`sheet` as a PDF with its places: one per signer, `registry-number` and `registry-date`.

    A letter that runs a little over its only page is set closer, as a typist would. One of several pages is laid out
    again with room for the words of continuation at the foot of each page that goes on, then once more with the words.
    `preview` is quicker and not for keeping: no PDF/A, frames around what is still to be filled.
    Raises `files.fonts.FontsMissing`.
    """
    layout = _laid_out(sheet, preview=preview)
    if layout.pages == 2:
        closer = _laid_out(sheet, preview=preview, close=True)
        layout = closer if closer.pages == 1 else layout
    if layout.pages > 1:
        layout = _laid_out(sheet, preview=preview, continued=True)
        words = tuple(layout.first_words(page, longest=CATCHWORD_LENGTH) for page in range(1, layout.pages))
        layout = _laid_out(sheet, preview=preview, continued=True, catchwords=words)
    return layout.write(archival=not preview)


def _laid_out(
    sheet: LetterSheet,
    *,
    preview: bool,
    close: bool = False,
    continued: bool = False,
    catchwords: tuple[str, ...] = (),
) -> Layout:
    printed = settle_digits(sheet)
    left, width = _signature_column(sheet)
    context = {
        "sheet": printed,
        "preview": preview,
        "close": close,
        "continued": continued,
        "catchwords": [
            {"page": page, "text": _css_string(f"/{text}...")} for page, text in enumerate(catchwords, start=1) if text
        ],
        "digit_style": "thai" if sheet.thai_digits else "decimal",
        "references": [_unbroken_date(line) for line in getattr(printed, "references", ())],
        "body": printable_body(sheet.body_html, digits=sheet.body_thai_digits),
        "garuda": _data_uri(sheet.garuda),
        "widths": _widths(printed),
        "signature_left_mm": round(left, 2),
        "signature_width_mm": round(width, 2),
    }
    return lay_out(render_to_string(sheet.template, context), css=tuple(_style(name) for name in sheet.styles))


def _unbroken_date(reference: str) -> tuple[str, str]:
    """A line of อ้างถึง as (what may be broken, `ลงวันที่ …` that stays on one line)."""
    before, word, date = reference.rpartition("ลงวันที่")
    return (before, word + date) if word else (reference, "")


def _widths(sheet: LetterSheet) -> dict[str, float]:
    """Widths in mm of the labels' columns: each label and the gap after it."""
    labels = {
        "subject": "เรื่อง",
        "salutation": sheet.salutation,
        "references": "อ้างถึง",
        "enclosures": "สิ่งที่ส่งมาด้วย",
        "copies": "สำเนาส่ง",
    }
    widths = {name: fonts.text_width_mm(label, BODY_POINTS) + LABEL_GAP_MM for name, label in labels.items()}
    memo_labels = {"agency": "ส่วนราชการ", "number": "ที่", "date": "วันที่", "memo_subject": "เรื่อง"}
    for name, label in memo_labels.items():
        widths[name] = fonts.text_width_mm(label, MEMO_LABEL_POINTS, "Bold") + MEMO_LABEL_GAP_MM
    widths["half"] = CENTRE_LINE_MM - TEXT_LEFT_MM - widths["number"]
    if isinstance(sheet, ExternalSheet):
        longest = max((fonts.text_width_mm(line, BODY_POINTS) for line in sheet.sender_lines), default=0.0)
        widths["sender"] = min(longest + 0.5, SENDER_WIDEST_MM)
    return {name: round(width, 2) for name, width in widths.items()}


def _signature_column(sheet: LetterSheet) -> tuple[float, float]:
    """Left edge (from the text's left) and width in mm of the column in which names stand centred.

    The closing begins on the centre line of the paper, and name and post are centred under it; a memo has no closing.
    """
    axis = MEMO_AXIS_MM
    if isinstance(sheet, ExternalSheet) and sheet.closing:
        room = TEXT_RIGHT_MM - CENTRE_LINE_MM
        axis = CENTRE_LINE_MM + min(fonts.text_width_mm(sheet.closing, BODY_POINTS), room) / 2
    half = min(axis - TEXT_LEFT_MM, TEXT_RIGHT_MM - axis)
    return axis - half - TEXT_LEFT_MM, 2 * half


@lru_cache(maxsize=16)
def _style(name: str) -> str:
    return str(get_template(name).render())


def _css_string(text: str) -> str:
    """`text` as a quoted CSS string in which nothing but letters stands unescaped."""
    return '"' + "".join(c if c.isalpha() or "\u0e00" <= c <= "\u0e7f" else f"\\{ord(c):06x}" for c in text) + '"'


def _data_uri(image: bytes | None) -> str:
    """`image` as a `data:` address, or "" when there is none or it is of no kind a letter shows."""
    if not image:
        return ""
    kind = filetype.guess_mime(image)
    if kind not in _IMAGE_TYPES:
        kind = "image/svg+xml" if b"<svg" in image[:2048] else None
    return f"data:{kind};base64,{base64.b64encode(image).decode('ascii')}" if kind else ""
