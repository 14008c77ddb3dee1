"""Pages of sign-in."""

from accounts.views.own import (
    accept_or_show_privacy,
    change_password,
    profile,
    switch_capacity,
)
from accounts.views.people import invite, invite_again, people, person, revoke
from accounts.views.signing_in import locked, locked_out, sign_in, sign_out
from accounts.views.thaid import invitation, thaid_callback, thaid_start

__all__ = [
    "accept_or_show_privacy",
    "change_password",
    "invitation",
    "invite",
    "invite_again",
    "locked",
    "locked_out",
    "people",
    "person",
    "profile",
    "revoke",
    "sign_in",
    "sign_out",
    "switch_capacity",
    "thaid_callback",
    "thaid_start",
]
