"""Batches to look at: what was chosen and what would be refused, how each letter fared, what a person asked for lately."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Max, Q, QuerySet
from django.urls import reverse

from common.access import Verdict, first_refusal, no
from intray import permissions as rules
from intray.models import UNFINISHED, UNSUCCESSFUL, Batch, BatchItem, BatchVerb, ItemState, RoutingStep
from intray.selectors.rows import shown_subject
from org.actor import Actor
from saraban.models import Letter, SignClass

MOST = 500
PAGE = 50
QUIET = timedelta(seconds=60)  # a worker that was killed takes its letter up again within seconds
HIDDEN = "หนังสือที่ฐานะซึ่งท่านใช้อยู่เปิดอ่านไม่ได้"
Rule = Callable[[Actor, RoutingStep], Verdict]
RULES: dict[str, Rule] = {
    BatchVerb.SIGN: rules.may_sign,
    BatchVerb.NOTE: rules.may_note,
    BatchVerb.ACKNOWLEDGE: rules.may_acknowledge,
    BatchVerb.FORWARD: rules.may_send_on,
    BatchVerb.CLOSE: rules.may_close_step,
}


@dataclass(frozen=True)
class Chosen:
    """One letter picked for a batch: its subject as lists show it, and the rule's answer."""

    step: RoutingStep
    subject: str
    verdict: Verdict

    @property
    def by_certificate(self) -> bool:
        return self.step.letter.sign_class == SignClass.CERTIFICATE


def chosen_steps(actor: Actor, verb: str, step_ids: Sequence[int], *, text: str = "") -> list[Chosen]:
    """The picked steps of the actor's own tray, the most urgent first, each with what the rule says; others' ids are left out."""
    steps = RoutingStep.objects.tray_of(actor).filter(pk__in=list(step_ids)[:MOST]).select_related(
        "letter__agency", "letter__folder", "sent_from__unit", "to_position", "to_unit", "job"
    )  # fmt: skip
    busy = in_a_batch(step_ids)
    rule = RULES[verb]
    return [
        Chosen(
            step,
            shown_subject(step.letter),
            first_refusal(
                no("เรื่องนี้อยู่ในชุดงานที่กำลังทำอยู่แล้ว") if step.pk in busy else rule(actor, step),
                rules.may_in_batch(step.letter, verb, text),
            ),
        )
        for step in steps.order_by("-letter__urgency", "id")
    ]


def in_a_batch(step_ids: Iterable[int]) -> set[int]:
    """Which of these steps a worker is about to deal with (those that wait for a passphrase are free again)."""
    moving = BatchItem.objects.filter(step__in=step_ids, state__in=(ItemState.WAITING, ItemState.RUNNING))
    return set(moving.values_list("step_id", flat=True))


@dataclass(frozen=True, slots=True)
class Progress:
    """How many letters of a batch stand where."""

    total: int
    done: int
    waiting: int
    passphrase: int
    failed: int
    cancelled: int

    @property
    def busy(self) -> bool:
        return self.waiting > 0

    @property
    def through(self) -> int:
        return self.total - self.waiting - self.passphrase


def progress_of(batches: Sequence[Batch]) -> dict[int, Progress]:
    """The progress of each batch, in one query."""
    counts: dict[int, dict[str, int]] = {batch.pk: {} for batch in batches}
    rows = BatchItem.objects.filter(batch__in=batches).order_by().values_list("batch", "state").annotate(Count("pk"))
    for batch_id, state, count in rows:
        counts[batch_id][state] = count
    return {pk: _progress(states) for pk, states in counts.items()}


def _progress(states: dict[str, int]) -> Progress:
    return Progress(
        total=sum(states.values()),
        done=states.get(ItemState.DONE, 0),
        waiting=states.get(ItemState.WAITING, 0) + states.get(ItemState.RUNNING, 0),
        passphrase=states.get(ItemState.PASSPHRASE, 0),
        failed=sum(states.get(state, 0) for state in UNSUCCESSFUL),
        cancelled=states.get(ItemState.CANCELLED, 0),
    )


def stalled(actor: Actor, batch: Batch, progress: Progress) -> bool:
    """Whether letters wait and nothing has happened for a while: the person may order to go on."""
    latest = batch.items.aggregate(latest=Max("ended_at"))["latest"] if progress.busy else None
    return progress.busy and actor.at - (latest or batch.created_at) > QUIET


def own_batch(actor: Actor, batch_id: int) -> QuerySet[Batch]:
    """The person's own batch of this number, or none: nobody looks at another's."""
    batches = Batch.objects.select_related("appointment__position__unit", "certificate")
    return batches.filter(pk=batch_id, by=actor.user)


def own_batches(actor: Actor) -> QuerySet[Batch]:
    """What the person asked for lately, the newest first."""
    return Batch.objects.filter(by=actor.user).select_related("appointment__position").order_by("-pk")


def unfinished_count(actor: Actor) -> int:
    """How many of the person's batches have not ended, 9 at most."""
    return Batch.objects.filter(by=actor.user, ended_at=None)[:9].count()


@dataclass(frozen=True, slots=True)
class Result:
    """How one letter of a batch fared, in words."""

    order: int
    subject: str
    url: str
    words: str
    kind: str
    icon: str
    reason: str
    urgency: int
    secrecy: int


GROUPS: dict[str, tuple[str, Q]] = {
    "": ("ทั้งหมด", Q()),
    "done": ("สำเร็จ", Q(state=ItemState.DONE)),
    "failed": ("ไม่สำเร็จ", Q(state__in=UNSUCCESSFUL)),
    "left": ("ยังไม่ได้ทำ", Q(state__in=(*UNFINISHED, ItemState.CANCELLED))),
}
_TAGS = {
    ItemState.WAITING: ("", "clock"),
    ItemState.RUNNING: ("amber", "loader-circle"),
    ItemState.PASSPHRASE: ("amber", "key-round"),
    ItemState.DONE: ("good", "check"),
    ItemState.REFUSED: ("bad", "ban"),
    ItemState.FAILED: ("bad", "circle-alert"),
    ItemState.CANCELLED: ("", "x"),
}
_SIGN_WORDS = {ItemState.DONE: "ลงนามแล้ว", ItemState.RUNNING: "กำลังลงนาม", ItemState.REFUSED: "ลงนามไม่ได้"}


def results(actor: Actor, batch: Batch, *, group: str = "", page: int = 1) -> tuple[list[Result], bool]:
    """A page of the letters of a batch as they stand now, and whether more follow. What cannot be read now is not named."""
    first = (page - 1) * PAGE
    items = list(
        batch.items.filter(GROUPS[group][1]).select_related("step__letter").order_by("order")[first : first + PAGE + 1]
    )
    shown = items[:PAGE]
    readable = set(
        Letter.objects.visible_to(actor)
        .filter(pk__in=[item.step.letter_id for item in shown])
        .values_list("pk", flat=True)
    )
    return [_result(batch, item, item.step.letter_id in readable) for item in shown], len(items) > PAGE


def _result(batch: Batch, item: BatchItem, readable: bool) -> Result:
    letter, state = item.step.letter, ItemState(item.state)
    kind, icon = _TAGS[state]
    words = _SIGN_WORDS.get(state, state.label) if batch.verb == BatchVerb.SIGN else state.label
    return Result(
        order=item.order,
        subject=shown_subject(letter) if readable else HIDDEN,
        url=reverse("saraban:letter", args=[letter.pk]) if readable else "",
        words=words,
        kind=kind,
        icon=icon,
        reason=item.reason,
        urgency=letter.urgency if readable else 0,
        secrecy=letter.secrecy if readable else 0,
    )
