"""Who may sign in: by password, or as the person ThaiD shows. Rights on letters come from appointments, never from here."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from mozilla_django_oidc.auth import OIDCAuthenticationBackend

from accounts import actions, thaid
from accounts.models import Invitation, ThaidLink
from accounts.states import LinkState
from accounts.thaid import Identity, ThaidProblem
from org.actor import Actor
from org.models import User
from org.selectors import current_appointments


class PasswordBackend(ModelBackend):
    """Django's password check."""


class ThaidBackend(OIDCAuthenticationBackend):
    """The library's code flow with every part replaced that trusts too much for ThaiD.

    Raises `ThaidProblem` or `Refused`; never creates a user.
    """

    identity: Identity
    invitation: Invitation | None = None

    @staticmethod
    def get_settings(attr: str, *default: Any) -> Any:
        """Our settings under the library's names; none of its other switches (unsecured tokens!) can be turned."""
        ours = {
            "OIDC_OP_TOKEN_ENDPOINT": settings.THAID_TOKEN_URL,
            "OIDC_OP_JWKS_ENDPOINT": settings.THAID_JWKS_URL,
            "OIDC_OP_USER_ENDPOINT": "",
            "OIDC_RP_CLIENT_ID": settings.THAID_CLIENT_ID,
            "OIDC_RP_CLIENT_SECRET": settings.THAID_CLIENT_SECRET,
            "OIDC_RP_SIGN_ALGO": thaid.ALGORITHM,
            "OIDC_AUTHENTICATION_CALLBACK_URL": "accounts:thaid_callback",
        }
        return ours[attr] if attr in ours else default[0] if default else None

    @sensitive_variables()
    def authenticate(
        self, request: HttpRequest, *, nonce: str, code_verifier: str | None, invitation: Invitation | None = None
    ) -> User | None:
        """The account of the person who comes back from ThaiD with a code; `nonce` and verifier as sent.

        With an `invitation` the account is linked first. The keywords keep Django from asking us about passwords.
        """
        self.invitation = invitation
        found: User | None = super().authenticate(request, nonce=nonce, code_verifier=code_verifier)
        return found

    @sensitive_variables()
    def get_token(self, payload: dict[str, str]) -> dict[str, Any]:
        """The token answer, kept for claims that only it carries. The registered redirect address, never the host's."""
        payload = {name: value for name, value in payload.items() if name != "client_secret"}
        self.body = thaid.exchange(payload | {"redirect_uri": settings.THAID_REDIRECT_URI})
        return self.body

    def verify_token(self, token: object, **kwargs: Any) -> dict[str, Any]:
        """The verified claims of the ID token."""
        return thaid.verified(token, nonce=kwargs["nonce"])

    def get_or_create_user(self, access_token: str, id_token: str, payload: dict[str, Any]) -> User:
        """The linked account; by way of the invitation when there is one. Userinfo is never asked."""
        self.identity = thaid.identity(payload, self.body)
        if self.invitation is not None:
            return self._link(self.invitation)
        living = ThaidLink.objects.filter(pid_hash=self.identity.pid_hash, state=LinkState.ACTIVE, user__is_active=True)
        link = living.select_related("user").first()
        if link is None:
            raise ThaidProblem(thaid.NOT_LINKED, "no-link")
        return link.user

    def _link(self, invitation: Invitation) -> User:
        now = timezone.now()
        user = invitation.link.user
        posts = current_appointments(user, now)
        by = Actor(user, posts[0] if posts else None, now)
        actions.activate(by=by, invitation=invitation, pid_hash=self.identity.pid_hash, ial=self.identity.ial)
        return user

    def get_user(self, user_id: int) -> User | None:
        """The user of a session begun here, for as long as the account is open and the link not revoked."""
        return User.objects.filter(pk=user_id, is_active=True, thaid_links__state=LinkState.ACTIVE).first()
