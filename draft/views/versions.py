"""Kept versions: the list, a comparison, keeping and bringing back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from audit.actions import once
from draft.actions.versions import keep_version, restore
from draft.content import Content
from draft.kinds import SHORT_KIND
from draft.models import DraftVersion
from draft.permissions import may_convert, may_edit
from draft.selectors.compare import compare, kind_of_version, parts_of, snapshot
from draft.selectors.route import versions_of
from draft.views.door import Opened, once_key, once_of, typed
from org.actor import ActorRequest

NOW = "now"


@require_safe
def versions(request: ActorRequest, letter_id: int) -> HttpResponse:
    """All kept versions, newest first, with what to compare."""
    opened = Opened(request, letter_id)
    found = versions_of(opened.letter)
    context = {
        "page_title": "ฉบับที่เก็บไว้",
        "letter": opened.letter,
        "draft": opened.draft,
        "versions": [(one, found[at + 1].no if at + 1 < len(found) else None) for at, one in enumerate(found)],
        "why_not": may_edit(request.actor, opened.letter).reason,
    }
    return render(request, "draft/versions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def keep(request: ActorRequest, letter_id: int) -> HttpResponse:
    """เก็บเป็นฉบับ, with a note."""
    opened = Opened(request, letter_id)
    if request.method == "POST":
        with once(once_of(request), by=request.actor):
            version = keep_version(by=request.actor, letter_id=letter_id, note=typed(request, "note"))
        messages.success(request, f"เก็บเป็นฉบับที่ {version.no} แล้ว")
        return redirect("draft:versions", letter_id)
    context = {
        "page_title": "เก็บเป็นฉบับ",
        "letter": opened.letter,
        "why_not": may_edit(request.actor, opened.letter).reason,
        "once": once_key(),
    }
    return render(request, "draft/keep.html", context)


@require_safe
def compare_versions(request: ActorRequest, letter_id: int) -> HttpResponse:
    """`?old=1&new=2` word by word; `now` is the text as it stands."""
    opened = Opened(request, letter_id)
    found = versions_of(opened.letter)
    newest = str(found[0].no) if found else NOW
    old, new = request.GET.get("old", newest), request.GET.get("new", NOW)
    (old_name, old_content, old_parts), (new_name, new_content, new_parts) = (
        _side(opened, found, one) for one in (old, new)
    )
    context = {
        "page_title": "เปรียบเทียบร่าง",
        "letter": opened.letter,
        "choices": [(NOW, "ร่างปัจจุบัน"), *((str(one.no), f"ฉบับที่ {one.no} {one.note}") for one in found)],
        "old": old,
        "new": new,
        "old_name": old_name,
        "new_name": new_name,
        "comparison": compare(old_content, new_content, letter=opened.letter, parts=(old_parts, new_parts)),
    }
    return render(request, "draft/compare.html", context)


def _side(opened: Opened, found: list[DraftVersion], name: str) -> tuple[str, Content, Mapping[str, Any]]:
    if name == NOW:
        return "ร่างปัจจุบัน", opened.content, snapshot(opened.letter)
    version = next((one for one in found if str(one.no) == name), None)
    if version is None:
        raise Http404
    return str(version), Content.of(version), parts_of(version)


@require_http_methods(["GET", "HEAD", "POST"])
def bring_back(request: ActorRequest, letter_id: int, no: int) -> HttpResponse:
    """Ask, then make an old version the working text again."""
    opened = Opened(request, letter_id)
    version = get_object_or_404(DraftVersion.objects.select_related("by"), letter=opened.letter, no=no)
    was = kind_of_version(version)
    kind = SHORT_KIND[was] if was and was != opened.letter.kind else ""
    if request.method == "POST":
        with once(once_of(request), by=request.actor):
            restore(by=request.actor, letter_id=letter_id, no=no)
        messages.success(request, f"นำฉบับที่ {no} กลับมาใช้แล้ว ข้อความก่อนหน้าเก็บไว้เป็นฉบับใหม่")
        return redirect("draft:edit", letter_id)
    context = {
        "page_title": f"นำฉบับที่ {no} กลับมาใช้",
        "letter": opened.letter,
        "version": version,
        "comparison": compare(opened.content, Content.of(version), letter=opened.letter),
        "kind": kind,
        "why_not": may_edit(request.actor, opened.letter).reason
        or (may_convert(request.actor, opened.letter).reason if kind else ""),
        "once": once_key(),
    }
    return render(request, "draft/restore.html", context)
