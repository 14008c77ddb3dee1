"""สำเนาถูกต้อง: an official of the owner unit certifies a copy, which is a new file beside the letter's own."""

from __future__ import annotations

from django.db import transaction

from audit.actions import record
from common.access import Conflict, Invalid
from common.thai import clock, date_formal, thai_digits
from files.actions import read, store_bytes
from files.pdf import BadPdf
from org.actor import Actor
from saraban.actions.letters import lock
from saraban.models import Letter, LetterCopy
from saraban.permissions_links import may_certify

MOST_PAGES = 300
TITLE_LENGTH = 420


def certify(*, by: Actor, letter_id: int) -> LetterCopy:
    """Make a certified copy of the letter's present file, in the actor's name and title, dated today.

    Setting the copy takes a while, so it happens before the letter is locked; the rule is asked again under the lock.
    Raises Letter.DoesNotExist for a stranger, `Refused`, `Invalid` for a file that cannot be copied, `Conflict` when
    the letter got another file meanwhile.
    """
    letters = Letter.objects.visible_to(by).select_related("document", "agency")
    letter = letters.get(pk=letter_id)
    may_certify(by, letter).demand()
    source = letter.document
    assert source is not None and by.appointment is not None  # the rule
    if (source.pages or 0) > MOST_PAGES:
        raise Invalid(f"หนังสือมีเกิน {MOST_PAGES} หน้า โปรดทำสำเนาถูกต้องจากต้นฉบับเป็นส่วน ๆ")
    from saraban.sheets.certified import CertifiedCopy, certify_copy  # WeasyPrint: see `saraban.sheets`

    typed = f"{date_formal(by.at)} {thai_digits(clock(by.at))}"
    words = CertifiedCopy(by.user.full_name, by.appointment.title_lines, date_formal(by.at), typed)
    try:
        pdf = certify_copy(read(source), words).pdf
    except BadPdf as error:
        raise Invalid(str(error)) from error
    with transaction.atomic():
        held = lock(letter_id)
        if held.document_id != source.pk:
            raise Conflict("ไฟล์ของหนังสือเพิ่งเปลี่ยน โปรดทำสำเนาใหม่อีกครั้ง")
        may_certify(by, held).demand()
        copy = LetterCopy.objects.create(
            letter=held,
            source=source,
            file=store_bytes(pdf, name="certified.pdf", sealed=held.must_be_sealed),
            at=by.at,
            by=by.user,
            position=by.position,
            name=by.user.full_name,
            title=" ".join(by.appointment.title_lines)[:TITLE_LENGTH],
        )
        detail = {"sha256": copy.file.sha256, "source": source.sha256}
        record(by=by, verb="letter.certify", label="จัดทำสำเนาถูกต้อง", subject=copy, letter_id=held.pk, detail=detail)
    return copy
