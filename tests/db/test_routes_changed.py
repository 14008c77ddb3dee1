"""A route changed while it runs: added, moved, removed, redirected, skipped by order; each with its line on the way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from audit.models import AuditEvent
from common.access import Conflict, Invalid, Refused
from intray import actions
from intray.models import Chase, Endorsement, RoutingStep, StepState
from intray.selectors.ways import Ahead
from notifications.models import Notification
from org.models import Appointment
from saraban.models import Letter
from tests.tray import only_step, routed, to_post, to_unit
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(world: World) -> list[RoutingStep]:
    """vice1 considers, then the statistics unit acts."""
    return routed(
        world, to_post(world.post("PTE", "vice1")), to_unit(world.unit("PTE", "statistics")).at(2)
    )  # fmt: skip


def ahead(step: RoutingStep, turn: float) -> Ahead:
    return Ahead(step.pk, turn, step.purpose, step.due_at)


def orders(letter: Letter) -> list[tuple[str, int, str]]:
    steps = letter.steps.exclude(state="RECALLED").order_by("order", "id")
    return [(step.place, step.order, step.state) for step in steps]


def test_steps_are_put_before_beside_and_after(world: World, two: list[RoutingStep]) -> None:
    registrar, letter = world.actor("province-registrar"), two[0].letter
    audit, general = world.unit("PTE", "audit"), world.unit("PTE", "general")
    actions.revise_route(
        by=registrar,
        route_id=two[0].route_id or 0,
        added=[(to_unit(audit), 1.5), (to_unit(general), 2), (to_post(world.post("PTE", "vice3"), "OPINION"), 1)],
    )
    assert orders(letter) == [
        (world.post("PTE", "vice1").label, 1, "NEW"),
        (world.post("PTE", "vice3").label, 1, "NEW"),
        (audit.label, 2, "PLANNED"),
        (world.unit("PTE", "statistics").label, 3, "PLANNED"),
        (general.label, 3, "PLANNED"),
    ]
    line = AuditEvent.objects.filter(letter_id=letter.pk, verb="step.route_change").get()
    assert f"เพิ่ม {audit.label} เพื่อดำเนินการ" in line.label
    assert Notification.objects.filter(position=world.post("PTE", "vice3"), event="intray.arrived").exists()


def test_purpose_deadline_and_place_of_what_stands_ahead(world: World, two: list[RoutingStep]) -> None:
    registrar, step = world.actor("province-registrar"), two[1]
    due = registrar.at + timedelta(days=9)
    route_id = step.route_id or 0
    actions.revise_route(by=registrar, route_id=route_id, ahead=[Ahead(step.pk, 2, "OPINION", due)])
    step.refresh_from_db()
    assert (step.purpose, step.due_at, step.order) == ("OPINION", due, 2)
    with pytest.raises(Invalid, match="ยังไม่ได้เปลี่ยน"):
        actions.revise_route(by=registrar, route_id=route_id, ahead=[Ahead(step.pk, 2, "OPINION", due)])
    actions.revise_route(by=registrar, route_id=route_id, ahead=[Ahead(step.pk, 1, "OPINION", due)])
    step.refresh_from_db()
    assert step.state == StepState.NEW
    with pytest.raises(Conflict, match="เริ่มไปแล้ว"):
        actions.revise_route(by=registrar, route_id=route_id, removed=[step.pk])


def test_nothing_goes_before_the_turn_that_runs(world: World, two: list[RoutingStep]) -> None:
    registrar = world.actor("province-registrar")
    actions.acknowledge(by=world.actor("vice1"), step_id=two[0].pk)
    for turn in (1, 1.5, 31):
        with pytest.raises(Invalid, match="ลำดับ"):
            actions.revise_route(
                by=registrar, route_id=two[0].route_id or 0, added=[(to_unit(world.unit("PTE", "audit")), turn)]
            )


def test_the_last_planned_step_taken_out_ends_the_route(world: World, two: list[RoutingStep]) -> None:
    registrar = world.actor("province-registrar")
    actions.revise_route(by=registrar, route_id=two[0].route_id or 0, removed=[two[1].pk])
    actions.acknowledge(by=world.actor("vice1"), step_id=two[0].pk, text="ทราบ")
    assert only_step(two[0].letter).to_position == registrar.position


def test_who_has_the_letter_changes_it_by_an_order_and_the_maker_hears(world: World, two: list[RoutingStep]) -> None:
    vice, added = world.actor("vice1"), [(to_unit(world.unit("PTE", "audit"), "OPINION"), 1.5)]
    with pytest.raises(Invalid, match="คำสั่งปรับเส้นทาง"):
        actions.revise_route(by=vice, route_id=two[0].route_id or 0, added=added)
    actions.revise_route(by=vice, route_id=two[0].route_id or 0, added=added, text="ให้หน่วยตรวจสอบให้ความเห็นก่อน")
    order = Endorsement.objects.get(letter=two[0].letter, kind="ROUTE")
    assert order.text.startswith("ให้หน่วยตรวจสอบ") and order.position == vice.position
    assert Notification.objects.filter(position=world.post("PTE", "registrar"), event="intray.route_changed").exists()


def test_others_do_not_change_it(world: World, two: list[RoutingStep]) -> None:
    for who in ("stat-clerk", "governor", "auditor"):
        with pytest.raises(Refused):
            actions.revise_route(by=world.actor(who), route_id=two[0].route_id or 0, removed=[two[1].pk], text="ขอปรับ")


# -- an absent superior ------------------------------------------------------------------------------------


def empty(world: World, key: str) -> None:
    """Nobody holds the post from a minute ago on."""
    actor = world.actor("province-registrar")
    held = Appointment.objects.current(actor.at).filter(position=world.post("PTE", key))
    held.update(ends_at=actor.at - timedelta(minutes=1))


def test_who_acts_for_the_post_today_takes_the_turn(world: World) -> None:
    [step] = routed(world, to_post(world.post("PTE", "vice2")))
    actions.acknowledge(by=world.actor("office-head", "vice2"), step_id=step.pk)
    step.refresh_from_db()
    assert step.state == StepState.DONE


def test_a_step_of_a_post_nobody_holds_goes_to_another(world: World, two: list[RoutingStep]) -> None:
    registrar, vice3 = world.actor("province-registrar"), world.post("PTE", "vice3")
    actions.open_step(by=world.actor("vice1"), step_id=two[0].pk)
    with pytest.raises(Refused, match="เปิดอ่านแล้ว"):
        actions.redirect_step(by=registrar, step_id=two[0].pk, target=to_post(vice3))
    empty(world, "vice1")
    fresh = actions.redirect_step(by=world.actor("province-registrar"), step_id=two[0].pk, target=to_post(vice3))
    assert (fresh.to_position, fresh.order, fresh.purpose, fresh.state) == (vice3, 1, "CONSIDER", "NEW")
    line = AuditEvent.objects.filter(letter_id=fresh.letter_id, verb="step.redirect").get()
    assert "ไม่มีผู้ดำรงตำแหน่งวันนี้" in line.label
    two[1].refresh_from_db()
    assert two[1].state == StepState.PLANNED


def test_skipping_needs_the_superiors_order_and_prints_it(world: World, two: list[RoutingStep]) -> None:
    registrar, letter = world.actor("province-registrar"), two[0].letter
    for ordered_by, text, field in (("", "ติดราชการ", "ordered_by"), ("ผู้ว่าราชการจังหวัด", " ", "text")):
        with pytest.raises(Invalid) as refusal:
            actions.skip_step(by=registrar, step_id=two[0].pk, ordered_by=ordered_by, text=text)
        assert refusal.value.field == field
    actions.skip_step(by=registrar, step_id=two[0].pk, ordered_by="ผู้ว่าราชการจังหวัดปทุมธานี", text="ลาป่วย ให้ข้ามไป")
    line = AuditEvent.objects.filter(letter_id=letter.pk, verb="step.skip").get()
    assert "ตามคำสั่งของ ผู้ว่าราชการจังหวัดปทุมธานี" in line.label and line.detail["note"] == "ลาป่วย ให้ข้ามไป"
    two[1].refresh_from_db()
    assert two[1].state == StepState.NEW
    page = world.client("province-registrar").get(f"/saraban/letter/{letter.pk}/").content.decode()
    assert "ลาป่วย ให้ข้ามไป" in page and "ตามคำสั่งของ ผู้ว่าราชการจังหวัดปทุมธานี" in page


def test_only_the_maker_or_who_has_the_letter_writes_a_skip_down(world: World, two: list[RoutingStep]) -> None:
    with pytest.raises(Refused):
        actions.skip_step(by=world.actor("auditor"), step_id=two[1].pk, ordered_by="ผู้ว่าฯ", text="ข้าม")
    actions.skip_step(by=world.actor("vice1"), step_id=two[1].pk, ordered_by="ผู้ว่าฯ", text="ทำในชั้นนี้พอ")
    actions.acknowledge(by=world.actor("vice1"), step_id=two[0].pk)
    assert only_step(two[0].letter).to_position == world.post("PTE", "registrar")


def test_what_was_asked_written_and_told_is_never_changed(world: World, two: list[RoutingStep]) -> None:
    actions.chase(by=world.actor("province-registrar"), step_ids=[two[0].pk])
    note = actions.endorse(by=world.actor("vice1"), step_id=two[0].pk, text="รับไว้พิจารณา")
    for rows in (Chase.objects.filter(step=two[0]), Endorsement.objects.filter(pk=note.pk)):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            rows.update(at=two[0].sent_at)
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            rows.delete()


def test_who_acts_for_the_senders_post_may_chase(world: World) -> None:
    [mine] = routed(world, to_post(world.post("PTE", "vice2")))
    acting = world.actor("office-head", "vice2")
    [sent] = actions.forward(by=acting, step_id=mine.pk, targets=[to_unit(world.unit("PTE", "statistics"))])
    assert len(actions.chase(by=acting, step_ids=[sent.pk]).chases) == 1
