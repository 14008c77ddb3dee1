"""Who may enter, and who may link an account to a person. Rights on letters are not decided here."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings

from common.access import ALLOWED, Verdict, no
from org.actor import Actor
from org.models import Appointment, User
from org.permissions import may_administer_user, may_enter_admin

NO_POST = "ขณะนี้ท่านไม่มีตำแหน่งที่มีผล โปรดติดต่อผู้ดูแลระบบของหน่วยงาน"


def may_enter(user: User, appointments: Sequence[Appointment]) -> Verdict:
    """A person enters in a capacity: an appointment in force, or a role of the platform."""
    if not user.is_active:
        return no("บัญชีนี้ปิดใช้งานแล้ว โปรดติดต่อผู้ดูแลระบบของหน่วยงาน")
    if appointments or user.platform_role or user.is_superuser:
        return ALLOWED
    return no(NO_POST)


def may_see_people(actor: Actor) -> Verdict:
    """The page of own people and their ThaiD links."""
    if not settings.THAID_ENABLED:
        return no("ส่วนราชการนี้ยังไม่เปิดใช้ ThaiD")
    return may_enter_admin(actor)


def may_link(actor: Actor, user: User) -> Verdict:
    """Record the citizen number of `user`, invite, and revoke: who administers the account, never its owner.

    Nobody records the number he is compared with at ThaiD; an admin of part of a person's posts cannot take over
    the whole account (`org.permissions.may_administer_user`).
    """
    verdict = may_see_people(actor)
    if verdict and user.pk == actor.user.pk:
        return no("บันทึกเลขประจำตัวของตนเองไม่ได้ โปรดให้ผู้ดูแลคนอื่นบันทึกให้")
    return verdict and may_administer_user(actor, user)
