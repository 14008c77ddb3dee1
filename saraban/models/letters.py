"""The letter and what stands beside it: parties, references, enclosures, stays, its frozen sheet."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from files.models import StoredFile
from org.actor import Actor
from org.models import Agency, Position, Unit
from saraban.models.reach import reach_of, readable
from saraban.models.sealed import MARK, SealedJSONField, SealedTextField
from saraban.states import LetterStatus


class LetterKind(models.TextChoices):
    EXTERNAL = "EXTERNAL", "หนังสือภายนอก"
    MEMO = "MEMO", "หนังสือภายใน (บันทึกข้อความ)"
    STAMPED = "STAMPED", "หนังสือประทับตรา"
    ORDER = "ORDER", "คำสั่ง"
    RULE = "RULE", "ระเบียบ"
    BYLAW = "BYLAW", "ข้อบังคับ"
    ANNOUNCEMENT = "ANNOUNCEMENT", "ประกาศ"
    COMMUNIQUE = "COMMUNIQUE", "แถลงการณ์"
    NEWS = "NEWS", "ข่าว"
    CERTIFICATE = "CERTIFICATE", "หนังสือรับรอง"
    MINUTES = "MINUTES", "รายงานการประชุม"
    NOTE = "NOTE", "บันทึก"
    OTHER = "OTHER", "หนังสืออื่น"


class Urgency(models.IntegerChoices):
    NORMAL = 0, "ปกติ"
    URGENT = 1, "ด่วน"
    VERY_URGENT = 2, "ด่วนมาก"
    MOST_URGENT = 3, "ด่วนที่สุด"


class Secrecy(models.IntegerChoices):
    NORMAL = 0, "ปกติ"
    SECRET = 1, "ลับ"
    VERY_SECRET = 2, "ลับมาก"
    MOST_SECRET = 3, "ลับที่สุด"


class SignClass(models.TextChoices):
    TYPED = "TYPED", "ยืนยันลงนามในระบบ (มาตรา 9)"
    CERTIFICATE = "CERTIFICATE", "ใบรับรองอิเล็กทรอนิกส์ (มาตรา 26/28)"


MASKED_SUBJECT = "หนังสือมีชั้นความลับ"


class LetterQuerySet(models.QuerySet["Letter"]):
    def visible_to(self, actor: Actor) -> LetterQuerySet:
        """The only reading door: letters `actor` may read in the active capacity."""
        return readable(self, reach_of(actor))


class Letter(models.Model):
    """หนังสือราชการ. One row travels the whole way inside its agency; another agency has its own row."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="letters", verbose_name="ส่วนราชการ")
    kind = models.CharField("ชนิด", max_length=12, choices=LetterKind.choices)
    circular = models.BooleanField("หนังสือเวียน", default=False)
    incoming = models.BooleanField("หนังสือรับจากภายนอก", default=False)
    urgency = models.PositiveSmallIntegerField("ชั้นความเร็ว", choices=Urgency.choices, default=Urgency.NORMAL)
    secrecy = models.PositiveSmallIntegerField("ชั้นความลับ", choices=Secrecy.choices, default=Secrecy.NORMAL)
    personal_data = models.BooleanField("มีข้อมูลส่วนบุคคล", default=False)
    data_key = models.BinaryField("กุญแจข้อมูลของหนังสือลับ", null=True)
    subject = SealedTextField("เรื่อง", max_length=500, blank=True, letter="")
    sender = SealedTextField("จาก", max_length=300, blank=True, letter="")
    addressee = SealedTextField("ถึง", max_length=300, blank=True, letter="")
    to_units = models.JSONField("หน่วยที่ผู้ร่างตั้งใจส่งถึง", default=list, blank=True)
    number = models.CharField("ที่", max_length=80, blank=True)
    letter_date = models.DateField("ลงวันที่", null=True, blank=True)
    owner_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="เจ้าของเรื่อง")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    author_position = models.ForeignKey(Position, models.PROTECT, related_name="+", null=True)
    folder = models.ForeignKey(
        "saraban.RegisterFolder", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="ออกเลขจากแฟ้ม"
    )
    sign_class = models.CharField("วิธีลงนาม", max_length=12, choices=SignClass.choices, default=SignClass.TYPED)
    status = models.CharField("สถานะ", max_length=12, choices=LetterStatus.choices, default=LetterStatus.DRAFT)
    document = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name="ตัวหนังสือ")
    sealed = models.BooleanField("ผนึกเลขและวันที่แล้ว", default=False)
    due_at = models.DateTimeField("กำหนดเสร็จ", null=True, blank=True)
    amount = models.DecimalField("วงเงิน (บาท)", max_digits=15, decimal_places=2, null=True, blank=True)
    created_at = models.DateTimeField("สร้างเมื่อ", auto_now_add=True)
    changed_at = models.DateTimeField("เคลื่อนไหวล่าสุด", auto_now=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = "หนังสือ"
        verbose_name_plural = "หนังสือ"
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                condition=Q(letter_date__isnull=False) | ~Q(status__in=("NUMBERED", "SENT")), name="numbered_has_date"
            ),
            models.UniqueConstraint(fields=("agency", "id"), name="letter_agency_key"),
            models.CheckConstraint(
                condition=~Q(secrecy__in=(1, 2)) | Q(data_key__isnull=False), name="classified_letter_has_key"
            ),
            models.CheckConstraint(
                condition=~Q(secrecy__in=(1, 2))
                | (
                    (Q(subject="") | Q(subject__startswith=MARK))
                    & (Q(sender="") | Q(sender__startswith=MARK))
                    & (Q(addressee="") | Q(addressee__startswith=MARK))
                ),
                name="classified_letter_is_sealed",
            ),
            models.CheckConstraint(condition=Q(amount=None) | Q(amount__gte=0), name="letter_amount_not_negative"),
        )
        indexes = (
            models.Index(fields=("author_position", "-id"), name="letter_author", include=("secrecy", "status")),
            models.Index(fields=("agency", "number"), name="letter_number"),
            models.Index(F("folder"), F("id").desc(), name="letter_awaiting_number", condition=Q(status="SIGNED")),
        )

    def __str__(self) -> str:
        return self.number or f"หนังสือ {self.pk}"

    @property
    def is_secret(self) -> bool:
        return self.secrecy > Secrecy.NORMAL

    @property
    def must_be_sealed(self) -> bool:
        """Whether its words may lie encrypted only. ลับที่สุด has none here: it is paper."""
        return self.secrecy in (Secrecy.SECRET, Secrecy.VERY_SECRET)

    @property
    def shown_subject(self) -> str:
        """The subject as lists, exports, titles of pages and messages show it: never that of a classified letter."""
        if self.is_secret:
            return MASKED_SUBJECT
        return self.subject or "(ยังไม่ได้ใส่เรื่อง)"

    @property
    def read_subject(self) -> str:
        """The subject for the letter's own page, to people who may read it."""
        return self.subject or "(ยังไม่ได้ใส่เรื่อง)"


class LetterSheet(models.Model):
    """The frozen content of the form, from which the paper is set; fixed when the letter is proposed."""

    letter = models.OneToOneField(Letter, models.CASCADE, related_name="sheet", primary_key=True)
    form = models.CharField(max_length=16)
    data = SealedJSONField()
    places = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"แบบของหนังสือ {self.letter_id}"


class LetterParty(models.Model):
    """Who is a party to a letter: a unit, a position or a person; why; until when."""

    class Because(models.TextChoices):
        AUTHOR = "AUTHOR", "ผู้ร่าง"
        REVIEWER = "REVIEWER", "ผู้ตรวจร่าง"
        ROUTING = "ROUTING", "ผู้ได้รับเสนอหรือมอบหมาย"
        DELIVERY = "DELIVERY", "ผู้รับหนังสือ"
        LOAN = "LOAN", "ผู้ยืม"
        READER = "READER", "ผู้ได้รับอนุญาตให้อ่าน"

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="parties")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    position = models.ForeignKey(Position, models.PROTECT, null=True, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    because = models.CharField(max_length=10, choices=Because.choices)
    until = models.DateTimeField(null=True)
    secrecy = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="party_is_one_of_three",
                condition=Q(unit__isnull=False, position=None, user=None)
                | Q(unit=None, position__isnull=False, user=None)
                | Q(unit=None, position=None, user__isnull=False),
            ),
            models.UniqueConstraint(
                fields=("letter", "unit", "position", "user", "because"), name="party_once", nulls_distinct=False
            ),
        )
        indexes = (
            models.Index(
                F("unit"),
                F("letter").desc(),
                name="party_unit",
                include=("secrecy", "until"),
                condition=Q(unit__isnull=False),
            ),
            models.Index(
                F("position"),
                F("letter").desc(),
                name="party_position",
                include=("secrecy", "until"),
                condition=Q(position__isnull=False),
            ),
            models.Index(
                F("user"),
                F("letter").desc(),
                name="party_user",
                include=("secrecy", "until"),
                condition=Q(user__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.letter_id} {self.because}"


class Reference(models.Model):
    """อ้างถึง: what a letter refers to or answers, here or outside."""

    class Kind(models.TextChoices):
        REFERS = "REFERS", "อ้างถึง"
        ANSWERS = "ANSWERS", "ตอบ"
        CANCELS = "CANCELS", "ยกเลิก"

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="references")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.REFERS)
    target = models.ForeignKey(Letter, models.PROTECT, null=True, related_name="referred_by")
    text = SealedTextField("ข้อความอ้างถึง", max_length=400)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = "อ้างถึง"
        verbose_name_plural = "อ้างถึง"
        ordering = ("order", "id")

    def __str__(self) -> str:
        return self.text


class Enclosure(models.Model):
    """สิ่งที่ส่งมาด้วย: each enclosure is its own file."""

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="enclosures")
    title = SealedTextField("ชื่อสิ่งที่ส่งมาด้วย", max_length=300)
    quantity = SealedTextField("จำนวน", max_length=60, default="1 ฉบับ", blank=True)
    original_name = SealedTextField(max_length=255, blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = "สิ่งที่ส่งมาด้วย"
        verbose_name_plural = "สิ่งที่ส่งมาด้วย"
        ordering = ("order", "id")

    def __str__(self) -> str:
        return self.title


class Stay(models.Model):
    """Where a letter lay, from when to when. Open rows are where it is now."""

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="stays")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    position = models.ForeignKey(Position, models.PROTECT, null=True, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=("letter", "id"), name="stay_letter"),
            models.Index(fields=("unit", "since"), name="stay_open", condition=Q(until=None)),
            models.Index(fields=("unit", "since"), name="stay_unit_since", include=("until", "letter")),
        )

    def __str__(self) -> str:
        return f"{self.letter_id} {self.unit_id}"
