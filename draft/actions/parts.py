"""The parts beside the text: enclosures and references. Each change is its own, so two pages never undo one another."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO

from django.db import transaction
from django.db.models import Max

from audit.actions import record
from common.access import Invalid, Refused, TooLarge
from common.thai import date_formal, parse_date, thai_digits
from draft.actions.working import found
from draft.permissions import may_edit
from draft.selectors.paper import reference_line
from files.actions import store
from org.actor import Actor
from saraban.actions.letters import refer
from saraban.models import Enclosure, Letter, Reference
from saraban.sheets import reference_text

MOST_ENCLOSURES = 100
LAST_PLACE = 9_999
MOST_REFERENCES = 30
TITLE_LENGTH, QUANTITY_LENGTH, NAME_LENGTH, REFERENCE_LENGTH = 300, 60, 255, 400
TOO_MANY = f"แนบสิ่งที่ส่งมาด้วยได้ไม่เกิน {MOST_ENCLOSURES} รายการต่อฉบับ โปรดรวมเอกสารเป็นไฟล์เดียวกันหรือแยกหนังสือ"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came: its bytes and the name it had on the writer's machine.

    `place` is where it is to stand in the list when several are sent at once and may arrive in any order; None: the end.
    """

    stream: IO[bytes]
    name: str
    place: int | None = None


def attach(*, by: Actor, letter_id: int, uploads: Sequence[Upload]) -> tuple[list[Enclosure], list[Refused]]:
    """Attach files, each as an enclosure of its own titled by its name; a file that is refused stops none of the others.

    Returns the new enclosures and the refusals. Raises Letter.DoesNotExist for a stranger, `Refused` when it is not
    the actor's turn to write, and `TooLarge` (nothing is attached) when there would be too many.
    """
    with transaction.atomic():
        letter = found(by, letter_id)
        may_edit(by, letter).demand()
        if letter.enclosures.count() + len(uploads) > MOST_ENCLOSURES:
            raise TooLarge(TOO_MANY)
    made: list[Enclosure] = []
    refused: list[Refused] = []
    for upload in uploads:
        try:
            made.append(_attach_one(by, letter_id, upload))
        except (Invalid, TooLarge) as refusal:
            refused.append(refusal)
    return made, refused


@transaction.atomic
def _attach_one(by: Actor, letter_id: int, upload: Upload) -> Enclosure:
    name = PurePath(upload.name.replace("\\", "/")).name[-NAME_LENGTH:] or "ไฟล์"
    letter = found(by, letter_id)
    may_edit(by, letter).demand()
    stored = store(upload.stream, name=name, sealed=letter.must_be_sealed)
    if letter.enclosures.count() >= MOST_ENCLOSURES:
        raise TooLarge(TOO_MANY)
    last = letter.enclosures.aggregate(last=Max("order"))["last"] or 0
    enclosure = Enclosure.objects.create(
        letter=letter,
        title=_title(name),
        quantity=f"{stored.pages} แผ่น" if stored.pages else "1 ฉบับ",
        original_name=name,
        file=stored,
        order=min(upload.place, LAST_PLACE) if upload.place else last + 1,
    )
    record(
        by=by,
        verb="draft.attach",
        label=f"แนบสิ่งที่ส่งมาด้วย “{enclosure.title}”"[:400],
        subject=enclosure,
        letter_id=letter.pk,
        detail={"sha256": stored.sha256, "name": name},
    )
    return enclosure


def _title(name: str) -> str:
    """A readable title from a file's name: no suffix, blanks for underscores."""
    stem = name.rsplit(".", 1)[0] if "." in name[1:] else name
    return (re.sub(r"[_\s]+", " ", stem).strip() or name)[:TITLE_LENGTH]


@transaction.atomic
def describe(*, by: Actor, letter_id: int, words: Mapping[int, tuple[str, str]]) -> None:
    """Set title and quantity of enclosures by id. Ids of other letters are passed over. Raises `Refused`."""
    letter = found(by, letter_id)
    changed = []
    for row in letter.enclosures.filter(pk__in=words):
        title, quantity = (" ".join(text.split()) for text in words[row.pk])
        if (row.title, row.quantity) != (title[:TITLE_LENGTH], quantity[:QUANTITY_LENGTH]):
            row.title, row.quantity = title[:TITLE_LENGTH], quantity[:QUANTITY_LENGTH]
            changed.append(row)
    if changed:
        may_edit(by, letter).demand()
        for row in changed:
            row.save(update_fields=["title", "quantity"])


@transaction.atomic
def move_enclosure(*, by: Actor, letter_id: int, enclosure_id: int, up: bool) -> list[Enclosure]:
    """Move an enclosure one place; at the end of the list nothing happens. Raises Enclosure.DoesNotExist."""
    letter = found(by, letter_id)
    may_edit(by, letter).demand()
    rows = list(letter.enclosures.all())
    at = next((n for n, row in enumerate(rows) if row.pk == enclosure_id), None)
    if at is None:
        raise Enclosure.DoesNotExist
    to = at + (-1 if up else 1)
    if 0 <= to < len(rows):
        rows[at], rows[to] = rows[to], rows[at]
    for order, row in enumerate(rows, start=1):
        row.order = order
    Enclosure.objects.bulk_update(rows, ["order"])
    return rows


@transaction.atomic
def remove_enclosure(*, by: Actor, letter_id: int, enclosure_id: int) -> str:
    """Take an enclosure off the letter; its bytes stay stored. Returns its title. Raises Enclosure.DoesNotExist."""
    letter = found(by, letter_id)
    may_edit(by, letter).demand()
    row = letter.enclosures.get(pk=enclosure_id)
    title, sha256 = row.title, row.file.sha256 if row.file else ""
    record(
        by=by,
        verb="draft.detach",
        label=f"นำสิ่งที่ส่งมาด้วย “{title}” ออก"[:400],
        subject=row,
        letter_id=letter.pk,
        detail={"sha256": sha256, "name": row.original_name},
    )
    row.delete()
    return title


@transaction.atomic
def refer_to(*, by: Actor, letter_id: int, target_id: int) -> Reference:
    """Cite a letter the actor may read. Raises Letter.DoesNotExist for one he may not, `Refused` for one cited already."""
    letter = found(by, letter_id)
    may_edit(by, letter).demand()
    target = Letter.objects.visible_to(by).exclude(pk=letter.pk).get(pk=target_id)
    if target.secrecy > letter.secrecy:
        raise Refused("หนังสือที่อ้างถึงมีชั้นความลับสูงกว่าร่างนี้ โปรดกำหนดชั้นความลับของร่างให้ไม่ต่ำกว่าก่อน")
    if letter.references.filter(target=target).exists():
        raise Refused("อ้างถึงหนังสือฉบับนี้อยู่แล้ว")
    return _refer(by, letter, reference_line(target), target)


@transaction.atomic
def refer_by_words(*, by: Actor, letter_id: int, sender: str, number: str, dated: str) -> Reference:
    """Cite a letter that is not in the platform, by its sender, number and date as typed. Raises `Invalid`."""
    letter = found(by, letter_id)
    may_edit(by, letter).demand()
    sender, number = " ".join(sender.split()), " ".join(number.split())
    if not sender:
        raise Invalid("โปรดกรอกชื่อส่วนราชการเจ้าของหนังสือที่อ้างถึง", field="sender")
    if not number:
        raise Invalid("โปรดกรอกเลขที่ของหนังสือที่อ้างถึง", field="number")
    try:
        day = parse_date(dated)
    except Invalid as error:
        raise Invalid(error.sentence, field="dated") from error
    line = reference_text(sender=sender, number=thai_digits(number), date_text=date_formal(day))
    if len(line) > REFERENCE_LENGTH:
        raise Invalid(f"ข้อความอ้างถึงยาวเกิน {REFERENCE_LENGTH} ตัวอักษร โปรดย่อชื่อส่วนราชการ", field="sender")
    return _refer(by, letter, line, None)


def _refer(by: Actor, letter: Letter, line: str, target: Letter | None) -> Reference:
    count = letter.references.count()
    if count >= MOST_REFERENCES:
        raise Refused(f"อ้างถึงได้ไม่เกิน {MOST_REFERENCES} ฉบับ")
    reference = refer(letter=letter, text=line, target=target, order=count + 1)
    record(by=by, verb="draft.refer", label=f"อ้างถึง {line}"[:400], subject=reference, letter_id=letter.pk)
    return reference


@transaction.atomic
def drop_reference(*, by: Actor, letter_id: int, reference_id: int) -> str:
    """Cite a letter no more. Returns the line it had. Raises Reference.DoesNotExist."""
    letter = found(by, letter_id)
    may_edit(by, letter).demand()
    reference = letter.references.get(pk=reference_id)
    line = reference.text
    record(by=by, verb="draft.unrefer", label=f"เลิกอ้างถึง {line}"[:400], subject=reference, letter_id=letter.pk)
    reference.delete()
    return line
