"""Letters, deliveries and register entries as the rows that lists and registers show. No queries here but where said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.urls import reverse

from common.rows import ListRow, RegisterRow, Tag
from common.thai import clock, date_short, duration, local_date
from saraban.models import Delivery, DeliveryStatus, Letter, LetterStatus, Purpose, RegisterEntry, Secrecy, Stay
from saraban.selectors import where_now

S, D = LetterStatus, DeliveryStatus
STATUS_KIND: dict[str, str] = {
    S.RETURNED: "bad", S.VOIDED: "bad", S.SENT_BACK: "bad", S.WITHDRAWN: "bad", S.DISCARDED: "bad",
    S.SIGNED: "warm", S.WAITING: "warm", S.NUMBERED: "brand", S.SENT: "brand", S.IN_PROGRESS: "brand",
    S.REGISTERED: "brand", S.CLOSED: "good",
}  # fmt: skip
DELIVERY_KIND: dict[str, str] = {
    D.QUEUED: "", D.DELIVERED: "brand", D.OPENED: "amber", D.REGISTERED: "good", D.RETURNED: "bad", D.RECALLED: "bad", D.FAILED: "bad",
}  # fmt: skip
SOON = timedelta(days=2)
LONG_STAY = timedelta(days=7)


def status_tag(letter: Letter) -> Tag:
    """The letter's state as a label."""
    return Tag(LetterStatus(letter.status).label, STATUS_KIND.get(letter.status, ""))


def delivery_tag(delivery: Delivery) -> Tag:
    """The state of one addressee as a label."""
    return Tag(DeliveryStatus(delivery.status).label, DELIVERY_KIND[delivery.status])


def due_words(due_at: datetime | None, now: datetime) -> tuple[str, str]:
    """A deadline in words and its state: ("เกิน 2 วัน", "late"), ("วันนี้ 16.30 น.", "soon"), ("30 พ.ย. 2569", "")."""
    if due_at is None:
        return "", ""
    if due_at < now:
        days = (now - due_at).days
        return (f"เกิน {days} วัน" if days else "เกินกำหนดวันนี้"), "late"
    if local_date(due_at) == local_date(now):
        return f"วันนี้ {clock(due_at)}", "soon"
    return date_short(due_at), "soon" if due_at - now <= SOON else ""


def letter_url(letter_id: int, came_from: str = "") -> str:
    """The letter's page, carrying the list it was opened from (an encoded query)."""
    url = reverse("saraban:letter", args=[letter_id])
    return f"{url}?{came_from}" if came_from else url


def letter_rows(letters: Sequence[Letter], now: datetime, came_from: str = "") -> list[ListRow]:
    """Rows of a list of letters with where each lies now and for how long (one query for all)."""
    places = where_now([letter.pk for letter in letters])
    return [letter_row(letter, places[letter.pk], now, came_from) for letter in letters]


def letter_row(
    letter: Letter, stays: Sequence[Stay], now: datetime, came_from: str = "", tags: tuple[Tag, ...] = ()
) -> ListRow:
    """One letter; `tags` stand in place of its state."""
    due, due_state = due_words(letter.due_at, now)
    since = min((stay.since for stay in stays), default=None)
    way = "" if letter.is_secret else " → ".join(part for part in (letter.sender, letter.addressee) if part)
    return ListRow(
        key=str(letter.pk),
        url=letter_url(letter.pk, came_from),
        number=letter.number,
        subject=letter.shown_subject,
        second=way or letter.owner_unit.label,
        date=letter.letter_date,
        urgency=letter.urgency,
        secrecy=letter.secrecy,
        tags=tags or (status_tag(letter),),
        where=stays[0].unit.label if stays else "",
        where_sub=_also(stays),
        stay=_short(now - since) if since else "",
        stay_late=due_state == "late" and bool(since),
        due=due,
        due_state=due_state,
    )


def _short(span: timedelta) -> str:
    """A length in its largest unit, for a narrow column."""
    hours = int(span.total_seconds() // 3600)
    return f"{span.days} วัน" if span.days else f"{hours} ชม." if hours else duration(span)


def _also(stays: Sequence[Stay]) -> str:
    """The post it lies with, or how many more places hold it."""
    if len(stays) > 1:
        return f"และอีก {len(stays) - 1} แห่ง"
    return stays[0].position.label if stays and stays[0].position else ""


def place_line(stays: Sequence[Stay], now: datetime) -> str:
    """Where a letter lies and since when, in one line: `สำนักงานสถิติ 6 วัน และอีก 2 แห่ง`; "" for one that lies nowhere."""
    if not stays:
        return ""
    more = f" และอีก {len(stays) - 1} แห่ง" if len(stays) > 1 else ""
    return f"{stays[0].unit.label} {_short(now - stays[0].since)}{more}"


def incoming_rows(
    deliveries: Iterable[Delivery], now: datetime, *, open_ids: set[int], came_from: str
) -> list[ListRow]:
    """Rows of what waits for a registry: unread until opened, with the unit it waits at and since when.

    A row leads to the letter where the actor may read it (`open_ids`), else straight to its registering.
    """
    rows = []
    for delivery in deliveries:
        letter = delivery.received or delivery.letter
        due, due_state = due_words(letter.due_at, now)
        waited = now - (delivery.delivered_at or delivery.sent_at)
        purpose = (Tag(Purpose(delivery.purpose).label),) if delivery.purpose == Purpose.INFO else ()
        rows.append(
            ListRow(
                key=str(delivery.pk),
                url=letter_url(letter.pk, came_from)
                if letter.pk in open_ids
                else reverse("saraban:receive", args=[delivery.pk]),
                number=letter.number,
                subject=letter.shown_subject,
                second=f"จาก {letter.sender}",
                date=letter.letter_date,
                unread=delivery.status == DeliveryStatus.DELIVERED,
                urgency=letter.urgency,
                secrecy=letter.secrecy,
                tags=purpose,
                where=delivery.to_unit.label,
                stay=_short(waited),
                stay_late=waited > LONG_STAY,
                due=due,
                due_state=due_state,
            )
        )
    return rows


def register_row(entry: RegisterEntry, came_from: str = "") -> RegisterRow:
    """One line of a register, columns of แบบที่ 13 and แบบที่ 14."""
    letter = entry.letter
    receiving = entry.folder.is_receiving
    seq = f"{entry.seq}.{entry.insert_no}" if entry.insert_no else str(entry.seq)
    circular = letter.circular and not receiving and entry.folder.circular_own_series
    remark = " · ".join(part for part in (entry.void_reason, entry.remark) if part)
    return RegisterRow(
        seq=f"ว {seq}" if circular else seq,
        day=entry.entered_on,
        number=letter.number if receiving else entry.number,
        dated=letter.letter_date,
        sender=letter.sender or entry.owner_unit.name,
        addressee=letter.addressee,
        subject=letter.shown_subject,
        done=entry.action_taken,
        remark=remark,
        url="" if entry.secrecy == Secrecy.MOST_SECRET else letter_url(letter.pk, came_from),
        urgency=letter.urgency,
        secrecy=entry.secrecy,
        voided=entry.is_voided,
    )
