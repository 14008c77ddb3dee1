"""The forms as frozen values: แบบที่ 1–11, บันทึก and หนังสืออื่น (ระเบียบงานสารบรรณ พ.ศ. 2526).

Empty text or an empty tuple leaves its element out. Digits are turned to Thai ones by two flags: `thai_digits` for what
the form itself writes (number, date, address, references, amounts, telephone, list and page numbers) and
`body_thai_digits` for the author's own words (subject, body, titles of enclosures).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Literal, Self

from saraban.sheets.parts import Attendee, Enclosure, SignerBlock, TypedSignature

Crest = Literal["large", "small", "none"]


@dataclass(frozen=True, kw_only=True)
class LetterSheet:
    """What all forms share. `number` and `date_text` may be blank: their places are then kept free.

    `body_html` is sanitised HTML (p, ol, ul, li, table, b, strong, i, em, u, br); anything else in it is dropped.
    `garuda` is a PNG, JPEG or SVG image; without it a dashed frame says so. `mark` is a watermark such as `ร่าง`.
    `subject` names the document in registers and in the PDF even where the form does not print it.
    `enclosure_link`: the public address of the enclosures, printed with its QR code.
    `crest`: the Garuda's size; `roles`: what is printed under the title of each signer, by order.
    """

    template: ClassVar[str]
    styles: ClassVar[tuple[str, ...]]
    crest: ClassVar[Crest] = "large"
    roles: ClassVar[tuple[str, ...]] = ()
    marks_headings: ClassVar[bool] = False

    subject: str
    body_html: str
    signers: tuple[SignerBlock, ...] = ()
    urgency: str = ""
    secrecy: str = ""
    number: str = ""
    date_text: str = ""
    copies_to: tuple[str, ...] = ()
    thai_digits: bool = True
    body_thai_digits: bool = False
    enclosure_link: str = ""
    garuda: bytes | None = None
    mark: str = ""

    def with_typed_signatures(self, typed: dict[str, TypedSignature]) -> Self:
        """This letter with typed approvals (class ก) printed at the places `typed` names; raises `KeyError`."""
        missing = typed.keys() - {signer.place for signer in self.signers}
        if missing:
            raise KeyError(f"no signer has the place {sorted(missing)[0]}")
        signers = (replace(signer, typed=typed.get(signer.place, signer.typed)) for signer in self.signers)
        return replace(self, signers=tuple(signers))


@dataclass(frozen=True, kw_only=True)
class AddressedSheet(LetterSheet):
    """A form with a คำขึ้นต้น and whom it addresses."""

    salutation: str
    addressee: str


@dataclass(frozen=True, kw_only=True)
class ExternalSheet(AddressedSheet):
    """หนังสือภายนอก (แบบที่ 1): `sender_lines` are the owner agency and its postal address."""

    template: ClassVar[str] = "pdf/external.html"
    styles: ClassVar[tuple[str, ...]] = ("pdf/paper.css", "pdf/crest.css")

    sender_lines: tuple[str, ...]
    closing: str
    references: tuple[str, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    owner_unit: str = ""
    contact_lines: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MemoSheet(AddressedSheet):
    """บันทึกข้อความ (แบบที่ 2): `agency_line` is the owner unit with its telephone, on one line."""

    template: ClassVar[str] = "pdf/memo.html"
    styles: ClassVar[tuple[str, ...]] = ("pdf/paper.css", "pdf/memo.css")
    crest: ClassVar[Crest] = "small"

    agency_line: str


@dataclass(frozen=True, kw_only=True)
class StampedSheet(LetterSheet):
    """หนังสือประทับตรา (แบบที่ 3): the agency's round seal stands for a signature; `signers` initial it.

    The seal is drawn once number and date stand on the paper; until then its place is an empty ring.
    """

    template: ClassVar[str] = "pdf/stamped.html"
    styles: ClassVar[tuple[str, ...]] = ("pdf/paper.css", "pdf/crest.css")

    addressee: str
    issuer: str
    owner_unit: str = ""
    contact_lines: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class HeadedSheet(LetterSheet):
    """Forms under a centred heading: what it is and who issues it (`คำสั่งจังหวัดปทุมธานี`).

    `heading` replaces the form's own word where a law names it otherwise (แจ้งความ for ประกาศ).
    """

    template: ClassVar[str] = "pdf/headed.html"
    styles: ClassVar[tuple[str, ...]] = ("pdf/paper.css", "pdf/crest.css")
    word: ClassVar[str]
    subject_word: ClassVar[str] = "เรื่อง"
    number_word: ClassVar[str] = ""
    dated_word: ClassVar[str] = "ประกาศ ณ วันที่"

    issuer: str
    heading: str = ""

    @property
    def first_line(self) -> str:
        """The first line of the heading."""
        return f"{self.heading or self.word}{self.issuer}"


@dataclass(frozen=True, kw_only=True)
class OrderSheet(HeadedSheet):
    """คำสั่ง (แบบที่ 4): `number` is `n/พ.ศ.`."""

    word: ClassVar[str] = "คำสั่ง"
    number_word: ClassVar[str] = "ที่"
    dated_word: ClassVar[str] = "สั่ง ณ วันที่"


@dataclass(frozen=True, kw_only=True)
class RuleSheet(HeadedSheet):
    """ระเบียบ (แบบที่ 5): `subject` is what it is about (ว่าด้วย…); `issue` is the n of (ฉบับที่ n), for an amendment."""

    word: ClassVar[str] = "ระเบียบ"
    subject_word: ClassVar[str] = "ว่าด้วย"

    year: str
    issue: str = ""


@dataclass(frozen=True, kw_only=True)
class BylawSheet(RuleSheet):
    """ข้อบังคับ (แบบที่ 6)."""

    word: ClassVar[str] = "ข้อบังคับ"


@dataclass(frozen=True, kw_only=True)
class AnnouncementSheet(HeadedSheet):
    """ประกาศ (แบบที่ 7)."""

    word: ClassVar[str] = "ประกาศ"


@dataclass(frozen=True, kw_only=True)
class CommuniqueSheet(HeadedSheet):
    """แถลงการณ์ (แบบที่ 8): nobody signs; it ends with the issuing agency and the date. `issue`: ฉบับที่, when several."""

    template: ClassVar[str] = "pdf/told.html"
    word: ClassVar[str] = "แถลงการณ์"

    issue: str = ""


@dataclass(frozen=True, kw_only=True)
class NewsSheet(CommuniqueSheet):
    """ข่าว (แบบที่ 9): as a communiqué, on plain paper."""

    crest: ClassVar[Crest] = "none"
    word: ClassVar[str] = "ข่าว"


@dataclass(frozen=True, kw_only=True)
class CertificateSheet(LetterSheet):
    """หนังสือรับรอง (แบบที่ 10). `photo` keeps the place of a 4 × 6 cm photograph, with `holder`'s signature under it."""

    template: ClassVar[str] = "pdf/certificate.html"
    styles: ClassVar[tuple[str, ...]] = ("pdf/paper.css", "pdf/crest.css")

    sender_lines: tuple[str, ...]
    photo: bool = False
    holder: str = ""


@dataclass(frozen=True, kw_only=True)
class MinutesSheet(LetterSheet):
    """รายงานการประชุม (แบบที่ 11): `meeting_no` is `n/พ.ศ.`, `held` the day, `began` and `ended` times of day."""

    template: ClassVar[str] = "pdf/minutes.html"
    styles: ClassVar[tuple[str, ...]] = ("pdf/paper.css", "pdf/crest.css")
    crest: ClassVar[Crest] = "none"
    roles: ClassVar[tuple[str, ...]] = ("ผู้จดรายงานการประชุม", "ผู้ตรวจรายงานการประชุม")
    marks_headings: ClassVar[bool] = True

    committee: str
    meeting_no: str
    held: str
    venue: str
    present: tuple[Attendee, ...]
    absent: tuple[Attendee, ...] = ()
    attending: tuple[Attendee, ...] = ()
    began: str = ""
    ended: str = ""


@dataclass(frozen=True, kw_only=True)
class NoteSheet(AddressedSheet):
    """บันทึก (ข้อ 26): whom it is for, what it says, who noted it and when. Its subject is not printed."""

    template: ClassVar[str] = "pdf/note.html"
    styles: ClassVar[tuple[str, ...]] = ("pdf/paper.css", "pdf/memo.css")
    crest: ClassVar[Crest] = "small"


@dataclass(frozen=True, kw_only=True)
class OtherSheet(LetterSheet):
    """หนังสืออื่น: no form is prescribed; a title, the text, and who signs, if anybody does."""

    template: ClassVar[str] = "pdf/other.html"
    styles: ClassVar[tuple[str, ...]] = ("pdf/paper.css", "pdf/crest.css")
    crest: ClassVar[Crest] = "none"
