"""The route of a letter through positions and units, and what was written on the way."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from common.states import Machine
from org.models import Position, Unit
from saraban.models import Letter
from signing.models import SigningJob


class StepPurpose(models.TextChoices):
    SIGN = "SIGN", "เพื่อลงนาม"
    CONSIDER = "CONSIDER", "เพื่อพิจารณา"
    ACTION = "ACTION", "เพื่อดำเนินการ"
    INFO = "INFO", "เพื่อทราบ"


class StepState(models.TextChoices):
    NEW = "NEW", "ใหม่"
    OPENED = "OPENED", "เปิดอ่านแล้ว"
    SIGNING = "SIGNING", "กำลังลงนาม"
    SENT_ON = "SENT_ON", "ส่งต่อแล้ว"
    DONE = "DONE", "เสร็จแล้ว"
    RETURNED = "RETURNED", "ตีกลับ"
    RECALLED = "RECALLED", "ถูกดึงกลับ"


T = StepState
STEP = Machine(
    "routing_step",
    "ลำดับเส้นทางในแฟ้มเสนอ",
    StepState,
    start=(T.NEW,),
    moves={
        "open": ((T.NEW,), T.OPENED, "เปิดอ่าน"),
        "send_on": ((T.NEW, T.OPENED), T.SENT_ON, "ส่งต่อ"),
        "finish": ((T.NEW, T.OPENED), T.DONE, "เสร็จสิ้น"),
        "start_signing": ((T.NEW, T.OPENED), T.SIGNING, "เริ่มลงนาม"),
        "signed": ((T.NEW, T.OPENED, T.SIGNING), T.DONE, "ลงนาม"),
        "signing_failed": ((T.SIGNING,), T.OPENED, "ลงนามไม่สำเร็จ"),
        "return": ((T.NEW, T.OPENED), T.RETURNED, "ตีกลับ"),
        "recall": ((T.NEW,), T.RECALLED, "ดึงกลับ"),
    },
)
OPEN_STATES = (T.NEW, T.OPENED, T.SIGNING)


class RoutingStep(models.Model):
    """One stop on the route: a position or a whole unit, for a purpose, with a deadline."""

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="steps")
    previous = models.ForeignKey("self", models.PROTECT, null=True, related_name="next_steps")
    to_position = models.ForeignKey(Position, models.PROTECT, null=True, related_name="+")
    to_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", help_text="หน่วยของตำแหน่ง หรือหน่วยที่รับทั้งหน่วย")
    purpose = models.CharField("เพื่อ", max_length=8, choices=StepPurpose.choices)
    state = models.CharField("สถานะ", max_length=10, choices=StepState.choices, default=StepState.NEW)
    order = models.PositiveSmallIntegerField("ลำดับลงนาม", default=0)
    note = models.CharField("ข้อความถึงผู้รับ", max_length=500, blank=True)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sent_from = models.ForeignKey(Position, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    job = models.ForeignKey(SigningJob, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "ลำดับเส้นทาง"
        verbose_name_plural = "ลำดับเส้นทาง"
        ordering = ("id",)
        indexes = (
            models.Index(F("to_position"), F("id").desc(), name="step_position_open", condition=Q(state__in=("NEW", "OPENED", "SIGNING"))),
            models.Index(F("to_unit"), F("id").desc(), name="step_unit_open", condition=Q(state__in=("NEW", "OPENED", "SIGNING"), to_position=None)),
            models.Index(F("to_position"), F("id").desc(), name="step_position"),
            models.Index(F("to_unit"), F("id").desc(), name="step_unit", condition=Q(to_position=None)),
            models.Index(F("sent_from"), F("id").desc(), name="step_sent"),
            models.Index(fields=("letter",), name="step_letter"),
        )

    def __str__(self) -> str:
        return f"{self.letter_id} → {self.to_position or self.to_unit}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES


class Endorsement(models.Model):
    """การเกษียน: what a person wrote or decided on a letter, in a capacity, at a time (ระเบียบงานสารบรรณ ข้อ 26).

    Inside a system that authenticates its users the typed name stands for the handwritten signature.
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

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="endorsements")
    step = models.ForeignKey(RoutingStep, models.PROTECT, null=True, related_name="endorsements")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    text = models.TextField("ข้อความ", blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    position = models.ForeignKey(Position, models.PROTECT, related_name="+")
    person = models.CharField(max_length=250)
    title_lines = models.JSONField(default=list)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "การเกษียน"
        verbose_name_plural = "การเกษียน"
        ordering = ("id",)
        indexes = (models.Index(fields=("letter", "id"), name="endorsement_letter"),)

    def __str__(self) -> str:
        return self.text[:40] or self.get_kind_display()
