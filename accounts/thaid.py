"""Talking to ThaiD (OpenID Connect, กรมการปกครอง): metadata and keys, the token answer, and what of it is believed.

All here is about the provider; nothing about our accounts. Every failure is a `ThaidProblem`, which the views turn
into a Thai page. Nothing of a token, a claim or the provider's error text is logged: only what kind of failure it was.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.views.decorators.debug import sensitive_variables

from accounts import citizen

if TYPE_CHECKING:
    import jwt

# requests and jwt load with the first talk to the provider: most processes have none.
log = logging.getLogger(__name__)
ALGORITHM = "ES256"
LEEWAY_SECONDS = 60
KEYS_SECONDS = 3600
METADATA_SECONDS = 24 * 3600
METADATA_FAILED_SECONDS = 60
SHORTEST_STATE_MINUTES = 15
SHORTEST_KEY = 32


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of failure as the person meets it: HTTP status, heading, what to do, and whether to start again helps."""

    code: str
    status: int
    title: str
    sentence: str
    again: bool = True


CANCELLED = Kind("cancelled", 200, "ยังไม่ได้ยืนยันตัวตน", "ท่านยกเลิกการยืนยันตัวตนผ่าน ThaiD จึงยังไม่ได้เข้าสู่ระบบ")
STALE = Kind("stale", 400, "รายการยืนยันตัวตนหมดอายุ", "โปรดเริ่มใหม่จากหน้าเข้าสู่ระบบ และทำให้เสร็จในเบราว์เซอร์เดียวกัน")
UNAVAILABLE = Kind(
    "unavailable",
    503,
    "ติดต่อ ThaiD ไม่ได้ในขณะนี้",
    "โปรดรอสักครู่แล้วลองใหม่ หรือเข้าสู่ระบบด้วยชื่อผู้ใช้และรหัสผ่าน",
)
UNTRUSTED = Kind(
    "untrusted",
    502,
    "ยืนยันตัวตนไม่สำเร็จ",
    "คำตอบที่ได้รับจาก ThaiD ตรวจสอบแล้วไม่ถูกต้อง ระบบจึงไม่ให้เข้าใช้ โปรดลองใหม่ หากยังเป็นอยู่โปรดแจ้งผู้ดูแลระบบ",
)
MISCONFIGURED = Kind(
    "misconfigured",
    502,
    "การเชื่อมต่อ ThaiD ตั้งค่าไม่ถูกต้อง",
    "ไม่ใช่ความผิดของท่าน โปรดแจ้งผู้ดูแลระบบกลาง และเข้าสู่ระบบด้วยชื่อผู้ใช้และรหัสผ่านไปก่อน",
    again=False,
)
NOT_LINKED = Kind(
    "not_linked",
    403,
    "ยังไม่มีบัญชีที่ผูกกับ ThaiD ของท่าน",
    "โปรดขอคำเชิญผูกบัญชีจากผู้ดูแลระบบของหน่วยงาน แล้วเปิดลิงก์ในคำเชิญนั้น",
    again=False,
)


class ThaidProblem(Exception):
    """A sign-in that did not come about. `kind` is for the person, `why` one technical word for the log."""

    def __init__(self, kind: Kind, why: str) -> None:
        super().__init__(f"{kind.code}: {why}")
        self.kind = kind
        self.why = why


@dataclass(frozen=True, slots=True)
class Identity:
    """Who stood at ThaiD: the keyed hash of the citizen number, and how surely (IAL, empty when not told)."""

    pid_hash: str
    ial: str


def demand_settings() -> None:
    """Raise ImproperlyConfigured unless ThaiD is off, or every setting it needs is there and safe."""
    if not settings.THAID_ENABLED:
        return
    for name in ("PID_HASH_KEY", "THAID_CLIENT_ID", "THAID_CLIENT_SECRET"):
        if not getattr(settings, name):
            raise ImproperlyConfigured(f"{name} must be set when THAID_ENABLED is on")
    if not settings.DEMO and len(settings.PID_HASH_KEY) < SHORTEST_KEY:
        raise ImproperlyConfigured(f"PID_HASH_KEY needs at least {SHORTEST_KEY} characters")
    if not {"openid", "pid"} <= set(settings.THAID_SCOPES.split()):
        raise ImproperlyConfigured("THAID_SCOPES must ask for openid and pid")
    if settings.THAID_TOKEN_AUTH not in ("client_secret_basic", "client_secret_post"):
        raise ImproperlyConfigured("THAID_TOKEN_AUTH is client_secret_basic or client_secret_post")
    if settings.THAID_STATE_MINUTES < SHORTEST_STATE_MINUTES:
        raise ImproperlyConfigured(f"THAID_STATE_MINUTES is at least {SHORTEST_STATE_MINUTES}")
    addresses = ("THAID_ISSUER", "THAID_AUTHORIZE_URL", "THAID_TOKEN_URL", "THAID_JWKS_URL", "THAID_REDIRECT_URI")
    for name in addresses:
        address = getattr(settings, name)
        if address and urlsplit(address).scheme != "https" and not settings.DEMO:
            raise ImproperlyConfigured(f"{name} must be an https address")


# -- what the provider publishes, kept in this process ------------------------------------------------

_kept: dict[str, tuple[float, Any]] = {}


def forget() -> None:
    """Empty what is kept of the provider (tests)."""
    _kept.clear()


def advertises_pkce() -> bool:
    """Whether the provider's metadata offers S256. Unreachable metadata counts as no: state, nonce and secret stay."""
    return "S256" in (_metadata().get("code_challenge_methods_supported") or ())


def _metadata() -> dict[str, Any]:
    """The issuer's discovery document; empty when it cannot be had or speaks of another issuer."""
    url = f"{settings.THAID_ISSUER.rstrip('/')}/.well-known/openid-configuration"
    until, found = _kept.get(url, (0.0, {}))
    if time.monotonic() < until:
        return dict(found)
    seconds = METADATA_SECONDS
    try:
        found = _get(url)
    except ThaidProblem as problem:
        log.warning("thaid: no metadata (%s)", problem.why)
        found, seconds = {}, METADATA_FAILED_SECONDS
    if found.get("issuer", settings.THAID_ISSUER) != settings.THAID_ISSUER:
        log.warning("thaid: metadata of another issuer")
        found, seconds = {}, METADATA_FAILED_SECONDS
    _kept[url] = (time.monotonic() + seconds, found)
    return dict(found)


def signing_key(token: str) -> jwt.PyJWK:
    """The P-256 key that must have signed `token`. An unknown key id asks the provider once more, then fails."""
    import jwt

    try:
        header = jwt.get_unverified_header(token)
    except jwt.InvalidTokenError as error:
        raise ThaidProblem(UNTRUSTED, "no-jwt") from error
    if header.get("alg") != ALGORITHM:
        raise ThaidProblem(UNTRUSTED, "algorithm")
    for fresh in (False, True):
        fitting = [key for key in _keys(fresh=fresh) if header.get("kid") in (None, key.get("kid"))]
        if len(fitting) == 1:
            try:
                return jwt.PyJWK(fitting[0], ALGORITHM)
            except jwt.PyJWTError as error:
                raise ThaidProblem(UNTRUSTED, "key") from error
    raise ThaidProblem(UNTRUSTED, "unknown-key")


def _keys(*, fresh: bool) -> list[dict[str, Any]]:
    """The provider's keys that may sign with ES256, from memory for an hour unless `fresh`."""
    url = settings.THAID_JWKS_URL or str(_metadata().get("jwks_uri") or "")
    if not url:
        raise ThaidProblem(UNAVAILABLE, "no-jwks-address")
    until, found = _kept.get(url, (0.0, []))
    if fresh or time.monotonic() >= until:
        answer = _get(url).get("keys")
        keys = answer if isinstance(answer, list) else []
        found = [key for key in keys if isinstance(key, dict) and _fits(key)]
        _kept[url] = (time.monotonic() + KEYS_SECONDS, found)
    return list(found)


def _fits(key: dict[str, Any]) -> bool:
    usable = key.get("use", "sig") == "sig" and key.get("alg", ALGORITHM) == ALGORITHM
    return usable and key.get("kty") == "EC" and key.get("crv") == "P-256"


# -- one sign-in -------------------------------------------------------------------------------------


@sensitive_variables()
def exchange(payload: dict[str, str]) -> dict[str, Any]:
    """Redeem the code: the token answer as a dictionary. `payload` is the grant without the client's secret."""
    import requests

    data, auth = dict(payload), None
    if settings.THAID_TOKEN_AUTH == "client_secret_basic":  # noqa: S105 - a method's name
        auth = (settings.THAID_CLIENT_ID, settings.THAID_CLIENT_SECRET)
        data.pop("client_secret", None)
    else:
        data |= {"client_id": settings.THAID_CLIENT_ID, "client_secret": settings.THAID_CLIENT_SECRET}
    try:
        answer = requests.post(
            settings.THAID_TOKEN_URL,
            data=data,
            auth=auth,
            headers=_headers(),
            timeout=_timeout(),
            allow_redirects=False,
        )
        body = answer.json()
    except requests.RequestException as error:  # an answer that is not JSON is one, too
        raise ThaidProblem(UNAVAILABLE, type(error).__name__) from None
    if answer.status_code != 200 or not isinstance(body, dict):
        raise _token_refused(answer.status_code, body)
    return body


def _token_refused(status: int, body: object) -> ThaidProblem:
    error = body.get("error") if isinstance(body, dict) else None
    if error == "invalid_grant":  # the code is used or too old
        return ThaidProblem(STALE, "invalid_grant")
    return ThaidProblem(UNAVAILABLE if status >= 500 or status == 429 else MISCONFIGURED, f"token-{status}")


@sensitive_variables()
def verified(token: object, *, nonce: str) -> dict[str, Any]:
    """The claims of an ID token after signature, issuer, audience, times and nonce are checked."""
    import jwt

    if not isinstance(token, str):
        raise ThaidProblem(UNTRUSTED, "no-id-token")
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            signing_key(token),
            algorithms=[ALGORITHM],
            issuer=settings.THAID_ISSUER,
            audience=settings.THAID_CLIENT_ID,
            leeway=LEEWAY_SECONDS,
            options={"require": ["iss", "aud", "exp", "iat"]},
        )
    except jwt.PyJWTError as error:
        raise ThaidProblem(UNTRUSTED, type(error).__name__) from None
    audience = claims["aud"]
    if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != settings.THAID_CLIENT_ID:
        raise ThaidProblem(UNTRUSTED, "authorized-party")
    _demand_nonce(claims.get("nonce"), nonce)
    return claims


def _demand_nonce(answered: object, sent: str) -> None:
    if answered is None and not settings.THAID_REQUIRE_NONCE:
        log.warning("thaid: the nonce does not come back; keep THAID_REQUIRE_NONCE off")
    elif answered != sent:
        raise ThaidProblem(UNTRUSTED, "nonce")


@sensitive_variables()
def identity(claims: dict[str, Any], body: dict[str, Any]) -> Identity:
    """Who it is: `pid` and `ial` of the verified claims, else of the token answer received over TLS.

    `sub` is never looked at: nothing promises what it is. Two different numbers are refused; a missing or impossible
    one means that our client's scopes are wrong, not that the person is.
    """
    found = [str(place["pid"]) for place in (claims, body) if place.get("pid")]
    if len(set(found)) > 1:
        raise ThaidProblem(UNTRUSTED, "two-pids")
    if not found or not citizen.valid(found[0]):
        raise ThaidProblem(MISCONFIGURED, "pid")
    return Identity(citizen.digest(found[0]), str(claims.get("ial") or body.get("ial") or "")[:8])


def _get(url: str) -> dict[str, Any]:
    import requests

    try:
        answer = requests.get(url, headers=_headers(), timeout=_timeout(), allow_redirects=False)
        body = answer.json()
    except requests.RequestException as error:
        raise ThaidProblem(UNAVAILABLE, type(error).__name__) from None
    if answer.status_code != 200 or not isinstance(body, dict):
        raise ThaidProblem(UNAVAILABLE, f"http-{answer.status_code}")
    return body


def _headers() -> dict[str, str]:
    key = {settings.THAID_API_KEY_HEADER: settings.THAID_API_KEY} if settings.THAID_API_KEY else {}
    return {"Accept": "application/json"} | key


def _timeout() -> tuple[float, float]:
    """Seconds to connect and to wait for bytes: a page of ours never hangs on the provider."""
    return (min(4.0, settings.THAID_TIMEOUT_SECONDS), float(settings.THAID_TIMEOUT_SECONDS))
