"""สำเนาถูกต้อง: a certified copy is a new file over the pages of a finished one, whose own bytes stay as they are.

Who may certify is the caller's question (ระเบียบงานสารบรรณ ข้อ 31). The original's signatures become pictures in the copy:
what speaks for the copy is the certifier, who signs at the place `certifier`.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pikepdf
from django.template.loader import get_template, render_to_string

from files.pdf import BadPdf, page_sizes
from files.typesetting import Layout, Place, Typeset, lay_out
from saraban.sheets.geometry import geometry

CERTIFIER = "certifier"
_SIGNED_PARTS = ("/AcroForm", "/Perms", "/DSS")


@dataclass(frozen=True, slots=True)
class CertifiedCopy:
    """Who certifies: full name, title lines, and the day as printed (`๑๔ มกราคม ๒๕๖๙`).

    `typed`: the moment of a certification made inside the system, printed where the certifier would sign.
    """

    name: str
    title_lines: tuple[str, ...]
    date_text: str
    typed: str = ""


def certify_copy(pdf: bytes, copy: CertifiedCopy) -> Typeset:
    """A copy of `pdf` with สำเนา at the top and the certification at the bottom right of every page.

    `places["certifier"]` is where the certifier signs, on the last page. Raises `BadPdf`, `files.fonts.FontsMissing`.
    """
    sizes = [(round(width, 1), round(height, 1)) for width, height in page_sizes(pdf)]
    covers = {size: _cover(copy, size) for size in set(sizes)}
    with _opened(pdf) as document:
        document.flatten_annotations("all")
        for page in document.pages:  # fields nobody signed
            if "/Annots" in page:
                page.Annots = pikepdf.Array([one for one in page.Annots if one.get("/Subtype") != "/Widget"])
        for name in _SIGNED_PARTS:
            if name in document.Root:
                del document.Root[name]
        laid = {size: pikepdf.open(io.BytesIO(cover.write(tagged=False).pdf)) for size, cover in covers.items()}
        for page, size in zip(document.pages, sizes, strict=True):
            page.add_overlay(laid[size].pages[0], None)
        out = io.BytesIO()
        document.save(out)
    place = covers[sizes[-1]].places()[CERTIFIER]
    on_last = Place(len(sizes) - 1, place.left_mm, place.top_mm, place.width_mm, place.height_mm)
    return Typeset(pdf=out.getvalue(), pages=len(sizes), places={CERTIFIER: on_last})


def _cover(copy: CertifiedCopy, size: tuple[float, float]) -> Layout:
    """What is laid over a page of `size` (mm)."""
    context = {"copy": copy, "width_mm": f"{size[0]:.1f}", "height_mm": f"{size[1]:.1f}"}
    style = str(get_template("pdf/certified.css").render({"g": geometry()}))
    return lay_out(render_to_string("pdf/certified.html", context), css=(style,))


@contextmanager
def _opened(pdf: bytes) -> Iterator[pikepdf.Pdf]:
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            yield document
    except pikepdf.PdfError as error:
        raise BadPdf("อ่านไฟล์ PDF นี้เพื่อจัดทำสำเนาไม่ได้") from error
