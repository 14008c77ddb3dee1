"""Carries what sign-in tells (`accounts.events`) to the audit trail and, for an invitation with an address, to the mail."""

from __future__ import annotations

from typing import Any

from accounts.events import Event, listen
from accounts.mail import invitation_mail
from accounts.models import Invitation
from audit.actions import record
from outbox.actions import put
from outbox.registry import handle

INVITATION_MAIL = "accounts.invitation_mail"


def register() -> None:
    """Called once when the platform starts."""
    listen("trail", _trail)
    handle(INVITATION_MAIL, _send)


def _trail(event: Event) -> None:
    record(by=event.by, verb=event.verb, label=event.label, subject=event.subject)
    if isinstance(event.subject, Invitation) and event.subject.sent_to:
        put(INVITATION_MAIL, f"{INVITATION_MAIL}:{event.subject.pk}", {"invitation": event.subject.pk})


def _send(payload: dict[str, Any]) -> None:
    """Idempotent as far as mail can be: a mail that failed is tried again, one whose invitation is over is not sent."""
    mail = invitation_mail(payload["invitation"])
    if mail is not None:
        mail.send()
