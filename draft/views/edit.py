"""Writing: the form, autosave, a conflict settled, another kind, giving up."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from audit.actions import once
from common.access import Refused
from common.thai import clock
from draft.actions.phrases import insert_phrase
from draft.actions.working import Stale
from draft.actions.writing import convert, discard, resolve
from draft.body import clean, from_text
from draft.content import LABELS, Content
from draft.kinds import SHORT_KIND
from draft.models import DraftVersion
from draft.permissions import may_convert, may_discard, may_edit, needs_reason_to_discard
from draft.selectors.kinds import changes, choices, left_off
from draft.views.door import Opened, once_key, once_of, typed
from draft.views.saving import conflict, form_page, page_of, save_now, save_posted
from org.actor import ActorRequest
from saraban.models import LetterKind

# What a save button may lead to (`then`): the name of the page, asked after everything typed is kept.
AFTER_SAVE = {
    "submit": "draft:submit",
    "addressees": "draft:addressees",
    "references": "draft:references",
    "access": "draft:access",
    "link": "draft:link",
    "preview": "draft:preview",
    "keep": "draft:keep",
    "convert": "draft:convert",
    "review": "draft:review",
    "versions": "draft:versions",
    "paper": "draft:paper",
    "places": "draft:places",
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: ActorRequest, letter_id: int) -> HttpResponse:
    """The form; every button saves what is typed and then goes where it says."""
    opened = Opened(request, letter_id)
    if request.method != "POST":
        if not may_edit(request.actor, opened.letter):
            return redirect("draft:review", letter_id)
        return form_page(request, opened)
    unsaved = save_posted(request, opened)
    if unsaved is not None:
        return unsaved
    then = request.POST.get("then", "")
    if then == "external":
        return redirect(f"{reverse('draft:convert', args=[letter_id])}?kind={LetterKind.EXTERNAL}")
    if then == "phrase":
        return _insert(request, letter_id)
    if then in AFTER_SAVE:
        return redirect(AFTER_SAVE[then], letter_id)
    messages.success(request, "บันทึกร่างแล้ว")
    return redirect("draft:edit", letter_id)


def _insert(request: ActorRequest, letter_id: int) -> HttpResponse:
    """The chosen phrase at the end of the body, for pages without scripts."""
    try:
        insert_phrase(by=request.actor, letter_id=letter_id, value=request.POST.get("phrase", ""))
        messages.success(request, "แทรกข้อความท้ายเนื้อความแล้ว")
    except Refused as refusal:
        messages.warning(request, refusal.sentence)
    return redirect(f"{reverse('draft:edit', args=[letter_id])}#body-field")


@require_POST
def autosave(request: ActorRequest, letter_id: int) -> JsonResponse:
    """Save in the background. 200 with the new revision; otherwise the sentence and its status."""
    opened = Opened(request, letter_id)
    try:
        draft = save_now(request, opened)
    except Stale as stale:
        answer = {"sentence": stale.sentence, "revision": stale.draft.revision, "conflict": True}
        return JsonResponse(answer, status=409)
    except Refused as refusal:
        return JsonResponse({"sentence": refusal.sentence}, status=refusal.status)
    return JsonResponse({"revision": draft.revision, "saved": clock(draft.saved_at)})


@require_POST
def settle(request: ActorRequest, letter_id: int) -> HttpResponse:
    """Settle a conflict by what was chosen field by field; a body put together by hand comes as `merged`."""
    opened = Opened(request, letter_id)
    number = request.POST.get("version", "")
    no = int(number) if number.isascii() and number.isdecimal() and len(number) < 9 else 0
    version = DraftVersion.objects.filter(letter=opened.letter, no=no).first()
    if version is None:
        return redirect("draft:edit", letter_id)
    mine = {name for name in LABELS if request.POST.get(f"use-{name}") == "mine"}
    merged = typed(request, "merged") if request.POST.get("use-body") == "merged" else None
    try:
        resolve(
            by=request.actor,
            letter_id=letter_id,
            version_no=no,
            revision=page_of(request).revision,
            mine=mine,
            merged_body=_merged_html(request, opened, merged),
        )
    except Stale:
        return conflict(request, opened, Content.of(version))
    messages.success(request, "บันทึกข้อความที่เลือกแล้ว ข้อความที่ไม่ได้เลือกเก็บไว้ในหน้าฉบับที่เก็บ")
    return redirect("draft:edit", letter_id)


def _merged_html(request: ActorRequest, opened: Opened, merged: str | None) -> str | None:
    if merged is None:
        return None
    return clean(merged) if request.POST.get("body_format") == "html" else from_text(merged, opened.content.body)


@require_http_methods(["GET", "HEAD", "POST"])
def change_kind(request: ActorRequest, letter_id: int) -> HttpResponse:
    """Choose another kind, read what it would leave off the paper (`?kind=…`), then change."""
    opened = Opened(request, letter_id)
    letter, content = opened.letter, opened.content
    to = request.POST.get("kind", "") if request.method == "POST" else request.GET.get("kind", "")
    known = to in LetterKind.values and to != letter.kind
    if request.method == "POST" and known:
        with once(once_of(request), by=request.actor):
            convert(by=request.actor, letter_id=letter_id, kind=to)
        messages.success(request, f"เปลี่ยนเป็น{SHORT_KIND[LetterKind(to)]}แล้ว ข้อความทั้งหมดยังเก็บไว้ครบ")
        return redirect("draft:edit", letter_id)
    name = SHORT_KIND[LetterKind(to)] if known else ""
    context = {
        "page_title": f"เปลี่ยนเป็น{name}" if known else "เปลี่ยนชนิดหนังสือ",
        "letter": letter,
        "now": SHORT_KIND[LetterKind(letter.kind)],
        "to": to if known else "",
        "groups": choices("", but=letter.kind),
        "left": left_off(letter, content, to) if known else [],
        "changes": changes(letter, content, to) if known else [],
        "refusal": "โปรดเลือกชนิดหนังสือ" if request.method == "POST" else "",
        "reason": may_convert(request.actor, letter).reason,
        "once": once_key(),
    }
    return render(request, "draft/convert.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def give_up(request: ActorRequest, letter_id: int) -> HttpResponse:
    """Ask, then discard the draft."""
    opened = Opened(request, letter_id)
    reason, refusal = typed(request, "reason"), None
    if request.method == "POST":
        try:
            with once(once_of(request), by=request.actor):
                discard(by=request.actor, letter_id=letter_id, reason=reason)
        except Refused as error:
            refusal = error
        else:
            messages.success(request, "ยกเลิกร่างแล้ว เปิดอ่านย้อนหลังได้ที่แท็บยกเลิก")
            return redirect("draft:list")
    context = {
        "page_title": "ยกเลิกร่าง",
        "letter": opened.letter,
        "typed": reason,
        "needs_reason": needs_reason_to_discard(opened.letter),
        "refusal": refusal,
        "reason": may_discard(request.actor, opened.letter).reason,
        "once": once_key(),
    }
    return render(request, "draft/discard.html", context, status=refusal.status if refusal else 200)
