"""Our Thai words for the packages we use: compiled, complete in their placeholders, and free of Latin letters."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from scripts.compile_locale import LOCALE, compiled, entries

PLACES = re.compile(r"%\(\w+\)[sdr]|%[sd]|{\w*}")


def test_the_compiled_catalogue_is_fresh() -> None:
    """A fresh clone has no msgfmt: the .mo is committed and must be what the .po says."""
    for source in LOCALE.glob("*/LC_MESSAGES/*.po"):
        assert source.with_suffix(".mo").read_bytes() == compiled(entries(source.read_text(encoding="utf-8")))
    script = Path(__file__).parents[2] / "scripts" / "compile_locale.py"
    assert subprocess.run([sys.executable, str(script), "--check"], check=False).returncode == 0


def test_every_translation_is_thai_and_fits_its_places() -> None:
    catalogue = entries((LOCALE / "th" / "LC_MESSAGES" / "django.po").read_text(encoding="utf-8"))
    assert len(catalogue) > 150
    for key, words in catalogue.items():
        if not key:
            continue
        assert set(PLACES.findall(words)) <= set(PLACES.findall(key)), key
        assert not re.search("[A-Za-z]", PLACES.sub("", words)), words


def test_gettext_reads_it() -> None:
    import gettext

    with (LOCALE / "th" / "LC_MESSAGES" / "django.mo").open("rb") as file:
        catalogue = gettext.GNUTranslations(file)
    assert catalogue.gettext("Clear all filters") == "ล้างตัวกรองทั้งหมด"
    assert catalogue.ngettext("entry", "entries", 2) == "รายการ"
