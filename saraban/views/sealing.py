"""How the seal of a numbered letter stands: its progress, and trying again after a failure."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from common.access import Refused
from org.actor import ActorRequest
from outbox.models import OutboxMessage
from saraban.actions.paper import seal_key
from saraban.models import Letter
from saraban.permissions import may_use_folder
from saraban.views.doors import letter_for
from signing.actions import retry_job
from signing.models import JobState, SigningJob
from signing.selectors import job_of


@dataclass(frozen=True, slots=True)
class Seal:
    """How the seal of a numbered letter stands. `state`: done, working or failed; `words` for the page; `job` to retry."""

    state: str
    words: str
    reason: str = ""
    job: SigningJob | None = None


def seal_of(letter: Letter) -> Seal:
    """The state of the job that seals number and date into the letter's file."""
    if letter.sealed:
        return Seal("done", "ผนึกเลขและวันที่เรียบร้อยแล้ว พร้อมส่ง")
    job = job_of(seal_key(letter))
    if job is None:
        return _not_begun(letter)
    if job.state in (JobState.FAILED, JobState.NEEDS_PASSPHRASE):
        return Seal("failed", "ผนึกเลขและวันที่ไม่สำเร็จ", job.error or "ไม่ทราบสาเหตุ โปรดลองใหม่", job)
    if job.state == JobState.DONE:
        return Seal("working", "ผนึกแล้ว กำลังเก็บเข้าหนังสือ", job=job)
    return Seal("working", "กำลังผนึกเลขและวันที่ลงในหนังสือ" if job.state == JobState.RUNNING else "รอผนึกเลขและวันที่", job=job)


def _not_begun(letter: Letter) -> Seal:
    """Before the job is there, the outbox has the word: a Thai refusal (no seal in force) is shown as it is."""
    message = OutboxMessage.objects.filter(topic="letter.numbered", key=f"letter:{letter.pk}").first()
    error = message.error.partition(": ")[2] if message else ""
    if error and any("\u0e00" <= character <= "\u0e7f" for character in error):
        return Seal("failed", "ยังผนึกเลขและวันที่ไม่ได้ ระบบจะลองใหม่เอง", error)
    return Seal("working", "รอผนึกเลขและวันที่")


def seal(request: ActorRequest, letter_id: int) -> HttpResponse:
    """The progress alone, asked for by the page every two seconds."""
    letter = letter_for(request.actor, letter_id)
    return render(request, "saraban/_seal.html", {"letter": letter, "seal": seal_of(letter)})


@require_POST
def seal_retry(request: ActorRequest, letter_id: int) -> HttpResponse:
    """Try a failed seal again."""
    actor = request.actor
    letter = letter_for(actor, letter_id)
    if letter.folder is None:
        raise Refused("หนังสือนี้ยังไม่มีแฟ้มทะเบียน")
    may_use_folder(actor, letter.folder, letter.owner_unit_id).demand()
    found = seal_of(letter)
    if found.state == "failed" and found.job is not None:
        try:
            retry_job(by=actor, job_id=found.job.pk)
        except Refused as refusal:
            messages.error(request, refusal.sentence)
    return redirect("saraban:numbered", letter.pk)
