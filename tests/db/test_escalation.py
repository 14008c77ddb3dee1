"""Late beyond measure: the post above is told once; a missed morning is made up for; a dissolved unit's tray goes on."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from audit.models import AuditEvent
from common.access import Refused
from common.thai import BANGKOK
from eoffice.celery import app
from intray import actions
from intray.actions.escalation import escalate_late
from intray.actions.reminders import remind_today
from intray.models import Escalation, RemindedDay, RoutingStep
from intray.selectors.bottleneck import bottlenecks, watched_units
from notifications.models import Notification
from org.actions import create_unit, dissolve_unit
from org.models import Holiday, Unit
from org.selectors import agency_head, superior_of
from saraban.models import Letter
from saraban.selectors import where_now
from tests.tray import proposed, routed, to_post, to_unit
from tests.world import World

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=BANGKOK)


@pytest.fixture(autouse=True)
def nothing_of_the_demo_is_late(world: World) -> None:
    RoutingStep.objects.update(due_at=None)
    Holiday.objects.filter(day__gte="2026-11-01", day__lte="2026-12-31").delete()


def late(world: World, urgency: int = 2, *, hours: float = 9) -> RoutingStep:
    """A step of the statistics unit that was due so many working hours before Monday 9.00 (half an hour of them today)."""
    [step] = routed(world, to_post(world.post("PTE", "stat-clerk"), "ACTION"), urgency=urgency)
    friday = datetime(2026, 11, 20, 16, 30, tzinfo=BANGKOK)
    RoutingStep.objects.filter(pk=step.pk).update(due_at=friday - timedelta(hours=hours - 0.5))
    return step


def test_the_head_of_the_unit_is_told_once_and_may_read(world: World) -> None:
    step = late(world, hours=8.4)
    head = world.actor("stat-head")
    assert not Letter.objects.visible_to(head).filter(pk=step.letter_id).exists()
    assert escalate_late(at=MONDAY) == 1
    assert escalate_late(at=MONDAY + timedelta(days=1)) == 0
    told = Escalation.objects.get(step=step)
    assert told.position == head.position
    assert Notification.objects.filter(event="intray.escalated", position=head.position).count() == 1
    assert Letter.objects.visible_to(head).filter(pk=step.letter_id).exists()
    line = AuditEvent.objects.filter(letter_id=step.letter_id, verb="step.escalate").get()
    assert line.label.startswith(f"แจ้งผู้บังคับบัญชาแล้ว: {head.position.label}")
    page = world.client("province-registrar").get("/intray/followup/").content.decode()
    assert "แจ้งผู้บังคับบัญชาแล้ว" in page


def test_hours_by_urgency_and_none_for_zero(world: World, settings: Settings) -> None:
    late(world, 2, hours=7)
    assert escalate_late(at=MONDAY) == 0
    settings.ESCALATE_HOURS = [0, 0, 6, 0]
    assert escalate_late(at=MONDAY) == 1
    late(world, 3, hours=100)
    assert escalate_late(at=MONDAY) == 0
    assert escalate_late(at=MONDAY - timedelta(days=1)) == 0  # Sunday


def test_above_the_head_of_a_unit_and_above_nobody(world: World) -> None:
    governor, stat_head = world.post("PTE", "governor"), world.post("PTE", "stat-head")
    assert agency_head(world.agency("PTE")) == governor
    assert superior_of(world.unit("PTE", "statistics")) == stat_head
    assert superior_of(world.unit("PTE", "statistics"), stat_head) == governor
    assert superior_of(world.unit("PTE", "general"), world.post("PTE", "general-head")) == world.post(
        "PTE", "office-head"
    )
    assert superior_of(governor.unit, governor) is None


def test_a_missed_morning_is_made_up_for_the_same_day_only(world: World) -> None:
    late(world)
    assert remind_today(at=MONDAY.replace(hour=8, minute=0)) == 0
    assert remind_today(at=MONDAY.replace(hour=14)) == 1
    assert remind_today(at=MONDAY.replace(hour=15)) == 0
    assert Notification.objects.filter(event="intray.late").count() == 1
    assert [row.day for row in RemindedDay.objects.all()] == [MONDAY.date()]


def test_beat_knows_of_both() -> None:
    app.loader.import_default_modules()
    app.finalize()
    assert app.conf.beat_schedule["remind-missed"]["task"] in app.tasks
    assert app.conf.beat_schedule["escalate"]["task"] in app.tasks


def test_the_head_of_the_agency_watches_all_of_it(world: World) -> None:
    governor, vice = world.actor("governor"), world.actor("vice1")
    living = Unit.objects.filter(agency=governor.agency, dissolved_at=None).count()
    assert len(watched_units(governor)) == living
    assert [unit.pk for unit in watched_units(vice)] == [vice.unit.pk]


def test_medians_by_what_was_asked(world: World) -> None:
    step = late(world)
    RoutingStep.objects.filter(pk=step.pk).update(sent_at=MONDAY - timedelta(days=3))
    actions.close(by=world.actor("stat-clerk"), step_id=step.pk)
    RoutingStep.objects.filter(pk=step.pk).update(done_at=MONDAY - timedelta(days=1))
    found = bottlenecks(world.actor("stat-head"))
    [line] = [line for line in found.purposes if line.name == "เพื่อดำเนินการ"]
    assert line.cells[0].words == "2.0 วัน"


# -- a dissolved unit ------------------------------------------------------------------------------------


@pytest.fixture
def unit(world: World) -> Unit:
    by = world.actor("province-admin")
    return create_unit(by=by, agency=world.agency("PTE"), parent=world.unit("PTE", "office"), name="กลุ่มงานทดลอง")


def test_what_lies_in_its_tray_goes_to_the_successor(world: World, unit: Unit) -> None:
    [step] = routed(world, to_unit(unit))
    by, general = world.actor("province-admin"), world.unit("PTE", "general")
    page = world.client("province-admin").get(f"/admin/org/unit/{unit.pk}/dissolve/").content.decode()
    assert "เรื่องที่ค้างในแฟ้มเสนอของหน่วยนี้ 1 เรื่อง" in page
    with pytest.raises(Refused, match="ระบุหน่วยที่รับช่วง"):
        dissolve_unit(by=by, unit=unit)
    dissolve_unit(by=by, unit=unit, successor=general)
    step.refresh_from_db()
    assert (step.to_unit, step.to_position, step.state) == (general, None, "NEW")
    assert [stay.unit for stay in where_now([step.letter_id])[step.letter_id]] == [general]
    assert Letter.objects.visible_to(world.actor("clerk")).filter(pk=step.letter_id).exists()


def test_where_the_successor_has_it_already_it_is_not_doubled(world: World, unit: Unit) -> None:
    general = world.unit("PTE", "general")
    old, own = routed(world, to_unit(unit), to_unit(general))
    dissolve_unit(by=world.actor("province-admin"), unit=unit, successor=general)
    old.refresh_from_db()
    own.refresh_from_db()
    assert (old.state, own.state) == ("RECALLED", "NEW")


def test_a_signature_it_was_asked_for_comes_first(world: World) -> None:
    letter = proposed(world, world.actor("governor"))
    assert letter.steps.get().to_unit == world.post("PTE", "governor").unit
    from intray.actions import estates

    with pytest.raises(Refused, match="ลงนามหรือตีกลับ"):
        estates.settle(
            by=world.actor("province-admin"), unit=letter.steps.get().to_unit, successor=world.unit("PTE", "hall")
        )
