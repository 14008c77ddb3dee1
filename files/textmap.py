"""Thai text that comes back out of a PDF as it was typed.

WeasyPrint notes for each glyph the text of the first cluster it met it in, which is wrong for Thai marks: one glyph of
น้ำ would carry the whole syllable and the next none. Before a letter is signed its maps are rewritten here from the
fonts themselves: character map, glyph names (`uni0E4D0E49` is two characters) and substitution tables. Shaping also
splits ำ into ◌ํ and า, and readers that sort by position may put a tone mark after the next letter; so each letter with
marks also says its own text (`ActualText`), and copying, searching and reading aloud give back what was typed. What is
on paper does not change by a hair.
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

_LATIN_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "ft", "ﬆ": "st"}
_MAPPED_GLYPH = re.compile(rb"^<([0-9a-fA-F]{4})> <[0-9a-fA-F]*>", re.MULTILINE)
_SINGLE, _ALTERNATE, _LIGATURE, _EXTENSION = 1, 3, 4, 7


def repair(pdf: bytes, fonts: Mapping[str, bytes]) -> bytes:
    """`pdf` with right text maps. `fonts`: whole font files by the `BaseFont` names in the PDF, glyph ids unchanged.

    For PDFs this house wrote and nobody has signed yet; fonts not named in `fonts` are left alone.
    """
    texts = {name: glyph_texts(data) for name, data in fonts.items()}
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for item in document.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/Font" and "/ToUnicode" in item:
                known = texts.get(_base_font(item))
                if known:
                    used = (int(glyph, 16) for glyph in _MAPPED_GLYPH.findall(item.ToUnicode.read_bytes()))
                    item.ToUnicode.write(_cmap({glyph: known[glyph] for glyph in used if glyph in known}))
        out = io.BytesIO()
        document.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return out.getvalue()


@lru_cache(maxsize=16)
def glyph_texts(font: bytes) -> Mapping[int, str]:
    """What each glyph of a font file says, by glyph id; glyphs that say nothing (`.notdef`) are absent."""
    ttf = TTFont(io.BytesIO(font), lazy=True)
    order: list[str] = ttf.getGlyphOrder()
    texts = {
        name: chr(point) for point, name in sorted(ttf.getBestCmap().items(), reverse=True) if not _is_private(point)
    }
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


def _is_private(point: int) -> bool:
    """Code points of nobody's language: Thai fonts keep their lowered tone marks there."""
    return 0xE000 <= point <= 0xF8FF or point >= 0xF0000


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


def _base_font(font: Any) -> str:
    return str(font.BaseFont).removeprefix("/")
