"""Other words a reviewer suggests for a place in the text, and what became of them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from common.states import Machine
from saraban.models import Letter
from saraban.models.sealed import SealedTextField


class SuggestionState(models.TextChoices):
    OPEN = "OPEN", "รอพิจารณา"
    ACCEPTED = "ACCEPTED", "รับแล้ว"
    DECLINED = "DECLINED", "ไม่รับ"
    OUTDATED = "OUTDATED", "ข้อความเดิมถูกแก้แล้ว"


S = SuggestionState
SUGGESTION = Machine(
    "suggestion",
    "ข้อความที่ผู้ตรวจเสนอแทน",
    SuggestionState,
    start=(S.OPEN,),
    moves={
        "accept": ((S.OPEN,), S.ACCEPTED, "รับข้อความ"),
        "decline": ((S.OPEN,), S.DECLINED, "ไม่รับข้อความ"),
        "outdate": ((S.OPEN,), S.OUTDATED, "ข้อความเดิมถูกแก้ไป"),
    },
)


class Suggestion(models.Model):
    """`words` instead of `quote`, the place found again as a comment's is. Empty `words` take the quote out."""

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="suggestions")
    quote = SealedTextField("ข้อความเดิม")
    before = SealedTextField(max_length=80, blank=True)
    words = SealedTextField("ข้อความที่เสนอ", blank=True)
    note = SealedTextField("เหตุผล", blank=True)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    capacity = models.CharField(max_length=420, blank=True)
    state = models.CharField(max_length=10, choices=SuggestionState.choices, default=SuggestionState.OPEN)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    answer = SealedTextField("เหตุผลที่ไม่รับ", blank=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=~Q(state__in=("ACCEPTED", "DECLINED")) | Q(decided_by__isnull=False),
                name="suggestion_decided_by_somebody",
            ),
        )

    def __str__(self) -> str:
        return f"{self.letter_id} {self.get_state_display()}"
