"""What a signature shows on the page: a small page set like the letter itself and laid into the field."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from django.template.loader import get_template, render_to_string
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.stamp import BaseStamp, BaseStampStyle

from files.typesetting import Place, lay_out


@dataclass(frozen=True, slots=True)
class Appearance:
    """The visible part of a person's signature: an image of the handwriting (PNG) if there is one, and small lines."""

    lines: tuple[str, ...]
    image: bytes | None = None


def signature_page(appearance: Appearance, *, width_mm: float, height_mm: float) -> bytes:
    """`appearance` as a one-page PDF of the size of the field."""
    image = base64.b64encode(appearance.image).decode("ascii") if appearance.image else ""
    return _page("pdf/signature.html", width_mm, height_mm, {"lines": appearance.lines, "image": image})


def registry_page(
    values: Mapping[str, str], places: Mapping[str, Place], *, width_mm: float, height_mm: float
) -> bytes:
    """Number and date as a one-page PDF of the field's size, each exactly at its place, in the form's own type."""
    entries = [{"text": values[name], "place": place} for name, place in places.items() if values.get(name)]
    return _page("pdf/registry.html", width_mm, height_mm, {"entries": entries})


def _page(template: str, width_mm: float, height_mm: float, context: dict[str, object]) -> bytes:
    context |= {"width_mm": f"{width_mm:.3f}", "height_mm": f"{height_mm:.3f}"}
    return lay_out(render_to_string(template, context), css=(_style(),)).write(tagged=False).pdf


@lru_cache(maxsize=1)
def _style() -> str:
    return str(get_template("pdf/appearance.css").render())


@dataclass(frozen=True)
class PageStampStyle(BaseStampStyle):
    """A stamp that is page 1 of the PDF `page`, as large as the field."""

    border_width: int = 0
    page: bytes = field(default=b"", repr=False)

    def create_stamp(self, writer: BasePdfFileWriter, box: BoxConstraints, text_params: dict[str, object]) -> BaseStamp:
        return _PageStamp(writer, self, box=box)


class _PageStamp(BaseStamp):
    def _render_inner_content(self) -> list[bytes]:
        assert self.writer is not None
        page = self.writer.import_page_as_xobject(PdfFileReader(io.BytesIO(self.style.page)))
        self.resources.xobject["/Page"] = page
        return [b"/Page Do"]
