"""แจ้งผู้บังคับบัญชา: a step that is late by more working hours than its urgency allows is told to the post above, once.

Who is told may read the letter from then on, as the one who answers for it; of a classified one he hears that there is
one, and no more.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from audit.actions import record
from common.thai import date_short, local_date
from common.worktime import is_working_day, working_deadline
from intray.models import Escalation, RoutingStep
from notifications.actions import notify
from org.actor import Actor
from org.models import Agency, Position
from org.selectors import superior_of
from org.selectors_calendar import holidays_of
from saraban.actions.letters import Because, add_party, lock
from saraban.selectors import notice_title

MOST_AT_ONCE = 500


def escalate_late(*, at: datetime) -> int:
    """Tell the superiors of all that is too late at `at`; gives how many steps were told of. Again, it tells nobody twice."""
    day = local_date(at)
    told = 0
    for agency in Agency.objects.order_by("pk"):
        if is_working_day(day, holidays_of(agency, day, day)):
            told += sum(_escalate(step_id, at) for step_id in too_late(agency, at))
    return told


def too_late(agency: Agency, at: datetime) -> list[int]:
    """The open steps of an agency whose deadline lies further back than ESCALATE_HOURS of their urgency, untold so far."""
    late = RoutingStep.objects.open().filter(Q(due_at__lt=at), to_unit__agency=agency, escalation=None)
    found = late.order_by("due_at", "id").values_list("id", "due_at", "letter__urgency")[:MOST_AT_ONCE]
    rows = [(pk, due_at, urgency) for pk, due_at, urgency in found if due_at is not None]
    if not rows:
        return []
    days_off = holidays_of(agency, local_date(rows[0][1]), local_date(at))
    hours = settings.ESCALATE_HOURS
    return [
        pk for pk, due_at, urgency in rows
        if hours[urgency] and working_deadline(due_at, hours[urgency], days_off) <= at
    ]  # fmt: skip


@transaction.atomic
def _escalate(step_id: int, at: datetime) -> bool:
    """One step; False when it ended meanwhile, was told of before, or nobody stands above."""
    letter_id = RoutingStep.objects.values_list("letter_id", flat=True).get(pk=step_id)
    letter = lock(letter_id)
    steps = RoutingStep.objects.select_related("to_position__unit", "to_unit__agency", "sent_by", "letter")
    step = steps.get(pk=step_id)
    above = superior_of(step.to_unit, step.to_position)
    if not step.is_open or above is None or Escalation.objects.filter(step=step).exists():
        return False
    Escalation.objects.create(step=step, position=above, at=at)
    if not letter.is_secret:
        add_party(letter=letter, because=Because.READER, position=above)
    due = date_short(step.due_at) if step.due_at else ""
    label = f"แจ้งผู้บังคับบัญชาแล้ว: {above.label} ({step.place} เกินกำหนด {due})"
    by = Actor(step.sent_by, None, at)
    record(by=by, verb="step.escalate", label=label, subject=step, letter_id=letter.pk, outside="ระบบ")
    _tell(step, above)
    return True


def _tell(step: RoutingStep, above: Position) -> None:
    letter = step.letter
    notify(
        key=f"step:{step.pk}:escalated",
        event="intray.escalated",
        title=f"ล่าช้ามากที่ {step.place}: {notice_title(letter)}"[:300],
        why="ท่านเป็นผู้บังคับบัญชาของผู้รับเรื่องนี้ ซึ่งเลยกำหนดเกินเวลาที่ส่วนราชการตั้งไว้ แจ้งครั้งเดียว",
        url_name="intray:list" if letter.is_secret else "saraban:letter",
        url_args=[] if letter.is_secret else [letter.pk],
        positions=[above],
        urgent=True,
    )
