"""Installing certificates, and signing jobs: idempotent, resumable, never half done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from common.access import Conflict, Invalid, Refused
from common.vault import Relocked, lock_away, relock_column, take_out
from files.actions import read, store_bytes
from files.models import StoredFile
from files.pdf import BadPdf
from org.actor import Actor
from org.models import Agency, User
from outbox.actions import put
from signing import vault
from signing.errors import SigningFailed, TimestampUnavailable, WrongPassphrase
from signing.models import JOB, Certificate, JobState, SigningJob
from signing.selectors import job_of, seal_of, signing_verdict, usable_certificate

if TYPE_CHECKING:
    from signing.keys import SigningKey
    from signing.timestamps import TimeStamper

# pyHanko, cryptography and WeasyPrint take two seconds to load: keys, pades, appearance and timestamps are imported
# where a key is opened or a signature made, so that a process which does neither starts without them.
RUN = "signing.run"


@transaction.atomic
def install_certificate(
    *, key_store: bytes, passphrase: str, user: User | None = None, agency: Agency | None = None
) -> Certificate:
    """Keep a PKCS#12 file, encrypted, for a person or as an agency's seal. Only a seal's passphrase is kept, sealed.

    Raises `Invalid` with a Thai sentence for a file that does not open, or whose key is weak or out of its time.
    """
    from signing.keys import holder_name, issuer_name, load_pkcs12

    try:
        key = load_pkcs12(key_store, passphrase)
    except SigningFailed as error:
        raise Invalid(str(error)) from error
    certificate = key.certificate
    context = _context(user.pk if user else None, agency.pk if agency else None)
    return Certificate.objects.create(
        user=user,
        agency=agency,
        key_store=lock_away(key_store, context=context),
        sealed_passphrase=lock_away(passphrase.encode(), context=context) if agency else b"",
        subject=holder_name(certificate)[:300],
        issuer=issuer_name(certificate)[:300],
        serial=f"{certificate.serial_number:x}",
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
    )


def relock_keys(batch: int) -> Iterator[Relocked]:
    """Bring key stores and the passphrases of seals under the key that locks now."""
    for column in ("key_store", "sealed_passphrase"):
        yield from relock_column(
            Certificate.objects.all(), column, lambda one: _context(one.user_id, one.agency_id), batch=batch
        )


def _context(user_id: int | None, agency_id: int | None) -> str:
    return f"user:{user_id}" if user_id else f"agency:{agency_id or ''}"


def open_key(certificate: Certificate, passphrase: str | None = None) -> SigningKey:
    """The certificate's key. A seal opens with its sealed passphrase. Raises `SigningFailed` kinds."""
    from signing.keys import load_pkcs12

    context = _context(certificate.user_id, certificate.agency_id)
    if certificate.agency_id:
        passphrase = take_out(bytes(certificate.sealed_passphrase), context=context).decode()
    if passphrase is None:
        raise WrongPassphrase
    return load_pkcs12(take_out(bytes(certificate.key_store), context=context), passphrase)


@transaction.atomic(savepoint=False)
def request_signature(
    *,
    by: Actor,
    key: str,
    source: StoredFile,
    field: str,
    certify: bool,
    passphrase: str,
    lines: Sequence[str],
    done_topic: str,
    payload: dict[str, Any],
) -> SigningJob:
    """Queue a person's signature on the prepared `field` of `source`; the passphrase is tried at once.

    The caller holds the lock of what is signed, so that one `key` is never asked for twice at once.
    `lines` are shown at the signature's place; `done_topic` hears {"job": id} when it is done or has failed.
    Raises `Invalid(field="passphrase")` for a wrong one, `Refused` without a usable certificate.
    """
    if not by.signs:
        raise Refused("ฐานะหน้าห้องเตรียมเรื่องได้ แต่ลงนามแทนไม่ได้")
    certificate = usable_certificate(by.user, by.at)
    if certificate is None:
        raise Refused(signing_verdict(by.user, by.at).reason)
    try_passphrase(certificate, passphrase)
    plan = {"field": field, "certify": certify, "lines": list(lines), **payload}
    job = job_of(key) or SigningJob.objects.create(
        key=key,
        purpose=SigningJob.Purpose.SIGN,
        source=source,
        certificate=certificate,
        plan=plan,
        done_topic=done_topic,
        requested_by=by.user,
    )
    if job.state in (JobState.FAILED, JobState.NEEDS_PASSPHRASE):
        job = SigningJob.objects.select_for_update().get(pk=job.pk)
        job.source, job.certificate, job.plan, job.requested_by = source, certificate, plan, by.user
        JOB.move(job, "retry", field="state")
        job.error = ""
        job.save()
    elif job.state != JobState.WAITING:
        raise Conflict("หนังสือนี้กำลังลงนามหรือลงนามแล้ว")
    vault.hold_passphrase(job.key, passphrase)
    _queue(job)
    return job


def try_passphrase(certificate: Certificate, passphrase: str) -> None:
    """Raise `Invalid(field="passphrase")` unless the passphrase opens the key and the key may sign now."""
    try:
        open_key(certificate, passphrase)
    except SigningFailed as error:
        raise Invalid(str(error), field="passphrase") from error


@transaction.atomic(savepoint=False)
def request_seal(
    *,
    requested_by_id: int,
    agency: Agency,
    key: str,
    source_id: int,
    number_text: str,
    date_text: str,
    done_topic: str,
    payload: dict[str, Any],
) -> SigningJob:
    """Queue the agency's seal on the `Registry` field of `source`, once for a `key`; the caller holds the letter's lock.

    Raises `Refused` when the agency has no seal in force.
    """
    certificate = seal_of(agency, timezone.now())
    if certificate is None:
        raise Refused(f"{agency.name} ยังไม่มีตราประทับอิเล็กทรอนิกส์ที่ใช้ได้ โปรดแจ้งผู้ดูแลหน่วยงาน")
    job = job_of(key)
    if job is None:
        job = SigningJob.objects.create(
            key=key,
            purpose=SigningJob.Purpose.SEAL,
            source_id=source_id,
            certificate=certificate,
            plan={"number": number_text, "date": date_text, **payload},
            done_topic=done_topic,
            requested_by_id=requested_by_id,
        )
        _queue(job)
    return job


@transaction.atomic
def retry_job(*, by: Actor, job_id: int, passphrase: str = "") -> SigningJob:
    """Try a failed job again; a person's needs his passphrase. Raises `Refused`, `Invalid` or `Conflict`."""
    job = SigningJob.objects.select_for_update().select_related("certificate").get(pk=job_id)
    if job.purpose == SigningJob.Purpose.SIGN:
        if job.requested_by_id != by.user.pk:
            raise Refused("ลงนามใหม่ได้เฉพาะผู้ลงนามเอง")
        try_passphrase(job.certificate, passphrase)
        vault.hold_passphrase(job.key, passphrase)
    else:
        job.certificate = seal_of(job.certificate.agency, by.at) or job.certificate  # type: ignore[arg-type]
    JOB.move(job, "retry", field="state")
    job.error = ""
    job.save()
    _queue(job)
    return job


def _queue(job: SigningJob) -> None:
    put(RUN, f"{job.key}:{job.attempts}", {"job": job.pk})


def run(payload: dict[str, Any]) -> None:
    """Outbox handler of `signing.run`: sign or seal, keep the new file, and tell the one who asked.

    Runs in the outbox's transaction: a killed worker leaves the job waiting and the message undelivered, and the
    next try begins anew. A known failure is written on the job in Thai; an unknown one backs off and tries again.
    """
    job = (
        SigningJob.objects.select_for_update(of=("self",))
        .select_related("source", "certificate")
        .get(pk=payload["job"])
    )
    if job.state != JobState.WAITING:
        return
    job.attempts += 1
    JOB.move(job, "start", field="state")
    try:
        signed, job.level = _perform(job)
    except WrongPassphrase as error:
        JOB.move(job, "ask", field="state")
        job.error = str(error)
    except (SigningFailed, BadPdf) as error:
        JOB.move(job, "fail", field="state")
        job.error = str(error)[:400]
    else:
        job.result = store_bytes(signed, name="signed.pdf", sealed=bool(job.source and job.source.is_sealed))
        JOB.move(job, "finish", field="state")
        job.error = ""
    job.finished_at = timezone.now()
    job.save(update_fields=["state", "attempts", "error", "result", "level", "finished_at"])
    if job.purpose == SigningJob.Purpose.SIGN and job.state in (JobState.DONE, JobState.FAILED):
        transaction.on_commit(lambda: vault.forget_passphrase(job.key))
    put(job.done_topic, f"{job.key}:{job.attempts}", {"job": job.pk})


def _perform(job: SigningJob) -> tuple[bytes, str]:
    """The signed bytes and their level. With the timestamp service away the level is B-B, and shown."""
    by_person = job.purpose == SigningJob.Purpose.SIGN
    passphrase = vault.held_passphrase(job.key) if by_person else None
    if by_person and passphrase is None:
        raise WrongPassphrase("รหัสผ่านที่พักไว้หมดเวลาแล้ว โปรดกรอกรหัสผ่านอีกครั้ง")
    key = open_key(job.certificate, passphrase)
    assert job.source is not None  # only a batch's jobs have none, and they are never waiting
    source = read(job.source)
    return with_timestamp(lambda timestamper: _sign(job, key, source, timestamper))


def with_timestamp(make: Callable[[TimeStamper | None], bytes]) -> tuple[bytes, str]:
    """What `make` signs and its level: with a time-stamp B-T; with the service away B-B, unless the platform demands it."""
    from signing.timestamps import http_timestamper

    if settings.TSA_URL:
        try:
            return make(http_timestamper(settings.TSA_URL, settings.TSA_TIMEOUT_SECONDS)), "B-T"
        except TimestampUnavailable:
            if settings.TSA_REQUIRED:
                raise
    return make(None), "B-B"


def _sign(job: SigningJob, key: SigningKey, source: bytes, timestamper: TimeStamper | None) -> bytes:
    from signing import pades
    from signing.appearance import Appearance

    plan = job.plan
    if job.purpose == SigningJob.Purpose.SEAL:
        return pades.seal(source, number_text=plan["number"], date_text=plan["date"], key=key, timestamper=timestamper)
    return pades.sign(
        source,
        field=plan["field"],
        key=key,
        appearance=Appearance(lines=tuple(plan["lines"])) if plan["lines"] else None,
        certify=plan["certify"],
        timestamper=timestamper,
    )


def sweep(older_than: timedelta = timedelta(minutes=2)) -> int:
    """Queue again the waiting jobs whose message was lost; returns how many."""
    stale = SigningJob.objects.filter(state=JobState.WAITING, requested_at__lt=timezone.now() - older_than)[:100]
    for job in stale:
        _queue(job)
    return len(stale)
