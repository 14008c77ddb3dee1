"""The Garuda that stands on กระดาษตราครุฑ and กระดาษบันทึกข้อความ (แบบที่ 28, 29): one image for the whole platform."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from files.actions import read
from files.models import StoredFile
from saraban.models.garuda import GarudaDrawing
from saraban.models.letters import LetterKind

NAMES = ("garuda.svg", "garuda.png")
WITHOUT = (LetterKind.NEWS, LetterKind.MINUTES, LetterKind.NOTE, LetterKind.OTHER)
MISSING = "ยังไม่ได้ใส่ตราครุฑ: ผู้ดูแลระบบกลางยังไม่ได้อัปโหลดภาพ หนังสือจะพิมพ์กรอบว่างแทน"


def garuda() -> bytes | None:
    """The drawing the central admin confirmed last; before the first, the image of the installation.

    None leaves a dashed frame on the paper that says so.
    """
    drawing = GarudaDrawing.in_force()
    if drawing is not None:
        return _kept(drawing.file.sha256)
    image = installed()
    return image.read_bytes() if image else None


def garuda_name() -> str:
    """A short name of the image in force, "" without one: for the keys of kept previews."""
    drawing = GarudaDrawing.in_force()
    if drawing is not None:
        return drawing.file.sha256[:12]
    image = installed()
    return f"{image.name}{image.stat().st_mtime_ns}" if image else ""


def garuda_missing(kind: str = LetterKind.EXTERNAL) -> str:
    """The warning for a letter of `kind` that would be set with an empty frame; "" when all is well."""
    return MISSING if kind not in WITHOUT and not garuda_name() else ""


def installed() -> Path | None:
    """The image that came with the installation: in `VAR_DIR`, or in `static/img`."""
    for folder in (settings.VAR_DIR, settings.BASE_DIR / "static" / "img"):
        for name in NAMES:
            if (folder / name).is_file():
                return Path(folder / name)
    return None


@lru_cache(maxsize=2)
def _kept(sha256: str) -> bytes:
    return read(StoredFile.objects.get(sha256=sha256))
