"""Reading PDFs page by page: how many, as images, as text. Input may be hostile; every answer is bounded.

PDFium is not thread-safe, so calls wait for each other; a document is opened, read and closed within one call.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pypdfium2 as pdfium

MAX_BYTES = 200 * 1024 * 1024
MAX_PAGES = 5_000
MAX_PIXELS = 25_000_000
MAX_TEXT = 1_000_000
MM_PER_POINT = 25.4 / 72
MAX_SIDE_POINTS = 14_400.0  # the largest page side PDF allows (ISO 32000-1, annex C.2): 200 inches
_lock = threading.Lock()


class BadPdf(ValueError):
    """These bytes cannot be read as a PDF, or pass what we are ready to read. `str()` is one Thai sentence."""


def page_count(pdf: bytes) -> int:
    """How many pages; raises `BadPdf`."""
    with _opened(pdf) as document:
        return len(document)


def page_png(pdf: bytes, page: int, width_px: int) -> bytes:
    """Page `page` (from 0) as PNG, `width_px` wide, with the appearances of its signatures; raises `BadPdf`."""
    with _opened(pdf, forms=True) as document:
        leaf = _page(document, page)
        width, height = leaf.get_size()
        if not (0 < width <= MAX_SIDE_POINTS and 0 < height <= MAX_SIDE_POINTS):
            raise BadPdf("หน้ากระดาษของไฟล์ PDF มีขนาดผิดปกติ")
        scale = width_px / width
        if width_px < 1 or width_px * height * scale > MAX_PIXELS:
            raise BadPdf("ภาพหน้าเอกสารที่ขอมีขนาดใหญ่เกินกว่าที่ระบบกำหนด")
        try:
            image = leaf.render(scale=scale, may_draw_forms=True).to_pil()
        except (pdfium.PdfiumError, MemoryError, ValueError) as error:
            raise BadPdf("สร้างภาพจากหน้าของไฟล์ PDF นี้ไม่ได้") from error
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=4)
    return out.getvalue()


def page_sizes(pdf: bytes) -> list[tuple[float, float]]:
    """Width and height of every page in mm, as it is shown (rotation counted); raises `BadPdf`."""
    with _opened(pdf) as document:
        sizes = (document.get_page_size(number) for number in range(len(document)))
        return [(width * MM_PER_POINT, height * MM_PER_POINT) for width, height in sizes]


def page_text(pdf: bytes, page: int) -> str:
    """The text of page `page` (from 0), at most `MAX_TEXT` characters, lines parted by `\\n`; raises `BadPdf`.

    PDFium's text layer: it does not hold what signatures show (the number and date of a sealed letter).
    """
    with _opened(pdf) as document:
        layer = _page(document, page).get_textpage()
        text = layer.get_text_range(0, min(layer.count_chars(), MAX_TEXT))
    return text.replace("\r\n", "\n").replace("\x00", "")


def words_at(pdf: bytes, page: int, words: str) -> list[tuple[float, float, float, float]]:
    """Where `words` stand on page `page` (from 0): left, bottom, right, top in mm from its bottom left; raises `BadPdf`."""
    found: list[tuple[float, float, float, float]] = []
    with _opened(pdf) as document:
        layer = _page(document, page).get_textpage()
        search = layer.search(words)
        while len(found) < 50 and (hit := search.get_next()) is not None:
            index, count = hit
            boxes = [layer.get_charbox(at) for at in range(index, index + count)]
            boxes = [box for box in boxes if box[2] > box[0] and box[3] > box[1]]
            if boxes:
                lefts, bottoms, rights, tops = zip(*boxes, strict=True)
                box = (min(lefts), min(bottoms), max(rights), max(tops))
                found.append(
                    (box[0] * MM_PER_POINT, box[1] * MM_PER_POINT, box[2] * MM_PER_POINT, box[3] * MM_PER_POINT)
                )
    return found


@contextmanager
def _opened(pdf: bytes, *, forms: bool = False) -> Iterator[pdfium.PdfDocument]:
    if len(pdf) > MAX_BYTES:
        raise BadPdf("ไฟล์ PDF มีขนาดใหญ่เกินกว่าที่ระบบอ่านได้")
    with _lock:
        try:
            document = pdfium.PdfDocument(pdf)
        except pdfium.PdfiumError as error:
            raise BadPdf(_reason(error)) from error
        try:
            if not 0 < len(document) <= MAX_PAGES:
                raise BadPdf("ไฟล์ PDF ไม่มีหน้าเอกสาร หรือมีจำนวนหน้ามากเกินกว่าที่ระบบอ่านได้")
            if forms:
                document.init_forms()
            yield document
        finally:
            document.close()


def _page(document: pdfium.PdfDocument, number: int) -> pdfium.PdfPage:
    if not 0 <= number < len(document):
        raise BadPdf("ไม่มีหน้าที่ขอในไฟล์ PDF นี้")
    try:
        return document[number]
    except pdfium.PdfiumError as error:
        raise BadPdf("อ่านหน้าของไฟล์ PDF นี้ไม่ได้") from error


def _reason(error: pdfium.PdfiumError) -> str:
    if "password" in str(error).lower():
        return "ไฟล์ PDF ถูกเข้ารหัสด้วยรหัสผ่าน ระบบเปิดอ่านไม่ได้"
    return "ไฟล์นี้ไม่ใช่ PDF หรือข้อมูลภายในเสียหาย"
