"""Scanned pages as one PDF: what a registry's scanner or telephone gives, in the order it was chosen."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from common.access import Invalid

MAX_PIXELS = 60_000_000
MAX_PAGES = 300
DOTS_PER_INCH = 200
LONG_SIDE = 2339  # A4 at 200 dots per inch


def pdf_of_scans(images: Sequence[tuple[str, bytes]]) -> bytes:
    """One PDF of (name, content) images: PNG, JPEG or TIFF of several pages. Raises `Invalid` with a Thai sentence."""
    pages: list[Image.Image] = []
    for name, content in images:
        pages += _pages(name, content)
        if len(pages) > MAX_PAGES:
            raise Invalid(f"ภาพสแกนมีเกิน {MAX_PAGES} หน้า โปรดแบ่งเป็นหลายไฟล์", field="scans")
    if not pages:
        raise Invalid("โปรดเลือกไฟล์ภาพสแกน", field="scans")
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=DOTS_PER_INCH, quality=88)
    return out.getvalue()


def _pages(name: str, content: bytes) -> list[Image.Image]:
    """The image's pages the right way up, no larger than A4 at 200 dots per inch."""
    found: list[Image.Image] = []
    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "TIFF")) as image:
            for frame in ImageSequence.Iterator(image):
                if frame.width * frame.height > MAX_PIXELS or len(found) >= MAX_PAGES:
                    raise Invalid(f"ไฟล์ภาพ “{name}” มีขนาดหรือจำนวนหน้ามากเกินกว่าที่ระบบรับได้", field="scans")
                upright = ImageOps.exif_transpose(frame).convert("RGB")
                upright.thumbnail((LONG_SIDE, LONG_SIDE), Image.Resampling.LANCZOS)
                found.append(upright)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise Invalid(f"ไฟล์ภาพ “{name}” เสียหาย เปิดไม่ได้", field="scans") from error
    return found
