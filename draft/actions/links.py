"""The public link of a draft's enclosures, as its author wants it."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from audit.actions import record
from common.access import Invalid
from draft.actions.working import found
from draft.permissions import may_edit
from org.actor import Actor
from saraban.actions.letters import set_facts
from saraban.actions.links import switch_off, switch_on, usual_last_day
from saraban.models import Letter
from saraban.permissions_links import may_have_link

NO_FILE = "แนบไฟล์อย่างน้อยหนึ่งไฟล์ก่อน จึงแนบเป็นลิงก์ได้"


@transaction.atomic
def set_link(*, by: Actor, letter_id: int, wanted: bool, until: date | None, personal_data: bool) -> Letter:
    """Say whether the enclosures hold personal data, and whether a public link to them is printed, through which day.

    Raises Letter.DoesNotExist for a stranger, `Refused` when it is not the actor's turn to write or the letter may have
    none, `Invalid` without a file or for a wrong day. Nothing changes then.
    """
    letter = found(by, letter_id)
    may_edit(by, letter).demand()
    if wanted:
        may_have_link(letter, personal_data=personal_data).demand()
        if not letter.enclosures.filter(file__isnull=False).exists():
            raise Invalid(NO_FILE, field="wanted")
    else:
        switch_off(by=by, letter=letter)
    if letter.personal_data != personal_data:
        set_facts(letter=letter, personal_data=personal_data)
        words = "ระบุว่าสิ่งที่ส่งมาด้วยมีข้อมูลส่วนบุคคล" if personal_data else "ระบุว่าสิ่งที่ส่งมาด้วยไม่มีข้อมูลส่วนบุคคล"
        record(by=by, verb="draft.personal_data", label=words, subject=letter, letter_id=letter.pk)
    if wanted:
        switch_on(by=by, letter=letter, until=until or usual_last_day(by.at))
    return letter
