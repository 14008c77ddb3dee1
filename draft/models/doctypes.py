"""Document types and their templates, how far each agency is with each of them, and what letters were made from."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from common.states import Machine
from org.models import Agency, Unit
from saraban.models import Letter, LetterKind, RegisterFolder, SignClass
from saraban.models.sealed import SealedJSONField


class DocumentType(models.Model):
    """ประเภทเอกสาร: of the platform (no agency), or an agency's own, kept by its owner unit.

    The three `passes_…` are the columns of the e-Office guide's table of document types (ระบบ Draft, In-tray, e-Saraban).
    """

    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="document_types")
    owner_unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name="หน่วยเจ้าของแม่แบบ")
    key = models.CharField("รหัส", max_length=40)
    name = models.CharField("ชื่อประเภทเอกสาร", max_length=160)
    kind = models.CharField("ชนิดหนังสือ", max_length=12, choices=LetterKind.choices)
    group = models.CharField("หมวด", max_length=80, blank=True)
    purpose = models.CharField("จุดประสงค์", max_length=300, blank=True)
    words = models.CharField("คำค้นอื่น", max_length=300, blank=True)
    passes_draft = models.BooleanField("ผ่านระบบร่าง-ตรวจ", default=True)
    passes_intray = models.BooleanField("ผ่านแฟ้มเสนอ", default=True)
    passes_saraban = models.BooleanField("ผ่านระบบสารบรรณ", default=True)
    order = models.PositiveSmallIntegerField("ลำดับ", default=100)
    retired_at = models.DateTimeField("เลิกใช้เมื่อ", null=True)
    retired_why = models.CharField("เหตุผลที่เลิกใช้", max_length=300, blank=True)

    class Meta:
        ordering = ("order", "id")
        constraints = (
            models.UniqueConstraint(fields=("agency", "key"), name="document_type_key_once", nulls_distinct=False),
            models.CheckConstraint(
                condition=Q(agency=None, owner_unit=None) | Q(agency__isnull=False, owner_unit__isnull=False),
                name="document_type_owned",
            ),
        )

    def __str__(self) -> str:
        return self.name


class TemplateStatus(models.TextChoices):
    DRAFT = "DRAFT", "กำลังจัดทำ"
    PUBLISHED = "PUBLISHED", "ใช้งาน"
    RETIRED = "RETIRED", "เลิกใช้"


T = TemplateStatus
TEMPLATE = Machine(
    "template",
    "แม่แบบแต่ละรุ่น",
    TemplateStatus,
    start=(T.DRAFT,),
    moves={
        "publish": ((T.DRAFT,), T.PUBLISHED, "เผยแพร่"),
        "retire": ((T.PUBLISHED,), T.RETIRED, "เลิกใช้"),
        "take_up": ((T.RETIRED,), T.PUBLISHED, "นำกลับมาใช้"),
    },
)


class TemplateVersion(models.Model):
    """One version of a type's template. Words between braces in subject, body and `fields` name its inputs.

    `fields` are fixed values of the draft's own fields, `inputs` what the author is asked for (`draft.inputs`);
    `for_unit` and the units below it may use it, all of the agency (or of the platform) when it is empty.
    """

    type = models.ForeignKey(DocumentType, models.CASCADE, related_name="versions")
    no = models.PositiveSmallIntegerField("รุ่นที่")
    status = models.CharField("สถานะ", max_length=10, choices=TemplateStatus.choices, default=TemplateStatus.DRAFT)
    subject = models.CharField("เรื่อง", max_length=500, blank=True)
    body = models.TextField("เนื้อความ", blank=True)
    fields = models.JSONField("ค่าที่กำหนดไว้", default=dict)
    inputs = models.JSONField("ช่องให้กรอก", default=list)
    for_unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name="ใช้ได้ใน")
    reviewers = models.JSONField("ผู้ตรวจ", default=list)
    signers = models.JSONField("ผู้ลงนาม", default=list)
    folder = models.ForeignKey(RegisterFolder, models.PROTECT, null=True, related_name="+", verbose_name="แฟ้มทะเบียน")
    sign_class = models.CharField("วิธีลงนาม", max_length=12, choices=SignClass.choices, blank=True)
    revision = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField("แก้ไขเมื่อ", auto_now=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField("เผยแพร่เมื่อ", null=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    retired_at = models.DateTimeField("เลิกใช้เมื่อ", null=True)

    class Meta:
        ordering = ("-no",)
        constraints = (
            models.UniqueConstraint(fields=("type", "no"), name="template_version_once"),
            models.UniqueConstraint(fields=("type",), condition=Q(status="PUBLISHED"), name="template_one_published"),
            models.UniqueConstraint(fields=("type",), condition=Q(status="DRAFT"), name="template_one_draft"),
            models.CheckConstraint(
                condition=Q(status="DRAFT") | Q(published_at__isnull=False), name="template_published_has_date"
            ),
        )

    def __str__(self) -> str:
        return f"รุ่นที่ {self.no}"


class UseMode(models.TextChoices):
    PAPER = "PAPER", "กระดาษ"
    PILOT = "PILOT", "นำร่อง"
    ELECTRONIC = "ELECTRONIC", "อิเล็กทรอนิกส์"


class DocumentTypeUse(models.Model):
    """How an agency handles a type from a day on. Rows are only added: the one with the latest day that has come counts."""

    type = models.ForeignKey(DocumentType, models.CASCADE, related_name="uses")
    agency = models.ForeignKey(Agency, models.CASCADE, related_name="+")
    mode = models.CharField("การใช้งาน", max_length=10, choices=UseMode.choices)
    since = models.DateField("ตั้งแต่วันที่")
    reason = models.CharField("เหตุผล", max_length=300)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    capacity = models.CharField(max_length=420, blank=True)

    class Meta:
        ordering = ("-since", "-id")
        constraints = (models.CheckConstraint(condition=~Q(reason=""), name="type_use_has_reason"),)
        indexes = (models.Index(fields=("agency", "type", "-since", "-id"), name="type_use_latest"),)

    def __str__(self) -> str:
        return f"{self.get_mode_display()} ตั้งแต่ {self.since}"


class FilledTemplate(models.Model):
    """A letter made from a template: the version, what was typed into it, and what the draft then said.

    `made` holds the fields and the body as the template made them, so that a later change by hand is known. `type`, `agency`
    and `at` are copied for the weekly counts.
    """

    letter = models.OneToOneField(Letter, models.CASCADE, primary_key=True, related_name="filled")
    version = models.ForeignKey(TemplateVersion, models.PROTECT, related_name="fills")
    type = models.ForeignKey(DocumentType, models.PROTECT, related_name="fills", db_index=False)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", db_index=False)
    inputs = SealedJSONField("ค่าที่กรอก", default=dict)
    made = SealedJSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("agency", "at"), include=("type", "letter"), name="filled_of_week"),)

    def __str__(self) -> str:
        return f"{self.letter_id} จาก{self.version}"
