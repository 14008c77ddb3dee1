"""Somebody is spared: a turn skipped by a superior's order, a unit beside the lead relieved of its part."""

from __future__ import annotations

from django.db import transaction

from audit.actions import record
from common.access import Invalid
from intray.actions.paper_trail import Kind, take_step, tell_post, write
from intray.actions.revising import route_of
from intray.actions.ways import settle, tell_lead, withdraw
from intray.models import STEP, RoutingStep, StepState
from intray.permissions_routes import may_excuse, may_skip
from org.actor import Actor
from saraban.models import Letter

NAME_LENGTH = 200


@transaction.atomic
def skip_step(*, by: Actor, step_id: int, ordered_by: str, text: str) -> RoutingStep:
    """ข้ามลำดับ of a planned or waiting step, by the order of a superior: who gave it and in what words is kept for good.

    Raises `Invalid` without either, `Refused`.
    """
    letter, step = take_step(by, step_id)
    route, ways = route_of(letter, step)
    may_skip(by, route, ways.of(route), step).demand()
    if not ordered_by.strip():
        raise Invalid("โปรดระบุผู้บังคับบัญชาที่สั่งให้ข้าม", field="ordered_by")
    if len(ordered_by.strip()) > NAME_LENGTH:
        raise Invalid(f"ชื่อและตำแหน่งผู้สั่งยาวได้ไม่เกิน {NAME_LENGTH} ตัวอักษร", field="ordered_by")
    if not text.strip():
        raise Invalid("โปรดระบุคำสั่งหรือเหตุผลที่ให้ข้าม", field="text")
    waits = step.is_open
    said = write(by, letter, step, Kind.SKIP, f"ข้าม {step.place} ตามคำสั่งของ {ordered_by.strip()}: {text.strip()}")
    withdraw(by, letter, step, "skip")
    label = f"ข้าม {step.place} ตามคำสั่งของ {ordered_by.strip()}"
    record(by=by, verb="step.skip", label=label, subject=said, letter_id=letter.pk, detail=_words(letter, text))
    if waits and step.to_position is not None:
        tell_post(step.to_position, letter, f"step:{step.pk}:skipped", "skipped", "ข้ามลำดับของท่านตามคำสั่ง", by)
    settle(by, letter, ended=step)
    return step


@transaction.atomic
def excuse_step(*, by: Actor, step_id: int, reason: str) -> RoutingStep:
    """ให้หน่วยร่วมพ้นภาระ: a unit beside the lead, and all it gave on, need not answer any more. The lead or the maker,
    with a reason. Raises `Invalid` without one, `Refused`."""
    letter, step = take_step(by, step_id)
    route, ways = route_of(letter, step)
    works = ways.works(step, but=route.made_from_id)
    may_excuse(by, route, ways.of(route), step, works=works).demand()
    if not reason.strip():
        raise Invalid("โปรดระบุเหตุผลที่ให้หน่วยร่วมพ้นภาระ", field="text")
    said = write(by, letter, step, Kind.EXCUSE, f"{step.place}: {reason.strip()}")
    for one in [step, *ways.below(step)]:
        if one.pk == step.pk or STEP.can(one.state, "excuse"):
            if one.pk != step.pk and one.route_id is None and one.to_position_id == route.made_from_id:
                continue  # what went back to the maker is the maker's own
            _relieve(by, letter, step if one.pk == step.pk else one)
    label = f"ให้ {step.place} พ้นภาระ"
    record(by=by, verb="step.excuse", label=label, subject=said, letter_id=letter.pk, detail=_words(letter, reason))
    settle(by, letter, ended=step)
    tell_lead(by, letter, step)
    return step


def _relieve(by: Actor, letter: Letter, step: RoutingStep) -> None:
    waited = step.is_open
    withdraw(by, letter, step, "excuse")
    if waited and step.to_position is not None and step.state == StepState.EXCUSED:
        tell_post(step.to_position, letter, f"step:{step.pk}:excused", "excused", "ท่านไม่ต้องดำเนินการเรื่องนี้แล้ว", by)


def _words(letter: Letter, text: str) -> dict[str, str] | None:
    """What the time-line shows under the line; nothing of a classified letter."""
    return None if letter.is_secret else {"note": text.strip()}
