"""The working copy of a letter and its versions."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from saraban.models import Letter
from saraban.models.sealed import SealedJSONField, SealedTextField


class Draft(models.Model):
    """The one working copy. `revision` grows with every save; a save based on an older one is refused, nothing lost.

    `editor` names the open page that saved last; its own later saves follow one another without waiting for answers:
    any based on `editor_base` or newer is its own, and `editor_seq` tells a late one from a new one.
    """

    letter = models.OneToOneField(Letter, models.CASCADE, primary_key=True, related_name="draft")
    fields = SealedJSONField("ช่องของแบบ", default=dict)
    body = SealedTextField("ข้อความ", blank=True)
    revision = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(auto_now=True)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    editor = models.CharField(max_length=40, blank=True)
    editor_base = models.PositiveIntegerField(default=0)
    editor_seq = models.PositiveIntegerField(default=0)
    round = models.PositiveSmallIntegerField("รอบการตรวจ", default=0)
    note = SealedTextField("ข้อความเสนอ", max_length=500, blank=True)

    def __str__(self) -> str:
        return f"ร่าง {self.letter_id}"


class DraftVersion(models.Model):
    """A version kept on purpose: on submitting, on returning, on proposing, or by the author's wish."""

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="versions")
    no = models.PositiveIntegerField("ฉบับที่")
    fields = SealedJSONField(default=dict)
    body = SealedTextField(blank=True)
    note = SealedTextField("หมายเหตุ", max_length=200, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    capacity = models.CharField(max_length=420, blank=True)

    class Meta:
        ordering = ("-no",)
        constraints = (models.UniqueConstraint(fields=("letter", "no"), name="version_once"),)

    def __str__(self) -> str:
        return f"ฉบับที่ {self.no}"
