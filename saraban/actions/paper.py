"""The letter's paper on its way: prepared for signatures, typed approvals, number and date, seal.

Certificate class (ข): the paper is set with the first signer's own block, its fields are prepared, and from then on its
bytes only grow. Typed class (ก): the paper is set anew with every approval, and with number and date before the seal.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction

from audit.actions import record
from common.access import Conflict, Refused
from common.thai import clock, date_formal, local_date, thai_digits
from files.actions import read, store_bytes
from files.models import StoredFile
from notifications.actions import notify
from org.actor import Actor
from org.models import Appointment
from saraban.actions.letters import lock, set_document
from saraban.models import Letter, LetterStatus, SignClass
from saraban.selectors import notice_title
from saraban.sheets import LetterSheet, SignerBlock, TypedSignature, typeset_letter
from saraban.sheets.frozen import from_json, to_json
from saraban.sheets.garuda import garuda
from saraban.sheets.kinds import Dated, kind_of
from signing.actions import request_seal
from signing.models import JobState, SigningJob

SEALED = "letter.sealed"


def place_of(order: int) -> str:
    """The name of the place the `order`th signer (from 1) signs at."""
    return f"signer-{order}"


def sheet_of(letter: Letter) -> LetterSheet:
    """The frozen content of a proposed letter. Raises `Conflict` before it is proposed."""
    if not hasattr(letter, "sheet"):
        raise Conflict("หนังสือนี้ยังไม่ได้เสนอลงนาม")
    return from_json(letter.sheet.form, letter.sheet.data, garuda=garuda())


def block_for(appointment: Appointment, order: int) -> SignerBlock:
    """What is printed under the signature: the full name and one title line, or two when signing for another post."""
    return SignerBlock(appointment.user.full_name, appointment.title_lines, place_of(order))


@dataclass(frozen=True, slots=True)
class Paper:
    """A file that is not the letter's yet. `sheet` is what it was set from, None where it is the letter's own file;
    `day` the letter's date where its kind carries the day of signing.
    """

    pdf: bytes
    sheet: LetterSheet | None = None
    day: date | None = None


def prepare_for_signature(*, letter: Letter, order: int, signer: SignerBlock, at: datetime | None = None) -> StoredFile:
    """The file the `order`th signer is to sign, certificate class, kept as the letter's. The caller holds its lock.

    Raises as `paper_to_sign`.
    """
    paper = paper_to_sign(letter=letter, order=order, signer=signer, at=at)
    if paper.sheet is None and letter.document is not None:
        return letter.document
    return _put(letter, paper)


def paper_to_sign(*, letter: Letter, order: int, signer: SignerBlock, at: datetime | None = None) -> Paper:
    """What the `order`th signer is to sign, certificate class; writes nothing and needs no lock.

    Before anybody has signed, the paper is set with the actual signer's block and its fields are prepared. After
    that its words are fixed: raises `Refused` when another person than printed is to sign. `at` is the moment of
    signing, whose day orders, announcements and certificates carry; ValueError when such a kind comes without it.
    """
    sheet = sheet_of(letter)
    places = [block.place for block in sheet.signers]
    if signer.place not in places:
        raise Conflict("ไม่พบช่องลงนามของลำดับนี้ในหนังสือ")
    standing = read(letter.document) if letter.document else b""
    if standing and _some_have_signed(standing, places):
        if sheet.signers[places.index(signer.place)] != signer:
            raise Refused("หนังสือพิมพ์ชื่อและตำแหน่งผู้ลงนามลำดับนี้ไว้เป็นอย่างอื่น และมีผู้ลงนามแล้ว ให้ตีกลับเพื่อจัดทำฉบับใหม่")
        return Paper(standing)
    blocks = tuple(signer if block.place == signer.place else block for block in sheet.signers)
    sheet, day = _dated(letter, replace(sheet, signers=blocks), at)
    return _set(sheet, registry=kind_of(letter.kind).registry, day=day)


def typed_paper(*, letter: Letter, order: int, appointment: Appointment, at: datetime) -> Paper:
    """Class ก: the paper with the name, post and time of an approval printed on it; writes nothing and needs no lock."""
    sheet = sheet_of(letter)
    block = block_for(appointment, order)
    typed = TypedSignature(block.name, f"{date_formal(at)} เวลา {thai_digits(clock(at))}", " ".join(block.title_lines))
    blocks = tuple(replace(block, typed=typed) if old.place == block.place else old for old in sheet.signers)
    sheet, day = _dated(letter, replace(sheet, signers=blocks), at)
    return _set(sheet, registry=(), day=day)


def keep_paper(*, letter: Letter, paper: Paper, document: StoredFile) -> None:
    """Make `document` – the paper as it is, or signed – the letter's, with the sheet it was set from.

    The caller holds the letter's lock and knows that nothing has changed since the paper was made.
    """
    if paper.day is not None and letter.letter_date != paper.day:
        letter.letter_date = paper.day
        letter.save(update_fields=["letter_date"])
    if paper.sheet is not None:
        letter.sheet.data = to_json(paper.sheet)
        letter.sheet.save(update_fields=["data"])
    set_document(letter=letter, document=document)


def _dated(letter: Letter, sheet: LetterSheet, at: datetime | None) -> tuple[LetterSheet, date | None]:
    """`sheet` with the day of signing, and that day, where the letter's kind is dated so."""
    kind = kind_of(letter.kind)
    if kind.dated is not Dated.SIGNING:
        return sheet, None
    if at is None:
        raise ValueError(f"{letter.kind} carries the day of its signature")
    return replace(sheet, date_text=kind.date_text(at)), local_date(at)


def _set(sheet: LetterSheet, *, registry: tuple[str, ...], day: date | None = None) -> Paper:
    """`sheet` on paper, with a field for each signer who signs by certificate and one for the registry."""
    from signing.fields import plan_fields, prepare  # pyHanko: see `signing.actions`

    typeset = typeset_letter(sheet)
    signers = [block.place for block in sheet.signers if block.typed is None]
    return Paper(prepare(typeset.pdf, plan_fields(typeset.places, signers=signers, registry=registry)), sheet, day)


def _some_have_signed(pdf: bytes, places: list[str]) -> bool:
    from signing.fields import free_fields  # pyHanko: see `signing.actions`

    free = free_fields(pdf)
    return bool(free) and any(place not in free for place in places)


def type_signature(*, letter: Letter, order: int, appointment: Appointment, at: datetime) -> StoredFile:
    """Class ก: print the name, post and time of an approval made inside the system (พ.ร.บ.ธุรกรรมทางอิเล็กทรอนิกส์ มาตรา 9).

    The caller holds the letter's lock and has recorded the approval.
    """
    return _put(letter, typed_paper(letter=letter, order=order, appointment=appointment, at=at))


def _put(letter: Letter, paper: Paper) -> StoredFile:
    document = store_bytes(paper.pdf, name="letter.pdf", sealed=letter.must_be_sealed)
    keep_paper(letter=letter, paper=paper, document=document)
    return document


def seal_numbered(payload: dict[str, Any]) -> None:
    """Outbox handler of `letter.numbered`: put number and date on the paper and ask for the agency's seal."""
    with transaction.atomic(savepoint=False):
        letter = lock(payload["letter"])
        if letter.status != LetterStatus.NUMBERED or letter.sealed or letter.letter_date is None:
            return
        number, date_text = thai_digits(letter.number), kind_of(letter.kind).date_text(letter.letter_date)
        if letter.sign_class == SignClass.TYPED:
            sheet = replace(sheet_of(letter), number=number, date_text=date_text)
            _put(letter, _set(sheet, registry=()))
            number = date_text = ""
        if letter.document_id is None:
            raise Conflict("หนังสือยังไม่มีตัวไฟล์")
        request_seal(
            requested_by_id=payload["user"],
            agency=letter.agency,
            key=seal_key(letter),
            source_id=letter.document_id,
            number_text=number,
            date_text=date_text,
            done_topic=SEALED,
            payload={"letter": letter.pk},
        )


def seal_key(letter: Letter) -> str:
    """The key of the letter's one sealing job."""
    return f"seal:{letter.pk}"


def take_sealed(payload: dict[str, Any]) -> None:
    """Outbox handler of `letter.sealed`: the sealed file becomes the letter's, and it may leave."""
    with transaction.atomic(savepoint=False):
        job = SigningJob.objects.select_related("result", "requested_by").get(pk=payload["job"])
        letter = lock(job.plan["letter"])
        if job.state == JobState.DONE and job.result and not letter.sealed:
            set_document(letter=letter, document=job.result, sealed=True)
            by = Actor(job.requested_by, None)
            label = "ผนึกเลขและวันที่ด้วยตราของส่วนราชการแล้ว พร้อมส่ง"
            record(by=by, verb="letter.seal", label=label, subject=letter, letter_id=letter.pk, outside="ระบบ")
        elif job.state == JobState.FAILED:
            notify(
                key=f"seal:{letter.pk}:{job.attempts}",
                event="letter.seal_failed",
                title=f"ผนึกเลขไม่สำเร็จ: {notice_title(letter)}",
                why="ท่านเป็นผู้ออกเลขหนังสือนี้",
                url_name="saraban:letter",
                url_args=[letter.pk],
                users=[job.requested_by],
                urgent=True,
            )
