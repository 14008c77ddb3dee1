"""ThaiD's quirks and a provider that lies: each ends on a page in Thai, without a session, never in a 500."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from typing import Any
from unittest import mock

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client
from pytest_django import Settings

from accounts import actions, citizen, thaid
from accounts.models import ThaidLink
from org.actor import Actor
from tests.oidc.liar import CLIENT_ID, PID, SECRET, Liar
from tests.oidc.person import asked, heading, set_out
from tests.world import World

pytestmark = pytest.mark.django_db
UNTRUSTED = (502, "ยืนยันตัวตนไม่สำเร็จ")
UNAVAILABLE = (503, "ติดต่อ ThaiD ไม่ได้ในขณะนี้")
MISCONFIGURED = (502, "การเชื่อมต่อ ThaiD ตั้งค่าไม่ถูกต้อง")
STALE = (400, "รายการยืนยันตัวตนหมดอายุ")
OTHER_PID = "9000000022229"


@pytest.fixture(autouse=True)
def clerk(liar: Liar, world: World) -> ThaidLink:
    """The clerk's account is linked."""
    user = world.user("clerk")
    made = actions.invite(by=world.actor("province-admin"), user=user, citizen_number=PID)
    return actions.activate(by=Actor(user, None), invitation=made, pid_hash=citizen.digest(PID), ial="2.3")


def ends(liar: Liar, **answer: str) -> tuple[int, str]:
    """How a sign-in ends: status and heading. A failed one leaves no session."""
    client = Client()
    page = liar.come_back(client, **answer)
    if page.status_code == 302:
        assert client.session["_auth_user_id"]
        return 302, page["Location"]
    assert "_auth_user_id" not in client.session
    words = re.sub(r"<head>.*?</head>|<svg.*?</svg>|<[^>]+>", " ", page.content.decode(), flags=re.S)
    assert set(re.findall(r"[A-Za-z]+", words)) <= {"e", "Office", "ThaiD"}
    return page.status_code, heading(page)


def test_honest(liar: Liar) -> None:
    assert ends(liar) == (302, "/")
    (asked_token,) = [one for one in liar.seen if one["path"] == "/token/"]
    assert asked_token["basic"] == f"{CLIENT_ID}:{SECRET}"
    assert "client_secret" not in asked_token["form"]
    assert asked_token["form"]["redirect_uri"] == "http://127.0.0.1:8000/accounts/thaid/callback/"
    assert asked_token["form"]["grant_type"] == "authorization_code"


# -- the ID token -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://imauth.example.org"},
        {"aud": "somebody-else"},
        {"aud": ["somebody-else", "a third"]},
        {"aud": [CLIENT_ID, "a third"], "azp": "a third"},
        {"aud": [CLIENT_ID, "a third"]},
        {"nonce": "another"},
        {"exp": "soon"},
    ],
    ids=str,
)
def test_a_token_that_is_not_for_us_now(liar: Liar, claims: dict[str, Any]) -> None:
    liar.claims = claims
    assert ends(liar) == UNTRUSTED


@pytest.mark.parametrize("name", ["iss", "aud", "exp", "iat"])
def test_a_token_without_what_it_must_say(liar: Liar, name: str) -> None:
    liar.without = (name,)
    assert ends(liar) == UNTRUSTED


@pytest.mark.parametrize(
    ("claim", "seconds", "expected"),
    [("exp", -10, (302, "/")), ("iat", 30, (302, "/")), ("exp", -120, UNTRUSTED), ("iat", 600, UNTRUSTED)],
)
def test_clocks_may_differ_a_little(liar: Liar, claim: str, seconds: int, expected: tuple[int, str]) -> None:
    liar.from_now = {claim: seconds}
    assert ends(liar) == expected


def test_several_audiences_with_us_as_the_party(liar: Liar) -> None:
    liar.claims = {"aud": [CLIENT_ID, "a third"], "azp": CLIENT_ID}
    assert ends(liar) == (302, "/")


def test_the_nonce_may_be_missing_only_while_the_setting_allows_it(liar: Liar, settings: Settings) -> None:
    liar.without = ("nonce",)
    assert ends(liar) == (302, "/")
    settings.THAID_REQUIRE_NONCE = True
    assert ends(liar) == UNTRUSTED


def test_unsigned(liar: Liar) -> None:
    now = int(time.time())
    claims = {"iss": liar.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "pid": PID}
    liar.token = jwt.encode(claims, "", "none", headers={"kid": liar.kid})
    assert ends(liar) == UNTRUSTED


@pytest.mark.parametrize("secret", ["the client's secret", "the public key"])
def test_signed_with_something_everybody_has(liar: Liar, secret: str) -> None:
    now = int(time.time())
    claims = {"iss": liar.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "pid": PID}
    public: bytes = liar.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    key: Any = SECRET.ljust(32, "x").encode() if secret == "the client's secret" else public
    liar.token = jwt.encode(claims, key, "HS256", headers={"kid": liar.kid})
    assert ends(liar) == UNTRUSTED


def test_only_es256_even_with_a_published_key(liar: Liar) -> None:
    liar.key, liar.algorithm = rsa.generate_private_key(65537, 2048), "RS256"
    assert ends(liar) == UNTRUSTED
    liar.key, liar.algorithm = ec.generate_private_key(ec.SECP384R1()), "ES384"
    assert ends(liar) == UNTRUSTED


def test_an_rsa_key_under_the_name_es256(liar: Liar) -> None:
    honest = liar.id_token()
    liar.key = rsa.generate_private_key(65537, 2048)
    liar.token = honest
    assert ends(liar) == UNTRUSTED


def test_signed_by_a_key_of_the_same_name(liar: Liar) -> None:
    liar.published = [liar.public()]
    liar.key = ec.generate_private_key(ec.SECP256R1())
    assert ends(liar) == UNTRUSTED


def test_a_key_for_another_use(liar: Liar) -> None:
    liar.published = [liar.public(use="enc")]
    assert ends(liar) == UNTRUSTED


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "....", "eyJhbGciOiJFUzI1NiJ9.e30.", 7, None, ["x"]], ids=repr)
def test_what_is_no_token_at_all(liar: Liar, token: Any) -> None:
    liar.body = {"id_token": token}
    assert ends(liar) == UNTRUSTED


# -- keys ---------------------------------------------------------------------------------------------


def test_keys_are_kept_and_fetched_again_for_a_new_one(liar: Liar) -> None:
    assert ends(liar) == ends(liar) == (302, "/")
    assert liar.counts["/jwks/"] == 1
    liar.key, liar.kid = ec.generate_private_key(ec.SECP256R1()), "second"
    assert ends(liar) == (302, "/")
    assert liar.counts["/jwks/"] == 2


def test_keys_grow_old(liar: Liar) -> None:
    assert ends(liar) == (302, "/")
    with mock.patch("accounts.thaid.time.monotonic", return_value=time.monotonic() + thaid.KEYS_SECONDS + 1):
        assert ends(liar) == (302, "/")
    assert liar.counts["/jwks/"] == 2


def test_one_key_without_a_name_is_that_key(liar: Liar) -> None:
    now = int(time.time())
    claims = {"iss": liar.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "pid": PID}
    liar.token = jwt.encode(claims, liar.key, "ES256")
    assert ends(liar) == (302, "/")
    liar.published = [liar.public(), liar.public(ec.generate_private_key(ec.SECP256R1()), kid="other")]
    thaid.forget()
    assert ends(liar) == UNTRUSTED  # which of the two is not for us to guess


@pytest.mark.parametrize(
    "published", [[], [{}], [{"kty": "EC"}], [{"kty": "EC", "crv": "P-256", "kid": "first"}], [7]], ids=str
)
def test_useless_keys(liar: Liar, published: list[Any]) -> None:
    liar.published = published
    assert ends(liar) == UNTRUSTED


def test_keys_down(liar: Liar) -> None:
    liar.broken.add("/jwks/")
    assert ends(liar) == UNAVAILABLE


def test_metadata_of_another_issuer_are_not_believed(liar: Liar) -> None:
    liar.metadata = {"issuer": "https://imauth.example.org"}
    assert ends(liar) == UNAVAILABLE


def test_a_named_jwks_address_needs_no_metadata(liar: Liar, settings: Settings) -> None:
    liar.broken.add("/.well-known/openid-configuration")
    settings.THAID_JWKS_URL = f"{liar.issuer}/jwks/"
    assert ends(liar) == (302, "/")


# -- the token answer ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (400, {"error": "invalid_grant"}, STALE),
        (401, {"error": "invalid_client"}, MISCONFIGURED),
        (400, {"error": "invalid_request"}, MISCONFIGURED),
        (500, {"error": "server_error"}, UNAVAILABLE),
        (503, b"<html>maintenance</html>", UNAVAILABLE),
        (429, {}, UNAVAILABLE),
        (200, b"", UNAVAILABLE),
        (200, b"[]", MISCONFIGURED),
        (200, b'"x"', MISCONFIGURED),
        (302, {}, MISCONFIGURED),
    ],
)
def test_refusals_and_rubbish(liar: Liar, status: int, body: Any, expected: tuple[int, str]) -> None:
    liar.status, liar.body = status, body
    assert ends(liar) == expected


def test_it_does_not_answer_in_time(liar: Liar) -> None:
    liar.sleep = 1.6
    began = time.monotonic()
    assert ends(liar) == UNAVAILABLE
    assert time.monotonic() - began < 5


def test_it_is_not_there(liar: Liar, settings: Settings) -> None:
    settings.THAID_TOKEN_URL = "http://127.0.0.1:1/token/"
    assert ends(liar) == UNAVAILABLE


def test_secret_by_post(liar: Liar, settings: Settings) -> None:
    settings.THAID_TOKEN_AUTH = "client_secret_post"
    assert ends(liar) == (302, "/")
    (sent,) = [one for one in liar.seen if one["path"] == "/token/"]
    assert (sent["form"]["client_id"], sent["form"]["client_secret"], sent["basic"]) == (CLIENT_ID, SECRET, "")


@pytest.mark.parametrize("name", ["x-api-key", "api-key"])
def test_the_extra_key_some_environments_want(liar: Liar, settings: Settings, name: str) -> None:
    settings.THAID_API_KEY, settings.THAID_API_KEY_HEADER = "ours", name
    assert ends(liar) == (302, "/")
    assert {one["headers"].get(name) for one in liar.seen} == {"ours"}


def test_no_extra_key_unless_set(liar: Liar) -> None:
    assert ends(liar) == (302, "/")
    assert not any("x-api-key" in one["headers"] for one in liar.seen)


@pytest.mark.parametrize("expires_in", [0, -1, 300, 1_900_000_000, "300", None])
def test_expires_in_decides_nothing(liar: Liar, expires_in: Any) -> None:
    liar.body = {"expires_in": expires_in}
    assert ends(liar) == (302, "/")


# -- who it is ----------------------------------------------------------------------------------------


def test_claims_only_beside_the_token(liar: Liar) -> None:
    liar.without = ("pid", "ial")
    liar.body = {"pid": PID, "ial": "2.1"}
    client = Client()
    assert liar.come_back(client).status_code == 302
    assert client.session["ial"] == "2.1"


def test_two_different_numbers(liar: Liar) -> None:
    liar.body = {"pid": OTHER_PID}
    assert ends(liar) == UNTRUSTED


@pytest.mark.parametrize("pid", ["", "123", "9000000044444", "900000004444x", None, {"a": 1}], ids=repr)
def test_a_missing_or_impossible_number_is_our_configuration(liar: Liar, pid: Any) -> None:
    liar.claims = {"pid": pid}
    assert ends(liar) == MISCONFIGURED


def test_sub_is_never_a_key(liar: Liar) -> None:
    liar.claims = {"sub": PID, "pid": OTHER_PID}
    assert ends(liar) == (403, "ยังไม่มีบัญชีที่ผูกกับ ThaiD ของท่าน")
    liar.claims = {"sub": PID, "pid": None}
    assert ends(liar) == MISCONFIGURED


def test_a_person_without_a_post(liar: Liar, world: World) -> None:
    from org.actions import end_appointment

    appointment = world.appointment("clerk")
    assert appointment is not None
    end_appointment(by=world.actor("province-admin"), appointment=appointment)
    assert ends(liar) == (403, "เข้าสู่ระบบไม่ได้")


def test_a_closed_account(liar: Liar, world: World) -> None:
    user = world.user("clerk")
    user.is_active = False
    user.save()
    assert ends(liar)[0] == 403


# -- the way back -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"error": "access_denied", "code": ""}, (200, "ยังไม่ได้ยืนยันตัวตน")),
        ({"error": "invalid_scope", "code": ""}, MISCONFIGURED),
        ({"error": "invalid_request", "error_description": "<script>x</script>"}, MISCONFIGURED),
        ({"error": "server_error"}, UNAVAILABLE),
        ({"error": "temporarily_unavailable"}, UNAVAILABLE),
        ({"error": "\n9000000044443"}, UNAVAILABLE),
        ({"code": ""}, UNAVAILABLE),
        ({"iss": "https://imauth.example.org"}, UNTRUSTED),
        ({"state": "forged"}, STALE),
        ({"state": ""}, STALE),
    ],
    ids=str,
)
def test_other_answers(liar: Liar, answer: dict[str, str], expected: tuple[int, str]) -> None:
    assert ends(liar, **answer) == expected


def test_a_person_may_take_a_quarter_of_an_hour_but_not_for_ever(liar: Liar, settings: Settings) -> None:
    for minutes, expected in [(16, 302), (settings.THAID_STATE_MINUTES + 1, 400)]:
        client = Client()
        sent = asked(set_out(client))
        liar.nonce = sent["nonce"]
        facts = {"state": sent["state"], "code": "x"}
        with mock.patch("accounts.views.thaid.time") as clock:
            clock.time.return_value = time.time() + 60 * minutes
            assert client.get("/accounts/thaid/callback/", facts).status_code == expected


def test_two_tabs(liar: Liar) -> None:
    client = Client()
    first, second = asked(set_out(client)), asked(set_out(client))
    liar.nonce = first["nonce"]
    assert client.get("/accounts/thaid/callback/", {"state": second["state"], "code": "x"}).status_code == 502
    assert client.get("/accounts/thaid/callback/", {"state": first["state"], "code": "x"}).status_code == 302


def test_pkce_only_where_offered(liar: Liar) -> None:
    assert "code_challenge" not in asked(set_out(Client()))
    liar.metadata = {"code_challenge_methods_supported": ["S256"]}
    thaid.forget()
    assert asked(set_out(Client()))["code_challenge_method"] == "S256"


def test_the_host_header_does_not_decide_where_the_code_goes(liar: Liar, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["evil.example", "testserver"]
    client = Client(headers={"Host": "evil.example"})
    assert asked(set_out(client))["redirect_uri"] == settings.THAID_REDIRECT_URI
    assert liar.come_back(client).status_code == 302
    (sent,) = [one for one in liar.seen if one["path"] == "/token/"]
    assert sent["form"]["redirect_uri"] == settings.THAID_REDIRECT_URI


def test_failures_lock_nobody_out(liar: Liar, settings: Settings) -> None:
    """An office behind one address keeps its ThaiD though one person fails again and again."""
    liar.claims = {"nonce": "another"}
    for _ in range(settings.AXES_FAILURE_LIMIT + 2):
        assert ends(liar) == UNTRUSTED
    liar.claims = {}
    assert ends(liar) == (302, "/")


def test_a_password_form_never_reaches_the_provider(liar: Liar) -> None:
    Client().post("/accounts/sign-in/?code=x&state=y", {"username": "clerk", "password": "wrong"})
    assert liar.counts["/token/"] == 0


def test_switched_off(liar: Liar, settings: Settings) -> None:
    settings.THAID_ENABLED = False
    for path in ("start", "callback"):
        assert Client().get(f"/accounts/thaid/{path}/").status_code == 404
    assert "เข้าสู่ระบบด้วย ThaiD" not in Client().get("/accounts/sign-in/").content.decode()


def test_nothing_personal_is_logged(liar: Liar, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    ways: list[Callable[[], None]] = [
        lambda: None,
        lambda: setattr(liar, "claims", {"pid": "9000000044444"}),
        lambda: setattr(liar, "claims", {"aud": PID}),
        lambda: setattr(liar, "body", {"pid": OTHER_PID, "error": PID}),
        lambda: setattr(liar, "status", 400),
    ]
    for lie in ways:
        lie()
        ends(liar)
    ends(liar, error=PID)
    own = [record.getMessage() for record in caplog.records if not record.name.startswith(("urllib3", "django"))]
    assert own
    for secret in (PID, OTHER_PID, "9000000044444", SECRET, "eyJ"):
        assert not [line for line in own if secret in line]
    everything = "\n".join(record.getMessage() for record in caplog.records)
    assert SECRET not in everything
    assert "eyJ" not in everything
