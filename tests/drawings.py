"""Drawings that stand for the Garuda in tests: simple shapes of the right proportion, and pictures made in memory."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 100 110">{}</svg>'
)
SHAPES = '<path d="M50 2 L98 60 L50 108 L2 60 Z" fill="#111"/><circle cx="50" cy="55" r="12" fill="#fff"/>'


def svg(inside: str = SHAPES) -> bytes:
    """A drawing with `inside` in it."""
    return _SVG.format(inside).encode()


def png(width: int = 560, height: int = 620, *, blank: bool = False, form: str = "PNG") -> bytes:
    """A picture of a dark lozenge on nothing."""
    image = Image.new("RGBA", (width, height))
    if not blank:
        half = (width // 2, height // 2)
        ImageDraw.Draw(image).polygon(
            [(half[0], 4), (width - 4, half[1]), (half[0], height - 4), (4, half[1])], "black"
        )
    out = io.BytesIO()
    image.convert("RGB" if form == "JPEG" else "RGBA").save(out, form, dpi=(72, 72))
    return out.getvalue()


SOME_SVG = svg()
