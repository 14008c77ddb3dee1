"""Stored files as page images: rendered once, kept beside the originals, and with the reader's name when they are classified.

A kept image belongs to a content (SHA-256), a page and a width, so it never goes stale and is never asked who may see it:
callers have started at `visible_to`. What is classified is rendered anew each time and kept nowhere.
"""

from __future__ import annotations

import io
import json

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageDraw, ImageFont, ImageOps, UnidentifiedImageError

from files import pdf
from files.actions import previews_of, read
from files.fonts import official_fonts
from files.models import StoredFile
from files.pdf import BadPdf

THUMB, SCREEN, PRINT = 180, 1100, 1654  # pixels; the last is A4 at 200 dots per inch
WIDTHS = (THUMB, SCREEN, PRINT)
PAPER_WIDTH_MM = 210.0
MAX_PIXELS = 60_000_000
_MARK_COLOUR = (179, 38, 30, 64)


def is_shown(stored: StoredFile) -> bool:
    """Whether the file can be shown as page images."""
    return stored.is_pdf or stored.is_image


def page_sizes(stored: StoredFile) -> list[tuple[float, float]]:
    """Width and height in mm of every page; an image is one page as wide as A4. Empty for what cannot be shown."""
    if not is_shown(stored):
        return []
    kept = previews_of(stored.sha256) + "sizes.json"
    if not stored.is_sealed and default_storage.exists(kept):
        with default_storage.open(kept) as stream:
            return [(float(width), float(height)) for width, height in json.load(stream)]
    if stored.is_pdf:
        sizes = pdf.page_sizes(read(stored))
    else:
        with _opened_image(read(stored)) as image:
            sizes = [(PAPER_WIDTH_MM, PAPER_WIDTH_MM * image.height / image.width)]
    if not stored.is_sealed:
        _keep(kept, json.dumps(sizes).encode())
    return sizes


def page_image(stored: StoredFile, page: int, width: int, *, marks: tuple[str, ...] = ()) -> bytes:
    """Page `page` (from 1) as PNG, `width` pixels wide (one of `WIDTHS`). Raises `BadPdf`.

    `marks` are lines drawn over the page (who reads it, when); a marked image, and any of a sealed file, is not kept.
    """
    if width not in WIDTHS:
        raise ValueError(f"width {width} is not offered")
    if marks:
        return marked(_rendered(stored, page, width), marks)
    if stored.is_sealed:
        return _rendered(stored, page, width)
    kept = f"{previews_of(stored.sha256)}{page}-{width}.png"
    if default_storage.exists(kept):
        with default_storage.open(kept) as stream:
            return bytes(stream.read())
    image = _rendered(stored, page, width)
    _keep(kept, image)
    return image


def _rendered(stored: StoredFile, page: int, width: int) -> bytes:
    if stored.is_pdf:
        return pdf.page_png(read(stored), page - 1, width)
    if page != 1 or not stored.is_image:
        raise BadPdf("ไม่มีหน้าที่ขอในไฟล์นี้")
    with _opened_image(read(stored)) as image:
        height = max(1, round(image.height * width / image.width))
        if width * height > MAX_PIXELS:
            raise BadPdf("ภาพมีสัดส่วนผิดปกติ ระบบแสดงไม่ได้")
        small = image.convert("RGB").resize((width, height), Image.Resampling.LANCZOS)
    return _png(small)


def _opened_image(content: bytes) -> Image.Image:
    """The image the right way up. Raises `BadPdf` for what is broken or too large."""
    try:
        image = Image.open(io.BytesIO(content))
        if image.width * image.height > MAX_PIXELS:
            raise BadPdf("ภาพมีขนาดใหญ่เกินกว่าที่ระบบแสดงได้")
        return ImageOps.exif_transpose(image)
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise BadPdf("ไฟล์ภาพเสียหาย เปิดไม่ได้") from error


def marked(png: bytes, marks: tuple[str, ...]) -> bytes:
    """The page with `marks` slanting across it, again and again, light enough to read through."""
    with Image.open(io.BytesIO(png)) as image:
        page = image.convert("RGBA")
    size = max(14, page.width // 30)
    font = ImageFont.truetype(io.BytesIO(official_fonts()["Regular"]), size)
    text = "\n".join(marks)
    left, top, right, bottom = ImageDraw.Draw(page).multiline_textbbox((0, 0), text, font=font)
    gap = size * 3
    tile = Image.new("RGBA", (int(right - left) + gap, int(bottom - top) + gap))
    ImageDraw.Draw(tile).multiline_text((gap // 2 - left, gap // 2 - top), text, font=font, fill=_MARK_COLOUR)
    side = int((page.width**2 + page.height**2) ** 0.5)
    cover = Image.new("RGBA", (side, side))
    for row, y in enumerate(range(0, side, tile.height)):
        for x in range(-(tile.width // 2) * (row % 2), side, tile.width):
            cover.paste(tile, (x, y))
    cover = cover.rotate(30, resample=Image.Resampling.BICUBIC)
    corner = ((side - page.width) // 2, (side - page.height) // 2)
    page.alpha_composite(cover.crop((*corner, corner[0] + page.width, corner[1] + page.height)))
    return _png(page.convert("RGB"))


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=4)
    return out.getvalue()


def _keep(path: str, content: bytes) -> None:
    """Keep what was made; when another request kept it first, drop the copy that storage put beside it."""
    saved = default_storage.save(path, ContentFile(content))
    if saved != path:
        default_storage.delete(saved)
