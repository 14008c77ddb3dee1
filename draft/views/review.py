"""Reading and deciding: the draft with what is said in it, submitting, passing, returning, recalling."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from audit.actions import once, record_reading
from common.access import Refused
from draft.actions.propose import USUAL_NOTE, propose
from draft.actions.review import pass_review, recall, return_draft, submit
from draft.permissions import is_author, live_group, may_decide, may_propose, may_recall, may_submit
from draft.selectors.choices import chosen_units, living_posts, unit_name
from draft.selectors.line import named_posts, review_line
from draft.selectors.readiness import advice, leaves_the_circle, paper_advice, problems
from draft.selectors.remarks import unsettled
from draft.selectors.route import review_steps
from draft.selectors.standing import signer_notes
from draft.views.door import Opened, once_key, once_of, with_phrase
from draft.views.reading import reading_page
from org.actor import ActorRequest
from saraban.models import LetterStatus, PhrasePlace
from saraban.phrases import RETURNING
from saraban.selectors_phrases import offers

PHRASES = (USUAL_NOTE, "เพื่อโปรดพิจารณา", "เพื่อโปรดพิจารณาอนุมัติ", "เพื่อโปรดทราบ")


@never_cache
@require_safe
def read(request: ActorRequest, letter_id: int) -> HttpResponse:
    """The draft to read, with comments at their places and what the actor may do."""
    opened = Opened(request, letter_id)
    letter, actor = opened.letter, request.actor
    if not is_author(actor, letter):
        record_reading(by=actor, what="draft", letter_id=letter.pk)
    return reading_page(request, opened)


@require_http_methods(["GET", "HEAD", "POST"])
def send(request: ActorRequest, letter_id: int) -> HttpResponse:
    """Check what is missing, then submit to the reviewers, or propose when there are none."""
    opened = Opened(request, letter_id)
    letter, content, actor = opened.letter, opened.content, request.actor
    reviewed = bool(content.reviewers)
    refusal, despite = None, "despite_remarks" in request.POST
    note = with_phrase(request, "note", USUAL_NOTE)
    if request.method == "POST":
        verb: Callable[..., object] = submit if reviewed else propose
        try:
            with once(once_of(request), by=actor):
                verb(by=actor, letter_id=letter_id, note=note, despite_remarks=despite)
        except Refused as error:
            refusal = error
        else:
            messages.success(
                request, "ส่งตรวจแล้ว ระบบแจ้งผู้ตรวจให้ทราบแล้ว" if reviewed else "เสนอลงนามแล้ว ระบบแจ้งผู้ลงนามให้ทราบแล้ว"
            )
            return redirect("draft:review", letter_id)
    verdict = may_submit(actor, letter) if reviewed else may_propose(actor, letter)
    found = problems(letter, content, actor.at)
    context = {
        "page_title": "ส่งตรวจร่าง" if reviewed else "เสนอลงนาม",
        "letter": letter,
        "content": content,
        "reviewed": reviewed,
        "line": review_line(letter, content, actor.at, named_posts(content)) if reviewed else None,
        "left": unsettled(letter),
        "despite": despite,
        "signers": living_posts(letter.agency, content.signers),
        "addressees": [unit_name(letter, unit) for unit in chosen_units(letter)],
        "problems": found,
        "advice": [*advice(letter, content), *([] if content.upload else paper_advice(letter))],
        "standing": signer_notes(letter, content, request.actor.at),
        "outside": leaves_the_circle(letter),
        "phrases": offers(actor, PhrasePlace.ENDORSE, usual=PHRASES),
        "note": note,
        "refusal": refusal,
        "why_not": verdict.reason or ("โปรดแก้ไขข้อที่ยังไม่ครบด้านบนก่อน" if found else ""),
        "once": once_key(),
    }
    return render(request, "draft/submit.html", context, status=refusal.status if refusal else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: ActorRequest, letter_id: int, verb: str) -> HttpResponse:
    """Pass, return or recall, each after a page that says what will happen."""
    opened = Opened(request, letter_id)
    actor, note = request.actor, with_phrase(request, "note")
    refusal = None
    if request.method == "POST":
        try:
            with once(once_of(request), by=actor):
                done = _do(verb, request, opened, note)
        except Refused as error:
            refusal = error
        else:
            messages.success(request, done)
            return redirect("draft:review" if verb != "recall" else "draft:edit", letter_id)
    rule = may_recall if verb == "recall" else may_decide
    context = {
        "page_title": {"pass": "ตรวจผ่าน", "return": "ตีกลับให้แก้ไข", "recall": "ดึงกลับ"}[verb],
        "letter": opened.letter,
        "verb": verb,
        "note": note,
        "steps": review_steps(opened.letter, opened.content, named_posts(opened.content)),
        "left": unsettled(opened.letter) if verb == "pass" else None,
        "seen": _seen(request, opened),
        "phrases": offers(actor, PhrasePlace.RETURN, usual=RETURNING) if verb == "return" else None,
        "refusal": refusal,
        "why_not": rule(actor, opened.letter).reason,
        "once": once_key(),
    }
    return render(request, "draft/decide.html", context, status=refusal.status if refusal else 200)


def _seen(request: ActorRequest, opened: Opened) -> int:
    """The revision the reviewer read: as the page he came from says, otherwise as it stands now."""
    said = request.POST.get("seen") or request.GET.get("seen") or ""
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 10 else opened.draft.revision


def _do(verb: str, request: ActorRequest, opened: Opened, note: str) -> str:
    """Carry the decision out and say so."""
    letter_id = opened.letter.pk
    if verb == "pass":
        letter = pass_review(by=request.actor, letter_id=letter_id, note=note, seen=_seen(request, opened))
        if letter.status == LetterStatus.PROPOSED:
            return "ตรวจผ่านและเสนอลงนามแล้ว"
        others = live_group(letter)
        waits = others.parallel and others.passed
        return f"ตรวจผ่านแล้ว รอ{others.names}ซึ่งตรวจพร้อมกับท่าน" if waits else "ตรวจผ่านแล้ว ส่งต่อผู้ตรวจลำดับถัดไป"
    if verb == "return":
        return_draft(by=request.actor, letter_id=letter_id, reason=note)
        return "ตีกลับแล้ว ระบบแจ้งผู้ร่างพร้อมเหตุผลแล้ว"
    recall(by=request.actor, letter_id=letter_id)
    return "ดึงกลับแล้ว แก้ไขร่างต่อได้"
