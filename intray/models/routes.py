"""เส้นทาง: the order in which one sender's addressees get a letter; who was told of what is late."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from common.states import Machine
from org.models import Position
from saraban.models import Letter


class RouteState(models.TextChoices):
    RUNNING = "RUNNING", "กำลังดำเนินการ"
    ENDED = "ENDED", "ครบทุกลำดับแล้ว"
    STOPPED = "STOPPED", "หยุดเพราะตีกลับ"


R = RouteState
ROUTE = Machine(
    "route",
    "เส้นทางของผู้ส่งรายหนึ่ง",
    RouteState,
    start=(R.RUNNING,),
    moves={
        "end": ((R.RUNNING,), R.ENDED, "ครบทุกลำดับ"),
        "stop": ((R.RUNNING,), R.STOPPED, "หยุดเส้นทาง"),
    },
)


class Route(models.Model):
    """What one post sent in one go: groups of steps, one after the other; the steps of a group go out together.

    `previous` is the sender's own step it was sent on from (none for a letter from nobody's tray). A branch of the
    letter – the same sender from the same step – has one running route: what follows is added to it.
    """

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="routes", db_index=False)
    previous = models.ForeignKey("RoutingStep", models.PROTECT, null=True, related_name="routes", db_index=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_from = models.ForeignKey(Position, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    state = models.CharField("สถานะ", max_length=8, choices=RouteState.choices, default=RouteState.RUNNING)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "เส้นทาง"
        verbose_name_plural = "เส้นทาง"
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("letter", "previous", "made_from"),
                name="one_running_route_a_branch",
                condition=Q(state=RouteState.RUNNING),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="route_ends_at_a_moment",
                condition=Q(state=RouteState.RUNNING, ended_at=None) | ~Q(state=RouteState.RUNNING) & ~Q(ended_at=None),
            ),
        )
        indexes = (models.Index(fields=("letter", "id"), name="route_letter"),)

    def __str__(self) -> str:
        return f"{self.letter_id} จาก {self.made_from.label}"


class RemindedDay(models.Model):
    """A day whose morning reminders went out; a missing row is made up for as long as that day lasts."""

    day = models.DateField(primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.day.isoformat()
