"""The page on which a draft is read and talked about: its context, shown again with a sentence when a post is refused."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from common.access import Refused
from draft.kinds import has
from draft.permissions import (
    IN_PREPARATION,
    is_author,
    is_reviewing,
    live_group,
    may_accept,
    may_call_substitute,
    may_comment,
    may_decide,
    may_decline,
    may_discard,
    may_edit,
    may_recall,
    may_settle,
    may_suggest,
)
from draft.salutations import table
from draft.selectors.choices import chosen_units, unit_name
from draft.selectors.kinds import texts_of
from draft.selectors.line import Line, last_read, named_posts, review_line
from draft.selectors.remarks import Offer, Remark, marked, several_of
from draft.selectors.route import last_return, review_steps
from draft.views.door import Opened, once_key
from draft.views.saving import kind_words
from org.actor import ActorRequest
from saraban.models import LetterStatus

FILTERS = {"open": "ค้าง", "done": "แก้ไขแล้ว", "all": "ทั้งหมด"}


def reading_page(
    request: ActorRequest, opened: Opened, *, refusal: Refused | None = None, **typed: str | int
) -> HttpResponse:
    """The review page; `typed` is what was posted and refused, to be mended."""
    context = reading_context(request, opened) | {"refusal": refusal, "typed": typed}
    return render(request, "draft/review.html", context, status=refusal.status if refusal else 200)


def reading_context(request: ActorRequest, opened: Opened) -> dict[str, Any]:
    """What the page shows of the draft, its line, its remarks, and what the actor may do."""
    letter, actor, content = opened.letter, request.actor, opened.content
    body, remarks, offers = marked(letter, content)
    posts = named_posts(content)
    line = review_line(letter, content, actor.at, posts)
    first = opened.draft.round < 2 and is_reviewing(actor, letter)
    asks = actor.appointment is not None and not is_author(actor, letter) and not first
    return {
        "page_title": letter.shown_subject if letter.is_secret else content.subject or "ร่างที่ยังไม่ได้ใส่เรื่อง",
        "letter": letter,
        "draft": opened.draft,
        "content": content,
        "salutation": table(letter.agency).get(content.salutation) if has(letter.kind, "salutation") else None,
        **kind_words(letter.kind),
        "texts": texts_of(letter.kind, content),
        "body": body,
        **_talk(request, opened, remarks, offers),
        "references": letter.references.all(),
        "enclosures": letter.enclosures.select_related("file"),
        "addressees": [unit_name(letter, unit) for unit in chosen_units(letter)],
        "line": line,
        "substitutes": _substitutes(request, opened, line),
        "steps": review_steps(letter, content, posts),
        "returned": last_return(letter),
        "versions": letter.versions.count(),
        "own_version": last_read(letter, actor.position.pk) if asks else None,
        "deciding": is_reviewing(actor, letter),
        "together": live_group(letter).parallel,
        "author": is_author(actor, letter),
        "in_review": letter.status == LetterStatus.REVIEW,
        "proposed": letter.status == LetterStatus.PROPOSED,
        "beyond": letter.status not in (*IN_PREPARATION, LetterStatus.PROPOSED, LetterStatus.DISCARDED),
        "why_not_edit": may_edit(actor, letter).reason,
        "why_not_decide": may_decide(actor, letter).reason,
        "why_not_recall": may_recall(actor, letter).reason,
        "why_not_discard": may_discard(actor, letter).reason,
        "once": once_key(),
    }


def _talk(request: ActorRequest, opened: Opened, remarks: list[Remark], offers: list[Offer]) -> dict[str, Any]:
    """Comments and suggestions as the filter wants them, and what may be done about each."""
    letter, actor = opened.letter, request.actor
    left = sum(not one.settled for one in remarks) + sum(one.open for one in offers)
    total = len(remarks) + len(offers)
    wanted = request.GET.get("remarks", "")
    chosen = wanted if wanted in FILTERS else "open" if left else "all"
    counts = {"open": left, "done": total - left, "all": total}

    def shown(is_open: bool) -> bool:
        return chosen == "all" or (chosen == "open") == is_open

    return {
        "filters": [(label, f"?remarks={key}#comments", counts[key], key == chosen) for key, label in FILTERS.items()],
        "filtered": chosen,
        "said": total,
        "open_remarks": left,
        "remarks": [(one, may_settle(actor, letter, one.comment).reason) for one in remarks if shown(not one.settled)],
        "offers": [(one, may_decline(actor, letter, one.suggestion).reason) for one in offers if shown(one.open)],
        "several": several_of(offers),
        "why_not_comment": may_comment(actor, letter).reason,
        "why_not_suggest": may_suggest(actor, letter).reason,
        "why_not_accept": may_accept(actor, letter).reason,
    }


def _substitutes(request: ActorRequest, opened: Opened, line: Line) -> dict[int, bool]:
    """The reviews whose substitute the actor may call at once."""
    reviews = [turn.review for group in line.groups for turn in group.turns if turn.review is not None]
    return {review.pk: True for review in reviews if may_call_substitute(request.actor, opened.letter, review).allowed}
