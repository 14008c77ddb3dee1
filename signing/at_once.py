"""A signature made where it is asked for, with a key that is open already: one letter of a batch.

`sign_bytes` makes it and writes nothing; `keep_signature` keeps it once the caller, under the letter's lock, knows that
the letter is still the same. So no lock is held while paper is set and signed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone

from common.access import Conflict
from files.actions import read, store_bytes
from files.models import StoredFile
from org.actor import Actor
from signing.actions import with_timestamp
from signing.errors import SigningFailed
from signing.models import JOB, Certificate, JobState, SigningJob

if TYPE_CHECKING:
    from signing.keys import SigningKey


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed file in memory, its level, and how it was made."""

    pdf: bytes
    level: str
    field: str
    certify: bool
    lines: tuple[str, ...]


def sign_bytes(pdf: bytes, *, field: str, key: SigningKey, lines: Sequence[str], certify: bool) -> Signed:
    """`pdf` with its prepared `field` signed. Raises `SigningFailed` kinds and `BadPdf`."""
    from signing import pades  # pyHanko: see `signing.actions`
    from signing.appearance import Appearance

    look = Appearance(lines=tuple(lines)) if lines else None
    signed, level = with_timestamp(
        lambda timestamper: pades.sign(
            pdf, field=field, key=key, appearance=look, certify=certify, timestamper=timestamper
        )
    )
    return Signed(signed, level, field, certify, tuple(lines))


def keep_signature(
    *,
    by: Actor,
    key: str,
    certificate: Certificate,
    source: StoredFile | None,
    signed: Signed,
    before: SigningJob | None = None,
    sealed: bool = False,
) -> SigningJob:
    """Store the signed file, read it again from the store, judge it, and write its job as done.

    Call it inside the transaction in which the file becomes the letter's. `before` is the job of the same `key` that failed
    earlier, if any; `sealed`: the letter is classified. Raises `SigningFailed` when what lies in the store does not hold,
    `Conflict` when `before` was signed or is being signed.
    """
    from signing.trust import why_not_standing

    job = before or SigningJob(key=key, purpose=SigningJob.Purpose.SIGN, done_topic="")
    if job.pk is not None:
        if job.state not in (JobState.FAILED, JobState.NEEDS_PASSPHRASE):
            raise Conflict("หนังสือนี้กำลังลงนามหรือลงนามแล้ว")
        JOB.move(job, "retry", field="state")
    JOB.move(job, "start", field="state")
    result = store_bytes(signed.pdf, name="signed.pdf", sealed=sealed)
    wrong = why_not_standing(read(result), signed.field)
    if wrong:
        raise SigningFailed(f"ตรวจไฟล์ที่ลงนามแล้วไม่ผ่าน: {wrong}")
    JOB.move(job, "finish", field="state")
    job.source, job.result, job.certificate, job.requested_by = source, result, certificate, by.user
    job.plan = {"field": signed.field, "certify": signed.certify, "lines": list(signed.lines)}
    job.level, job.error, job.finished_at = signed.level, "", timezone.now()
    job.attempts += 1
    job.save()
    return job
