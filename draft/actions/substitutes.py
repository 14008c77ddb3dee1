"""Calling substitutes, by a press of the author or by the plan, and reminding those who are late with a review."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from common.access import Refused
from common.thai import BANGKOK, local_date
from common.worktime import CLOSES, OPENS, is_working_day
from draft.actions.turns import call_stand_in, is_vacant
from draft.actions.working import found
from draft.models import Review, ReviewState
from draft.permissions import may_call_substitute
from notifications.actions import notify
from org.actor import Actor
from org.models import Agency, Position
from org.selectors_calendar import holidays_of
from saraban.actions.letters import lock
from saraban.models import Letter, LetterStatus
from saraban.selectors import notice_title

NAMED = 3
NAME_LENGTH = 60


@transaction.atomic
def call_substitute(*, by: Actor, letter_id: int, review_id: int) -> Review:
    """เรียกผู้ตรวจแทน at once. Raises Letter.DoesNotExist, Review.DoesNotExist, `Refused` for anybody but the author."""
    letter = found(by, letter_id)
    review = waiting_turns().select_for_update(of=("self",)).get(letter=letter, pk=review_id)
    may_call_substitute(by, letter, review).demand()
    called = call_stand_in(letter, review, by=by, why="ผู้ร่างเรียกให้ตรวจแทน")
    if called is None:
        title = review.substitute.title if review.substitute else "ผู้ตรวจแทน"
        raise Refused(f"ตำแหน่ง{title}ไม่มีผู้ดำรงตำแหน่งหรือผู้รักษาราชการแทนในขณะนี้ จึงเรียกมาตรวจแทนไม่ได้")
    return called


def call_due_substitutes(*, at: datetime) -> int:
    """In office hours: call the substitute of every turn that is past its deadline or whose post nobody holds.

    Gives how many were called. A second run calls nobody twice: a turn has at most one substitute.
    """
    called = 0
    for agency in Agency.objects.order_by("pk"):
        if is_open(agency, at):
            turns = waiting_turns().filter(letter__agency=agency, state=ReviewState.WAITING, stand_in=None)
            due = [review for review in turns if _reason(review, at)]
            called += sum(_call(review.letter_id, review.pk, at) for review in due)
    return called


def is_open(agency: Agency, at: datetime) -> bool:
    """Whether the offices of the agency are open at `at`."""
    day = local_date(at)
    return OPENS <= at.astimezone(BANGKOK).time() < CLOSES and is_working_day(day, holidays_of(agency, day, day))


def waiting_turns() -> QuerySet[Review]:
    """Turns that have a substitute planned, with what deciding about them asks."""
    rows = Review.objects.filter(stands_for=None, letter__status=LetterStatus.REVIEW).exclude(substitute=None)
    return rows.select_related("position", "substitute__unit", "stand_in").order_by("letter_id", "group", "order")


@transaction.atomic
def _call(letter_id: int, review_id: int, at: datetime) -> bool:
    """Call it unless things changed meanwhile; asked again under the letter's lock."""
    letter = lock(letter_id)
    turns = waiting_turns().filter(letter=letter, pk=review_id, state=ReviewState.WAITING)
    review = turns.select_for_update(of=("self",)).first()
    reason = _reason(review, at) if review else ""
    return bool(review and reason and call_stand_in(letter, review, by=None, why=reason))


def _reason(review: Review, at: datetime) -> str:
    """Why the substitute is to be called now; nothing while the reviewer may still be waited for."""
    if review.due_at is not None and review.due_at < at:
        return "เลยกำหนดตรวจแล้ว"
    return f"ตำแหน่ง{review.position.title}ไม่มีผู้ดำรงตำแหน่ง" if is_vacant(review.position, at) else ""


def remind_late_reviews(*, at: datetime) -> int:
    """Each working morning one notice to every post that is late with reviews; gives how many posts were told."""
    day = local_date(at)
    told = 0
    for agency in Agency.objects.order_by("pk"):
        if not is_working_day(day, holidays_of(agency, day, day)):
            continue
        late = Review.objects.filter(state=ReviewState.WAITING, due_at__lt=at, letter__agency=agency)
        for post, reviews in _by_post(late.select_related("letter", "position").order_by("due_at", "pk")):
            told += 1
            with transaction.atomic():
                notify(
                    key=f"draft-late:{day.isoformat()}:{post.pk}",
                    event="draft.late",
                    title=_digest([review.letter for review in reviews]),
                    why="ร่างเหล่านี้รอท่านตรวจและเลยกำหนดแล้ว แจ้งวันทำการละครั้ง",
                    url_name="draft:list",
                    positions=[post],
                )
    return told


def _by_post(late: Iterable[Review]) -> list[tuple[Position, list[Review]]]:
    found: dict[int, tuple[Position, list[Review]]] = {}
    for review in late:
        found.setdefault(review.position_id, (review.position, []))[1].append(review)
    return list(found.values())


def _digest(letters: list[Letter]) -> str:
    """`เกินกำหนดตรวจ 5 เรื่อง: … · … · … และอีก 2 เรื่อง`; a classified letter is not named."""
    names = [notice_title(letter) or "ร่างที่ยังไม่ได้ใส่เรื่อง" for letter in letters[:NAMED]]
    short = [name if len(name) <= NAME_LENGTH else f"{name[:NAME_LENGTH]}…" for name in names]
    more = f" และอีก {len(letters) - NAMED} เรื่อง" if len(letters) > NAMED else ""
    return f"เกินกำหนดตรวจ {len(letters)} เรื่อง: {' · '.join(short)}{more}"
