"""ข้อความที่ใช้บ่อย: texts people write again and again, a person's own or shared by his unit."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from org.models import Unit


class PhrasePlace(models.TextChoices):
    BODY = "BODY", "เนื้อความ"
    ENDORSE = "ENDORSE", "เกษียนและสั่งการ"
    RETURN = "RETURN", "เหตุผลตีกลับ"


class Phrase(models.Model):
    """A text for one place. `user` is its owner, or `unit` shares it; `added_by` wrote it in either case."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    unit = models.ForeignKey(Unit, models.CASCADE, null=True, related_name="+")
    place = models.CharField("ใช้ที่", max_length=8, choices=PhrasePlace.choices)
    title = models.CharField("ชื่อ", max_length=80)
    text = models.CharField("ข้อความ", max_length=2000)
    order = models.PositiveSmallIntegerField(default=0)
    uses = models.PositiveIntegerField("ใช้แล้ว", default=0)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "ข้อความที่ใช้บ่อย"
        verbose_name_plural = "ข้อความที่ใช้บ่อย"
        ordering = ("place", "order", "id")
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                condition=Q(user__isnull=False, unit=None) | Q(user=None, unit__isnull=False),
                name="phrase_is_one_persons_or_a_units",
            ),
            models.CheckConstraint(condition=~Q(title="") & ~Q(text=""), name="phrase_says_something"),
            models.UniqueConstraint(
                fields=("place", "user", "unit", "title"), name="phrase_title_once", nulls_distinct=False
            ),
        )
        indexes = (
            models.Index(fields=("user", "place", "order"), name="phrase_user", condition=Q(user__isnull=False)),
            models.Index(fields=("unit", "place", "order"), name="phrase_unit", condition=Q(unit__isnull=False)),
        )

    def __str__(self) -> str:
        return self.title
