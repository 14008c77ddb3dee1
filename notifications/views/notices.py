"""The notices page."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from notifications.actions import mark_all_read, mark_read
from notifications.models import Notification
from notifications.selectors import page_of
from org.actor import ActorRequest


@require_GET
def notice_list(request: ActorRequest) -> HttpResponse:
    """My notices, newest first; `?unread=1` shows only the unread."""
    unread_only = request.GET.get("unread") == "1"
    before = request.GET.get("before", "")
    notices, older = page_of(request.actor, before=int(before) if before.isdigit() else None, unread_only=unread_only)
    query = "&unread=1" if unread_only else ""
    context = {
        "page_title": "การแจ้งเตือน",
        "tabs": [("ทั้งหมด", "?", None, not unread_only), ("ยังไม่อ่าน", "?unread=1", None, unread_only)],
        "notices": notices,
        "any_unread": any(notice.read_at is None for notice in notices),
        "older_url": f"?before={older}{query}" if older else "",
        "newer_url": f"?{query.lstrip('&')}" if before else "",
    }
    return render(request, "notifications/list.html", context)


@require_GET
def notice_open(request: ActorRequest, notice_id: int) -> HttpResponse:
    """Mark a notice read and go where it points."""
    try:
        notice = mark_read(by=request.actor, notice_id=notice_id)
    except Notification.DoesNotExist as error:
        raise Http404 from error
    return redirect(notice.url)


@require_POST
def notice_read_all(request: ActorRequest) -> HttpResponse:
    """Mark all my notices read."""
    mark_all_read(by=request.actor)
    return redirect("notifications:list")
