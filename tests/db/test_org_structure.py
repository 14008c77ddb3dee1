"""The unit tree and its posts: moving with undo, refusing cycles and foreign subtrees, ending things in order."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.core.exceptions import ValidationError

from common.access import Conflict, Invalid, Refused
from org.actions import (
    abolish_position,
    appoint,
    create_agency,
    create_first_central_admin,
    create_position,
    create_unit,
    create_user,
    dissolve_unit,
    end_appointment,
    last_place,
    move_unit,
    set_password,
    undo_move_unit,
    update_agency,
    update_unit,
)
from org.models import Appointment, RightsGroup, Unit
from org.selectors import group_ids
from tests.racing import at_once
from tests.world import World

pytestmark = pytest.mark.django_db


def test_a_move_takes_everything_below_and_can_be_undone(world: World) -> None:
    by = world.actor("province-admin")
    office, hall = world.unit("PTE", "office"), world.unit("PTE", "hall")
    move_unit(by=by, unit=office, to=hall)
    general = world.unit("PTE", "general")
    above = [unit.pk for unit in Unit.objects.ancestors(general)]
    assert above == [world.unit("PTE", "province").pk, hall.pk, office.pk]
    assert last_place(office) == world.unit("PTE", "province")
    undo_move_unit(by=by, unit=office)
    assert Unit.objects.get(pk=office.pk).parent == world.unit("PTE", "province")
    reasons = list(office.history.order_by("-history_id").values_list("history_change_reason", "history_user")[:2])
    assert [words.split()[0] for words, _ in reasons] == ["ย้อนการย้าย", "ย้ายไปอยู่ใต้"]
    assert {user for _, user in reasons} == {by.user.pk}


def test_a_moved_unit_has_the_groups_of_its_new_place(world: World) -> None:
    """Rights given to 'สำนักงานจังหวัด และหน่วยในสังกัด' follow the tree, not a copy of it."""
    below_office = world.group("PTE", "subtree:office").group_id
    assert below_office not in group_ids(world.actor("stat-clerk"))
    move_unit(by=world.actor("province-admin"), unit=world.unit("PTE", "statistics"), to=world.unit("PTE", "office"))
    assert below_office in group_ids(world.actor("stat-clerk"))


@pytest.mark.parametrize(
    ("unit", "to", "words"),
    [
        ("office", "general", "ใต้ตนเอง"),
        ("office", "office", "ใต้ตนเอง"),
        ("province", "office", "บนสุดที่ท่านดูแล"),
        ("office", "province", "อยู่แล้ว"),
    ],
)
def test_no_cycles_and_no_empty_moves(world: World, unit: str, to: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        move_unit(by=world.actor("province-admin"), unit=world.unit("PTE", unit), to=world.unit("PTE", to))


def test_nothing_moves_between_agencies_or_into_a_foreign_subtree(world: World) -> None:
    by, central = world.actor("province-admin"), world.actor("central-admin")
    ours, theirs = world.unit("PTE", "statistics"), world.unit("MDES", "central")
    for actor in (by, central):
        with pytest.raises(Refused, match="ข้ามส่วนราชการ"):
            move_unit(by=actor, unit=ours, to=theirs)
    with pytest.raises(Refused, match="อยู่นอกหน่วยงานที่ท่านดูแล"):
        move_unit(by=by, unit=theirs, to=ours)


@pytest.mark.django_db(transaction=True)
def test_two_moves_at_once_make_no_ring(world: World) -> None:
    """office under hall and hall under office, at the same moment: one of them is refused."""
    office, hall = world.unit("PTE", "office"), world.unit("PTE", "hall")
    pairs = ((office, hall), (hall, office))
    answers = at_once(*(partial(move_unit, by=world.actor("province-admin"), unit=unit, to=to) for unit, to in pairs))
    assert sorted(type(answer) is Unit for answer in answers) == [False, True], answers
    assert any(isinstance(answer, Refused) for answer in answers)


def test_a_unit_with_people_or_units_is_not_dissolved(world: World) -> None:
    by = world.actor("province-admin")
    with pytest.raises(Refused, match="ยังมีหน่วยงานในสังกัด"):
        dissolve_unit(by=by, unit=world.unit("PTE", "office"))
    with pytest.raises(Refused, match="ยังมีผู้ดำรงตำแหน่ง"):
        dissolve_unit(by=by, unit=world.unit("PTE", "general"))
    with pytest.raises(Refused, match="หน่วยสารบรรณกลาง"):
        dissolve_unit(by=by, unit=world.unit("PTE", "hall"))


def test_an_empty_unit_is_dissolved_with_its_posts(world: World) -> None:
    by = world.actor("province-admin")
    unit = create_unit(by=by, agency=world.agency("PTE"), parent=world.unit("PTE", "office"), name="กลุ่มงานทดลอง")
    assert {group.kind for group in RightsGroup.objects.filter(unit=unit)} == {"UNIT", "SUBTREE"}
    position = create_position(by=by, unit=unit, title="เจ้าหน้าที่ทดลอง")
    dissolve_unit(by=by, unit=unit)
    position.refresh_from_db()
    assert position.abolished_at == by.at
    with pytest.raises(Refused, match="ยุบเลิกแล้ว"):
        appoint(by=by, user=world.user("clerk"), position=position)


def test_names_are_checked_in_thai(world: World) -> None:
    by = world.actor("province-admin")
    with pytest.raises(Invalid, match="มีหน่วยงานภายใน"):
        update_unit(by=by, unit=world.unit("PTE", "statistics"), name="สำนักงานจังหวัดปทุมธานี")
    with pytest.raises(Invalid, match="ไปรษณีย์อิเล็กทรอนิกส์"):
        update_unit(by=by, unit=world.unit("PTE", "statistics"), email="ไม่ใช่ที่อยู่")


def test_acting_ends_to_the_minute(world: World) -> None:
    acting = world.appointment("office-head", "vice2")
    assert acting is not None and acting.ends_at is not None
    assert world.actor("office-head", "vice2", at=acting.ends_at - timedelta(minutes=1)).signs
    with pytest.raises(LookupError):
        world.actor("office-head", "vice2", at=acting.ends_at)


def test_a_head_is_not_replaced_before_he_leaves(world: World) -> None:
    by, vice = world.actor("province-admin"), world.user("vice1")
    with pytest.raises(Conflict, match="เป็นเจ้าของตำแหน่งนี้อยู่"):
        appoint(by=by, user=vice, position=world.post("PTE", "governor"))
    held = world.appointment("governor")
    assert held is not None
    end_appointment(by=by, appointment=held)
    again = appoint(by=by, user=vice, position=world.post("PTE", "governor"), order_ref="คำสั่ง 1/2569")
    assert again.history.first().history_change_reason == "เจ้าของตำแหน่ง คำสั่ง 1/2569"


def test_the_same_person_does_not_hold_a_post_twice_at_once(world: World) -> None:
    with pytest.raises(Conflict, match="ในช่วงเวลาดังกล่าว"):
        appoint(by=world.actor("province-admin"), user=world.user("clerk"), position=world.post("PTE", "clerk"))


def test_django_checks_the_times_of_a_post_before_the_database_does(world: World) -> None:
    held = world.appointment("clerk")
    assert held is not None
    again = Appointment(user=held.user, position=held.position, starts_at=held.starts_at + timedelta(days=1))
    with pytest.raises(ValidationError, match="ในช่วงเวลาดังกล่าวอยู่แล้ว"):
        again.full_clean()
    again.position = world.post("PTE", "governor")
    again.full_clean()
    held.full_clean()  # a row does not stand in its own way


def test_standing_in_prints_the_own_post_first(world: World) -> None:
    by = world.actor("province-admin")
    row = appoint(
        by=by,
        user=world.user("vice1"),
        position=world.post("PTE", "governor"),
        capacity="ACTING",
        ends_at=by.at + timedelta(days=3),
        order_ref="คำสั่งจังหวัด ที่ 8/2569",
    )
    assert row.title_lines == ("รองผู้ว่าราชการจังหวัดปทุมธานี รักษาราชการแทน", "ผู้ว่าราชการจังหวัดปทุมธานี")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"clearance": 1}, "ต้องอ้างคำสั่งแต่งตั้ง"),
        ({"capacity": "ON_BEHALF", "own_title": "รอง", "order_ref": "คำสั่ง 2/2569"}, "ขอบเขตที่มอบ"),
    ],
)
def test_what_must_be_in_writing(world: World, fields: dict[str, object], words: str) -> None:
    by = world.actor("province-admin")
    with pytest.raises(Invalid, match=words):
        appoint(by=by, user=world.user("vice1"), position=world.post("PTE", "vice2"), **fields)  # type: ignore[arg-type]


def test_a_planned_appointment_is_withdrawn_but_a_past_one_stays(world: World) -> None:
    by = world.actor("province-admin")
    planned = appoint(
        by=by,
        user=world.user("vice1"),
        position=world.post("PTE", "vice2"),
        capacity="ACTING",
        starts_at=by.at + timedelta(days=5),
        order_ref="คำสั่งจังหวัด ที่ 9/2569",
    )
    pk = planned.pk
    end_appointment(by=by, appointment=planned)
    assert planned.history.model.objects.filter(id=pk, history_type="-").get().history_user == by.user
    held = world.appointment("clerk")
    assert held is not None
    end_appointment(by=by, appointment=held)
    with pytest.raises(Conflict, match="สิ้นสุดไปแล้ว"):
        end_appointment(by=world.actor("province-admin"), appointment=held)
    abolish_position(by=world.actor("province-admin"), position=world.post("PTE", "clerk"))


def test_only_the_central_admin_opens_agencies(world: World) -> None:
    facts = {"name": "กรมทดลอง", "kind": "MINISTRY", "code": "ทล", "roman": "TEST", "memo_circle": "กรมทดลอง"}
    with pytest.raises(Refused, match="ผู้ดูแลระบบกลาง"):
        create_agency(by=world.actor("province-admin"), **facts)
    with pytest.raises(Refused, match="ผู้ดูแลระบบกลาง"):
        update_agency(by=world.actor("province-admin"), agency=world.agency("PTE"), name="อื่น")
    central = world.actor("central-admin")
    agency = create_agency(by=central, **facts)
    with pytest.raises(Refused, match="ผู้ดูแลระบบกลาง"):
        create_unit(by=world.actor("province-admin"), agency=agency, parent=None, name="กรมทดลอง")
    top = create_unit(by=central, agency=agency, parent=None, name="กรมทดลอง")
    post = create_position(by=central, unit=top, title="ผู้ดูแล", administers=top)
    person = create_user(by=central, username="first", home_unit=top, first_name="คนแรก", password="กขคง-12345678")
    assert person.password_temporary
    assert appoint(by=central, user=person, position=post).position.administers == top
    with pytest.raises(Invalid, match="ส่วนราชการนี้"):
        update_agency(by=central, agency=agency, registry_unit=world.unit("PTE", "hall"))


def test_there_is_one_first_central_admin(world: World) -> None:
    with pytest.raises(Conflict, match="มีผู้ดูแลระบบกลางอยู่แล้ว"):
        create_first_central_admin(username="second", password="x", first_name="ที่สอง")


def test_a_weak_temporary_password_is_refused_in_thai(world: World) -> None:
    with pytest.raises(Invalid, match=r"รหัสผ่าน[^A-Za-z]+$"):
        set_password(by=world.actor("province-admin"), user=world.user("clerk"), password="short")
