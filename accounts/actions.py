"""What happens in sign-in: a notice read, a password changed, an account linked to a person at ThaiD."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.crypto import constant_time_compare
from django.views.decorators.debug import sensitive_variables

from accounts import citizen
from accounts.events import Event, tell
from accounts.models import Invitation, PrivacyAcceptance, ThaidLink
from accounts.notice import NOTICE_VERSION
from accounts.permissions import may_link
from accounts.states import THAID_LINK, LinkState
from common.access import Conflict, Invalid, Refused
from org.actor import Actor
from org.models import User

USED_UP = "คำเชิญนี้ใช้ไม่ได้แล้ว โปรดขอคำเชิญใหม่จากผู้ดูแลระบบของหน่วยงาน"


@transaction.atomic
def accept_notice(*, by: Actor) -> PrivacyAcceptance:
    """The person has read the present privacy notice; reading it again changes nothing."""
    accepted, fresh = PrivacyAcceptance.objects.get_or_create(
        user=by.user, version=NOTICE_VERSION, defaults={"accepted_at": by.at}
    )
    if fresh:
        tell(Event("accept_notice", f"รับทราบประกาศความเป็นส่วนตัว ฉบับที่ {NOTICE_VERSION}", by, by.user))
    return accepted


@sensitive_variables("password")
@transaction.atomic
def change_password(*, by: Actor, password: str) -> User:
    """Set the person's own new password, which ends the duty to change a temporary one.

    Raises `Invalid` with the sentences of the password rules, and for the same password again.
    """
    user = User.objects.select_for_update(of=("self",)).get(pk=by.user.pk)
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages), field="new_password") from error
    if user.check_password(password):
        raise Invalid("รหัสผ่านใหม่ต้องไม่ซ้ำกับรหัสผ่านเดิม", field="new_password")
    user.set_password(password)
    user.password_temporary = False
    user._change_reason = "เปลี่ยนรหัสผ่านของตนเอง"  # type: ignore[attr-defined]
    user.save(update_fields=["password", "password_temporary"])
    tell(Event("change_password", "เปลี่ยนรหัสผ่านของตนเอง", by, user))
    return user


@sensitive_variables("citizen_number")
@transaction.atomic
def invite(*, by: Actor, user: User, citizen_number: str, send_to: str = "") -> Invitation:
    """Record who `user` is (only a keyed hash stays) and make the link that person proves himself with at ThaiD.

    A link still waiting is replaced. Raises `Refused`, `Conflict` when the account is linked, `Invalid` for the number.
    """
    may_link(by, user).demand()
    pid_hash = citizen.digest(citizen.typed(citizen_number))
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    for old in ThaidLink.objects.filter(user=user).exclude(state=LinkState.REVOKED):
        if old.state == LinkState.ACTIVE:
            raise Conflict("บัญชีนี้ผูกกับ ThaiD อยู่แล้ว โปรดยกเลิกการผูกเดิมก่อน")
        _end(old, by)
    link = ThaidLink.objects.create(user=user, pid_hash=pid_hash, recorded_by=by.user, recorded_at=by.at)
    return _new_invitation(link, by, send_to)


@transaction.atomic
def invite_again(*, by: Actor, link: ThaidLink, send_to: str = "") -> Invitation:
    """A new link for a person who has not used the first; earlier ones stop working."""
    link = _locked(link)
    may_link(by, link.user).demand()
    if link.state != LinkState.PENDING:
        raise Conflict(f"ออกคำเชิญไม่ได้ เพราะขณะนี้สถานะเป็น “{link.get_state_display()}”")
    link.invitations.filter(used_at=None, withdrawn_at=None).update(withdrawn_at=by.at)
    return _new_invitation(link, by, send_to)


@transaction.atomic
def revoke(*, by: Actor, link: ThaidLink) -> ThaidLink:
    """End a link: that person enters by ThaiD no more, and open invitations stop working."""
    link = _locked(link)
    may_link(by, link.user).demand()
    _end(link, by)
    tell(Event("revoke_thaid", f"ยกเลิกการผูกบัญชีของ{link.user.full_name} กับ ThaiD", by, link.user))
    return link


@transaction.atomic
def activate(*, by: Actor, invitation: Invitation, pid_hash: str, ial: str) -> ThaidLink:
    """The invited person has proved himself at ThaiD: compare, use the invitation up, link the account.

    `by` is the invited user. Raises `Refused` when another person came (the invitation stays open for the right one),
    `Conflict` when the invitation is used up or that person already has another account.
    """
    if by.user.pk != invitation.link.user_id or not by.user.is_active:
        raise Refused(USED_UP)
    link = _locked(invitation.link)
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if not Invitation.objects.open(by.at).filter(pk=invitation.pk).exists():
        raise Conflict(USED_UP)
    if not constant_time_compare(link.pid_hash, pid_hash):
        raise Refused("ผู้ที่ยืนยันตัวตนผ่าน ThaiD ไม่ตรงกับที่ผู้ดูแลระบบบันทึกไว้สำหรับบัญชีนี้")
    if ThaidLink.objects.filter(pid_hash=pid_hash, state=LinkState.ACTIVE).exists():
        raise Conflict("ท่านมีบัญชีอื่นที่ผูกกับ ThaiD อยู่แล้ว โปรดแจ้งผู้ดูแลระบบของหน่วยงาน")
    THAID_LINK.move(link, "activate", field="state")
    link.linked_at, link.ial = by.at, ial
    link.save()
    invitation.used_at = by.at
    invitation.save(update_fields=["used_at"])
    tell(Event("link_thaid", "ผูกบัญชีกับ ThaiD", by, link.user))
    return link


def _locked(link: ThaidLink) -> ThaidLink:
    return ThaidLink.objects.select_for_update(of=("self",)).select_related("user").get(pk=link.pk)


def _end(link: ThaidLink, by: Actor) -> None:
    THAID_LINK.move(link, "revoke", field="state")
    link.revoked_at, link.revoked_by = by.at, by.user
    link.save()
    link.invitations.filter(used_at=None, withdrawn_at=None).update(withdrawn_at=by.at)


def _new_invitation(link: ThaidLink, by: Actor, send_to: str) -> Invitation:
    invitation = Invitation(
        link=link,
        sent_to=send_to,
        created_by=by.user,
        created_at=by.at,
        expires_at=by.at + timedelta(days=settings.INVITATION_DAYS),
    )
    invitation.token_hash = Invitation.hash_of(invitation.token)
    invitation.save()
    tell(Event("invite_thaid", f"เชิญ{link.user.full_name} ผูกบัญชีกับ ThaiD", by, invitation))
    return invitation
