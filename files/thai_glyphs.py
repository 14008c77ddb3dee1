"""Small changes to Sarabun's Thai glyphs so that every reader of a PDF finds the text as it was typed.

Drawn, nothing moves that an eye would notice (at most 0.05 em). But marks no longer stand right of their letter or on a
raised baseline of their own, which makes readers that sort by position cut ที่สุด into ทีส่ ุด; and ำ, which shaping splits
into ◌ํ and า, is one glyph again, or two that say tone mark and ำ (น้ำ), instead of ํ and า that no search for ำ finds.
"""

from __future__ import annotations

import copy
from typing import Any

from fontTools.otlLib.builder import (
    ChainContextSubstBuilder,
    ChainContextualRule,
    LigatureSubstBuilder,
    SingleSubstBuilder,
)
from fontTools.ttLib import TTFont

SARA_AA, SARA_AM, NIKHAHIT = "uni0E32", "uni0E33", "uni0E4D"
TONES = ("uni0E48", "uni0E49", "uni0E4A", "uni0E4B")
THANTHAKHAT = "uni0E4C"
UPPER_VOWELS = ("uni0E31", "uni0E34", "uni0E35", "uni0E36", "uni0E37")
NARROW, SMALL, HIGH = ".narrow", ".small", ".high"
SARA_AM_TAIL = "uni0E33.tail"  # looks like า, says ำ
_NEEDED = (SARA_AA, SARA_AM, NIKHAHIT + NARROW, *(f"{NIKHAHIT}{tone[3:]}{NARROW}" for tone in TONES))
_MARK_TO_BASE, _MARK_TO_MARK, _EXTENSION = 4, 6, 9
_FLAT_WITHIN = 60  # units: anchors this close in height are made level
_BELOW, _ABOVE, _ON_MARK = -24, -16, 8  # units: each mark a little right of the one before, all left of the next letter
_SAME = 20  # units: places of marks that are meant to be one
_NEAR = 90  # units: anchors further from their marks than this are not meant for them


def adapt(font: TTFont) -> None:
    """Change `font` in place; one whose glyphs are not Sarabun's is left as it is."""
    if any(name not in font.getGlyphOrder() for name in _NEEDED) or "GPOS" not in font:
        return
    ligatures = _add_sara_am_glyphs(font)
    _add_high_tones(font)
    font.setGlyphOrder(list(font["glyf"].glyphOrder))
    _level_anchors(font)
    _substitute(font, ligatures)


def _add_sara_am_glyphs(font: TTFont) -> dict[str, str]:
    """Add the glyphs that say ำ; the answer maps ◌ํ-with-tone glyphs to their twins that say the tone only."""
    _copy_glyph(font, SARA_AA, SARA_AM_TAIL)
    _copy_glyph(font, SARA_AM, SARA_AM + NARROW)
    _narrow_nikhahit(font)
    twins = {}
    for tone in TONES:
        for style in ("", NARROW):
            joined = f"{NIKHAHIT}{tone[3:]}{style}"
            twins[joined] = f"{tone}.am{style}"
            _copy_glyph(font, joined, twins[joined])
            _copy_mark_anchors(font, joined, twins[joined])
    return twins


def _add_high_tones(font: TTFont) -> None:
    """Add tones for tall letters with a vowel above (ปั้น): the small ones, drawn as far left as the font's narrow ones."""
    for tone in (*TONES, THANTHAKHAT):
        _copy_glyph(font, tone + SMALL, tone + HIGH)
        shift = _anchor_of(font, tone + NARROW) - _anchor_of(font, tone)
        glyph = font["glyf"][tone + HIGH]
        glyph.coordinates.translate((shift, 0))
        glyph.recalcBounds(font["glyf"])
        font["hmtx"][tone + HIGH] = (0, glyph.xMin)
        _copy_mark_anchors(font, tone + SMALL, tone + HIGH, shift)


def _anchor_of(font: TTFont, mark: str) -> int:
    """How far right of its origin a mark is held by its letter, in units."""
    for table in _position_tables(font):
        if table.LookupType == _MARK_TO_BASE and mark in table.MarkCoverage.glyphs:
            record = table.MarkArray.MarkRecord[table.MarkCoverage.glyphs.index(mark)]
            return int(record.MarkAnchor.XCoordinate)
    return 0


def _copy_glyph(font: TTFont, source: str, name: str) -> None:
    font["glyf"][name] = copy.deepcopy(font["glyf"][source])
    font["hmtx"][name] = font["hmtx"][source]
    definitions = font["GDEF"].table
    for classes in (definitions.GlyphClassDef, definitions.MarkAttachClassDef):
        if classes is not None and source in classes.classDefs:
            classes.classDefs[name] = classes.classDefs[source]


def _narrow_nikhahit(font: TTFont) -> None:
    """In the narrow ำ, for tall letters, move the circle (the contour left of the origin) left as the font does."""
    glyph = font["glyf"][SARA_AM + NARROW]
    shift = font["hmtx"][NIKHAHIT + NARROW][1] - font["hmtx"][NIKHAHIT][1]
    begin = 0
    for end in glyph.endPtsOfContours:
        points = range(begin, end + 1)
        if all(glyph.coordinates[point][0] < 0 for point in points):
            for point in points:
                x, y = glyph.coordinates[point]
                glyph.coordinates[point] = (x + shift, y)
        begin = end + 1
    glyph.recalcBounds(font["glyf"])
    font["hmtx"][SARA_AM + NARROW] = (font["hmtx"][SARA_AM][0], glyph.xMin)


def _position_tables(font: TTFont) -> list[Any]:
    lookups = font["GPOS"].table.LookupList.Lookup
    tables = [table for lookup in lookups for table in lookup.SubTable]
    return [table.ExtSubTable if table.LookupType == _EXTENSION else table for table in tables]


def _mark_lists(table: Any) -> tuple[list[str], list[Any]]:
    """The marks a table attaches: their names and records, in one order."""
    if table.LookupType == _MARK_TO_BASE:
        return table.MarkCoverage.glyphs, table.MarkArray.MarkRecord
    return table.Mark1Coverage.glyphs, table.Mark1Array.MarkRecord


def _copy_mark_anchors(font: TTFont, source: str, name: str, shift: int = 0) -> None:
    for table in _position_tables(font):
        if table.LookupType in (_MARK_TO_BASE, _MARK_TO_MARK):
            names, records = _mark_lists(table)
            if source in names:
                record = copy.deepcopy(records[names.index(source)])
                record.MarkAnchor.XCoordinate += shift
                records.append(record)
                names.append(name)


def _level_anchors(font: TTFont) -> None:
    """Hold every Thai mark level with, and not right of, what it stands on."""
    advances = font["hmtx"]
    for table in _position_tables(font):
        if table.LookupType == _MARK_TO_BASE:
            marks = _anchors_by_class(table)
            for name, record in zip(table.BaseCoverage.glyphs, table.BaseArray.BaseRecord, strict=True):
                _level(record.BaseAnchor, marks, advances[name][0], on_mark=False)
        elif table.LookupType == _MARK_TO_MARK:
            marks = _anchors_by_class(table)
            for record in table.Mark2Array.Mark2Record:
                _level(record.Mark2Anchor, marks, 0, on_mark=True)


def _anchors_by_class(table: Any) -> dict[int, set[tuple[int, int]]]:
    """Where the Thai marks of each class are held; places that differ by a hair are made one."""
    anchors: dict[int, set[tuple[int, int]]] = {}
    for name, record in zip(*_mark_lists(table), strict=True):
        if name.startswith("uni0E"):
            known = anchors.setdefault(record.Class, set())
            anchor = record.MarkAnchor
            place = (anchor.XCoordinate, anchor.YCoordinate)
            place = next((one for one in sorted(known) if _alike(one, place)), place)
            anchor.XCoordinate, anchor.YCoordinate = place
            known.add(place)
    return anchors


def _alike(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return abs(one[0] - other[0]) <= _SAME and abs(one[1] - other[1]) <= _SAME


def _level(anchors: list[Any], marks: dict[int, set[tuple[int, int]]], advance: int, *, on_mark: bool) -> None:
    """Bring each anchor to the height of the marks meant for it, and to where they keep the order of typing."""
    for mark_class, anchor in enumerate(anchors):
        if anchor is None or not marks.get(mark_class):
            continue
        across, up = anchor.XCoordinate - advance, anchor.YCoordinate
        x, y = min(marks[mark_class], key=lambda place: abs(across - place[0]) + abs(up - place[1]))
        if abs(across - x) > _NEAR or abs(up - y) > _FLAT_WITHIN:
            continue
        step = _ON_MARK if on_mark else (_ABOVE if y > 0 else _BELOW)
        anchor.XCoordinate = advance + x + step
        anchor.YCoordinate = y


def _substitute(font: TTFont, twins: dict[str, str]) -> None:
    """Append the substitutions to every `liga` feature; they come after all the font's own."""
    lookups = font["GSUB"].table.LookupList.Lookup
    first = len(lookups)

    whole = LigatureSubstBuilder(font, None)
    whole.ligatures = {(NIKHAHIT + style, SARA_AA): SARA_AM + style for style in ("", NARROW)}
    tone_only = _single(font, first + 1, twins)
    tail = _single(font, first + 2, {SARA_AA: SARA_AM_TAIL})
    above = (*TONES, THANTHAKHAT)
    raised = _single(font, first + 3, {tone + style: tone + HIGH for tone in above for style in (NARROW, SMALL)})
    before_aa = _chain(font, prefix=[], glyphs=set(twins), suffix=[{SARA_AA}], lookup=tone_only)
    after_tone = _chain(font, prefix=[set(twins.values())], glyphs={SARA_AA}, suffix=[], lookup=tail)
    narrow_vowels = {vowel + NARROW for vowel in UPPER_VOWELS}
    over_vowel = _chain(font, prefix=[narrow_vowels], glyphs=set(raised.mapping), suffix=[], lookup=raised)
    builders = [whole, tone_only, tail, raised, before_aa, after_tone, over_vowel]
    lookups.extend(builder.build() for builder in builders)
    font["GSUB"].table.LookupList.LookupCount = len(lookups)
    direct = [first + builders.index(each) for each in (whole, before_aa, after_tone, over_vowel)]
    done: set[int] = set()
    for record in font["GSUB"].table.FeatureList.FeatureRecord:
        if record.FeatureTag == "liga" and id(record.Feature) not in done:
            done.add(id(record.Feature))
            record.Feature.LookupListIndex.extend(direct)
            record.Feature.LookupCount = len(record.Feature.LookupListIndex)


def _single(font: TTFont, index: int, mapping: dict[str, str]) -> SingleSubstBuilder:
    builder = SingleSubstBuilder(font, None)
    builder.mapping = mapping
    builder.lookup_index = index
    return builder


def _chain(
    font: TTFont, *, prefix: list[set[str]], glyphs: set[str], suffix: list[set[str]], lookup: SingleSubstBuilder
) -> ChainContextSubstBuilder:
    builder = ChainContextSubstBuilder(font, None)
    builder.rules.append(ChainContextualRule(prefix, [glyphs], suffix, [[lookup]]))
    return builder
