"""The kinds of official letters in one table: form, paper, number, date, who ends it, and what its author fills in.

Names are those of `LetterKind` and of the forms frozen sheets are kept under. The rule of a kind stands here and nowhere
else: drafting pages take their fields from it, the registry its places, `docs/forms/` is compared with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from dataclasses import fields as fields_of
from datetime import date, datetime
from enum import Enum
from typing import Any

from common.thai import MONTHS, date_formal, local_date, thai_digits
from saraban.sheets import sheets
from saraban.sheets.parts import REGISTRY_DATE, REGISTRY_NUMBER, Attendee, Enclosure, SignerBlock


class Dated(Enum):
    """Which day stands on the paper."""

    NUMBERING = "วันที่ออกเลข"
    SIGNING = "วันที่ลงนาม"
    NONE = "ไม่มีวันที่ของหนังสือ"


class Ending(Enum):
    """What gives the letter its force: names and signatures, the agency's round seal, or nothing printed."""

    SIGNER = "ลงนาม"
    SEAL = "ประทับตรา"
    NONE = "ไม่มีการลงนามบนกระดาษ"


class Opening(Enum):
    """How the reader is addressed."""

    SALUTATION = "คำขึ้นต้น"
    TO = "ถึง"
    NONE = "ไม่มี"


class Input(Enum):
    """How a field is filled in."""

    LINE = "line"
    LINES = "lines"
    BODY = "body"
    FLAG = "flag"
    CHOICE = "choice"
    ATTENDEES = "attendees"
    PARTS = "parts"


@dataclass(frozen=True, kw_only=True)
class Field:
    """Something the author of a kind fills in. `name` in the draft's content, `to` in the sheet (the same if empty).

    `default` is offered on a new draft; `printed` is False for what only registers and searches show.
    """

    name: str
    label: str
    input: Input = Input.LINE
    required: bool = True
    to: str = ""
    help: str = ""
    default: str = ""
    printed: bool = True

    @property
    def goes_to(self) -> str:
        """The sheet's field it fills; empty for what reaches the sheet another way (`parts`, choices)."""
        return "" if self.input in (Input.PARTS, Input.CHOICE) else self.to or self.name


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of letter. `form` is its แบบที่ (0: none prescribed), `guide_group` its type in the e-Office guide (1–3).

    `registry`: the places the registry's seal fills after signature. A date that is the day of signing is set into the
    text before the first signature instead. `date_words`: before the date, when the form has words there.
    """

    name: str
    title: str
    form: int
    group: str
    guide_group: int
    sheet: type[sheets.LetterSheet]
    registry: tuple[str, ...]
    dated: Dated
    ending: Ending
    opening: Opening
    fields: tuple[Field, ...]
    number_words: str = ""
    date_words: str = ""
    era: bool = False
    folder_kinds: tuple[str, ...] = ("SEND",)

    @property
    def garuda(self) -> sheets.Crest:
        """The size of the Garuda: `large` (กระดาษตราครุฑ), `small` (กระดาษบันทึกข้อความ) or `none`."""
        return self.sheet.crest

    @property
    def sign_classes(self) -> tuple[str, ...]:
        """The classes of signature the kind allows: nobody's own certificate where nobody signs the paper."""
        return ("TYPED", "CERTIFICATE") if self.ending is Ending.SIGNER else ("TYPED",)

    def date_text(self, day: date | datetime) -> str:
        """`day` as it stands at the kind's place of the date: `๑๔ มกราคม ๒๕๖๙`, or `๑๔ มกราคม พ.ศ. ๒๕๖๙`."""
        return date_with_era(day) if self.era else date_formal(day)


def date_with_era(moment: date | datetime) -> str:
    """`๑๔ มกราคม พ.ศ. ๒๕๖๙`, as orders and announcements carry it."""
    day = local_date(moment)
    return thai_digits(f"{day.day} {MONTHS[day.month - 1]} พ.ศ. {day.year + 543}")


UNPRINTED = "ใช้ในทะเบียนและการค้นหา ไม่พิมพ์บนหนังสือ"
BODY = Field(name="body", label="ข้อความ", input=Input.BODY, to="body_html")
SUBJECT = Field(name="subject", label="เรื่อง")
REGISTER_SUBJECT = replace(SUBJECT, help=UNPRINTED, printed=False)
SALUTATION = Field(name="salutation", label="คำขึ้นต้น", input=Input.CHOICE)
ADDRESSEE = Field(name="addressee", label="ผู้รับ", help="ชื่อหรือตำแหน่งของผู้รับ")
SENDER = Field(
    name="sender_lines", label="ส่วนราชการเจ้าของหนังสือและที่ตั้ง", input=Input.LINES, help="บรรทัดแรกเป็นชื่อส่วนราชการ"
)
OWNER = Field(name="owner_line", label="ส่วนราชการเจ้าของเรื่อง", to="owner_unit", required=False)
CONTACT = Field(name="contact", label="โทร. และไปรษณีย์อิเล็กทรอนิกส์", input=Input.LINES, to="contact_lines", required=False)
COPIES = Field(name="copies_to", label="สำเนาส่ง", input=Input.LINES, required=False)
URGENCY = Field(name="urgency", label="ชั้นความเร็ว", input=Input.CHOICE, required=False)
REFERENCES = Field(name="references", label="อ้างถึง", input=Input.PARTS, required=False)
ENCLOSURES = Field(name="enclosures", label="สิ่งที่ส่งมาด้วย", input=Input.PARTS, required=False)
SIGNERS = Field(name="signers", label="ผู้ลงนาม", input=Input.PARTS)
APPROVERS = replace(SIGNERS, label="ผู้อนุมัติให้ออก", help="ไม่พิมพ์ชื่อบนหนังสือ", printed=False)
ISSUER = Field(name="issuer", label="ส่วนราชการหรือตำแหน่งของผู้มีอำนาจที่ออก", help="พิมพ์ต่อจากคำหัวเรื่องโดยไม่เว้นวรรค")
ISSUE = Field(name="issue", label="ฉบับที่", required=False, help="เฉพาะเมื่อมีหลายฉบับในเรื่องเดียวกัน")
YEAR = Field(name="year", label="พ.ศ.", help="ปีที่ออก เช่น 2569")


def _rule(name: str, title: str, form: int, sheet: type[sheets.RuleSheet]) -> Kind:
    return Kind(
        name=name, title=title, form=form, group="หนังสือสั่งการ", guide_group=3, sheet=sheet, registry=(),
        dated=Dated.SIGNING, ending=Ending.SIGNER, opening=Opening.NONE, number_words="ฉบับที่", era=True,
        date_words=sheet.dated_word, folder_kinds=("ORDER", "OTHER"),
        fields=(
            ISSUER, replace(SUBJECT, label="ว่าด้วย", help="พิมพ์ต่อจากคำว่า “ว่าด้วย”"),
            replace(ISSUE, help="เฉพาะฉบับแก้ไขเพิ่มเติม เช่น 2"), YEAR, BODY, SIGNERS,
        ),
    )  # fmt: skip


def _told(name: str, title: str, form: int, sheet: type[sheets.CommuniqueSheet]) -> Kind:
    return Kind(
        name=name, title=title, form=form, group="หนังสือประชาสัมพันธ์", guide_group=3, sheet=sheet, registry=(),
        dated=Dated.NUMBERING, ending=Ending.NONE, opening=Opening.NONE, number_words="ฉบับที่",
        folder_kinds=("ANNOUNCEMENT", "OTHER"),
        fields=(replace(ISSUER, label="ส่วนราชการที่ออก"), SUBJECT, ISSUE, BODY, APPROVERS),
    )  # fmt: skip


BOTH = (REGISTRY_NUMBER, REGISTRY_DATE)
_TABLE = (
    Kind(
        name="EXTERNAL", title="หนังสือภายนอก", form=1, group="หนังสือภายนอก", guide_group=1, sheet=sheets.ExternalSheet,
        registry=BOTH, dated=Dated.NUMBERING, ending=Ending.SIGNER, opening=Opening.SALUTATION, number_words="ที่",
        folder_kinds=("SEND", "CIRCULAR", "SECRET_SEND"),
        fields=(
            URGENCY, SENDER, SUBJECT, replace(SALUTATION, label="คำขึ้นต้นและคำลงท้าย"), ADDRESSEE, REFERENCES, ENCLOSURES,
            BODY, SIGNERS, OWNER, CONTACT, COPIES,
        ),
    ),
    Kind(
        name="MEMO", title="หนังสือภายใน (บันทึกข้อความ)", form=2, group="หนังสือภายใน", guide_group=2,
        sheet=sheets.MemoSheet, registry=BOTH, dated=Dated.NUMBERING, ending=Ending.SIGNER, opening=Opening.SALUTATION,
        number_words="ที่", folder_kinds=("SEND", "CIRCULAR", "SECRET_SEND"),
        fields=(
            URGENCY, Field(name="agency_line", label="ส่วนราชการ", help="หน่วยเจ้าของเรื่องและโทร. ในบรรทัดเดียว"), SUBJECT,
            SALUTATION, ADDRESSEE, BODY, SIGNERS, COPIES,
        ),
    ),
    Kind(
        name="STAMPED", title="หนังสือประทับตรา", form=3, group="หนังสือประทับตรา", guide_group=3,
        sheet=sheets.StampedSheet, registry=(), dated=Dated.NUMBERING, ending=Ending.SEAL, opening=Opening.TO,
        number_words="ที่", folder_kinds=("SEND", "CIRCULAR", "SECRET_SEND"),
        fields=(
            URGENCY, REGISTER_SUBJECT, replace(ADDRESSEE, label="ถึง", help="ชื่อส่วนราชการ หน่วยงาน หรือบุคคล"), BODY,
            replace(ISSUER, label="ส่วนราชการที่ส่งหนังสือออก", help="ระดับกรมขึ้นไป ชื่อเดียวกับบนตรา"),
            replace(SIGNERS, label="ผู้ลงชื่อย่อกำกับตรา", help="หัวหน้าระดับกองหรือผู้ได้รับมอบหมาย"), OWNER, CONTACT, COPIES,
        ),
    ),
    Kind(
        name="ORDER", title="คำสั่ง", form=4, group="หนังสือสั่งการ", guide_group=3, sheet=sheets.OrderSheet,
        registry=(REGISTRY_NUMBER,), dated=Dated.SIGNING, ending=Ending.SIGNER, opening=Opening.NONE,
        number_words="ที่", era=True, date_words=sheets.OrderSheet.dated_word, folder_kinds=("ORDER",),
        fields=(ISSUER, SUBJECT, BODY, SIGNERS),
    ),
    _rule("RULE", "ระเบียบ", 5, sheets.RuleSheet),
    _rule("BYLAW", "ข้อบังคับ", 6, sheets.BylawSheet),
    Kind(
        name="ANNOUNCEMENT", title="ประกาศ", form=7, group="หนังสือประชาสัมพันธ์", guide_group=3,
        sheet=sheets.AnnouncementSheet, registry=(), dated=Dated.SIGNING, ending=Ending.SIGNER, opening=Opening.NONE,
        era=True, date_words=sheets.AnnouncementSheet.dated_word, folder_kinds=("ANNOUNCEMENT", "E_BIDDING", "OTHER"),
        fields=(
            ISSUER, SUBJECT, BODY, SIGNERS,
            Field(name="heading", label="คำหัวเรื่องอื่น", required=False, help="เมื่อกฎหมายให้เรียกอย่างอื่น เช่น แจ้งความ"),
        ),
    ),
    _told("COMMUNIQUE", "แถลงการณ์", 8, sheets.CommuniqueSheet),
    _told("NEWS", "ข่าว", 9, sheets.NewsSheet),
    Kind(
        name="CERTIFICATE", title="หนังสือรับรอง", form=10, group="หนังสือที่เจ้าหน้าที่ทำขึ้นหรือรับไว้เป็นหลักฐาน", guide_group=3,
        sheet=sheets.CertificateSheet, registry=(REGISTRY_NUMBER,), dated=Dated.SIGNING, ending=Ending.SIGNER,
        opening=Opening.NONE, number_words="เลขที่", era=True, date_words="ให้ไว้ ณ วันที่",
        folder_kinds=("CERTIFICATE", "SEND"),
        fields=(
            SENDER, REGISTER_SUBJECT,
            replace(BODY, default="<p>หนังสือฉบับนี้ให้ไว้เพื่อรับรองว่า</p>", help="ขึ้นต้นว่า “หนังสือฉบับนี้ให้ไว้เพื่อรับรองว่า”"),
            SIGNERS,
            Field(name="photo", label="มีที่ติดรูปถ่าย ๔ × ๖ ซม.", input=Input.FLAG, required=False, help="เฉพาะเรื่องสำคัญ"),
            Field(name="holder", label="ผู้ได้รับการรับรอง", required=False, help="พิมพ์ใต้รูปถ่าย"),
        ),
    ),
    Kind(
        name="MINUTES", title="รายงานการประชุม", form=11, group="หนังสือที่เจ้าหน้าที่ทำขึ้นหรือรับไว้เป็นหลักฐาน", guide_group=3,
        sheet=sheets.MinutesSheet, registry=(), dated=Dated.NONE, ending=Ending.SIGNER, opening=Opening.NONE,
        number_words="ครั้งที่", folder_kinds=("OTHER",),
        fields=(
            REGISTER_SUBJECT, Field(name="committee", label="ชื่อคณะที่ประชุม", help="พิมพ์ต่อจากคำว่า “รายงานการประชุม”"),
            Field(name="meeting_no", label="ครั้งที่", help="เช่น 1/2569"),
            Field(name="held", label="เมื่อ", help="เช่น วันพุธที่ 14 มกราคม 2569"), Field(name="venue", label="ณ"),
            Field(
                name="present", label="ผู้มาประชุม", input=Input.ATTENDEES, help="บรรทัดละคน: ชื่อ | ตำแหน่ง | หมายเหตุ เช่น ประธาน หรือ แทน …"
            ),
            Field(
                name="absent", label="ผู้ไม่มาประชุม", input=Input.ATTENDEES, required=False, help="บรรทัดละคน: ชื่อ | ตำแหน่ง | เหตุผล"
            ),
            Field(name="attending", label="ผู้เข้าร่วมประชุม", input=Input.ATTENDEES, required=False, help="ผู้ที่มิได้เป็นกรรมการ"),
            Field(name="began", label="เริ่มประชุมเวลา", help="เช่น 09.30 น."), BODY,
            Field(name="ended", label="เลิกประชุมเวลา", help="เช่น 12.00 น."),
            replace(SIGNERS, label="ผู้จดรายงานการประชุม", help="คนที่สองเป็นผู้ตรวจรายงานการประชุม"),
        ),
    ),
    Kind(
        name="NOTE", title="บันทึก", form=0, group="หนังสือที่เจ้าหน้าที่ทำขึ้นหรือรับไว้เป็นหลักฐาน", guide_group=3,
        sheet=sheets.NoteSheet, registry=(), dated=Dated.SIGNING, ending=Ending.SIGNER, opening=Opening.SALUTATION,
        folder_kinds=("OTHER", "SEND"),
        fields=(URGENCY, REGISTER_SUBJECT, SALUTATION, ADDRESSEE, BODY, replace(SIGNERS, label="ผู้บันทึก")),
    ),
    Kind(
        name="OTHER", title="หนังสืออื่น", form=0, group="หนังสือที่เจ้าหน้าที่ทำขึ้นหรือรับไว้เป็นหลักฐาน", guide_group=3,
        sheet=sheets.OtherSheet, registry=(), dated=Dated.SIGNING, ending=Ending.SIGNER, opening=Opening.NONE,
        folder_kinds=("OTHER", "CONTRACT", "PRICE_LIST"),
        fields=(URGENCY, replace(SUBJECT, label="ชื่อเรื่อง"), BODY, replace(SIGNERS, required=False), COPIES),
    ),
)  # fmt: skip
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _TABLE}


def kind_of(name: str) -> Kind:
    """The kind named as `LetterKind` names it. Raises KeyError."""
    return KINDS[name]


def build(
    name: str,
    values: Mapping[str, Any],
    *,
    signers: tuple[SignerBlock, ...] = (),
    salutation: str = "",
    closing: str = "",
    references: tuple[str, ...] = (),
    enclosures: tuple[Enclosure, ...] = (),
    urgency: str = "",
    secrecy: str = "",
    body_thai_digits: bool = False,
    enclosure_link: str = "",
) -> sheets.LetterSheet:
    """The sheet of kind `name` from what its author typed: `values` by the fields' names, lists as lines of one text.

    Words the kind has no place for are left out (an approver's name on a communiqué, a closing on a memo).
    """
    kind = kind_of(name)
    given: dict[str, Any] = {
        "salutation": salutation, "closing": closing, "references": references, "enclosures": enclosures,
        "urgency": urgency, "secrecy": secrecy, "body_thai_digits": body_thai_digits, "enclosure_link": enclosure_link,
        "signers": signers if kind.ending is not Ending.NONE else (),
    }  # fmt: skip
    given |= {field.goes_to: _value(field, values.get(field.name)) for field in kind.fields if field.goes_to}
    known = {field.name for field in fields_of(kind.sheet)}
    return kind.sheet(**{key: value for key, value in given.items() if key in known})


def _value(field: Field, typed: Any) -> Any:
    if field.input is Input.FLAG:
        return bool(typed)
    text = str(typed or "")
    if field.input is Input.BODY:
        return text
    if field.input is Input.LINE:
        return text.strip()
    lines = tuple(line.strip() for line in text.splitlines() if line.strip())
    return tuple(Attendee.read(line) for line in lines) if field.input is Input.ATTENDEES else lines
