"""Paper made elsewhere as one more form: its pages stand as they are, and only what the procedure adds is laid over them.

An uploaded paper may not be PDF/A, and its text may not come back out of it: what is laid over is set as everywhere
else, the pages themselves are whatever their maker's program wrote.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

from common.access import Conflict
from files.actions import read
from files.models import StoredFile
from saraban.sheets.kinds import Dated, Ending, kind_of
from saraban.sheets.parts import REGISTRY_DATE, REGISTRY_NUMBER, TypedSignature
from saraban.sheets.sheets import Crest, LetterSheet

if TYPE_CHECKING:
    from files.typesetting import Place, Typeset

FORM = "UPLOADED"
SEAL_PLACE = "agency-seal"
SEAL_MM = 45.0
MIN_SIGNER = (45.0, 14.0)
MIN_REGISTRY = {REGISTRY_NUMBER: (30.0, 7.0), REGISTRY_DATE: (38.0, 7.0)}
MIN_DATE_WITH_ERA = 45.0
USUAL_SIGNER = (72.0, 22.0)
USUAL_REGISTRY = {REGISTRY_NUMBER: (58.0, 8.0), REGISTRY_DATE: (55.0, 8.0)}


@dataclass(frozen=True, kw_only=True)
class UploadedSheet(LetterSheet):
    """A letter whose paper is the stored PDF `sha256`. `places`: by name [page from 0, left, top, width, height] in mm.

    `issuer`: the agency whose round seal is laid on the place of the seal, for the kind that has one.
    """

    template: ClassVar[str] = "pdf/uploaded.html"
    styles: ClassVar[tuple[str, ...]] = ("pdf/uploaded.css",)
    crest: ClassVar[Crest] = "none"

    sha256: str
    places: Mapping[str, list[float]] = field(default_factory=dict)
    issuer: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A place the kind wants on the paper: its name, what it is called, its usual and least size in mm.

    `fixed`: the size is given; `optional`: it may be left off the paper.
    """

    name: str
    label: str
    usual: tuple[float, float]
    least: tuple[float, float]
    fixed: bool = False
    optional: bool = False


def places_wanted(kind: str, signers: int) -> list[Wanted]:
    """The places a letter of `kind` with so many signers wants, by the rule of its kind."""
    rule = kind_of(kind)
    found = []
    if rule.ending is not Ending.NONE:
        word = "ลงชื่อย่อกำกับตรา" if rule.ending is Ending.SEAL else "ลงนาม"
        for order in range(1, signers + 1):
            label = f"ที่{word}ลำดับที่ {order}" if signers > 1 else f"ที่{word}"
            found.append(Wanted(f"signer-{order}", label, USUAL_SIGNER, MIN_SIGNER))
    numbered = REGISTRY_NUMBER in rule.registry or rule.ending is Ending.SEAL
    if numbered:
        found.append(Wanted(REGISTRY_NUMBER, "เลขที่", USUAL_REGISTRY[REGISTRY_NUMBER], MIN_REGISTRY[REGISTRY_NUMBER]))
    if rule.dated is not Dated.NONE:
        wide = MIN_DATE_WITH_ERA if rule.era else MIN_REGISTRY[REGISTRY_DATE][0]
        least = (wide, MIN_REGISTRY[REGISTRY_DATE][1])
        found.append(Wanted(REGISTRY_DATE, "วันที่", USUAL_REGISTRY[REGISTRY_DATE], least, optional=not numbered))
    if rule.ending is Ending.SEAL:
        size = (SEAL_MM, SEAL_MM)
        found.append(Wanted(SEAL_PLACE, "ตราของส่วนราชการ", size, size, fixed=True))
    return found


def sealed_together(kind: str) -> tuple[str, ...]:
    """The places the registry's seal fills with one field, so that they must stand on one page."""
    registry = kind_of(kind).registry
    return registry if len(registry) > 1 else ()


def typeset_uploaded(sheet: UploadedSheet, *, preview: bool = False) -> Typeset:
    """The paper with what is to be laid over it now; its own bytes when that is nothing. Raises `Conflict`, `BadPdf`.

    `preview` shows the places that are still empty as dashed frames with their names.
    """
    import pikepdf  # with WeasyPrint below: what only a letter needs loads with the first one

    from files.pdf import page_sizes
    from files.typesetting import Place, Typeset

    pdf = _stored(sheet.sha256)
    sizes = page_sizes(pdf)
    places = {
        name: Place(int(page), left, top, width, height)
        for name, (page, left, top, width, height) in sheet.places.items()
        if 0 <= page < len(sizes)
    }
    entries = list(_entries(sheet, places, preview=preview))
    pages = range(len(sizes)) if sheet.mark else sorted({place.page for place, _ in entries})
    if entries or sheet.mark:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            for number in pages:
                here = [(place, words) for place, words in entries if place.page == number]
                with pikepdf.open(io.BytesIO(_cover(sheet, here, sizes[number]))) as cover:
                    document.pages[number].add_overlay(cover.pages[0], None)
            out = io.BytesIO()
            document.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
            pdf = out.getvalue()
    return Typeset(pdf=pdf, pages=len(sizes), places=MappingProxyType(places))


def _stored(sha256: str) -> bytes:
    stored = StoredFile.objects.filter(sha256=sha256).first()
    if stored is None:
        raise Conflict("ไม่พบไฟล์ที่ใช้เป็นตัวหนังสือ โปรดอัปโหลดใหม่")
    return read(stored)


def _entries(
    sheet: UploadedSheet, places: Mapping[str, Place], *, preview: bool
) -> Iterator[tuple[Place, dict[str, Any]]]:
    """What stands at the places: approvals typed, number and date, the round seal; frames in a preview."""
    blocks = {block.place: block for block in sheet.signers}
    values = {REGISTRY_NUMBER: sheet.number, REGISTRY_DATE: sheet.date_text}
    for name, place in places.items():
        block = blocks.get(name)
        if block is not None and block.typed is not None:
            yield place, {"kind": "typed", "lines": _approval(block.typed)}
        elif values.get(name):
            yield place, {"kind": "registry", "text": values[name]}
        elif name == SEAL_PLACE and sheet.number and sheet.date_text:
            yield place, {"kind": "ring", "image": _ring(sheet)}
        elif preview:
            yield place, {"kind": "frame", "text": block.name if block is not None else FRAME_WORDS.get(name, "")}


def _approval(typed: TypedSignature) -> list[str]:
    """The lines of a typed approval, as `pdf/_typed.html` writes them."""
    return [line for line in (f"ลงนามอิเล็กทรอนิกส์โดย {typed.name}", typed.title, typed.at_text) if line]


FRAME_WORDS = {REGISTRY_NUMBER: "เลขที่", REGISTRY_DATE: "วันที่", SEAL_PLACE: "ตรา"}


def _ring(sheet: UploadedSheet) -> str:
    from saraban.sheets.rendering import ring_address

    return ring_address(sheet.issuer, sheet.garuda)


def _cover(sheet: UploadedSheet, entries: list[tuple[Place, dict[str, Any]]], size: tuple[float, float]) -> bytes:
    """A page of `size` (mm) that holds nothing but the entries."""
    from django.template.loader import get_template, render_to_string

    from files.typesetting import lay_out

    width, height = size
    rows = [
        {"left": place.left_mm, "top": place.top_mm, "width": place.width_mm, "height": place.height_mm, **words}
        for place, words in entries
    ]
    diagonal = math.degrees(math.atan2(height, width))
    context = {
        "sheet": sheet,
        "entries": rows,
        "width_mm": f"{width:.3f}",
        "height_mm": f"{height:.3f}",
        "turn": f"{-diagonal:.1f}",
        "mark_points": f"{min(width, height) * 0.95:.0f}",
    }
    style = str(get_template(sheet.styles[0]).render())
    return lay_out(render_to_string(sheet.template, context), css=(style,)).write(tagged=False).pdf
