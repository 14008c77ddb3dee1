"""The reviewers of a draft and their comments."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from common.states import Machine
from org.models import Position
from saraban.models import Letter


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
