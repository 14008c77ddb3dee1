"""What is kept beside the user: notices read, sign-ins, links to ThaiD identities, and filters of lists."""

from __future__ import annotations

import hashlib
import secrets
from base64 import urlsafe_b64encode
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.crypto import salted_hmac

from accounts.states import LinkState
from org.models import User


class PrivacyAcceptance(models.Model):
    """A person has read one version of the privacy notice (PDPA ม.23). It is knowledge, not consent."""

    user = models.ForeignKey(User, models.PROTECT, related_name="privacy_acceptances", verbose_name="ผู้ใช้งาน")
    version = models.CharField("ฉบับ", max_length=20)
    accepted_at = models.DateTimeField("รับทราบเมื่อ")

    class Meta:
        verbose_name = "การรับทราบประกาศความเป็นส่วนตัว"
        verbose_name_plural = "การรับทราบประกาศความเป็นส่วนตัว"
        constraints = (models.UniqueConstraint(fields=("user", "version"), name="privacy_accepted_once"),)

    def __str__(self) -> str:
        return f"{self.user} {self.version}"


class SignIn(models.Model):
    """One session's beginning: by which means, how surely identified, from where (kept at least 90 days)."""

    class Method(models.TextChoices):
        PASSWORD = "PASSWORD", "รหัสผ่าน"
        THAID = "THAID", "ThaiD"

    user = models.ForeignKey(User, models.PROTECT, related_name="sign_ins", verbose_name="ผู้ใช้งาน")
    at = models.DateTimeField("เมื่อ")
    method = models.CharField("วิธี", max_length=8, choices=Method.choices)
    ial = models.CharField("ระดับการพิสูจน์ตัวตน (IAL)", max_length=8, blank=True)
    ip = models.GenericIPAddressField("หมายเลขไอพี", null=True, blank=True)
    ended_at = models.DateTimeField("ออกเมื่อ", null=True, blank=True)

    class Meta:
        verbose_name = "การเข้าสู่ระบบ"
        verbose_name_plural = "การเข้าสู่ระบบ"
        indexes = (models.Index(fields=("user", "-at"), name="sign_in_user"),)

    def __str__(self) -> str:
        return f"{self.user} {self.at:%Y-%m-%d %H:%M}"


class ThaidLink(models.Model):
    """An account and the person ThaiD must show for it. Of the citizen number only a keyed hash is kept.

    An administrator records the number; the link works only after that person has proved it at ThaiD.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="thaid_links", verbose_name="ผู้ใช้งาน")
    pid_hash = models.CharField("ลายนิ้วมือของเลขประจำตัว", max_length=64)
    state = models.CharField("สถานะ", max_length=8, choices=LinkState.choices, default=LinkState.PENDING)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="ผู้บันทึก")
    recorded_at = models.DateTimeField("บันทึกเมื่อ")
    linked_at = models.DateTimeField("ผูกเมื่อ", null=True, blank=True)
    ial = models.CharField("ระดับการพิสูจน์ตัวตน (IAL)", max_length=8, blank=True)
    revoked_at = models.DateTimeField("ยกเลิกเมื่อ", null=True, blank=True)
    revoked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="ผู้ยกเลิก")

    class Meta:
        verbose_name = "การผูกบัญชีกับ ThaiD"
        verbose_name_plural = "การผูกบัญชีกับ ThaiD"
        constraints = (
            models.UniqueConstraint(
                fields=("user",), name="thaid_one_living_link", condition=~Q(state=LinkState.REVOKED)
            ),
            models.UniqueConstraint(
                fields=("pid_hash",), name="thaid_one_account_per_person", condition=Q(state=LinkState.ACTIVE)
            ),
            models.CheckConstraint(
                name="thaid_active_is_proven", condition=~Q(state=LinkState.ACTIVE) | Q(linked_at__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} {self.get_state_display()}"


def _nonce() -> str:
    return secrets.token_hex(32)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self, at: datetime) -> InvitationQuerySet:
        """Invitations that still work at `at`: unused, not withdrawn, not expired, the link still waiting."""
        return self.filter(used_at=None, withdrawn_at=None, expires_at__gt=at, link__state=LinkState.PENDING)


class Invitation(models.Model):
    """A link that works once and for a while. The database holds only the token's hash.

    The token itself is derived from `nonce` and the installation's key, so the mail can be written later without
    the token lying in any table.
    """

    link = models.ForeignKey(ThaidLink, models.PROTECT, related_name="invitations", verbose_name="การผูกบัญชี")
    nonce = models.CharField(max_length=64, default=_nonce, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    sent_to = models.EmailField("ส่งถึง", blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="ผู้เชิญ")
    created_at = models.DateTimeField("เชิญเมื่อ")
    expires_at = models.DateTimeField("ใช้ได้ถึง")
    used_at = models.DateTimeField("ใช้เมื่อ", null=True, blank=True)
    withdrawn_at = models.DateTimeField("เพิกถอนเมื่อ", null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "คำเชิญผูกบัญชี"
        verbose_name_plural = "คำเชิญผูกบัญชี"
        indexes = (models.Index(fields=("link", "-created_at"), name="invitation_link"),)

    def __str__(self) -> str:
        return f"{self.link.user} {self.expires_at:%Y-%m-%d}"

    @property
    def token(self) -> str:
        """The secret of the link, 43 characters."""
        secret = salted_hmac("accounts.invitation", self.nonce, algorithm="sha256").digest()
        return urlsafe_b64encode(secret).decode("ascii").rstrip("=")

    @property
    def url(self) -> str:
        """The whole address to send."""
        return f"{settings.SITE_URL}{reverse('accounts:invitation', args=(self.token,))}"

    @staticmethod
    def hash_of(token: str) -> str:
        """What the database keeps of a token."""
        return hashlib.sha256(token.encode()).hexdigest()


class SavedFilter(models.Model):
    """A choice of filters of one list that a person keeps under a name."""

    user = models.ForeignKey(User, models.CASCADE, related_name="saved_filters")
    path = models.CharField("หน้า", max_length=200)
    page = models.CharField("ชื่อหน้า", max_length=200)
    name = models.CharField("ชื่อตัวกรอง", max_length=60)
    query = models.CharField("ตัวกรอง", max_length=1500)
    made_at = models.DateTimeField("บันทึกเมื่อ")

    class Meta:
        verbose_name = "ตัวกรองที่บันทึกไว้"
        verbose_name_plural = "ตัวกรองที่บันทึกไว้"
        default_permissions = ()
        ordering = ("path", "name", "id")
        constraints = (models.UniqueConstraint(fields=("user", "path", "name"), name="saved_filter_once"),)

    def __str__(self) -> str:
        return self.name

    @property
    def url(self) -> str:
        """The list with these filters."""
        return f"{self.path}?{self.query}"
