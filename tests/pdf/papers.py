"""Letters for the tests of print, and ways to read a PDF back."""

from __future__ import annotations

import io
import re
import subprocess
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from PIL import Image

from files.pdf import page_count, page_text
from saraban.sheets import Enclosure, ExternalSheet, MemoSheet, SignerBlock

MM_PER_POINT = 25.4 / 72
GOVERNOR = SignerBlock("นายสมชาย ใจดี", ("ผู้ว่าราชการจังหวัดปทุมธานี",), "signer-1")
BODY = (
    "<p>ตามที่คณะกรรมการดิจิทัลเพื่อเศรษฐกิจและสังคมแห่งชาติ ได้มีมติเห็นชอบเป้าหมายและแนวทางการดำเนินการ"
    "เพื่อขับเคลื่อนการใช้งานเอกสารอิเล็กทรอนิกส์ในระบบ e-Office ของส่วนราชการทั้งส่วนกลางและส่วนภูมิภาค นั้น</p>"
    "<p>จังหวัดปทุมธานีขอรายงานผลการดำเนินงาน ดังนี้</p>"
    "<ol><li>จำนวนหนังสือที่รับส่งทั้งสิ้น 12,450 ฉบับ</li><li>ผู้บริหารลงนามครบทุกตำแหน่ง</li></ol>"
    "<p>จึงเรียนมาเพื่อโปรดพิจารณา</p>"
)


def external(**changes: Any) -> ExternalSheet:
    """An external letter with every element of แบบที่ 1, not yet numbered."""
    values: dict[str, Any] = {
        "urgency": "ด่วนที่สุด",
        "sender_lines": ("ศาลากลางจังหวัดปทุมธานี", "ถนนปทุมธานี-สามโคก ปท 12000"),
        "subject": "ขอให้รายงานผลการใช้งานระบบเอกสารอิเล็กทรอนิกส์ของส่วนราชการในจังหวัด และแผนการดำเนินงานในปีถัดไป",
        "salutation": "เรียน",
        "addressee": "ปลัดกระทรวงดิจิทัลเพื่อเศรษฐกิจและสังคม",
        "references": ("หนังสือสำนักงานปลัดกระทรวงดิจิทัลเพื่อเศรษฐกิจและสังคม ที่ ดศ 0201/ว 902 ลงวันที่ 3 สิงหาคม 2569",),
        "enclosures": (Enclosure("แบบรายงานผล", "จำนวน 1 ชุด"), Enclosure("รายชื่อผู้ประสานงาน", "จำนวน 2 แผ่น")),
        "body_html": BODY,
        "closing": "ขอแสดงความนับถือ",
        "signers": (GOVERNOR,),
        "owner_unit": "สำนักงานจังหวัด",
        "contact_lines": ("โทร. 0 2581 6038", "ไปรษณีย์อิเล็กทรอนิกส์ saraban2@pathumthani.go.th"),
        "copies_to": ("นายอำเภอเมืองปทุมธานี",),
    }
    return ExternalSheet(**(values | changes))


def memo(**changes: Any) -> MemoSheet:
    """A memo with every element of แบบที่ 2, not yet numbered."""
    values: dict[str, Any] = {
        "agency_line": "สำนักงานจังหวัดปทุมธานี กลุ่มงานอำนวยการ โทร. 0 2581 6038",
        "subject": "ขออนุมัติเดินทางไปราชการ",
        "salutation": "เรียน",
        "addressee": "ผู้ว่าราชการจังหวัดปทุมธานี",
        "body_html": BODY,
        "signers": (SignerBlock("นางสาวปัทมา น้ำทิพย์", ("หัวหน้าสำนักงานจังหวัดปทุมธานี",), "signer-1"),),
    }
    return MemoSheet(**(values | changes))


def crest() -> bytes:
    """A square PNG in the Garuda's stead."""
    out = io.BytesIO()
    Image.new("RGB", (300, 300), (120, 20, 20)).save(out, "PNG")
    return out.getvalue()


def poppler_text(pdf: bytes, *options: str) -> str:
    """What `pdftotext` reads."""
    command = ["pdftotext", *options, "-", "-"]
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()


def pdfium_text(pdf: bytes) -> str:
    """What pdfium reads, all pages."""
    return "\n".join(page_text(pdf, page) for page in range(page_count(pdf)))


@dataclass(frozen=True)
class Word:
    """A run of letters between spaces, with its box in mm from the page's top left; `page` from 0."""

    text: str
    page: int
    left: float
    top: float
    right: float
    bottom: float


def words(pdf: bytes) -> list[Word]:
    """Every word on the pages with its box, as poppler sees them."""
    source = poppler_text(pdf, "-bbox")
    root = ElementTree.fromstring(re.sub(r"<!DOCTYPE[^>]*>", "", source))
    space = {"h": "http://www.w3.org/1999/xhtml"}
    found = []
    for number, page in enumerate(root.findall(".//h:page", space)):
        for item in page.findall("h:word", space):
            box = [float(item.attrib[side]) * MM_PER_POINT for side in ("xMin", "yMin", "xMax", "yMax")]
            found.append(Word(item.text or "", number, *box))
    return found


def word(pdf: bytes, text: str) -> Word:
    """The first word that is `text`."""
    return next(one for one in words(pdf) if one.text == text)
