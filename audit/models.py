"""The audit trail: who did what, in which capacity, when; and who read what. Append-only by trigger."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class AuditEvent(models.Model):
    """One line for one verb. `subject` is what it was done to, `letter_id` the letter whose time-line shows it.

    Of a classified letter `label` says nothing and `detail` is {"sealed": …}, under the letter's key.
    """

    at = models.DateTimeField("เมื่อ")
    verb = models.CharField("การกระทำ", max_length=40)
    label = models.CharField("ข้อความ", max_length=400, help_text="ประโยคสั้นบนเส้นเวลา ไม่มีเนื้อหาของหนังสือลับ")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    position = models.ForeignKey("org.Position", models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey("org.Unit", models.PROTECT, null=True, related_name="+")
    agency = models.ForeignKey("org.Agency", models.PROTECT, null=True, related_name="+")
    person = models.CharField("ชื่อในขณะนั้น", max_length=250, blank=True)
    capacity = models.CharField("ในฐานะ", max_length=420, blank=True)
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    letter_id = models.BigIntegerField(null=True)
    detail = models.JSONField(default=dict)

    class Meta:
        verbose_name = "บันทึกการกระทำ"
        verbose_name_plural = "บันทึกการกระทำ"
        indexes = (
            models.Index(fields=("letter_id", "id"), name="audit_letter", condition=models.Q(letter_id__isnull=False)),
            models.Index(fields=("subject_type", "subject_id", "id"), name="audit_subject"),
            models.Index(fields=("agency", "-id"), name="audit_agency"),
        )

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb}"


class AccessLog(models.Model):
    """One reading of a letter, a page image or a file (PDPA; the secrecy rules of 2544).

    Without `user` it is a download by whoever holds the letter's public link: nothing is kept of who that was.
    """

    at = models.DateTimeField("เมื่อ", auto_now_add=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    position = models.ForeignKey("org.Position", models.PROTECT, null=True, related_name="+")
    what = models.CharField("สิ่งที่อ่าน", max_length=20)
    letter_id = models.BigIntegerField()
    file_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = "บันทึกการอ่าน"
        verbose_name_plural = "บันทึกการอ่าน"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(user__isnull=False) | models.Q(what="link", position=None),
                name="reading_by_somebody",
            ),
        )
        indexes = (models.Index(fields=("letter_id", "-id"), name="access_letter"),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.what} {self.letter_id}"


class Submission(models.Model):
    """A form's idempotency key, claimed in the transaction of the action it caused."""

    key = models.UUIDField(unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "การส่งแบบฟอร์ม"
        verbose_name_plural = "การส่งแบบฟอร์ม"

    def __str__(self) -> str:
        return str(self.key)
