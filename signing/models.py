"""Certificates of people and agencies, and signing jobs: one row per file to be signed."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from common.states import Machine
from files.models import StoredFile
from org.models import Agency


class Certificate(models.Model):
    """A PKCS#12 key store, encrypted at rest. A person's passphrase is never stored; an agency seal's is, sealed."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="certificates")
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="seals")
    key_store = models.BinaryField()
    sealed_passphrase = models.BinaryField(default=b"")
    subject = models.CharField("ออกให้แก่", max_length=300)
    issuer = models.CharField("ผู้ออกใบรับรอง", max_length=300)
    serial = models.CharField("หมายเลขใบรับรอง", max_length=64)
    not_before = models.DateTimeField("ใช้ได้ตั้งแต่")
    not_after = models.DateTimeField("ใช้ได้ถึง")
    revoked_at = models.DateTimeField("เพิกถอนเมื่อ", null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "ใบรับรองอิเล็กทรอนิกส์"
        verbose_name_plural = "ใบรับรองอิเล็กทรอนิกส์"
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                name="certificate_has_one_owner",
                condition=Q(user__isnull=False, agency=None) | Q(user=None, agency__isnull=False),
            ),
        )
        indexes = (
            models.Index(fields=("user", "not_after"), name="certificate_user"),
            models.Index(fields=("agency", "not_after"), name="certificate_agency"),
        )

    def __str__(self) -> str:
        return self.subject

    def in_force(self, at: datetime) -> bool:
        """Whether it may sign at `at`: within its time and not revoked."""
        return self.revoked_at is None and self.not_before <= at < self.not_after


class JobState(models.TextChoices):
    WAITING = "WAITING", "รอดำเนินการ"
    RUNNING = "RUNNING", "กำลังลงนาม"
    NEEDS_PASSPHRASE = "PASSPHRASE", "รอรหัสผ่าน"
    DONE = "DONE", "สำเร็จ"
    FAILED = "FAILED", "ไม่สำเร็จ"


J = JobState
JOB = Machine(
    "signing_job",
    "งานลงลายมือชื่อ",
    JobState,
    start=(J.WAITING,),
    moves={
        "start": ((J.WAITING, J.RUNNING), J.RUNNING, "เริ่มลงนาม"),
        "finish": ((J.RUNNING,), J.DONE, "ลงนามสำเร็จ"),
        "fail": ((J.WAITING, J.RUNNING), J.FAILED, "ลงนามไม่สำเร็จ"),
        "ask": ((J.WAITING, J.RUNNING), J.NEEDS_PASSPHRASE, "ขอรหัสผ่านใหม่"),
        "retry": ((J.FAILED, J.NEEDS_PASSPHRASE), J.WAITING, "ลองใหม่"),
    },
)


class SigningJob(models.Model):
    """One signature or seal on one file. `key` makes it idempotent; `done_topic` says who hears the result.

    A job of a batch is written when its signature stands. It has no `source` where the paper was set for it: what was
    signed is the beginning of `result`, as in every signed PDF.
    """

    class Purpose(models.TextChoices):
        SIGN = "SIGN", "ลงนาม"
        SEAL = "SEAL", "ผนึกเลขและวันที่"

    key = models.CharField(max_length=120, unique=True)
    purpose = models.CharField("งาน", max_length=4, choices=Purpose.choices)
    source = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    result = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="jobs")
    plan = models.JSONField("รายละเอียด", default=dict)
    done_topic = models.CharField(max_length=60)
    state = models.CharField("สถานะ", max_length=10, choices=JobState.choices, default=JobState.WAITING)
    level = models.CharField("ระดับ", max_length=8, blank=True)
    error = models.CharField("เหตุที่ไม่สำเร็จ", max_length=400, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "งานลงลายมือชื่อ"
        verbose_name_plural = "งานลงลายมือชื่อ"
        default_permissions = ()
        constraints = (
            models.CheckConstraint(name="done_job_has_result", condition=~Q(state="DONE") | Q(result__isnull=False)),
            models.CheckConstraint(name="undone_job_has_source", condition=Q(state="DONE") | Q(source__isnull=False)),
        )
        indexes = (models.Index(fields=("id",), name="job_open", condition=Q(state__in=("WAITING", "RUNNING"))),)

    def __str__(self) -> str:
        return self.key
