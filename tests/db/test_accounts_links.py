"""Linking an account to a person at ThaiD: by an administrator's invitation, once, and never by the person's own word."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import pytest
from django.apps import apps
from django.core import mail
from django.db import IntegrityError, connection, transaction
from pytest_django import Settings

from accounts import actions, citizen, events
from accounts.models import Invitation, ThaidLink
from accounts.permissions import may_link
from accounts.selectors import living_link, open_invitation
from accounts.states import LinkState
from audit.models import AuditEvent
from common.access import Conflict, Invalid, Refused
from org.actions import end_appointment
from org.actor import Actor
from outbox.actions import drain
from outbox.models import OutboxMessage
from tests.racing import at_once
from tests.world import World

pytestmark = pytest.mark.django_db
CLERK_PID, HEAD_PID = "9000000044443", "9000000022229"


@pytest.fixture(autouse=True)
def thaid_is_on(settings: Settings) -> None:
    settings.THAID_ENABLED = True


@pytest.fixture
def told() -> Iterator[list[events.Event]]:
    heard: list[events.Event] = []
    events.listen("test", heard.append)
    yield heard
    events._listeners.pop("test")


def invited(world: World, username: str = "clerk", pid: str = CLERK_PID, send_to: str = "") -> Invitation:
    admin = world.actor("province-admin")
    return actions.invite(by=admin, user=world.user(username), citizen_number=pid, send_to=send_to)


def proven(invitation: Invitation, world: World, pid: str = CLERK_PID) -> ThaidLink:
    by = world.actor(invitation.link.user.username)
    return actions.activate(by=by, invitation=invitation, pid_hash=citizen.digest(pid), ial="2.3")


def test_invite_prove_and_use(world: World, told: list[events.Event]) -> None:
    link = proven(invited(world), world)
    assert link.state == LinkState.ACTIVE
    assert link.ial == "2.3"
    assert link.recorded_by == world.user("province-admin")
    assert living_link(world.user("clerk")) == link
    assert [event.verb for event in told] == ["invite_thaid", "link_thaid"]
    assert AuditEvent.objects.filter(verb="link_thaid", user=world.user("clerk")).exists()


def test_nothing_of_the_number_is_in_the_database(world: World) -> None:
    """Every column of every table is read back as text: after inviting, proving and revoking, the number is nowhere."""
    link = proven(invited(world, send_to="clerk@example.go.th"), world)
    actions.revoke(by=world.actor("province-admin"), link=link)
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table = model._meta.db_table
            cursor.execute(f'SELECT count(*) FROM "{table}" AS t WHERE t::text LIKE %s', [f"%{CLERK_PID}%"])
            assert cursor.fetchone() == (0,), table


def test_the_token_is_kept_only_as_a_hash(world: World) -> None:
    invitation = invited(world, send_to="clerk@example.go.th")
    assert len(invitation.token) == 43
    with connection.cursor() as cursor:
        for table in ("accounts_invitation", "outbox_outboxmessage", "audit_auditevent"):
            cursor.execute(f'SELECT count(*) FROM "{table}" AS t WHERE t::text LIKE %s', [f"%{invitation.token}%"])
            assert cursor.fetchone() == (0,)
    assert open_invitation(invitation.token, invitation.created_at) == invitation
    assert open_invitation(invitation.token[:-1] + "A", invitation.created_at) is None
    assert open_invitation(invitation.token_hash, invitation.created_at) is None


def test_the_invitation_goes_out_by_the_outbox(world: World) -> None:
    invitation = invited(world, send_to="clerk@example.go.th")
    assert mail.outbox == []
    drain()
    (sent,) = [one for one in mail.outbox if one.to == ["clerk@example.go.th"]]
    assert invitation.url in sent.body
    assert CLERK_PID not in sent.body
    assert OutboxMessage.objects.filter(payload__invitation=invitation.pk, state="DONE").count() == 1


def test_a_withdrawn_invitation_is_not_mailed(world: World) -> None:
    invitation = invited(world, send_to="clerk@example.go.th")
    actions.revoke(by=world.actor("province-admin"), link=invitation.link)
    drain()
    assert [one for one in mail.outbox if one.to == ["clerk@example.go.th"]] == []


def test_it_works_once(world: World) -> None:
    invitation = invited(world)
    proven(invitation, world)
    with pytest.raises(Conflict, match="ใช้ไม่ได้แล้ว"):
        proven(invitation, world)
    assert open_invitation(invitation.token, invitation.created_at) is None


def test_another_person_is_refused_and_the_right_one_may_still_come(world: World) -> None:
    invitation = invited(world)
    with pytest.raises(Refused, match="ไม่ตรง"), transaction.atomic():
        proven(invitation, world, pid=HEAD_PID)
    assert proven(invitation, world).state == LinkState.ACTIVE


def test_it_expires(world: World, settings: Settings) -> None:
    invitation = invited(world)
    clerk = world.actor("clerk")
    late = Actor(clerk.user, clerk.appointment, invitation.created_at + timedelta(days=settings.INVITATION_DAYS))
    with pytest.raises(Conflict, match="ใช้ไม่ได้แล้ว"):
        actions.activate(by=late, invitation=invitation, pid_hash=citizen.digest(CLERK_PID), ial="")


def test_a_new_invitation_ends_the_old_one(world: World) -> None:
    first = invited(world)
    second = actions.invite_again(by=world.actor("province-admin"), link=first.link)
    with pytest.raises(Conflict):
        proven(first, world)
    assert proven(second, world).state == LinkState.ACTIVE
    with pytest.raises(Conflict, match="ผูกแล้ว"):
        actions.invite_again(by=world.actor("province-admin"), link=second.link)


def test_a_wrong_number_is_corrected_by_inviting_again(world: World) -> None:
    wrong = invited(world, pid=HEAD_PID)
    right = invited(world)
    with pytest.raises(Conflict):
        proven(wrong, world, pid=HEAD_PID)
    assert proven(right, world).state == LinkState.ACTIVE
    with pytest.raises(Conflict, match="ยกเลิกการผูกเดิมก่อน"):
        invited(world)


def test_one_person_has_one_account(world: World) -> None:
    proven(invited(world), world)
    other = invited(world, "office-head")  # recording it is allowed: nobody learns by trying whose number is known
    with pytest.raises(Conflict, match="บัญชีอื่น"):
        proven(other, world)
    link = other.link
    with pytest.raises(IntegrityError), transaction.atomic():
        ThaidLink.objects.filter(pk=link.pk).update(state=LinkState.ACTIVE, linked_at=link.recorded_at)


def test_revoked_is_revoked(world: World) -> None:
    link = proven(invited(world), world)
    actions.revoke(by=world.actor("province-admin"), link=link)
    assert living_link(world.user("clerk")) is None
    with pytest.raises(Conflict):
        actions.revoke(by=world.actor("province-admin"), link=link)
    assert proven(invited(world), world).state == LinkState.ACTIVE


@pytest.mark.parametrize("username", ["clerk", "office-head", "ministry-admin", "governor", "superuser"])
def test_only_the_accounts_administrators_invite(world: World, username: str) -> None:
    with pytest.raises(Refused):
        actions.invite(by=world.actor(username), user=world.user("stat-clerk"), citizen_number=CLERK_PID)
    assert not ThaidLink.objects.exists()


def test_the_central_admin_helps(world: World) -> None:
    by = world.actor("central-admin")
    assert actions.invite(by=by, user=world.user("permsec"), citizen_number=CLERK_PID).link.user.username == "permsec"


def test_nobody_records_his_own_number(world: World) -> None:
    admin = world.actor("province-admin")
    assert "ของตนเอง" in may_link(admin, admin.user).reason
    central = world.actor("central-admin")
    assert not may_link(central, central.user)


def test_an_admin_whose_post_has_ended_invites_nobody(world: World) -> None:
    admin = world.actor("province-admin")
    assert admin.appointment is not None
    end_appointment(by=world.actor("central-admin"), appointment=admin.appointment)
    with pytest.raises(Refused):
        actions.invite(by=world.actor("province-admin"), user=world.user("clerk"), citizen_number=CLERK_PID)


def test_a_wrong_number_is_refused_before_anything_is_written(world: World) -> None:
    with pytest.raises(Invalid, match="13 หลัก"):
        invited(world, pid="9000000044444")
    assert not ThaidLink.objects.exists()


def test_off_means_off(world: World, settings: Settings) -> None:
    settings.THAID_ENABLED = False
    with pytest.raises(Refused, match="ยังไม่เปิดใช้"):
        invited(world)


@pytest.mark.django_db(transaction=True)
def test_two_browsers_with_one_invitation() -> None:
    """Both have proved themselves; exactly one uses the invitation up."""
    world = World()
    invitation = invited(world)
    by = world.actor("clerk")
    linking = partial(actions.activate, by=by, invitation=invitation, pid_hash=citizen.digest(CLERK_PID), ial="2.3")
    results = at_once(linking, linking)
    assert [str(result) for result in results if isinstance(result, Conflict)] == [actions.USED_UP]
    assert ThaidLink.objects.filter(state=LinkState.ACTIVE).count() == 1
