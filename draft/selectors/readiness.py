"""What a draft still lacks before it may be submitted or proposed, as sentences beside their fields."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from common.access import Invalid
from draft import salutations
from draft.body import plain
from draft.content import MOST_SIGNERS, Content
from draft.selectors.choices import chosen_units, living_posts
from org.models import Position
from org.selectors import holders
from saraban.models import FolderKind, Letter, LetterKind, RegisterFolder
from saraban.permissions import may_send_to


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
    owed = salutations.owed_to(content.addressee)
    if owed and owed.key != content.salutation:
        found.append(
            Problem(
                "salutation", f"ผู้รับตำแหน่งนี้ใช้คำขึ้นต้น “{owed.opening}” และคำลงท้าย “{owed.closing}” ตามภาคผนวก 2 ของระเบียบ"
            )
        )
    if letter.kind == LetterKind.EXTERNAL and not letter.to_units:
        found.append(Problem("to_units", "ยังไม่ได้เลือกหน่วยงานปลายทางจากทำเนียบ เจ้าหน้าที่สารบรรณจะเลือกเมื่อส่งออก"))
    if letter.kind == LetterKind.MEMO and letter.references.exists():
        found.append(Problem("references", "บันทึกข้อความไม่มีหัวข้ออ้างถึง ให้เขียนถึงหนังสือที่อ้างไว้ในเนื้อความด้วย"))
    if letter.kind == LetterKind.MEMO and letter.enclosures.exists():
        found.append(Problem("enclosures", "บันทึกข้อความไม่มีหัวข้อสิ่งที่ส่งมาด้วย ให้เขียนถึงเอกสารแนบไว้ในเนื้อความด้วย"))
    return found


def _texts(letter: Letter, content: Content) -> Iterator[Problem]:
    if not content.subject.strip():
        yield Problem("subject", "โปรดกรอกเรื่อง")
    if content.salutation not in salutations.table():
        yield Problem("salutation", "โปรดเลือกคำขึ้นต้น คำลงท้ายจะตรงกันเอง")
    elif not content.addressee.strip() and not salutations.salutation(content.salutation).addressee_in_opening:
        yield Problem("addressee", "โปรดกรอกชื่อหรือตำแหน่งของผู้รับ")
    if letter.kind == LetterKind.EXTERNAL and not content.sender_lines.strip():
        yield Problem("sender_lines", "โปรดกรอกส่วนราชการเจ้าของหนังสือและที่อยู่")
    if letter.kind == LetterKind.MEMO and not content.agency_line.strip():
        yield Problem("agency_line", "โปรดกรอกส่วนราชการ")
    if not plain(content.body).strip():
        yield Problem("body", "โปรดกรอกเนื้อความ")


def _people(letter: Letter, content: Content, at: datetime) -> Iterator[Problem]:
    posts = {post.pk: post for post in living_posts(letter.agency, (*content.signers, *content.reviewers))}
    held = holders(list(posts), at)
    if not content.signers:
        yield Problem("signers", "โปรดเลือกผู้ลงนามอย่างน้อยหนึ่งตำแหน่ง")
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
        yield Problem("due", error.sentence)
    for unit in chosen_units(letter):
        verdict = may_send_to(letter, unit)
        if not verdict:
            yield Problem("to_units", verdict.reason)
    if any(not row.title.strip() for row in letter.enclosures.all()):
        yield Problem("enclosures", "สิ่งที่ส่งมาด้วยทุกรายการต้องมีชื่อ")


def leaves_the_circle(letter: Letter) -> str:
    """The sentence that refuses a memo to outside the memo circle, or nothing."""
    verdicts = (may_send_to(letter, unit) for unit in chosen_units(letter)) if letter.kind == LetterKind.MEMO else ()
    return next((verdict.reason for verdict in verdicts if "หนังสือภายนอก" in verdict.reason), "")


def first_signer(letter: Letter, content: Content) -> Position | None:
    """The first signer's post, if it still stands."""
    found = living_posts(letter.agency, content.signers)
    return found[0] if found else None
