"""Signing in by password, signing out, and the page of those who guessed too often."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import sessions
from accounts.doors import before_entry
from accounts.forms import SignInForm
from accounts.models import SignIn
from common.access import Refused
from org.models import User

WRONG = "ชื่อผู้ใช้หรือรหัสผ่านไม่ถูกต้อง"
LOCKED_UNTIL = "locked_until"


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The first page: user name and password, or ThaiD."""
    wanted = sessions.safe_next(request, request.POST.get("next") or request.GET.get("next"))
    if request.method != "POST":
        if request.user.is_authenticated:
            return redirect(wanted)
        return _page(request, SignInForm(), wanted)
    form = SignInForm(request.POST)
    if form.is_valid():
        try:
            if _enter(request, form.cleaned_data):
                return redirect(wanted)
            form.add_error(None, WRONG)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
    return _page(request, form, wanted, status=422)


@sensitive_variables("data")
def _enter(request: HttpRequest, data: dict[str, Any]) -> bool:
    """Whether the password is right; then the session has begun. Raises `Refused` for a person without a capacity."""
    user = authenticate(request, username=data["username"], password=data["password"])
    if not isinstance(user, User):
        return False
    now = timezone.now()
    sessions.begin(request, user, SignIn.Method.PASSWORD, at=now, backend="accounts.backends.PasswordBackend")
    return True


def _page(request: HttpRequest, form: SignInForm, wanted: str, status: int = 200) -> HttpResponse:
    asked = request.GET.get("next") or request.POST.get("next")
    context = {
        "form": form,
        "next": wanted,
        "asked": bool(asked),
        "thaid": settings.THAID_ENABLED,
        "demo": settings.DEMO,
    }
    response = render(request, "accounts/sign_in.html", context, status=status)
    patch_vary_headers(response, ["Cookie"])
    return response


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    sessions.end(request, at=timezone.now())
    messages.success(request, "ออกจากระบบแล้ว")
    return redirect(settings.LOGOUT_REDIRECT_URL)


def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """What django-axes answers after too many wrong passwords for one user name from one address."""
    until = _until(request, (credentials or {}).get("username"))
    request.session[LOCKED_UNTIL] = until.timestamp()
    return _locked_page(request, until)


@login_not_required
@never_cache
@require_safe
def locked(request: HttpRequest) -> HttpResponse:
    """The same page again for this browser, until the time is over."""
    until = datetime.fromtimestamp(request.session.get(LOCKED_UNTIL, 0.0), tz=timezone.get_current_timezone())
    if until <= timezone.now():
        return redirect(settings.LOGIN_URL)
    return _locked_page(request, until)


def _until(request: HttpRequest, username: str | None) -> datetime:
    failures = AccessAttempt.objects.filter(username=username, ip_address=sessions.client_ip(request))
    last = failures.order_by("-attempt_time").values_list("attempt_time", flat=True).first()
    wait: timedelta = settings.AXES_COOLOFF_TIME
    return (last or timezone.now()) + wait


def _locked_page(request: HttpRequest, until: datetime) -> HttpResponse:
    seconds = max(1, math.ceil((until - timezone.now()).total_seconds()))
    context = {"until": until, "minutes": math.ceil(seconds / 60), "thaid": settings.THAID_ENABLED}
    response = render(request, "accounts/locked.html", context, status=429)
    response["Retry-After"] = str(seconds)
    return response


before_entry(sign_out)
