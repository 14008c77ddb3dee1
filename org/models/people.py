"""Users, and the appointments that decide whose tray a person sees today."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.fields.ranges import BigIntegerRangeField
from django.db import models
from django.db.models import F, Func, Q, Value
from simple_history.models import HistoricalRecords

from org.models.structure import Agency, Position, Unit


class PlatformRole(models.TextChoices):
    NONE = "", "ไม่มี"
    CENTRAL_ADMIN = "CENTRAL", "ผู้ดูแลระบบกลาง"


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        """A new account; without a password it can sign in by ThaiD only."""
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> User:
        """A Django superuser. It opens Django's admin, and reads no letter."""
        return self.create_user(username, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person's account. It outlives posts; posts come and go by `Appointment`."""

    username = models.CharField("ชื่อผู้ใช้", max_length=150, unique=True)
    prefix = models.CharField("คำนำหน้า", max_length=60, blank=True)
    first_name = models.CharField("ชื่อ", max_length=120)
    last_name = models.CharField("นามสกุล", max_length=120, blank=True)
    email = models.EmailField("ไปรษณีย์อิเล็กทรอนิกส์", blank=True)
    phone = models.CharField("โทรศัพท์", max_length=80, blank=True)
    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="people", verbose_name="สังกัด"
    )
    home_unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        verbose_name="หน่วยต้นสังกัด",
        help_text="หน่วยที่ดูแลบัญชีนี้ ผู้ดูแลของหน่วยนี้หรือหน่วยเหนือขึ้นไปแก้ไขบัญชีได้",
    )
    platform_role = models.CharField(
        "บทบาทของแพลตฟอร์ม", max_length=8, choices=PlatformRole.choices, blank=True, default=PlatformRole.NONE
    )
    is_active = models.BooleanField("ใช้งานได้", default=True)
    password_temporary = models.BooleanField("รหัสผ่านชั่วคราว", default=False, help_text="ต้องตั้งรหัสผ่านใหม่เมื่อเข้าสู่ระบบครั้งแรก")
    is_staff = models.BooleanField("เข้าหน้าผู้ดูแลของ Django", default=False)
    created_at = models.DateTimeField("สร้างเมื่อ", auto_now_add=True)
    history = HistoricalRecords(verbose_name="ประวัติผู้ใช้", excluded_fields=["password", "last_login"])

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["first_name"]

    class Meta:
        verbose_name = "ผู้ใช้งาน"
        verbose_name_plural = "ผู้ใช้งาน"
        ordering = ("first_name", "last_name")

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        """`นายสมชาย ใจดี`: the prefix is written together with the name."""
        return f"{self.prefix}{self.first_name} {self.last_name}".strip()

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.first_name

    @property
    def initials(self) -> str:
        """Two letters for the round mark in the header (consonants only)."""
        first = [letter for letter in (self.first_name, self.last_name) for letter in letter if letter not in "เแโใไ"]
        return (first[0] if first else "?") + (next((c for c in self.last_name if c not in "เแโใไ"), ""))


class Capacity(models.TextChoices):
    """How a person stands in a post (การลงชื่อแทน), and the secretary who prepares but never signs."""

    SUBSTANTIVE = "SUBSTANTIVE", "เจ้าของตำแหน่ง"
    ACTING = "ACTING", "รักษาราชการแทน"
    ON_BEHALF = "ON_BEHALF", "ปฏิบัติราชการแทน"
    ACTING_IN_POST = "ACTING_IN_POST", "รักษาการในตำแหน่ง"
    ACTING_FOR = "ACTING_FOR", "ทำการแทน"
    SECRETARY = "SECRETARY", "หน้าห้อง"


FULL_POWERS = (Capacity.SUBSTANTIVE, Capacity.ACTING, Capacity.ACTING_IN_POST, Capacity.ACTING_FOR)
STANDS_IN = (Capacity.ACTING, Capacity.ON_BEHALF, Capacity.ACTING_IN_POST, Capacity.ACTING_FOR)
BY_ORDER = (Capacity.ACTING, Capacity.ON_BEHALF)


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def current(self, at: datetime) -> AppointmentQuerySet:
        """Appointments in force at `at`: begun, and not ended."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=at), starts_at__lte=at)


class Appointment(models.Model):
    """A user holds a position from–to in one capacity. Ending one and starting another is how people change posts.

    Standing in for another rests on a written order or a provision of law (พ.ร.บ.ระเบียบบริหารราชการแผ่นดิน มาตรา 38–50).
    A delegation may be handed on where the order says so, and what was handed on may not be handed on again: `parent` is
    the delegation a person hands on. Several orders may delegate powers of one post to one person at the same time.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="appointments", verbose_name="ผู้ดำรงตำแหน่ง")
    position = models.ForeignKey(Position, models.PROTECT, related_name="appointments", verbose_name="ตำแหน่ง")
    capacity = models.CharField("ฐานะ", max_length=16, choices=Capacity.choices, default=Capacity.SUBSTANTIVE)
    own_title = models.CharField(
        "ตำแหน่งตนเอง", max_length=200, blank=True, help_text="บรรทัดแรกใต้ชื่อเมื่อลงนามแทน เช่น รองผู้ว่าราชการจังหวัด"
    )
    order_ref = models.CharField("คำสั่งเลขที่/ลงวันที่", max_length=200, blank=True)
    scope = models.CharField("ขอบเขตที่มอบ", max_length=400, blank=True, help_text="เฉพาะการปฏิบัติราชการแทน")
    printed = models.CharField(
        "ข้อความใต้ชื่อตามคำสั่ง",
        max_length=400,
        blank=True,
        help_text="เมื่อคำสั่งกำหนดถ้อยคำไว้เป็นอย่างอื่น บรรทัดละหนึ่งบรรทัดบนหนังสือ",
    )
    may_subdelegate = models.BooleanField("คำสั่งให้มอบอำนาจช่วงได้", default=False)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="subdelegations", verbose_name="มอบอำนาจช่วงจาก"
    )
    clearance = models.PositiveSmallIntegerField(
        "ชั้นความลับที่เข้าถึงได้", default=0, choices=[(0, "ปกติ"), (1, "ลับ"), (2, "ลับมาก")]
    )
    starts_at = models.DateTimeField("ตั้งแต่")
    ends_at = models.DateTimeField("ถึง", null=True, blank=True)
    history = HistoricalRecords(verbose_name="ประวัติการดำรงตำแหน่ง")

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = "การดำรงตำแหน่ง"
        verbose_name_plural = "การดำรงตำแหน่ง"
        ordering = ("-starts_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")), name="appointment_ends_after_start"
            ),
            models.CheckConstraint(
                condition=~Q(capacity__in=BY_ORDER) | ~Q(order_ref=""), name="appointment_stands_in_by_order"
            ),
            models.CheckConstraint(
                condition=Q(may_subdelegate=False) | Q(capacity=Capacity.ON_BEHALF),
                name="only_a_delegation_is_handed_on",
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | Q(capacity=Capacity.ON_BEHALF, may_subdelegate=False),
                name="handed_on_is_not_handed_on_again",
            ),
            ExclusionConstraint(
                name="appointment_once_at_a_time",
                index_type="gist",
                condition=~Q(capacity=Capacity.ON_BEHALF),
                expressions=(
                    (
                        Func(
                            F("user"),
                            F("user"),
                            Value("[]"),
                            function="int8range",
                            output_field=BigIntegerRangeField(),
                        ),
                        RangeOperators.EQUAL,
                    ),
                    (
                        Func(
                            F("position"),
                            F("position"),
                            Value("[]"),
                            function="int8range",
                            output_field=BigIntegerRangeField(),
                        ),
                        RangeOperators.EQUAL,
                    ),
                    (
                        Func(F("starts_at"), F("ends_at"), function="tstzrange", output_field=DateTimeRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ),
                violation_error_message="ผู้นี้ดำรงตำแหน่งนี้ในช่วงเวลาดังกล่าวอยู่แล้ว",
            ),
        )
        indexes = (models.Index(fields=("position", "ends_at"), name="appointment_position"),)

    def __str__(self) -> str:
        return f"{self.user} · {self.title_line}"

    @property
    def signs(self) -> bool:
        """Whether this capacity may sign and decide; a secretary prepares only."""
        return self.capacity != Capacity.SECRETARY

    @property
    def stands_in(self) -> bool:
        """Whether the post is another's, for whom this person acts."""
        return self.capacity in STANDS_IN

    @property
    def has_full_powers(self) -> bool:
        """The holder and whoever acts for him (มาตรา 48); a delegate has what was delegated, a secretary nothing."""
        return self.capacity in FULL_POWERS

    @property
    def title_lines(self) -> tuple[str, ...]:
        """What is printed under the name: one line for the holder, two when signing for another post, or the order's own words."""
        if self.printed:
            return tuple(self.printed.splitlines())
        if self.capacity in (Capacity.SUBSTANTIVE, Capacity.SECRETARY):
            return (self.position.title,)
        own = f"{self.own_title} {self.get_capacity_display()}".strip()
        return (own, self.position.title)

    @property
    def title_line(self) -> str:
        """The same on one line, for screens and time-lines."""
        if self.capacity == Capacity.SECRETARY:
            return f"หน้าห้อง {self.position.title}"
        return " ".join(self.title_lines)
