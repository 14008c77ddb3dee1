"""Builds the actor once per request, ends sessions, and leads a person through what must come first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django_htmx.http import HttpResponseClientRedirect

from accounts import sessions
from accounts.ended import ended_capacity, refuse_ended
from accounts.notice import NOTICE_VERSION
from accounts.permissions import may_enter
from accounts.selectors import notice_accepted
from org.actor import Actor, ActorRequest
from org.models import Appointment, User
from org.selectors import current_appointments

CHANGED = "ฐานะที่ใช้อยู่สิ้นสุดแล้ว ระบบเปลี่ยนให้ทำงานในฐานะที่ยังมีผล"
SIGNED_OUT = "หมดเวลาใช้งานแล้ว โปรดเข้าสู่ระบบอีกครั้ง"


class ActorMiddleware:
    """Every page needs a signed-in actor unless its view is marked `login_not_required`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if hasattr(request, "actor") and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)  # the back button of a shared machine shows nothing
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Give the request its actor, or send the person where he must go first."""
        public = not getattr(view, "login_required", True)
        if not request.user.is_authenticated:
            return None if public else _to_sign_in(request)
        user, now = request.user, timezone.now()
        appointments = current_appointments(user, now)
        sentence = sessions.over(request.session, now) or may_enter(user, appointments).reason
        if sentence:
            sessions.end(request, at=now)
            messages.warning(request, sentence)
            return None if public else _to_sign_in(request)
        over = None if public else ended_capacity(request, user, appointments)
        if over is not None:
            return refuse_ended(request, over)
        if not getattr(view, "no_activity", False):
            sessions.seen(request.session, now)
        actor = _actor(request, user, appointments, now)
        first = "" if public or getattr(view, "before_entry", False) else _comes_first(request, actor)
        return _go(request, first) if first else None


def _actor(request: HttpRequest, user: User, appointments: list[Appointment], now: datetime) -> Actor:
    """The actor in the chosen capacity; a chosen one that has ended gives way to the first in force, and it is said."""
    chosen = request.session.get(sessions.APPOINTMENT)
    active = next((one for one in appointments if one.pk == chosen), appointments[0] if appointments else None)
    if chosen and (active is None or active.pk != chosen):
        messages.warning(request, CHANGED)
        del request.session[sessions.APPOINTMENT]
    if active is not None:
        active.user = user
        if chosen is None:
            # Pinned, so that the end of this capacity is noticed and said.
            request.session[sessions.APPOINTMENT] = active.pk
    actor = Actor(user, active, now)
    cast(ActorRequest, request).actor = actor
    request.__dict__["appointments"] = appointments
    return actor


def _comes_first(request: HttpRequest, actor: Actor) -> str:
    """The URL name of what the person must do before any work: read the notice, change a temporary password."""
    if actor.user.password_temporary:
        request.session.pop(sessions.CLEARED, None)
    if request.session.get(sessions.CLEARED) == NOTICE_VERSION:
        return ""
    if not notice_accepted(actor.user):
        return "accounts:privacy"
    if actor.user.password_temporary:
        return "accounts:password_change"
    request.session[sessions.CLEARED] = NOTICE_VERSION
    return ""


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    return _go(request, settings.LOGIN_URL)


def _go(request: HttpRequest, name: str) -> HttpResponse:
    """Lead the browser to `name` and back to the present page afterwards; scripts that want data get 401."""
    htmx = cast(ActorRequest, request).htmx
    query = urlencode({"next": _present_page(request)})
    target = f"{resolve_url(name)}?{query}"
    if htmx:
        return HttpResponseClientRedirect(target)
    if request.headers.get("Sec-Fetch-Dest") == "empty":
        return HttpResponse(SIGNED_OUT, status=401, content_type="text/plain; charset=utf-8")
    return redirect(target)


def _present_page(request: HttpRequest) -> str:
    """The page the person sees: itself for a plain visit, the page around it for a part or a sent form."""
    htmx = cast(ActorRequest, request).htmx
    if htmx:
        return htmx.current_url_abs_path or ""
    if request.method == "GET":
        return request.get_full_path()
    before = urlsplit(request.headers.get("Referer", ""))
    return before._replace(scheme="", netloc="").geturl() if before.netloc == request.get_host() else ""
