"""Standing in for another: handing a delegation on, and ending what stands in for one's own post."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from common.access import Invalid
from common.thai import datetime_short
from org.actions.posts import printed_lines, seat, unseat
from org.actor import Actor
from org.models import Appointment, Capacity, User
from org.permissions import may_end_standing_in, may_subdelegate


@transaction.atomic
def hand_on(
    *,
    by: Actor,
    user: User,
    order_ref: str,
    scope: str,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    printed: str = "",
) -> Appointment:
    """มอบอำนาจช่วง: `user` uses powers of the same post, never longer than the delegation it comes from (มาตรา 39).

    Without an end it ends with that delegation. Raises `Refused`, `Invalid` with the field to mend.
    """
    may_subdelegate(by, user).demand()
    assert by.appointment is not None  # the rule refused otherwise
    parent = (
        Appointment.objects.select_for_update(of=("self",)).select_related("position__unit").get(pk=by.appointment.pk)
    )
    begins, ends = starts_at or by.at, ends_at or parent.ends_at
    if begins < parent.starts_at or (parent.ends_at is not None and (begins >= parent.ends_at)):
        raise Invalid("วันเริ่มต้องอยู่ในระยะเวลาที่ท่านได้รับมอบอำนาจ", field="starts_at")
    if parent.ends_at is not None and ends is not None and ends > parent.ends_at:
        raise Invalid(f"วันสิ้นสุดต้องไม่เกิน {datetime_short(parent.ends_at)} ซึ่งท่านพ้นจากการได้รับมอบอำนาจ", field="ends_at")
    appointment = Appointment(
        user=user,
        position=parent.position,
        capacity=Capacity.ON_BEHALF,
        starts_at=begins,
        ends_at=ends,
        order_ref=order_ref.strip(),
        scope=scope.strip(),
        printed=printed_lines(printed),
        parent=parent,
    )
    return seat(appointment, by=by)


@transaction.atomic
def end_standing_in(*, by: Actor, appointment: Appointment, reason: str = "") -> Appointment:
    """End now what stands in for the actor's post, or what he handed on. Raises `Refused`, `Conflict` when it is over."""
    may_end_standing_in(by, appointment).demand()
    return unseat(appointment, by=by, at=by.at, reason=reason or "สิ้นสุดการทำหน้าที่แทน")
