"""A session's beginning, its two ends (idle, whole length), and what it remembers. Nothing here draws a page."""

from __future__ import annotations

import ipaddress
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.models import SignIn
from accounts.permissions import may_enter
from org.models import User
from org.selectors import current_appointments

APPOINTMENT = "appointment_id"
LAST_SEEN = "last_seen"
STARTED = "started"
SIGN_IN = "sign_in_id"
IAL = "ial"
CLEARED = "cleared"
SEEN_EVERY = timedelta(minutes=1)

IDLE = "ไม่มีการใช้งานเกิน {} นาที ระบบจึงออกจากระบบให้ โปรดเข้าสู่ระบบอีกครั้ง"
WHOLE = "ใช้งานต่อเนื่องครบ {} ชั่วโมง โปรดเข้าสู่ระบบอีกครั้ง"


def begin(
    request: HttpRequest, user: User, method: SignIn.Method, *, at: datetime, backend: str, ial: str = ""
) -> SignIn:
    """Start a session under a new key and write it down. Raises `Refused` for a person without a capacity."""
    may_enter(user, current_appointments(user, at)).demand()
    login(request, user, backend=backend)
    record = SignIn.objects.create(user=user, at=at, method=method, ial=ial, ip=client_ip(request))
    session = request.session
    session[SIGN_IN], session[IAL] = record.pk, ial
    session[STARTED] = session[LAST_SEEN] = at.timestamp()
    return record


def end(request: HttpRequest, *, at: datetime) -> None:
    """End the session and write down when."""
    SignIn.objects.filter(pk=request.session.get(SIGN_IN, 0), ended_at=None).update(ended_at=at)
    logout(request)


def over(session: SessionBase, at: datetime) -> str:
    """The sentence why the session is over at `at`, or an empty string."""
    now = at.timestamp()
    if now - session.get(LAST_SEEN, now) > settings.SESSION_IDLE_MINUTES * 60:
        return IDLE.format(settings.SESSION_IDLE_MINUTES)
    if now - session.get(STARTED, now) > settings.SESSION_COOKIE_AGE:
        return WHOLE.format(settings.SESSION_COOKIE_AGE // 3600)
    return ""


def seen(session: SessionBase, at: datetime) -> None:
    """Remember that the person does something; written at most once a minute."""
    now = at.timestamp()
    session.setdefault(STARTED, now)
    if now - session.get(LAST_SEEN, 0) >= SEEN_EVERY.total_seconds():
        session[LAST_SEEN] = now


def ial_of(request: HttpRequest) -> str:
    """How surely the person of this session was identified (`2.3`); empty for a password."""
    return str(request.session.get(IAL, ""))


def client_ip(request: HttpRequest) -> str | None:
    """The address that called. `TRUSTED_PROXIES` of ours stand before us, each adding to X-Forwarded-For: what a
    client writes into that header himself stands further left and is not believed."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    if settings.TRUSTED_PROXIES:
        passed = [part.strip() for part in str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")]
        if len(passed) >= settings.TRUSTED_PROXIES:
            address = passed[-settings.TRUSTED_PROXIES]
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return None


def safe_next(request: HttpRequest, wanted: str | None) -> str:
    """`wanted` if it is an address of ours, else the desk. Never the sign-in pages themselves."""
    here = {request.get_host()}
    if wanted and url_has_allowed_host_and_scheme(wanted, here, require_https=request.is_secure()):
        path = urlsplit(wanted)
        if path.path.startswith("/") and not path.path.startswith(resolve_url(settings.LOGIN_URL)):
            return path._replace(scheme="", netloc="").geturl()
    return resolve_url(settings.LOGIN_REDIRECT_URL)
