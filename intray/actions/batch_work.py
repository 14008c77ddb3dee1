"""The worker's side of a batch: one letter for each message of the outbox, and what happens when the last is through.

A letter is done in the transaction of its message: a killed worker leaves it waiting and the message comes again. Some
letters of a batch are queued at a time, and one of them queues the next: what others put into the outbox meanwhile
does not wait for five hundred signatures.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.db.models import Count
from django.utils import timezone

from common.access import Invalid, Refused
from common.compiled import ByKey
from files.pdf import BadPdf
from intray import permissions as rules
from intray.actions.closing import close
from intray.actions.decisions import acknowledge, endorse
from intray.actions.routes import forward
from intray.actions.signatures import sign_in_batch
from intray.models import BATCH_ITEM, Batch, BatchItem, BatchVerb, ItemState, RoutingStep
from intray.selectors.targets import targets_from
from notifications.actions import notify
from org.actor import Actor
from outbox.actions import put_many
from signing import vault
from signing.errors import SigningFailed, WrongPassphrase
from signing.held import forget_key

log = logging.getLogger(__name__)
TOPIC = "batch.item"
WINDOW = 20  # letters queued at a time
TRIES, DEATHS = 3, 10  # of an unforeseen error, and of processes that ended with the letter, before the person is told
QUIET = 5  # of so few letters the person sees the result at once, and gets no notice
BROKEN = "ระบบขัดข้องขณะดำเนินการเรื่องนี้ โปรดลองใหม่ หากยังไม่สำเร็จโปรดแจ้งผู้ดูแลระบบ"


def held_name(batch: Batch) -> str:
    """Under which name the vault holds the batch's passphrase."""
    return f"batch:{batch.pk}"


def queue(batch: Batch, *, after: int = 0) -> None:
    """Queue the next letters that wait, behind place `after`; the one in their middle queues those that follow."""
    waiting = batch.items.filter(state=ItemState.WAITING, order__gt=after).order_by("order")
    found = list(waiting.values_list("pk", "order")[:WINDOW])
    if not found:
        return
    messages: list[tuple[str, dict[str, Any]]] = [
        (f"{pk}:{batch.asked}", {"item": pk, "batch": batch.pk}) for pk, _ in found
    ]
    if len(found) == WINDOW:
        messages[WINDOW // 2][1]["then"] = found[-1][1]
    put_many(TOPIC, messages)


def run_item(payload: dict[str, Any]) -> None:
    """Outbox handler of `batch.item`: do the batch's verb to one letter and write how it went. Again changes nothing.

    An unforeseen error backs off and comes again; after `TRIES` the letter is told as failed and the others go on.
    """
    with transaction.atomic(savepoint=False):
        batch = _ASKED.find(payload["batch"])
        if batch is None:
            return
        if "then" in payload:
            queue(batch, after=payload["then"])
        item = _ITEM.find(payload["item"])
        if item is None or item.state != ItemState.WAITING:
            return
        BATCH_ITEM.move(item, "start", field="state")
        verb, item.reason = _outcome(batch, item, payload.get("_attempt", 1))
        BATCH_ITEM.move(item, verb, field="state")
        item.ended_at = timezone.now()
        item.save(update_fields=["state", "reason", "ended_at"])
        if _near_the_end(batch):
            settle(batch)


# How many letters still wait, as far as that matters: many workers at once are far fewer than a window.
_WAITING = (
    "SELECT count(*) FROM (SELECT FROM intray_batchitem WHERE batch_id = %s AND state = 'WAITING' LIMIT %s) found"
)


def _near_the_end(batch: Batch) -> bool:
    """Whether this may be among the last letters, by whoever looks without the batch's lock."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [batch.pk, WINDOW])
        return bool(cursor.fetchone()[0] < WINDOW)


_ASKED = ByKey(
    lambda: Batch.objects.select_related(
        "by", "certificate", "appointment__user", "appointment__position__unit__agency",
        "appointment__position__administers",
    )
)  # fmt: skip
_ITEM = ByKey(lambda: BatchItem.objects.select_for_update())


def _outcome(batch: Batch, item: BatchItem, attempt: int) -> tuple[str, str]:
    """The verb of the item's table, and the sentence that explains it."""
    by = Actor(batch.by, batch.appointment, timezone.now())
    if attempt > DEATHS:
        return "fail", BROKEN
    try:
        with transaction.atomic():
            DO[batch.verb](by, batch, item)
    except WrongPassphrase as gone:
        return "ask", str(gone)[:400]
    except (SigningFailed, BadPdf, FileNotFoundError) as failure:
        known = not isinstance(failure, FileNotFoundError)
        return "fail", str(failure)[:400] if known else "ไม่พบไฟล์ของหนังสือในที่เก็บ โปรดแจ้งผู้ดูแลระบบ"
    except Refused as refusal:
        return "refuse", refusal.sentence[:400]
    except RoutingStep.DoesNotExist:
        return "refuse", "ไม่พบหนังสือ"
    except Exception as error:  # told to the person in the end; until then it backs off
        if attempt < TRIES:
            raise
        log.error("batch %s: letter %s failed (%s)", batch.pk, item.order, type(error).__name__)
        return "fail", BROKEN
    return "finish", ""


def _sign(by: Actor, batch: Batch, item: BatchItem) -> None:
    sign_in_batch(by=by, step_id=item.step_id, certificate=batch.certificate, held=held_name(batch))


def _note(by: Actor, batch: Batch, item: BatchItem) -> None:
    _openly(batch, item)
    endorse(by=by, step_id=item.step_id, text=batch.text)


def _acknowledge(by: Actor, batch: Batch, item: BatchItem) -> None:
    _openly(batch, item)
    acknowledge(by=by, step_id=item.step_id, text=batch.text)


def _forward(by: Actor, batch: Batch, item: BatchItem) -> None:
    _openly(batch, item)
    to = batch.targets
    targets = targets_from(by, to["to"], purpose=to["purpose"], info=to["info"])
    if not targets:
        raise Invalid("โปรดเลือกผู้รับอย่างน้อยหนึ่งราย", field="to")
    forward(by=by, step_id=item.step_id, targets=targets, text=batch.text, due_at=batch.due_at)


def _close(by: Actor, batch: Batch, item: BatchItem) -> None:
    _openly(batch, item)
    close(by=by, step_id=item.step_id, text=batch.text)


def _openly(batch: Batch, item: BatchItem) -> None:
    """Refuse words common to many letters on a classified one."""
    step = RoutingStep.objects.select_related("letter").get(pk=item.step_id)
    rules.may_in_batch(step.letter, batch.verb, batch.text).demand()


DO: dict[str, Callable[[Actor, Batch, BatchItem], None]] = {
    BatchVerb.SIGN: _sign,
    BatchVerb.NOTE: _note,
    BatchVerb.ACKNOWLEDGE: _acknowledge,
    BatchVerb.FORWARD: _forward,
    BatchVerb.CLOSE: _close,
}


def settle(batch: Batch) -> None:
    """When no letter waits any more: forget the passphrase, end the batch or ask for the passphrase again, tell the person.

    Whoever comes last sees it: the batch's row is locked first.
    """
    batch = Batch.objects.select_for_update(of=("self",)).select_related("by").get(pk=batch.pk)
    states = dict(batch.items.order_by().values_list("state").annotate(Count("pk")))
    if states.get(ItemState.WAITING) or batch.ended_at is not None:
        return
    name = held_name(batch)
    transaction.on_commit(partial(vault.forget_passphrase, name), robust=True)
    transaction.on_commit(partial(forget_key, name), robust=True)
    asked, total = states.get(ItemState.PASSPHRASE, 0), sum(states.values())
    if not asked:
        batch.ended_at = timezone.now()
        batch.save(update_fields=["ended_at"])
    if total <= QUIET and batch.verb != BatchVerb.SIGN:
        return
    done, what = states.get(ItemState.DONE, 0), BatchVerb(batch.verb).label
    wants = f"รอรหัสผ่านอีก {asked} เรื่อง" if asked else f"สำเร็จ {done} จาก {total} เรื่อง"
    notify(
        key=f"batch:{batch.pk}:{batch.asked}",
        event="intray.batch",
        title=f"{what}หลายเรื่อง: {wants}",
        why="ท่านสั่งชุดงานนี้",
        url_name="intray:batch",
        url_args=[batch.pk],
        users=[batch.by],
        urgent=bool(asked),
    )
