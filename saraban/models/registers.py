"""Register entries and deliveries."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from org.models import Agency, Position, Unit
from saraban.models.folders import NumberSeries, RegisterFolder
from saraban.models.letters import Letter
from saraban.models.sealed import SealedTextField
from saraban.states import DeliveryStatus


class RegisterEntry(models.Model):
    """รายการทะเบียน: one number of one register (แบบที่ 13, 14). Voided rows stay, struck out."""

    folder = models.ForeignKey(RegisterFolder, models.PROTECT, related_name="entries")
    series = models.ForeignKey(NumberSeries, models.PROTECT, related_name="entries")
    letter = models.ForeignKey(Letter, models.PROTECT, related_name="entries")
    seq = models.PositiveIntegerField("เลขลำดับ")
    insert_no = models.PositiveSmallIntegerField("เลขแทรก", default=0)
    number = models.CharField("เลขทะเบียน", max_length=80)
    entered_at = models.DateTimeField("ลงทะเบียนเมื่อ")
    entered_on = models.DateField("วันที่ลงทะเบียน")
    owner_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    secrecy = models.PositiveSmallIntegerField(default=0)
    action_taken = SealedTextField("การปฏิบัติ", max_length=300, blank=True)
    remark = SealedTextField("หมายเหตุ", max_length=300, blank=True)
    registrar = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    registrar_position = models.ForeignKey(Position, models.PROTECT, related_name="+")
    voided_at = models.DateTimeField("ยกเลิกเมื่อ", null=True)
    void_reason = SealedTextField("เหตุที่ยกเลิก", max_length=300, blank=True)

    class Meta:
        verbose_name = "รายการทะเบียน"
        verbose_name_plural = "รายการทะเบียน"
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(fields=("series", "seq", "insert_no"), name="number_once"),
            models.CheckConstraint(condition=Q(voided_at=None) | ~Q(void_reason=""), name="void_has_reason"),
        )
        indexes = (
            models.Index(
                F("folder"), F("letter").desc(), name="entry_folder_letter", include=("owner_unit", "secrecy")
            ),
            models.Index(F("owner_unit"), F("letter").desc(), name="entry_unit_letter", include=("folder", "secrecy")),
            models.Index(fields=("letter",), name="entry_letter"),
            models.Index(F("folder"), F("id").desc(), name="entry_folder_newest"),
            models.Index(F("folder"), F("owner_unit"), F("id").desc(), name="entry_folder_unit_newest"),
            models.Index(F("folder"), F("entered_on"), F("id"), name="entry_folder_day"),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def is_voided(self) -> bool:
        return self.voided_at is not None


class Purpose(models.TextChoices):
    ACTION = "ACTION", "เพื่อดำเนินการ"
    INFO = "INFO", "เพื่อทราบ"


class Channel(models.TextChoices):
    INTERNAL = "INTERNAL", "ภายในส่วนราชการ"
    PLATFORM = "PLATFORM", "ระหว่างส่วนราชการในระบบเดียวกัน"


class Delivery(models.Model):
    """การส่ง: one addressee of a letter, its one channel and its own state."""

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="deliveries")
    from_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    to_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    to_agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    channel = models.CharField("ช่องทาง", max_length=10, choices=Channel.choices)
    purpose = models.CharField("เพื่อ", max_length=8, choices=Purpose.choices, default=Purpose.ACTION)
    status = models.CharField("สถานะ", max_length=10, choices=DeliveryStatus.choices, default=DeliveryStatus.QUEUED)
    received = models.ForeignKey(Letter, models.PROTECT, null=True, related_name="arrivals", verbose_name="หนังสือของผู้รับ")
    entry = models.ForeignKey(RegisterEntry, models.PROTECT, null=True, related_name="deliveries")
    receipt_number = models.CharField("เลขรับปลายทาง", max_length=80, blank=True)
    sent_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    registered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reason = SealedTextField("เหตุผลที่ส่งคืน", max_length=400, blank=True)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "การส่ง"
        verbose_name_plural = "การส่ง"
        constraints = (
            models.UniqueConstraint(
                fields=("letter", "to_unit"),
                name="one_channel_per_addressee",
                condition=~Q(status__in=("RETURNED", "RECALLED")),
            ),
            models.CheckConstraint(condition=~Q(status="RETURNED") | ~Q(reason=""), name="return_has_reason"),
        )
        indexes = (
            models.Index(
                fields=("to_unit", "id"), name="delivery_waiting", condition=Q(status__in=("DELIVERED", "OPENED"))
            ),
            models.Index(fields=("letter",), name="delivery_letter"),
        )

    def __str__(self) -> str:
        return f"{self.letter_id} → {self.to_unit_id}"
