"""The list of drafts, and beginning one."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from audit.actions import once
from common.access import Refused
from draft.actions.writing import begin, usual_answer_kind
from draft.kinds import SHORT_KIND
from draft.selectors.doctypes import usable
from draft.selectors.kinds import choices
from draft.selectors.lists import SORTS, TAB_OF, TABS, Wanted, page_of, tab_counts
from draft.selectors.paper import reference_line
from draft.views.access import classes, reasons_of
from draft.views.door import once_key, once_of
from draft.views.filling import form_to_fill, with_types
from org.actor import ActorRequest
from saraban.list_export import FORMS
from saraban.models import Letter, LetterKind, Urgency
from saraban.permissions import may_draft


@require_safe
def drafts(request: ActorRequest) -> HttpResponse:
    """The actor's drafts and those that wait for his review, by tab."""
    wanted = wanted_of(request)
    page = page_of(request.actor, wanted)
    counts = tab_counts(request.actor)
    here = {name: value for name in ("q", "kind", "urgency", "sort") if (value := request.GET.get(name))}

    def link(**more: object) -> str:
        query = {"tab": wanted.tab, **here, **more}
        return "?" + urlencode({name: value for name, value in query.items() if value not in ("", None)})

    context = {
        "page_title": "ร่างหนังสือ",
        "tab": TAB_OF[wanted.tab],
        "tabs": [(tab.label, f"?tab={tab.key}", counts.get(tab.key) or "", tab.key == wanted.tab) for tab in TABS],
        "rows": page.rows,
        "older_url": link(after=page.older) if page.older else "",
        "newer_url": link(before=page.newer) if page.newer else "",
        "wanted": wanted,
        "kinds": [("", "ทุกชนิด"), *SHORT_KIND.items()],
        "urgencies": [("", "ทุกชั้นความเร็ว"), *((str(value), label) for value, label in Urgency.choices)],
        "sorts": [(key, label) for key, (label, _, _) in SORTS.items()],
        "clear_url": f"?tab={wanted.tab}",
        "export": {form: reverse("draft:export", args=[form]) + link() for form in FORMS},
        "filtered": bool(wanted.q or wanted.kind or wanted.urgency),
        "why_not": may_draft(request.actor).reason,
    }
    return render(request, "draft/list.html", context)


def wanted_of(request: ActorRequest) -> Wanted:
    """What the page's address asks for; nonsense in it is left out."""
    get = request.GET

    def number(name: str) -> int | None:
        text = get.get(name, "")
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None

    return Wanted(
        tab=get["tab"] if get.get("tab") in TAB_OF else "mine",
        q=get.get("q", "")[:200].replace("\x00", ""),
        kind=get.get("kind", "") if get.get("kind") in LetterKind.values else "",
        urgency=get.get("urgency", "") if get.get("urgency") in {str(value) for value in Urgency.values} else "",
        sort=get["sort"] if get.get("sort") in SORTS else "new",
        after=number("after"),
        before=number("before"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: ActorRequest) -> HttpResponse:
    """Choose a kind and begin; `?answers=<letter>` begins a reply to it."""
    asked = request.GET.get("answers", "")
    return _begin(request, int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 19 else None)


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: ActorRequest, letter_id: int) -> HttpResponse:
    """Begin a reply to a letter the actor may read."""
    return _begin(request, letter_id)


LOWER = "หนังสือตอบต้องมีชั้นความลับไม่ต่ำกว่าหนังสือที่ตอบ"


def _begin(request: ActorRequest, answers_id: int | None) -> HttpResponse:
    answers = None
    if answers_id is not None:
        answers = get_object_or_404(Letter.objects.visible_to(request.actor), pk=answers_id)
    refusal = ""
    least = answers.secrecy if answers else 0
    asked = request.POST.get("secrecy", "")
    secrecy = max(int(asked) if asked in {"1", "2", "3"} else 0, least)
    if request.method == "POST" and answers is None and (there := form_to_fill(request.POST.get("kind", ""), secrecy)):
        return redirect(there)
    if request.method == "POST":
        try:
            with once(once_of(request), by=request.actor):
                letter = begin(by=request.actor, kind=request.POST.get("kind", ""), answers=answers, secrecy=secrecy)
        except Refused as error:
            refusal, status = error.sentence, error.status
        else:
            messages.success(request, "เริ่มร่างแล้ว ระบบบันทึกให้เองระหว่างที่ท่านพิมพ์")
            return redirect("draft:edit", letter.pk)
    usual = usual_answer_kind(request.actor, answers) if answers and request.actor.appointment else LetterKind.EXTERNAL
    context = {
        "page_title": "ตอบหนังสือ" if answers else "ร่างหนังสือใหม่",
        "answers": answers,
        "reference": reference_line(answers) if answers else "",
        "groups": with_types(
            choices(request.POST.get("kind") or request.GET.get("kind") or usual),
            [] if answers else usable(request.actor),
        ),
        "classes": classes({**reasons_of(request), **dict.fromkeys(range(least), LOWER)}, secrecy),
        "refusal": refusal,
        "why_not": may_draft(request.actor).reason,
        "once": once_key(),
    }
    return render(request, "draft/new.html", context, status=status if refusal else 200)
