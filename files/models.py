"""Stored files. A file is its SHA-256; its bytes never change and are never overwritten."""

from __future__ import annotations

from django.db import models


class StoredFile(models.Model):
    """One content, stored once. Names belong to what refers to it (a letter, an enclosure).

    A classified one lies sealed under its own `data_key` (locked by `common.vault`): `sha256` and `size` are then those
    of the sealed bytes, so the row tells nobody which known file it is, and it is never shared with another upload.
    """

    sha256 = models.CharField("ค่าแฮช", max_length=64, unique=True)
    size = models.BigIntegerField("ขนาด (ไบต์)")
    media_type = models.CharField("ชนิด", max_length=120)
    path = models.CharField("ที่เก็บ", max_length=120)
    pages = models.PositiveIntegerField("จำนวนหน้า", null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    data_key = models.BinaryField("กุญแจข้อมูลของไฟล์ลับ", null=True)

    class Meta:
        verbose_name = "ไฟล์"
        verbose_name_plural = "ไฟล์"

    def __str__(self) -> str:
        return self.sha256[:12]

    @property
    def is_sealed(self) -> bool:
        return self.data_key is not None

    @property
    def is_pdf(self) -> bool:
        return self.media_type == "application/pdf"

    @property
    def is_image(self) -> bool:
        return self.media_type in ("image/png", "image/jpeg")
