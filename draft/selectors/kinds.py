"""The kinds to choose from, the texts a kind has to read, and what another kind would leave off the paper."""

from __future__ import annotations

from dataclasses import dataclass

from common.thai import thai_digits
from draft.content import Content, label_of
from draft.kinds import COMMON, SHORT_KIND, TYPED_INPUTS, WORDS, Words, folder_kinds, groups, has, may_circulate
from draft.salutations import table
from saraban.models import Letter, LetterKind, RegisterFolder, SignClass, Urgency
from saraban.sheets.kinds import Ending, Input, kind_of
from saraban.sheets.parts import Attendee

SHOWN_ELSEWHERE = {"subject", "addressee", "copies_to", "sender_lines", "agency_line", "owner_line", "contact"}


@dataclass(frozen=True, slots=True)
class Choice:
    """A kind on the page of choosing."""

    value: str
    label: str
    words: Words
    form: int
    chosen: bool


def choices(chosen: str, *, but: str = "") -> list[tuple[str, list[Choice]]]:
    """The kinds to choose from, without `but`: the two in daily use first, then the regulation's other groups."""
    daily = [Choice(one, SHORT_KIND[one], WORDS[one], kind_of(one).form, one == chosen) for one in COMMON if one != but]
    found = [("ใช้ทุกวัน", daily)]
    for name, kinds in groups().items():
        rows = [LetterKind(kind.name) for kind in kinds if kind.name not in (*COMMON, but)]
        found.append(
            (name, [Choice(one, SHORT_KIND[one], WORDS[one], kind_of(one).form, one == chosen) for one in rows])
        )
    return [(name, rows) for name, rows in found if rows]


@dataclass(frozen=True, slots=True)
class Text:
    """A field as people read it: its label and its lines."""

    label: str
    lines: tuple[str, ...]


def texts_of(kind: str, content: Content) -> list[Text]:
    """What stands on the paper of a kind besides subject, addressee and body, in its order; empty fields left out."""
    found = []
    for field in kind_of(kind).fields:
        if field.input in TYPED_INPUTS and field.name not in SHOWN_ELSEWHERE:
            lines = _lines(getattr(content, field.name), people=field.input is Input.ATTENDEES)
            found.append(Text(field.label, lines))
        elif field.input is Input.FLAG and getattr(content, field.name):
            found.append(Text(field.label, ("มี",)))
    return [text for text in found if text.lines]


def _lines(text: str, *, people: bool) -> tuple[str, ...]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not people:
        return tuple(lines)
    rows = (Attendee.read(line) for line in lines)
    return tuple(
        f"{thai_digits(str(at))}. {' – '.join(part for part in (one.name, one.title, one.note) if part)}"
        for at, one in enumerate(rows, start=1)
    )


def left_off(letter: Letter, content: Content, to: str) -> list[Text]:
    """What the draft says now and a letter of kind `to` would not print. All of it stays in the draft."""
    now = kind_of(letter.kind)
    found = [
        Text(
            label_of(letter.kind, field.name),
            _lines(getattr(content, field.name), people=field.input is Input.ATTENDEES),
        )
        for field in now.fields
        if field.input in TYPED_INPUTS and field.printed and not _prints(to, field.name)
    ]
    row = table(letter.agency).get(content.salutation)
    if has(letter.kind, "salutation") and row is not None:
        if not has(to, "salutation"):
            found.append(Text("คำขึ้นต้น", (row.opening,)))
        if letter.kind == LetterKind.EXTERNAL:
            found.append(Text("คำลงท้าย", (row.closing,)))
    if content.urgency and has(letter.kind, "urgency") and not has(to, "urgency"):
        found.append(Text("ชั้นความเร็ว", (str(Urgency(content.urgency).label),)))
    if content.photo and has(letter.kind, "photo"):
        found.append(Text("ที่ติดรูปถ่าย", ("มี",)))
    for name, label in (("references", "อ้างถึง"), ("enclosures", "สิ่งที่ส่งมาด้วย")):
        if has(letter.kind, name) and not has(to, name):
            found.append(Text(label, tuple(str(one) for one in getattr(letter, name).all())))
    if now.ending is not Ending.NONE and kind_of(to).ending is Ending.NONE:
        found.append(Text("ชื่อผู้ลงนาม", ("พิมพ์ไม่ได้ในหนังสือชนิดนี้ ผู้ลงนามเป็นผู้อนุมัติให้ออกในระบบ",)))
    return [text for text in found if text.lines]


def _prints(kind: str, name: str) -> bool:
    return any(field.name == name and field.printed for field in kind_of(kind).fields)


def changes(letter: Letter, content: Content, to: str) -> list[str]:
    """What else becoming a letter of kind `to` changes, as sentences."""
    rule = kind_of(to)
    found = []
    usual = SignClass.CERTIFICATE if to == LetterKind.EXTERNAL else SignClass.TYPED
    if content.sign_class != usual:
        can = " แก้ไขได้" if len(rule.sign_classes) > 1 else ""
        words = "แบบ ข ใบรับรองอิเล็กทรอนิกส์" if usual == SignClass.CERTIFICATE else "แบบ ก ยืนยันลงนามในระบบ"
        found.append(f"วิธีลงนามเปลี่ยนเป็น{words}{can}")
    if to == LetterKind.EXTERNAL:
        found.append("ตรวจผู้ลงนามอีกครั้ง ต้องเป็นตำแหน่งที่ลงนามหนังสือภายนอกได้")
    folder = RegisterFolder.objects.filter(pk=content.folder or 0).first()
    if folder is not None and folder.kind not in folder_kinds(to):
        found.append(f"แฟ้ม “{folder.name}” ใช้กับ{SHORT_KIND[LetterKind(to)]}ไม่ได้ ระบบเลือกแฟ้มที่ใช้ได้ให้ใหม่")
    if content.circular and not may_circulate(to):
        found.append("ไม่ออกเลขเป็นหนังสือเวียน (ว) แต่ยังแจ้งเวียนถึงหน่วยงานที่เลือกไว้ได้หลังออกเลข")
    new = [
        field.label for field in rule.fields
        if field.required and field.input in TYPED_INPUTS and not has(letter.kind, field.name)
        and not getattr(content, field.name)
    ]  # fmt: skip
    if new:
        found.append(f"มีช่องใหม่ที่ต้องกรอกหรือตรวจ: {', '.join(new)}")
    return found
