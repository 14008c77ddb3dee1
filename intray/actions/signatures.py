"""ลงนาม: class ก by words typed inside the authenticated system, class ข by the person's own certificate.

A signature is never half-applied: class ก is written with the step in one transaction; class ข waits in SIGNING until
the job's file has been checked and kept, and comes back to the signer with a reason when it failed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from audit.actions import record
from common.access import Invalid, Refused
from common.compiled import ByKey
from common.thai import clock, date_formal, thai_digits
from files.actions import store_bytes
from intray import permissions as rules
from intray.actions.paper_trail import Kind, end_step, leave_step, take_letter, take_step, urgency_deadline, write
from intray.actions.proposals import welcome
from intray.models import STEP, RoutingStep, StepState
from notifications.actions import notify
from org.actor import Actor
from saraban.actions.letters import arrive, leave, lock, move, set_document
from saraban.actions.paper import (
    Paper,
    block_for,
    keep_paper,
    paper_to_sign,
    place_of,
    prepare_for_signature,
    type_signature,
    typed_paper,
)
from saraban.models import Letter, SignClass
from saraban.selectors import notice_title, numbering_positions
from saraban.sheets import SignerBlock
from signing.actions import request_signature, try_passphrase
from signing.at_once import Signed, keep_signature, sign_bytes
from signing.errors import WrongPassphrase
from signing.held import held_key
from signing.models import Certificate, JobState
from signing.selectors import usable_certificate

CONFIRMATION = "ยืนยันลงนาม"
SIGNATURE_DONE = "letter.signature_done"


@transaction.atomic
def sign_typed(*, by: Actor, step_id: int, confirmation: str) -> RoutingStep:
    """Class ก: the words typed exactly; name, post and time are printed (พ.ร.บ.ธุรกรรมทางอิเล็กทรอนิกส์ มาตรา 9).

    Raises `Invalid(field="confirmation")` for other words, `Refused`, `Conflict` when it was signed or returned.
    """
    letter, step = take_step(by, step_id)
    rules.may_sign(by, step).demand()
    if letter.sign_class != SignClass.TYPED:
        raise Refused("หนังสือนี้ต้องลงนามด้วยใบรับรองอิเล็กทรอนิกส์")
    if confirmation.strip() != CONFIRMATION:
        raise Invalid(f"โปรดพิมพ์คำว่า {CONFIRMATION} ให้ตรงทุกตัวอักษร", field="confirmation")
    assert by.appointment is not None
    type_signature(letter=letter, order=step.order, appointment=by.appointment, at=by.at)
    step.signed_as = by.appointment
    return _signed(by, letter, step)


@transaction.atomic
def sign_with_certificate(*, by: Actor, step_id: int, passphrase: str) -> RoutingStep:
    """Class ข: queue the signature on the prepared field; the passphrase is tried at once and never stored.

    The step waits in SIGNING; `signature_done` ends it. Again after a failure tries the same job anew.
    Raises `Invalid(field="passphrase")`, `Refused` with what to do, `Conflict` while it is being signed.
    """
    letter, step = take_step(by, step_id)
    rules.may_sign(by, step).demand()
    if letter.sign_class != SignClass.CERTIFICATE:
        raise Refused("หนังสือนี้ลงนามโดยพิมพ์คำยืนยัน ไม่ใช้ใบรับรองอิเล็กทรอนิกส์")
    if not passphrase:
        raise Invalid("โปรดกรอกรหัสผ่านของใบรับรองอิเล็กทรอนิกส์", field="passphrase")
    certificate = usable_certificate(by.user, by.at)
    assert by.appointment is not None
    assert certificate is not None  # the rule refused otherwise
    try_passphrase(certificate, passphrase)
    block = block_for(by.appointment, step.order)
    step.job = request_signature(
        by=by,
        key=f"sign:{step.pk}",
        source=prepare_for_signature(letter=letter, order=step.order, signer=block, at=by.at),
        field=place_of(step.order),
        certify=not RoutingStep.objects.filter(letter=letter, proposal=step.proposal, state=StepState.DONE).exists(),
        passphrase=passphrase,
        lines=_shown_lines(by, block),
        done_topic=SIGNATURE_DONE,
        payload={"step": step.pk},
    )
    STEP.move(step, "start_signing", field="state")
    step.signed_as = by.appointment
    step.opened_at = step.opened_at or by.at
    step.save(update_fields=["job", "state", "signed_as", "opened_at"])
    record(by=by, verb="step.signing", label="เริ่มลงลายมือชื่ออิเล็กทรอนิกส์", subject=step, letter_id=letter.pk)
    return step


def sign_in_batch(*, by: Actor, step_id: int, certificate: Certificate | None, held: str) -> RoutingStep:
    """One letter of a batch, both classes; `held` names the passphrase in the vault. Call it inside a transaction.

    Paper and signature are made without the letter's lock and become the letter's under it, if nothing has changed; else
    once more, under the lock. Raises `Refused`, `SigningFailed` kinds (`WrongPassphrase` when it is held no more), `BadPdf`.
    """
    seen = _SEEN.get(step_id)
    rules.may_sign(by, seen).demand()
    made = _make(by, seen, certificate, held)
    letter = take_letter(by, seen.letter_id)
    step = _HELD.get(step_id)
    changed = letter.changed_at != seen.letter.changed_at or _row(step) != _row(seen)
    if changed:
        seen = _SEEN.get(step_id)
    for name in ("to_position", "to_unit", "sent_from", "job"):
        setattr(step, name, getattr(seen, name))
    for name in ("sheet", "folder", "author_position"):
        setattr(letter, name, getattr(seen.letter, name))
    step.letter = letter
    rules.may_sign(by, step).demand()
    if changed:
        made = _make(by, step, certificate, held)
    document = letter.document if made.paper.sheet is None else None
    if made.signed is None:
        document = store_bytes(made.paper.pdf, name="letter.pdf", sealed=letter.must_be_sealed)
    else:
        assert certificate is not None
        step.job = keep_signature(
            by=by,
            key=f"sign:{step.pk}",
            certificate=certificate,
            source=document,
            signed=made.signed,
            before=step.job,
            sealed=letter.must_be_sealed,
        )
        document = step.job.result
    assert document is not None
    keep_paper(letter=letter, paper=made.paper, document=document)
    step.signed_as = by.appointment
    return _signed(by, letter, step)


def _row(step: RoutingStep) -> list[Any]:
    """The step's columns."""
    return [getattr(step, field.attname) for field in RoutingStep._meta.concrete_fields]


_SEEN = ByKey(
    lambda: RoutingStep.objects.select_related(
        "letter__sheet", "letter__document", "letter__agency", "letter__folder__owner_unit",
        "letter__author_position", "to_position", "to_unit", "sent_from__unit", "job",
    )
)  # fmt: skip
_HELD = ByKey(lambda: RoutingStep.objects.select_for_update())


@dataclass(frozen=True, slots=True)
class _Made:
    """Paper in memory, and the signature on it where the letter is of class ข."""

    paper: Paper
    signed: Signed | None = None


def _make(by: Actor, step: RoutingStep, certificate: Certificate | None, held: str) -> _Made:
    """What would become the letter's file; writes nothing."""
    letter = step.letter
    assert by.appointment is not None
    if letter.sign_class != SignClass.CERTIFICATE:
        return _Made(typed_paper(letter=letter, order=step.order, appointment=by.appointment, at=by.at))
    if certificate is not None and not certificate.in_force(by.at):
        raise Refused("ใบรับรองที่ใช้กับชุดงานนี้หมดอายุหรือถูกเพิกถอนแล้ว โปรดเลือกเรื่องนี้ลงนามใหม่")
    key = held_key(held, certificate) if certificate is not None else None
    if key is None:
        raise WrongPassphrase("รหัสผ่านที่พักไว้หมดเวลาแล้ว โปรดกรอกรหัสผ่านอีกครั้ง")
    block = block_for(by.appointment, step.order)
    paper = paper_to_sign(letter=letter, order=step.order, signer=block, at=by.at)
    first = paper.sheet is not None
    field = place_of(step.order)
    return _Made(paper, sign_bytes(paper.pdf, field=field, key=key, lines=_shown_lines(by, block), certify=first))


def _shown_lines(by: Actor, block: SignerBlock) -> tuple[str, str]:
    """What the signature shows at its place."""
    return f"ลงลายมือชื่ออิเล็กทรอนิกส์โดย {block.name}", f"{date_formal(by.at)} เวลา {thai_digits(clock(by.at))}"


def signature_done(payload: dict[str, Any]) -> None:
    """Outbox handler of `letter.signature_done`: the signed file becomes the letter's, or the step is the signer's again."""
    with transaction.atomic():
        letter_id = RoutingStep.objects.filter(job_id=payload["job"]).values_list("letter_id", flat=True).first()
        if letter_id is None:
            return
        letter = lock(letter_id)
        step = (
            RoutingStep.objects.select_for_update(of=("self",))
            .select_related(
                "job__result", "job__requested_by", "signed_as__position__unit", "to_position", "to_unit", "sent_from"
            )
            .get(job_id=payload["job"])
        )
        step.letter = letter
        job = step.job
        if job is None or step.state != StepState.SIGNING:
            return
        by = Actor(job.requested_by, step.signed_as, timezone.now())
        if job.state == JobState.DONE and job.result is not None:
            set_document(letter=letter, document=job.result)
            _signed(by, letter, step)
        elif job.state in (JobState.FAILED, JobState.NEEDS_PASSPHRASE):
            _failed(by, letter, step, job.attempts)


def _failed(by: Actor, letter: Letter, step: RoutingStep, attempt: int) -> None:
    STEP.move(step, "signing_failed", field="state")
    step.save(update_fields=["state"])
    record(by=by, verb="step.sign_failed", label="ลงลายมือชื่อไม่สำเร็จ", subject=step, letter_id=letter.pk)
    notify(
        key=f"step:{step.pk}:sign-failed:{attempt}",
        event="intray.sign_failed",
        title=f"ลงลายมือชื่อไม่สำเร็จ: {notice_title(letter)}",
        why="ท่านเป็นผู้ลงนามหนังสือนี้ โปรดลองใหม่",
        url_name="saraban:letter",
        url_args=[letter.pk],
        users=[by.user],
        urgent=True,
    )


def _signed(by: Actor, letter: Letter, step: RoutingStep) -> RoutingStep:
    """The signature stands: endorse, end the step, call the next signer or hand the letter to the registry."""
    write(by, letter, step, Kind.SIGN)
    end_step(by, step, "signed", also=("job", "signed_as"))
    coming = RoutingStep.objects.filter(letter=letter, proposal=step.proposal, state=StepState.PLANNED)
    after = coming.select_related("to_position", "to_unit", "sent_from").order_by("order").first()
    if after is not None:
        leave_step(letter, step, by)
        record(by=by, verb="step.sign", label=f"ลงนามลำดับที่ {step.order}", subject=step, letter_id=letter.pk)
        after.letter = letter
        STEP.move(after, "call", field="state")
        after.sent_at = by.at
        if after.due_at is None:
            after.due_at = urgency_deadline(letter, by.at)
            after.due_by_urgency = after.due_at is not None
        after.save(update_fields=["state", "sent_at", "due_at", "due_by_urgency"])
        welcome(letter, after, by)
        return step
    move(letter=letter, verb="sign", by=by, label="ลงนาม")
    leave(letter=letter, at=by.at)
    arrive(letter=letter, unit=letter.folder.owner_unit if letter.folder else letter.owner_unit, at=by.at)
    _tell_registry(letter, step, by)
    return step


def _tell_registry(letter: Letter, step: RoutingStep, by: Actor) -> None:
    registrars = numbering_positions(letter.folder) if letter.folder is not None else []
    notify(
        key=f"letter:{letter.pk}:signed:{step.pk}",
        event="letter.signed",
        title=f"ลงนามแล้ว รอออกเลข: {notice_title(letter)}",
        why="ท่านมีสิทธิ์ออกเลขหนังสือนี้",
        url_name="saraban:outgoing",
        urgent=letter.urgency > 1,
        positions=registrars,
    )
    if letter.author_position is not None:
        notify(
            key=f"letter:{letter.pk}:signed:{step.pk}:author",
            event="letter.signed",
            title=f"ลงนามแล้ว: {notice_title(letter)}",
            why="ท่านเป็นผู้ร่างหนังสือนี้",
            url_name="saraban:letter",
            url_args=[letter.pk],
            positions=[letter.author_position],
            but_not=by,
        )
