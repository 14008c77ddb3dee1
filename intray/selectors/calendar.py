"""The deadlines of the actor's tray for the calendar feed."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from common.calendar import Entry
from intray.models import RoutingStep
from org.actor import Actor

MOST = 300


def deadlines(actor: Actor, since: datetime, until: datetime) -> list[Entry]:
    """The open steps of the actor's post and unit with a deadline in the span, soonest first."""
    steps = RoutingStep.objects.tray_of(actor).open().filter(due_at__gte=since, due_at__lte=until)
    return [_entry(step) for step in steps.select_related("letter").order_by("due_at", "pk")[:MOST] if step.due_at]


def _entry(step: RoutingStep) -> Entry:
    letter = step.letter
    assert step.due_at is not None
    what = "หนังสือมีชั้นความลับ" if letter.is_secret else letter.number or "หนังสือยังไม่มีเลข"
    return Entry(
        uid=f"step-{step.pk}",
        title=f"กำหนดเสร็จ {step.get_purpose_display()} {what}",
        at=step.due_at,
        url=reverse("saraban:letter", args=[letter.pk]),
        subject="" if letter.is_secret else letter.subject,
    )
