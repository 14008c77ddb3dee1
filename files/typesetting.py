"""Setting a page of HTML in print: WeasyPrint with the official faces, PDF/A, and the places of named boxes.

Nothing is fetched: a page may show `data:` images and the faces of `files.fonts`, whatever its HTML asks for.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from weasyprint import CSS, HTML, Document
from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder
from weasyprint.text.fonts import FontConfiguration, get_hb_object_data
from weasyprint.text.line_break import get_log_attrs
from weasyprint.urls import URLFetcher, URLFetcherResponse

from files import fonts, textmap

MM_PER_PX = 25.4 / 96
ARCHIVAL = "pdf/a-2u"
_FACE_SCHEME = "eoffice-face:"
_lock = threading.RLock()


@dataclass(frozen=True, slots=True)
class Place:
    """A box on a page: `page` counts from 0; millimetres from the page's top left corner."""

    page: int
    left_mm: float
    top_mm: float
    width_mm: float
    height_mm: float


@dataclass(frozen=True, slots=True)
class Typeset:
    """A finished PDF. `places` holds the box of each element that carried `data-place`, by that name."""

    pdf: bytes
    pages: int
    places: Mapping[str, Place]


def typeset(html: str, *, css: Sequence[str] = (), archival: bool = True) -> Typeset:
    """`html` (a whole document, `<html lang="th">`, with a `<title>`) set with the style sheets `css`.

    `archival`: PDF/A-2u, tagged, with its text map repaired; False is for quick previews nobody keeps.
    Raises `fonts.FontsMissing`. Safe to call from several threads (they wait for each other).
    """
    return lay_out(html, css=css).write(archival=archival)


class Layout:
    """Pages laid out and not yet written, so that a second pass may still be asked for."""

    def __init__(self, document: Document) -> None:
        self._document = document

    @property
    def pages(self) -> int:
        return len(self._document.pages)

    def places(self) -> Mapping[str, Place]:
        """The boxes of the elements with `data-place`; of one broken over pages, the first part."""
        found: dict[str, Place] = {}
        for number, page in enumerate(self._document.pages):
            for box in _placed_boxes(page._page_box):
                found.setdefault(box.element.get("data-place"), _place(number, box))
        return MappingProxyType(found)

    def first_words(self, page: int, *, longest: int) -> str:
        """The first words in the flow of `page` (from 0): of one line or table row, about `longest` characters, whole."""
        for box in self._document.pages[page]._page_box.children:
            if isinstance(box, boxes.MarginBox):
                continue
            for text in _line_texts(box):
                if text:
                    return _whole_words(text, longest)
        return ""

    def write(self, *, archival: bool = True, tagged: bool = True) -> Typeset:
        """The PDF of these pages; see `typeset`. `tagged=False` is for pages that become part of another's."""
        with _lock:
            options = {"pdf_variant": ARCHIVAL, "pdf_tags": tagged} if archival else {}
            pdf: bytes = self._document.write_pdf(**options)
            faces = {
                font.name.decode("latin-1").removeprefix("/"): get_hb_object_data(font.hb_face)
                for font in self._document.fonts.values()
            }
        if archival:
            pdf = textmap.repair(pdf, faces)
        return Typeset(pdf=pdf, pages=self.pages, places=self.places())


def lay_out(html: str, *, css: Sequence[str] = ()) -> Layout:
    """Lay `html` out on pages with the style sheets `css` (CSS text; kept parsed, so pass few different ones)."""
    with _lock:
        sheets = [_sheet(os.getpid(), _face_rules()), *(_sheet(os.getpid(), text) for text in css)]
        source = HTML(string=html, url_fetcher=_Fetcher(), media_type="print")
        document = source.render(
            font_config=_configuration(os.getpid()), stylesheets=sheets, pdf_variant=ARCHIVAL, pdf_tags=True
        )
        return Layout(document)


@lru_cache(maxsize=1)
def _configuration(process: int) -> FontConfiguration:
    """One font configuration per process: a forked child makes its own."""
    return FontConfiguration()


@lru_cache(maxsize=64)
def _sheet(process: int, text: str) -> CSS:
    return CSS(string=text, font_config=_configuration(process), url_fetcher=_Fetcher())


def _face_rules() -> str:
    return "".join(
        f'@font-face {{ font-family: "{fonts.FAMILY}"; src: url("{_FACE_SCHEME}{face}"); '
        f"font-weight: {weight}; font-style: {style} }}\n"
        for face, (weight, style) in fonts.FACES.items()
    )


class _Fetcher(URLFetcher):
    """Answers `data:` and the house's faces; every other address is refused without being opened."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=("data",), allow_redirects=False)

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        if url.startswith(_FACE_SCHEME):
            return URLFetcherResponse(url, fonts.official_fonts()[url.removeprefix(_FACE_SCHEME)])
        return super().fetch(url, headers)


def _placed_boxes(box: Any) -> Iterator[Any]:
    """The boxes under `box` whose own element carries `data-place`, in order."""
    if isinstance(box, AbsolutePlaceholder):
        box = box._box
    drawn = not isinstance(box, boxes.TextBox | boxes.LineBox) and "::" not in (box.element_tag or "")
    if drawn and box.element is not None and box.element.get("data-place"):
        yield box
    if isinstance(box, boxes.ParentBox):
        for child in box.children:
            yield from _placed_boxes(child)


def _place(page: int, box: Any) -> Place:
    left, top, width, height = (
        round(value * MM_PER_PX, 3)
        for value in (box.border_box_x(), box.border_box_y(), box.border_width(), box.border_height())
    )
    return Place(page=page, left_mm=left, top_mm=top, width_mm=width, height_mm=height)


def _line_texts(box: Any) -> Iterator[str]:
    """The text of each line in the flow of `box`; a table's row as one line, its repeated heading left out."""
    if isinstance(box, AbsolutePlaceholder) or box.style["position"] in ("absolute", "fixed"):
        return
    if isinstance(box, boxes.LineBox):
        yield " ".join("".join(_texts(box)).split())
    elif isinstance(box, boxes.TableRowBox):
        yield " ".join(filter(None, (next(filter(None, _line_texts(cell)), "") for cell in box.children)))
    elif isinstance(box, boxes.ParentBox) and not getattr(box, "is_header", False):
        for child in box.children:
            yield from _line_texts(child)


def _texts(box: Any) -> Iterator[str]:
    if isinstance(box, boxes.TextBox):
        yield box.text
    elif isinstance(box, boxes.ParentBox):
        for child in box.children:
            yield from _texts(child)


def _whole_words(text: str, longest: int) -> str:
    """The start of `text` up to the last Thai word break within `longest` characters."""
    if len(text) <= longest:
        return text
    breaks = get_log_attrs(text, "th")
    ends = [at for at in range(1, longest + 1) if breaks[at].is_line_break]
    return text[: ends[-1] if ends else longest].rstrip()
