"""The working copy of a letter, its versions, its reviewers and their comments."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from common.states import Machine
from org.models import Agency, Position
from saraban.models import Letter


class Draft(models.Model):
    """The one working copy. `revision` grows with every save; a save based on an older one is refused, nothing lost.

    `editor` names the open page that saved last; its own later saves follow one another without waiting for answers:
    any based on `editor_base` or newer is its own, and `editor_seq` tells a late one from a new one.
    """

    letter = models.OneToOneField(Letter, models.CASCADE, primary_key=True, related_name="draft")
    fields = models.JSONField("ช่องของแบบ", default=dict)
    body = models.TextField("ข้อความ", blank=True)
    revision = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(auto_now=True)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    editor = models.CharField(max_length=40, blank=True)
    editor_base = models.PositiveIntegerField(default=0)
    editor_seq = models.PositiveIntegerField(default=0)
    round = models.PositiveSmallIntegerField("รอบการตรวจ", default=0)
    note = models.CharField("ข้อความเสนอ", max_length=500, blank=True)

    def __str__(self) -> str:
        return f"ร่าง {self.letter_id}"


class DraftVersion(models.Model):
    """A version kept on purpose: on submitting, on returning, on proposing, or by the author's wish."""

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="versions")
    no = models.PositiveIntegerField("ฉบับที่")
    fields = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    note = models.CharField("หมายเหตุ", max_length=200, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    capacity = models.CharField(max_length=420, blank=True)

    class Meta:
        ordering = ("-no",)
        constraints = (models.UniqueConstraint(fields=("letter", "no"), name="version_once"),)

    def __str__(self) -> str:
        return f"ฉบับที่ {self.no}"


class ReviewState(models.TextChoices):
    PLANNED = "PLANNED", "ยังไม่ถึงลำดับ"
    WAITING = "WAITING", "รอตรวจ"
    PASSED = "PASSED", "ผ่าน"
    RETURNED = "RETURNED", "ตีกลับ"
    CANCELLED = "CANCELLED", "ยกเลิก"


R = ReviewState
REVIEW = Machine(
    "review",
    "การตรวจร่างของผู้ตรวจแต่ละคน",
    ReviewState,
    start=(R.PLANNED, R.WAITING),
    moves={
        "call": ((R.PLANNED,), R.WAITING, "ถึงลำดับตรวจ"),
        "pass": ((R.WAITING,), R.PASSED, "ตรวจผ่าน"),
        "return": ((R.WAITING,), R.RETURNED, "ตีกลับ"),
        "cancel": ((R.PLANNED, R.WAITING), R.CANCELLED, "ยกเลิกการตรวจ"),
    },
)


class Review(models.Model):
    """One reviewer's turn in one round."""

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="reviews")
    round = models.PositiveSmallIntegerField()
    order = models.PositiveSmallIntegerField()
    position = models.ForeignKey(Position, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=ReviewState.choices, default=ReviewState.PLANNED)
    since = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    capacity = models.CharField(max_length=420, blank=True)
    note = models.TextField("ความเห็น", blank=True)
    due_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("round", "order", "id")
        constraints = (
            models.UniqueConstraint(fields=("letter", "round", "position"), name="reviewer_once_a_round"),
            models.CheckConstraint(condition=~Q(state="RETURNED") | ~Q(note=""), name="review_return_has_reason"),
        )
        indexes = (
            models.Index(fields=("position",), name="review_waiting", condition=Q(state="WAITING")),
            models.Index(fields=("letter", "round"), name="review_letter"),
        )

    def __str__(self) -> str:
        return f"{self.letter_id} รอบ {self.round} ลำดับ {self.order}"


class Comment(models.Model):
    """A remark at a place in the text: the quoted words and what stands before them find the place again."""

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="comments")
    quote = models.CharField("ข้อความที่อ้าง", max_length=500, blank=True)
    before = models.CharField(max_length=80, blank=True)
    text = models.TextField("ความเห็น")
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    capacity = models.CharField(max_length=420, blank=True)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.text[:40]


class SalutationRow(models.Model):
    """One row of the table of คำขึ้นต้น and คำลงท้าย: of all agencies, or one agency's own addition.

    Drafts keep the `key` of their row, so a row that a draft names is retired, never deleted. `first_person` and `posts`
    hold one item to a line; "(ชื่อ)" in opening or closing stands for the signer's name.
    """

    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="ส่วนราชการ",
        help_text="เว้นว่าง = ใช้ทุกส่วนราชการ",
    )  # fmt: skip
    key = models.CharField("รหัสแถว", max_length=40, unique=True, editable=False)
    addressee = models.CharField("ใช้กับผู้รับ", max_length=200)
    opening = models.CharField("คำขึ้นต้น", max_length=300)
    closing = models.CharField("คำลงท้าย", max_length=300)
    first_person = models.TextField("สรรพนามผู้เขียน", blank=True, help_text="บรรทัดละหนึ่งคำ")
    second_person = models.CharField("สรรพนามผู้รับ", max_length=100, blank=True)
    envelope = models.CharField("คำที่ใช้บนซอง", max_length=300, blank=True)
    posts = models.TextField(
        "ตำแหน่งที่ต้องใช้คู่นี้", blank=True, help_text="บรรทัดละหนึ่งตำแหน่ง ระบบเตือนเมื่อผู้รับขึ้นต้นด้วยตำแหน่งเหล่านี้แต่ใช้คำอื่น"
    )
    addressee_in_opening = models.BooleanField("คำขึ้นต้นระบุผู้รับไว้แล้ว", default=False)
    order = models.PositiveSmallIntegerField("ลำดับ", default=100)
    retired_at = models.DateTimeField("เลิกใช้เมื่อ", null=True, editable=False)
    history = HistoricalRecords(verbose_name="ประวัติคำขึ้นต้นและคำลงท้าย")

    class Meta:
        verbose_name = "คำขึ้นต้นและคำลงท้าย"
        verbose_name_plural = "คำขึ้นต้นและคำลงท้าย"
        default_permissions = ()
        ordering = ("order", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("agency", "opening", "closing"),
                name="salutation_pair_once",
                condition=Q(retired_at=None),
                nulls_distinct=False,
            ),
        )

    def __str__(self) -> str:
        return f"{self.opening[:60]} – {self.closing[:60]}"
