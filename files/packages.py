"""DOCX and ODT packages from outside, opened with care and rebuilt without anything that runs or reaches out.

A package is read part by part within bounds; links to other files and addresses, macros, embedded programs and fields
that bring in other files are taken out, and what cannot be taken out without losing text is refused.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

MAX_PARTS = 5_000
MAX_UNPACKED = 300 * 1024 * 1024
MAX_PART = 150 * 1024 * 1024
MAX_XML = 60 * 1024 * 1024
MAX_RATIO = 200  # of all parts together; text and blank pictures reach 50
DOCX, ODT = "docx", "odt"

PASSWORD = "ไฟล์มีรหัสผ่าน โปรดนำรหัสผ่านออกแล้วอัปโหลดใหม่"  # noqa: S105 – a sentence
DAMAGED = "ไฟล์เสียหาย เปิดไม่ได้ โปรดบันทึกใหม่จากโปรแกรมที่จัดทำแล้วอัปโหลดอีกครั้ง"
BOMB = "ไฟล์นี้คลายออกแล้วใหญ่ผิดปกติ ระบบไม่รับ"
MACROS = "เอกสารมีมาโครหรือชุดคำสั่ง โปรดบันทึกใหม่เป็น .docx ที่ไม่มีมาโครแล้วอัปโหลดอีกครั้ง"
CHUNKS = "เอกสารมีส่วนที่ดึงมาจากไฟล์อื่น โปรดวางข้อความนั้นลงในเอกสารจริง แล้วอัปโหลดใหม่"
OLD_WORD = "ไฟล์เป็น Word รุ่นเก่า (.doc) หรือมีรหัสผ่าน โปรดบันทึกเป็น .docx ที่ไม่มีรหัสผ่าน"
TRACKED = "เอกสารยังมีการติดตามการแก้ไข (Track Changes) โปรดยอมรับหรือปฏิเสธให้ครบแล้วอัปโหลดใหม่"
LINKS_OUT = "รูปหรือข้อมูลที่เชื่อมโยงจากแหล่งอื่นถูกตัดออก"
OBJECTS_OUT = "วัตถุที่ฝังจากโปรแกรมอื่นเหลือเป็นภาพ"
FIELDS_OUT = "ช่องข้อมูลที่ดึงจากไฟล์อื่นเหลือเป็นข้อความเดิม"

_ODT_TYPE = b"application/vnd.oasis.opendocument.text"
_OOXML_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_STRICT_W = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_XLINK = "{http://www.w3.org/1999/xlink}href"
_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
_MANIFEST = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
_SCRIPT = "urn:oasis:names:tc:opendocument:xmlns:script:1.0"
_FORM = "urn:oasis:names:tc:opendocument:xmlns:form:1.0"
_PARSER_OPTIONS: dict[str, Any] = {
    "resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False, "recover": False,
}  # fmt: skip
# Fields that only show what stands in the document itself, or the day.
_HARMLESS_FIELDS = {
    *("PAGE", "NUMPAGES", "SECTION", "SECTIONPAGES", "PAGEREF", "REF", "NOTEREF", "SEQ", "TOC", "TC", "XE", "INDEX"),
    *("HYPERLINK", "STYLEREF", "SYMBOL", "EQ", "ADVANCE", "QUOTE", "=", "IF", "DATE", "TIME", "CREATEDATE", "SAVEDATE"),
    *("PRINTDATE", "AUTHOR", "TITLE", "SUBJECT", "KEYWORDS", "DOCPROPERTY", "DOCVARIABLE", "MERGEFIELD", "FORMTEXT"),
    *("FORMCHECKBOX", "FORMDROPDOWN", "CITATION", "BIBLIOGRAPHY", "LISTNUM", "AUTONUM", "AUTONUMLGL", "FILENAME"),
}
_BAD_RELATIONS = {"attachedtemplate", "vbaproject", "wordvbadata", "control", "activexcontrolbinary", "customui"}
_OBJECT_RELATIONS = {"oleobject", "package"}
_BRINGS_TEXT = {"afchunk", "subdocument", "frame"}
_SAFE_SCHEMES = ("http:", "https:", "mailto:", "tel:")
_OWN_HREF = re.compile(r"(?:\./)?(?!/)[^:?]+")  # a part of the package: no scheme, not from the root


class BadPackage(ValueError):
    """The package is not taken. `str()` is one Thai sentence."""


@dataclass
class Cleaned:
    """The rebuilt package, and what was taken out, as sentences."""

    content: bytes
    notes: list[str] = field(default_factory=list)


def package_kind(content: bytes) -> str:
    """`docx`, `odt`, or "" by what the package holds. Raises `BadPackage` for an old or locked Word file and for a torn one."""
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise BadPackage(OLD_WORD)
    if not content.startswith(b"PK\x03\x04"):
        return ""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            names = {name.lower() for name in package.namelist()}
            if "mimetype" in names and package.getinfo("mimetype").file_size < 100:
                return ODT if package.read("mimetype").startswith(_ODT_TYPE) else ""
    except (zipfile.BadZipFile, RuntimeError, EOFError, OSError, KeyError, ValueError) as error:
        raise BadPackage(DAMAGED) from error
    return DOCX if "[content_types].xml" in names and any(name.startswith("word/") for name in names) else ""


def clean_package(content: bytes, kind: str) -> Cleaned:
    """`content` (a DOCX or ODT, as `kind` says) rebuilt harmless. Raises `BadPackage`."""
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise BadPackage(OLD_WORD)
    parts = _parts(content)
    cleaned = Cleaned(b"")
    if kind == DOCX:
        _check_docx(parts)
        kept = dict(_clean_docx(parts, cleaned.notes))
    else:
        _check_odt(parts)
        kept = dict(_clean_odt(parts, cleaned.notes))
    cleaned.content = _packed(kept, first="mimetype" if kind == ODT else "[Content_Types].xml")
    cleaned.notes = list(dict.fromkeys(cleaned.notes))
    return cleaned


def _parts(content: bytes) -> dict[str, bytes]:
    """The parts by name, read within the bounds; names that leave the package are damage."""
    found: dict[str, bytes] = {}
    total = 0
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            entries = [one for one in package.infolist() if not one.is_dir()]
            if len(entries) > MAX_PARTS or sum(one.file_size for one in entries) > MAX_UNPACKED:
                raise BadPackage(BOMB)
            for one in entries:
                if one.flag_bits & 1:
                    raise BadPackage(PASSWORD)
                name = one.filename.replace("\\", "/")
                if name.startswith("/") or ".." in name.split("/") or name in found:
                    raise BadPackage(DAMAGED)
                with package.open(one) as stream:
                    data = stream.read(MAX_PART + 1)
                total += len(data)
                if len(data) > MAX_PART or total > MAX_UNPACKED or total > MAX_RATIO * len(content) + 20_000_000:
                    raise BadPackage(BOMB)
                found[name] = data
    except (zipfile.BadZipFile, RuntimeError, EOFError, OSError, ValueError) as error:
        if isinstance(error, BadPackage):
            raise
        raise BadPackage(DAMAGED) from error
    except Exception as error:
        if type(error).__module__ in ("zlib", "_lzma", "lzma"):
            raise BadPackage(DAMAGED) from error
        raise
    return found


def _tree(data: bytes) -> Any:
    """An XML part as a tree: nothing is fetched, no entity is resolved, none may be declared."""
    if len(data) > MAX_XML:
        raise BadPackage(BOMB)
    try:
        tree: Any = etree.fromstring(data, etree.XMLParser(**_PARSER_OPTIONS))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BadPackage(DAMAGED) from error
    declared: Any = tree.getroottree().docinfo.internalDTD
    if declared is not None and list(declared.iterentities()):
        raise BadPackage(DAMAGED)
    return tree


def _written(tree: Any) -> bytes:
    return bytes(etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True))


# -- DOCX -------------------------------------------------------------------------------------------


def _check_docx(parts: dict[str, bytes]) -> None:
    if "EncryptedPackage" in parts:
        raise BadPackage(PASSWORD)
    if "[Content_Types].xml" not in parts or "_rels/.rels" not in parts:
        raise BadPackage(DAMAGED)
    types = parts["[Content_Types].xml"].decode("utf-8", "replace")
    if "macroEnabled" in types or any("vbaproject" in name.lower() for name in parts):
        raise BadPackage(MACROS)
    if _OOXML_MAIN not in types:
        raise BadPackage(DAMAGED)


def _clean_docx(parts: dict[str, bytes], notes: list[str]) -> Iterator[tuple[str, bytes]]:
    for name, data in parts.items():
        low = name.lower()
        if "/activex/" in low or "/embeddings/" in low or low.startswith("customui"):
            if "/embeddings/" in low:
                notes.append(OBJECTS_OUT)
            continue
        if low.endswith(".rels"):
            yield name, _clean_relations(data, notes)
        elif low.endswith(".xml") and name != "[Content_Types].xml":
            yield name, _clean_word_part(data, notes)
        else:
            yield name, _clean_svg(data, notes)


def _clean_relations(data: bytes, notes: list[str]) -> bytes:
    tree = _tree(data)
    for one in list(tree):
        kind = str(one.get("Type", "")).rsplit("/", 1)[-1].lower()
        outside = str(one.get("TargetMode", "")).lower() == "external" or not _inside(str(one.get("Target", "")))
        if kind in _BRINGS_TEXT:
            raise BadPackage(CHUNKS)
        if kind == "hyperlink" and outside:
            if not str(one.get("Target", "")).lower().startswith(_SAFE_SCHEMES):
                one.set("Target", "about:blank")
            continue
        if kind in _BAD_RELATIONS or kind in _OBJECT_RELATIONS or outside:
            if kind in _OBJECT_RELATIONS:
                notes.append(OBJECTS_OUT)
            elif outside and kind != "attachedtemplate":
                notes.append(LINKS_OUT)
            tree.remove(one)
    return _written(tree)


def _inside(target: str) -> bool:
    """Whether a relationship's target is a part of the package: a path, no scheme, no host."""
    return bool(target) and ":" not in target and not target.startswith(("//", "\\"))


def _clean_word_part(data: bytes, notes: list[str]) -> bytes:
    tree = _tree(data)
    for space in (_W, _STRICT_W):
        if next(tree.iter(f"{{{space}}}altChunk", f"{{{space}}}subDoc"), None) is not None:
            raise BadPackage(CHUNKS)
        if next(tree.iter(f"{{{space}}}ins", f"{{{space}}}del", f"{{{space}}}moveFrom"), None) is not None:
            raise BadPackage(TRACKED)
        _still_fields(tree, space, notes)
        for one in list(tree.iter(f"{{{space}}}attachedTemplate", f"{{{space}}}mailMerge", f"{{{space}}}control")):
            one.getparent().remove(one)
    for one in list(tree.iter("{urn:schemas-microsoft-com:office:office}OLEObject")):
        one.getparent().remove(one)
        notes.append(OBJECTS_OUT)
    for one in tree.iter("{urn:schemas-microsoft-com:vml}imagedata", "{urn:schemas-microsoft-com:vml}fill"):
        for name in ("src", "{urn:schemas-microsoft-com:office:office}href", "href"):
            if one.attrib.pop(name, None) is not None:
                notes.append(LINKS_OUT)
    return _written(tree)


def _still_fields(tree: Any, space: str, notes: list[str]) -> None:
    """Blank the instructions of fields that would bring in other files; what they show stays."""
    for one in tree.iter(f"{{{space}}}fldSimple"):
        if not _harmless(str(one.get(f"{{{space}}}instr", ""))):
            one.set(f"{{{space}}}instr", " QUOTE ")
            notes.append(FIELDS_OUT)
    open_fields: list[list[Any]] = []
    for one in tree.iter(f"{{{space}}}fldChar", f"{{{space}}}instrText"):
        if one.tag.endswith("}instrText"):
            for instructions in open_fields[-1:]:
                instructions.append(one)
            if not open_fields:
                one.text = ""
            continue
        kind = one.get(f"{{{space}}}fldCharType")
        if kind == "begin":
            open_fields.append([])
        elif open_fields and kind in ("separate", "end"):
            instructions = open_fields[-1]
            if instructions and not _harmless("".join(piece.text or "" for piece in instructions)):
                for piece in instructions:
                    piece.text = ""
                notes.append(FIELDS_OUT)
            open_fields[-1] = []
            if kind == "end":
                open_fields.pop()
    for instructions in open_fields:  # never closed
        for piece in instructions:
            piece.text = ""


def _harmless(instruction: str) -> bool:
    words = instruction.replace('"', " ").split()
    return not words or words[0].upper() in _HARMLESS_FIELDS or words[0].startswith("=")


# -- ODT --------------------------------------------------------------------------------------------


def _check_odt(parts: dict[str, bytes]) -> None:
    manifest = parts.get("META-INF/manifest.xml")
    if manifest is None or "content.xml" not in parts:
        raise BadPackage(DAMAGED)
    if b"encryption-data" in manifest or "encrypted-package" in parts:
        raise BadPackage(PASSWORD)
    if not parts.get("mimetype", b"").startswith(_ODT_TYPE):
        raise BadPackage(DAMAGED)


def _clean_odt(parts: dict[str, bytes], notes: list[str]) -> Iterator[tuple[str, bytes]]:
    dropped = {
        name for name in parts
        if name.split("/", 1)[0] in ("Basic", "Scripts", "Configurations2", "Dialogs", "Thumbnails")
        or name.rsplit("/", 1)[-1].startswith("oledata")
    }  # fmt: skip
    for name, data in parts.items():
        if name in dropped:
            continue
        if name == "META-INF/manifest.xml":
            tree = _tree(data)
            for one in list(tree):
                path = str(one.get(f"{{{_MANIFEST}}}full-path", ""))
                if path in dropped or path.split("/", 1)[0] in ("Basic", "Scripts", "Configurations2", "Dialogs"):
                    tree.remove(one)
            yield name, _written(tree)
        elif name.endswith((".xml", ".rdf")) and not name.startswith("META-INF/"):
            yield name, _clean_odf_part(data, set(parts), posixpath.dirname(name), notes)
        elif not name.startswith("META-INF/"):
            yield name, _clean_svg(data, notes)


def _clean_odf_part(data: bytes, parts: set[str], folder: str, notes: list[str]) -> bytes:
    tree = _tree(data)
    if next(tree.iter(f"{{{_TEXT}}}changed-region"), None) is not None:
        raise BadPackage(TRACKED)
    reaching = (
        f"{{{_TEXT}}}section-source", f"{{{_OFFICE}}}dde-source", f"{{{_OFFICE}}}scripts",
        f"{{{_OFFICE}}}event-listeners", f"{{{_SCRIPT}}}event-listener", f"{{{_FORM}}}connection-resource",
        f"{{{_TEXT}}}dde-connection-decls", "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}template",
        "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}auto-reload",
    )  # fmt: skip
    for one in list(tree.iter(*reaching)):
        if one.tag.endswith(("}section-source", "}dde-source")):
            notes.append(FIELDS_OUT)
        parent = one.getparent()
        if parent is not None:
            parent.remove(one)
    for one in tree.iter(etree.Element):
        href = one.get(_XLINK)
        if href is None:
            continue
        if one.tag == f"{{{_TEXT}}}a":
            if not href.lower().startswith(_SAFE_SCHEMES) and not href.startswith("#"):
                one.set(_XLINK, "#")
        elif not _own_part(href, parts, folder):
            del one.attrib[_XLINK]
            notes.append(LINKS_OUT)
    return _written(tree)


def _own_part(href: str, parts: set[str], folder: str) -> bool:
    if href == "" or href.startswith("#"):
        return True
    if not _OWN_HREF.fullmatch(href):
        return False
    name = posixpath.normpath(posixpath.join(folder, href)).removeprefix("./")
    return name in parts or any(part.startswith(name + "/") for part in parts)


# -- both -------------------------------------------------------------------------------------------


def _clean_svg(data: bytes, notes: list[str]) -> bytes:
    """A drawing in SVG keeps only pictures it carries itself; other parts are as they were."""
    head = data[:4096]
    if b"<svg" not in head and b"<!DOCTYPE svg" not in head:
        return data
    try:
        tree = _tree(data)
    except BadPackage:
        notes.append(LINKS_OUT)
        return b'<svg xmlns="http://www.w3.org/2000/svg"/>'
    for one in list(tree.iter("{http://www.w3.org/2000/svg}script", "{http://www.w3.org/2000/svg}foreignObject")):
        parent = one.getparent()
        if parent is not None:
            parent.remove(one)
    for one in tree.iter(etree.Element):
        for name, value in list(one.attrib.items()):
            plain = value.strip().lower()
            linked = str(name).rsplit("}", 1)[-1] == "href" and not plain.startswith(("#", "data:image/"))
            if linked or ("url(" in plain and "url(#" not in plain.replace(" ", "").replace("'", "").replace('"', "")):
                del one.attrib[name]
                notes.append(LINKS_OUT)
    for one in list(tree.iter("{http://www.w3.org/2000/svg}style")):
        if "@import" in (one.text or "") or "url(" in (one.text or ""):
            one.text = ""
    return _written(tree)


def _packed(parts: dict[str, bytes], *, first: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        if first in parts:
            how = zipfile.ZIP_STORED if first == "mimetype" else zipfile.ZIP_DEFLATED
            package.writestr(first, parts[first], compress_type=how)
        for name, data in parts.items():
            if name != first:
                package.writestr(name, data)
    return out.getvalue()
