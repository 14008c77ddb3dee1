"""Answers to a comment, one level deep."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from draft.models.review import Comment
from saraban.models.sealed import SealedTextField


class Reply(models.Model):
    """What somebody answered to a comment."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="replies")
    text = SealedTextField("คำตอบ", letter="comment.letter")
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    capacity = models.CharField(max_length=420, blank=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.text[:40]
