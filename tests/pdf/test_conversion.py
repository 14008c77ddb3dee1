"""DOCX and ODT become PDF by LibreOffice; what is hostile in them neither runs, nor reaches out, nor brings files in."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from pytest_django import Settings

from files import confined, office, packages
from files.office import BadPackage, convert
from files.packages import clean_package, package_kind
from tests.made_elsewhere import (
    TRACKED,
    R,
    changed,
    docx_bytes,
    field,
    linked_picture,
    odt_bytes,
    packed,
    relation,
    unpacked,
    with_body,
)
from tests.pdf.papers import poppler_text

TEXT = "ด้วยจังหวัดจะจัดประชุม"


@pytest.mark.parametrize(
    ("content", "kind"), [(docx_bytes(TEXT), "docx"), (odt_bytes(f"<text:p>{TEXT}</text:p>"), "odt")]
)
def test_a_document_becomes_a_pdf_with_its_words(content: bytes, kind: str) -> None:
    made = convert(content, kind)
    assert TEXT in poppler_text(made.pdf)
    assert made.notes == ()


def test_the_official_face_is_there_under_the_names_documents_use(tmp_path: Path) -> None:
    content = with_body(
        '<w:p><w:r><w:rPr><w:rFonts w:ascii="TH SarabunPSK" w:hAnsi="TH SarabunPSK" w:cs="TH SarabunPSK"/></w:rPr>'
        "<w:t>ราชการ</w:t></w:r></w:p>"
    )
    assert b"THSarabunNew" in convert(content, "docx").pdf


class Listener(HTTPServer):
    """Counts who comes; nobody should."""

    came: list[str]


@pytest.fixture
def listener() -> Iterator[Listener]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.server.came.append(self.path)  # type: ignore[attr-defined]
            self.send_error(404)

        do_HEAD = do_OPTIONS = do_PROPFIND = do_GET

        def log_message(self, format: str, *args: object) -> None:
            return None

    server = Listener(("127.0.0.1", 0), Answer)
    server.came = []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()


def test_nothing_is_fetched_even_where_the_cleaning_overlooks_it(
    listener: Listener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same documents cleaned and as they came: no request reaches a server on this machine, no file is read in."""
    secret = tmp_path / "secret.txt"
    secret.write_text("ความลับของเครื่องแม่ข่าย")
    address = f"http://127.0.0.1:{listener.server_port}/x.png"
    word = with_body(
        linked_picture("rIdOut") + field(f' INCLUDEPICTURE "{address}" ') + field(f' INCLUDETEXT "{secret}" '),
        relation("rIdOut", "image", address),
        relation("rIdTemplate", "attachedTemplate", address.replace(".png", ".dotm")),
    )
    writer = odt_bytes(
        '<text:p><draw:frame svg:width="3cm" svg:height="3cm">'
        f'<draw:image xlink:href="{address}" xlink:type="simple"/></draw:frame></text:p>'
        f'<text:section text:name="S"><text:section-source xlink:href="{secret.as_uri()}"/><text:p>เดิม</text:p></text:section>'
    )
    for content, kind in ((word, "docx"), (writer, "odt")):
        cleaned = convert(content, kind)
        assert "ความลับ" not in poppler_text(cleaned.pdf)
        assert packages.LINKS_OUT in cleaned.notes and packages.FIELDS_OUT in cleaned.notes
    monkeypatch.setattr(office, "clean_package", lambda content, kind: packages.Cleaned(content))
    for content, kind in ((word, "docx"), (writer, "odt")):
        assert "ความลับ" not in poppler_text(convert(content, kind).pdf)
    assert listener.came == []


def test_a_program_that_hangs_is_ended_with_all_it_started(settings: Settings, tmp_path: Path) -> None:
    hanging = tmp_path / "soffice"
    hanging.write_text("#!/bin/sh\nsleep 300 & sleep 300\n")
    hanging.chmod(0o755)
    settings.CONVERT_PROGRAM, settings.CONVERT_SECONDS = str(hanging), 1
    with pytest.raises(BadPackage, match="ไม่เสร็จในเวลา"):
        convert(docx_bytes(), "docx")


def test_memory_and_files_are_bounded(tmp_path: Path) -> None:
    limits = confined.Limits(seconds=10, memory_mb=300, file_mb=1)
    environment = {"PATH": "/usr/bin:/bin"}
    import sys

    greedy = [sys.executable, "-c", "b'x' * 900_000_000"]
    assert confined.run(greedy, limits=limits, folder=tmp_path, environment=environment).code != 0
    writing = [sys.executable, "-c", "open('big', 'wb').write(b'x' * 5_000_000)"]
    assert confined.run(writing, limits=limits, folder=tmp_path, environment=environment).code != 0
    asking = [sys.executable, "-c", "import os; print(sorted(os.environ))"]
    said = confined.run(asking, limits=limits, folder=tmp_path, environment=environment).said
    assert "SECRET_KEY" not in said and "DATABASE_URL" not in said


def test_without_the_program_only_pdf_is_taken(settings: Settings) -> None:
    settings.CONVERT_PROGRAM = "no-such-program"
    assert not office.available()
    with pytest.raises(BadPackage, match="รับได้เฉพาะไฟล์ PDF"):
        convert(docx_bytes(), "docx")


# -- what is refused --------------------------------------------------------------------------------

MACRO = changed(docx_bytes(), lambda parts: parts.update({"word/vbaProject.bin": b"x"}))
CHUNK = with_body(f'<w:altChunk xmlns:r="{R}" r:id="rIdC"/>', relation("rIdC", "aFChunk", "chunk.html", outside=False))
ENTITY = changed(
    docx_bytes(),
    lambda parts: parts.update(
        {
            "word/document.xml": b'<!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
            + parts["word/document.xml"].split(b"?>", 1)[-1]
        }
    ),
)
ENCRYPTED_ODT = changed(
    odt_bytes(),
    lambda parts: parts.update(
        {
            "META-INF/manifest.xml": parts["META-INF/manifest.xml"].replace(
                b"/>", b"><manifest:encryption-data/></manifest:file-entry>", 1
            )
        }
    ),
)
TRACKED_ODT = odt_bytes(
    '<text:tracked-changes><text:changed-region text:id="c"/></text:tracked-changes><text:p>ก</text:p>'
)
REFUSED = {
    "macros": (MACRO, "docx", "มาโคร"),
    "changes still tracked": (TRACKED, "docx", "ติดตามการแก้ไข"),
    "changes still tracked in ODT": (TRACKED_ODT, "odt", "ติดตามการแก้ไข"),
    "text from elsewhere": (CHUNK, "docx", "จากไฟล์อื่น"),
    "entities": (ENTITY, "docx", "เสียหาย"),
    "an old or locked Word file": (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "docx", "รหัสผ่าน"),
    "a locked ODT": (ENCRYPTED_ODT, "odt", "รหัสผ่าน"),
    "half a package": (docx_bytes()[:9000], "docx", "เสียหาย"),
    "a bomb": (
        packed({"[Content_Types].xml": b"x", "_rels/.rels": b"x", "word/a.xml": b"\0" * 80_000_000}),
        "docx",
        "ใหญ่ผิดปกติ",
    ),
    "names that climb": (packed({"../x": b"x", "word/document.xml": b"x"}), "docx", "เสียหาย"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_taken_is_refused_in_one_sentence(case: str) -> None:
    content, kind, words = REFUSED[case]
    with pytest.raises(BadPackage, match=words) as refusal:
        clean_package(content, kind)
    assert "\n" not in str(refusal.value) and len(str(refusal.value)) < 200


def test_a_bomb_that_lies_about_its_size_is_found_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "MAX_UNPACKED", 100_000)
    with pytest.raises(BadPackage, match="ใหญ่ผิดปกติ"):
        clean_package(docx_bytes(*["ก" * 50_000] * 4), "docx")


def test_objects_fields_and_links_are_taken_out_of_word() -> None:
    content = with_body(
        field(" DDEAUTO cmd /c calc ") + field(" PAGE ", "7") + linked_picture("rIdOut"),
        relation("rIdOut", "image", "file:///etc/passwd"),
        relation("rIdOle", "oleObject", "embeddings/o.bin", outside=False),
        relation("rIdWeb", "hyperlink", "https://example.go.th/"),
        relation("rIdBad", "hyperlink", "javascript:alert(1)"),
    )
    cleaned = clean_package(content, "docx")
    parts = unpacked(cleaned.content)
    relations = parts["word/_rels/document.xml.rels"].decode()
    document = parts["word/document.xml"].decode()
    assert "passwd" not in relations and "oleObject" not in relations and "javascript" not in relations
    assert "https://example.go.th/" in relations
    assert "DDEAUTO" not in document.replace("</w:instrText>", "") and "calc" not in document and "PA" in document
    assert {packages.LINKS_OUT, packages.OBJECTS_OUT, packages.FIELDS_OUT} <= set(cleaned.notes)


def test_scripts_and_foreign_pictures_are_taken_out_of_writer() -> None:
    svg = (
        b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><script/>'
        b'<image xlink:href="file:///etc/passwd"/></svg>'
    )
    content = odt_bytes(
        '<office:scripts><office:event-listeners><script:event-listener xlink:href="vnd.sun.star.script:x"/>'
        "</office:event-listeners></office:scripts>"
        '<text:p><text:a xlink:href="file:///etc/passwd">ก</text:a><draw:image xlink:href="../x"/>'
        '<draw:image xlink:href="Pictures/a.svg"/></text:p>',
        **{"Pictures/a.svg": svg, "Basic/Standard/Module1.xml": b"<x/>", "Scripts/python/x.py": b"import os"},
    )
    parts = unpacked(clean_package(content, "odt").content)
    text = parts["content.xml"].decode()
    assert not any(name.startswith(("Basic", "Scripts")) for name in parts)
    assert "passwd" not in text and "vnd.sun.star" not in text and 'href="../x"' not in text
    assert "Pictures/a.svg" in text
    assert b"passwd" not in parts["Pictures/a.svg"] and b"script" not in parts["Pictures/a.svg"]


def test_the_kind_of_a_package_is_what_it_holds() -> None:
    assert package_kind(docx_bytes()) == "docx"
    assert package_kind(odt_bytes()) == "odt"
    assert package_kind(packed({"xl/workbook.xml": b"", "[Content_Types].xml": b""})) == ""
    assert package_kind(b"{\\rtf1}") == ""
