"""Which demo accounts are linked to which invented citizens of ThaiD (จำลอง)."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.db import transaction

from accounts import citizen
from accounts.actions import activate, invite
from accounts.demo_provider.place import citizens
from accounts.selectors import living_link
from eoffice.demo.platform import central_admin
from org.actor import Actor
from org.models import User


def load(say: Callable[[str], object]) -> None:
    """Link those of fixtures/thaid.toml that are linked from the start; nothing where ThaiD is off."""
    if not settings.THAID_ENABLED:
        return
    by = central_admin()
    users = {
        user.username: user for user in User.objects.filter(username__in=[one.get("account") for one in citizens()])
    }
    for one in citizens():
        user = users.get(one.get("account", ""))
        if user is None or not one["linked"] or living_link(user):
            continue
        with transaction.atomic():
            invitation = invite(by=by, user=user, citizen_number=one["pid"])
            activate(by=Actor(user, None), invitation=invitation, pid_hash=citizen.digest(one["pid"]), ial=one["ial"])
        say(f"ผูกบัญชี {user.username} กับ ThaiD (จำลอง)")
