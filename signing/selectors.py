"""Which certificate may sign now, and why not."""

from __future__ import annotations

from datetime import datetime, timedelta

from common.access import ALLOWED, Verdict, no
from common.thai import date_short
from org.models import Agency, User
from signing.models import Certificate, SigningJob

WARN_BEFORE = timedelta(days=60)
_VERDICT = "_signing_verdict"


def usable_certificate(user: User, at: datetime) -> Certificate | None:
    """The person's certificate in force at `at` that lasts longest, or None."""
    return (
        Certificate.objects.filter(user=user, revoked_at=None, not_before__lte=at, not_after__gt=at)
        .order_by("-not_after")
        .first()
    )


def signing_verdict(user: User, at: datetime) -> Verdict:
    """Whether the person has a certificate to sign with at `at`; the sentence says what to do otherwise.

    Asked once for each moment: the page that shows five hundred letters to sign asks it for every one of them.
    """
    known = user.__dict__.get(_VERDICT)
    if known is None or known[0] != at:
        known = user.__dict__[_VERDICT] = (at, _signing_verdict(user, at))
    verdict: Verdict = known[1]
    return verdict


def _signing_verdict(user: User, at: datetime) -> Verdict:
    if usable_certificate(user, at):
        return ALLOWED
    last = Certificate.objects.filter(user=user).order_by("-not_after").first()
    if last is None:
        return no("ท่านยังไม่มีใบรับรองอิเล็กทรอนิกส์ โปรดให้ผู้ดูแลหน่วยงานขอใบรับรองจากผู้ให้บริการออกใบรับรอง")
    if last.revoked_at:
        return no("ใบรับรองอิเล็กทรอนิกส์ของท่านถูกเพิกถอน โปรดให้ผู้ดูแลหน่วยงานขอใบรับรองใหม่")
    if last.not_after <= at:
        return no(f"ใบรับรองอิเล็กทรอนิกส์ของท่านหมดอายุเมื่อ {date_short(last.not_after)} โปรดให้ผู้ดูแลหน่วยงานขอใบรับรองใหม่")
    return no(f"ใบรับรองอิเล็กทรอนิกส์ของท่านเริ่มใช้ได้ {date_short(last.not_before)}")


def seal_of(agency: Agency, at: datetime) -> Certificate | None:
    """The agency's seal certificate in force at `at`."""
    return (
        Certificate.objects.filter(agency=agency, revoked_at=None, not_before__lte=at, not_after__gt=at)
        .order_by("-not_after")
        .first()
    )


def expires_soon(certificate: Certificate, at: datetime) -> bool:
    """Whether to warn about a certificate's end."""
    return certificate.not_after - at < WARN_BEFORE


def job_of(key: str) -> SigningJob | None:
    """The job of a key, if it was ever asked for."""
    return SigningJob.objects.filter(key=key).first()
