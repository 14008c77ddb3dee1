"""Which letters a delegation covers (มอบอำนาจให้ปฏิบัติราชการแทน): kinds, money, register folders.

Who holds which powers, by which order and how long stands in `org.Appointment`; what letters are is known here.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from org.models import Appointment
from saraban.models.folders import RegisterFolder
from saraban.models.letters import LetterKind


class DelegationScope(models.Model):
    """The limits of one delegation. Nothing said limits nothing: no kinds are all kinds, no amount any amount.

    The row is not changed: another scope is another order, that is another delegation.
    """

    appointment = models.OneToOneField(
        Appointment, models.CASCADE, related_name="delegation", verbose_name="การปฏิบัติราชการแทน"
    )
    kinds = ArrayField(
        models.CharField(max_length=12, choices=LetterKind.choices), verbose_name="ชนิดหนังสือ", default=list, blank=True
    )
    amount_limit = models.DecimalField("วงเงินไม่เกิน (บาท)", max_digits=15, decimal_places=2, null=True, blank=True)
    folders = models.ManyToManyField(RegisterFolder, blank=True, related_name="+", verbose_name="แฟ้มทะเบียน")
    created_at = models.DateTimeField("บันทึกเมื่อ", auto_now_add=True)
    history = HistoricalRecords(verbose_name="ประวัติขอบเขตการมอบอำนาจ", m2m_fields=[folders])

    class Meta:
        verbose_name = "การมอบอำนาจให้ปฏิบัติราชการแทน"
        verbose_name_plural = "การมอบอำนาจให้ปฏิบัติราชการแทน"
        constraints = (
            models.CheckConstraint(
                condition=Q(amount_limit=None) | Q(amount_limit__gte=0), name="delegated_amount_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(kinds__contained_by=list(LetterKind.values)), name="delegated_kinds_are_kinds"
            ),
        )

    def __str__(self) -> str:
        return str(self.appointment)
