"""The admin's page of people and ThaiD, and a person's own profile."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from pytest_django import Settings

from accounts import actions, citizen
from accounts.models import Invitation, ThaidLink
from org.actor import Actor
from outbox.actions import drain
from tests.world import World

pytestmark = pytest.mark.django_db
PEOPLE = "/accounts/people/"
PID = "9000000044443"


@pytest.fixture(autouse=True)
def thaid_is_on(settings: Settings) -> None:
    settings.THAID_ENABLED = True


def text(answer: Any) -> str:
    return answer.content.decode()


def page_of(world: World, username: str) -> str:
    return f"{PEOPLE}{world.user(username).pk}/"


def test_the_whole_way_of_an_invitation(world: World) -> None:
    admin = world.client("province-admin")
    here = page_of(world, "clerk")
    assert "ยังไม่ได้ผูก" in text(admin.get(here))
    answer = admin.post(f"{here}invite/", {"citizen_number": "9-0000-00044-44-3", "send_to": "clerk@example.go.th"})
    assert (answer.status_code, answer["Location"]) == (302, here)
    shown = text(admin.get(here))
    made = Invitation.objects.get()
    assert made.url in shown
    assert made.url not in text(admin.get(here))  # once
    drain()
    assert made.url in mail.outbox[-1].body

    assert admin.post(f"{here}invite-again/", {"send_to": ""}).status_code == 302
    second = made.link.invitations.latest("pk")
    assert second.url in text(admin.get(here))
    actions.activate(by=world.actor("clerk"), invitation=second, pid_hash=citizen.digest(PID), ial="2.3")
    shown = text(admin.get(here))
    assert "ผูกแล้ว · IAL 2.3" in shown
    assert PID not in shown
    assert admin.post(f"{here}revoke/").status_code == 302
    assert "ยังไม่ได้ผูก" in text(admin.get(here))


def test_a_wrong_number_is_not_shown_again(world: World) -> None:
    admin = world.client("province-admin")
    answer = admin.post(
        f"{page_of(world, 'clerk')}invite/", {"citizen_number": "9000000044444", "send_to": "x@example.go.th"}
    )
    assert answer.status_code == 422
    assert "9000000044444" not in text(answer)
    assert "x@example.go.th" in text(answer)
    assert 'href="#id_citizen_number"' in text(answer)


def test_acting_twice_is_told(world: World) -> None:
    admin = world.client("province-admin")
    here = page_of(world, "clerk")
    assert admin.post(f"{here}revoke/").status_code == 409
    admin.post(f"{here}invite/", {"citizen_number": PID})
    made = Invitation.objects.get()
    actions.activate(by=world.actor("clerk"), invitation=made, pid_hash=citizen.digest(PID), ial="")
    assert admin.post(f"{here}invite/", {"citizen_number": PID}).status_code == 409
    assert admin.post(f"{here}invite-again/", {}).status_code == 409


@pytest.mark.parametrize("path", ["", "invite/", "invite-again/", "revoke/"])
def test_other_agencies_people_do_not_exist(world: World, path: str) -> None:
    admin = world.client("ministry-admin")
    here = page_of(world, "clerk")
    ask: Callable[..., Any] = admin.post if path else admin.get
    assert ask(f"{here}{path}").status_code == 404
    assert not ThaidLink.objects.exists()


@pytest.mark.parametrize("username", ["clerk", "governor", "secretary", "auditor", "superuser"])
def test_whoever_administers_nobody_is_refused(world: World, username: str) -> None:
    client = world.client(username)
    assert client.get(PEOPLE).status_code == 403
    assert client.get(page_of(world, "stat-clerk")).status_code == 403
    assert client.post(f"{page_of(world, 'stat-clerk')}invite/", {"citizen_number": PID}).status_code == 403


def test_own_account_shows_why_not(world: World) -> None:
    page = text(world.client("province-admin").get(page_of(world, "province-admin")))
    assert "บันทึกเลขประจำตัวของตนเองไม่ได้" in page


def test_the_list_finds_and_counts(world: World, django_assert_max_num_queries: Callable[..., Any]) -> None:
    admin = world.client("province-admin")
    user = world.user("clerk")
    made = actions.invite(by=world.actor("province-admin"), user=user, citizen_number=PID)
    actions.activate(by=Actor(user, None), invitation=made, pid_hash=citizen.digest(PID), ial="2.3")
    admin.get(PEOPLE)
    with django_assert_max_num_queries(20):
        page = text(admin.get(PEOPLE))
    assert "ผูกแล้ว · IAL 2.3" in page
    assert "นางสาวกนกวรรณ ใจซื่อ" in page
    assert "ปิยะนุช" not in page
    found = text(admin.get(PEOPLE, {"q": "กนก ใจ"}))
    assert re.findall(r'href="/accounts/people/(\d+)/"', found) == [str(user.pk)]
    assert "ไม่พบบุคลากรตามคำค้น" in text(admin.get(PEOPLE, {"q": "ไม่มีใครชื่อนี้"}))
    assert admin.get(PEOPLE, {"page": "x"}).status_code == 200


def test_the_menu_leads_there_for_admins_only(world: World, settings: Settings) -> None:
    assert f'href="{PEOPLE}"' in text(world.client("province-admin").get("/accounts/profile/"))
    assert f'href="{PEOPLE}"' not in text(world.client("clerk").get("/accounts/profile/"))
    settings.THAID_ENABLED = False
    assert f'href="{PEOPLE}"' not in text(world.client("province-admin").get("/accounts/profile/"))
    assert world.client("province-admin").get(PEOPLE).status_code == 403


def test_invitations_that_do_not_work_read_alike(world: World) -> None:
    made = actions.invite(by=world.actor("province-admin"), user=world.user("clerk"), citizen_number=PID)
    alive = Client().get(f"/accounts/invitation/{made.token}/")
    assert alive.status_code == 200
    assert "นางสาวกนกวรรณ ใจซื่อ" in text(alive)
    actions.revoke(by=world.actor("province-admin"), link=made.link)
    pages = [Client().get(f"/accounts/invitation/{token}/") for token in (made.token, "x", "ก" * 43)]
    assert {page.status_code for page in pages} == {404}
    assert len({text(page) for page in pages}) == 1
    assert Client().get(f"/accounts/thaid/start/?invitation={made.token}").status_code == 403


def test_the_profile_tells_posts_past_present_and_coming(world: World) -> None:
    from datetime import timedelta

    from django.utils import timezone

    from org.actions import appoint, end_appointment

    central = world.actor("central-admin")
    now = timezone.now()
    acting = world.appointment("office-head", "vice2")
    assert acting is not None
    end_appointment(by=central, appointment=acting)
    post = world.post("PTE", "vice2")
    appoint(
        by=central,
        user=world.user("office-head"),
        position=post,
        capacity="ACTING",
        starts_at=now + timedelta(days=3),
        ends_at=now + timedelta(days=9),
        order_ref="คำสั่งจังหวัด ที่ 9/2569 ลงวันที่ 1 พฤศจิกายน 2569",
    )
    page = text(world.client("office-head").get("/accounts/profile/"))
    for words in ("ตำแหน่งที่มีผลขณะนี้", "ตำแหน่งที่จะเริ่มมีผล", "ตำแหน่งที่ผ่านมา", "คำสั่งจังหวัด ที่ 9/2569", "ยังไม่ได้ผูก"):
        assert words in page
