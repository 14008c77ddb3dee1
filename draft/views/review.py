"""Reading and deciding: the text with its comments, submitting, passing, returning, recalling."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.actions import once, record_reading
from common.access import Refused
from draft.actions import comments as talk
from draft.actions.propose import USUAL_NOTE, propose
from draft.actions.review import pass_review, recall, return_draft, submit
from draft.kinds import has
from draft.models import Comment
from draft.permissions import (
    IN_PREPARATION,
    is_author,
    is_reviewing,
    may_comment,
    may_decide,
    may_discard,
    may_edit,
    may_propose,
    may_recall,
    may_settle,
    may_submit,
)
from draft.salutations import table
from draft.selectors.choices import chosen_units, living_posts, unit_name
from draft.selectors.kinds import texts_of
from draft.selectors.readiness import advice, leaves_the_circle, paper_advice, problems
from draft.selectors.route import Remark, last_return, marked_body, review_steps
from draft.views.door import Opened, once_key, once_of, typed
from draft.views.saving import kind_words
from org.actor import ActorRequest
from saraban.models import LetterStatus

PHRASES = (USUAL_NOTE, "เพื่อโปรดพิจารณา", "เพื่อโปรดพิจารณาอนุมัติ", "เพื่อโปรดทราบ")
RETURN_PHRASES = ("โปรดแก้ไขตามความเห็นในร่าง", "โปรดตรวจสอบข้อมูลและตัวเลขอีกครั้ง", "โปรดแนบเอกสารประกอบให้ครบถ้วน")


@never_cache
@require_safe
def read(request: ActorRequest, letter_id: int) -> HttpResponse:
    """The draft to read, with comments at their places and what the actor may do."""
    opened = Opened(request, letter_id)
    letter, actor = opened.letter, request.actor
    if not is_author(actor, letter):
        record_reading(by=actor, what="draft", letter_id=letter.pk)
    return render(request, "draft/review.html", _reading(request, opened))


def _reading(request: ActorRequest, opened: Opened, **more: Any) -> dict[str, Any]:
    letter, actor, content = opened.letter, request.actor, opened.content
    body, remarks = marked_body(letter, content)
    deciding = is_reviewing(actor, letter)
    return {
        "page_title": content.subject or "ร่างที่ยังไม่ได้ใส่เรื่อง",
        "letter": letter,
        "draft": opened.draft,
        "content": content,
        "salutation": table(letter.agency).get(content.salutation) if has(letter.kind, "salutation") else None,
        **kind_words(letter.kind),
        "texts": texts_of(letter.kind, content),
        "body": body,
        "remarks": [(one, _settle_reason(request, opened, one)) for one in remarks],
        "open_remarks": sum(not one.settled for one in remarks),
        "references": letter.references.all(),
        "enclosures": letter.enclosures.select_related("file"),
        "addressees": [unit_name(letter, unit) for unit in chosen_units(letter)],
        "steps": review_steps(letter, opened.draft, content),
        "returned": last_return(letter),
        "versions": letter.versions.count(),
        "deciding": deciding,
        "author": is_author(actor, letter),
        "in_review": letter.status == LetterStatus.REVIEW,
        "proposed": letter.status == LetterStatus.PROPOSED,
        "beyond": letter.status not in (*IN_PREPARATION, LetterStatus.PROPOSED, LetterStatus.DISCARDED),
        "why_not_edit": may_edit(actor, letter).reason,
        "why_not_comment": may_comment(actor, letter).reason,
        "why_not_decide": may_decide(actor, letter).reason,
        "why_not_recall": may_recall(actor, letter).reason,
        "why_not_discard": may_discard(actor, letter).reason,
        "once": once_key(),
        **more,
    }


def _settle_reason(request: ActorRequest, opened: Opened, remark: Remark) -> str:
    return may_settle(request.actor, opened.letter, remark.comment).reason


@require_POST
def comment(request: ActorRequest, letter_id: int) -> HttpResponse:
    """Comment at the quoted words or on the whole draft."""
    opened = Opened(request, letter_id)
    words = {name: typed(request, name) for name in ("text", "quote", "before")}
    try:
        with once(once_of(request), by=request.actor):
            made = talk.comment(by=request.actor, letter_id=letter_id, **words)
    except Refused as refusal:
        context = _reading(request, opened, refusal=refusal, typed=words)
        return render(request, "draft/review.html", context, status=refusal.status)
    number = Comment.objects.filter(letter=opened.letter, pk__lte=made.pk).count()
    messages.success(request, "บันทึกความเห็นแล้ว")
    return redirect(f"{reverse('draft:review', args=[letter_id])}#comment-{number}")


@require_POST
def settle_comment(request: ActorRequest, letter_id: int, comment_id: int, way: str) -> HttpResponse:
    """Mark a comment as done, or open it again."""
    opened = Opened(request, letter_id)
    try:
        talk.settle(by=request.actor, letter_id=letter_id, comment_id=comment_id, settled=way == "done")
    except Comment.DoesNotExist as error:
        raise Http404 from error
    number = Comment.objects.filter(letter=opened.letter, pk__lte=comment_id).count()
    return redirect(f"{reverse('draft:review', args=[letter_id])}#comment-{number}")


@require_http_methods(["GET", "HEAD", "POST"])
def send(request: ActorRequest, letter_id: int) -> HttpResponse:
    """Check what is missing, then submit to the reviewers, or propose when there are none."""
    opened = Opened(request, letter_id)
    letter, content, actor = opened.letter, opened.content, request.actor
    reviewed = bool(content.reviewers)
    refusal = None
    if request.method == "POST":
        verb: Callable[..., object] = submit if reviewed else propose
        try:
            with once(once_of(request), by=actor):
                verb(by=actor, letter_id=letter_id, note=typed(request, "note"))
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
        "reviewers": living_posts(letter.agency, content.reviewers),
        "signers": living_posts(letter.agency, content.signers),
        "addressees": [unit_name(letter, unit) for unit in chosen_units(letter)],
        "problems": found,
        "advice": [*advice(letter, content), *paper_advice(letter)],
        "outside": leaves_the_circle(letter),
        "phrases": PHRASES,
        "note": typed(request, "note", USUAL_NOTE),
        "refusal": refusal,
        "why_not": verdict.reason or ("โปรดแก้ไขข้อที่ยังไม่ครบด้านบนก่อน" if found else ""),
        "once": once_key(),
    }
    return render(request, "draft/submit.html", context, status=refusal.status if refusal else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: ActorRequest, letter_id: int, verb: str) -> HttpResponse:
    """Pass, return or recall, each after a page that says what will happen."""
    opened = Opened(request, letter_id)
    actor, note = request.actor, typed(request, "note")
    refusal = None
    if request.method == "POST":
        try:
            with once(once_of(request), by=actor):
                done = _do(verb, request, letter_id, note)
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
        "steps": review_steps(opened.letter, opened.draft, opened.content),
        "phrases": RETURN_PHRASES if verb == "return" else (),
        "refusal": refusal,
        "why_not": rule(actor, opened.letter).reason,
        "once": once_key(),
    }
    return render(request, "draft/decide.html", context, status=refusal.status if refusal else 200)


def _do(verb: str, request: ActorRequest, letter_id: int, note: str) -> str:
    """Carry the decision out and say so."""
    if verb == "pass":
        letter = pass_review(by=request.actor, letter_id=letter_id, note=note)
        return "ตรวจผ่านและเสนอลงนามแล้ว" if letter.status == LetterStatus.PROPOSED else "ตรวจผ่านแล้ว ส่งต่อผู้ตรวจลำดับถัดไป"
    if verb == "return":
        return_draft(by=request.actor, letter_id=letter_id, reason=note)
        return "ตีกลับแล้ว ระบบแจ้งผู้ร่างพร้อมเหตุผลแล้ว"
    recall(by=request.actor, letter_id=letter_id)
    return "ดึงกลับแล้ว แก้ไขร่างต่อได้"
