"""ThaiD against a real, certified OpenID provider in its own process: the whole way, without a browser."""

from __future__ import annotations

import pytest
import requests
from django.test import Client
from pytest_django import Settings

from accounts import actions, citizen, thaid
from accounts.demo_provider import place
from accounts.models import Invitation, SignIn, ThaidLink
from accounts.sessions import ial_of
from accounts.states import LinkState
from eoffice.demo import thaid as demo_thaid
from tests.oidc.person import Provider, asked, at_thaid, come_back, heading, set_out, sign_in
from tests.world import World

pytestmark = pytest.mark.django_db
CLERK_PID, STAT_PID, STRANGER_PID = "9000000044443", "9000000077775", "9000000088882"
PROFILE = "/accounts/profile/"


@pytest.fixture
def linked(provider: Provider, world: World) -> ThaidLink:
    """The demo's links, as the demo makes them."""
    demo_thaid.load(lambda line: None)
    return ThaidLink.objects.get(user__username="clerk")


def invitation(world: World, username: str = "stat-clerk", pid: str = STAT_PID) -> Invitation:
    return actions.invite(by=world.actor("province-admin"), user=world.user(username), citizen_number=pid)


def test_a_linked_person_enters(provider: Provider, linked: ThaidLink) -> None:
    client = Client()
    answer = sign_in(client, CLERK_PID, f"?next={PROFILE}")
    assert (answer.status_code, answer["Location"]) == (302, PROFILE)
    page = client.get(PROFILE)
    assert page.wsgi_request.user.username == "clerk"
    assert ial_of(page.wsgi_request) == "2.3"
    record = SignIn.objects.get(user__username="clerk")
    assert (record.method, record.ial) == ("THAID", "2.3")
    assert CLERK_PID not in repr(dict(client.session))
    assert not {"oidc_access_token", "oidc_id_token"} & set(client.session.keys())


def test_what_we_ask_for(provider: Provider, settings: Settings) -> None:
    sent = asked(set_out(Client(headers={"Host": "localhost"})))
    assert sent["redirect_uri"] == settings.THAID_REDIRECT_URI  # never the request's host
    assert sent["scope"] == "openid pid title given_name family_name ial"  # no more than needed (PDPA)
    assert sent["client_id"] == "ZS1vZmZpY2U="
    assert len(sent["nonce"]) == len(sent["state"]) == 32
    assert sent["code_challenge_method"] == "S256"  # this provider offers PKCE


@pytest.mark.parametrize("client", ["basic", "post", "body"])
def test_each_way_of_being_registered(provider: Provider, linked: ThaidLink, settings: Settings, client: str) -> None:
    """Secret by Basic and by post; claims in the ID token, or only beside it with an absolute `expires_in`."""
    provider.settle(settings, client)
    browser = Client()
    assert sign_in(browser, CLERK_PID)["Location"] == "/"
    assert browser.session["ial"] == "2.3"
    assert browser.session.get_expiry_age() == settings.SESSION_COOKIE_AGE  # ours, whatever `expires_in` says


def test_a_stranger_with_a_true_identity_stays_outside(provider: Provider, linked: ThaidLink) -> None:
    client = Client()
    answer = sign_in(client, STRANGER_PID)
    assert answer.status_code == 403
    assert heading(answer) == "ยังไม่มีบัญชีที่ผูกกับ ThaiD ของท่าน"
    assert "_auth_user_id" not in client.session
    assert STRANGER_PID not in answer.content.decode()


def test_cancelling_is_no_error(provider: Provider) -> None:
    answer = sign_in(Client(), "")
    assert (answer.status_code, heading(answer)) == (200, "ยังไม่ได้ยืนยันตัวตน")


def test_by_invitation(provider: Provider, world: World) -> None:
    made = invitation(world)
    client = Client()
    page = client.get(f"/accounts/invitation/{made.token}/").content.decode()
    assert "นายภูมิพัฒน์ นับถ้วน" in page
    answer = sign_in(client, STAT_PID, f"?invitation={made.token}")
    assert answer["Location"] == "/"
    made.refresh_from_db()
    assert made.used_at is not None
    assert made.link.state == LinkState.ACTIVE
    assert "ผูกบัญชีกับ ThaiD เรียบร้อยแล้ว" in client.get(PROFILE).content.decode()
    assert client.get(f"/accounts/invitation/{made.token}/").status_code == 404
    assert sign_in(Client(), STAT_PID)["Location"] == "/"


def test_trying_again_keeps_the_invitation(provider: Provider, world: World) -> None:
    made = invitation(world)
    client = Client()
    page = sign_in(client, "", f"?invitation={made.token}").content.decode()
    assert f'href="/accounts/thaid/start/?invitation={made.token}"' in page
    assert sign_in(client, STAT_PID, f"?invitation={made.token}")["Location"] == "/"


def test_another_persons_invitation(provider: Provider, world: World) -> None:
    made = invitation(world)
    client = Client()
    answer = sign_in(client, STRANGER_PID, f"?invitation={made.token}")
    assert answer.status_code == 403
    assert "ไม่ตรงกับที่ผู้ดูแลระบบบันทึกไว้" in answer.content.decode()
    assert "_auth_user_id" not in client.session
    assert sign_in(client, STAT_PID, f"?invitation={made.token}").status_code == 302


def test_an_invitation_withdrawn_on_the_way(provider: Provider, world: World) -> None:
    made = invitation(world)
    client = Client()
    back = at_thaid(set_out(client, f"?invitation={made.token}"), STAT_PID)
    actions.revoke(by=world.actor("province-admin"), link=made.link)
    answer = come_back(client, back)
    assert answer.status_code == 409
    assert "คำเชิญนี้ใช้ไม่ได้แล้ว" in answer.content.decode()


def test_a_pending_link_is_no_key(provider: Provider, world: World) -> None:
    """The number alone opens nothing: the invitation has to have been followed."""
    invitation(world)
    assert sign_in(Client(), STAT_PID).status_code == 403


def test_revoking_ends_the_open_session(provider: Provider, linked: ThaidLink, world: World) -> None:
    client = Client()
    sign_in(client, CLERK_PID)
    assert client.get(PROFILE).status_code == 200
    actions.revoke(by=world.actor("province-admin"), link=linked)
    assert client.get(PROFILE)["Location"].startswith("/accounts/sign-in/")
    assert sign_in(Client(), CLERK_PID).status_code == 403


def test_an_answer_serves_once_and_only_in_its_own_browser(provider: Provider, linked: ThaidLink) -> None:
    client = Client()
    back = at_thaid(set_out(client), CLERK_PID)
    other = come_back(Client(), back)
    assert (other.status_code, heading(other)) == (400, "รายการยืนยันตัวตนหมดอายุ")
    assert come_back(client, back).status_code == 302
    assert come_back(client, back).status_code == 400


def test_the_keys_are_not_fetched_at_each_sign_in(provider: Provider, linked: ThaidLink) -> None:
    before = provider.counts()
    for _ in range(3):
        assert sign_in(Client(), CLERK_PID).status_code == 302
    after = provider.counts()
    assert after["/jwks/"] - before.get("/jwks/", 0) == 1
    assert after["/.well-known/openid-configuration"] - before.get("/.well-known/openid-configuration", 0) == 1
    assert after["/api/v2/oauth2/token/"] - before.get("/api/v2/oauth2/token/", 0) == 3
    assert "/me" not in after  # userinfo is never asked


def test_the_wrong_secret_is_our_fault_not_the_persons(
    provider: Provider, linked: ThaidLink, settings: Settings
) -> None:
    settings.THAID_CLIENT_SECRET = "wrong"
    answer = sign_in(Client(), CLERK_PID)
    assert (answer.status_code, heading(answer)) == (502, "การเชื่อมต่อ ThaiD ตั้งค่าไม่ถูกต้อง")


def test_the_provider_insists_on_the_registered_address(provider: Provider, settings: Settings) -> None:
    settings.THAID_REDIRECT_URI = "http://127.0.0.1:8000/accounts/thaid/callback"
    answer = requests.get(set_out(Client()), timeout=5)
    assert answer.status_code == 400


def test_the_provider_is_for_the_demo_only(monkeypatch: pytest.MonkeyPatch) -> None:
    from accounts.demo_provider.__main__ import main

    monkeypatch.delenv("EOFFICE_DEMO", raising=False)
    assert main(["8999", "http://127.0.0.1:8000"]) == 2
    monkeypatch.setenv("EOFFICE_DEMO", "1")
    assert main(["--ready"]) == 0


def test_the_demo_tells_the_web_process_all_it_needs(settings: Settings) -> None:
    told = place.environment(8999, "http://127.0.0.1:8000")
    assert told["THAID_REDIRECT_URI"].endswith("/accounts/thaid/callback/")
    for name, value in told.items():
        assert hasattr(settings, name)
        setattr(settings, name, value == "1" if value == "1" else value)
    thaid.demand_settings()


def test_loading_the_demo_twice_changes_nothing(linked: ThaidLink) -> None:
    before = list(ThaidLink.objects.order_by("pk").values())
    demo_thaid.load(lambda line: None)
    assert list(ThaidLink.objects.order_by("pk").values()) == before
    assert linked.pid_hash == citizen.digest(CLERK_PID)
    assert len(before) == 4
