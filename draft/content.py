"""The content of a draft as one value: the fields of the form and the body. Saving, comparing, restoring, setting use it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime, time
from decimal import Decimal
from typing import Any, Self

from django.utils import timezone

from common.access import Invalid
from common.money import baht, parse_amount
from common.thai import BANGKOK, date_short, parse_date
from draft import plan, salutations
from draft.kinds import field_of, may_circulate
from draft.models import Draft, DraftVersion
from saraban.models import SignClass
from saraban.sheets.kinds import kind_of

SUBJECT_LENGTH, LINE_LENGTH, LINES_LENGTH, PEOPLE_LENGTH = 500, 300, 1500, 20_000
MOST_SIGNERS = 10

LABELS = {
    "issuer": "ส่วนราชการที่ออก",
    "subject": "เรื่อง",
    "issue": "ฉบับที่",
    "year": "พ.ศ.",
    "salutation": "คำขึ้นต้นและคำลงท้าย",
    "addressee": "เรียนถึง",
    "sender_lines": "ส่วนราชการเจ้าของหนังสือและที่อยู่",
    "agency_line": "ส่วนราชการ",
    "committee": "ชื่อคณะที่ประชุม",
    "meeting_no": "ครั้งที่",
    "held": "เมื่อ",
    "venue": "ณ",
    "present": "ผู้มาประชุม",
    "absent": "ผู้ไม่มาประชุม",
    "attending": "ผู้เข้าร่วมประชุม",
    "began": "เริ่มประชุมเวลา",
    "body": "เนื้อความ",
    "upload": "ไฟล์ที่ใช้เป็นตัวหนังสือ",
    "places": "ตำแหน่งบนไฟล์",
    "ended": "เลิกประชุมเวลา",
    "heading": "คำหัวเรื่องอื่น",
    "photo": "ที่ติดรูปถ่าย",
    "holder": "ผู้ได้รับการรับรอง",
    "owner_line": "ส่วนราชการเจ้าของเรื่อง",
    "contact": "ช่องทางติดต่อ",
    "copies_to": "สำเนาส่ง",
    "urgency": "ชั้นความเร็ว",
    "circular": "หนังสือเวียน",
    "folder": "แฟ้มที่จะออกเลข",
    "sign_class": "วิธีลงนาม",
    "signers": "ผู้ลงนาม",
    "reviewers": "ผู้ตรวจ",
    "due": "กำหนดเสร็จ",
    "amount": "วงเงิน",
    "thai_body": "เลขไทยในเนื้อความ",
}


@dataclass(frozen=True, kw_only=True)
class Content:
    """What a draft says. Lists of lines are one text; posts and folders are ids; `due` and `amount` are the date
    and the money as typed.

    `upload`: the `UploadedPaper` that stands in the body's stead; `places` on it: by name page from 0, left, top, width,
    height in mm. It holds the fields of all kinds, so that a draft that changes its kind and back loses nothing.
    """

    subject: str = ""
    salutation: str = salutations.DEFAULT
    addressee: str = ""
    sender_lines: str = ""
    agency_line: str = ""
    body: str = ""
    owner_line: str = ""
    contact: str = ""
    copies_to: str = ""
    issuer: str = ""
    issue: str = ""
    year: str = ""
    heading: str = ""
    committee: str = ""
    meeting_no: str = ""
    held: str = ""
    venue: str = ""
    present: str = ""
    absent: str = ""
    attending: str = ""
    began: str = ""
    ended: str = ""
    photo: bool = False
    holder: str = ""
    urgency: int = 0
    circular: bool = False
    folder: int | None = None
    sign_class: str = SignClass.TYPED
    signers: tuple[int, ...] = ()
    reviewers: plan.Plan = ()
    due: str = ""
    amount: str = ""
    thai_body: bool = True
    upload: int | None = None
    places: Mapping[str, list[float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Reviewers may be given as they are kept: ids or mappings (see `draft.plan`)."""
        object.__setattr__(self, "reviewers", plan.read(self.reviewers))

    @classmethod
    def of(cls, source: Draft | DraftVersion) -> Self:
        """The content kept in the working copy or in a version."""
        return cls.from_json(source.fields, source.body)

    @classmethod
    def from_json(cls, values: Mapping[str, Any], body: str) -> Self:
        """The content kept as JSON; names this form does not know are left out."""
        known = {field.name for field in fields(cls)} - {"body"}
        kept: dict[str, Any] = {
            name: tuple(v) if isinstance(v, list) else v for name, v in values.items() if name in known
        }
        return cls(body=body, **kept)

    def to_json(self) -> dict[str, Any]:
        """The fields as JSON values, without the body."""
        values = asdict(self)
        del values["body"]
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}

    def with_fields(self, other: Content, names: set[str]) -> Self:
        """This content with the named fields of `other`."""
        return replace(self, **{name: getattr(other, name) for name in names})

    def fitted(self, kind: str) -> Self:
        """This content as a letter of `kind` may have it: a class of signature and a circular mark the kind knows."""
        classes = kind_of(kind).sign_classes
        return replace(
            self,
            sign_class=self.sign_class if self.sign_class in classes else classes[0],
            circular=self.circular and may_circulate(kind),
        )

    def differing(self, other: Content) -> list[str]:
        """The names of the fields that differ, in the order of the form."""
        return [name for name in LABELS if getattr(self, name) != getattr(other, name)]

    def due_at(self) -> datetime | None:
        """The end of the working day typed as the deadline; None when there is none. Raises `Invalid`."""
        if not self.due.strip():
            return None
        return timezone.make_aware(datetime.combine(parse_date(self.due), time(16, 30)), BANGKOK)

    def due_or_none(self) -> datetime | None:
        """The deadline when what was typed is a date."""
        try:
            return self.due_at()
        except Invalid:
            return None

    def money(self) -> Decimal | None:
        """The money the matter is about, in baht; None when there is none. Raises `Invalid`."""
        return parse_amount(self.amount)

    def money_or_none(self) -> Decimal | None:
        """The money when what was typed is an amount."""
        try:
            return self.money()
        except Invalid:
            return None

    @property
    def amount_shown(self) -> str:
        """The money as an amount, or as it was typed."""
        money = self.money_or_none()
        return self.amount if money is None else baht(money)

    @property
    def due_shown(self) -> str:
        """The deadline as a date, or as it was typed."""
        at = self.due_or_none()
        return date_short(at) if at else self.due


def label_of(kind: str, name: str) -> str:
    """How a kind calls a field on its form; "เนื้อความ" for the body of any."""
    field = field_of(kind, name)
    return LABELS[name] if field is None or name in ("body", "reviewers") else field.label
