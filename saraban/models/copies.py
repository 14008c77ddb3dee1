"""สำเนาถูกต้อง: the certified copies made of a letter, each a file of its own."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from files.models import StoredFile
from org.models import Position
from saraban.models.letters import Letter


class LetterCopy(models.Model):
    """A copy of the letter's `source` file with the certification on every page (ระเบียบงานสารบรรณ ข้อ 31).

    Name and title are kept as they are printed; the letter's own file stays as it is.
    """

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="certified_copies")
    source = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    at = models.DateTimeField("รับรองเมื่อ")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    position = models.ForeignKey(Position, models.PROTECT, related_name="+")
    name = models.CharField("ชื่อผู้รับรอง", max_length=250)
    title = models.CharField("ตำแหน่งที่พิมพ์", max_length=420)

    class Meta:
        verbose_name = "สำเนาถูกต้อง"
        verbose_name_plural = "สำเนาถูกต้อง"
        ordering = ("-id",)
        default_permissions = ()

    def __str__(self) -> str:
        return f"สำเนาถูกต้องของหนังสือ {self.letter_id}"
