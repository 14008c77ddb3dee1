"""A paper made elsewhere in the body's stead: taken, prepared by a worker, put aside, its places put."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.db import transaction

from audit.actions import record
from common.access import Invalid, Refused, TooLarge
from draft.actions.parts import NAME_LENGTH, Upload
from draft.actions.versions import keep_if_changed
from draft.actions.working import found, write
from draft.content import Content
from draft.models import UPLOAD, Draft, UploadedPaper
from draft.permissions import draft_of
from draft.places import Place, faults
from draft.selectors.uploads import may_upload, wanted_of
from files import office
from files.actions import read, store_bytes
from files.packages import BadPackage, package_kind
from files.pdf import BadPdf
from files.previews import page_sizes
from org.actor import Actor
from outbox.actions import put
from saraban.models import Letter
from saraban.sheets.uploaded import sealed_together

PREPARE = "draft.prepare_upload"
MOST_UPLOADS = 50
NOT_TAKEN = "รับได้เฉพาะไฟล์ DOCX, ODT และ PDF โปรดบันทึกเป็นชนิดใดชนิดหนึ่งแล้วอัปโหลดใหม่"
SUFFIX = {office.DOCX: ".docx", office.ODT: ".odt", "pdf": ".pdf"}


@transaction.atomic
def use_file(*, by: Actor, letter_id: int, upload: Upload) -> UploadedPaper:
    """Make an uploaded file the letter's paper; a worker prepares it. What was written stays in the draft.

    Raises Letter.DoesNotExist for a stranger, `Refused`, `TooLarge`, and `Invalid` for what is no such file.
    """
    letter = found(by, letter_id)
    may_upload(by, letter).demand()
    content, kind, name = _received(upload)
    if UploadedPaper.objects.filter(letter=letter).count() >= MOST_UPLOADS:
        raise Refused(f"ร่างฉบับหนึ่งใช้ไฟล์ได้ไม่เกิน {MOST_UPLOADS} ครั้ง โปรดเริ่มร่างใหม่")
    original = store_bytes(content, name=PurePath(name).stem + SUFFIX[kind], sealed=letter.must_be_sealed)
    draft = draft_of(letter)
    before = Content.of(draft)
    paper = UploadedPaper.objects.create(
        letter=letter, original=original, original_name=name, by=by.user, before=dict(before.places)
    )
    _choose(by, letter, draft, paper, f"ก่อนใช้ไฟล์ “{name}”")
    record(
        by=by,
        verb="draft.upload",
        label=f"ใช้ไฟล์ “{name}” เป็นตัวหนังสือ"[:400],
        subject=paper,
        letter_id=letter.pk,
        detail={"sha256": original.sha256, "name": name},
    )
    _queue(paper)
    return paper


def _received(upload: Upload) -> tuple[bytes, str, str]:
    """The bytes, what they are, and a plain name. Raises `Invalid` or `TooLarge`."""
    name = PurePath(upload.name.replace("\\", "/")).name[-NAME_LENGTH:] or "ไฟล์"
    limit = settings.PAPER_UPLOAD_MB * 1024 * 1024
    content = upload.stream.read(int(limit) + 1)
    if len(content) > limit:
        raise TooLarge(f"ไฟล์ “{name}” ใหญ่เกิน {settings.PAPER_UPLOAD_MB} เมกะไบต์ โปรดลดขนาดภาพในเอกสาร")
    if not content:
        raise Invalid(f"ไฟล์ “{name}” ว่างเปล่า", field="file")
    try:
        kind = "pdf" if b"%PDF-" in content[:1024] else package_kind(content)
    except BadPackage as refusal:
        raise Invalid(str(refusal), field="file") from refusal
    if not kind:
        raise Invalid(NOT_TAKEN, field="file")
    if kind != "pdf" and not office.available():
        raise Invalid(office.ABSENT, field="file")
    return content, kind, name


def _choose(by: Actor, letter: Letter, draft: Draft, paper: UploadedPaper | None, note: str) -> None:
    """Let `paper` (or the written text, for None) be what the draft says; what stood is kept as a version first."""
    before = Content.of(draft)
    keep_if_changed(by=by, letter=letter, content=before, note=note)
    if before.upload is not None and before.places:
        UploadedPaper.objects.filter(letter=letter, pk=before.upload).update(before=dict(before.places))
    _write_now(by, letter, draft, replace(before, upload=paper.pk if paper else None, places={}))


def _write_now(by: Actor, letter: Letter, draft: Draft, content: Content) -> None:
    """Write beside the open pages, which must not take it for a save of their own."""
    draft.editor, draft.editor_seq, draft.editor_base = "", 0, draft.revision + 1
    write(by=by, letter=letter, draft=draft, content=content)


def _queue(paper: UploadedPaper) -> None:
    put(PREPARE, f"upload:{paper.pk}:{paper.attempts}", {"upload": paper.pk})


def prepare(payload: dict[str, Any]) -> None:
    """Outbox handler: make the paper of an uploaded file, outside any lock, and keep it or say why not."""
    paper = UploadedPaper.objects.select_related("original").get(pk=payload["upload"])
    if not paper.waiting:
        return
    pdf, notes, pages, error = b"", [], 0, ""
    try:
        content = read(paper.original)
        if not paper.original.is_pdf:
            converted = office.convert(content, package_kind(content))
            content, notes = converted.pdf, list(converted.notes)
        from files.foreign_pdf import PICTURE, take_in  # pikepdf: only where a file is taken in

        taken = take_in(content, most_pages=settings.PAPER_UPLOAD_PAGES)
        pdf, pages = taken.pdf, taken.pages
        notes += taken.notes if paper.original.is_pdf else [one for one in taken.notes if one == PICTURE]
    except (BadPackage, BadPdf) as refusal:
        error = str(refusal)[:300]
    with transaction.atomic():
        paper = UploadedPaper.objects.select_for_update(of=("self",)).get(pk=paper.pk)
        if not paper.waiting:
            return
        if error:
            UPLOAD.move(paper, "fail", field="state")
            paper.error = error
        else:
            UPLOAD.move(paper, "finish", field="state")
            made = store_bytes(pdf, name=f"กระดาษ {pages} หน้า.pdf", sealed=paper.letter.must_be_sealed)
            paper.paper, paper.notes, paper.error = made, notes, ""
        paper.save(update_fields=["state", "error", "paper", "notes"])


@transaction.atomic
def retry(*, by: Actor, letter_id: int, upload_id: int) -> UploadedPaper:
    """Prepare a file again that failed. Raises `Refused`, `Conflict`, UploadedPaper.DoesNotExist."""
    letter = found(by, letter_id)
    may_upload(by, letter).demand()
    paper = UploadedPaper.objects.select_for_update(of=("self",)).get(letter=letter, pk=upload_id)
    UPLOAD.move(paper, "retry", field="state")
    paper.attempts, paper.error = paper.attempts + 1, ""
    paper.save(update_fields=["state", "attempts", "error"])
    label = f"เตรียมไฟล์ “{paper.original_name}” อีกครั้ง"
    record(by=by, verb="draft.upload_retry", label=label[:400], subject=paper, letter_id=letter.pk)
    _queue(paper)
    return paper


@transaction.atomic
def put_aside(*, by: Actor, letter_id: int) -> Letter:
    """Back to writing in the editor; the file is kept aside. Raises `Refused`."""
    letter = found(by, letter_id)
    may_upload(by, letter).demand()
    draft = draft_of(letter)
    if Content.of(draft).upload is None:
        raise Refused("ร่างนี้เขียนในระบบอยู่แล้ว")
    _choose(by, letter, draft, None, "ก่อนกลับไปเขียนในระบบ")
    label = "กลับไปเขียนในระบบแทนไฟล์"
    record(by=by, verb="draft.upload_aside", label=label, subject=letter, letter_id=letter.pk)
    return letter


@transaction.atomic
def take_up(*, by: Actor, letter_id: int, upload_id: int) -> UploadedPaper:
    """Use a file again that was put aside. Raises `Refused`, UploadedPaper.DoesNotExist."""
    letter = found(by, letter_id)
    may_upload(by, letter).demand()
    paper = UploadedPaper.objects.get(letter=letter, pk=upload_id)
    draft = draft_of(letter)
    if Content.of(draft).upload == paper.pk:
        raise Refused("ร่างนี้ใช้ไฟล์นี้อยู่แล้ว")
    _choose(by, letter, draft, paper, f"ก่อนใช้ไฟล์ “{paper.original_name}”")
    label = f"ใช้ไฟล์ “{paper.original_name}” เป็นตัวหนังสือ"
    record(by=by, verb="draft.upload_again", label=label[:400], subject=paper, letter_id=letter.pk)
    return paper


@transaction.atomic
def set_places(*, by: Actor, letter_id: int, upload_id: int, places: Mapping[str, Place]) -> Draft:
    """Put the places on the paper. Places the kind does not want are left out.

    Raises `Refused`, `Invalid` with the first thing wrong (field: the place), UploadedPaper.DoesNotExist when the
    draft uses another file by now.
    """
    letter = found(by, letter_id)
    may_upload(by, letter).demand()
    draft = draft_of(letter)
    content = Content.of(draft)
    paper = UploadedPaper.objects.select_related("paper").get(letter=letter, pk=upload_id)
    if content.upload != paper.pk:
        raise Refused("ร่างนี้เปลี่ยนไปใช้ไฟล์อื่นแล้ว โปรดเปิดหน้าวางตำแหน่งใหม่")
    if not paper.ready or paper.paper is None:
        raise Refused("ไฟล์ยังไม่พร้อม วางตำแหน่งได้เมื่อเตรียมไฟล์เสร็จ")
    wanted = wanted_of(letter, content)
    chosen = {one.name: [float(number) for number in places[one.name]] for one in wanted if one.name in places}
    wrong = faults(chosen, wanted, page_sizes(paper.paper), sealed_together(letter.kind))
    if wrong:
        raise Invalid(wrong[0].sentence, field=wrong[0].name)
    if chosen == content.places:
        return draft
    _write_now(by, letter, draft, replace(content, places=chosen))
    record(by=by, verb="draft.places", label="วางตำแหน่งลงนามและเลขที่บนไฟล์", subject=paper, letter_id=letter.pk)
    return draft
