"""The platform's one drawing of the Garuda (แบบที่ 28, 29), in all its versions."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from files.models import StoredFile


class GarudaDrawing(models.Model):
    """One uploaded drawing, cleaned and kept. The one confirmed last is in force; rows are never changed after that."""

    class Form(models.TextChoices):
        SVG = "SVG", "SVG (เส้น)"
        PNG = "PNG", "PNG (ภาพ)"

    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    form = models.CharField("ชนิด", max_length=3, choices=Form.choices)
    original_name = models.CharField("ชื่อไฟล์", max_length=255)
    uploaded_at = models.DateTimeField("อัปโหลดเมื่อ")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="โดย")
    confirmed_at = models.DateTimeField("เริ่มใช้เมื่อ", null=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "ตราครุฑ"
        verbose_name_plural = "ตราครุฑ"
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                name="garuda_confirmed_by_somebody",
                condition=Q(confirmed_at=None, confirmed_by=None)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
            ),
        )
        indexes = (
            models.Index(fields=("-confirmed_at",), name="garuda_in_force", condition=Q(confirmed_at__isnull=False)),
        )

    def __str__(self) -> str:
        return self.original_name

    @classmethod
    def in_force(cls) -> GarudaDrawing | None:
        """The drawing letters are set with now, with its file; None before the first was confirmed."""
        confirmed = cls.objects.filter(confirmed_at__isnull=False).select_related("file")
        return confirmed.order_by("-confirmed_at", "-id").first()
