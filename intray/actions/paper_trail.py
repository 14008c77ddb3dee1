"""What the tray's verbs share: winning the locks, writing an endorsement, letting a post in, taking the letter away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from common.access import Conflict, Refused
from intray.models import OPEN_STATES, STEP, Endorsement, RoutingStep, StepPurpose
from intray.permissions import may_stand
from notifications.actions import notify
from org.actor import Actor
from org.models import Appointment, Position, Unit
from org.selectors import head_of
from org.selectors_calendar import deadline_of
from saraban.actions.letters import Because, add_party, arrive, leave, lock
from saraban.models import Letter
from saraban.models.reach import may_read
from saraban.selectors import notice_title, registrar_positions

Kind = Endorsement.Kind


def take_letter(by: Actor, letter_id: int) -> Letter:
    """Lock the letter for an actor who may read it and still holds his post by the clock on the wall.

    Raises `Refused` for a stranger and for an appointment that ended while the page stood open.
    """
    letter = lock(letter_id)
    may_stand(by).demand()
    assert by.appointment is not None
    if not Appointment.objects.current(timezone.now()).filter(pk=by.appointment.pk).exists():
        raise Refused(f"ฐานะ{by.title_line}สิ้นสุดแล้ว โปรดเลือกฐานะที่ยังมีผล")
    if not may_read(by, letter):
        raise Refused("ไม่พบหนังสือ")
    return letter


def take_step(by: Actor, step_id: int) -> tuple[Letter, RoutingStep]:
    """Lock the step's letter, then read the step as it is now. Raises `Refused`; RoutingStep.DoesNotExist."""
    letter_id = RoutingStep.objects.values_list("letter_id", flat=True).get(pk=step_id)
    letter = take_letter(by, letter_id)
    step = RoutingStep.objects.select_for_update(of=("self",)).select_related(
        "to_position", "to_unit", "sent_from__unit", "sent_by", "previous", "job", "route"
    ).get(pk=step_id)  # fmt: skip
    step.letter = letter
    return letter, step


def write(by: Actor, letter: Letter, step: RoutingStep | None, kind: str, text: str = "") -> Endorsement:
    """Append an endorsement with person and title lines as they are at this moment (ข้อ 26)."""
    assert by.appointment is not None
    return Endorsement.objects.create(
        letter=letter,
        step=step,
        kind=kind,
        text=text.strip(),
        by=by.user,
        position=by.position,
        person=by.user.full_name,
        title_lines=list(by.appointment.title_lines),
        at=by.at,
    )


def end_step(by: Actor, step: RoutingStep, verb: str, *, also: Sequence[str] = ()) -> RoutingStep:
    """Do `verb` on the step and end it; a step of the whole unit becomes that of the post that acted. Saves `also` too."""
    STEP.move(step, verb, field="state")
    step.done_at = by.at
    step.opened_at = step.opened_at or by.at
    claim(by, step)
    step.save(update_fields=["state", "done_at", "opened_at", "to_position", *also])
    return step


def claim(by: Actor, step: RoutingStep) -> None:
    """Make a unit's step the actor's own (unsaved). Raises `Conflict` when the letter waits at his post already."""
    if step.to_position_id is not None:
        return
    twice = RoutingStep.objects.filter(letter=step.letter_id, to_position=by.position, state__in=OPEN_STATES)
    if twice.exists():
        raise Conflict("เรื่องนี้อยู่ในแฟ้มของตำแหน่งท่านอีกทางหนึ่งแล้ว โปรดดำเนินการรายการนั้นก่อน")
    step.to_position = by.position


def leave_step(letter: Letter, step: RoutingStep, by: Actor) -> None:
    """The letter no longer lies where the step is; what else waits in the unit's common room stays there."""
    if step.to_position is not None:
        leave(letter=letter, position=step.to_position, at=by.at)
    if not step.for_unit:
        return
    common = RoutingStep.objects.filter(letter=letter, to_position=None, to_unit=step.to_unit, state__in=OPEN_STATES)
    if not common.exclude(pk=step.pk).exclude(purpose=StepPurpose.INFO).exists():
        leave_unit(letter, step.to_unit, by.at)


def leave_unit(letter: Letter, unit: Unit, at: datetime) -> None:
    """The letter no longer lies in the unit's common room; posts of the unit keep what lies on their desks."""
    letter.stays.filter(unit=unit, position=None, until=None).update(until=at)


def urgency_deadline(letter: Letter, start: datetime) -> datetime | None:
    """When a letter of this urgency should be dealt with, in working hours since `start`; None for an ordinary one."""
    hours = settings.DEADLINE_HOURS[letter.urgency]
    return deadline_of(letter.agency, start, hours) if hours else None


def _due(purpose: str, given: datetime | None, by_urgency: datetime | None) -> dict[str, Any]:
    """The deadline of a step: the one given, else the urgency's. What is only to be read has none by urgency."""
    if given or by_urgency is None or purpose == StepPurpose.INFO:
        return {"due_at": given}
    return {"due_at": by_urgency, "due_by_urgency": True}


def given_deadline(step: RoutingStep | None) -> datetime | None:
    """The deadline somebody gave, which goes on with the letter; the urgency's own begins anew with each receiver."""
    return step.due_at if step is not None and not step.due_by_urgency else None


def admit(letter: Letter, step: RoutingStep) -> None:
    """The step's post or unit becomes a party to the letter."""
    if step.to_position is None:
        add_party(letter=letter, because=Because.ROUTING, unit=step.to_unit)
    else:
        add_party(letter=letter, because=Because.ROUTING, position=step.to_position)


def shut_out(letter: Letter, step: RoutingStep) -> None:
    """After a recall: the target was never a reader, unless another step of his stands."""
    others = RoutingStep.objects.filter(letter=letter, to_position=step.to_position).exclude(pk=step.pk)
    parties = letter.parties.filter(because=Because.ROUTING)
    if step.to_position is None:
        others = others.filter(to_unit=step.to_unit)
        parties = parties.filter(unit=step.to_unit)
    else:
        parties = parties.filter(position=step.to_position)
    if not others.exclude(state__in=("RECALLED", "PLANNED")).exists():
        parties.delete()


def addressees(step: RoutingStep) -> list[Position]:
    """Who is told of a step: the post; or of a unit its head and its registrars, or all its posts when it has neither."""
    if step.to_position is not None:
        return [step.to_position]
    head = head_of(step.to_unit)
    told = {post.pk: post for post in registrar_positions(step.to_unit) if post.unit_id == step.to_unit_id}
    if head is not None:
        told[head.pk] = head
    return list(told.values()) or list(step.to_unit.positions.filter(abolished_at=None)[:20])


def tell(step: RoutingStep, by: Actor) -> None:
    """Tell those a step reached what arrived, from whom and what for."""
    letter = step.letter
    asked = StepPurpose(step.purpose).label
    whose = "หน่วยงานของท่าน" if step.for_unit else "ตำแหน่งของท่าน"
    notify(
        key=f"step:{step.pk}:new",
        event="intray.arrived",
        title=f"{asked}: {notice_title(letter)}",
        why=f"{step.sent_from.title} ส่งเรื่องให้{whose}{asked}",
        url_name="saraban:letter",
        url_args=[letter.pk],
        urgent=letter.urgency > 1,
        positions=addressees(step),
        but_not=by,
    )


def tell_post(post: Position, letter: Letter, key: str, event: str, what: str, by: Actor) -> None:
    """Tell a post that sent or handled the letter what became of it."""
    notify(
        key=key,
        event=f"intray.{event}",
        title=f"{what}: {notice_title(letter)}",
        why="ตำแหน่งของท่านเป็นผู้ส่งหรือผู้รับผิดชอบเรื่องนี้",
        url_name="saraban:letter",
        url_args=[letter.pk],
        urgent=letter.urgency > 1,
        positions=[post],
        but_not=by,
    )


def tell_sender(step: RoutingStep, event: str, what: str, by: Actor) -> None:
    """Tell the post that sent a step how it ended."""
    notify(
        key=f"step:{step.pk}:{event}",
        event=f"intray.{event}",
        title=f"{what}: {notice_title(step.letter)}",
        why=f"ตำแหน่งของท่านเป็นผู้ส่งเรื่องนี้ถึง{step.place}",
        url_name="saraban:letter",
        url_args=[step.letter_id],
        urgent=step.letter.urgency > 1,
        positions=[step.sent_from],
        but_not=by,
    )


def back_to_sender(by: Actor, letter: Letter, step: RoutingStep, note: str) -> RoutingStep | None:
    """The letter goes back to the post that sent it: a new step there, unless one waits there already."""
    waits = RoutingStep.objects.filter(letter=letter, to_position=step.sent_from, state__in=OPEN_STATES)
    if step.sent_from_id == by.position.pk or waits.exists():
        return None
    purpose = step.previous.purpose if step.previous and step.previous.purpose != StepPurpose.SIGN else ""
    purpose = purpose if purpose and purpose != StepPurpose.INFO else StepPurpose.ACTION
    given = given_deadline(step.previous) if step.previous else letter.due_at
    fresh = RoutingStep.objects.create(
        letter=letter,
        previous=step,
        to_position=step.sent_from,
        to_unit=step.sent_from.unit,
        purpose=purpose,
        secrecy=letter.secrecy,
        note=note[:500],
        sent_by=by.user,
        sent_from=by.position,
        sent_at=by.at,
        **_due(purpose, given, None if given else urgency_deadline(letter, by.at)),
    )
    admit(letter, fresh)
    arrive(letter=letter, unit=fresh.to_unit, position=step.sent_from, at=by.at)
    return fresh
