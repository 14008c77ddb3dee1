"""The table of คำขึ้นต้น and คำลงท้าย."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from org.models import Agency


class SalutationRow(models.Model):
    """One row of the table of คำขึ้นต้น and คำลงท้าย: of all agencies, or one agency's own addition.

    Drafts keep the `key` of their row, so a row that a draft names is retired, never deleted. `first_person` and `posts`
    hold one item to a line; "(ชื่อ)" in opening or closing stands for the signer's name.
    """

    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="ส่วนราชการ",
        help_text="เว้นว่าง = ใช้ทุกส่วนราชการ",
    )  # fmt: skip
    key = models.CharField("รหัสแถว", max_length=40, unique=True, editable=False)
    addressee = models.CharField("ใช้กับผู้รับ", max_length=200)
    opening = models.CharField("คำขึ้นต้น", max_length=300)
    closing = models.CharField("คำลงท้าย", max_length=300)
    first_person = models.TextField("สรรพนามผู้เขียน", blank=True, help_text="บรรทัดละหนึ่งคำ")
    second_person = models.CharField("สรรพนามผู้รับ", max_length=100, blank=True)
    envelope = models.CharField("คำที่ใช้บนซอง", max_length=300, blank=True)
    posts = models.TextField(
        "ตำแหน่งที่ต้องใช้คู่นี้", blank=True, help_text="บรรทัดละหนึ่งตำแหน่ง ระบบเตือนเมื่อผู้รับขึ้นต้นด้วยตำแหน่งเหล่านี้แต่ใช้คำอื่น"
    )
    addressee_in_opening = models.BooleanField("คำขึ้นต้นระบุผู้รับไว้แล้ว", default=False)
    order = models.PositiveSmallIntegerField("ลำดับ", default=100)
    retired_at = models.DateTimeField("เลิกใช้เมื่อ", null=True, editable=False)
    history = HistoricalRecords(verbose_name="ประวัติคำขึ้นต้นและคำลงท้าย")

    class Meta:
        verbose_name = "คำขึ้นต้นและคำลงท้าย"
        verbose_name_plural = "คำขึ้นต้นและคำลงท้าย"
        default_permissions = ()
        ordering = ("order", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("agency", "opening", "closing"),
                name="salutation_pair_once",
                condition=Q(retired_at=None),
                nulls_distinct=False,
            ),
        )

    def __str__(self) -> str:
        return f"{self.opening[:60]} – {self.closing[:60]}"
