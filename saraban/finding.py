"""Finding letters: all the actor may read, narrowed or searched, newest first.

Nothing is searched that the actor may not read: the newest ids of the reach come first (one lateral query), then the
filter looks at those rows only. A window holds the newest 20,000; past it the page says so and goes on from there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from org.actor import Actor
from saraban.models import RECEIVING, Letter, LetterStatus
from saraban.models.reach import newest_ids, reach_of
from saraban.registers import holding, plain
from saraban.selectors import for_rows

PAGE = 50
WINDOW = 20_000
SHORTEST = 2
OPEN_STATES = (
    LetterStatus.DRAFT, LetterStatus.REVIEW, LetterStatus.RETURNED, LetterStatus.PROPOSED, LetterStatus.SIGNED,
    LetterStatus.NUMBERED, LetterStatus.WAITING, LetterStatus.REGISTERED, LetterStatus.IN_PROGRESS,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LetterFilter:
    """What a reader narrows all letters by. `way` is "" , "in" or "out"; `state` a status or "OPEN"; dates are the letter's."""

    text: str = ""
    way: str = ""
    state: str = ""
    urgency: int | None = None
    since: date | None = None
    until: date | None = None

    @property
    def narrows(self) -> bool:
        return self != LetterFilter()


@dataclass(frozen=True, slots=True)
class LetterPage:
    """A page of letters. `older` is the next cursor; `goes_on` says the window ended before the page was full."""

    letters: tuple[Letter, ...]
    older: int | None
    goes_on: bool = False


def letters_of(actor: Actor, chosen: LetterFilter, before: int | None = None) -> LetterPage:
    """A page of what the actor may read and `chosen` chooses, newest first."""
    narrows = chosen.narrows
    ids = newest_ids(reach_of(actor), before=before, limit=(WINDOW if narrows else PAGE) + 1)
    if not narrows:
        letters = _in_order(for_rows(Letter.objects.filter(pk__in=ids[:PAGE])))
        return LetterPage(tuple(letters), ids[PAGE - 1] if len(ids) > PAGE else None)
    found = list(_in_order(_narrowed(for_rows(_among(ids[:WINDOW])), chosen))[: PAGE + 1])
    if len(found) > PAGE:
        return LetterPage(tuple(found[:PAGE]), found[PAGE - 1].pk)
    last = ids[WINDOW - 1] if len(ids) > WINDOW else None
    return LetterPage(tuple(found), last, goes_on=last is not None)


def _among(ids: list[int]) -> QuerySet[Letter]:
    """The letters of `ids`, given as one array (a list of thousands of parameters is slow to plan)."""
    return Letter.objects.extra(where=["saraban_letter.id = ANY(%s::bigint[])"], params=[ids])


def _in_order(letters: QuerySet[Letter]) -> QuerySet[Letter]:
    return letters.order_by("-pk")


def _narrowed(letters: QuerySet[Letter], chosen: LetterFilter) -> QuerySet[Letter]:
    if chosen.way:
        letters = letters.filter(incoming=chosen.way == "in")
    if chosen.state == "OPEN":
        letters = letters.filter(status__in=OPEN_STATES)
    elif chosen.state:
        letters = letters.filter(status=chosen.state)
    if chosen.urgency is not None:
        letters = letters.filter(urgency=chosen.urgency)
    if chosen.since:
        letters = letters.filter(letter_date__gte=chosen.since)
    if chosen.until:
        letters = letters.filter(letter_date__lte=chosen.until)
    if chosen.text:
        text, words = holding(chosen.text, "number", "subject", "sender", "addressee")
        letters = letters.alias(text=text).filter(text__contains=words)
    return letters


def same_before(
    actor: Actor, *, sender: str, number: str, letter_date: date | None, but_not: int | None = None
) -> list[Letter]:
    """Letters registered before in the actor's agency with the same number and date from the same sender.

    Only letters the actor may read: a duplicate elsewhere is that registry's to see. Senders are the same when one name
    contains the other ("กรมการปกครอง" and "สำนักบริหารการปกครองท้องที่ กรมการปกครอง").
    """
    if not number or letter_date is None:
        return []
    readable = Letter.objects.visible_to(actor).filter(agency=actor.agency, number=number, letter_date=letter_date)
    registered = readable.filter(entries__folder__kind__in=RECEIVING)
    found = registered.exclude(pk=but_not or 0).distinct().order_by("-pk")[:20]
    own = plain(sender).replace(" ", "")
    same = []
    for letter in found:
        other = plain(letter.sender).replace(" ", "")
        if not own or not other or own in other or other in own:
            same.append(letter)
    return same
