"""Who administers what: the active post's subtree, never more, and nothing by Django's flags."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from common.access import Refused
from org.actions import (
    add_member,
    appoint,
    create_custom_group,
    create_position,
    create_user,
    deactivate_user,
    end_appointment,
    reactivate_user,
    set_password,
    update_position,
    update_user,
)
from org.actor import Actor
from org.models import Appointment, Position, Unit, User
from org.permissions import (
    administered_positions,
    administered_unit_ids,
    administered_units,
    administered_users,
    may_administer_position,
    may_administer_unit,
    may_administer_user,
    may_enter_admin,
)
from tests.world import ROLES, World

pytestmark = pytest.mark.django_db
ADMINS = {"province-admin", "ministry-admin", "central-admin"}


@pytest.fixture
def office_admin(world: World) -> Actor:
    """A unit admin of สำนักงานจังหวัด only: the middle of the tree."""
    by = world.actor("province-admin")
    office = world.unit("PTE", "office")
    post = create_position(by=by, unit=office, title="ผู้ดูแลระบบของสำนักงาน", administers=office)
    person = create_user(by=by, username="office-admin", home_unit=office, first_name="ผู้ดูแล")
    return Actor(person, appoint(by=by, user=person, position=post, starts_at=by.at))


@pytest.mark.parametrize("who", ROLES)
def test_the_door(world: World, who: str) -> None:
    assert may_enter_admin(world.actor(who)).allowed == (who in ADMINS)


def test_a_subtree_is_the_unit_and_all_below(world: World, office_admin: Actor) -> None:
    ours = {world.unit("PTE", key).pk for key in ("office", "general")}
    assert set(administered_unit_ids(office_admin)) == ours


@pytest.mark.parametrize(
    "who", ["province-admin", "ministry-admin", "central-admin", "office-admin", "clerk", "superuser"]
)
def test_rules_and_querysets_say_the_same(world: World, office_admin: Actor, who: str) -> None:
    """What a list shows is exactly what its page allows: for every unit, post and account of the platform."""
    actor = office_admin if who == "office-admin" else world.actor(who)
    units, posts, people = administered_units(actor), administered_positions(actor), administered_users(actor)
    assert {u.pk for u in Unit.objects.all() if may_administer_unit(actor, u)} == {u.pk for u in units}
    assert {p.pk for p in Position.objects.all() if may_administer_position(actor, p)} == {p.pk for p in posts}
    assert {u.pk for u in User.objects.all() if may_administer_user(actor, u)} == {u.pk for u in people}


def test_a_secretary_of_an_admin_administers_nothing(world: World) -> None:
    by = world.actor("central-admin")
    row = appoint(
        by=by, user=world.user("clerk"), position=world.post("PTE", "admin"), capacity="SECRETARY", starts_at=by.at
    )
    assert not may_enter_admin(Actor(world.user("clerk"), row))


def test_an_ended_or_coming_appointment_administers_nothing(world: World) -> None:
    held = world.appointment("province-admin")
    assert held is not None
    ends = held.starts_at + timedelta(days=1000)
    Appointment.objects.filter(pk=held.pk).update(ends_at=ends)
    held.refresh_from_db()
    user = world.user("province-admin")
    assert may_enter_admin(Actor(user, held, ends - timedelta(minutes=1)))
    assert not may_enter_admin(Actor(user, held, ends))
    assert not may_enter_admin(Actor(user, held, held.starts_at - timedelta(minutes=1)))


def outside(name: str) -> Callable[[World, Actor], object]:
    """The acts a unit admin must not do beyond his subtree, by name."""
    acts: dict[str, Callable[[World, Actor], object]] = {
        "new post elsewhere": lambda w, by: create_position(by=by, unit=w.unit("PTE", "hall"), title="ใหม่"),
        "new account elsewhere": lambda w, by: create_user(
            by=by, username="spy", home_unit=w.unit("PTE", "hall"), first_name="ก"
        ),
        "change a stranger": lambda w, by: update_user(by=by, user=w.user("stat-clerk"), first_name="ข"),
        "take a stranger home": lambda w, by: update_user(
            by=by, user=w.user("stat-clerk"), home_unit=w.unit("PTE", "office")
        ),
        "password of a stranger": lambda w, by: set_password(
            by=by, user=w.user("governor"), password="ยาวพอสมควร-1234"
        ),
        "password of who also acts elsewhere": lambda w, by: set_password(
            by=by, user=w.user("office-head"), password="ยาวพอสมควร-1234"
        ),
        "appoint to a post elsewhere": lambda w, by: appoint(
            by=by, user=w.user("clerk"), position=w.post("PTE", "governor"), capacity="ACTING", own_title="ก"
        ),
        "appoint a stranger here": lambda w, by: appoint(
            by=by, user=w.user("stat-clerk"), position=w.post("PTE", "office-registrar")
        ),
        "appoint a person of another agency": lambda w, by: appoint(
            by=by, user=w.user("ministry-clerk"), position=w.post("PTE", "office-registrar")
        ),
        "end a foreign appointment": lambda w, by: end_appointment(by=by, appointment=w.appointment("governor")),  # type: ignore[arg-type]
        "give a post the whole province": lambda w, by: update_position(
            by=by, position=w.post("PTE", "clerk"), administers=w.unit("PTE", "province")
        ),
        "group of another unit": lambda w, by: create_custom_group(by=by, unit=w.unit("PTE", "hall"), name="ของเรา"),
        "member into a foreign group": lambda w, by: add_member(
            by=by, rights_group=w.group("PTE", "custom:central-registry"), position=w.post("PTE", "clerk")
        ),
        "foreign post into the own group": lambda w, by: add_member(
            by=by, rights_group=w.group("PTE", "custom:office-registry"), position=w.post("PTE", "stat-clerk")
        ),
    }
    return acts[name]


@pytest.mark.parametrize(
    "name",
    [
        "new post elsewhere",
        "new account elsewhere",
        "change a stranger",
        "take a stranger home",
        "password of a stranger",
        "password of who also acts elsewhere",
        "appoint to a post elsewhere",
        "appoint a stranger here",
        "appoint a person of another agency",
        "end a foreign appointment",
        "give a post the whole province",
        "group of another unit",
        "member into a foreign group",
        "foreign post into the own group",
    ],
)
def test_beyond_the_subtree_everything_is_refused(world: World, office_admin: Actor, name: str) -> None:
    with pytest.raises(Refused, match=r"^[^A-Za-z]+$"):
        outside(name)(world, office_admin)


def test_an_admin_below_cannot_become_the_admin_above(world: World, office_admin: Actor) -> None:
    """A post that administers more than oneself is out of reach even when it stands in the own unit."""
    wide = create_position(
        by=world.actor("province-admin"),
        unit=world.unit("PTE", "office"),
        title="ผู้ดูแลทั้งจังหวัด",
        administers=world.unit("PTE", "province"),
    )
    with pytest.raises(Refused, match="กว้างกว่า"):
        appoint(by=office_admin, user=world.user("clerk"), position=wide)


def test_nobody_appoints_himself_or_joins_a_group_by_himself(world: World) -> None:
    by = world.actor("province-admin")
    with pytest.raises(Refused, match="แต่งตั้งตนเองไม่ได้"):
        appoint(
            by=by, user=by.user, position=world.post("PTE", "secret-registrar"), order_ref="คำสั่ง 9/2569", clearance=2
        )
    with pytest.raises(Refused, match="ตำแหน่งของตนเอง"):
        add_member(by=by, rights_group=world.group("PTE", "custom:central-registry"), position=by.position)


def test_a_group_of_auditors_takes_only_written_and_dated_members(world: World) -> None:
    by, group, post = world.actor("province-admin"), world.group("PTE", "custom:auditors"), world.post("PTE", "clerk")
    with pytest.raises(Refused, match="คำสั่ง"):
        add_member(by=by, rights_group=group, position=post, ends_at=by.at + timedelta(days=9))
    with pytest.raises(Refused, match="กำหนดสิ้นสุด"):
        add_member(by=by, rights_group=group, position=post, order_ref="คำสั่ง 3/2569")
    member = add_member(
        by=by, rights_group=group, position=post, order_ref="คำสั่ง 3/2569", ends_at=by.at + timedelta(days=9)
    )
    assert member.history.get().history_user == by.user


def test_the_central_admin_hands_out_no_groups(world: World) -> None:
    """Groups open folders, folders open letters, and the platform reads none."""
    with pytest.raises(Refused, match="ผู้ดูแลของหน่วยงาน"):
        create_custom_group(by=world.actor("central-admin"), unit=world.unit("PTE", "hall"), name="อ่านได้หมด")


def test_closing_an_account_ends_its_posts_and_opening_does_not_bring_them_back(world: World) -> None:
    by, user = world.actor("province-admin"), world.user("clerk")
    deactivate_user(by=by, user=user)
    assert world.appointment("clerk", at=by.at + timedelta(seconds=1)) is None
    reactivate_user(by=by, user=world.user("clerk"))
    assert world.user("clerk").is_active and world.appointment("clerk", at=by.at + timedelta(seconds=1)) is None
    with pytest.raises(Refused, match="ปิดบัญชีของตนเอง"):
        deactivate_user(by=by, user=by.user)
