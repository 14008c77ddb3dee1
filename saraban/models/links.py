"""The short link of a letter's enclosures, printed under สิ่งที่ส่งมาด้วย with its QR code."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from common.thai import local_date
from org.models import Position
from saraban.models.letters import Letter

A_SECOND = timedelta(seconds=1)
TOKEN_LENGTH = 26  # of 32 signs: 130 bits


class EnclosureLink(models.Model):
    """One address for the whole set of enclosures of a letter. Whoever holds it may download them while it is open.

    It is open from `published_at` (the letter was sent) to `expires_at`, unless it was revoked. A trigger refuses one for
    a classified letter or one flagged with personal data, and such a flag on a letter whose link is not revoked.
    """

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="enclosure_links")
    token = models.CharField(max_length=TOKEN_LENGTH, unique=True)
    made_at = models.DateTimeField("สร้างเมื่อ")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_position = models.ForeignKey(Position, models.PROTECT, related_name="+")
    expires_at = models.DateTimeField("ใช้ได้ถึง")
    published_at = models.DateTimeField("เผยแพร่เมื่อ", null=True)
    revoked_at = models.DateTimeField("ยกเลิกเมื่อ", null=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    revoke_reason = models.CharField("เหตุผลที่ยกเลิก", max_length=300, blank=True)
    downloads = models.PositiveIntegerField("ดาวน์โหลดแล้ว", default=0)
    downloaded_at = models.DateTimeField("ดาวน์โหลดล่าสุด", null=True)

    class Meta:
        verbose_name = "ลิงก์สิ่งที่ส่งมาด้วย"
        verbose_name_plural = "ลิงก์สิ่งที่ส่งมาด้วย"
        ordering = ("-id",)
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(fields=("letter",), name="one_link_in_use", condition=Q(revoked_at=None)),
            models.CheckConstraint(
                condition=Q(token__regex=f"^[0-9a-z]{{{TOKEN_LENGTH}}}$"), name="link_token_is_long"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None, revoke_reason="")
                | (Q(revoked_at__isnull=False, revoked_by__isnull=False) & ~Q(revoke_reason="")),
                name="link_revoked_with_reason",
            ),
        )

    def __str__(self) -> str:
        return f"ลิงก์ของหนังสือ {self.letter_id}"

    @property
    def last_day(self) -> date:
        """The last day on which it works."""
        return local_date(self.expires_at - A_SECOND)

    def is_open(self, at: datetime) -> bool:
        """Whether its holder gets the files at `at`."""
        return self.published_at is not None and self.revoked_at is None and at < self.expires_at


def last_day_before(ends: datetime | None) -> date | None:
    """The last day of a link that ends at `ends`; None for none."""
    return local_date(ends - A_SECOND) if ends else None
