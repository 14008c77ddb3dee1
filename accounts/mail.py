"""The mail that carries an invitation's link. Whoever sends mail calls this late; the token lies in no table or queue."""

from __future__ import annotations

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.models import Invitation


def invitation_mail(invitation_id: int) -> EmailMessage | None:
    """The mail of an invitation that still works and was to be sent; None when there is nothing to send any more."""
    found = Invitation.objects.open(timezone.now()).exclude(sent_to="").filter(pk=invitation_id)
    invitation = found.select_related("link__user__agency", "created_by").first()
    if invitation is None:
        return None
    body = render_to_string("accounts/invitation_mail.txt", {"invitation": invitation})
    return EmailMessage("คำเชิญผูกบัญชี e-Office กับ ThaiD", body, to=[invitation.sent_to])
