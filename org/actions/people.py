"""Accounts. An account outlives posts; it is closed, never deleted."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Q

from common.access import Conflict, Invalid, Refused
from org.actions.posts import end_appointment
from org.actions.trail import keep
from org.actor import Actor
from org.models import Agency, Appointment, PlatformRole, Unit, User
from org.permissions import may_administer_platform, may_administer_unit, may_administer_user

USER_FIELDS = frozenset(["prefix", "first_name", "last_name", "email", "phone"])
_FIRST_ADMIN_LOCK = 7_203_001


@transaction.atomic
def create_first_central_admin(*, username: str, password: str, **fields: Any) -> User:
    """The only action without an actor: the account that opens the platform, while there is no central admin yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_FIRST_ADMIN_LOCK])
    if User.objects.filter(platform_role=PlatformRole.CENTRAL_ADMIN).exists():
        raise Conflict("มีผู้ดูแลระบบกลางอยู่แล้ว ให้ผู้ดูแลระบบกลางเพิ่มบัญชีให้")
    user = User(username=username, platform_role=PlatformRole.CENTRAL_ADMIN, **_only(fields))
    user.set_password(password)
    keep(user, by=Actor(user, None), reason="ผู้ดูแลระบบกลางคนแรก")
    return user


@transaction.atomic
def create_user(
    *,
    by: Actor,
    username: str,
    home_unit: Unit | None,
    password: str | None = None,
    password_hash: str = "",
    platform_role: str = PlatformRole.NONE,
    **fields: Any,
) -> User:
    """An account of `home_unit` (None: another central admin, by a central admin).

    A `password` must be changed at the first sign-in; a `password_hash` comes as it is from an older system (or the
    demo). With neither, the person signs in by ThaiD only.
    """
    if home_unit is None or platform_role:
        may_administer_platform(by).demand()
        if home_unit is None and not platform_role:
            raise Invalid("กรุณาเลือกหน่วยต้นสังกัด", field="home_unit")
    else:
        may_administer_unit(by, home_unit).demand()
        if home_unit.dissolved_at:
            raise Refused(f"{home_unit.name} ยุบเลิกแล้ว")
    user = User(
        username=User.normalize_username(username),
        home_unit=home_unit,
        agency=home_unit.agency if home_unit else None,
        platform_role=platform_role,
        **_only(fields),
    )
    if password_hash:
        user.password = password_hash
    elif password:
        _set_temporary(user, password)
    else:
        user.set_unusable_password()
    keep(user, by=by, reason="เปิดบัญชีผู้ใช้")
    return user


@transaction.atomic
def update_user(*, by: Actor, user: User, home_unit: Unit | None = None, **fields: Any) -> User:
    """Change names and addresses, or hand the account to another unit of the subtree."""
    may_administer_user(by, user).demand()
    user = _locked(user)
    if home_unit is not None and home_unit.pk != user.home_unit_id:
        may_administer_unit(by, home_unit).demand()
        if home_unit.agency_id != user.agency_id and _has_living_posts(user, by):
            raise Refused(f"{user.full_name} ยังดำรงตำแหน่งในส่วนราชการเดิม")
        user.home_unit, user.agency = home_unit, home_unit.agency
    for name, value in _only(fields).items():
        setattr(user, name, value)
    keep(user, by=by, reason="แก้ไขข้อมูลผู้ใช้")
    return user


@transaction.atomic
def set_password(*, by: Actor, user: User, password: str) -> User:
    """Give an account a temporary password, to be changed at the next sign-in."""
    may_administer_user(by, user).demand()
    user = _locked(user)
    _set_temporary(user, password)
    keep(user, by=by, reason="ตั้งรหัสผ่านชั่วคราว")
    return user


@transaction.atomic
def deactivate_user(*, by: Actor, user: User, reason: str = "") -> User:
    """Close an account and end its appointments now."""
    may_administer_user(by, user).demand()
    if user.pk == by.user.pk:
        raise Refused("ปิดบัญชีของตนเองไม่ได้")
    user = _locked(user)
    if not user.is_active:
        raise Conflict(f"บัญชีของ{user.full_name} ปิดอยู่แล้ว")
    living = Appointment.objects.filter(Q(ends_at=None) | Q(ends_at__gt=by.at), user=user)
    for appointment in living.select_related("position__unit", "position__administers"):
        end_appointment(by=by, appointment=appointment, reason="ปิดบัญชีผู้ใช้")
    user.is_active = False
    keep(user, by=by, reason=reason or "ปิดบัญชีผู้ใช้")
    return user


@transaction.atomic
def reactivate_user(*, by: Actor, user: User) -> User:
    """Open a closed account again. Its posts do not come back by themselves."""
    may_administer_user(by, user).demand()
    user = _locked(user)
    if user.is_active:
        raise Conflict(f"บัญชีของ{user.full_name} เปิดอยู่แล้ว")
    user.is_active = True
    keep(user, by=by, reason="เปิดบัญชีผู้ใช้อีกครั้ง")
    return user


def _set_temporary(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages), field="password") from error
    user.set_password(password)
    user.password_temporary = True


def _has_living_posts(user: User, by: Actor) -> bool:
    return Appointment.objects.filter(Q(ends_at=None) | Q(ends_at__gt=by.at), user=user).exists()


def _locked(user: User) -> User:
    if user.agency_id:
        Agency.objects.select_for_update(no_key=True).get(pk=user.agency_id)
    return User.objects.select_for_update(of=("self",)).select_related("home_unit", "agency").get(pk=user.pk)


def _only(fields: dict[str, Any]) -> dict[str, Any]:
    unknown = fields.keys() - USER_FIELDS
    if unknown:
        raise TypeError(f"unknown fields: {', '.join(sorted(unknown))}")
    return fields
