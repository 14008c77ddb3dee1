"""Setting a sheet on paper: template, style sheets, page numbers and words of continuation (คำต่อเนื่อง)."""

from __future__ import annotations

import base64
from functools import lru_cache
from itertools import zip_longest
from typing import Any

import filetype
from django.template.loader import get_template, render_to_string

from files import fonts
from files.typesetting import Layout, Typeset, lay_out
from saraban.sheets.body import printable_body
from saraban.sheets.digits import settle_digits
from saraban.sheets.geometry import PAPER_WIDTH_MM, Geometry, geometry
from saraban.sheets.qr import qr_svg
from saraban.sheets.seal import seal_png
from saraban.sheets.sheets import CertificateSheet, ExternalSheet, LetterSheet, StampedSheet

LABEL_GAP_MM, MEMO_LABEL_GAP_MM = 2.6, 1.8
RUNNING_NUMBER_MM = 45.0  # the room of n/พ.ศ. in a centred heading, of which a usual number's width is centred
SURELY_LONG = 4500  # characters of body that no single page holds: about 37 lines of 100
_IMAGE_TYPES = {"image/png", "image/jpeg"}


def typeset_letter(sheet: LetterSheet, *, preview: bool = False) -> Typeset:
    """`sheet` as a PDF with its places: one per signer, `registry-number` and `registry-date` where the form has them.

    A letter that runs a little over its only page is set closer, as a typist would. One of several pages is laid out
    with room for the words of continuation at the foot of each page that goes on, then once more with the words.
    `preview` is quicker and not for keeping: no PDF/A, frames around what is still to be filled.
    Raises `files.fonts.FontsMissing`.
    """
    paper = _Paper(sheet, preview)
    layout = paper.laid_out(continued=paper.surely_long)
    if layout.pages == 2 and not paper.surely_long:
        closer = paper.laid_out(close=True)
        layout = closer if closer.pages == 1 else layout
    if layout.pages > 1:
        if not paper.surely_long:
            layout = paper.laid_out(continued=True)
        longest = int(paper.measure.catchword_letters)
        words = tuple(layout.first_words(page, longest=longest) for page in range(1, layout.pages))
        layout = paper.laid_out(continued=True, catchwords=words)
    return layout.write(archival=not preview)


class _Paper:
    """A sheet ready to be laid out, several times if need be: what its template says does not change in between."""

    def __init__(self, sheet: LetterSheet, preview: bool) -> None:
        self.measure = geometry()
        self._sheet = sheet
        self._context = _context(sheet, self.measure) | {"preview": preview}
        self.surely_long = len(sheet.body_html) > SURELY_LONG and len(_visible(self._context["body"])) > SURELY_LONG

    def laid_out(self, *, close: bool = False, continued: bool = False, catchwords: tuple[str, ...] = ()) -> Layout:
        words = [
            {"page": page, "text": _css_string(f"/{text}...")} for page, text in enumerate(catchwords, start=1) if text
        ]
        context = self._context | {"close": close, "continued": continued, "catchwords": words}
        styles = tuple(_style(name, self.measure) for name in self._sheet.styles)
        return lay_out(render_to_string(self._sheet.template, context), css=styles)


def _context(sheet: LetterSheet, measure: Geometry) -> dict[str, Any]:
    """What templates are given: the sheet with its digits settled, widths, and the column of the signatures."""
    printed = settle_digits(sheet)
    axis, half = _signature_column(sheet, measure)
    garuda = _data_uri(sheet.garuda)
    context = {
        "sheet": printed,
        "g": measure,
        "digit_style": "thai" if sheet.thai_digits else "decimal",
        "references": [_unbroken_date(line) for line in getattr(printed, "references", ())],
        "signers": list(zip_longest(sheet.signers, sheet.roles[: len(sheet.signers)], fillvalue="")),
        "body": printable_body(sheet.body_html, digits=sheet.body_thai_digits, headings=sheet.marks_headings),
        "garuda": garuda,
        **_download(sheet.enclosure_link),
        "widths": _widths(printed, measure),
        "running_mm": RUNNING_NUMBER_MM,
        "signature_left_mm": round(axis - half - measure.margin_left_mm, 2),
        "signature_width_mm": round(2 * half, 2),
    }
    if isinstance(sheet, StampedSheet):
        beside = half + measure.seal_mm / 2 + 2
        sealed = bool(sheet.number and sheet.date_text)
        context |= {
            "ring": _data_uri(seal_png(sheet.issuer, garuda, measure)) if sealed else "",
            "initials_left_mm": round(beside, 2),
            "initials_width_mm": round(2 * half - beside, 2),
        }
    return context


def ring_address(issuer: str, garuda: bytes | None) -> str:
    """The round seal of `issuer` as a `data:` address."""
    return _data_uri(seal_png(issuer, _data_uri(garuda), geometry()))


def _download(link: str) -> dict[str, str]:
    """The link's QR code, and the link in two parts between which it may break."""
    if not link:
        return {}
    host, slash, token = link.rstrip("/").rpartition("/")
    return {"qr": _data_uri(qr_svg(link)), "link_host": host + slash, "link_token": token}


def _visible(body: str) -> str:
    """The words of cleaned HTML, near enough to count them."""
    return "".join(piece.rpartition(">")[2] for piece in body.split("<"))


def _unbroken_date(reference: str) -> tuple[str, str]:
    """A line of อ้างถึง as (what may be broken, `ลงวันที่ …` that stays on one line)."""
    before, word, date = reference.rpartition("ลงวันที่")
    return (before, word + date) if word else (reference, "")


def _widths(sheet: LetterSheet, measure: Geometry) -> dict[str, float]:
    """Widths in mm of the labels' columns: each label and the gap after it."""
    labels = {
        "subject": "เรื่อง",
        "salutation": getattr(sheet, "salutation", ""),
        "to": "ถึง",
        "references": "อ้างถึง",
        "enclosures": "สิ่งที่ส่งมาด้วย",
        "copies": "สำเนาส่ง",
    }
    points = measure.body_points
    widths = {name: fonts.text_width_mm(label, points) + LABEL_GAP_MM for name, label in labels.items()}
    memo_labels = {"agency": "ส่วนราชการ", "number": "ที่", "date": "วันที่", "memo_subject": "เรื่อง"}
    for name, label in memo_labels.items():
        widths[name] = fonts.text_width_mm(label, measure.memo_label_points, "Bold") + MEMO_LABEL_GAP_MM
    widths["half"] = measure.centre_mm - widths["number"]
    widths["beyond"] = RUNNING_NUMBER_MM - fonts.text_width_mm("๑๒/๒๕๖๙", points)
    if isinstance(sheet, ExternalSheet | CertificateSheet):
        longest = max((fonts.text_width_mm(line, points) for line in sheet.sender_lines), default=0.0)
        widths["sender"] = min(longest + 0.5, measure.sender_widest_mm)
        beside = widths["sender"] <= measure.beside_garuda_mm
        widths["head"] = measure.below_top["first_line"] if beside else measure.lowered_line_mm
    return {name: round(width, 2) for name, width in widths.items()}


def _signature_column(sheet: LetterSheet, measure: Geometry) -> tuple[float, float]:
    """The axis on which names stand centred, in mm from the paper's left, and half the width of their column.

    The closing begins on the centre line of the paper, and name and post are centred under it; other forms have none.
    """
    axis, right = measure.signature_axis_mm, measure.text_right_mm
    if isinstance(sheet, ExternalSheet) and sheet.closing:
        centre = PAPER_WIDTH_MM / 2
        axis = centre + min(fonts.text_width_mm(sheet.closing, measure.body_points), right - centre) / 2
    return axis, min(axis - measure.margin_left_mm, right - axis)


@lru_cache(maxsize=16)
def _style(name: str, measure: Geometry) -> str:
    return str(get_template(name).render({"g": measure}))


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
