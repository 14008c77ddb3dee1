"""The citizen number: checked by its last digit, keyed, and refused where it cannot be right (domain: ThaiD, quirk 13)."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from accounts import citizen
from accounts.demo_provider import place
from accounts.sessions import client_ip
from accounts.thaid import demand_settings
from common.access import Invalid

TWELVE = st.text("0123456789", min_size=12, max_size=12)


@given(TWELVE)
def test_exactly_one_last_digit_is_right(twelve: str) -> None:
    assert sum(citizen.valid(twelve + digit) for digit in "0123456789") == 1


@given(TWELVE, st.sampled_from([0, 1, *range(3, 12)]), st.integers(1, 9))
def test_one_mistyped_digit_is_noticed(twelve: str, spot: int, by: int) -> None:
    """As far as the number itself can: its third digit has weight 11 and never counts; remainders 0 and 10 look alike."""
    number = next(twelve + digit for digit in "0123456789" if citizen.valid(twelve + digit))
    wrong = number[:spot] + str((int(number[spot]) + by) % 10) + number[spot + 1 :]
    remainders = {sum(int(d) * (13 - i) for i, d in enumerate(one[:12])) % 11 for one in (number, wrong)}
    assert not citizen.valid(wrong) or remainders == {0, 10}


@pytest.mark.parametrize("text", ["9-0000-00044-44-3", "๙๐๐๐๐๐๐๐๔๔๔๔๓", " 9 0000 00044 443 "])
def test_clerks_write_it_in_many_ways(text: str) -> None:
    assert citizen.typed(text) == "9000000044443"


@pytest.mark.parametrize("text", ["", "9000000044444", "900000004444", "90000000444430", "เลขบัตร", "9000000044443x"])
def test_what_cannot_be_one_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(Invalid, match="13 หลัก") as refusal:
        citizen.typed(text)
    assert refusal.value.field == "citizen_number"
    assert text not in str(refusal.value) or not text


def test_the_key_decides_the_hash(settings: Settings) -> None:
    settings.PID_HASH_KEY = "one"
    first = citizen.digest("9000000044443")
    settings.PID_HASH_KEY = "two"
    assert citizen.digest("9000000044443") != first
    assert len(first) == 64
    assert "9000000044443" not in first
    settings.PID_HASH_KEY = ""
    with pytest.raises(ValueError, match="without a key"):
        citizen.digest("9000000044443")


def test_the_demo_invents_only_numbers_nobody_has() -> None:
    numbers = [one["pid"] for one in place.citizens()]
    assert len(set(numbers)) == len(numbers) >= 5
    assert all(citizen.valid(number) and number.startswith("9") for number in numbers)


def _sound(settings: Settings) -> None:
    settings.DEMO = False
    settings.THAID_ENABLED = True
    settings.PID_HASH_KEY = "k" * 32
    settings.THAID_CLIENT_ID = settings.THAID_CLIENT_SECRET = "x"
    settings.THAID_ISSUER = "https://imauth.bora.dopa.go.th"
    settings.THAID_REDIRECT_URI = "https://e-office.example.go.th/accounts/thaid/callback/"
    settings.THAID_AUTHORIZE_URL = settings.THAID_TOKEN_URL = "https://imauth.bora.dopa.go.th/x/"
    settings.THAID_JWKS_URL = ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PID_HASH_KEY", ""),
        ("PID_HASH_KEY", "short"),
        ("THAID_CLIENT_ID", ""),
        ("THAID_CLIENT_SECRET", ""),
        ("THAID_SCOPES", "pid title"),
        ("THAID_SCOPES", "openid title"),
        ("THAID_TOKEN_AUTH", "none"),
        ("THAID_STATE_MINUTES", 14),
        ("THAID_ISSUER", "http://imauth.bora.dopa.go.th"),
        ("THAID_TOKEN_URL", "http://127.0.0.1:9/"),
        ("THAID_REDIRECT_URI", "http://e-office.example.go.th/accounts/thaid/callback/"),
    ],
)
def test_an_unsafe_setting_stops_the_start(settings: Settings, name: str, value: object) -> None:
    _sound(settings)
    demand_settings()
    setattr(settings, name, value)
    with pytest.raises(ImproperlyConfigured, match=name):
        demand_settings()
    settings.THAID_ENABLED = False
    demand_settings()


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "9.9.9.9", "10.0.0.1"),  # nobody of ours in front: the header is a client's own word
        (1, "9.9.9.9, 203.0.113.5", "203.0.113.5"),
        (2, "9.9.9.9, 203.0.113.5, 10.0.0.7", "203.0.113.5"),
        (1, "", None),
        (2, "203.0.113.5", "10.0.0.1"),
        (1, "not an address", None),
        (1, "2001:db8::1", "2001:db8::1"),
    ],
)
def test_the_callers_address_behind_proxies(
    settings: Settings, proxies: int, forwarded: str, expected: str | None
) -> None:
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=forwarded)
    assert client_ip(request) == expected
