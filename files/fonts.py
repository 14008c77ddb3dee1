"""The letter face: Sarabun in the measure of TH Sarabun New, four faces, in memory.

The typing rules count points of TH SarabunPSK / TH Sarabun New ("16 points"), whose letters fill two thirds of their
body: ก is 386/1000 em wide there and 576/1000 in the Sarabun of 2018 (and 580 in Laksaman). Raising the font's units
per em from 1000 to 1500 gives the same letters in the official measure, so that 16 pt in a style sheet is 16 points on
an official ruler, lines break where a typist expects them, and a one-page letter stays one page.
"""

from __future__ import annotations

import hashlib
import io
import logging
import os
import subprocess
import tempfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from django.conf import settings
from fontTools import version as fonttools_version

log = logging.getLogger(__name__)

FAMILY = "Sarabun"
OFFICIAL_UNITS_PER_EM = 1500
MM_PER_POINT = 25.4 / 72
FACES: Mapping[str, tuple[int, str]] = MappingProxyType(
    {"Regular": (400, "normal"), "Bold": (700, "normal"), "Italic": (400, "italic"), "BoldItalic": (700, "italic")}
)
_FALLBACK_FAMILY = "Laksaman"
_FALLBACK_STYLES = {"Regular": "Regular", "Bold": "Bold", "Italic": "Italic", "BoldItalic": "Bold Italic"}


class FontsMissing(RuntimeError):
    """Neither Sarabun in `FONT_DIR` nor Laksaman on the system: no letter can be set. `str()` is Thai."""


def official_fonts(folder: Path | None = None) -> Mapping[str, bytes]:
    """The four faces by name (`Regular`, `Bold`, `Italic`, `BoldItalic`) as TTF bytes in the official measure.

    Reads `Sarabun-*.ttf` of `folder` (default `settings.FONT_DIR`); where one is absent, Debian's Laksaman for all four,
    with one warning in the log. Raises `FontsMissing`. The answer is kept for the life of the process.
    """
    return _load(folder or Path(settings.FONT_DIR))


def text_width_mm(text: str, points: float, face: str = "Regular") -> float:
    """How wide `text` stands on one line, in mm, set in `points` of an official face (no kerning)."""
    advances = _advances(official_fonts()[face])
    total = sum(advances.get(character, advances[" "]) for character in text)
    return total / OFFICIAL_UNITS_PER_EM * points * MM_PER_POINT


@lru_cache(maxsize=8)
def _advances(ttf: bytes) -> Mapping[str, int]:
    from fontTools.ttLib import TTFont  # heavy, and needed only where letters are set

    font = TTFont(io.BytesIO(ttf), lazy=True)
    widths = font["hmtx"]
    return {chr(point): widths[name][0] for point, name in font.getBestCmap().items()}


@lru_cache(maxsize=4)
def _load(folder: Path) -> Mapping[str, bytes]:
    paths = {face: folder / f"{FAMILY}-{face}.ttf" for face in FACES}
    absent = [path.name for path in paths.values() if not path.is_file()]
    if absent:
        log.warning("fonts %s not found in %s, using %s", ", ".join(absent), folder, _FALLBACK_FAMILY)
        paths = {face: _system_font(style) for face, style in _FALLBACK_STYLES.items()}
    return MappingProxyType({face: _in_official_measure(path.read_bytes()) for face, path in paths.items()})


def _in_official_measure(ttf: bytes) -> bytes:
    """The adapted face; made once (a quarter of a second) and kept under `VAR_DIR` for the other processes."""
    made = Path(settings.VAR_DIR) / "faces" / f"{_recipe(ttf)}.ttf"
    if made.is_file():
        return made.read_bytes()
    from fontTools.ttLib import TTFont  # heavy, and needed once in the life of a font

    from files import thai_glyphs

    font = TTFont(io.BytesIO(ttf), recalcTimestamp=False)
    font["head"].unitsPerEm = OFFICIAL_UNITS_PER_EM
    thai_glyphs.adapt(font)
    out = io.BytesIO()
    font.save(out)
    _keep(made, out.getvalue())
    return out.getvalue()


def _recipe(ttf: bytes) -> str:
    """Changes with the font, with how it is adapted, and with the library that does it."""
    ways = (Path(__file__), Path(__file__).with_name("thai_glyphs.py"))
    parts = (ttf, fonttools_version.encode(), *(way.read_bytes() for way in ways))
    return hashlib.sha256(b"".join(parts)).hexdigest()[:24]


def _keep(path: Path, data: bytes) -> None:
    """Write whole or not at all; a read-only disk only costs the next process its time."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError as error:
        log.warning("the adapted face was not kept: %s", error)


def _system_font(style: str) -> Path:
    command = ["fc-match", "-f", "%{family}\n%{file}", f"{_FALLBACK_FAMILY}:style={style}"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True).stdout  # noqa: S603
    except (OSError, subprocess.SubprocessError) as error:
        raise FontsMissing(_MISSING) from error
    family, _, path = answer.partition("\n")
    if _FALLBACK_FAMILY not in family or not path.endswith(".ttf"):
        raise FontsMissing(_MISSING)
    return Path(path)


_MISSING = "ไม่พบแบบอักษร Sarabun และ Laksaman ในเครื่อง จึงจัดพิมพ์หนังสือไม่ได้"
