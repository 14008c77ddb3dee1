"""The faces letters are set in: where they come from, what stands in for them, and what they must not lose."""

from __future__ import annotations

import io
import logging
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from common.thai import canonical
from files import fonts
from files.textmap import glyph_texts

THAI = [chr(point) for point in range(0x0E01, 0x0E5C) if not 0x0E3B <= point <= 0x0E3E]


def test_every_thai_letter_is_in_every_face() -> None:
    for face in fonts.official_fonts().values():
        said = set(glyph_texts(face).values())
        assert [letter for letter in THAI if letter not in said] == []


def test_glyphs_of_sara_am_say_what_was_typed() -> None:
    """น้ำ is drawn as น + a tone glyph that says only its tone + า that says ำ."""
    order = TTFont(io.BytesIO(fonts.official_fonts()["Regular"])).getGlyphOrder()
    texts = glyph_texts(fonts.official_fonts()["Regular"])
    said = {name: texts.get(number, "") for number, name in enumerate(order)}
    assert said["uni0E49.am"] + said["uni0E33.tail"] == "้ำ"
    assert canonical("น" + said["uni0E4D0E49"] + said["uni0E32"]) == "น้ำ"
    assert said["fi"] == "fi" and said["uni0E240E45"] == "ฤๅ"


def test_laksaman_stands_in_with_one_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        faces = fonts.official_fonts(tmp_path)
        fonts.official_fonts(tmp_path)
    assert sum("Laksaman" in line for line in caplog.messages) == 1
    assert set(faces) == set(fonts.FACES)
    for face in faces.values():
        texts = glyph_texts(face).values()
        assert not any("\ue000" <= letter <= "\uf8ff" for text in texts for letter in text)
        assert [letter for letter in THAI if letter not in set(texts)] == []


def test_the_adapted_face_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    first = fonts.official_fonts()
    fonts._load.cache_clear()
    monkeypatch.setattr("files.thai_glyphs.adapt", lambda font: pytest.fail("made again"))
    assert fonts.official_fonts() == first
