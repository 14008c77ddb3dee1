"""What a draft still lacks before it may be submitted or proposed, as sentences beside their fields."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from common.access import Invalid
from common.thai import arabic_digits, unprintable
from draft.body import plain
from draft.content import MOST_SIGNERS, Content, label_of
from draft.kinds import SHORT_KIND, TYPED_INPUTS, folder_kinds, folder_words, has
from draft.salutations import table
from draft.selectors.choices import chosen_units, living_posts
from org.models import Position
from org.selectors import holders
from saraban.models import FolderKind, Letter, LetterKind, RegisterFolder
from saraban.permissions import may_send_to
from saraban.sheets.garuda import garuda_missing
from saraban.sheets.kinds import Ending, Field, Input, kind_of
from saraban.sheets.parts import Attendee

SAY = {"addressee": "โปรดกรอกชื่อหรือตำแหน่งของผู้รับ", "body": "โปรดกรอกเนื้อความ"}
_YEAR = re.compile(r"2[4-9]\d\d")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: the field's name on the form, and a sentence."""

    field: str
    sentence: str


def problems(letter: Letter, content: Content, at: datetime) -> list[Problem]:
    """Everything that keeps the draft from going on, in the order of the form."""
    return [
        *_texts(letter, content),
        *_people(letter, content, at),
        *_folder(letter, content),
        *_rest(letter, content, at),
    ]


def demand_ready(letter: Letter, content: Content, at: datetime, *, reviewed: bool = False) -> None:
    """Raise `Invalid` with the first problem, if there is one. Once reviewed, reviewers and deadline stop nothing."""
    for problem in problems(letter, content, at):
        if not (reviewed and problem.field in ("reviewers", "due")):
            raise Invalid(problem.sentence, field=problem.field)


def advice(letter: Letter, content: Content) -> list[Problem]:
    """What is worth a second look and stops nothing."""
    found = []
    short = SHORT_KIND[LetterKind(letter.kind)]
    owed = table(letter.agency).owed_to(content.addressee) if has(letter.kind, "salutation") else None
    if owed and owed.key != content.salutation:
        found.append(
            Problem(
                "salutation", f"ผู้รับตำแหน่งนี้ใช้คำขึ้นต้น “{owed.opening}” และคำลงท้าย “{owed.closing}” ตามภาคผนวก 2 ของระเบียบ"
            )
        )
    if letter.kind in (LetterKind.EXTERNAL, LetterKind.STAMPED) and not letter.to_units:
        found.append(Problem("to_units", "ยังไม่ได้เลือกหน่วยงานปลายทางจากทำเนียบ เจ้าหน้าที่สารบรรณจะเลือกเมื่อส่งออก"))
    if not has(letter.kind, "references") and letter.references.exists():
        found.append(Problem("references", f"{short}ไม่มีหัวข้ออ้างถึง ให้เขียนถึงหนังสือที่อ้างไว้ในเนื้อความด้วย"))
    if not has(letter.kind, "enclosures") and letter.enclosures.exists():
        found.append(Problem("enclosures", f"{short}ไม่มีหัวข้อสิ่งที่ส่งมาด้วย ให้เขียนถึงเอกสารแนบไว้ในเนื้อความด้วย"))
    return found


def _texts(letter: Letter, content: Content) -> Iterator[Problem]:
    rows = table(letter.agency)
    row = rows.get(content.salutation)
    says_whom = has(letter.kind, "salutation") and row is not None and row.addressee_in_opening
    for field in kind_of(letter.kind).fields:
        if field.name == "addressee" and says_whom and not content.addressee.strip():
            continue
        if field.name == "salutation":
            if content.salutation not in rows:
                yield Problem("salutation", "โปรดเลือกคำขึ้นต้น คำลงท้ายจะตรงกันเอง")
        elif field.input is Input.BODY or field.input in TYPED_INPUTS:
            yield from _text(letter.kind, field, content)


def _text(kind: str, field: Field, content: Content) -> Iterator[Problem]:
    text = plain(content.body) if field.name == "body" else getattr(content, field.name)
    label = label_of(kind, field.name)
    if not text.strip():
        if field.required:
            yield Problem(field.name, SAY.get(field.name) or _missing(label))
        return
    if odd := unprintable(text):
        yield Problem(field.name, f"{label}มีอักขระที่พิมพ์บนหนังสือไม่ได้ ({' '.join(odd)}) โปรดลบออก")
    if field.name == "year" and not _YEAR.fullmatch(arabic_digits(text.strip())):
        yield Problem("year", "โปรดกรอกปี พ.ศ. เป็นเลขสี่หลัก เช่น 2569")
    if field.input is Input.ATTENDEES:
        lines = [line for line in text.splitlines() if line.strip()]
        nameless = [str(at) for at, line in enumerate(lines, start=1) if not Attendee.read(line).name]
        if nameless:
            yield Problem(field.name, f"{label}ลำดับที่ {', '.join(nameless[:5])} ยังไม่มีชื่อ")


def _missing(label: str) -> str:
    return f"โปรดกรอก{label}" if label == "เรื่อง" or len(label) > 5 else f"โปรดกรอกช่อง “{label}”"


def _people(letter: Letter, content: Content, at: datetime) -> Iterator[Problem]:
    posts = {post.pk: post for post in living_posts(letter.agency, (*content.signers, *content.reviewers))}
    held = holders(list(posts), at)
    kind = kind_of(letter.kind)
    if not content.signers:
        who = "ผู้ลงนาม" if kind.ending is Ending.SIGNER else label_of(letter.kind, "signers")
        yield Problem("signers", f"โปรดเลือก{who}อย่างน้อยหนึ่งตำแหน่ง")
    if kind.sheet.roles and len(content.signers) > len(kind.sheet.roles):
        yield Problem(
            "signers", f"{kind.title}ลงนามได้ไม่เกิน {len(kind.sheet.roles)} คน คือ{'และ'.join(kind.sheet.roles)}"
        )
    if content.sign_class not in kind.sign_classes:
        yield Problem("sign_class", f"{kind.title}ไม่มีผู้ใดลงนามบนกระดาษ จึงใช้ใบรับรองอิเล็กทรอนิกส์ไม่ได้ โปรดเลือกแบบ ก")
    if max(len(content.signers), len(content.reviewers)) > MOST_SIGNERS:
        yield Problem("signers", f"เลือกผู้ลงนามหรือผู้ตรวจได้ไม่เกิน {MOST_SIGNERS} ตำแหน่ง")
    for field, ids in (("signers", content.signers), ("reviewers", content.reviewers)):
        for pk in ids:
            post = posts.get(pk)
            if post is None:
                yield Problem(field, "มีตำแหน่งที่ยุบเลิกแล้วหรือไม่ใช่ของส่วนราชการนี้ โปรดเลือกใหม่")
            elif not any(row.signs for row in held[pk]):
                yield Problem(field, f"ตำแหน่ง{post.title}ไม่มีผู้ดำรงตำแหน่งหรือผู้รักษาราชการแทนในขณะนี้ โปรดเลือกตำแหน่งอื่น")
            elif field == "signers" and letter.kind == LetterKind.EXTERNAL and not post.signs_outward:
                yield Problem(field, f"ตำแหน่ง{post.title}ลงนามหนังสือภายนอกไม่ได้ โปรดเลือกผู้มีอำนาจลงนามหนังสือภายนอก")
    if letter.author_position_id in content.reviewers:
        yield Problem("reviewers", "ผู้ตรวจต้องเป็นตำแหน่งอื่นที่ไม่ใช่เจ้าของร่าง")


def _folder(letter: Letter, content: Content) -> Iterator[Problem]:
    folder = (
        RegisterFolder.objects.filter(pk=content.folder, agency=letter.agency_id).first() if content.folder else None
    )
    if folder is None:
        yield Problem("folder", "โปรดเลือกแฟ้มทะเบียนที่จะออกเลข")
    elif folder.kind not in folder_kinds(letter.kind):
        yield Problem(
            "folder",
            f"แฟ้ม “{folder.name}” เป็น{folder.get_kind_display()} ใช้กับ{SHORT_KIND[LetterKind(letter.kind)]}ไม่ได้ "
            f"โปรดเลือกแฟ้มชนิด{folder_words(letter.kind)}",
        )
    elif folder.closed_at:
        yield Problem("folder", f"แฟ้ม “{folder.name}” ปิดแล้ว โปรดเลือกแฟ้มอื่น")
    elif folder.kind == FolderKind.CIRCULAR and not content.circular:
        yield Problem("folder", f"แฟ้ม “{folder.name}” ใช้กับหนังสือเวียน โปรดเลือกแฟ้มทะเบียนหนังสือส่ง หรือทำเครื่องหมายหนังสือเวียน")


def _rest(letter: Letter, content: Content, at: datetime) -> Iterator[Problem]:
    try:
        due = content.due_at()
        if due and due < at:
            yield Problem("due", "กำหนดเสร็จผ่านมาแล้ว โปรดแก้ไขหรือเว้นว่าง")
    except Invalid as error:
        yield Problem("due", f"กำหนดเสร็จ: {error.sentence}")
    for unit in chosen_units(letter):
        verdict = may_send_to(letter, unit)
        if not verdict:
            yield Problem("to_units", verdict.reason)
    enclosures = list(letter.enclosures.all())
    if any(not row.title.strip() for row in enclosures):
        yield Problem("enclosures", "สิ่งที่ส่งมาด้วยทุกรายการต้องมีชื่อ")
    for row in enclosures:
        if odd := unprintable(row.title + row.quantity):
            yield Problem("enclosures", f"ชื่อสิ่งที่ส่งมาด้วยมีอักขระที่พิมพ์บนหนังสือไม่ได้ ({' '.join(odd)}) โปรดลบออก")


def paper_advice(letter: Letter) -> list[Problem]:
    """What the paper itself will lack, whatever the draft says."""
    missing = garuda_missing(letter.kind)
    return [Problem("garuda", missing)] if missing else []


def leaves_the_circle(letter: Letter) -> str:
    """The sentence that refuses a memo to outside the memo circle, or nothing."""
    verdicts = (may_send_to(letter, unit) for unit in chosen_units(letter)) if letter.kind == LetterKind.MEMO else ()
    return next((verdict.reason for verdict in verdicts if "หนังสือภายนอก" in verdict.reason), "")


def first_signer(letter: Letter, content: Content) -> Position | None:
    """The first signer's post, if it still stands."""
    found = living_posts(letter.agency, content.signers)
    return found[0] if found else None
