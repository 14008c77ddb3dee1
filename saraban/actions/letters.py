"""The letter's own verbs: open, facts, status, parties, where it lies. Upper floors write letters only through these."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from audit.actions import record
from common.access import Conflict, Refused
from common.compiled import ByKey
from files.models import StoredFile
from org.actor import Actor
from org.models import Agency, Position, Unit, User
from saraban.models import Letter, LetterParty, LetterSheet, LetterStatus, Reference, Stay
from saraban.models.sealed import new_letter_key
from saraban.permissions import may_draft, may_hold_class
from saraban.states import LETTER

Because = LetterParty.Because


def lock(letter_id: int) -> Letter:
    """The letter, locked for the rest of the transaction. Raises Letter.DoesNotExist."""
    letter = _LOCKED.get(letter_id)
    if letter.folder is not None and letter.folder.agency_id == letter.agency_id:
        letter.folder.agency = letter.agency
    return letter


_LOCKED = ByKey(lambda: Letter.objects.select_for_update(of=("self",)).select_related("agency", "owner_unit", "folder"))


@transaction.atomic
def open_letter(*, by: Actor, kind: str, subject: str = "", owner_unit: Unit | None = None, **facts: Any) -> Letter:
    """Begin a letter of the actor's unit: a DRAFT whose author's post is its first party.

    `facts` are further columns of `Letter` (urgency, addressee, sign_class …); with a `secrecy` it is encrypted from
    this first save. Raises `Refused` without a post, or without clearance for the class.
    """
    may_draft(by).demand()
    if facts.get("secrecy"):
        may_hold_class(by, facts["secrecy"]).demand()
        facts |= reserve_letter()
    letter = Letter.objects.create(
        agency=by.agency,
        kind=kind,
        subject=subject,
        owner_unit=owner_unit or by.unit,
        author=by.user,
        author_position=by.position,
        sender=by.unit.name,
        **facts,
    )
    add_party(letter=letter, because=Because.AUTHOR, position=by.position)
    arrive(letter=letter, unit=by.unit, position=by.position, at=by.at)
    record(by=by, verb="letter.open", label="เริ่มร่างหนังสือ", subject=letter, letter_id=letter.pk)
    return letter


def reserve_letter() -> dict[str, Any]:
    """Id and data key of a letter that is classified from its first save: its words are bound to the id."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('saraban_letter', 'id'))")
        pk: int = cursor.fetchone()[0]
    return {"pk": pk, "data_key": new_letter_key(pk)}


FACTS = (
    "kind",
    "subject",
    "sender",
    "addressee",
    "urgency",
    "secrecy",
    "personal_data",
    "circular",
    "folder",
    "sign_class",
    "due_at",
    "amount",
    "owner_unit",
    "to_units",
)


def set_facts(*, letter: Letter, **facts: Any) -> Letter:
    """Copy what lists show from the working text onto a letter still in preparation. The caller holds the lock.

    Raises `Conflict` once the letter is proposed: its facts are fixed then.
    """
    if letter.status not in (LetterStatus.DRAFT, LetterStatus.RETURNED, LetterStatus.REVIEW):
        raise Conflict("หนังสือเสนอไปแล้ว แก้ไขไม่ได้จนกว่าจะดึงกลับหรือถูกตีกลับ")
    unknown = set(facts) - set(FACTS)
    if unknown:
        raise ValueError(f"not facts of a letter: {sorted(unknown)}")
    for name, value in facts.items():
        setattr(letter, name, value)
    letter.save(update_fields=[*facts, "changed_at"])
    return letter


def move(*, letter: Letter, verb: str, by: Actor, label: str, detail: dict[str, Any] | None = None) -> Letter:
    """Do `verb` of the letter's transition table and append its line. The caller holds the lock.

    Raises `Conflict` when the verb is not open from the letter's present state.
    """
    LETTER.move(letter, verb)
    letter.save(update_fields=["status", "changed_at"])
    record(by=by, verb=f"letter.{verb}", label=label, subject=letter, letter_id=letter.pk, detail=detail)
    return letter


def set_document(*, letter: Letter, document: StoredFile, sealed: bool = False) -> Letter:
    """Make `document` the letter's present file. The old file stays stored; bytes never change.

    Raises ValueError for a file that lies in the clear while the letter is classified.
    """
    if letter.must_be_sealed and not document.is_sealed:
        raise ValueError(f"letter {letter.pk} is classified and this file is not sealed")
    letter.document, letter.sealed = document, sealed
    letter.save(update_fields=["document", "sealed", "changed_at"])
    return letter


def freeze_sheet(*, letter: Letter, form: str, data: dict[str, Any], places: dict[str, Any]) -> LetterSheet:
    """Keep the content the paper was set from, and where its signature and registry places lie (mm)."""
    sheet, _ = LetterSheet.objects.update_or_create(
        letter=letter, defaults={"form": form, "data": data, "places": places}
    )
    return sheet


def add_party(
    *,
    letter: Letter,
    because: str,
    unit: Unit | None = None,
    position: Position | None = None,
    user: User | None = None,
    until: datetime | None = None,
) -> None:
    """Make a unit, a position or a person a party to the letter; again only moves `until`."""
    if letter.secrecy and unit is not None:
        raise Refused("หนังสือมีชั้นความลับต้องระบุตำแหน่งหรือบุคคลผู้รับ ส่งทั้งหน่วยไม่ได้")
    LetterParty.objects.update_or_create(
        letter=letter,
        because=because,
        unit=unit,
        position=position,
        user=user,
        defaults={"until": until, "secrecy": letter.secrecy},
    )


# A stay already open there goes on; the letter's lock keeps two from beginning at once.
_ARRIVE = """
INSERT INTO saraban_stay (letter_id, unit_id, position_id, since)
SELECT %(letter)s, %(unit)s, %(position)s, %(at)s WHERE NOT EXISTS (
  SELECT FROM saraban_stay WHERE letter_id = %(letter)s AND unit_id = %(unit)s
    AND position_id IS NOT DISTINCT FROM %(position)s::bigint AND until IS NULL)
"""


def arrive(*, letter: Letter, unit: Unit, position: Position | None = None, at: datetime | None = None) -> None:
    """The letter now lies at a unit (and post); a stay already open there goes on. The caller holds the letter's lock."""
    values = {
        "letter": letter.pk,
        "unit": unit.pk,
        "position": position.pk if position else None,
        "at": at or timezone.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_ARRIVE, values)


def leave(
    *, letter: Letter, unit: Unit | None = None, position: Position | None = None, at: datetime | None = None
) -> None:
    """The letter left a post, a unit, or (neither given) wherever it lies."""
    stays = Stay.objects.filter(letter=letter, until=None)
    if position is not None:
        stays = stays.filter(position=position)
    elif unit is not None:
        stays = stays.filter(unit=unit)
    stays.update(until=at or timezone.now())


def refer(
    *, letter: Letter, text: str, kind: str = Reference.Kind.REFERS, target: Letter | None = None, order: int = 0
) -> Reference:
    """Tie `letter` to what it refers to or answers."""
    return Reference.objects.create(letter=letter, kind=kind, target=target, text=text, order=order)


def central_registry(agency: Agency) -> Unit:
    """Where letters from outside arrive. Raises `Refused` when the agency has not named its registry unit."""
    if agency.registry_unit is None:
        raise Refused(f"{agency.name} ยังไม่ได้กำหนดหน่วยสารบรรณกลาง")
    return agency.registry_unit
