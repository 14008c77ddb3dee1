"""The kinds of letter as their authors meet them: short names, when to use each, and which fields each one has.

The rule of a kind is `saraban.sheets.kinds`; only what a page says about it stands here.
"""

from __future__ import annotations

from dataclasses import dataclass

from saraban.models import FolderKind, LetterKind
from saraban.models.folders import SECRET
from saraban.sheets.kinds import KINDS, Ending, Field, Input, Kind, kind_of
from saraban.sheets.parts import REGISTRY_NUMBER

COMMON = (LetterKind.EXTERNAL, LetterKind.MEMO)
TYPED_INPUTS = (Input.LINE, Input.LINES, Input.ATTENDEES)


@dataclass(frozen=True, slots=True)
class Words:
    """What the page of choosing says of a kind: when to use it, its icon, and other words it is looked for by."""

    when: str
    icon: str
    also: str = ""


WORDS = {
    LetterKind.EXTERNAL: Words("ติดต่อราชการกับส่วนราชการอื่น หน่วยงานอื่น หรือบุคคลภายนอก ใช้กระดาษตราครุฑ", "mail", "จดหมาย"),
    LetterKind.MEMO: Words("ติดต่อภายในกระทรวง กรม หรือจังหวัดเดียวกัน ใช้กระดาษบันทึกข้อความ", "notebook-pen", "ขออนุมัติ"),
    LetterKind.STAMPED: Words("เรื่องปกติที่ประทับตราแทนการลงชื่อของหัวหน้าส่วนราชการ เช่น ส่งสำเนา ขอรายละเอียด เตือนเรื่องค้าง", "stamp"),
    LetterKind.ORDER: Words("ผู้บังคับบัญชาสั่งให้ปฏิบัติ เช่น แต่งตั้ง มอบหมาย มอบอำนาจ", "gavel", "คณะทำงาน กรรมการ"),
    LetterKind.RULE: Words("วางหลักปฏิบัติไว้เป็นการประจำ โดยอาศัยอำนาจของกฎหมายหรือไม่ก็ได้", "scale"),
    LetterKind.BYLAW: Words("กำหนดให้ใช้โดยอาศัยอำนาจของกฎหมายที่บัญญัติให้ทำได้", "book-text"),
    LetterKind.ANNOUNCEMENT: Words("แจ้งให้ทราบหรือแนะแนวทางปฏิบัติ เช่น ประกาศรับสมัคร ประกาศราคากลาง", "megaphone", "แจ้งความ"),
    LetterKind.COMMUNIQUE: Words("แถลงเพื่อทำความเข้าใจในกิจการของทางราชการหรือเหตุการณ์", "mic"),
    LetterKind.NEWS: Words("เผยแพร่เรื่องของทางราชการที่เห็นสมควรให้ทราบ", "newspaper", "ประชาสัมพันธ์"),
    LetterKind.CERTIFICATE: Words("รับรองแก่บุคคล นิติบุคคล หรือหน่วยงาน เช่น การเป็นข้าราชการ เงินเดือน", "badge-check", "ใบรับรอง"),
    LetterKind.MINUTES: Words("บันทึกความคิดเห็นและมติของที่ประชุมไว้เป็นหลักฐาน", "users", "มติ วาระ คณะกรรมการ"),
    LetterKind.NOTE: Words("เสนอหรือสั่งการระหว่างผู้บังคับบัญชากับผู้ใต้บังคับบัญชา หรือติดต่อกันในหน่วย", "sticky-note"),
    LetterKind.OTHER: Words("เอกสารอื่นที่เกิดจากการปฏิบัติงาน เช่น สัญญา บัญชี คำร้อง โครงการ", "file-text", "สัญญา แผน"),
}  # fmt: skip
SHORT_KIND: dict[LetterKind, str] = {
    LetterKind(name): "บันทึกข้อความ" if name == LetterKind.MEMO else kind.title for name, kind in KINDS.items()
}


def field_of(kind: str, name: str) -> Field | None:
    """The field of a kind by its name; None when the kind has none such."""
    return next((field for field in kind_of(kind).fields if field.name == name), None)


def has(kind: str, name: str) -> bool:
    """Whether a kind has the field."""
    return field_of(kind, name) is not None


def folder_kinds(kind: str, secrecy: int = 0) -> tuple[str, ...]:
    """The kinds of register a letter of `kind` is numbered from: a classified one in secret registers only."""
    if secrecy:
        return (FolderKind.SECRET_SEND,)
    return tuple(name for name in kind_of(kind).folder_kinds if name not in SECRET)


def folder_words(kind: str, secrecy: int = 0) -> str:
    """The same as people call them: `ทะเบียนประกาศ หรือทะเบียนอื่น ๆ`."""
    return " หรือ".join(str(FolderKind(name).label) for name in folder_kinds(kind, secrecy))


def prints_number(kind: str) -> bool:
    """Whether the register's number stands on the paper of the kind."""
    rule = kind_of(kind)
    return REGISTRY_NUMBER in rule.registry or rule.ending is Ending.SEAL


def may_circulate(kind: str) -> bool:
    """Whether the kind can be numbered as หนังสือเวียน (ว)."""
    return FolderKind.CIRCULAR in folder_kinds(kind)


def groups() -> dict[str, list[Kind]]:
    """The kinds by the regulation's six groups, in its order."""
    found: dict[str, list[Kind]] = {}
    for kind in KINDS.values():
        found.setdefault(kind.group, []).append(kind)
    return found
