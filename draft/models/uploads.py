"""Papers made elsewhere: what was uploaded, what became of it, and why not."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from common.states import Machine
from files.models import StoredFile
from saraban.models import Letter
from saraban.models.sealed import SealedTextField


class UploadState(models.TextChoices):
    WAITING = "WAITING", "กำลังเตรียมไฟล์"
    READY = "READY", "พร้อมใช้"
    FAILED = "FAILED", "ใช้ไม่ได้"


U = UploadState
UPLOAD = Machine(
    "uploaded_paper",
    "ไฟล์ที่นำมาเป็นตัวหนังสือ",
    UploadState,
    start=(U.WAITING,),
    moves={
        "finish": ((U.WAITING,), U.READY, "เตรียมเสร็จ"),
        "fail": ((U.WAITING,), U.FAILED, "เตรียมไม่สำเร็จ"),
        "retry": ((U.FAILED,), U.WAITING, "ลองใหม่"),
    },
)


class UploadedPaper(models.Model):
    """One file a draft was given for its paper. The original stays as it came; `paper` is the PDF made from it.

    Rows are never deleted while their letter stands: versions name them. `before` are the places the former file had,
    offered again.
    """

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="uploaded_papers")
    original = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    original_name = SealedTextField("ชื่อไฟล์เดิม", max_length=255)
    paper = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    state = models.CharField("สถานะ", max_length=8, choices=UploadState.choices, default=UploadState.WAITING)
    error = models.CharField("เหตุที่ใช้ไม่ได้", max_length=300, blank=True)
    notes = models.JSONField("สิ่งที่เปลี่ยนจากไฟล์เดิม", default=list)
    attempts = models.PositiveSmallIntegerField("ครั้งที่", default=1)
    before = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "ไฟล์ที่นำมาเป็นตัวหนังสือ"
        verbose_name_plural = "ไฟล์ที่นำมาเป็นตัวหนังสือ"
        default_permissions = ()
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(name="ready_paper_is_there", condition=~Q(state="READY") | Q(paper__isnull=False)),
            models.CheckConstraint(name="failed_paper_says_why", condition=~Q(state="FAILED") | ~Q(error="")),
        )

    def __str__(self) -> str:
        return self.original_name

    @property
    def ready(self) -> bool:
        return self.state == UploadState.READY

    @property
    def waiting(self) -> bool:
        return self.state == UploadState.WAITING
