"""Turns a refusal that no view caught into a page with its sentence and status."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from common.access import Refused


class RefusalMiddleware:
    """Last catch of `Refused`: the typed text is gone from here, so views with forms catch it first.

    Whoever types or reloads the address of a sent form gets a page that leads on, not the browser's own.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and request.method in ("GET", "HEAD"):
            page = render(request, "405.html", status=405)
            page["Allow"] = response.headers.get("Allow", "")
            return page
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A page of the refusal's status with its sentence."""
        if isinstance(error, Refused):
            return refusal_page(request, error)
        return None


def refusal_page(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """The error page for `refusal`; a part asked for by htmx gets the bare sentence, shown where it stands."""
    if request.headers.get("HX-Request"):
        return HttpResponse(refusal.sentence, status=refusal.status, content_type="text/plain; charset=utf-8")
    return render(request, f"{refusal.status}.html", {"sentence": refusal.sentence}, status=refusal.status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page was open too long or came from elsewhere."""
    sentence = "หน้านี้เปิดไว้นานเกินไปหรือส่งมาจากที่อื่น โปรดย้อนกลับ โหลดหน้าใหม่ แล้วส่งอีกครั้ง"
    return render(request, "403_csrf.html", {"sentence": sentence}, status=403)
