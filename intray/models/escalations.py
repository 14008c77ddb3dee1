"""แจ้งผู้บังคับบัญชา: a step that is very late is told to the post above, once."""

from __future__ import annotations

from django.db import models

from intray.models.steps import RoutingStep
from org.models import Position


class Escalation(models.Model):
    """The superior post that was told of a late step. One row a step, for ever; the row is never changed."""

    step = models.OneToOneField(RoutingStep, models.PROTECT, related_name="escalation")
    position = models.ForeignKey(Position, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "การแจ้งผู้บังคับบัญชา"
        verbose_name_plural = "การแจ้งผู้บังคับบัญชา"
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.step_id} → {self.position.label}"
