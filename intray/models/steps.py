"""The route of a letter through positions and units, and who asked where it stays."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from common.states import Machine
from intray.models.routes import Route
from org.actor import Actor
from org.models import Appointment, Position, Unit
from saraban.models import Letter
from saraban.models.sealed import SealedTextField
from signing.models import SigningJob


class StepPurpose(models.TextChoices):
    SIGN = "SIGN", "เพื่อลงนาม"
    CONSIDER = "CONSIDER", "เพื่อพิจารณา"
    ACTION = "ACTION", "เพื่อดำเนินการ"
    OPINION = "OPINION", "เพื่อให้ความเห็น"
    INFO = "INFO", "เพื่อทราบ"


class StepState(models.TextChoices):
    PLANNED = "PLANNED", "ยังไม่ถึงลำดับ"
    NEW = "NEW", "ใหม่"
    OPENED = "OPENED", "เปิดอ่านแล้ว"
    SIGNING = "SIGNING", "กำลังลงนาม"
    SENT_ON = "SENT_ON", "ส่งต่อแล้ว"
    DONE = "DONE", "เสร็จแล้ว"
    RETURNED = "RETURNED", "ตีกลับ"
    RECALLED = "RECALLED", "ถูกดึงกลับ"
    SKIPPED = "SKIPPED", "ข้ามตามคำสั่ง"
    EXCUSED = "EXCUSED", "ให้พ้นภาระแล้ว"


T = StepState
STEP = Machine(
    "routing_step",
    "ลำดับเส้นทางในแฟ้มเสนอ",
    StepState,
    start=(T.NEW, T.PLANNED),
    moves={
        "call": ((T.PLANNED,), T.NEW, "ถึงลำดับ"),
        "open": ((T.NEW,), T.OPENED, "เปิดอ่าน"),
        "send_on": ((T.NEW, T.OPENED), T.SENT_ON, "ส่งต่อ"),
        "finish": ((T.NEW, T.OPENED), T.DONE, "เสร็จสิ้น"),
        "start_signing": ((T.NEW, T.OPENED), T.SIGNING, "เริ่มลงนาม"),
        "signed": ((T.NEW, T.OPENED, T.SIGNING), T.DONE, "ลงนาม"),
        "signing_failed": ((T.SIGNING,), T.OPENED, "ลงนามไม่สำเร็จ"),
        "return": ((T.NEW, T.OPENED), T.RETURNED, "ตีกลับ"),
        "recall": ((T.NEW, T.PLANNED), T.RECALLED, "ดึงกลับ"),
        "take_back": ((T.SENT_ON,), T.OPENED, "ดึงเรื่องกลับมาดำเนินการเอง"),
        "reopen": ((T.DONE,), T.OPENED, "ยกเลิกจบงาน"),
        "withdraw": ((T.PLANNED, T.NEW, T.OPENED), T.RECALLED, "ถอนจากผู้รับ"),
        "skip": ((T.PLANNED, T.NEW, T.OPENED), T.SKIPPED, "ข้าม"),
        "excuse": ((T.PLANNED, T.NEW, T.OPENED, T.SENT_ON), T.EXCUSED, "ให้พ้นภาระ"),
    },
)
OPEN_STATES = (T.NEW, T.OPENED, T.SIGNING)
LIVE_STATES = (T.PLANNED, *OPEN_STATES)
HANDLED_STATES = (T.SENT_ON, T.DONE, T.RETURNED)
LEFT_STATES = (T.RETURNED, T.RECALLED, T.SKIPPED, T.EXCUSED)  # ended without having been done
_OPEN = Q(state__in=OPEN_STATES)


class StepQuerySet(models.QuerySet["RoutingStep"]):
    def tray_of(self, actor: Actor) -> StepQuerySet:
        """The steps of the post acted for, and those of its unit that nobody has taken. Classified ones by clearance."""
        if actor.appointment is None:
            return self.none()
        mine = Q(to_position=actor.position) | Q(to_position=None, to_unit=actor.unit)
        return self.filter(mine, secrecy__lte=actor.clearance)

    def open(self) -> StepQuerySet:
        """Steps at which the letter waits."""
        return self.filter(_OPEN)


class RoutingStep(models.Model):
    """One stop on the route: a position or a whole unit, for a purpose, with a deadline.

    A step of a whole unit has no position until somebody of the unit takes it. Steps of a `route` wait as PLANNED until
    all of a lower `order` have ended; of a round of signers (`proposal`, the outbox message that brought it) likewise,
    one by one. `lead` marks the unit that answers for all of its order (หน่วยรับผิดชอบหลัก). `secrecy` is the letter's
    own, fixed when the letter is proposed, copied so that a tray never joins rows it may not show. `due_by_urgency`
    marks a deadline that nobody gave: it is not handed on with the letter, and cannot be told afterwards from one that
    was given. The foreign keys have no index of their own: the partial ones below serve every question, and a plain one
    would tempt the planner to walk all a unit ever had.
    """

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="steps", db_index=False)
    previous = models.ForeignKey("self", models.PROTECT, null=True, related_name="next_steps")
    to_position = models.ForeignKey(Position, models.PROTECT, null=True, related_name="+", db_index=False)
    to_unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", db_index=False, help_text="หน่วยของตำแหน่ง หรือหน่วยที่รับทั้งหน่วย"
    )
    for_unit = models.BooleanField("ส่งถึงทั้งหน่วย", default=False, db_default=False)
    purpose = models.CharField("เพื่อ", max_length=8, choices=StepPurpose.choices)
    state = models.CharField("สถานะ", max_length=10, choices=StepState.choices, default=StepState.NEW)
    route = models.ForeignKey(Route, models.PROTECT, null=True, related_name="steps", db_index=False)
    order = models.PositiveSmallIntegerField("ลำดับ", default=0)
    lead = models.BooleanField("หน่วยรับผิดชอบหลัก", default=False, db_default=False)
    proposal = models.CharField("รอบการเสนอลงนาม", max_length=120, blank=True, default="", db_default="")
    secrecy = models.PositiveSmallIntegerField("ชั้นความลับ", default=0, db_default=0)
    note = SealedTextField("ข้อความถึงผู้รับ", max_length=500, blank=True)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sent_from = models.ForeignKey(Position, models.PROTECT, related_name="+", db_index=False)
    sent_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    due_by_urgency = models.BooleanField("กำหนดตามชั้นความเร็ว", default=False, db_default=False)
    job = models.ForeignKey(SigningJob, models.PROTECT, null=True, related_name="+", db_index=False)
    signed_as = models.ForeignKey(Appointment, models.PROTECT, null=True, related_name="+")

    objects = StepQuerySet.as_manager()

    class Meta:
        verbose_name = "ลำดับเส้นทาง"
        verbose_name_plural = "ลำดับเส้นทาง"
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                name="step_without_post_is_a_unit_s", condition=Q(to_position__isnull=False) | Q(for_unit=True)
            ),
            models.UniqueConstraint(
                fields=("letter", "to_position"),
                name="open_at_a_post_once",
                condition=_OPEN & Q(to_position__isnull=False),
            ),
            models.UniqueConstraint(
                fields=("letter", "to_unit"), name="open_at_a_unit_once", condition=_OPEN & Q(to_position=None)
            ),
            models.UniqueConstraint(
                fields=("letter", "proposal", "order"), name="signer_once_in_a_round", condition=~Q(proposal="")
            ),
            models.UniqueConstraint(
                fields=("route",), name="one_lead_a_route", condition=Q(lead=True) & ~Q(state__in=LEFT_STATES)
            ),
            models.CheckConstraint(
                name="lead_acts_on_a_route", condition=Q(lead=False) | Q(route__isnull=False, purpose="ACTION")
            ),
        )
        indexes = (
            models.Index(
                F("to_position"),
                F("id").desc(),
                name="step_position_open",
                include=("purpose", "secrecy", "due_at"),
                condition=_OPEN,
            ),
            models.Index(
                F("to_unit"),
                F("id").desc(),
                name="step_unit_open",
                include=("purpose", "secrecy", "due_at"),
                condition=_OPEN & Q(to_position=None),
            ),
            models.Index(
                F("to_position"),
                F("id").desc(),
                name="step_position_handled",
                include=("letter", "secrecy"),
                condition=Q(state__in=HANDLED_STATES),
            ),
            models.Index(
                F("sent_from"),
                F("id").desc(),
                name="step_sent_live",
                include=("letter", "secrecy"),
                condition=Q(state__in=LIVE_STATES),
            ),
            models.Index(fields=("letter", "id"), name="step_letter"),
            models.Index(fields=("job",), name="step_job", condition=Q(job__isnull=False)),
            models.Index(fields=("route", "order"), name="step_route", condition=Q(route__isnull=False)),
            models.Index(
                fields=("to_unit", "sent_at"),
                name="step_unit_ended",
                include=("purpose", "state", "secrecy", "done_at"),
                condition=Q(done_at__isnull=False),
            ),
            models.Index(fields=("due_at",), name="step_late", condition=_OPEN & Q(due_at__isnull=False)),
        )

    def __str__(self) -> str:
        return f"{self.letter_id} → {self.place}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def place(self) -> str:
        """Where it stops, in words: the post, or the unit nobody of which has taken it yet."""
        if self.to_position is None:
            return self.to_unit.label
        return self.to_position.label


class Chase(models.Model):
    """ทวงถาม: the sender's post asked for a step that has not ended. At most once for each working day.

    `day` is the working day the asking counts to (a Saturday's counts to Monday). The row is never changed.
    """

    step = models.ForeignKey(RoutingStep, models.PROTECT, related_name="chases", db_index=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    position = models.ForeignKey(Position, models.PROTECT, related_name="+", db_index=False)
    day = models.DateField("วันทำการ")
    at = models.DateTimeField()
    note = SealedTextField("ข้อความถึงผู้รับ", max_length=200, blank=True, letter="step.letter")

    class Meta:
        verbose_name = "การทวงถาม"
        verbose_name_plural = "การทวงถาม"
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("step", "day"), name="chased_once_a_working_day"),)

    def __str__(self) -> str:
        return f"{self.step_id} {self.day}"
