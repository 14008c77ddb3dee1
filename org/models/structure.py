"""Agencies, their unit trees, positions, and the calendar they work by."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from simple_history.models import HistoricalRecords
from tree_queries.fields import TreeNodeForeignKey
from tree_queries.models import TreeNode
from tree_queries.query import TreeManager, TreeQuerySet


class AgencyKind(models.TextChoices):
    MINISTRY = "MINISTRY", "ส่วนราชการส่วนกลาง"
    PROVINCE = "PROVINCE", "จังหวัด"
    LOCAL = "LOCAL", "องค์กรปกครองส่วนท้องถิ่น"


class LetterCode(models.Model):
    """The letters in front of letter numbers of ministries, provinces and independent agencies (domain data)."""

    code = models.CharField("รหัสตัวอักษร", max_length=4, primary_key=True)
    name = models.CharField("ชื่อ", max_length=120)
    kind = models.CharField("ประเภท", max_length=8, choices=AgencyKind.choices)

    class Meta:
        verbose_name = "รหัสตัวอักษรประจำส่วนราชการ"
        verbose_name_plural = "รหัสตัวอักษรประจำส่วนราชการ"
        ordering = ("kind", "code")

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Agency(models.Model):  # type: ignore[django-manager-missing]
    """A tenant: กรม, จังหวัด or อปท. One platform holds many; nothing crosses between them but deliveries."""

    name = models.CharField("ชื่อส่วนราชการ", max_length=200, unique=True)
    short_name = models.CharField("ชื่อย่อ", max_length=80, blank=True)
    kind = models.CharField("ประเภท", max_length=8, choices=AgencyKind.choices)
    code = models.CharField("รหัสตัวอักษร", max_length=4, help_text="เช่น ดศ ปท")
    roman = models.CharField(
        "รหัสอักษรโรมัน",
        max_length=12,
        unique=True,
        help_text="ใช้ในชื่อไฟล์ เช่น MDES",
        validators=[RegexValidator(r"^[A-Z]+$", "ใช้อักษรโรมันตัวใหญ่เท่านั้น")],
    )
    juristic_id = models.CharField("เลขนิติบุคคล 13 หลัก", max_length=13, blank=True)
    central_email = models.EmailField("ไปรษณีย์อิเล็กทรอนิกส์กลาง", blank=True)
    memo_circle = models.CharField(
        "วงหนังสือภายใน",
        max_length=80,
        help_text="กระทรวง กรม หรือจังหวัดเดียวกันใช้ชื่อวงเดียวกัน จึงใช้บันทึกข้อความถึงกันได้",
    )
    go_live_at = models.DateTimeField("วันตัดเปลี่ยน", null=True, blank=True)
    hue = models.PositiveSmallIntegerField("โทนสีประจำหน่วยงาน", default=222)
    registry_unit = models.ForeignKey(
        "org.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="หน่วยสารบรรณกลาง",
        help_text="หน่วยที่รับหนังสือจากหน่วยงานภายนอก",
    )
    history = HistoricalRecords(verbose_name="ประวัติส่วนราชการ")

    class Meta:
        verbose_name = "ส่วนราชการ"
        verbose_name_plural = "ส่วนราชการ"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class UnitQuerySet(TreeQuerySet["Unit"]):
    def current(self) -> UnitQuerySet:
        """Units not dissolved."""
        return self.filter(dissolved_at=None)


class Unit(TreeNode):
    """A unit inside an agency; a tree by parent key, read by recursive CTE."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="units", verbose_name="ส่วนราชการ")
    parent = TreeNodeForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="อยู่ใต้"
    )
    code = models.CharField(
        "เลขประจำของเจ้าของเรื่อง", max_length=24, blank=True, help_text="เช่น 0017.1 หรือ 51021 (ไม่จำเป็นต้องเป็นสี่หลัก)"
    )
    name = models.CharField("ชื่อหน่วยงาน", max_length=200)
    short_name = models.CharField("ชื่อย่อ", max_length=80, blank=True)
    position_order = models.PositiveIntegerField("ลำดับ", default=0)
    address = models.TextField("ที่อยู่บนหัวหนังสือ", blank=True)
    phone = models.CharField("โทรศัพท์", max_length=80, blank=True)
    email = models.EmailField("ไปรษณีย์อิเล็กทรอนิกส์", blank=True)
    dissolved_at = models.DateTimeField("ยุบเมื่อ", null=True, blank=True)
    history = HistoricalRecords(verbose_name="ประวัติหน่วยงาน")

    objects: ClassVar[TreeManager[Unit]] = UnitQuerySet.as_manager(with_tree_fields=False)

    class Meta:
        verbose_name = "หน่วยงานภายใน"
        verbose_name_plural = "หน่วยงานภายใน"
        ordering = ("position_order", "id")
        constraints = (
            models.UniqueConstraint(fields=("agency", "parent", "name"), name="unit_name_once_under_parent"),
            models.UniqueConstraint(fields=("agency", "id"), name="unit_agency_key"),
            models.CheckConstraint(condition=~models.Q(parent=models.F("id")), name="unit_not_under_itself"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """The short name where there is one."""
        return self.short_name or self.name


class Position(models.Model):
    """A post in a unit. Work is addressed to posts and units, never to persons."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="positions", verbose_name="หน่วยงาน")
    title = models.CharField("ชื่อตำแหน่ง", max_length=200)
    short_title = models.CharField("ชื่อตำแหน่งย่อ", max_length=80, blank=True)
    rank = models.PositiveSmallIntegerField("ลำดับในหน่วยงาน", default=50, help_text="น้อยกว่าอยู่ก่อน หัวหน้าหน่วยใช้ 0")
    heads_subtree = models.BooleanField("หัวหน้าหน่วย", default=False, help_text="เห็นหนังสือของหน่วยในสังกัดตามสิทธิ์แฟ้ม")
    signs_outward = models.BooleanField("ลงนามหนังสือภายนอกได้", default=False)
    administers = models.ForeignKey(
        Unit,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="administrators",
        verbose_name="ผู้ดูแลโครงสร้างของ",
        help_text="ดูแลโครงสร้าง บุคคล แฟ้มทะเบียน และสิทธิ์ของหน่วยนี้และหน่วยในสังกัด (ไม่ทำให้อ่านหนังสือได้)",
    )
    abolished_at = models.DateTimeField("ยุบเลิกเมื่อ", null=True, blank=True)
    history = HistoricalRecords(verbose_name="ประวัติตำแหน่ง")

    class Meta:
        verbose_name = "ตำแหน่ง"
        verbose_name_plural = "ตำแหน่ง"
        ordering = ("unit", "rank", "id")
        constraints = (models.UniqueConstraint(fields=("unit", "title"), name="position_title_once_in_unit"),)

    def __str__(self) -> str:
        return self.title

    @property
    def label(self) -> str:
        """The short title where there is one."""
        return self.short_title or self.title


class Holiday(models.Model):
    """A public holiday announced by the Cabinet, for all agencies or one."""

    agency = models.ForeignKey(Agency, models.CASCADE, null=True, blank=True, verbose_name="เฉพาะส่วนราชการ")
    day = models.DateField("วันที่")
    name = models.CharField("ชื่อวันหยุด", max_length=120)

    class Meta:
        verbose_name = "วันหยุดราชการ"
        verbose_name_plural = "วันหยุดราชการ"
        ordering = ("day",)
        constraints = (models.UniqueConstraint(fields=("agency", "day"), name="holiday_once", nulls_distinct=False),)

    def __str__(self) -> str:
        return self.name
