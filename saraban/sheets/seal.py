"""ตราชื่อส่วนราชการ: two rings with the Garuda inside and the agency's name between them (ระเบียบงานสารบรรณ ข้อ 72).

Drawn as a picture, so that the letters around the ring do not fall into the text of the page one by one.
"""

from __future__ import annotations

import io
import unicodedata
from functools import lru_cache
from math import cos, pi, sin

from PIL import Image, ImageDraw, ImageFont, ImageOps

from files import fonts
from files.pdf import page_png
from files.typesetting import typeset
from saraban.sheets.geometry import Geometry

RED = (204, 0, 0)
DOTS_PER_MM = 18
LETTERS_OF_BAND, LARGEST_TURN = 0.56, 0.86  # of the room between the rings; of the whole turn
_GARUDA = 0.68  # of the inner ring's width


@lru_cache(maxsize=8)
def seal_png(name: str, garuda: str, measure: Geometry) -> bytes:
    """The seal of the agency `name` in red on nothing, as PNG; `garuda` is a `data:` address, empty leaves the middle free."""
    side = round(measure.seal_mm * DOTS_PER_MM)
    inner = measure.seal_inner_mm / 2 * DOTS_PER_MM
    picture = Image.new("RGBA", (side, side), (*RED, 0))
    _ring(picture, side / 2 - 2, 0.75)
    _ring(picture, inner, 0.4)
    _write_around(picture, name, side / 2, inner)
    if garuda:
        width = round(2 * inner * _GARUDA)
        emblem = _in_red(garuda, width)
        picture.alpha_composite(emblem, ((side - emblem.width) // 2, (side - emblem.height) // 2))
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def clusters(text: str) -> list[str]:
    """`text` as the letters that stand beside each other, each with the marks above and below it."""
    found: list[str] = []
    for letter in text:
        if found and (unicodedata.category(letter) == "Mn" or letter == "ำ"):
            found[-1] += letter
        else:
            found.append(letter)
    return found


def _ring(picture: Image.Image, radius: float, stroke_mm: float) -> None:
    """A circle around the middle, drawn large and made small: smooth edges."""
    times = 3
    large = Image.new("L", (picture.width * times, picture.height * times), 0)
    middle, reach = large.width / 2, radius * times
    box = (middle - reach, middle - reach, middle + reach, middle + reach)
    ImageDraw.Draw(large).ellipse(box, outline=255, width=round(stroke_mm * DOTS_PER_MM * times))
    small = large.resize(picture.size, Image.Resampling.LANCZOS)
    picture.alpha_composite(_coloured(small))


def _write_around(picture: Image.Image, name: str, outer: float, inner: float) -> None:
    """The name between the rings, its middle at the top; smaller where it would go too far around."""
    middle = (outer + inner) / 2
    size = (outer - inner) * LETTERS_OF_BAND * 1.5
    letters = clusters(name)
    font = _face(size)
    whole = sum(font.getlength(letter) for letter in letters)
    font = _face(size * min(1.0, 2 * pi * middle * LARGEST_TURN / max(whole, 1)))
    widths = [font.getlength(letter) for letter in letters]
    base = middle - font.size * 0.2
    angle = -sum(widths) / middle / 2
    tile = round(font.size * 3)
    for letter, width in zip(letters, widths, strict=True):
        at = angle + width / middle / 2
        mask = Image.new("L", (tile, tile), 0)
        ImageDraw.Draw(mask).text((tile / 2 - width / 2, tile / 2), letter, font=font, fill=255, anchor="ls")
        turned = mask.rotate(-at * 180 / pi, resample=Image.Resampling.BICUBIC)
        x, y = outer + base * sin(at) - tile / 2, outer - base * cos(at) - tile / 2
        picture.alpha_composite(*_within(picture, _coloured(turned), round(x), round(y)))
        angle += width / middle


def _within(picture: Image.Image, tile: Image.Image, x: int, y: int) -> tuple[Image.Image, tuple[int, int]]:
    """The part of `tile` that falls on `picture` when laid at x, y, and where it goes."""
    left, top = max(0, -x), max(0, -y)
    right, bottom = min(tile.width, picture.width - x), min(tile.height, picture.height - y)
    return tile.crop((left, top, right, bottom)), (x + left, y + top)


def _face(size: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(io.BytesIO(fonts.official_fonts()["Bold"]), size)


def _in_red(image: str, width: int) -> Image.Image:
    """The picture at a `data:` address as red ink: as dark as it was, on nothing."""
    page = typeset(
        f'<html lang="th"><head><title>ตรา</title><style>@page {{ size: 40mm; margin: 0 }} '
        f"img {{ width: 40mm; height: 40mm; object-fit: contain }} body {{ margin: 0 }}</style></head>"
        f'<body><img src="{image}" alt=""></body></html>',
        archival=False,
    )
    with Image.open(io.BytesIO(page_png(page.pdf, 0, width))) as drawn:
        return _coloured(ImageOps.invert(drawn.convert("L")).crop((0, 0, width, width)))


def _coloured(mask: Image.Image) -> Image.Image:
    red = Image.new("RGBA", mask.size, (*RED, 0))
    red.putalpha(mask)
    return red
