"""Standing in for another: full powers and delegated ones, their papers, limits, time, and what was handed on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.models import AuditEvent
from common.access import Conflict, Invalid, Refused
from draft.permissions import may_decide as may_review
from intray import actions
from intray.models import StepState
from intray.permissions import may_close_letter, may_sign, may_start_route
from intray.selectors.targets import choices
from notifications.models import Notification
from org.actions import appoint, end_appointment
from org.models import Appointment
from org.selectors_standing import clashes, standing_line, today_lines, until_words
from saraban.actions.delegation import end_delegation
from saraban.models import DelegationScope, Letter
from saraban.permissions import may_take_number
from saraban.permissions_delegation import within_delegation
from saraban.selectors_delegation import clashes_at, overview
from tests.drafting import in_review
from tests.standing import ORDER, actor_of, acts_for, at, handed_on, on_behalf
from tests.story import bare_signed
from tests.tray import only_step, proposed, registered, routed, to_post
from tests.world import World

pytestmark = pytest.mark.django_db
WORDS = "ยืนยันลงนาม"


# -- papers ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("capacity", ["ACTING", "ON_BEHALF"])
def test_nobody_stands_in_without_an_order(world: World, capacity: str) -> None:
    by = world.actor("province-admin")
    with pytest.raises(Invalid, match="คำสั่ง"):
        appoint(
            by=by, user=world.user("vice1"), position=world.post("PTE", "governor"), capacity=capacity, scope="ทั้งหมด"
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.create(
            user=world.user("vice1"), position=world.post("PTE", "governor"), capacity=capacity, own_title="รอง",
            starts_at=by.at,
        )  # fmt: skip


def test_a_delegation_keeps_who_entered_it_and_tells_both(world: World) -> None:
    vice = on_behalf(world, "vice1", "governor", kinds=("MEMO",), limit=500_000, folders=(world.folder("pte-send"),))
    scope = DelegationScope.objects.get(appointment=vice.appointment)
    line = scope.history.first()
    assert line is not None and line.history_user == world.user("province-admin")
    assert [row.registerfolder_id for row in line.folders.all()] == [world.folder("pte-send").pk]
    assert vice.appointment is not None and "500,000 บาท" in vice.appointment.scope
    told = Notification.objects.filter(event="delegation.given")
    assert {row.user_id for row in told} >= {vice.user.pk, world.user("governor").pk}
    assert AuditEvent.objects.filter(verb="delegation.give", subject_id=vice.appointment.pk).exists()


def test_the_words_of_the_order_name_the_post_whose_powers_are_used(world: World) -> None:
    with pytest.raises(Invalid, match="ผู้ว่าราชการจังหวัดปทุมธานี"):
        on_behalf(world, "vice1", "governor", printed="รองผู้ว่าราชการจังหวัด\nปฏิบัติราชการแทน")
    with pytest.raises(Invalid, match="3 บรรทัด"):
        on_behalf(world, "vice1", "governor", printed="ก\nข\nค\nผู้ว่าราชการจังหวัดปทุมธานี")
    said = "รองผู้ว่าราชการจังหวัด ปฏิบัติราชการแทน\nผู้ว่าราชการจังหวัดปทุมธานี ในฐานะเจ้าพนักงานจังหวัด"
    vice = on_behalf(world, "vice1", "governor", printed=f" {said} \n\n")
    assert vice.appointment is not None
    assert vice.appointment.title_lines == tuple(said.splitlines())


# -- limits ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limits", "facts", "outside"),
    [
        ({"kinds": ("ORDER", "CERTIFICATE")}, {}, "ชนิดหนังสือ “หนังสือภายใน"),
        ({"limit": 500_000}, {"amount": Decimal("500000.01")}, "วงเงิน 500,000.01 บาท (มอบไว้ไม่เกิน 500,000 บาท)"),
        ({"limit": 0}, {"amount": Decimal(1)}, "วงเงิน 1 บาท"),
    ],
)
def test_outside_the_scope_nothing_is_signed_and_the_sentence_says_what_and_whose(
    world: World, limits: dict[str, Any], facts: dict[str, Any], outside: str
) -> None:
    vice = on_behalf(world, "vice1", "governor", **limits)
    letter = proposed(world, world.actor("governor"), **facts)
    step = only_step(letter)
    with pytest.raises(Refused) as refusal:
        actions.sign_typed(by=vice, step_id=step.pk, confirmation=WORDS)
    for words in (ORDER, outside, "ให้เสนอผู้ว่าราชการจังหวัดปทุมธานี", world.user("governor").full_name):
        assert words in refusal.value.sentence
    actions.open_step(by=vice, step_id=step.pk)
    assert only_step(letter).state == StepState.NEW  # looked at by somebody who may not decide it: not opened
    actions.sign_typed(by=world.actor("governor"), step_id=step.pk, confirmation=WORDS)


@pytest.mark.parametrize(
    ("limits", "facts"),
    [
        ({}, {"amount": Decimal(9_999_999)}),
        ({"kinds": ("MEMO",)}, {}),
        ({"limit": 500_000}, {"amount": Decimal(500_000)}),
        ({"limit": 500_000}, {}),
        ({"limit": 0}, {"amount": Decimal(0)}),
    ],
)
def test_inside_the_scope_the_delegate_signs(world: World, limits: dict[str, Any], facts: dict[str, Any]) -> None:
    vice = on_behalf(world, "vice1", "governor", **limits)
    letter = proposed(world, world.actor("governor"), **facts)
    done = actions.sign_typed(by=vice, step_id=only_step(letter).pk, confirmation=WORDS)
    assert done.state == StepState.DONE
    assert done.signed_as == vice.appointment


def test_a_delegation_of_some_registers_covers_no_others(world: World) -> None:
    vice = on_behalf(world, "vice1", "governor", folders=(world.folder("pte-order"),))
    letter = proposed(world, world.actor("governor"))
    with pytest.raises(Refused, match="แฟ้มทะเบียน “\\(ทะเบียนส่ง\\)"):
        actions.sign_typed(by=vice, step_id=only_step(letter).pk, confirmation=WORDS)
    wide = on_behalf(world, "vice3", "governor", folders=(world.folder("pte-order"), world.folder("pte-send")))
    actions.sign_typed(by=wide, step_id=only_step(letter).pk, confirmation=WORDS)


def test_of_what_was_received_the_register_it_stands_in_counts(world: World) -> None:
    [step] = routed(world, to_post(world.post("PTE", "governor")))
    vice = on_behalf(world, "vice1", "governor", folders=(world.folder("pte-send"),))
    with pytest.raises(Refused, match="แฟ้มทะเบียน"):
        actions.acknowledge(by=vice, step_id=step.pk)
    other = on_behalf(world, "vice3", "governor", folders=(world.folder("pte-receive"),))
    actions.acknowledge(by=other, step_id=step.pk)


def test_a_delegation_without_a_recorded_scope_covers_nothing(world: World) -> None:
    by = world.actor("province-admin")
    row = appoint(
        by=by, user=world.user("vice1"), position=world.post("PTE", "governor"), capacity="ON_BEHALF",
        order_ref=ORDER, scope="งานทั้งปวง",
    )  # fmt: skip
    letter = proposed(world, world.actor("governor"))
    with pytest.raises(Refused, match="ยังไม่ได้บันทึกขอบเขต"):
        actions.sign_typed(by=actor_of(row), step_id=only_step(letter).pk, confirmation=WORDS)


DECISIONS: dict[str, Callable[[Any, int, Any], Any]] = {
    "note": lambda by, step, to: actions.endorse(by=by, step_id=step, text="เห็นควร"),
    "instruct": lambda by, step, to: actions.instruct(by=by, step_id=step, text="ดำเนินการ"),
    "approve": lambda by, step, to: actions.approve(by=by, step_id=step, granted=True),
    "disapprove": lambda by, step, to: actions.approve(by=by, step_id=step, granted=False),
    "acknowledge": lambda by, step, to: actions.acknowledge(by=by, step_id=step),
    "forward": lambda by, step, to: actions.forward(by=by, step_id=step, targets=[to]),
    "return": lambda by, step, to: actions.return_step(by=by, step_id=step, reason="ไม่ครบ"),
    "close": lambda by, step, to: actions.close(by=by, step_id=step, text="แล้วเสร็จ"),
}


@pytest.mark.parametrize("verb", DECISIONS)
def test_every_decision_on_a_step_asks_the_scope(world: World, verb: str) -> None:
    letter_kind = registered(world).kind
    other = "ORDER" if letter_kind != "ORDER" else "MEMO"
    to = to_post(world.post("PTE", "office-head"))
    [step] = routed(world, to_post(world.post("PTE", "governor")))
    before = AuditEvent.objects.filter(letter_id=step.letter_id).count()
    with pytest.raises(Refused, match="มิได้มอบอำนาจในชนิดหนังสือ"):
        DECISIONS[verb](on_behalf(world, "vice1", "governor", kinds=(other,)), step.pk, to)
    assert AuditEvent.objects.filter(letter_id=step.letter_id).count() == before
    DECISIONS[verb](on_behalf(world, "vice3", "governor", kinds=(letter_kind,)), step.pk, to)


def test_starting_a_route_ending_numbering_and_reviewing_ask_it_too(world: World) -> None:
    outside = on_behalf(world, "vice1", "registrar", kinds=("ORDER",))
    letter = registered(world)
    assert "มิได้มอบอำนาจ" in may_start_route(outside, letter).reason
    assert "มิได้มอบอำนาจ" in may_close_letter(outside, letter, []).reason
    signed = bare_signed(world.actor("clerk"), world.folder("pte-send"))
    assert "มิได้มอบอำนาจ" in may_take_number(outside, signed).reason
    within = on_behalf(world, "vice3", "registrar", kinds=("MEMO",))
    assert may_take_number(within, signed)


def test_a_review_is_passed_within_the_scope_only(world: World) -> None:
    letter = in_review(world, "office-head")
    outside = on_behalf(world, "general-head", "office-head", kinds=("ORDER",))
    assert "มิได้มอบอำนาจ" in may_review(outside, letter).reason
    assert may_review(on_behalf(world, "vice3", "office-head", kinds=(letter.kind,)), letter)


def test_who_acts_has_every_power_and_who_administers_delegates_no_administration(world: World) -> None:
    letter = proposed(world, world.actor("governor"), amount=Decimal(90_000_000))
    acting = acts_for(world, "vice1", "governor")
    assert within_delegation(acting, letter)
    actions.sign_typed(by=acting, step_id=only_step(letter).pk, confirmation=WORDS)
    from org.permissions import may_enter_admin

    assert not may_enter_admin(on_behalf(world, "vice3", "admin"))


def test_two_orders_for_one_post_and_the_refusal_names_the_one_that_covers(world: World) -> None:
    """Money by one order, certificates by another: each prints and decides by itself."""
    money = on_behalf(world, "vice1", "governor", kinds=("ORDER",), order_ref="คำสั่งเรื่องเงิน ที่ 1/2569")
    memos = on_behalf(world, "vice1", "governor", kinds=("MEMO",), order_ref="คำสั่งเรื่องบันทึก ที่ 2/2569")
    letter = proposed(world, world.actor("governor"))
    step = only_step(letter)
    with pytest.raises(Refused, match=r"ท่านมีอำนาจตามคำสั่งเรื่องบันทึก ที่ 2/2569 โปรดสลับฐานะ"):
        actions.sign_typed(by=money, step_id=step.pk, confirmation=WORDS)
    actions.sign_typed(by=memos, step_id=step.pk, confirmation=WORDS)
    step.refresh_from_db()
    assert step.signed_as == memos.appointment


def test_acting_twice_in_one_post_at_a_time_stays_forbidden(world: World) -> None:
    acts_for(world, "vice1", "governor")
    with pytest.raises(Conflict):
        acts_for(world, "vice1", "governor")
    assert on_behalf(world, "vice1", "governor").appointment is not None  # an older delegation goes on beside it


# -- handed on -------------------------------------------------------------------------------------------


def test_only_an_order_that_says_so_lets_a_delegation_be_handed_on_and_never_twice(world: World) -> None:
    vice = on_behalf(world, "vice1", "governor", kinds=("MEMO",), limit=500_000)
    with pytest.raises(Refused, match="มิได้ให้มอบอำนาจช่วง"):
        handed_on(vice, world, "office-head", kinds=("MEMO",), limit=100)
    allowed = on_behalf(world, "vice3", "governor", kinds=("MEMO",), limit=500_000, may_subdelegate=True)
    head = handed_on(allowed, world, "office-head", kinds=("MEMO",), limit=100_000)
    assert head.appointment is not None and head.appointment.parent == allowed.appointment
    assert head.appointment.title_lines == ("หัวหน้าสำนักงานจังหวัดปทุมธานี ปฏิบัติราชการแทน", "ผู้ว่าราชการจังหวัดปทุมธานี")
    with pytest.raises(Refused, match="มอบต่อไปอีกไม่ได้"):
        handed_on(head, world, "clerk", kinds=("MEMO",), limit=1)
    with pytest.raises(Refused, match="ตนเอง"):
        handed_on(allowed, world, "vice3", kinds=("MEMO",), limit=1)
    with pytest.raises(Refused, match="ส่วนราชการเดียวกัน"):
        handed_on(allowed, world, "permsec", kinds=("MEMO",), limit=1)
    with pytest.raises(Refused, match="ผู้ปฏิบัติราชการแทน"):
        handed_on(world.actor("governor"), world, "clerk")


@pytest.mark.parametrize(
    ("how", "field"),
    [
        ({"kinds": ("MEMO", "ORDER"), "limit": 10}, "kinds"),
        ({"kinds": (), "limit": 10}, "kinds"),
        ({"kinds": ("MEMO",), "limit": 500_001}, "amount_limit"),
        ({"kinds": ("MEMO",)}, "amount_limit"),
    ],
)
def test_nobody_hands_on_more_than_he_has(world: World, how: dict[str, Any], field: str) -> None:
    vice = on_behalf(world, "vice1", "governor", kinds=("MEMO",), limit=500_000, may_subdelegate=True)
    with pytest.raises(Invalid) as refusal:
        handed_on(vice, world, "office-head", **how)
    assert refusal.value.field == field
    assert not Appointment.objects.filter(parent=vice.appointment).exists()


def test_handed_on_it_ends_with_what_it_came_from(world: World) -> None:
    vice = on_behalf(world, "vice1", "governor", may_subdelegate=True)
    assert vice.appointment is not None and vice.appointment.ends_at is not None
    with pytest.raises(Invalid, match="ไม่เกิน"):
        handed_on(vice, world, "office-head", ends_at=vice.appointment.ends_at + timedelta(minutes=1))
    head = handed_on(vice, world, "office-head")
    later = handed_on(vice, world, "vice3", starts_at=timezone.now() + timedelta(days=1))
    assert head.appointment is not None and later.appointment is not None
    assert head.appointment.ends_at == vice.appointment.ends_at
    end_appointment(by=world.actor("province-admin"), appointment=vice.appointment)
    head.appointment.refresh_from_db()
    assert not Appointment.objects.current(timezone.now()).filter(pk=head.appointment.pk).exists()
    assert not Appointment.objects.filter(pk=later.appointment.pk).exists()
    assert not DelegationScope.objects.filter(appointment=later.appointment.pk).exists()
    letter = proposed(world, world.actor("governor"))
    with pytest.raises(Refused, match="สิ้นสุดแล้ว"):
        actions.sign_typed(by=head, step_id=only_step(letter).pk, confirmation=WORDS)


def test_the_database_forbids_what_no_order_allows(world: World) -> None:
    vice = on_behalf(world, "vice1", "governor")
    able = on_behalf(world, "vice3", "governor", may_subdelegate=True)
    assert vice.appointment is not None and able.appointment is not None

    def row(parent: Appointment, **how: Any) -> None:
        values = {
            "user": world.user("clerk"), "position": parent.position, "capacity": "ON_BEHALF", "own_title": "ก",
            "order_ref": "ข", "starts_at": parent.starts_at, "ends_at": parent.ends_at, "parent": parent,
        }  # fmt: skip
        with transaction.atomic():
            Appointment.objects.create(**(values | how))

    wrong: list[tuple[Appointment, dict[str, Any]]] = [
        (vice.appointment, {}),
        (able.appointment, {"position": world.post("PTE", "vice1")}),
        (able.appointment, {"ends_at": None}),
        (able.appointment, {"starts_at": able.appointment.starts_at - timedelta(minutes=1)}),
        (able.appointment, {"may_subdelegate": True}),
        (able.appointment, {"capacity": "ACTING"}),
        (able.appointment, {"user": able.user}),
    ]
    for parent, how in wrong:
        with pytest.raises(IntegrityError):
            row(parent, **how)
    with pytest.raises(IntegrityError), transaction.atomic():
        scope = DelegationScope.objects.get(appointment=able.appointment)
        DelegationScope.objects.filter(pk=scope.pk).update(amount_limit=-1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Letter.objects.filter(pk=registered(world).pk).update(amount=-1)


# -- ending ----------------------------------------------------------------------------------------------


def test_who_ends_what(world: World) -> None:
    governor = world.actor("governor")
    vice = on_behalf(world, "vice1", "governor", may_subdelegate=True)
    head = handed_on(vice, world, "office-head")
    acting = acts_for(world, "vice3", "governor")
    assert vice.appointment and head.appointment and acting.appointment
    for who, row in (
        (vice, vice.appointment),  # himself
        (world.actor("clerk"), vice.appointment),  # a stranger
        (head, vice.appointment),  # another delegate of the post
        (acting, acting.appointment),  # who acts, himself
        (world.actor("secretary"), vice.appointment),  # the secretary of the post
    ):
        with pytest.raises(Refused):
            end_delegation(by=who, appointment=row)
    end_delegation(by=at(vice), appointment=head.appointment, reason="งานแล้วเสร็จ")
    end_delegation(by=at(acting), appointment=vice.appointment)
    end_delegation(by=at(governor), appointment=acting.appointment, reason="กลับมาปฏิบัติราชการ")
    assert not today_lines([governor.position.pk], timezone.now())
    with pytest.raises(Refused, match="สิ้นสุดไปแล้ว"):
        end_delegation(by=at(governor), appointment=Appointment.objects.get(pk=acting.appointment.pk))
    assert Notification.objects.filter(event="delegation.ended", user=vice.user).exists()


def test_pending_work_goes_to_the_holder_of_the_day_and_back(world: World) -> None:
    [step] = routed(world, to_post(world.post("PTE", "governor")))
    acting = acts_for(world, "vice1", "governor")
    actions.open_step(by=acting, step_id=step.pk)
    note = actions.endorse(by=acting, step_id=step.pk, text="ตรวจสอบแล้ว")
    assert note.title_lines == ["รองผู้ว่าราชการจังหวัดปทุมธานี รักษาราชการแทน", "ผู้ว่าราชการจังหวัดปทุมธานี"]
    assert acting.appointment is not None
    end_delegation(by=world.actor("governor"), appointment=acting.appointment)
    with pytest.raises(Refused, match="สิ้นสุดแล้ว"):
        actions.acknowledge(by=acting, step_id=step.pk)
    seen = actions.acknowledge(by=world.actor("governor"), step_id=step.pk)
    assert seen.title_lines == ["ผู้ว่าราชการจังหวัดปทุมธานี"]
    step.refresh_from_db()
    assert step.state == StepState.DONE


def test_a_capacity_ends_to_the_minute(world: World) -> None:
    now = timezone.now()
    vice = on_behalf(world, "vice1", "governor", starts_at=now - timedelta(hours=2), ends_at=now + timedelta(minutes=1))
    letter = proposed(world, world.actor("governor"))
    step = only_step(letter)
    assert may_sign(at(vice), step)
    assert "สิ้นสุดแล้ว" in may_sign(at(vice, minutes=1), step).reason
    assert "สิ้นสุดแล้ว" in may_sign(at(vice, days=-1), step).reason  # nor before it begins


# -- seen by everybody -----------------------------------------------------------------------------------


def test_everybody_who_addresses_the_post_sees_who_stands_in_and_until_when(world: World) -> None:
    end = timezone.now().replace(hour=17, minute=0, second=0, microsecond=0) + timedelta(days=2)  # midnight in Bangkok
    vice = on_behalf(world, "vice1", "governor", ends_at=end)
    assert vice.appointment is not None
    last_day = until_words(end)
    assert last_day.startswith("ถึงวันที่ ") and "เวลา" not in last_day
    assert "เวลา" in until_words(end + timedelta(minutes=90))
    line = today_lines([world.post("PTE", "governor").pk], timezone.now())[world.post("PTE", "governor").pk]
    assert line == f"วันนี้ปฏิบัติราชการแทนโดย {vice.user.full_name} {last_day}"
    letter = registered(world)
    holder = next(
        one.holder
        for one in choices(world.actor("province-registrar"), letter, query="ผู้ว่าราชการ")
        if one.key == f"p{world.post('PTE', 'governor').pk}"
    )
    assert holder.startswith(world.user("governor").full_name) and f"ปฏิบัติราชการแทน {last_day}" in holder


def test_clashes_of_the_calendar_are_said(world: World) -> None:
    post, now = world.post("PTE", "governor"), timezone.now()
    assert clashes_at(post, now) == []
    first = acts_for(world, "vice1", "governor", ends_at=now + timedelta(days=5))
    second = acts_for(world, "vice3", "governor", starts_at=now + timedelta(days=3), ends_at=now + timedelta(days=6))
    [clash] = clashes_at(post, now)
    assert first.user.full_name in clash.sentence and second.user.full_name in clash.sentence
    held = world.appointment("governor")
    assert held is not None
    Appointment.objects.filter(pk=held.pk).update(ends_at=now + timedelta(days=1))
    both, gap = clashes_at(post, now)
    assert "พร้อมกันสองคน" in both.sentence
    assert gap.sentence.startswith("ไม่มีผู้ดำรงตำแหน่ง") and gap.begins == now + timedelta(days=6)
    assert not clashes(post, [], now=now, ahead=timedelta(0))


def test_the_page_tells_given_and_received_apart(world: World) -> None:
    vice = on_behalf(world, "vice1", "governor", kinds=("MEMO",), limit=1000)
    given, received = overview(at(world.actor("governor")))
    assert given.lines[0].appointment == vice.appointment
    assert given.lines[0].may_end and given.lines[0].covers.endswith("วงเงินไม่เกิน 1,000 บาท · ทุกแฟ้มทะเบียน")
    assert received.lines == []
    own_given, own_received = overview(at(world.actor("vice1")))
    assert own_given.lines == []
    assert [line.state.text for line in own_received.lines] == ["มีผลอยู่"]
    assert not own_received.lines[0].endable
    assert vice.appointment is not None
    assert standing_line(vice.appointment).startswith("ปฏิบัติราชการแทนโดย")
