"""หนังสือชั้นลับที่สุด: paper only. The platform knows that it exists, and nothing of what it says."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from org.models import Position
from saraban.models.folders import RegisterFolder
from saraban.models.registers import RegisterEntry


class SecretPaper(models.Model):
    """One paper of ชั้นลับที่สุด: asked for by its author, or entered at once by the secret registrar.

    Number and register stand on the entry, posts and date on its letter as well; there is no subject and no file. Until
    it is entered it waits for the registrar of `folder`.
    """

    folder = models.ForeignKey(RegisterFolder, models.PROTECT, related_name="+", verbose_name="ทะเบียนหนังสือลับ")
    from_post = models.CharField("จากตำแหน่ง", max_length=200)
    to_posts = models.CharField("ถึงตำแหน่ง", max_length=300)
    dated = models.DateField("ลงวันที่")
    copies = models.PositiveSmallIntegerField("จำนวนชุด")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_from = models.ForeignKey(Position, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    entry = models.OneToOneField(RegisterEntry, models.PROTECT, null=True, related_name="secret_paper")

    class Meta:
        verbose_name = "หนังสือกระดาษชั้นลับที่สุด"
        verbose_name_plural = "หนังสือกระดาษชั้นลับที่สุด"
        default_permissions = ()
        constraints = (models.CheckConstraint(condition=Q(copies__gte=1, copies__lte=99), name="secret_paper_copies"),)
        indexes = (models.Index(fields=("folder", "id"), name="secret_paper_waiting", condition=Q(entry=None)),)

    def __str__(self) -> str:
        return f"หนังสือชั้นลับที่สุด {self.pk}"
