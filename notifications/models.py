"""Notices to a position or a person: what happened, why you get it, a link. Never content of classified letters."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from org.models import Position


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
