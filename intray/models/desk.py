"""The executive's desk as the secretary laid it: the order of reading, and what is set aside for a while."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from intray.models.steps import RoutingStep


class Aside(models.TextChoices):
    """Why a letter is set aside. Words of one's own would tell of classified letters."""

    FACTS = "FACTS", "รอข้อมูลเพิ่มเติม"
    RELATED = "RELATED", "รอเรื่องที่เกี่ยวข้อง"
    TALK = "TALK", "รอหารือ"
    ORDERED = "ORDERED", "ผู้บริหารสั่งให้พักไว้ก่อน"


class DeskPlace(models.Model):
    """Where a waiting step lies on its post's desk. A step without a row lies where its urgency puts it.

    Nothing here hides a letter: what is set aside stands at the end, with the reason.
    """

    step = models.OneToOneField(RoutingStep, models.CASCADE, primary_key=True, related_name="desk_place")
    rank = models.PositiveIntegerField("ลำดับการอ่าน", null=True)
    aside = models.CharField("พักไว้เพราะ", max_length=8, choices=Aside.choices, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("จัดเมื่อ")

    class Meta:
        verbose_name = "ลำดับการอ่าน"
        verbose_name_plural = "ลำดับการอ่าน"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.step_id} ลำดับ {self.rank}"
