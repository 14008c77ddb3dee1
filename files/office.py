"""DOCX and ODT to PDF by LibreOffice without a screen: in a folder and a profile of its own, without network or macros.

What comes in is cleaned first (`files.packages`), so that there is nothing left to run or to fetch; the settings and
the confinement here hold should something have been overlooked.
"""

from __future__ import annotations

import io
import json
import shutil
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path

from django.conf import settings

from files import confined
from files.fonts import FontsMissing, official_fonts
from files.packages import DAMAGED, DOCX, ODT, BadPackage, clean_package

__all__ = ["DOCX", "ODT", "BadPackage", "Converted", "available", "convert"]

ABSENT = "เครื่องแม่ข่ายนี้ยังไม่มีโปรแกรมแปลงเอกสาร จึงรับได้เฉพาะไฟล์ PDF"
SLOW = "แปลงไฟล์ไม่เสร็จในเวลาที่กำหนด โปรดลดขนาดเอกสารหรือแปลงเป็น PDF จากโปรแกรมที่จัดทำ"
FAILED = "แปลงไฟล์นี้เป็น PDF ไม่ได้ โปรดบันทึกใหม่ หรือแปลงเป็น PDF จากโปรแกรมที่จัดทำ"
FILE_MB = 400
OFFICIAL_NAMES = (
    "TH Sarabun New",
    "TH SarabunPSK",
    "TH Sarabun PSK",
    "TH SarabunIT๙",
    "TH SarabunIT9",
    "TH Sarabun IT๙",
)
_FILTERS = {DOCX: "MS Word 2007 XML", ODT: "writer8"}
_EXPORT = {
    "ExportFormFields": False, "ExportBookmarks": False, "ExportNotes": False, "EmbedStandardFonts": True,
    "ExportLinksRelativeFsys": False, "UseTaggedPDF": True,
}  # fmt: skip
# Nothing runs, nothing is linked, nothing is asked for: macros off at the highest level, links never brought up to date.
_PROFILE = (
    ("Common/Security/Scripting", "MacroSecurityLevel", 3),
    ("Common/Security/Scripting", "DisableMacrosExecution", True),
    ("Common/Security/Scripting", "DisableActiveContent", True),
    ("Common/Security/Scripting", "BlockUntrustedRefererLinks", True),
    ("Common/Security/Scripting", "DisablePythonRuntime", True),
    ("Writer/Content/Update", "Link", 2),
    ("Common/Save/Document", "CreateBackup", False),
    ("Common/Misc", "FirstRun", False),
)


@dataclass(frozen=True, slots=True)
class Converted:
    """The PDF, and what was taken out of the document before, as sentences."""

    pdf: bytes
    notes: tuple[str, ...]


def available() -> bool:
    """Whether this machine can convert."""
    return bool(_program())


def convert(content: bytes, kind: str) -> Converted:
    """A DOCX or ODT (as `kind` says) as PDF. Raises `BadPackage` with one Thai sentence."""
    program = _program()
    if not program:
        raise BadPackage(ABSENT)
    cleaned = clean_package(content, kind)
    with tempfile.TemporaryDirectory(prefix="eoffice-convert-") as place:
        folder = Path(place)
        (folder / f"in.{kind}").write_bytes(cleaned.content)
        _lay_out(folder)
        command = [
            program, "--headless", "--norestore", "--nolockcheck", "--nodefault", "--nofirststartwizard", "--nologo",
            f"-env:UserInstallation={(folder / 'profile').as_uri()}", f"--infilter={_FILTERS[kind]}", "--convert-to",
            f"pdf:writer_pdf_Export:{json.dumps(_export())}", "--outdir", str(folder / "out"), f"in.{kind}",
        ]  # fmt: skip
        limits = confined.Limits(settings.CONVERT_SECONDS, settings.CONVERT_MEMORY_MB, FILE_MB)
        try:
            ended = confined.run(command, limits=limits, folder=folder, environment=_environment(folder))
        except confined.TooSlow as error:
            raise BadPackage(SLOW) from error
        made = folder / "out" / "in.pdf"
        if not made.is_file():
            raise BadPackage(DAMAGED if "could not be loaded" in ended.said else FAILED)
        return Converted(made.read_bytes(), tuple(cleaned.notes))


def _program() -> str:
    return shutil.which(settings.CONVERT_PROGRAM) or ""


def _export() -> dict[str, dict[str, str]]:
    return {name: {"type": "boolean", "value": str(value).lower()} for name, value in _EXPORT.items()}


def _environment(folder: Path) -> dict[str, str]:
    """Nothing of ours but where programs lie; proxies that lead nowhere."""
    nowhere = "http://127.0.0.1:9"
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(folder), "TMPDIR": str(folder), "LANG": "C.UTF-8",
        "FONTCONFIG_FILE": str(folder / "fonts.conf"), "XDG_CACHE_HOME": str(folder / "cache"),
        "http_proxy": nowhere, "https_proxy": nowhere, "ftp_proxy": nowhere, "all_proxy": nowhere,
        "SAL_USE_VCLPLUGIN": "svp", "SAL_DISABLE_OPENCL": "1",
    }  # fmt: skip


def _lay_out(folder: Path) -> None:
    """The profile, and the official face under the names documents call it by."""
    profile = folder / "profile" / "user"
    profile.mkdir(parents=True)
    items = "".join(
        f'<item oor:path="/org.openoffice.Office.{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{str(value).lower()}</value></prop></item>"
        for path, name, value in _PROFILE
    )
    (profile / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"{items}</oor:items>",
        encoding="utf-8",
    )
    fonts = folder / "fonts"
    fonts.mkdir()
    for face, data in _named_faces().items():
        (fonts / f"official-{face}.ttf").write_bytes(data)
    aliases = "".join(
        f'<match target="pattern"><test name="family"><string>{escape(name)}</string></test>'
        f'<edit name="family" mode="assign" binding="same"><string>{OFFICIAL_NAMES[0]}</string></edit></match>'
        for name in OFFICIAL_NAMES[1:]
    )
    own = f"<dir>{escape(str(settings.FONT_DIR))}</dir>" if Path(settings.FONT_DIR).is_dir() else ""
    (folder / "fonts.conf").write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig>'
        f"<dir>{escape(str(fonts))}</dir>{own}"
        f"<cachedir>{escape(str(folder / 'cache' / 'fontconfig'))}</cachedir>{aliases}"
        '<include ignore_missing="yes">/etc/fonts/fonts.conf</include></fontconfig>',
        encoding="utf-8",
    )


@lru_cache(maxsize=1)
def _named_faces() -> dict[str, bytes]:
    """The official faces under the name TH Sarabun New; none when there are none."""
    from fontTools.ttLib import TTFont  # heavy, and needed only where documents are converted

    try:
        faces = official_fonts()
    except FontsMissing:
        return {}
    found = {}
    for face, data in faces.items():
        font = TTFont(io.BytesIO(data))
        style = {"BoldItalic": "Bold Italic"}.get(face, face)
        for record in font["name"].names:
            if record.nameID in (1, 16):
                record.string = OFFICIAL_NAMES[0]
            elif record.nameID in (2, 17):
                record.string = style
            elif record.nameID == 4:
                record.string = f"{OFFICIAL_NAMES[0]} {style}"
            elif record.nameID == 6:
                record.string = f"THSarabunNew-{face}"
        out = io.BytesIO()
        font.save(out)
        found[face] = out.getvalue()
    return found
