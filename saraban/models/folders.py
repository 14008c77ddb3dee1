"""Register folders: the registers themselves, who may do what with them, and their number series."""

from __future__ import annotations

from django.db import models
from guardian.models import GroupObjectPermissionBase
from simple_history.models import HistoricalRecords

from org.models import Agency, Unit


class FolderKind(models.TextChoices):
    RECEIVE = "RECEIVE", "ทะเบียนหนังสือรับ"
    SEND = "SEND", "ทะเบียนหนังสือส่ง"
    CIRCULAR = "CIRCULAR", "ทะเบียนหนังสือเวียน"
    ORDER = "ORDER", "ทะเบียนคำสั่ง"
    ANNOUNCEMENT = "ANNOUNCEMENT", "ทะเบียนประกาศ"
    CERTIFICATE = "CERTIFICATE", "ทะเบียนหนังสือรับรอง"
    CONTRACT = "CONTRACT", "ทะเบียนสัญญาซื้อขาย"
    PRICE_LIST = "PRICE_LIST", "ทะเบียนราคา"
    E_BIDDING = "E_BIDDING", "ประกาศราคากลางอิเล็กทรอนิกส์"
    SECRET_RECEIVE = "SECRET_RECEIVE", "ทะเบียนรับหนังสือลับ"
    SECRET_SEND = "SECRET_SEND", "ทะเบียนส่งหนังสือลับ"
    EMERGENCY = "EMERGENCY", "ทะเบียนฉุกเฉิน"
    OTHER = "OTHER", "ทะเบียนอื่น ๆ"


RECEIVING = (FolderKind.RECEIVE, FolderKind.SECRET_RECEIVE)
SECRET = (FolderKind.SECRET_RECEIVE, FolderKind.SECRET_SEND)


class Reset(models.TextChoices):
    CALENDAR = "CALENDAR", "ปีปฏิทิน (1 มกราคม)"
    FISCAL = "FISCAL", "ปีงบประมาณ (1 ตุลาคม)"
    NEVER = "NEVER", "ไม่เริ่มใหม่"


class FolderGroup(models.Model):
    """กลุ่มแฟ้ม: folders shown together."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="folder_groups", verbose_name="ส่วนราชการ")
    name = models.CharField("ชื่อกลุ่มแฟ้ม", max_length=200)
    order = models.PositiveIntegerField("ลำดับ", default=0)
    history = HistoricalRecords(verbose_name="ประวัติกลุ่มแฟ้ม")

    class Meta:
        verbose_name = "กลุ่มแฟ้ม"
        verbose_name_plural = "กลุ่มแฟ้ม"
        ordering = ("agency", "order", "name")
        constraints = (models.UniqueConstraint(fields=("agency", "name"), name="folder_group_once"),)

    def __str__(self) -> str:
        return self.name


class RegisterFolder(models.Model):
    """แฟ้มทะเบียน: one register, the permission model everything shares."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="folders", verbose_name="ส่วนราชการ")
    group = models.ForeignKey(FolderGroup, models.PROTECT, related_name="folders", verbose_name="กลุ่มแฟ้ม")
    owner_unit = models.ForeignKey(Unit, models.PROTECT, related_name="folders", verbose_name="หน่วยเจ้าของแฟ้ม")
    kind = models.CharField("ชนิดทะเบียน", max_length=16, choices=FolderKind.choices)
    name = models.CharField("ชื่อแฟ้ม", max_length=200)
    number_format = models.CharField(
        "รูปแบบเลข",
        max_length=80,
        default="{code} {unit}/{seq}",
        help_text="{code} รหัสตัวอักษร {unit} เลขประจำหน่วยเจ้าของเรื่อง {seq} เลขลำดับ {year} พ.ศ.",
    )
    code = models.CharField("รหัสตัวอักษรนำหน้า", max_length=12, blank=True, help_text="ว่าง = รหัสของส่วนราชการ")
    unit_code = models.CharField("เลขประจำที่ใช้", max_length=24, blank=True, help_text="ว่าง = เลขประจำของหน่วยเจ้าของเรื่อง")
    circular_own_series = models.BooleanField("หนังสือเวียนใช้ชุดเลขของตนเอง", default=True)
    reset = models.CharField("เริ่มเลขใหม่", max_length=8, choices=Reset.choices, default=Reset.CALENDAR)
    start_number = models.PositiveIntegerField("เลขเริ่มต้น (วันตัดเปลี่ยน)", default=1)
    retention = models.CharField("อายุการเก็บเริ่มต้น", max_length=16, default="ELECTRONIC")
    note = models.CharField("หมายเหตุสิทธิ์", max_length=300, blank=True)
    order = models.PositiveIntegerField("ลำดับ", default=0)
    closed_at = models.DateTimeField("ปิดแฟ้มเมื่อ", null=True, blank=True)
    history = HistoricalRecords(verbose_name="ประวัติแฟ้มทะเบียน")

    class Meta:
        verbose_name = "แฟ้มทะเบียน"
        verbose_name_plural = "แฟ้มทะเบียน"
        ordering = ("group", "order", "id")
        constraints = (models.UniqueConstraint(fields=("owner_unit", "name", "kind"), name="folder_name_once"),)
        default_permissions = ()
        permissions = (
            ("take_number", "ออกเลขจากแฟ้ม"),
            ("register_incoming", "ลงรับเข้าแฟ้ม"),
            ("read_own_unit", "อ่านหนังสือของหน่วยตนเอง"),
            ("read_all", "อ่านหนังสือทุกเรื่องในแฟ้ม"),
            ("void_entry", "ยกเลิกเลข"),
            ("reserve_number", "จองเลข"),
            ("insert_number", "แทรกเลข"),
            ("secret_register", "เป็นนายทะเบียนข้อมูลข่าวสารลับ"),
            ("manage_folder", "ดูแลแฟ้ม"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_receiving(self) -> bool:
        return self.kind in RECEIVING

    @property
    def is_secret(self) -> bool:
        return self.kind in SECRET


class FolderRight(GroupObjectPermissionBase):
    """A right of a group on a folder (guardian's storage, direct foreign key). Resolved by our own query."""

    content_object = models.ForeignKey(RegisterFolder, models.CASCADE, related_name="rights")

    class Meta(GroupObjectPermissionBase.Meta):
        verbose_name = "สิทธิ์บนแฟ้ม"
        verbose_name_plural = "สิทธิ์บนแฟ้ม"
        indexes = (models.Index(fields=("group", "permission", "content_object"), name="folder_right_group"),)


class NumberSeries(models.Model):
    """ชุดเลข: one row per folder, year and circular flag; the lock every number is issued under."""

    folder = models.ForeignKey(RegisterFolder, models.PROTECT, related_name="series")
    year = models.PositiveSmallIntegerField("ปี พ.ศ.", help_text="0 = ไม่เริ่มใหม่")
    circular = models.BooleanField("หนังสือเวียน", default=False)
    last = models.PositiveIntegerField("เลขล่าสุด", default=0)

    class Meta:
        verbose_name = "ชุดเลข"
        verbose_name_plural = "ชุดเลข"
        constraints = (models.UniqueConstraint(fields=("folder", "year", "circular"), name="series_once"),)

    def __str__(self) -> str:
        return f"{self.folder} {self.year}"
