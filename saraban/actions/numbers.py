"""Issuing and voiding numbers: gap-free, never twice, exact at midnight."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from audit.actions import record
from common.access import Conflict, Refused
from common.compiled import ByKey
from common.thai import local_date
from org.actor import Actor
from org.models import Unit
from outbox.actions import put
from saraban.actions.letters import leave, lock
from saraban.models import Delivery, Letter, NumberSeries, RegisterEntry, RegisterFolder, SignClass
from saraban.models.sealed import written_value
from saraban.numbers import series_year, write_number
from saraban.permissions import may_take_number, may_void
from saraban.sheets.kinds import KINDS, Dated
from saraban.states import DELIVERY, LETTER, DeliveryStatus

_NEXT = """
UPDATE saraban_numberseries SET last = last + 1
WHERE folder_id = %s AND year = %s AND circular = %s
RETURNING id, last, clock_timestamp()
"""

# The row is written in plain SQL: whoever waits for the same series waits for this.
_ENTRY = (
    "folder_id", "series_id", "letter_id", "seq", "insert_no", "number", "entered_at", "entered_on", "owner_unit_id",
    "secrecy", "action_taken", "remark", "registrar_id", "registrar_position_id", "void_reason",
)  # fmt: skip
_SEALED = frozenset(("action_taken", "remark", "void_reason"))
_ENTER = (
    f"INSERT INTO saraban_registerentry ({', '.join(_ENTRY)}) "  # noqa: S608 – names of this file only
    f"VALUES ({', '.join(['%s'] * len(_ENTRY))}) RETURNING id"
)


# What the rule and the number's text need, and no more.
_TO_NUMBER = ByKey(
    lambda: Letter.objects.select_for_update(of=("self",)).select_related("owner_unit", "agency", "folder").only(
        "kind", "circular", "secrecy", "data_key", "status", "number", "letter_date", "sign_class",
        "owner_unit__agency_id", "owner_unit__code", "owner_unit__name", "agency__code", "agency__name",
        *(f"folder__{name}" for name in (
            "agency_id", "owner_unit_id", "kind", "name", "number_format", "code", "unit_code", "circular_own_series", "reset",
            "start_number", "closed_at",
        )),
    )
)  # fmt: skip
_NUMBERED = "UPDATE saraban_letter SET status = %s, number = %s, letter_date = %s, changed_at = %s WHERE id = %s"


def _lock_to_number(letter_id: int) -> Letter:
    """The letter under its row's lock, with folder, owner unit and agency. Raises `Letter.DoesNotExist`."""
    letter = _TO_NUMBER.get(letter_id)
    if letter.folder is not None:
        letter.folder.agency = letter.agency
    return letter


def next_number(folder: RegisterFolder, *, circular: bool) -> tuple[int, int, int, datetime]:
    """Take the next number: (series id, year พ.ศ., seq, the moment). Call it last: it holds the series' lock.

    The moment is read after the lock is won, so a later number never carries an earlier time, and a request that
    waited across midnight gives the old year's number back, under the same lock, and takes number 1 of the new year.
    """
    circular = circular and folder.circular_own_series
    at = timezone.now()
    for _ in range(3):
        year = series_year(folder, at)
        series, seq, at = _take(folder, year, circular)
        if series_year(folder, at) == year:
            return series, year, seq, at
        NumberSeries.objects.filter(pk=series).update(last=seq - 1)
    raise Conflict("เลขเปลี่ยนปีพอดี โปรดกดออกเลขอีกครั้ง")


def _take(folder: RegisterFolder, year: int, circular: bool) -> tuple[int, int, datetime]:
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, (folder.pk, year, circular))
        row = cursor.fetchone()
        if row is None:
            first_ever = not NumberSeries.objects.filter(folder=folder, circular=circular).exists()
            start = folder.start_number if first_ever and not circular else 1
            NumberSeries.objects.bulk_create(
                [NumberSeries(folder=folder, year=year, circular=circular, last=start - 1)], ignore_conflicts=True
            )
            cursor.execute(_NEXT, (folder.pk, year, circular))
            row = cursor.fetchone()
    return row[0], row[1], row[2]


def enter(*, by: Actor, letter: Letter, folder: RegisterFolder, owner_unit: Unit, **columns: str) -> RegisterEntry:
    """Write the next row of a register for `letter`. The caller holds the letter's lock and has asked the rule."""
    series, year, seq, at = next_number(folder, circular=letter.circular and not folder.is_receiving)
    number = (
        str(seq)
        if folder.is_receiving
        else write_number(folder, owner_unit, seq=seq, year=year, circular=letter.circular)
    )
    entry = RegisterEntry(
        folder=folder,
        series_id=series,
        letter=letter,
        seq=seq,
        number=number,
        entered_at=at,
        entered_on=local_date(at),
        owner_unit=owner_unit,
        secrecy=letter.secrecy,
        registrar=by.user,
        registrar_position=by.position,
        **columns,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            _ENTER, [written_value(entry, name) if name in _SEALED else getattr(entry, name) for name in _ENTRY]
        )
        entry.pk = cursor.fetchone()[0]
    entry._state.adding = False
    return entry


# Orders, announcements and the like keep the day of their signature; whatever else has a date, or none, that of its number.
DATED_BY_SIGNING = frozenset(name for name, kind in KINDS.items() if kind.dated is Dated.SIGNING)


@transaction.atomic
def issue_number(*, by: Actor, letter_id: int) -> RegisterEntry:
    """ออกเลข: give a signed letter the next number of its folder; the seal is a job after it.

    Order: lock the letter, ask the rule, put the outbox row, then the series last. The letter's date is the day
    of numbering unless its kind carries the day of signing. Raises `Refused` or `Conflict`.
    """
    letter = _lock_to_number(letter_id)
    may_take_number(by, letter).demand()
    assert letter.folder is not None  # the rule refused a letter without one
    put("letter.numbered", f"letter:{letter.pk}", {"letter": letter.pk, "user": by.user.pk})
    LETTER.move(letter, "number")
    entry = enter(by=by, letter=letter, folder=letter.folder, owner_unit=letter.owner_unit)
    letter.number = entry.number
    if letter.letter_date is None or letter.kind not in DATED_BY_SIGNING:
        letter.letter_date = entry.entered_on
    with connection.cursor() as cursor:
        cursor.execute(_NUMBERED, [letter.status, letter.number, letter.letter_date, entry.entered_at, letter.pk])
    record(
        by=by,
        verb="letter.number",
        label=f"ออกเลข {entry.number}",
        subject=entry,
        letter_id=letter.pk,
        at=entry.entered_at,
        detail={"folder": letter.folder.pk, "class": SignClass(letter.sign_class).value},
    )
    return entry


@transaction.atomic
def void_number(*, by: Actor, entry_id: int, reason: str) -> RegisterEntry:
    """ยกเลิกเลข: the row stays in the register, struck out with its reason; the number is never used again.

    Deliveries that nobody opened are called back. Raises `Refused` once an addressee has opened or registered it.
    """
    reason = reason.strip()
    if not reason:
        raise Refused("โปรดระบุเหตุผลที่ยกเลิกเลข")
    found = RegisterEntry.objects.select_related("folder").get(pk=entry_id)
    letter = lock(found.letter_id)
    waiting = list(
        Delivery.objects.select_for_update().filter(
            letter=letter, status__in=(DeliveryStatus.QUEUED, DeliveryStatus.DELIVERED, DeliveryStatus.FAILED)
        )
    )
    entry = RegisterEntry.objects.select_for_update(of=("self",)).select_related("folder", "letter").get(pk=entry_id)
    may_void(by, entry).demand()
    entry.voided_at, entry.void_reason = timezone.now(), reason
    entry.save(update_fields=["voided_at", "void_reason"])
    for delivery in waiting:
        call_back(delivery)
    LETTER.move(letter, "void")
    letter.save(update_fields=["status", "changed_at"])
    leave(letter=letter)
    record(
        by=by,
        verb="letter.void",
        label=f"ยกเลิกเลข {entry.number}: {reason}",
        subject=entry,
        letter_id=letter.pk,
        detail={"reason": reason},
    )
    return entry


def call_back(delivery: Delivery) -> Delivery:
    """Recall an unopened delivery, and withdraw the copy that waits at another agency. The caller holds its lock."""
    DELIVERY.move(delivery, "recall")
    delivery.ended_at = timezone.now()
    delivery.save(update_fields=["status", "ended_at"])
    if delivery.received_id and delivery.received_id != delivery.letter_id:
        received = lock(delivery.received_id)
        LETTER.move(received, "withdraw")
        received.save(update_fields=["status", "changed_at"])
        leave(letter=received)
    return delivery
