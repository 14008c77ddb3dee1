"""One verb for many letters: asked once, done letter by letter by the worker, cancelled, continued, tried again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from audit.actions import record
from common.access import Invalid, Refused
from intray import permissions as rules
from intray.actions.batch_work import TRIES, held_name, queue, run_item, settle
from intray.actions.signatures import CONFIRMATION
from intray.models import BATCH_ITEM, UNFINISHED, Batch, BatchItem, BatchVerb, ItemState
from intray.selectors.batches import MOST, Chosen, chosen_steps
from intray.selectors.targets import targets_from
from org.actor import Actor
from saraban.models import SignClass
from signing import vault
from signing.actions import try_passphrase
from signing.models import Certificate
from signing.selectors import signing_verdict, usable_certificate


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for all letters of a batch: words, addressees by the picker's keys, a deadline, and the proof."""

    text: str = ""
    to: tuple[str, ...] = ()
    info: tuple[str, ...] = ()
    purpose: str = "ACTION"
    due_at: datetime | None = None
    confirmation: str = ""
    passphrase: str = ""


@transaction.atomic
def start_batch(*, by: Actor, verb: str, step_ids: Sequence[int], order: Order, here: bool = False) -> Batch:
    """Write a batch of at most `MOST` letters of the actor's own tray; what is refused already stands in it too.

    It is queued for the worker, or with `here` left to the caller, who does it by `run_here` after the commit.
    Letters that an older batch of this post keeps waiting for a passphrase move over. Raises `Refused` when nothing
    can be done, `Invalid` naming the field for missing words, addressees, confirmation or a wrong passphrase.
    """
    rules.may_decide_at_all(by, BatchVerb(verb).label).demand()
    chosen = chosen_steps(by, verb, step_ids[:MOST], text=order.text)
    able = [one for one in chosen if one.verdict]
    if not chosen:
        raise Refused("ไม่มีเรื่องที่เลือก หรือเรื่องที่เลือกดำเนินการไปแล้ว")
    if not able:
        raise Refused(chosen[0].verdict.reason)
    certificate = _proven(by, able, order) if verb == BatchVerb.SIGN else None
    _demand(by, verb, order)
    assert by.appointment is not None
    batch = Batch.objects.create(
        verb=verb,
        by=by.user,
        appointment=by.appointment,
        certificate=certificate,
        text=order.text.strip() if verb != BatchVerb.SIGN else "",
        targets={"to": list(order.to), "info": list(order.info), "purpose": order.purpose},
        due_at=order.due_at,
        created_at=by.at,
    )
    _write_items(by, batch, chosen)
    if certificate is not None:
        vault.hold_passphrase(held_name(batch), order.passphrase)
    label = f"สั่ง{batch.get_verb_display()}พร้อมกัน {len(able)} เรื่อง"
    record(by=by, verb=f"batch.{verb.lower()}", label=label, subject=batch)
    if not here:
        queue(batch)
    return batch


def _proven(by: Actor, able: Sequence[Chosen], order: Order) -> Certificate | None:
    """The certificate that will sign, with its passphrase tried; None when every letter is of class ก."""
    classes = {one.step.letter.sign_class for one in able}
    if classes - {SignClass.CERTIFICATE} and order.confirmation.strip() != CONFIRMATION:
        raise Invalid(f"โปรดพิมพ์คำว่า {CONFIRMATION} ให้ตรงทุกตัวอักษร", field="confirmation")
    if SignClass.CERTIFICATE not in classes:
        return None
    return _tried(by, order.passphrase)


def _tried(by: Actor, passphrase: str) -> Certificate:
    if not passphrase:
        raise Invalid("โปรดกรอกรหัสผ่านของใบรับรองอิเล็กทรอนิกส์", field="passphrase")
    certificate = usable_certificate(by.user, by.at)
    if certificate is None:
        raise Refused(signing_verdict(by.user, by.at).reason)
    try_passphrase(certificate, passphrase)
    return certificate


def _demand(by: Actor, verb: str, order: Order) -> None:
    if verb == BatchVerb.NOTE and not order.text.strip():
        raise Invalid("โปรดเขียนข้อความที่จะเกษียน", field="text")
    if verb == BatchVerb.FORWARD and not targets_from(by, order.to, purpose=order.purpose, info=order.info):
        raise Invalid("โปรดเลือกผู้รับอย่างน้อยหนึ่งราย", field="to")


def _write_items(by: Actor, batch: Batch, chosen: Sequence[Chosen]) -> None:
    """One row a letter, in the order of their steps: two who pick the same letters at once wait for each other."""
    able = [one.step.pk for one in chosen if one.verdict]
    left_behind = BatchItem.objects.filter(step__in=able, state=ItemState.PASSPHRASE)
    _cancel_items(left_behind, "ย้ายไปทำในชุดงานใหม่", by.at)
    items = []
    for number, one in enumerate(chosen, start=1):
        item = BatchItem(batch=batch, step=one.step, order=number)
        if not one.verdict:
            BATCH_ITEM.move(item, "start", field="state")
            BATCH_ITEM.move(item, "refuse", field="state")
            item.reason, item.ended_at = one.verdict.reason[:400], by.at
        items.append(item)
    BatchItem.objects.bulk_create(sorted(items, key=lambda item: item.step_id), ignore_conflicts=True)
    if not batch.items.filter(state=ItemState.WAITING).exists():
        raise Refused("เรื่องที่เลือกอยู่ในชุดงานอื่นที่กำลังทำแล้วทั้งหมด")


def run_here(*, batch: Batch) -> None:
    """Do a small batch at once, each letter in a transaction of its own: whatever ends half-way is told and can go on."""
    for pk in list(batch.items.filter(state=ItemState.WAITING).order_by("order").values_list("pk", flat=True)):
        run_item({"item": pk, "batch": batch.pk, "_attempt": TRIES})


@transaction.atomic
def cancel_batch(*, by: Actor, batch_id: int) -> int:
    """Give up what has not begun; what a worker has in hand is finished. Returns how many letters stay as they were."""
    batch = _own(by, batch_id)
    waiting = batch.items.select_for_update(skip_locked=True).filter(state__in=BATCH_ITEM.moves["cancel"].sources)
    gone = _cancel_items(BatchItem.objects.filter(pk__in=[item.pk for item in waiting]), "ผู้สั่งยกเลิก", by.at)
    if gone:
        record(by=by, verb="batch.cancel", label=f"ยกเลิกส่วนที่เหลือของชุดงาน {gone} เรื่อง", subject=batch)
    settle(batch)
    return gone


def _cancel_items(items: QuerySet[BatchItem], reason: str, at: datetime) -> int:
    move = BATCH_ITEM.moves["cancel"]
    return items.filter(state__in=move.sources).update(state=move.target, reason=reason, ended_at=at)


@transaction.atomic
def continue_batch(*, by: Actor, batch_id: int, passphrase: str = "", failed: bool = False) -> Batch:
    """ทำต่อ what waits (for its turn or for the passphrase), or with `failed` ลองใหม่ what did not succeed.

    Asks for the passphrase again when one of those letters is signed by certificate. Raises `Invalid`, and `Refused` when
    nothing is left or the capacity is another than the one the batch was asked in.
    """
    batch = _own(by, batch_id)
    if by.appointment is None or by.appointment.pk != batch.appointment_id:
        raise Refused(f"ชุดงานนี้สั่งในฐานะ{batch.appointment.title_line} โปรดสลับมาทำงานในฐานะนั้นก่อน")
    verb = "again" if failed else "resume"
    items = batch.items.select_for_update(skip_locked=True, of=("self",)).select_related("step__letter").filter(
        state__in=BATCH_ITEM.moves[verb].sources
    ).exclude(Exists(BatchItem.objects.filter(step=OuterRef("step"), state__in=UNFINISHED).exclude(batch=batch)))  # fmt: skip
    found = list(items)
    waiting = [] if failed else list(batch.items.filter(state=ItemState.WAITING).select_related("step__letter"))
    if not found and not waiting:
        raise Refused("ไม่มีเรื่องค้างในชุดงานนี้แล้ว")
    by_certificate = any(one.step.letter.sign_class == SignClass.CERTIFICATE for one in [*found, *waiting])
    if batch.verb == BatchVerb.SIGN and by_certificate:
        batch.certificate = _tried(by, passphrase)
        vault.hold_passphrase(held_name(batch), passphrase)
    BatchItem.objects.filter(pk__in=[item.pk for item in found]).update(
        state=BATCH_ITEM.moves[verb].target, reason="", ended_at=None
    )
    batch.asked, batch.ended_at = batch.asked + 1, None
    batch.save(update_fields=["asked", "ended_at", "certificate"])
    record(by=by, verb="batch.continue", label=f"สั่งทำชุดงานต่อ {len(found) + len(waiting)} เรื่อง", subject=batch)
    queue(batch)
    return batch


def _own(by: Actor, batch_id: int) -> Batch:
    """The person's own batch, locked. Raises Batch.DoesNotExist for another's."""
    batches = Batch.objects.select_for_update(of=("self",)).select_related("appointment__position__unit", "by")
    return batches.get(pk=batch_id, by=by.user)
