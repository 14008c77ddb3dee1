"""PDFs made elsewhere, taken in as paper: only what stands on the pages, nothing that runs, hides or reaches out.

`take_in` works in a confined process of its own (`files.confined`), since a hostile file may cost any amount of memory
and time. Every page becomes an upright page whose corner is its origin, so that a place in millimetres means the same
to everybody. Links, scripts, attachments, layers and bookmarks are not brought along; what is filled into a form
becomes part of the page. A file that is locked, signed already, or draws on other files is refused.
"""

from __future__ import annotations

import io
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf

from files import confined
from files.pdf import BadPdf, page_count, page_png, page_text

LOCKED = "ไฟล์ PDF ถูกเข้ารหัสหรือจำกัดสิทธิ์ไว้ โปรดบันทึกใหม่โดยไม่ใส่รหัสผ่าน"
SIGNED = "ไฟล์ PDF นี้ลงลายมือชื่ออิเล็กทรอนิกส์มาแล้ว นำมาเป็นตัวหนังสือไม่ได้ ให้แนบเป็นสิ่งที่ส่งมาด้วยแทน"
XFA = "ไฟล์ PDF เป็นแบบฟอร์ม XFA ซึ่งไม่มีเนื้อหาบนหน้ากระดาษ โปรดพิมพ์เป็น PDF ใหม่แล้วอัปโหลดอีกครั้ง"
UNDRAWN = "ช่องกรอกในไฟล์ PDF ยังไม่ถูกวาดลงบนหน้ากระดาษ โปรดพิมพ์เป็น PDF ใหม่แล้วอัปโหลดอีกครั้ง"
ELSEWHERE = "ไฟล์ PDF ดึงเนื้อหาจากไฟล์อื่น โปรดพิมพ์เป็น PDF ใหม่แล้วอัปโหลดอีกครั้ง"
BROKEN = "ไฟล์นี้ไม่ใช่ PDF หรือข้อมูลภายในเสียหาย โปรดบันทึกใหม่แล้วอัปโหลดอีกครั้ง"
TOO_HARD = "ไฟล์ PDF ซับซ้อนเกินกว่าที่ระบบประมวลผลได้ โปรดพิมพ์เป็น PDF ใหม่แล้วอัปโหลดอีกครั้ง"
NO_PAGES = "ไฟล์ PDF ไม่มีหน้าเอกสาร"
ODD_SIZE = "หน้ากระดาษหน้าที่ {} มีขนาดที่ระบบรับไม่ได้ ด้านหนึ่งต้องยาว 50 ถึง 1,200 มิลลิเมตร"

SCRIPTS = "ชุดคำสั่งในไฟล์ถูกตัดออก"
ATTACHED = "ไฟล์ที่ฝังมาในไฟล์ถูกตัดออก หากต้องส่งด้วยให้แนบเป็นสิ่งที่ส่งมาด้วย"
FILLED = "ช่องกรอกในไฟล์กลายเป็นข้อความบนหน้ากระดาษ"
LINKED = "จุดเชื่อมโยงในไฟล์ถูกตัดออก"
LAYERS = "ชั้นข้อมูลที่ซ่อนได้ถูกแสดงทั้งหมด โปรดตรวจหน้ากระดาษ"
PICTURE = "ไฟล์เป็นภาพ จึงค้นหาหรือคัดลอกข้อความจากหนังสือไม่ได้"

SHORTEST_MM, LONGEST_MM = 50.0, 1200.0
MM_PER_POINT = 25.4 / 72
MAX_OBJECTS = 400_000
MEMORY_MB, FILE_MB, SECONDS = 2048, 400, 25


@dataclass(frozen=True, slots=True)
class TakenIn:
    """The paper, its number of pages, and what was left behind, as sentences."""

    pdf: bytes
    pages: int
    notes: tuple[str, ...]


def take_in(content: bytes, *, most_pages: int) -> TakenIn:
    """`content` as paper. Raises `BadPdf` with one Thai sentence."""
    with tempfile.TemporaryDirectory(prefix="eoffice-paper-") as place:
        folder = Path(place)
        (folder / "in.pdf").write_bytes(content)
        limits = confined.Limits(SECONDS, MEMORY_MB, FILE_MB)
        home = str(Path(__file__).resolve().parent.parent)
        command = [sys.executable, "-m", "files.foreign_pdf", "in.pdf", "out.pdf", str(most_pages)]
        environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": home, "LANG": "C.UTF-8", "TMPDIR": place, "HOME": place}
        try:
            confined.run(command, limits=limits, folder=folder, environment=environment)
        except confined.TooSlow as error:
            raise BadPdf(TOO_HARD) from error
        answer = folder / "answer.json"
        if not answer.is_file():
            raise BadPdf(TOO_HARD)
        said: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
        if "refused" in said:
            raise BadPdf(str(said["refused"]))
        return TakenIn((folder / "out.pdf").read_bytes(), int(said["pages"]), tuple(said["notes"]))


def redraw(content: bytes, *, most_pages: int) -> TakenIn:
    """What `take_in` does, in this process."""
    try:
        with pikepdf.open(io.BytesIO(content)) as document:
            return _redrawn(document, most_pages)
    except pikepdf.PasswordError as error:
        raise BadPdf(LOCKED) from error
    except BadPdf:
        raise
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, RuntimeError, IndexError) as error:
        raise BadPdf(BROKEN) from error


def _redrawn(document: pikepdf.Pdf, most_pages: int) -> TakenIn:
    if document.is_encrypted:
        raise BadPdf(LOCKED)
    if len(document.objects) > MAX_OBJECTS:
        raise BadPdf(TOO_HARD)
    count = len(document.pages)
    if not count:
        raise BadPdf(NO_PAGES)
    if count > most_pages:
        raise BadPdf(f"ไฟล์มี {count:,} หน้า รับได้ไม่เกิน {most_pages:,} หน้า ให้แยกส่วนที่ยาวเป็นสิ่งที่ส่งมาด้วย")
    notes = _look(document)
    if "/OCProperties" in document.Root:
        del document.Root.OCProperties
    document.flatten_annotations("all")
    paper = pikepdf.new()
    for number, page in enumerate(document.pages, start=1):
        _upright(paper, page, number)
    out = io.BytesIO()
    paper.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    made = out.getvalue()
    if page_count(made) != count:
        raise BadPdf(BROKEN)
    page_png(made, 0, 200)
    if not any(page_text(made, number).strip() for number in range(min(count, 5))):
        notes.append(PICTURE)
    return TakenIn(made, count, tuple(notes))


def _look(document: pikepdf.Pdf) -> list[str]:
    """What will be left behind. Raises `BadPdf` for what cannot be."""
    root, notes = document.Root, []
    form = root.get("/AcroForm")
    if form is not None and "/XFA" in form:
        raise BadPdf(XFA)
    if form is not None and bool(form.get("/NeedAppearances", False)) and len(form.get("/Fields", [])):
        raise BadPdf(UNDRAWN)
    if "/Perms" in root or "/DSS" in root:
        raise BadPdf(SIGNED)
    opening = root.get("/OpenAction")  # a place to open at, which is harmless, or an action
    scripts = "/AA" in root or (isinstance(opening, pikepdf.Dictionary) and opening.get("/S") != "/GoTo")
    linked = filled = False
    names = root.get("/Names", pikepdf.Dictionary())
    attached = "/AF" in root or "/Collection" in root or "/EmbeddedFiles" in names
    scripts = scripts or "/JavaScript" in names
    for one in document.objects:
        if not isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
            continue
        if isinstance(one, pikepdf.Stream) and any(key in one for key in ("/F", "/FFilter", "/FDecodeParms")):
            raise BadPdf(ELSEWHERE)
        kind, sub = one.get("/FT"), one.get("/Subtype")
        if "/ByteRange" in one or (kind == "/Sig" and one.get("/V") is not None):
            raise BadPdf(SIGNED)
        filled = filled or (kind is not None and kind != "/Sig")
        linked = linked or sub == "/Link"
        scripts = scripts or one.get("/S") in ("/JavaScript", "/Launch") or "/JS" in one
        attached = attached or sub == "/FileAttachment" or one.get("/Type") == "/EmbeddedFile"
    found = ((scripts, SCRIPTS), (attached, ATTACHED), (filled, FILLED), (linked, LINKED))
    notes += [sentence for there, sentence in found if there]
    if "/OCProperties" in root:
        notes.append(LAYERS)
    return notes


def _upright(paper: pikepdf.Pdf, page: pikepdf.Page, number: int) -> None:
    """Append `page` to `paper`: turned as it is shown, cut as it is shown, its corner at the origin, without strings."""
    left, bottom, right, top = (float(value) for value in page.cropbox)
    left, right, bottom, top = min(left, right), max(left, right), min(bottom, top), max(bottom, top)
    unit = float(page.obj.get("/UserUnit", 1) or 1)
    turned = int(page.obj.get("/Rotate", 0) or 0) % 360 in (90, 270)
    width, height = (right - left) * unit, (top - bottom) * unit
    if turned:
        width, height = height, width
    if not all(SHORTEST_MM <= side * MM_PER_POINT <= LONGEST_MM for side in (width, height)):
        raise BadPdf(ODD_SIZE.format(number))
    for name in ("/TrimBox", "/ArtBox", "/BleedBox", "/Annots", "/AA", "/UserUnit", "/B"):
        if name in page.obj:
            del page.obj[name]
    page.cropbox = pikepdf.Array([left, bottom, right, top])
    page.trimbox = pikepdf.Array([left, bottom, right, top])
    paper.add_blank_page(page_size=(round(width, 3), round(height, 3)))
    paper.pages[-1].add_overlay(page, pikepdf.Rectangle(0, 0, width, height))


def _main(source: str, target: str, most_pages: str) -> None:
    """In the confined process: the paper beside the answer."""
    try:
        made = redraw(Path(source).read_bytes(), most_pages=int(most_pages))
    except BadPdf as refusal:
        answer: dict[str, Any] = {"refused": str(refusal)}
    else:
        Path(target).write_bytes(made.pdf)
        answer = {"pages": made.pages, "notes": made.notes}
    Path("answer.json").write_text(json.dumps(answer, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    _main(*sys.argv[1:4])
