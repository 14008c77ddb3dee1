"""การเกษียน: what was written on a letter on its way."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from intray.models.steps import RoutingStep
from org.models import Position
from saraban.models import Letter
from saraban.models.sealed import SealedTextField


class Endorsement(models.Model):
    """การเกษียน: what a person wrote or decided on a letter, in a capacity, at a time (ระเบียบงานสารบรรณ ข้อ 26).

    Inside a system that authenticates its users the typed name stands for the handwritten signature. Person and title
    lines are frozen as they were; the row is never changed.
    """

    class Kind(models.TextChoices):
        NOTE = "NOTE", "เกษียน"
        INSTRUCTION = "INSTRUCTION", "สั่งการ"
        APPROVE = "APPROVE", "อนุมัติ"
        DISAPPROVE = "DISAPPROVE", "ไม่อนุมัติ"
        ACKNOWLEDGE = "ACKNOWLEDGE", "รับทราบ"
        SIGN = "SIGN", "ลงนาม"
        RETURN = "RETURN", "ตีกลับ"
        PREPARED = "PREPARED", "หน้าห้องเตรียมข้อความ"
        CLOSE = "CLOSE", "จบงาน"
        REOPEN = "REOPEN", "ยกเลิกจบงาน"
        OPINION = "OPINION", "ให้ความเห็น"
        ROUTE = "ROUTE", "สั่งปรับเส้นทาง"
        SKIP = "SKIP", "ข้ามลำดับตามคำสั่ง"
        EXCUSE = "EXCUSE", "ให้หน่วยร่วมพ้นภาระ"

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="endorsements", db_index=False)
    step = models.ForeignKey(RoutingStep, models.PROTECT, null=True, related_name="endorsements", db_index=False)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    text = SealedTextField("ข้อความ", blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    position = models.ForeignKey(Position, models.PROTECT, related_name="+")
    person = models.CharField(max_length=250)
    title_lines = models.JSONField(default=list)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "การเกษียน"
        verbose_name_plural = "การเกษียน"
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                name="endorsement_says_something",
                condition=~Q(kind__in=("NOTE", "RETURN", "PREPARED", "REOPEN", "OPINION", "SKIP", "EXCUSE"))
                | ~Q(text=""),
            ),
        )
        indexes = (
            models.Index(fields=("letter", "id"), name="endorsement_letter"),
            models.Index(fields=("step", "id"), name="endorsement_step", condition=Q(step__isnull=False)),
        )

    def __str__(self) -> str:
        return self.text[:40] or self.get_kind_display()
