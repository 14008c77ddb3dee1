"""ทวงถาม: the sender's post asks those who still have its letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from audit.actions import record
from common.access import Invalid, Refused
from common.thai import date_short
from intray import permissions as rules
from intray.actions.paper_trail import addressees, take_step
from intray.models import Chase, RoutingStep, StepPurpose
from notifications.actions import notify
from org.actor import Actor
from org.selectors_calendar import working_day
from saraban.selectors import notice_title


@dataclass(frozen=True, slots=True)
class Chased:
    """Who was asked, and the sentences of those that could not be."""

    chases: tuple[Chase, ...]
    refused: tuple[str, ...]


@transaction.atomic
def chase(*, by: Actor, step_ids: Sequence[int], note: str = "") -> Chased:
    """Ask for each of the steps, in the order of their ids; what is refused leaves the others asked for.

    Raises `Refused` with the first sentence when none could be asked for, `Invalid` without a step.
    """
    if not step_ids:
        raise Invalid("โปรดเลือกผู้รับที่จะทวงถามอย่างน้อยหนึ่งราย", field="step")
    day = working_day(by.agency, by.at)
    chases, refused = [], []
    for step_id in sorted(set(step_ids)):
        try:
            with transaction.atomic():
                chases.append(_chase_one(by, step_id, day, note.strip()))
        except RoutingStep.DoesNotExist:
            refused.append("ไม่พบหนังสือ")
        except Refused as refusal:
            refused.append(refusal.sentence)
    if not chases:
        raise Refused(refused[0])
    return Chased(tuple(chases), tuple(refused))


def _chase_one(by: Actor, step_id: int, day: date, note: str) -> Chase:
    letter, step = take_step(by, step_id)
    rules.may_chase(by, step, chased=step.chases.filter(day=day).exists()).demand()
    if note and letter.is_secret:
        raise Refused("หนังสือมีชั้นความลับ ทวงถามได้โดยไม่ใส่ข้อความ")
    asked = Chase.objects.create(step=step, by=by.user, position=by.position, day=day, at=by.at, note=note[:200])
    record(by=by, verb="step.chase", label=f"ทวงถาม {step.place}", subject=step, letter_id=letter.pk)
    whose = "หน่วยงานของท่าน" if step.for_unit else "ตำแหน่งของท่าน"
    reason = f"{step.sent_from.title} ส่งถึง{whose}{StepPurpose(step.purpose).label}เมื่อ {date_short(step.sent_at)}"
    notify(
        key=f"chase:{asked.pk}",
        event="intray.chased",
        title=f"ทวงถาม: {notice_title(letter)}",
        why=f"{reason}: {note}" if note and not letter.is_secret else reason,
        url_name="saraban:letter",
        url_args=[letter.pk],
        urgent=letter.urgency > 1,
        positions=addressees(step),
        but_not=by,
    )
    return asked
