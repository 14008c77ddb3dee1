"""The Garuda that stands on กระดาษตราครุฑ and กระดาษบันทึกข้อความ (แบบที่ 28, 29): one image for the whole platform."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings

NAMES = ("garuda.svg", "garuda.png")


@lru_cache(maxsize=1)
def garuda() -> bytes | None:
    """The image from `VAR_DIR` (an installation's own) or `static/img`; None leaves a dashed frame on the paper."""
    for folder in (settings.VAR_DIR, settings.BASE_DIR / "static" / "img"):
        for name in NAMES:
            if (folder / name).is_file():
                return bytes((folder / name).read_bytes())
    return None
