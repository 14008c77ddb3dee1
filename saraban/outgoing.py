"""What the sending registry sees: the next number, what was sent and how far it came."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db import connection
from django.db.models import Count
from django.utils import timezone

from org.actor import Actor
from saraban.models import Delivery, DeliveryStatus, Letter, LetterStatus, NumberSeries, RegisterFolder
from saraban.models.reach import reach_of
from saraban.numbers import series_year, write_number
from saraban.selectors import for_rows

PAGE = 50


def next_example(letter: Letter, folder: RegisterFolder) -> str:
    """How the next number would read if it were issued now. Nobody is promised it: another letter may take it first."""
    year = series_year(folder, timezone.now())
    circular = letter.circular and folder.circular_own_series
    series = NumberSeries.objects.filter(folder=folder, circular=circular)
    now = series.filter(year=year).values_list("last", flat=True).first()
    if now is None:
        now = 0 if circular or series.exists() else folder.start_number - 1
    return write_number(folder, letter.owner_unit, seq=now + 1, year=year, circular=letter.circular)


_SENT = """
SELECT letter_id FROM (
  SELECT x.letter_id FROM unnest(%(whole)s::bigint[]) f(id) CROSS JOIN LATERAL (
    SELECT letter_id FROM saraban_registerentry
    WHERE folder_id = f.id AND secrecy = 0 AND voided_at IS NULL AND letter_id < %(before)s
    ORDER BY letter_id DESC LIMIT %(limit)s) x
  UNION ALL
  SELECT x.letter_id FROM unnest(%(units)s::bigint[]) u(id) CROSS JOIN LATERAL (
    SELECT letter_id FROM saraban_registerentry
    WHERE owner_unit_id = u.id AND folder_id = ANY(%(own)s::bigint[]) AND secrecy = 0 AND voided_at IS NULL
      AND letter_id < %(before)s
    ORDER BY letter_id DESC LIMIT %(limit)s) x
) found GROUP BY letter_id ORDER BY letter_id DESC LIMIT %(limit)s
"""


def sent_ids(actor: Actor, before: int | None = None) -> list[int]:
    """The newest numbered letters of the folders the actor numbers in: a page of ids and one more."""
    reach = reach_of(actor)
    sending = reach.folders("take_number")
    whole = sending & reach.folders("read_all")
    values: dict[str, Any] = {
        "whole": sorted(whole),
        "own": sorted((sending & reach.folders("read_own_unit")) - whole),
        "units": list(reach.unit_ids),
        "before": before or 2**62,
        "limit": PAGE + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SENT, values)
        return [row[0] for row in cursor.fetchall()]


def sent_letters(actor: Actor, before: int | None = None) -> tuple[list[Letter], int | None]:
    """Those of them that have left, newest first, and the next cursor."""
    ids = sent_ids(actor, before)
    waiting = (LetterStatus.NUMBERED, LetterStatus.VOIDED)
    letters = for_rows(Letter.objects.filter(pk__in=ids[:PAGE])).exclude(status__in=waiting)
    return list(letters.order_by("-pk")), ids[PAGE - 1] if len(ids) > PAGE else None


def delivery_summaries(letter_ids: list[int]) -> dict[int, str]:
    """By letter, how its deliveries stand in words: `ถึง 3 ราย · ลงรับ 2 · เปิดอ่าน 1`. One query."""
    counts: dict[int, Counter[str]] = {pk: Counter() for pk in letter_ids}
    rows = Delivery.objects.filter(letter_id__in=letter_ids).values_list("letter_id", "status").annotate(Count("pk"))
    for letter_id, status, count in rows:
        counts[letter_id][status] = count
    return {pk: _in_words(found) for pk, found in counts.items()}


_WORDS = (
    (DeliveryStatus.REGISTERED, "ลงรับ"),
    (DeliveryStatus.OPENED, "เปิดอ่าน"),
    (DeliveryStatus.DELIVERED, "ถึงแล้ว"),
    (DeliveryStatus.QUEUED, "รอส่ง"),
    (DeliveryStatus.RETURNED, "ส่งคืน"),
    (DeliveryStatus.RECALLED, "ดึงกลับ"),
    (DeliveryStatus.FAILED, "ส่งไม่สำเร็จ"),
)


def _in_words(found: Counter[str]) -> str:
    if not found:
        return "ยังไม่ได้ส่ง"
    parts = [f"{word} {found[status]}" for status, word in _WORDS if found[status]]
    return " · ".join((f"ส่ง {found.total()} ราย", *parts))
