"""ทวงถาม and ติดตามงาน: who may ask, how often, what it leaves behind, and what the list of given work shows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from audit.models import AuditEvent
from common.access import Invalid, Refused
from common.thai import BANGKOK
from intray import actions
from intray.models import Chase, RoutingStep
from intray.selectors.followup import Follow, exported, follow_page, matters, totals, units_given_to
from notifications.models import Notification
from org.models import Holiday
from tests.tray import proposed, routed, to_post, to_unit
from tests.world import World

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=BANGKOK)
SENDER = "province-registrar"


def days(count: float) -> timedelta:
    return timedelta(days=count)


def given(world: World, **facts: Any) -> RoutingStep:
    """One step that the registrar's post gave to the governor."""
    [step] = routed(world, to_post(world.post("PTE", "governor")), **facts)
    return step


# -- asking -----------------------------------------------------------------------------------------


def test_asking_leaves_a_line_a_notice_and_a_row(world: World) -> None:
    step = given(world, subject="ขอข้อมูลน้ำท่วม")
    sender = world.actor(SENDER, at=MONDAY)
    done = actions.chase(by=sender, step_ids=[step.pk], note="ขอภายในวันนี้")
    [row] = done.chases
    assert (row.position, row.note, row.day) == (sender.position, "ขอภายในวันนี้", MONDAY.date())
    line = AuditEvent.objects.get(verb="step.chase", letter_id=step.letter_id)
    assert line.label == f"ทวงถาม {step.place}"
    notice = Notification.objects.get(event="intray.chased")
    assert notice.position == step.to_position
    assert "ขอข้อมูลน้ำท่วม" in notice.title
    assert "ขอภายในวันนี้" in notice.why


def test_once_for_each_working_day(world: World) -> None:
    step = given(world)
    for moment in (MONDAY, MONDAY + days(1)):
        actions.chase(by=world.actor(SENDER, at=moment), step_ids=[step.pk])
        with pytest.raises(Refused, match="วันทำการ"):
            actions.chase(by=world.actor(SENDER, at=moment + timedelta(hours=3)), step_ids=[step.pk])
    assert step.chases.count() == 2


def test_a_week_end_counts_to_the_working_day_after_it(world: World) -> None:
    step = given(world)
    Holiday.objects.create(day=(MONDAY + days(7)).date(), name="วันหยุดพิเศษ")
    saturday = MONDAY + days(5)
    actions.chase(by=world.actor(SENDER, at=saturday), step_ids=[step.pk])
    for later in (days(1), days(2), days(3)):  # Sunday, the holiday, Tuesday
        with pytest.raises(Refused, match="วันทำการ"):
            actions.chase(by=world.actor(SENDER, at=saturday + later), step_ids=[step.pk])
    actions.chase(by=world.actor(SENDER, at=saturday + days(4)), step_ids=[step.pk])
    assert [one.day.day for one in step.chases.all()] == [1, 2]


def test_the_database_holds_once_a_day(world: World) -> None:
    step = given(world)
    [row] = actions.chase(by=world.actor(SENDER, at=MONDAY), step_ids=[step.pk]).chases
    with pytest.raises(IntegrityError), transaction.atomic():
        Chase.objects.create(step=step, by=row.by, position=row.position, day=row.day, at=row.at)


@pytest.mark.parametrize("who", ["governor", "clerk", "office-head"])
def test_others_may_not_ask(world: World, who: str) -> None:
    step = given(world)
    with pytest.raises(Refused):
        actions.chase(by=world.actor(who), step_ids=[step.pk])
    assert not Chase.objects.exists()


def test_a_secretary_may_not_ask(world: World) -> None:
    step = given(world)
    actions.forward(by=world.actor("governor"), step_id=step.pk, targets=[to_post(world.post("PTE", "clerk"))])
    fresh = RoutingStep.objects.get(previous=step)
    with pytest.raises(Refused, match="หน้าห้อง"):
        actions.chase(by=world.actor("secretary"), step_ids=[fresh.pk])
    assert actions.chase(by=world.actor("governor"), step_ids=[fresh.pk]).chases


def test_what_has_ended_or_is_not_reached_is_not_asked_for(world: World) -> None:
    step = given(world)
    actions.acknowledge(by=world.actor("governor"), step_id=step.pk)
    with pytest.raises(Refused, match="ดำเนินการแล้ว"):
        actions.chase(by=world.actor(SENDER), step_ids=[step.pk])
    letter = proposed(world, world.actor("office-head"), world.actor("governor"))
    first, second = letter.steps.order_by("order")
    done = actions.chase(by=world.actor("clerk"), step_ids=[second.pk, first.pk])
    assert [one.step for one in done.chases] == [first]
    assert done.refused == ("ยังไม่ถึงลำดับของผู้รับรายนี้",)


def test_nothing_chosen_and_nothing_there(world: World) -> None:
    with pytest.raises(Invalid):
        actions.chase(by=world.actor(SENDER), step_ids=[])
    with pytest.raises(Refused, match="ไม่พบ"):
        actions.chase(by=world.actor(SENDER), step_ids=[2**40])


# -- the list ---------------------------------------------------------------------------------------


def test_a_letter_stands_once_with_each_who_still_has_it(world: World) -> None:
    sender = world.actor(SENDER)
    governor, vice = world.post("PTE", "governor"), world.post("PTE", "vice1")
    steps = routed(world, to_post(governor), to_post(vice), subject="เรื่องเดียวสองผู้รับ")
    page = follow_page(sender, Follow(text="เรื่องเดียวสองผู้รับ"))
    [matter] = matters(sender, Follow(), page.letter_ids)
    assert [one.step_id for one in matter.receivers] == [step.pk for step in steps]
    actions.acknowledge(by=world.actor("governor"), step_id=steps[0].pk)
    [matter] = matters(sender, Follow(), page.letter_ids)
    assert [one.place for one in matter.receivers] == [vice.label]
    actions.acknowledge(by=world.actor("vice1"), step_id=steps[1].pk)
    assert follow_page(sender, Follow(text="เรื่องเดียวสองผู้รับ")).letter_ids == []


def test_late_and_unopened_and_the_unit(world: World) -> None:
    sender = world.actor(SENDER)
    late = given(world, subject="ติดตาม ช้า", due_at=sender.at - days(1))
    opened = given(world, subject="ติดตาม เปิดแล้ว")
    actions.open_step(by=world.actor("governor"), step_id=opened.pk)
    [elsewhere] = routed(world, to_unit(world.unit("PTE", "statistics")), subject="ติดตาม หน่วยอื่น")

    def found(**filters: object) -> set[int]:
        return set(follow_page(sender, Follow(text="ติดตาม ", **filters)).letter_ids)  # type: ignore[arg-type]

    assert found(state="late") == {late.letter_id}
    assert found(state="unopened") == {late.letter_id, elsewhere.letter_id}
    assert found(unit=elsewhere.to_unit_id) == {elsewhere.letter_id}
    assert elsewhere.to_unit in units_given_to(sender)
    numbers = totals(sender)
    assert numbers["late"] >= 1 and numbers["unopened"] >= 2


@pytest.mark.parametrize("sort", ["long", "new", "due"])
def test_pages_meet_without_gap_or_repetition_both_ways(world: World, sort: str) -> None:
    sender = world.actor(SENDER)
    moment = sender.at
    for at in range(7):
        step = given(world, subject=f"หน้า {at}", due_at=moment + days(at % 3) if at % 2 else None)
        RoutingStep.objects.filter(pk=step.pk).update(sent_at=moment - days(at // 2))
    wanted = Follow(text="หน้า ", sort=sort)
    whole = follow_page(sender, wanted).letter_ids
    pages, cursor = [], ""
    while True:
        page = follow_page(sender, wanted, after=cursor, size=2)
        pages.append(page)
        cursor = page.older
        if not cursor:
            break
    assert [pk for page in pages for pk in page.letter_ids] == whole
    assert len(whole) == 7
    back = follow_page(sender, wanted, before=pages[-1].newer, size=2)
    assert back.letter_ids == pages[-2].letter_ids


def test_nonsense_cursors_show_the_first_page(world: World) -> None:
    given(world)
    sender = world.actor(SENDER)
    first = follow_page(sender, Follow())
    for text in ("x", "2026-01-01~1", "2026-01-01T00:00:00+07:00~x", f"2026-01-01T00:00:00+07:00~{'9' * 30}"):
        assert follow_page(sender, Follow(), after=text).letter_ids == first.letter_ids


def test_another_post_sees_none_of_it(world: World) -> None:
    given(world, subject="ของสารบรรณเท่านั้น")
    assert follow_page(world.actor("governor"), Follow(text="ของสารบรรณเท่านั้น")).letter_ids == []


def test_the_file_holds_the_same_lines(world: World) -> None:
    sender = world.actor(SENDER, at=MONDAY)
    step = given(world, subject="=HYPERLINK(1)", number="ก 9/1")
    actions.chase(by=sender, step_ids=[step.pk])
    [line] = exported(sender, Follow(text="=HYPERLINK(1)"), 10)
    assert line[0] == "ก 9/1" and line[3] == step.place
    assert "ทวงแล้ว 1 ครั้ง" in line[-1]
