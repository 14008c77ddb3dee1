"""Every way a session ends, the capacities acted in, and what strangers meet."""

from __future__ import annotations

from datetime import timedelta
from unittest import mock
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import SignIn
from org.actions import end_appointment
from tests.signing_in import PROFILE, SIGN_IN, at, enter, text
from tests.world import World

pytestmark = pytest.mark.django_db


# -- how a session ends -------------------------------------------------------------------------------


def test_idle_ends_the_session_and_says_so(settings: Settings) -> None:
    client, _ = enter("clerk")
    start = timezone.now()
    with at(start + timedelta(minutes=settings.SESSION_IDLE_MINUTES - 1)):
        assert client.get(PROFILE).status_code == 200
    with at(start + timedelta(minutes=2 * settings.SESSION_IDLE_MINUTES - 3)):
        assert client.get(PROFILE).status_code == 200  # counted from the last page, not from the first
    later = start + timedelta(minutes=3 * settings.SESSION_IDLE_MINUTES)
    with at(later):
        answer = client.get(PROFILE)
        assert answer["Location"].startswith(SIGN_IN)
        assert f"ไม่มีการใช้งานเกิน {settings.SESSION_IDLE_MINUTES} นาที" in text(client.get(answer["Location"]))
    assert SignIn.objects.get(user__username="clerk").ended_at == later


def test_signing_out_of_the_admin_writes_down_when() -> None:
    client, _ = enter("province-admin")
    start = timezone.now()
    assert client.post("/admin/logout/")["Location"] == SIGN_IN
    ended = SignIn.objects.get(user__username="province-admin").ended_at
    assert ended is not None and ended >= start
    assert client.get("/admin/")["Location"].startswith(SIGN_IN)


def test_what_the_page_asks_by_itself_keeps_nobody_in(settings: Settings) -> None:
    """A page left open polls; a poll is not a person."""
    client, _ = enter("clerk")
    start = timezone.now()
    from accounts import views

    with mock.patch.object(views.profile, "no_activity", True, create=True):
        for minutes in range(10, settings.SESSION_IDLE_MINUTES, 10):
            with at(start + timedelta(minutes=minutes)):
                assert client.get(PROFILE).status_code == 200
        with at(start + timedelta(minutes=settings.SESSION_IDLE_MINUTES + 2)):
            assert client.get(PROFILE).status_code == 302


def test_no_session_lasts_longer_than_its_hours(settings: Settings) -> None:
    client, _ = enter("clerk")
    start = timezone.now()
    hours = settings.SESSION_COOKIE_AGE // 3600
    for half in range(1, 2 * hours):
        with at(start + timedelta(minutes=30 * half)):
            assert client.get(PROFILE).status_code == 200
    with at(start + timedelta(hours=hours, seconds=1)):
        answer = client.get(PROFILE)
        assert f"ครบ {hours} ชั่วโมง" in text(client.get(answer["Location"]))


def test_a_capacity_ends_to_the_minute_and_the_session_goes_on(world: World) -> None:
    """office-head also acts for the vacant vice governor; that ends while he works in it."""
    acting = world.appointment("office-head", "vice2")
    assert acting is not None
    acting.ends_at = timezone.now() + timedelta(minutes=20)
    acting.save()
    client, _ = enter("office-head")
    client.post("/accounts/capacity/", {"capacity": acting.pk})
    with at(acting.ends_at - timedelta(seconds=1)):
        answer = client.get(PROFILE)
        assert answer.wsgi_request.actor.appointment == acting  # type: ignore[attr-defined]
        assert "ฐานะที่ใช้อยู่สิ้นสุดแล้ว" not in text(answer)
    with at(acting.ends_at):
        answer = client.get(PROFILE)
        assert answer.status_code == 200
        assert answer.wsgi_request.actor.appointment == world.appointment("office-head", "office-head")  # type: ignore[attr-defined]
        assert "ฐานะที่ใช้อยู่สิ้นสุดแล้ว" in text(answer)
        assert "ฐานะที่ใช้อยู่สิ้นสุดแล้ว" not in text(client.get(PROFILE))


def test_a_capacity_never_chosen_also_says_when_it_ends(world: World) -> None:
    client, _ = enter("office-head")
    client.get(PROFILE)
    own = world.appointment("office-head", "office-head")
    assert own is not None
    end_appointment(by=world.actor("province-admin"), appointment=own)
    answer = client.get(PROFILE)
    assert answer.wsgi_request.actor.appointment == world.appointment("office-head", "vice2")  # type: ignore[attr-defined]
    assert "ฐานะที่ใช้อยู่สิ้นสุดแล้ว" in text(answer)


def test_the_last_post_ends_the_session(world: World) -> None:
    client, _ = enter("clerk")
    appointment = world.appointment("clerk")
    assert appointment is not None
    end_appointment(by=world.actor("province-admin"), appointment=appointment)
    answer = client.get(PROFILE)
    assert answer["Location"].startswith(SIGN_IN)
    assert "ไม่มีตำแหน่งที่มีผล" in text(client.get(answer["Location"]))
    assert "_auth_user_id" not in client.session


def test_a_post_begins_to_the_minute(world: World) -> None:
    acting = world.appointment("office-head", "vice2")
    assert acting is not None
    acting.starts_at = timezone.now() + timedelta(minutes=10)
    acting.save()
    client, _ = enter("office-head")
    assert len(client.get(PROFILE).wsgi_request.__dict__["appointments"]) == 1
    with at(acting.starts_at):
        assert len(client.get(PROFILE).wsgi_request.__dict__["appointments"]) == 2


def test_a_closed_account_is_out_at_once(world: World) -> None:
    client, _ = enter("clerk")
    user = world.user("clerk")
    user.is_active = False
    user.save()
    assert client.get(PROFILE)["Location"].startswith(SIGN_IN)


# -- capacities ---------------------------------------------------------------------------------------


def test_only_own_capacities_in_force_can_be_chosen(world: World) -> None:
    client, _ = enter("office-head")
    foreign = world.appointment("governor")
    assert foreign is not None
    for chosen in (str(foreign.pk), "0", "x", ""):
        answer = client.post("/accounts/capacity/", {"capacity": chosen, "next": PROFILE})
        assert answer["Location"] == PROFILE
        page = client.get(PROFILE)
        assert page.wsgi_request.actor.appointment == world.appointment("office-head")  # type: ignore[attr-defined]
        assert "ไม่มีผลในขณะนี้" in text(page)
    acting = world.appointment("office-head", "vice2")
    assert acting is not None
    assert client.post("/accounts/capacity/", {"capacity": acting.pk, "next": "//evil.example"})["Location"] == "/"
    assert client.get(PROFILE).wsgi_request.actor.appointment == acting  # type: ignore[attr-defined]
    assert client.get("/accounts/capacity/").status_code == 405


def test_two_browsers_two_capacities(world: World) -> None:
    one, _ = enter("office-head")
    two, _ = enter("office-head")
    acting = world.appointment("office-head", "vice2")
    assert acting is not None
    two.post("/accounts/capacity/", {"capacity": acting.pk})
    assert one.get(PROFILE).wsgi_request.actor.appointment != acting  # type: ignore[attr-defined]


# -- strangers ----------------------------------------------------------------------------------------


def test_a_strangers_htmx_request_moves_the_whole_page() -> None:
    answer = Client().get(
        "/notices/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/saraban/?a=1"}
    )
    assert answer["HX-Redirect"] == f"{SIGN_IN}?{urlencode({'next': '/saraban/?a=1'})}"


def test_a_script_that_wants_data_gets_401_in_thai() -> None:
    answer = Client().get(PROFILE, headers={"Sec-Fetch-Dest": "empty"})
    assert (answer.status_code, "โปรดเข้าสู่ระบบ" in text(answer)) == (401, True)


def test_a_form_sent_too_late_leads_back_to_its_page() -> None:
    answer = Client().post("/accounts/capacity/", {}, headers={"Referer": "http://testserver/draft/5/?x=1"})
    assert answer["Location"] == f"{SIGN_IN}?{urlencode({'next': '/draft/5/?x=1'})}"
    answer = Client().post("/accounts/capacity/", {}, headers={"Referer": "https://evil.example/draft/"})
    assert answer["Location"] == f"{SIGN_IN}?next="


def test_pages_of_people_are_kept_in_no_cache() -> None:
    client, _ = enter("clerk")
    assert "no-store" in client.get(PROFILE)["Cache-Control"]
