"""Messages that leave the process. A row written in the same transaction as the business change."""

from __future__ import annotations

from django.db import models


class OutboxMessage(models.Model):
    """One message of a topic; `key` makes it unique, so putting it twice leaves one."""

    class State(models.TextChoices):
        WAITING = "WAITING", "รอส่ง"
        DONE = "DONE", "สำเร็จ"
        DEAD = "DEAD", "ส่งไม่สำเร็จ"

    topic = models.CharField("หัวข้อ", max_length=60)
    key = models.CharField("กุญแจ", max_length=120)
    payload = models.JSONField(default=dict)
    outside = models.BooleanField("ไปยังเครื่องของผู้อื่น", default=False, db_default=False)
    state = models.CharField("สถานะ", max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField("ครั้งที่พยายาม", default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    next_at = models.DateTimeField("พยายามครั้งต่อไป", auto_now_add=True)
    done_at = models.DateTimeField(null=True)
    error = models.TextField("ข้อผิดพลาดล่าสุด", blank=True)

    class Meta:
        verbose_name = "ข้อความขาออก"
        verbose_name_plural = "ข้อความขาออก"
        constraints = (models.UniqueConstraint(fields=("topic", "key"), name="outbox_once"),)
        indexes = (
            models.Index(fields=("outside", "next_at", "id"), name="outbox_lane", condition=models.Q(state="WAITING")),
        )

    def __str__(self) -> str:
        return f"{self.topic} {self.key}"
