"""What is said in a draft: comments and answers to them, suggested words; and the press that calls a substitute."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from audit.actions import once
from common.access import Refused
from draft.actions import comments as talk
from draft.actions import suggestions as offers
from draft.actions.substitutes import call_substitute
from draft.models import Comment, Review, Suggestion
from draft.views.door import Opened, once_of, typed
from draft.views.reading import reading_page
from org.actor import ActorRequest


@require_POST
def comment(request: ActorRequest, letter_id: int) -> HttpResponse:
    """Comment at the quoted words or on the whole draft."""
    opened = Opened(request, letter_id)
    words = {name: typed(request, name) for name in ("text", "quote", "before")}
    try:
        with once(once_of(request), by=request.actor):
            made = talk.comment(by=request.actor, letter_id=letter_id, **words)
    except Refused as refusal:
        return reading_page(request, opened, refusal=refusal, **words)
    messages.success(request, "บันทึกความเห็นแล้ว")
    return _at_comment(opened, made.pk)


@require_POST
def settle_comment(request: ActorRequest, letter_id: int, comment_id: int, way: str) -> HttpResponse:
    """Mark a comment as done, or open it again."""
    opened = Opened(request, letter_id)
    try:
        talk.settle(by=request.actor, letter_id=letter_id, comment_id=comment_id, settled=way == "done")
    except Comment.DoesNotExist as error:
        raise Http404 from error
    return _at_comment(opened, comment_id)


@require_POST
def answer_comment(request: ActorRequest, letter_id: int, comment_id: int) -> HttpResponse:
    """Answer a comment."""
    opened = Opened(request, letter_id)
    text = typed(request, "reply")
    try:
        with once(once_of(request), by=request.actor):
            talk.reply(by=request.actor, letter_id=letter_id, comment_id=comment_id, text=text)
    except Comment.DoesNotExist as error:
        raise Http404 from error
    except Refused as refusal:
        return reading_page(request, opened, refusal=refusal, reply=text, reply_to=comment_id)
    messages.success(request, "บันทึกคำตอบแล้ว")
    return _at_comment(opened, comment_id)


def _at_comment(opened: Opened, comment_id: int) -> HttpResponse:
    number = Comment.objects.filter(letter=opened.letter, pk__lte=comment_id).count()
    return redirect(f"{reverse('draft:review', args=[opened.letter.pk])}#comment-{number}")


@require_POST
def suggest_words(request: ActorRequest, letter_id: int) -> HttpResponse:
    """Suggest other words for the quoted ones."""
    opened = Opened(request, letter_id)
    words = {name: typed(request, name) for name in ("quote", "words", "before", "note")}
    try:
        with once(once_of(request), by=request.actor):
            offers.suggest(by=request.actor, letter_id=letter_id, **words)
    except Refused as refusal:
        kept = {"offer_quote": words["quote"], "offer_words": words["words"], "offer_note": words["note"]}
        return reading_page(request, opened, refusal=refusal, offer_before=words["before"], offering=1, **kept)
    messages.success(request, "บันทึกข้อความที่เสนอแล้ว ผู้ร่างได้รับแจ้งแล้ว")
    return _at_suggestions(letter_id)


@require_POST
def accept_words(request: ActorRequest, letter_id: int, suggestion_id: int) -> HttpResponse:
    """รับข้อความนี้. Its state keeps a second press from doing anything, so that a lost place can be marked for good."""
    opened = Opened(request, letter_id)
    try:
        offers.accept(by=request.actor, letter_id=letter_id, suggestion_id=suggestion_id)
    except Suggestion.DoesNotExist as error:
        raise Http404 from error
    except Refused as refusal:
        return reading_page(request, opened, refusal=refusal)
    messages.success(request, "แทนข้อความในร่างแล้ว")
    return _at_suggestions(letter_id)


@require_POST
def accept_all_words(request: ActorRequest, letter_id: int, user_id: int) -> HttpResponse:
    """Everything one person suggests."""
    opened = Opened(request, letter_id)
    try:
        taken = offers.accept_all_of(by=request.actor, letter_id=letter_id, user_id=user_id)
    except Refused as refusal:
        return reading_page(request, opened, refusal=refusal)
    messages.success(request, f"แทนข้อความในร่างแล้ว {taken.accepted} แห่ง")
    if taken.outdated:
        messages.warning(request, f"รับไม่ได้ {taken.outdated} รายการ เพราะข้อความเดิมถูกแก้แล้ว")
    if taken.unclear:
        messages.warning(request, f"ยังไม่ได้รับ {taken.unclear} รายการ เพราะข้อความเดิมอยู่ในร่างมากกว่าหนึ่งแห่ง")
    return _at_suggestions(letter_id)


@require_POST
def decline_words(request: ActorRequest, letter_id: int, suggestion_id: int) -> HttpResponse:
    """ไม่รับ, or taken back by who suggested it."""
    opened = Opened(request, letter_id)
    reason = typed(request, "reason")
    try:
        made = offers.decline(by=request.actor, letter_id=letter_id, suggestion_id=suggestion_id, reason=reason)
    except Suggestion.DoesNotExist as error:
        raise Http404 from error
    except Refused as refusal:
        return reading_page(request, opened, refusal=refusal, answer=reason, answer_to=suggestion_id)
    own = made.by_id == request.actor.user.pk
    messages.success(request, "ถอนข้อความที่เสนอแล้ว" if own else "บันทึกว่าไม่รับข้อความนี้แล้ว")
    return _at_suggestions(letter_id)


def _at_suggestions(letter_id: int) -> HttpResponse:
    return redirect(f"{reverse('draft:review', args=[letter_id])}#suggestions")


@require_POST
def substitute(request: ActorRequest, letter_id: int, review_id: int) -> HttpResponse:
    """Call the substitute of a waiting reviewer at once."""
    opened = Opened(request, letter_id)
    try:
        with once(once_of(request), by=request.actor):
            called = call_substitute(by=request.actor, letter_id=letter_id, review_id=review_id)
    except Review.DoesNotExist as error:
        raise Http404 from error
    except Refused as refusal:
        return reading_page(request, opened, refusal=refusal)
    messages.success(request, f"เรียก{called.position.title}มาตรวจแทนแล้ว ใครตรวจก่อนถือว่าเสร็จ")
    return redirect("draft:review", letter_id)
