"""A letter proposed for signature: its signers' steps come to be, and the proposal can be called back."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from common.access import Refused
from intray import permissions as rules
from intray.actions.decisions import call_off
from intray.actions.paper_trail import admit, shut_out, take_letter, tell, urgency_deadline
from intray.models import LIVE_STATES, RoutingStep, StepPurpose, StepState
from notifications.actions import notify
from org.actor import Actor
from org.models import Appointment, Position, User
from saraban.actions.classified import PROPOSED
from saraban.actions.letters import arrive, leave, lock, move
from saraban.models import Letter, LetterStatus
from saraban.models.sealed import open_words
from saraban.selectors import notice_title


def receive_proposal(payload: dict[str, Any]) -> None:
    """Outbox handler of `letter.proposed`: one step per signer, the first one called, the others planned.

    Again for the same message changes nothing; neither does a message whose letter was recalled in the meantime.
    A later proposal of the same letter takes the place of an earlier one that nobody has opened.
    """
    with transaction.atomic():
        letter = lock(payload["letter"])
        proposal = str(payload["_key"])[:120]
        if letter.status != LetterStatus.PROPOSED or letter.steps.filter(proposal=proposal).exists():
            return
        sender = _proposer(payload)
        for old in call_off(sender, letter):
            shut_out(letter, old)
        signers = _positions(payload["signers"])
        if not letter.stays.filter(until=None, position=signers[0]).exists():
            leave(letter=letter, at=sender.at)
        by_urgency = None if letter.due_at else urgency_deadline(letter, sender.at)
        for order, post in enumerate(signers, start=1):
            step = RoutingStep.objects.create(
                letter=letter,
                to_position=post,
                to_unit=post.unit,
                purpose=StepPurpose.SIGN,
                state=StepState.NEW if order == 1 else StepState.PLANNED,
                order=order,
                proposal=proposal,
                secrecy=letter.secrecy,
                note=open_words(letter, str(payload.get("note", "")), place=PROPOSED)[:500],
                sent_by=sender.user,
                sent_from_id=payload["by_position"],
                sent_at=sender.at,
                due_at=letter.due_at or (by_urgency if order == 1 else None),
                due_by_urgency=by_urgency is not None and order == 1,
            )
            if order == 1:
                welcome(letter, step, sender)


def _proposer(payload: dict[str, Any]) -> Actor:
    """Who proposed, in the post he proposed from (its present appointment may have ended since)."""
    user = User.objects.get(pk=payload["by_user"])
    held = Appointment.objects.filter(user=user, position=payload["by_position"]).order_by("-starts_at").first()
    return Actor(user, held, timezone.now())


def _positions(ids: list[int]) -> list[Position]:
    posts = {post.pk: post for post in Position.objects.filter(pk__in=ids).select_related("unit")}
    missing = [pk for pk in ids if pk not in posts]
    if missing or not ids:
        raise ValueError(f"no such signing posts: {missing or ids}")
    return [posts[pk] for pk in dict.fromkeys(ids)]


def welcome(letter: Letter, step: RoutingStep, by: Actor) -> None:
    """The letter lies with this signer now: party, stay, notice."""
    admit(letter, step)
    arrive(letter=letter, unit=step.to_unit, position=step.to_position, at=by.at)
    tell(step, by)


@transaction.atomic
def recall_proposal(*, by: Actor, letter_id: int) -> Letter:
    """ดึงกลับ before any signer has opened it: the letter is its author's draft again. Raises `Refused`."""
    letter = take_letter(by, letter_id)
    live = list(
        RoutingStep.objects.filter(letter=letter, purpose=StepPurpose.SIGN, state__in=LIVE_STATES).select_related(
            "to_position", "to_unit"
        )
    )
    signed = RoutingStep.objects.filter(
        proposal__in={step.proposal for step in live}, letter=letter, state=StepState.DONE
    )
    if live and signed.exists():
        raise Refused("ผู้ลงนามเปิดอ่านหรือลงนามแล้ว ดึงกลับไม่ได้ ให้ขอผู้ลงนามตีกลับ")
    rules.may_recall_proposal(by, letter, live).demand()
    reached = [step for step in live if step.state == StepState.NEW]
    for step in call_off(by, letter):
        shut_out(letter, step)
    move(letter=letter, verb="recall", by=by, label="ดึงกลับมาแก้ไข")
    leave(letter=letter, at=by.at)
    home = letter.author_position or by.position
    arrive(letter=letter, unit=home.unit, position=home, at=by.at)
    for step in reached:
        _tell_signer(letter, step, by)
    return letter


def _tell_signer(letter: Letter, step: RoutingStep, by: Actor) -> None:
    if step.to_position is None:
        return
    notify(
        key=f"step:{step.pk}:recalled",
        event="intray.recalled",
        title=f"ผู้เสนอดึงเรื่องกลับ: {notice_title(letter)}",
        why="เรื่องนี้เคยเสนอให้ตำแหน่งของท่านลงนาม",
        url_name="intray:list",
        positions=[step.to_position],
        but_not=by,
    )
