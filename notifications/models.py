"""Notices to a position or a person: what happened, why you get it, a link; and how a person wants to be mailed.

Never content of classified letters.
"""

from __future__ import annotations

from datetime import time

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from org.models import Position, User


class Notification(models.Model):
    """One notice. Addressed to a post (whoever holds it sees it) or to a person."""

    position = models.ForeignKey(Position, models.CASCADE, null=True, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    event = models.CharField("เหตุการณ์", max_length=40)
    title = models.CharField("เรื่อง", max_length=300)
    why = models.CharField("เหตุที่ได้รับ", max_length=200)
    url = models.CharField(max_length=200)
    urgent = models.BooleanField(default=False)
    key = models.CharField(max_length=120, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)
    read_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = "การแจ้งเตือน"
        verbose_name_plural = "การแจ้งเตือน"
        constraints = (
            models.CheckConstraint(
                name="notice_has_one_addressee",
                condition=Q(position__isnull=False, user=None) | Q(position=None, user__isnull=False),
            ),
        )
        indexes = (
            models.Index(F("position"), F("id").desc(), name="notice_position"),
            models.Index(F("user"), F("id").desc(), name="notice_user"),
            models.Index(fields=("position",), name="notice_unread_position", condition=Q(read_at=None)),
            models.Index(fields=("user",), name="notice_unread_user", condition=Q(read_at=None)),
        )

    def __str__(self) -> str:
        return self.title


class MailMode(models.TextChoices):
    NOW = "NOW", "ส่งทันที"
    DIGEST = "DIGEST", "รวมในสรุปประจำวัน"
    OFF = "OFF", "ไม่ส่งไปรษณีย์"


class MailChoice(models.Model):
    """How a person wants one event mailed. Without a row it is mailed at once. In the product every notice is shown."""

    user = models.ForeignKey(User, models.CASCADE, related_name="mail_choices")
    event = models.CharField("เหตุการณ์", max_length=40)
    mode = models.CharField("ทางไปรษณีย์", max_length=6, choices=MailMode.choices)

    class Meta:
        verbose_name = "การเลือกรับการแจ้งเตือน"
        verbose_name_plural = "การเลือกรับการแจ้งเตือน"
        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=("user", "event"), name="mail_choice_once"),)

    def __str__(self) -> str:
        return f"{self.user_id} {self.event} {self.mode}"


class MailHours(models.Model):
    """When a person is mailed: quiet hours (may pass midnight), days off, and the hour of the daily digest."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="mail_hours")
    quiet_from = models.TimeField("งดส่งตั้งแต่เวลา", null=True, blank=True)
    quiet_to = models.TimeField("ถึงเวลา", null=True, blank=True)
    quiet_days_off = models.BooleanField("งดส่งในวันหยุด", default=False)
    urgent_at_once = models.BooleanField("เรื่องด่วนส่งทันทีเสมอ", default=True)
    digest_at = models.TimeField("เวลาส่งสรุปประจำวัน", default=time(8, 0))

    class Meta:
        verbose_name = "เวลารับไปรษณีย์"
        verbose_name_plural = "เวลารับไปรษณีย์"
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                name="quiet_hours_have_both_ends",
                condition=Q(quiet_from=None, quiet_to=None) | Q(quiet_from__isnull=False, quiet_to__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.quiet_from}–{self.quiet_to}"


class DigestItem(models.Model):
    """A notice that waits for a person's next digest."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False)
    notice = models.ForeignKey(Notification, models.CASCADE, related_name="+")
    due_at = models.DateTimeField("ส่งเมื่อ")
    sent_at = models.DateTimeField("ส่งแล้วเมื่อ", null=True)

    class Meta:
        verbose_name = "รายการรอสรุปประจำวัน"
        verbose_name_plural = "รายการรอสรุปประจำวัน"
        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=("user", "notice"), name="digest_item_once"),)
        indexes = (models.Index(fields=("due_at", "user"), name="digest_waiting", condition=Q(sent_at=None)),)

    def __str__(self) -> str:
        return f"{self.user_id} {self.notice_id}"


class CalendarFeed(models.Model):
    """A person's calendar address (iCalendar, RFC 5545). Only a hash of its secret is kept: it is shown once."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="calendar_feed")
    secret_hash = models.CharField(max_length=64, unique=True)
    with_subjects = models.BooleanField("แสดงชื่อเรื่อง", default=False)
    made_at = models.DateTimeField("สร้างเมื่อ")
    read_on = models.DateField("เปิดอ่านล่าสุด", null=True)

    class Meta:
        verbose_name = "ปฏิทินกำหนดงาน"
        verbose_name_plural = "ปฏิทินกำหนดงาน"
        default_permissions = ()

    def __str__(self) -> str:
        return f"ปฏิทินของ {self.user_id}"
