"""Where things stand on the pages of a PDF: words, and the end of what is printed."""

from __future__ import annotations

import io

from PIL import Image

from files.pdf import page_png, words_at

DOTS_PER_MM = 2
INK = 200  # a dot darker than this is printed
FOOT_MM = 18.0  # page numbers and the like stand here and end no text


def text_end_mm(pdf: bytes, page: int, size: tuple[float, float]) -> float:
    """How far down page `page` (from 0; `size` in mm) anything is printed, in mm from its top; 0 for an empty page."""
    width, height = size
    with Image.open(io.BytesIO(page_png(pdf, page, max(1, round(width * DOTS_PER_MM))))) as image:
        ink = image.convert("L").point(lambda value: 255 if value < INK else 0)
        body = ink.crop((0, 0, ink.width, max(1, round((height - FOOT_MM) * ink.width / width))))
        box = body.getbbox()
        return round(box[3] * width / ink.width, 1) if box else 0.0


def last_place_of(
    pdf: bytes, words: str, sizes: list[tuple[float, float]]
) -> tuple[int, float, float, float, float] | None:
    """Where `words` stand last: page from 0, left, top, right, bottom in mm; None when they are not found."""
    for page in reversed(range(len(sizes))):
        found = words_at(pdf, page, words)
        if found:
            left, bottom, right, top = found[-1]
            height = sizes[page][1]
            return page, left, height - top, right, height - bottom
    return None
