"""The morning's reminder: one notice to each post that is late, once a day, none on a day off, no classified subject."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from common.thai import BANGKOK
from eoffice.celery import app
from intray import actions
from intray.actions.paper_trail import addressees
from intray.actions.reminders import remind_late
from intray.models import RoutingStep
from notifications.models import Notification
from org.models import Holiday
from outbox.models import OutboxMessage
from tests.classified import classified
from tests.tray import routed, to_post, to_unit
from tests.world import World

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 8, 30, tzinfo=BANGKOK)


@pytest.fixture(autouse=True)
def nothing_of_the_demo_is_late(world: World) -> None:
    RoutingStep.objects.update(due_at=None)


def late(world: World, **facts: Any) -> RoutingStep:
    [step] = routed(world, to_post(world.post("PTE", "governor")), **facts)
    RoutingStep.objects.filter(pk=step.pk).update(due_at=MONDAY - timedelta(minutes=1))
    return step


def told() -> list[Notification]:
    return list(Notification.objects.filter(event="intray.late").order_by("pk"))


def test_one_notice_for_all_that_is_late_of_a_post(world: World) -> None:
    for at in range(5):
        late(world, subject=f"เรื่องที่ {at}", number=f"ก {at}")
    assert remind_late(at=MONDAY) == 1
    [notice] = told()
    assert notice.position == world.post("PTE", "governor")
    assert notice.title == "เกินกำหนด 5 เรื่อง: ก 0 เรื่องที่ 0 · ก 1 เรื่องที่ 1 · ก 2 เรื่องที่ 2 และอีก 2 เรื่อง"


def test_who_is_not_late_hears_nothing(world: World) -> None:
    step = late(world)
    RoutingStep.objects.filter(pk=step.pk).update(due_at=MONDAY)
    routed(world, to_post(world.post("PTE", "vice1")))
    done = late(world)
    actions.acknowledge(by=world.actor("governor"), step_id=done.pk)
    assert remind_late(at=MONDAY) == 0
    assert told() == []


def test_never_twice_a_day_and_again_the_next(world: World) -> None:
    late(world)
    remind_late(at=MONDAY)
    remind_late(at=MONDAY + timedelta(hours=5))
    assert len(told()) == 1
    assert OutboxMessage.objects.filter(topic="notice.mail", key__startswith="late:").count() == 1
    remind_late(at=MONDAY + timedelta(days=1))
    assert len(told()) == 2


def test_nothing_at_week_ends_and_on_holidays_of_the_agency(world: World) -> None:
    late(world)
    tuesday = MONDAY + timedelta(days=1)
    Holiday.objects.create(day=tuesday.date(), name="วันสถาปนากระทรวง", agency=world.agency("MDES"))
    Holiday.objects.create(day=(tuesday + timedelta(days=1)).date(), name="วันสถาปนาจังหวัด", agency=world.agency("PTE"))
    assert remind_late(at=MONDAY + timedelta(days=5)) == 0  # Saturday
    assert remind_late(at=tuesday + timedelta(days=1)) == 0
    assert remind_late(at=tuesday) == 1  # another agency's day off


def test_a_units_letter_is_told_to_those_who_were_told_of_it(world: World) -> None:
    [step] = routed(world, to_unit(world.unit("PTE", "statistics")), subject="ของทั้งหน่วย")
    RoutingStep.objects.filter(pk=step.pk).update(due_at=MONDAY - timedelta(days=1))
    remind_late(at=MONDAY)
    assert {notice.position_id for notice in told()} == {post.pk for post in addressees(step)}


def test_a_classified_subject_is_not_named(world: World) -> None:
    step = late(world, subject="เรื่องที่ปกปิด")
    classified(step.letter, 1, by=world.actor("governor"))
    remind_late(at=MONDAY)
    [notice] = told()
    assert notice.title == "เกินกำหนด 1 เรื่อง: หนังสือมีชั้นความลับ"


def test_very_long_subjects_leave_room_for_each_other(world: World) -> None:
    for _ in range(3):
        late(world, subject="ขอความอนุเคราะห์" * 15)
    remind_late(at=MONDAY)
    [notice] = told()
    assert len(notice.title) <= 300 and notice.title.count("…") == 3


def test_the_notice_leads_to_what_is_late(world: World) -> None:
    step = late(world, subject="ปลายทางของการเตือน")
    remind_late(at=MONDAY)
    [notice] = told()
    RoutingStep.objects.filter(pk=step.pk).update(due_at=step.sent_at - timedelta(days=1))
    page = world.client("governor").get(notice.url, follow=True).content.decode()
    assert "ปลายทางของการเตือน" in page


def test_beat_reminds_as_offices_open() -> None:
    app.loader.import_default_modules()
    app.finalize()
    entry = app.conf.beat_schedule["remind"]
    assert entry["task"] in app.tasks
    assert (entry["schedule"].hour, entry["schedule"].minute) == ({8}, {30})
