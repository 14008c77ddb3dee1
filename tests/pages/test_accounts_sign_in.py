"""Signing in by password, guessing, and what must come first."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest import mock
from urllib.parse import urlencode

import pytest
from axes.models import AccessAttempt, AccessFailureLog
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import PrivacyAcceptance, SignIn
from accounts.notice import NOTICE_VERSION
from org.actions import end_appointment, set_password
from tests.signing_in import PROFILE, SIGN_IN, at, enter, text
from tests.world import PASSWORD, World

pytestmark = pytest.mark.django_db
WRONG = "ชื่อผู้ใช้หรือรหัสผ่านไม่ถูกต้อง"
LATIN_ALLOWED = {"e", "Office", "ThaiD", "PDF"}


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
    session = client.session
    session["before"] = 1
    session.save()
    before = session.session_key
    assert before is not None
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


def guess(username: str, times: int, **environ: str) -> Any:
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
        ("password1234", "password1234", "เดาได้ง่าย"),
        ("910234567812", "910234567812", "ตัวเลขล้วน"),
        ("กนกวรรณ ใจซื่อ", "กนกวรรณ ใจซื่อ", "คล้ายชื่อ"),
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


@pytest.mark.parametrize("path", [SIGN_IN, "/accounts/privacy/", PROFILE, "/accounts/password/"])
def test_every_word_is_thai(path: str) -> None:
    client = Client()
    if path != SIGN_IN:
        client, _ = enter("clerk")
    page = text(client.get(path))
    page = re.sub(r"<head>.*?</head>|<svg.*?</svg>|<script.*?</script>", "", page, flags=re.S)
    words = set(re.findall(r"[A-Za-z]+", re.sub(r"\S+@\S+|clerk", "", re.sub(r"<[^>]+>", " ", page))))
    assert words <= LATIN_ALLOWED | {"Escape", "Enter", "Ctrl", "Shift", "Alt", "j", "k", "x", "?"}, words


def test_the_profile_costs_few_queries(
    world: World, django_assert_max_num_queries: Callable[..., mock.MagicMock]
) -> None:
    client, _ = enter("office-head")
    client.get(PROFILE)
    with django_assert_max_num_queries(14):
        page = text(client.get(PROFILE))
    assert "รักษาราชการแทน" in page
