"""Work done to many letters at once: one row for the batch, one for each letter in it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from common.states import Machine
from intray.models.steps import RoutingStep
from org.models import Appointment
from signing.models import Certificate


class BatchVerb(models.TextChoices):
    SIGN = "SIGN", "ลงนาม"
    NOTE = "NOTE", "เกษียน"
    ACKNOWLEDGE = "ACKNOWLEDGE", "รับทราบ"
    FORWARD = "FORWARD", "ส่งต่อ"
    CLOSE = "CLOSE", "จบงาน"


class ItemState(models.TextChoices):
    WAITING = "WAITING", "รอคิว"
    RUNNING = "RUNNING", "กำลังดำเนินการ"
    PASSPHRASE = "PASSPHRASE", "รอรหัสผ่าน"
    DONE = "DONE", "สำเร็จ"
    REFUSED = "REFUSED", "ทำไม่ได้"
    FAILED = "FAILED", "ไม่สำเร็จ"
    CANCELLED = "CANCELLED", "ยกเลิกก่อนทำ"


I = ItemState  # noqa: E741  as the other tables name their states
BATCH_ITEM = Machine(
    "batch_item",
    "เรื่องในชุดงาน",
    ItemState,
    start=(I.WAITING,),
    moves={
        "start": ((I.WAITING,), I.RUNNING, "เริ่มดำเนินการ"),
        "finish": ((I.RUNNING,), I.DONE, "ดำเนินการสำเร็จ"),
        "refuse": ((I.RUNNING,), I.REFUSED, "บันทึกว่าทำไม่ได้"),
        "fail": ((I.RUNNING,), I.FAILED, "บันทึกว่าไม่สำเร็จ"),
        "ask": ((I.RUNNING,), I.PASSPHRASE, "ขอรหัสผ่านใหม่"),
        "resume": ((I.PASSPHRASE,), I.WAITING, "ทำต่อ"),
        "again": ((I.FAILED, I.REFUSED), I.WAITING, "ลองใหม่"),
        "cancel": ((I.WAITING, I.PASSPHRASE), I.CANCELLED, "ยกเลิก"),
    },
)
UNFINISHED = (I.WAITING, I.RUNNING, I.PASSPHRASE)
UNSUCCESSFUL = (I.REFUSED, I.FAILED)


class Batch(models.Model):
    """One verb for many letters, asked by a person in one capacity. `text`, `targets`, `due_at` are the same for all.

    For signing, `certificate` is the one whose passphrase was tried; the passphrase itself is in no table. `asked` counts
    how often work was queued: each time the messages have new keys.
    """

    verb = models.CharField("งาน", max_length=12, choices=BatchVerb.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="+")
    certificate = models.ForeignKey(Certificate, models.PROTECT, null=True, related_name="+")
    text = models.TextField("ข้อความ", blank=True)
    targets = models.JSONField("ผู้รับ", default=dict)
    due_at = models.DateTimeField("กำหนดเสร็จ", null=True)
    asked = models.PositiveSmallIntegerField("ครั้งที่สั่ง", default=1)
    created_at = models.DateTimeField("เวลาที่สั่ง")
    ended_at = models.DateTimeField("เวลาที่เสร็จ", null=True)

    class Meta:
        verbose_name = "ชุดงาน"
        verbose_name_plural = "ชุดงาน"
        default_permissions = ()
        indexes = (models.Index(F("by"), F("id").desc(), name="batch_of_person"),)

    def __str__(self) -> str:
        return f"{self.get_verb_display()} {self.pk}"


class BatchItem(models.Model):
    """One letter of a batch. A step stands in one unfinished batch at most; `reason` says why it was not done."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="items", db_index=False)
    step = models.ForeignKey(RoutingStep, models.PROTECT, related_name="+", db_index=False)
    order = models.PositiveSmallIntegerField("ลำดับ")
    state = models.CharField("สถานะ", max_length=10, choices=ItemState.choices, default=ItemState.WAITING)
    reason = models.CharField("เหตุผล", max_length=400, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "เรื่องในชุดงาน"
        verbose_name_plural = "เรื่องในชุดงาน"
        default_permissions = ()
        ordering = ("order",)
        constraints = (
            models.UniqueConstraint(fields=("batch", "order"), name="batch_order_once"),
            models.UniqueConstraint(
                fields=("step",), name="step_in_one_unfinished_batch", condition=Q(state__in=UNFINISHED)
            ),
            models.CheckConstraint(
                name="unsuccessful_item_says_why", condition=~Q(state__in=UNSUCCESSFUL) | ~Q(reason="")
            ),
        )
        indexes = (models.Index(fields=("batch",), name="batch_unfinished", condition=Q(state__in=UNFINISHED)),)

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.order}"
