"""หน้าห้อง arranges the executive's desk: the order of reading, and what is set aside for a while."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from audit.actions import record
from common.access import Invalid
from intray import permissions as rules
from intray.actions.paper_trail import take_step
from intray.models import Aside, DeskPlace, RoutingStep
from intray.selectors.desk import ids_in_order
from org.actor import Actor
from org.models import Position

UP, DOWN, TOP, BOTTOM = "up", "down", "top", "bottom"
MOVES = (UP, DOWN, TOP, BOTTOM)


@transaction.atomic
def arrange(*, by: Actor, step_ids: Sequence[int]) -> list[int]:
    """Lay the desk in this order. What waits there and is not named (it came since) follows; strange ids are left out.

    Returns the whole order. Raises `Refused` for whoever neither keeps nor holds the post.
    """
    _lock_desk(by)
    return _lay(by, step_ids)


@transaction.atomic
def move_on_desk(*, by: Actor, step_id: int, way: str) -> list[int]:
    """Move one letter up, down, to the top or to the bottom of the desk. Returns the whole order.

    Raises `Invalid` for an unknown way, and when the letter waits there no longer; `Refused`.
    """
    if way not in MOVES:
        raise Invalid("ไม่พบวิธีย้ายลำดับที่เลือก")
    _lock_desk(by)
    order = list(ids_in_order(by))
    if step_id not in order:
        raise Invalid("เรื่องนี้ไม่ได้รออยู่บนโต๊ะแล้ว โปรดดูรายการล่าสุด")
    at = order.index(step_id)
    order.remove(step_id)
    order.insert({UP: max(at - 1, 0), DOWN: at + 1, TOP: 0, BOTTOM: len(order)}[way], step_id)
    return _lay(by, order)


@transaction.atomic
def set_aside(*, by: Actor, step_id: int, reason: str) -> DeskPlace:
    """พักไว้: the letter goes to the end of the desk with the reason, on record. Raises `Invalid`, `Refused`."""
    letter, step = take_step(by, step_id)
    rules.may_arrange_step(by, step).demand()
    if reason not in Aside.values:
        raise Invalid("โปรดเลือกเหตุที่พักเรื่องไว้", field="reason")
    place, _ = DeskPlace.objects.update_or_create(
        step=step, defaults={"aside": reason, "rank": None, "by": by.user, "at": by.at}
    )
    label = f"พักเรื่องไว้บนโต๊ะของ{by.position.title}: {Aside(reason).label}"
    record(by=by, verb="step.aside", label=label[:400], subject=step, letter_id=letter.pk)
    return place


@transaction.atomic
def lay_back(*, by: Actor, step_id: int) -> None:
    """นำกลับ: what was set aside is to be read again. Raises `Refused`."""
    letter, step = take_step(by, step_id)
    rules.may_arrange_step(by, step).demand()
    if DeskPlace.objects.filter(step=step).exclude(aside="").update(aside="", rank=None, by=by.user, at=by.at):
        record(by=by, verb="step.laid_back", label="นำเรื่องที่พักไว้กลับขึ้นโต๊ะ", subject=step, letter_id=letter.pk)


def _lock_desk(by: Actor) -> None:
    """One arrangement of a post at a time."""
    rules.may_arrange(by).demand()
    Position.objects.select_for_update(of=("self",)).get(pk=by.position.pk)


def _lay(by: Actor, wanted: Sequence[int]) -> list[int]:
    waiting = ids_in_order(by)
    there = set(waiting)
    order = [pk for pk in dict.fromkeys(wanted) if pk in there]
    order += [pk for pk in waiting if pk not in set(order)]
    rows = [DeskPlace(step_id=pk, rank=rank, by=by.user, at=by.at) for rank, pk in enumerate(order, start=1)]
    DeskPlace.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["step"], update_fields=["rank", "by", "at"]
    )
    return order


def step_of(by: Actor, step_id: int) -> RoutingStep | None:
    """A step on the actor's desk."""
    return RoutingStep.objects.tray_of(by).filter(pk=step_id, to_position=by.position).first()
