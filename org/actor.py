"""The actor: who does something, in which capacity, when. Every action takes one as `by`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.db import connection
from django.http import HttpRequest
from django.utils import timezone
from django_htmx.middleware import HtmxDetails

from common.access import Refused
from org.models import Agency, Appointment, Capacity, PlatformRole, Position, Unit, User

_UPWARDS = """
WITH RECURSIVE up(id, parent_id, steps) AS (
  SELECT id, parent_id, 0 FROM org_unit WHERE id = %s
  UNION ALL SELECT above.id, above.parent_id, steps + 1 FROM org_unit above JOIN up ON above.id = up.parent_id
) SELECT id FROM up ORDER BY steps DESC
"""


@dataclass(frozen=True)
class Actor:
    """A user in one appointment at one moment. `appointment` is None only for platform roles."""

    user: User
    appointment: Appointment | None
    at: datetime = field(default_factory=timezone.now)

    @cached_property
    def position(self) -> Position:
        """The post acted for. Raises `Refused` for an actor without one."""
        if self.appointment is None:
            raise Refused("บัญชีนี้ไม่มีตำแหน่งที่มีผลในขณะนี้")
        return self.appointment.position

    @cached_property
    def unit(self) -> Unit:
        """The unit of the post acted for."""
        return self.position.unit

    @cached_property
    def agency(self) -> Agency:
        """The agency of that unit."""
        return self.unit.agency

    @property
    def signs(self) -> bool:
        """Whether this capacity may sign and decide."""
        return self.appointment is not None and self.appointment.signs

    @property
    def is_secretary(self) -> bool:
        return self.appointment is not None and self.appointment.capacity == Capacity.SECRETARY

    @property
    def clearance(self) -> int:
        """The highest secrecy rank this appointment's written order opens (0 none, 1 ลับ, 2 ลับมาก)."""
        return self.appointment.clearance if self.appointment else 0

    @property
    def is_central_admin(self) -> bool:
        return self.user.platform_role == PlatformRole.CENTRAL_ADMIN

    @property
    def title_line(self) -> str:
        """The capacity in one line, as time-lines and registers show it."""
        if self.appointment is None:
            return self.user.get_platform_role_display() or "ไม่มีตำแหน่ง"
        return self.appointment.title_line

    @cached_property
    def unit_ids(self) -> tuple[int, ...]:
        """The units whose entries `read_own_unit` shows: the post's own, and for a head those below it."""
        if self.appointment is None:
            return ()
        if not self.position.heads_subtree:
            return (self.position.unit_id,)
        below = Unit.objects.descendants(self.position.unit_id, include_self=True)
        return tuple(sorted(below.values_list("id", flat=True)))

    @cached_property
    def chain_ids(self) -> tuple[int, ...]:
        """The post's unit and all units above it, the top first (whose SUBTREE groups it belongs to)."""
        if self.appointment is None:
            return ()
        with connection.cursor() as cursor:
            cursor.execute(_UPWARDS, [self.position.unit_id])
            return tuple(row[0] for row in cursor.fetchall())


class ActorRequest(HttpRequest):
    """A request past the sign-in middleware: it carries its actor."""

    actor: Actor
    htmx: HtmxDetails
