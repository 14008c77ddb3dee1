"""Thai text that comes back out of a PDF as it was typed.

WeasyPrint notes for each glyph the text of the first cluster it met it in, which is wrong for Thai marks: one glyph of
น้ำ would carry the whole syllable and the next none. Before a letter is signed its maps are rewritten here from the
fonts themselves: character map, glyph names (`uni0E4D0E49` is two characters) and substitution tables. Shaping also
splits ำ into ◌ํ and า and may join ◌ํ with a tone mark; those glyphs get an `ActualText`, so that copying, searching and
reading aloud give ำ again. What is on paper does not change by a hair.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

import pikepdf
from fontTools import agl
from fontTools.ttLib import TTFont

NIKHAHIT, SARA_AA, SARA_AM = "\u0e4d", "\u0e32", "\u0e33"
_LATIN_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "ft", "ﬆ": "st"}
_MAPPED_GLYPH = re.compile(rb"^<([0-9a-fA-F]{4})> <[0-9a-fA-F]*>", re.MULTILINE)
_SINGLE, _ALTERNATE, _LIGATURE, _EXTENSION = 1, 3, 4, 7


class _Spacing:
    """A number of a TJ array: kept apart from glyph ids, which are plain integers."""

    __slots__ = ("amount",)

    def __init__(self, amount: Any) -> None:
        self.amount = amount


Token = int | _Spacing


def repair(pdf: bytes, fonts: Mapping[str, bytes]) -> bytes:
    """`pdf` with right text maps. `fonts`: whole font files by the `BaseFont` names in the PDF, glyph ids unchanged.

    For PDFs this house wrote and nobody has signed yet; fonts not named in `fonts` are left alone.
    """
    texts = {name: glyph_texts(data) for name, data in fonts.items()}
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for item in document.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/Font" and "/ToUnicode" in item:
                known = texts.get(str(item.BaseFont).removeprefix("/"))
                if known:
                    used = (int(glyph, 16) for glyph in _MAPPED_GLYPH.findall(item.ToUnicode.read_bytes()))
                    item.ToUnicode.write(_cmap({glyph: known[glyph] for glyph in used if glyph in known}))
        for page in document.pages:
            _restore_sara_am(document, page, texts)
        out = io.BytesIO()
        document.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return out.getvalue()


@lru_cache(maxsize=16)
def glyph_texts(font: bytes) -> Mapping[int, str]:
    """What each glyph of a font file says, by glyph id; glyphs that say nothing (`.notdef`) are absent."""
    ttf = TTFont(io.BytesIO(font), lazy=True)
    order: list[str] = ttf.getGlyphOrder()
    texts = {name: chr(point) for point, name in sorted(ttf.getBestCmap().items(), reverse=True)}
    for name in order:
        if name not in texts and (text := agl.toUnicode(name)):
            texts[name] = text
    if "GSUB" in ttf:
        tables = ttf["GSUB"].table.LookupList.Lookup
        while found := {
            target: "".join(texts[part] for part in parts)
            for target, parts in _substitutions(tables)
            if target not in texts and all(part in texts for part in parts)
        }:
            texts |= found
    return {number: _plain(texts[name]) for number, name in enumerate(order) if name in texts}


def _substitutions(lookups: Iterable[Any]) -> Iterator[tuple[str, list[str]]]:
    """(glyph, the glyphs it stands for) of every single, alternate and ligature substitution."""
    for lookup in lookups:
        for table in lookup.SubTable:
            if table.LookupType == _EXTENSION:
                table = table.ExtSubTable
            if table.LookupType == _SINGLE:
                yield from ((target, [source]) for source, target in table.mapping.items())
            elif table.LookupType == _ALTERNATE:
                yield from ((target, [source]) for source, targets in table.alternates.items() for target in targets)
            elif table.LookupType == _LIGATURE:
                yield from (
                    (ligature.LigGlyph, [first, *ligature.Component])
                    for first, ligatures in table.ligatures.items()
                    for ligature in ligatures
                )


def _plain(text: str) -> str:
    return _LATIN_LIGATURES.get(text, text)


def _cmap(texts: Mapping[int, str]) -> bytes:
    """A ToUnicode character map (ISO 32000-1, 9.10.3) for two-byte glyph ids."""
    lines = [
        "/CIDInit /ProcSet findresource begin",
        "12 dict begin",
        "begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        "/CMapName /Adobe-Identity-UCS def",
        "/CMapType 2 def",
        "1 begincodespacerange",
        "<0000> <ffff>",
        "endcodespacerange",
    ]
    rows = [f"<{glyph:04x}> <{text.encode('utf-16-be').hex()}>" for glyph, text in sorted(texts.items())]
    for start in range(0, len(rows), 100):
        block = rows[start : start + 100]
        lines += [f"{len(block)} beginbfchar", *block, "endbfchar"]
    lines += ["endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end", ""]
    return "\n".join(lines).encode("ascii")


def _restore_sara_am(document: pikepdf.Pdf, page: pikepdf.Page, texts: Mapping[str, Mapping[int, str]]) -> None:
    """Wrap every drawn ◌ํ(+tone)า of `page` in an `ActualText` of (tone+)ำ."""
    fonts = page.resources.get("/Font", {})
    known = {name: texts.get(str(font.BaseFont).removeprefix("/"), {}) for name, font in fonts.items()}
    result: list[Any] = []
    current: Mapping[int, str] = {}
    for instruction in pikepdf.parse_content_stream(page):
        operator = str(instruction.operator)
        if operator == "Tf":
            current = known.get(str(instruction.operands[0]), {})
        if operator == "TJ" and current:
            result += _with_sara_am(instruction, current)
        else:
            result.append(instruction)
    page.Contents = document.make_stream(pikepdf.unparse_content_stream(result))


def _with_sara_am(show: Any, texts: Mapping[int, str]) -> Iterator[Any]:
    """One TJ instruction as itself, or cut into several with the marked pieces between."""
    tokens = _tokens(show.operands[0])
    start = 0
    for first, last, said in _sara_am_spans(tokens, texts):
        if tokens[start:first]:
            yield _show(tokens[start:first])
        spoken = said.removeprefix(NIKHAHIT) + SARA_AM
        marker = pikepdf.Dictionary(ActualText=pikepdf.String(b"\xfe\xff" + spoken.encode("utf-16-be")))
        yield _operation([pikepdf.Name.Span, marker], "BDC")
        yield _show(tokens[first : last + 1])
        yield _operation([], "EMC")
        start = last + 1
    if not start:
        yield show
    elif tokens[start:]:
        yield _show(tokens[start:])


def _sara_am_spans(tokens: list[Token], texts: Mapping[int, str]) -> Iterator[tuple[int, int, str]]:
    """Where a glyph of nikhahit is followed by one of sara aa, spacing apart: (first, last, what the first says)."""
    begun: tuple[int, str] | None = None
    for position, token in enumerate(tokens):
        if isinstance(token, _Spacing):
            continue
        text = texts.get(token, "")
        if begun is not None and text == SARA_AA:
            yield begun[0], position, begun[1]
        begun = (position, text) if text.startswith(NIKHAHIT) else None


def _tokens(array: Any) -> list[Token]:
    tokens: list[Token] = []
    for item in array:
        if isinstance(item, pikepdf.String):
            raw = bytes(item)
            tokens += [int.from_bytes(raw[at : at + 2], "big") for at in range(0, len(raw), 2)]
        else:
            tokens.append(_Spacing(item))
    return tokens


def _show(tokens: list[Token]) -> Any:
    items: list[Any] = []
    glyphs = bytearray()
    for token in tokens:
        if isinstance(token, int):
            glyphs += token.to_bytes(2, "big")
            continue
        if glyphs:
            items.append(pikepdf.String(bytes(glyphs)))
            glyphs.clear()
        items.append(token.amount)
    if glyphs:
        items.append(pikepdf.String(bytes(glyphs)))
    return _operation([pikepdf.Array(items)], "TJ")


def _operation(operands: list[Any], name: str) -> Any:
    return pikepdf.ContentStreamInstruction(operands, pikepdf.Operator(name))
