"""One letter's route: its steps, what was written on it, and what the panel offers to an actor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, QuerySet

from common.access import Verdict, first_refusal
from intray import permissions as rules
from intray.models import LIVE_STATES, OPEN_STATES, Endorsement, RoutingStep, StepPurpose, StepState
from intray.permissions_routes import may_add_signer, may_conclude
from intray.selectors.ways import Ways
from org.actor import Actor
from org.models import Unit
from org.selectors_standing import today_lines
from saraban.models import Delivery, Letter, LetterStatus
from signing.models import JobState


def steps_of(letter: Letter) -> QuerySet[RoutingStep]:
    """All steps of a letter in the order they came to be."""
    steps = RoutingStep.objects.filter(letter=letter).order_by("id")
    return steps.select_related("to_position", "to_unit", "sent_from__unit", "sent_by", "job", "letter")


def my_step(actor: Actor, steps: Sequence[RoutingStep]) -> RoutingStep | None:
    """The step the actor works on: the open one of his post, else one of his unit that nobody has taken."""
    if actor.appointment is None:
        return None
    open_steps = [step for step in steps if step.state in OPEN_STATES]
    own = [step for step in open_steps if step.to_position_id == actor.position.pk]
    common = [step for step in open_steps if step.to_position_id is None and step.to_unit_id == actor.unit.pk]
    return next(iter([*own, *common]), None)


def taken_by_another(actor: Actor, steps: Sequence[RoutingStep]) -> RoutingStep | None:
    """An open step of the actor's unit that a colleague has taken, for the sentence that says so."""
    if actor.appointment is None:
        return None
    return next(
        (
            step
            for step in steps
            if step.for_unit and step.is_open and step.to_unit_id == actor.unit.pk
            and step.to_position_id not in (None, actor.position.pk)
        ),
        None,
    )  # fmt: skip


def endorsements_of(letter: Letter) -> QuerySet[Endorsement]:
    """What was written and decided, oldest first, without a secretary's preparations."""
    return Endorsement.objects.filter(letter=letter).exclude(kind=Endorsement.Kind.PREPARED).order_by("id")


def closing_of(letter: Letter) -> Endorsement | None:
    """By whom and how a closed letter was closed, with its post; None for one that is not closed."""
    if letter.status != LetterStatus.CLOSED:
        return None
    closings = Endorsement.objects.filter(letter=letter, kind=Endorsement.Kind.CLOSE)
    return closings.select_related("position__unit").order_by("-id").first()


def unregistered_at(letter: Letter) -> list[Unit]:
    """The units of the agency the letter was sent to that have not registered it yet."""
    waiting = Delivery.objects.filter(received=letter, status__in=rules.UNREGISTERED)
    return [delivery.to_unit for delivery in waiting.select_related("to_unit").order_by("id")]


def prepared_for(step: RoutingStep) -> Endorsement | None:
    """The text the secretary has laid ready on this step, the latest one."""
    return step.endorsements.filter(kind=Endorsement.Kind.PREPARED).order_by("-id").first()


@dataclass(frozen=True)
class Sent:
    """One stop the actor's post has sent the letter to, and whether it can still be recalled."""

    step: RoutingStep
    recall: Verdict


@dataclass(frozen=True)
class PanelView:
    """All the panel shows: the actor's step with a verdict per verb, what he sent, the signing job's state."""

    letter: Letter
    step: RoutingStep | None
    may: dict[str, Verdict]
    sent: list[Sent]
    signers: list[RoutingStep]
    colleague: RoutingStep | None
    prepared: Endorsement | None
    waits_for_job: bool
    job_trouble: str
    starts: bool
    recall_proposal: Verdict | None
    live: list[RoutingStep] = field(default_factory=list)
    closing: Endorsement | None = None
    reopen: Verdict | None = None
    steps: list[RoutingStep] = field(default_factory=list)
    add_signer: Verdict | None = None
    standing: Mapping[int, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Nothing asked of the actor and nothing sent by him."""
        shown = self.step or self.starts or self.sent or self.signers or self.live or self.recall_proposal
        return not (shown or self.reopen is not None)


def panel_of(actor: Actor, letter: Letter, steps: Sequence[RoutingStep] | None = None) -> PanelView:
    """Everything the panel asks, in a bounded number of queries. `steps` are the letter's, where they are read already."""
    steps = list(steps_of(letter)) if steps is None else steps
    step = my_step(actor, steps)
    live = [one for one in steps if one.state in LIVE_STATES]
    signers = _last_round(steps)
    starts = step is None and actor.appointment is not None and bool(rules.may_start_route(actor, letter))
    may = step_verdicts(actor, step) if step else {}
    if step is not None and step.lead:
        may["close"] = first_refusal(may["close"], may_conclude(Ways(letter.pk, steps).missing(step)))
    if step is None:
        may["close"] = rules.may_close_letter(actor, letter, live)
    recallable = rules.may_recall_proposal(actor, letter, [one for one in signers if one.state in LIVE_STATES])
    proposed_by_me = actor.appointment is not None and (
        letter.author_id == actor.user.pk or letter.author_position_id == actor.position.pk
    )
    closed = letter.status == LetterStatus.CLOSED and actor.appointment is not None
    closing = closing_of(letter) if closed else None
    return PanelView(
        letter=letter,
        step=step,
        may=may,
        sent=_sent(actor, steps),
        signers=signers if letter.status == LetterStatus.PROPOSED else [],
        colleague=taken_by_another(actor, steps) if step is None else None,
        prepared=prepared_for(step) if step else None,
        waits_for_job=step is not None and step.state == StepState.SIGNING,
        job_trouble=_trouble(step),
        starts=starts,
        recall_proposal=recallable if letter.status == LetterStatus.PROPOSED and proposed_by_me else None,
        live=live,
        closing=closing,
        reopen=rules.may_reopen(actor, letter, closing) if closed else None,
        steps=list(steps),
        add_signer=may_add_signer(actor, letter, signers)
        if signers and letter.status == LetterStatus.PROPOSED
        else None,
        standing=today_lines([one.to_position_id for one in live], actor.at),
    )


def step_verdicts(actor: Actor, step: RoutingStep) -> dict[str, Verdict]:
    """Every verb of the panel with its verdict; a template asks `may.<verb>.reason`."""
    return {
        "note": rules.may_note(actor, step),
        "instruct": rules.may_instruct(actor, step),
        "send": rules.may_send_on(actor, step),
        "approve": rules.may_approve(actor, step),
        "acknowledge": rules.may_acknowledge(actor, step),
        "opinion": rules.may_give_opinion(actor, step),
        "return": rules.may_return(actor, step),
        "close": rules.may_close_step(actor, step),
        "prepare": rules.may_prepare(actor, step),
        "take": rules.may_take(actor, step),
        "release": rules.may_release(actor, step),
        "sign": rules.may_sign(actor, step),
    }


def beside(letter: Letter) -> tuple[bool, bool]:
    """Whether there are steps of the letter, and whether anything was written on it; asked once for a page."""
    kept: tuple[bool, bool] | None = letter.__dict__.get("_intray_beside")
    if kept is None:
        steps = RoutingStep.objects.filter(letter=OuterRef("pk"))
        written = Endorsement.objects.filter(letter=OuterRef("pk")).exclude(kind=Endorsement.Kind.PREPARED)
        kept = Letter.objects.filter(pk=letter.pk).values_list(Exists(steps), Exists(written)).get()
        letter.__dict__["_intray_beside"] = kept
    return kept


def wants_panel(actor: Actor, letter: Letter) -> bool:
    """Whether the letter page carries the panel: the letter is on a route or closed, or the actor may route or end it."""
    if beside(letter)[0]:
        return True
    if actor.appointment is None:
        return False
    return letter.status in (LetterStatus.PROPOSED, LetterStatus.CLOSED) or bool(
        rules.may_start_route(actor, letter) or rules.may_close_letter(actor, letter, [])
    )


def _sent(actor: Actor, steps: Sequence[RoutingStep]) -> list[Sent]:
    if actor.appointment is None:
        return []
    mine = [
        one for one in steps
        if one.sent_from_id == actor.position.pk and not one.proposal and one.state != StepState.RECALLED
    ]  # fmt: skip
    return [Sent(one, rules.may_recall(actor, one)) for one in mine]


def _last_round(steps: Sequence[RoutingStep]) -> list[RoutingStep]:
    rounds = [one.proposal for one in steps if one.purpose == StepPurpose.SIGN]
    return sorted((one for one in steps if rounds and one.proposal == rounds[-1]), key=lambda one: one.order)


def _trouble(step: RoutingStep | None) -> str:
    if step is None or step.job is None or step.state == StepState.SIGNING:
        return ""
    if step.job.state in (JobState.FAILED, JobState.NEEDS_PASSPHRASE):
        return step.job.error or "ลงลายมือชื่อไม่สำเร็จ โปรดลองใหม่"
    return ""
