"""What whoever holds a letter's link sees, without signing in: whose letter, its number and date, and its enclosures.

Unknown, expired, revoked, not yet published: one and the same answer. Nothing is kept of who asked.
"""

from __future__ import annotations

from typing import TypeVar

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.sessions import client_ip
from common.limits import within
from files.serving import file_answer
from org.actor import Actor
from saraban.actions.links import count_download
from saraban.filenames import enclosure_names
from saraban.selectors_links import PublicSet, opened_by

AnyAnswer = TypeVar("AnyAnswer", bound=HttpResponseBase)
GONE = "ลิงก์นี้ไม่ถูกต้อง หมดอายุ หรือเปิดใช้ไม่ได้แล้ว โปรดตรวจตัวอักษรของลิงก์อีกครั้ง หรือติดต่อส่วนราชการเจ้าของหนังสือ"
TOO_OFTEN = "มีการเปิดลิงก์จากเครือข่ายนี้ถี่เกินไป โปรดรอสักครู่แล้วลองใหม่"


@login_not_required
@require_safe
def page(request: HttpRequest, token: str) -> HttpResponseBase:
    """The list of files."""
    opened = _opened(request, token)
    if isinstance(opened, HttpResponse):
        return opened
    context = {
        "page_title": "ดาวน์โหลดสิ่งที่ส่งมาด้วย",
        "set": opened,
        "letter": opened.letter,
        "agency": opened.letter.agency,
    }
    return _guarded(render(request, "saraban/public_link.html", context))


@login_not_required
@require_safe
def file(request: HttpRequest, token: str, order: int) -> HttpResponseBase:
    """The original bytes of the `order`th enclosure, piece by piece; each download is counted."""
    opened = _opened(request, token)
    if isinstance(opened, HttpResponse):
        return opened
    found = opened.file(order)
    if found is None or found.stored is None:
        return _gone(request)
    if request.method == "GET" and opened.public:
        count_download(link=opened.link, stored=found.stored, at=timezone.now())
    name, title = enclosure_names(opened.letter, found.enclosure, order, found.stored)
    return _guarded(file_answer(found.stored, name=name, title=title))


def _opened(request: HttpRequest, token: str) -> PublicSet | HttpResponse:
    """What the link shows, or the answer that refuses it."""
    who = client_ip(request) or "unknown"
    if not within("link", who, most=settings.LINK_REQUESTS_PER_MINUTE, seconds=60):
        return _too_often(request)
    actor = getattr(request, "actor", None)
    opened = opened_by(token, actor if isinstance(actor, Actor) else None, timezone.now())
    if opened is not None:
        return opened
    if not within("link-miss", who, most=settings.LINK_MISSES_PER_HOUR, seconds=3600):
        return _too_often(request)
    return _gone(request)


def _gone(request: HttpRequest) -> HttpResponse:
    return _guarded(render(request, "saraban/public_gone.html", {"sentence": GONE}, status=404))


def _too_often(request: HttpRequest) -> HttpResponse:
    return _guarded(render(request, "429.html", {"sentence": TOO_OFTEN}, status=429))


def _guarded(answer: AnyAnswer) -> AnyAnswer:
    """Kept by nobody, found by no search engine, and the address goes to no other site."""
    answer["Cache-Control"] = "no-store"
    answer["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    answer["Referrer-Policy"] = "no-referrer"
    return answer
