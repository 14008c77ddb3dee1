"""The way to ThaiD and back, and the invitation that links an account."""

from __future__ import annotations

import logging
import re
import time
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_safe
from mozilla_django_oidc.utils import add_state_and_verifier_and_nonce_to_session, generate_code_challenge

from accounts import selectors, sessions, thaid
from accounts.actions import USED_UP
from accounts.models import Invitation, SignIn
from accounts.thaid import ThaidProblem
from common.access import Refused

log = logging.getLogger(__name__)
STATES = "oidc_states"
OUR_FAULT = ("invalid_scope", "invalid_request", "invalid_client", "unauthorized_client", "unsupported_response_type")


@login_not_required
@never_cache
@require_safe
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """An administrator's invitation: whose account, and the way to ThaiD. Looking at it uses nothing up."""
    found = selectors.open_invitation(token, timezone.now()) if settings.THAID_ENABLED else None
    if found is None:
        return render(request, "accounts/invitation_gone.html", {"sentence": USED_UP}, status=404)
    return render(request, "accounts/invitation.html", {"invitation": found, "token": token})


@login_not_required
@never_cache
@require_safe
def thaid_start(request: HttpRequest) -> HttpResponse:
    """Send the browser to ThaiD with a state and a nonce kept in its session."""
    if not settings.THAID_ENABLED:
        raise Http404
    invited = _invitation_of(request)
    if request.user.is_authenticated and invited is None:
        return redirect(settings.LOGIN_REDIRECT_URL)
    state, nonce = get_random_string(32), get_random_string(32)
    asked = {
        "response_type": "code",
        "client_id": settings.THAID_CLIENT_ID,
        "redirect_uri": settings.THAID_REDIRECT_URI,
        "scope": settings.THAID_SCOPES,
        "state": state,
        "nonce": nonce,
    }
    verifier = get_random_string(64) if thaid.advertises_pkce() else None
    if verifier is not None:
        asked |= {"code_challenge": generate_code_challenge(verifier, "S256"), "code_challenge_method": "S256"}
    add_state_and_verifier_and_nonce_to_session(request, state, asked, verifier)
    request.session[STATES][state] |= {
        "invitation": invited.pk if invited else None,
        "next": sessions.safe_next(request, request.GET.get("next")),
    }
    request.session.modified = True
    return HttpResponseRedirect(f"{settings.THAID_AUTHORIZE_URL}?{urlencode(asked)}")


def _invitation_of(request: HttpRequest) -> Invitation | None:
    token = request.GET.get("invitation")
    if not token:
        return None
    found = selectors.open_invitation(token, timezone.now())
    if found is None:
        raise Refused(USED_UP)
    return found


@login_not_required
@never_cache
@require_safe
def thaid_callback(request: HttpRequest) -> HttpResponse:
    """Where ThaiD sends the person back: `THAID_REDIRECT_URI`, exactly as registered."""
    if not settings.THAID_ENABLED:
        raise Http404
    sent: dict[str, Any] = {}
    try:
        sent = _take_state(request)
        _demand_code(request)
        return _enter(request, sent)
    except ThaidProblem as problem:
        if problem.kind is not thaid.CANCELLED:
            log.warning("thaid: %s", problem)
        return _problem_page(request, problem.kind, sent)
    except Refused as refusal:
        log.warning("thaid: refused")
        kind = thaid.Kind("refused", refusal.status, "เข้าสู่ระบบไม่ได้", refusal.sentence, again=False)
        return _problem_page(request, kind, sent)


def _take_state(request: HttpRequest) -> dict[str, Any]:
    """What was kept when this browser set out, removed so that it serves once."""
    sent: dict[str, Any] | None = request.session.get(STATES, {}).pop(request.GET.get("state", ""), None)
    request.session.modified = True
    if sent is None:
        raise ThaidProblem(thaid.STALE, "unknown-state")
    if time.time() - sent["added_on"] > settings.THAID_STATE_MINUTES * 60:
        raise ThaidProblem(thaid.STALE, "old-state")
    return sent


def _demand_code(request: HttpRequest) -> None:
    """Raise the problem that the provider's answer names, or its wrong name (RFC 9207), or the missing code."""
    if request.GET.get("iss", settings.THAID_ISSUER) != settings.THAID_ISSUER:
        raise ThaidProblem(thaid.UNTRUSTED, "other-issuer")
    error = request.GET.get("error", "")
    if error == "access_denied":
        raise ThaidProblem(thaid.CANCELLED, error)
    if error in OUR_FAULT:
        raise ThaidProblem(thaid.MISCONFIGURED, error)
    if error or not request.GET.get("code"):
        word = error if re.fullmatch(r"[a-z_]{1,40}", error) else "no-code"
        raise ThaidProblem(thaid.UNAVAILABLE, word)


@sensitive_variables("sent")
def _enter(request: HttpRequest, sent: dict[str, Any]) -> HttpResponse:
    """Ask the backend who came back, and begin the session."""
    from accounts.backends import ThaidBackend  # the library behind it loads with the first who comes back

    invited = Invitation.objects.select_related("link__user").filter(pk=sent["invitation"]).first()
    backend = ThaidBackend()
    # The backend is asked by name: through `authenticate()` each failure would count against the whole office's address.
    user = backend.authenticate(request, nonce=sent["nonce"], code_verifier=sent["code_verifier"], invitation=invited)
    if user is None:
        raise ThaidProblem(thaid.STALE, "no-code")
    sessions.begin(
        request,
        user,
        SignIn.Method.THAID,
        at=timezone.now(),
        backend="accounts.backends.ThaidBackend",
        ial=backend.identity.ial,
    )
    if invited is not None:
        messages.success(request, "ผูกบัญชีกับ ThaiD เรียบร้อยแล้ว ครั้งต่อไปเข้าสู่ระบบด้วย ThaiD ได้ทันที")
    return redirect(sent["next"])


def _problem_page(request: HttpRequest, kind: thaid.Kind, sent: dict[str, Any]) -> HttpResponse:
    """The Thai page of a failure; “again” keeps the invitation and the wanted page."""
    invited = Invitation.objects.filter(pk=sent.get("invitation") or 0).first()
    query = {"invitation": invited.token} if invited else {"next": sent.get("next", "")}
    again = f"{reverse('accounts:thaid_start')}?{urlencode(query)}"
    return render(request, "accounts/thaid_problem.html", {"kind": kind, "again_url": again}, status=kind.status)
