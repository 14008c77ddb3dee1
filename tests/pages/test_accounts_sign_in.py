"""Signing in by password, what must come first, and every way a session ends."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from unittest import mock
from urllib.parse import urlencode

import pytest
from axes.models import AccessAttempt, AccessFailureLog
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import PrivacyAcceptance, SignIn
from accounts.notice import NOTICE_VERSION
from org.actions import end_appointment, set_password
from tests.world import PASSWORD, World

pytestmark = pytest.mark.django_db
SIGN_IN = "/accounts/sign-in/"
PROFILE = "/accounts/profile/"
WRONG = "ชื่อผู้ใช้หรือรหัสผ่านไม่ถูกต้อง"
LATIN_ALLOWED = {"e", "Office", "ThaiD", "PDF"}


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """The clock stands at `moment`."""
    with mock.patch("django.utils.timezone.now", return_value=moment):
        yield


def enter(
    username: str, password: str = PASSWORD, client: Client | None = None, **more: str
) -> tuple[Client, HttpResponse]:
    client = client or Client()
    answer = client.post(SIGN_IN, {"username": username, "password": password} | more)
    return client, answer  # type: ignore[return-value]


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


# -- the door -----------------------------------------------------------------------------------------


def test_clerk_enters_and_it_is_written_down() -> None:
    client, answer = enter("clerk")
    assert (answer.status_code, answer["Location"]) == (302, "/")
    record = SignIn.objects.get(user__username="clerk")
    assert (record.method, record.ip, record.ended_at) == ("PASSWORD", "127.0.0.1", None)
    client.post("/accounts/sign-out/")
    record.refresh_from_db()
    assert record.ended_at is not None
    assert client.get(PROFILE).status_code == 302


def test_the_session_gets_a_new_key() -> None:
    client = Client()
    client.get("/accounts/thaid/start/")
    session = client.session
    session["before"] = 1
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = before
    enter("clerk", client=client)
    assert client.session.session_key != before


def test_stranger_known_wrong_and_closed_read_the_same(world: World) -> None:
    closed = world.user("stat-clerk")
    closed.is_active = False
    closed.save()
    pages = []
    for username, password in [("nobody", "x"), ("clerk", "wrong"), ("stat-clerk", PASSWORD), ("vice4", "no password")]:
        _, answer = enter(username, password)
        assert answer.status_code == 422
        pages.append(re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text(answer)).replace(username, "X"))
    assert len(set(pages)) == 1
    assert WRONG in pages[0]


def test_empty_fields_are_named_in_the_summary() -> None:
    _, answer = enter("", "")
    assert 'href="#id_username"' in text(answer)
    assert "กรุณากรอกรหัสผ่าน" in text(answer)


def test_without_a_post_nobody_enters_and_it_is_said_only_after_the_right_password(world: World) -> None:
    appointment = world.appointment("clerk")
    assert appointment is not None
    end_appointment(by=world.actor("province-admin"), appointment=appointment)
    _, answer = enter("clerk", "wrong")
    assert WRONG in text(answer)
    client, answer = enter("clerk")
    assert answer.status_code == 422
    assert "ไม่มีตำแหน่งที่มีผล" in text(answer)
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("username", ["central-admin"])
def test_a_platform_role_enters_without_a_post(username: str) -> None:
    _, answer = enter(username)
    assert answer.status_code == 302


@pytest.mark.parametrize(
    ("wanted", "goes_to"),
    [
        (PROFILE, PROFILE),
        ("/saraban/?q=%E0%B8%81#x", "/saraban/?q=%E0%B8%81#x"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("https:evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/\\evil.example", "/"),
        ("http://testserver/accounts/profile/", PROFILE),
        ("/accounts/sign-in/?next=/", "/"),
        ("", "/"),
    ],
)
def test_after_signing_in_only_to_addresses_of_ours(wanted: str, goes_to: str) -> None:
    _, answer = enter("clerk", next=wanted)
    assert answer["Location"] == goes_to


def test_the_way_back_survives_a_wrong_password() -> None:
    client = Client()
    assert client.get(PROFILE)["Location"] == f"{SIGN_IN}?{urlencode({'next': PROFILE})}"
    _, answer = enter("clerk", "wrong", client=client, next=PROFILE)
    assert f'name="next" value="{PROFILE}"' in text(answer)


def test_whoever_is_in_need_not_sign_in_again() -> None:
    client, _ = enter("clerk")
    assert client.get(SIGN_IN)["Location"] == "/"


# -- too many guesses ---------------------------------------------------------------------------------


def guess(username: str, times: int, **environ: str) -> HttpResponse:
    client = Client(**environ)  # type: ignore[arg-type]
    for _ in range(times):
        _, answer = enter(username, "wrong", client=client)
    return answer


def test_guessing_locks_one_name_from_one_address(settings: Settings) -> None:
    assert guess("clerk", settings.AXES_FAILURE_LIMIT - 1).status_code == 422
    answer = guess("clerk", 1)
    assert answer.status_code == 429
    assert "อีก 15 นาที" in text(answer)
    assert 800 < int(answer["Retry-After"]) <= 900
    assert enter("clerk")[1].status_code == 429  # the right password does not help now
    assert enter("governor")[1].status_code == 302  # nor does it hurt the colleague
    assert enter("clerk", client=Client(REMOTE_ADDR="10.1.2.3"))[1].status_code == 302


def test_knocking_during_the_lock_does_not_lengthen_it(settings: Settings) -> None:
    guess("clerk", settings.AXES_FAILURE_LIMIT)
    first = AccessAttempt.objects.get().attempt_time
    guess("clerk", 3)
    assert AccessAttempt.objects.get().attempt_time == first
    AccessAttempt.objects.update(attempt_time=first - settings.AXES_COOLOFF_TIME - timedelta(seconds=1))
    assert enter("clerk")[1].status_code == 302


def test_the_waiting_page_can_be_loaded_again(settings: Settings) -> None:
    client = Client()
    assert client.get("/accounts/locked/")["Location"] == SIGN_IN
    for _ in range(settings.AXES_FAILURE_LIMIT):
        enter("clerk", "wrong", client=client)
    assert client.get("/accounts/locked/").status_code == 429
    with at(timezone.now() + timedelta(minutes=16)):
        assert client.get("/accounts/locked/").status_code == 302


def test_success_forgives(settings: Settings) -> None:
    guess("clerk", settings.AXES_FAILURE_LIMIT - 1)
    assert enter("clerk")[1].status_code == 302
    assert guess("clerk", settings.AXES_FAILURE_LIMIT - 1).status_code == 422


def test_no_password_is_written_anywhere(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for _ in range(settings.AXES_FAILURE_LIMIT + 1):
        enter("clerk", "ความลับ-secret-9431")
    enter("governor")
    assert "9431" not in caplog.text
    assert PASSWORD not in caplog.text
    kept = [*AccessAttempt.objects.values(), *AccessFailureLog.objects.values()]
    assert kept
    assert "9431" not in repr(kept)
    assert "csrfmiddlewaretoken=X" not in repr(kept)


# -- what must come first -----------------------------------------------------------------------------


def test_the_notice_is_read_once_before_any_work() -> None:
    PrivacyAcceptance.objects.filter(user__username="clerk").delete()
    client, answer = enter("clerk", next=PROFILE)
    answer = client.get(answer["Location"])
    assert answer["Location"] == f"/accounts/privacy/?{urlencode({'next': PROFILE})}"
    page = text(client.get(answer["Location"]))
    for words in ("มาตรา 23", "มาตรา 24 (4)", "ไม่น้อยกว่า 90 วัน", "มาตรา 30 ถึง 36", "มาตรา 73", "จังหวัดปทุมธานี"):
        assert words in page
    assert client.post("/accounts/capacity/", {"capacity": "1"}).status_code == 302
    assert client.post("/accounts/privacy/", {"next": PROFILE})["Location"] == PROFILE
    assert client.get(PROFILE).status_code == 200
    assert "ท่านรับทราบประกาศฉบับนี้เมื่อ" in text(client.get("/accounts/privacy/"))
    client.post("/accounts/privacy/")
    assert PrivacyAcceptance.objects.filter(user__username="clerk").count() == 1
    assert enter("clerk")[0].get(PROFILE).status_code == 200


def test_a_new_version_is_shown_again() -> None:
    client, _ = enter("clerk")
    assert client.get(PROFILE).status_code == 200
    with (
        mock.patch("accounts.middleware.NOTICE_VERSION", "2/2570"),
        mock.patch("accounts.selectors.NOTICE_VERSION", "2/2570"),
    ):
        assert client.get(PROFILE)["Location"].startswith("/accounts/privacy/")
    assert PrivacyAcceptance.objects.filter(version=NOTICE_VERSION, user__username="clerk").exists()


def test_the_notice_can_be_left_by_signing_out() -> None:
    PrivacyAcceptance.objects.filter(user__username="clerk").delete()
    client, _ = enter("clerk")
    assert client.post("/accounts/sign-out/")["Location"] == SIGN_IN


def test_a_temporary_password_is_changed_first(world: World) -> None:
    set_password(by=world.actor("province-admin"), user=world.user("clerk"), password="ชั่วคราวสักครู่หนึ่ง-1")
    client, answer = enter("clerk", "ชั่วคราวสักครู่หนึ่ง-1", next=PROFILE)
    place = client.get(answer["Location"])["Location"]
    assert place == f"/accounts/password/?{urlencode({'next': PROFILE})}"
    assert "รหัสผ่านปัจจุบัน" not in text(client.get(place))
    same = {"new_password": "ชั่วคราวสักครู่หนึ่ง-1", "again": "ชั่วคราวสักครู่หนึ่ง-1", "next": PROFILE}
    answer = client.post("/accounts/password/", same)
    assert (answer.status_code, "ต้องไม่ซ้ำ" in text(answer)) == (422, True)
    fresh = {"new_password": "ปลาทูสามตัวในตะกร้า", "again": "ปลาทูสามตัวในตะกร้า", "next": PROFILE}
    assert client.post("/accounts/password/", fresh)["Location"] == PROFILE
    assert client.get(PROFILE).status_code == 200
    assert enter("clerk", "ปลาทูสามตัวในตะกร้า")[0].get(PROFILE).status_code == 200


def test_changing_the_password_ends_the_other_sessions() -> None:
    here, _ = enter("clerk")
    there, _ = enter("clerk")
    wrong = {"present": "no", "new_password": "ปลาทูสามตัวในตะกร้า", "again": "ปลาทูสามตัวในตะกร้า"}
    answer = here.post("/accounts/password/", wrong)
    assert "รหัสผ่านปัจจุบันไม่ถูกต้อง" in text(answer)
    assert "ปลาทู" not in text(answer)
    assert here.post("/accounts/password/", wrong | {"present": PASSWORD}).status_code == 302
    assert here.get(PROFILE).status_code == 200
    assert there.get(PROFILE)["Location"].startswith(SIGN_IN)


@pytest.mark.parametrize(
    ("new", "again", "says"),
    [
        ("สั้น", "สั้น", "12"),
        ("password1234", "password1234", ""),
        ("123456789012", "123456789012", ""),
        ("ปลาทูสามตัวในตะกร้า", "ปลาทูสองตัวในตะกร้า", "ไม่ตรงกัน"),
    ],
)
def test_a_weak_password_is_refused_in_thai(new: str, again: str, says: str) -> None:
    client, _ = enter("clerk")
    answer = client.post("/accounts/password/", {"present": PASSWORD, "new_password": new, "again": again})
    assert answer.status_code == 422
    (summary,) = re.findall(r'<section class="error-summary".*?</section>', text(answer), re.S)
    words = re.sub(r"<[^>]+>", " ", summary)
    assert says in words
    assert re.findall(r"[A-Za-z]+", words) == []


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
    assert acting.ends_at is not None
    client, _ = enter("office-head")
    client.post("/accounts/capacity/", {"capacity": acting.pk})
    last = acting.ends_at - timedelta(seconds=1)
    session = client.session
    session["started"] = session["last_seen"] = last.timestamp()
    session.save()
    with at(last):
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


@pytest.mark.parametrize("path", [SIGN_IN, "/accounts/privacy/", PROFILE, "/accounts/password/"])
def test_every_word_is_thai(path: str) -> None:
    client = Client()
    if path != SIGN_IN:
        client, _ = enter("clerk")
    page = text(client.get(path))
    page = re.sub(r"<head>.*?</head>|<svg.*?</svg>|<script.*?</script>", "", page, flags=re.S)
    words = set(re.findall(r"[A-Za-z]+", re.sub(r"\S+@\S+|clerk", "", re.sub(r"<[^>]+>", " ", page))))
    assert words <= LATIN_ALLOWED | {"Escape", "Enter", "Ctrl", "j", "k", "x", "?"}, words


def test_the_profile_costs_few_queries(
    world: World, django_assert_max_num_queries: Callable[..., mock.MagicMock]
) -> None:
    client, _ = enter("office-head")
    client.get(PROFILE)
    with django_assert_max_num_queries(14):
        page = text(client.get(PROFILE))
    assert "รักษาราชการแทน" in page
