"""The platform's Garuda: upload, look at it, confirm. Each is a new row; letters set before keep what they were set with."""

from __future__ import annotations

import base64
from pathlib import PurePath
from typing import IO

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from audit.actions import record
from common.access import Conflict, Invalid, TooLarge
from files.actions import read, store_bytes
from files.pdf import page_png
from org.actor import Actor
from saraban.drawings import MOST_BYTES, cleaned
from saraban.models import GarudaDrawing
from saraban.permissions import may_set_garuda

PROOF_WIDTH = 794  # pixels: A4 at 96 dots per inch
TYPES = {"SVG": "image/svg+xml", "PNG": "image/png"}


@transaction.atomic
def upload_garuda(*, by: Actor, stream: IO[bytes], name: str) -> GarudaDrawing:
    """Keep a cleaned drawing to look at; it stands on no letter yet. Raises `Refused`, `Invalid`, `TooLarge`."""
    may_set_garuda(by).demand()
    content = stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise TooLarge("ไฟล์ตราครุฑใหญ่เกิน 2 เมกะไบต์")
    kept, form = cleaned(content)
    name = PurePath(name.replace("\\", "/")).name[-255:] or "ตราครุฑ"
    drawing = GarudaDrawing.objects.create(
        file=store_bytes(kept, name=f"garuda.{form.lower()}"),
        form=form,
        original_name=name,
        uploaded_at=by.at,
        uploaded_by=by.user,
    )
    try:
        proof_png(drawing)
    except Exception as error:  # whatever the typesetter says of a file from outside, it is not usable
        raise Invalid("วางภาพนี้บนกระดาษไม่ได้ โปรดบันทึกภาพใหม่จากโปรแกรมวาดภาพ", field="upload") from error
    record(
        by=by, verb="garuda.upload", label=f"อัปโหลดตราครุฑ “{name}”"[:400], subject=drawing,
        detail={"sha256": drawing.file.sha256},
    )  # fmt: skip
    return drawing


@transaction.atomic
def confirm_garuda(*, by: Actor, drawing_id: int) -> GarudaDrawing:
    """Set every letter from now on with this drawing. Raises `Refused`; `Conflict` when it was confirmed before."""
    may_set_garuda(by).demand()
    drawing = GarudaDrawing.objects.select_for_update(of=("self",)).select_related("file").get(pk=drawing_id)
    if drawing.confirmed_at is not None:
        raise Conflict("ภาพนี้ยืนยันใช้ไปแล้ว")
    drawing.confirmed_at, drawing.confirmed_by = timezone.now(), by.user
    drawing.save(update_fields=["confirmed_at", "confirmed_by"])
    record(
        by=by, verb="garuda.confirm", label=f"เริ่มใช้ตราครุฑ “{drawing.original_name}”"[:400], subject=drawing,
        detail={"sha256": drawing.file.sha256},
    )  # fmt: skip
    return drawing


@transaction.atomic
def propose_again(*, by: Actor, drawing_id: int) -> GarudaDrawing:
    """An earlier drawing as a new version to be looked at and confirmed. Raises `Refused`."""
    may_set_garuda(by).demand()
    earlier = GarudaDrawing.objects.get(pk=drawing_id)
    drawing = GarudaDrawing.objects.create(
        file_id=earlier.file_id,
        form=earlier.form,
        original_name=earlier.original_name,
        uploaded_at=by.at,
        uploaded_by=by.user,
    )
    record(by=by, verb="garuda.again", label=f"นำตราครุฑ “{earlier.original_name}” กลับมา"[:400], subject=drawing)
    return drawing


def proof_png(drawing: GarudaDrawing) -> bytes:
    """The drawing on paper at 30 mm (กระดาษตราครุฑ) and 15 mm (บันทึกข้อความ), as a PNG. Raises what the typesetter says."""
    from files.typesetting import typeset  # WeasyPrint loads with the first page that is set

    image = f"data:{TYPES[drawing.form]};base64,{base64.b64encode(read(drawing.file)).decode('ascii')}"
    page = render_to_string("pdf/garuda_proof.html", {"image": image})
    return page_png(typeset(page, archival=False).pdf, 0, PROOF_WIDTH)
