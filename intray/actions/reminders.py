"""เตือนเรื่องเกินกำหนด: each morning one notice to each post that is late, and none to anybody else.

Nothing on a day off of the agency. The day stands in the notice's key, so a second run tells nobody twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from common.thai import BANGKOK, local_date
from common.worktime import OPENS, is_working_day
from intray.actions.paper_trail import addressees
from intray.models import RemindedDay, RoutingStep
from notifications.actions import notify
from org.models import Agency, Position
from org.selectors_calendar import holidays_of
from saraban.selectors import notice_title

NAMED = 3
NAME_LENGTH = 60


def remind_today(*, at: datetime) -> int:
    """The reminders of the day of `at`, once: after office hours began, and as soon as beat is back when it was down then.

    Gives how many posts were told; 0 when the day's reminders went out before, or the offices are not open yet.
    """
    day = local_date(at)
    if at < datetime.combine(day, OPENS, BANGKOK) or RemindedDay.objects.filter(day=day).exists():
        return 0
    told = remind_late(at=at)
    RemindedDay.objects.get_or_create(day=day, defaults={"at": at})
    return told


def remind_late(*, at: datetime) -> int:
    """Tell every post what is overdue at `at`; gives how many posts were told (again, when it runs twice)."""
    day = local_date(at)
    told = 0
    for agency in Agency.objects.order_by("pk"):
        if is_working_day(day, holidays_of(agency, day, day)):
            told += _remind_agency(agency, at, day)
    return told


def _remind_agency(agency: Agency, at: datetime, day: date) -> int:
    late = RoutingStep.objects.open().filter(Q(due_at__lt=at), to_unit__agency=agency)
    late = late.select_related("letter", "to_position", "to_unit").order_by("due_at", "id")
    by_post = _by_post(late.iterator(chunk_size=500))
    for post, steps in by_post.values():
        with transaction.atomic():
            notify(
                key=f"late:{day.isoformat()}:{post.pk}",
                event="intray.late",
                title=digest(steps),
                why="เรื่องเหล่านี้อยู่ในแฟ้มของตำแหน่งหรือหน่วยงานของท่านและเลยกำหนดแล้ว แจ้งวันทำการละครั้ง",
                url_name="intray:late",
                positions=[post],
            )
    return len(by_post)


def _by_post(late: Iterable[RoutingStep]) -> dict[int, tuple[Position, list[RoutingStep]]]:
    """The late steps of each post; those of a whole unit stand with everybody who was told of them."""
    found: dict[int, tuple[Position, list[RoutingStep]]] = {}
    of_unit: dict[int, list[Position]] = {}
    for step in late:
        posts = [step.to_position] if step.to_position is not None else of_unit.get(step.to_unit_id)
        if posts is None:
            posts = of_unit[step.to_unit_id] = addressees(step)
        for post in posts:
            found.setdefault(post.pk, (post, []))[1].append(step)
    return found


def digest(steps: Sequence[RoutingStep]) -> str:
    """`เกินกำหนด 5 เรื่อง: … · … · … และอีก 2 เรื่อง`; a classified letter is not named."""
    names = [notice_title(step.letter) for step in steps[:NAMED]]
    short = [name if len(name) <= NAME_LENGTH else f"{name[:NAME_LENGTH]}…" for name in names]
    more = f" และอีก {len(steps) - NAMED} เรื่อง" if len(steps) > NAMED else ""
    return f"เกินกำหนด {len(steps)} เรื่อง: {' · '.join(short)}{more}"
