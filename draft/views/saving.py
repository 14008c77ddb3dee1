"""Saving what a page posted, whatever button sent it; and the page that settles a conflict."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import render

from common.access import Refused
from draft.actions.parts import describe
from draft.actions.working import Page, Stale
from draft.actions.writing import keep_conflicting, save
from draft.body import to_text
from draft.content import Content
from draft.forms import DraftForm, MergeForm, content_of, enclosure_words
from draft.kinds import SHORT_KIND, field_of, has
from draft.models import Draft
from draft.permissions import may_convert, may_discard, may_edit
from draft.plan import MOST_REVIEWERS, with_a_blank
from draft.salutations import table
from draft.selectors.choices import chosen_units, folders, posts, unit_name
from draft.selectors.compare import compare
from draft.selectors.readiness import advice, leaves_the_circle
from draft.selectors.route import last_return
from draft.selectors.standing import signer_notes
from draft.selectors.uploads import may_upload, uploaded_of
from draft.views.door import Opened, once_key, typed
from org.actor import ActorRequest
from saraban.models import Enclosure, LetterKind, PhrasePlace
from saraban.phrases import CLOSINGS
from saraban.selectors_phrases import offers
from saraban.sheets.signers import Signers, who_signs

UNREADABLE = "ระบบอ่านสิ่งที่ส่งมาไม่ครบ โปรดลองอีกครั้ง"


def page_of(request: ActorRequest) -> Page:
    """The page's name, revision and save number as posted; without scripts only the revision is there."""

    def number(name: str) -> int:
        text = request.POST.get(name, "")
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0

    return Page(revision=number("revision"), name=typed(request, "page")[:40], seq=number("seq"))


def save_now(request: ActorRequest, opened: Opened) -> Draft:
    """Save what the page posted, and the words of its enclosures. Raises `Stale`, `Refused`, `TooLarge`."""
    content = content_of(request.POST, opened.content, opened.letter.kind)
    draft = save(by=request.actor, letter_id=opened.letter.pk, content=content, page=page_of(request))
    describe(by=request.actor, letter_id=opened.letter.pk, words=enclosure_words(request.POST))
    return draft


def save_posted(request: ActorRequest, opened: Opened) -> HttpResponse | None:
    """Save; None when done, otherwise the page that says why not, with everything that was typed on it."""
    try:
        save_now(request, opened)
    except Stale:
        return conflict(request, opened, content_of(request.POST, opened.content, opened.letter.kind))
    except Refused as refusal:
        return refused_page(request, opened, refusal)
    return None


def conflict(request: ActorRequest, opened: Opened, mine: Content) -> HttpResponse:
    """Both texts, to choose from: what the actor posted is kept as a version before it is shown."""
    try:
        version = keep_conflicting(by=request.actor, letter_id=opened.letter.pk, content=mine)
    except Refused as refusal:
        return refused_page(request, opened, refusal)
    opened = Opened(request, opened.letter.pk)
    kept = Content.of(version)
    context = {
        "page_title": "เลือกข้อความที่จะใช้",
        "letter": opened.letter,
        "draft": opened.draft,
        "version": version,
        "mine": kept,
        "theirs": opened.content,
        "mine_text": to_text(kept.body),
        "merge_field": MergeForm(auto_id="%s")["merged"],
        "comparison": compare(opened.content, kept, letter=opened.letter),
        "own": opened.draft.saved_by_id == request.actor.user.pk,
    }
    return render(request, "draft/conflict.html", context, status=409)


def refused_page(request: ActorRequest, opened: Opened, refusal: Refused) -> HttpResponse:
    """The form as it was posted, with the sentence; where the body itself is too long it is shown as it came."""
    content = opened.content
    raw_body = typed(request, "body")
    try:
        content = content_of(request.POST, opened.content, opened.letter.kind)
    except Refused:
        post = request.POST.copy()
        post.pop("body", None)
        content = content_of(post, opened.content, opened.letter.kind)
    return form_page(request, opened, content, refusal=refusal, raw_body=raw_body)


SIGNED = "พิมพ์ชื่อผู้ดำรงตำแหน่งหรือผู้รักษาราชการแทนในวันที่เสนอ"


def kind_words(kind: str) -> dict[str, Any]:
    """What templates ask of a letter's kind."""
    signers, addressee = field_of(kind, "signers"), field_of(kind, "addressee")
    outward = kind == LetterKind.EXTERNAL
    help_text = signers.help if signers else ""
    wanted = who_signs(kind)
    hint = help_text or (SIGNED if wanted is Signers.ANY else f"เฉพาะ{wanted.value} {SIGNED}")
    return {
        "kind_name": SHORT_KIND[LetterKind(kind)],
        "addressed": addressee is not None,
        "has_references": has(kind, "references"),
        "has_enclosures": has(kind, "enclosures"),
        "closes": outward,
        "may_sign": wanted.name,
        "signers_label": f"{signers.label if signers else 'ผู้ลงนาม'}ตามลำดับ",
        "signers_hint": hint,
    }


def form_page(
    request: ActorRequest,
    opened: Opened,
    content: Content | None = None,
    *,
    refusal: Refused | None = None,
    raw_body: str = "",
    troubles: tuple[str, ...] = (),
) -> HttpResponse:
    """The page to write on. `content` is what was typed if it could not be saved; `troubles` are files refused."""
    shown, letter, actor = content or opened.content, opened.letter, request.actor
    form = DraftForm(
        shown,
        kind=letter.kind,
        folders=folders(actor, letter.kind, letter.secrecy),
        salutations=table(letter.agency).offered(shown.salutation),
        current_folder=letter.folder.name if letter.folder else "",
    )
    prefetch_related_objects([letter], "references", Prefetch("enclosures", Enclosure.objects.select_related("file")))
    enclosures = list(letter.enclosures.all())
    context = {
        "page_title": letter.shown_subject if letter.is_secret else shown.subject or "ร่างที่ยังไม่ได้ใส่เรื่อง",
        "letter": letter,
        "draft": opened.draft,
        "content": shown,
        "form": form,
        **kind_words(letter.kind),
        "posts": posts(actor),
        "reviewer_rows": with_a_blank(shown.reviewers),
        "places": range(1, MOST_REVIEWERS + 1),
        "signer_rows": [*shown.signers, None],
        "references": letter.references.all(),
        "enclosures": enclosures,
        "next_place": enclosures[-1].order + 1 if enclosures else 1,
        "addressees": [(unit, unit_name(letter, unit)) for unit in chosen_units(letter)],
        "outside": leaves_the_circle(letter),
        "advice": [] if shown.upload else advice(letter, shown),
        "standing": signer_notes(letter, shown, actor.at),
        "returned": last_return(letter),
        "filled": getattr(letter, "filled", None),
        "phrases": [] if shown.upload else offers(actor, PhrasePlace.BODY, more=CLOSINGS),
        "link_day": opened.link_day,
        "uploaded": uploaded_of(letter, shown),
        "why_not_upload": may_upload(actor, letter).reason,
        "refusal": refusal,
        "troubles": troubles,
        "raw_body": raw_body if refusal is not None and shown.body == opened.content.body and raw_body else "",
        "unsaved": refusal is not None,
        "page_name": once_key(),
        "why_not_edit": may_edit(actor, letter).reason,
        "why_not_discard": may_discard(actor, letter).reason,
        "why_not_convert": may_convert(actor, letter).reason,
    }
    status = refusal.status if refusal else 200
    return render(request, "draft/edit.html", context, status=status)
