"""A form sent in a capacity that has ended while its page stood open: nothing is done, and nothing typed is lost.

Without this the form would be carried out in the person's next capacity, that is in the name of another post.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from accounts import sessions
from common.thai import datetime_short
from org.models import Appointment, User

SAFE = ("GET", "HEAD", "OPTIONS")
OWN_PAGES = "accounts"  # switching the capacity, signing out, one's own password: done as oneself
SECRET = ("pass", "pin", "token", "otp", "confirm")
SHOWN = 40


def ended_capacity(request: HttpRequest, user: User, appointments: list[Appointment]) -> Appointment | None:
    """The capacity the page of this post was opened in, when it is over; None where nothing stands in the way."""
    match = request.resolver_match
    if request.method in SAFE or (match is not None and match.namespace == OWN_PAGES):
        return None
    chosen = request.session.get(sessions.APPOINTMENT)
    if chosen is None or any(one.pk == chosen for one in appointments):
        return None
    return Appointment.objects.filter(pk=chosen, user=user).select_related("position").first()


def refuse_ended(request: HttpRequest, held: Appointment) -> HttpResponse:
    """409 with the sentence and what was typed. The session keeps the capacity, so that sending again is refused too."""
    when = f"เมื่อ {datetime_short(held.ends_at)}" if held.ends_at else "แล้ว"
    sentence = f"ฐานะ{held.title_line}สิ้นสุด{when} ระบบจึงยังไม่ได้ดำเนินการ เรื่องยังอยู่กับตำแหน่ง{held.position.title}"
    if request.headers.get("HX-Request") or request.headers.get("Sec-Fetch-Dest") == "empty":
        response = HttpResponse(sentence, status=409, content_type="text/plain; charset=utf-8")
    else:
        context = {"sentence": sentence, "typed": _typed(request)}
        response = render(request, "accounts/capacity_ended.html", context, status=409)
    add_never_cache_headers(response)
    return response


def _typed(request: HttpRequest) -> list[str]:
    """What a person wrote: texts, not ticks, keys or secrets."""
    found = []
    for name in request.POST:
        if any(word in name.lower() for word in SECRET):
            continue
        found += [value for value in request.POST.getlist(name) if " " in value.strip() or _thai(value)]
    return list(dict.fromkeys(found))[:SHOWN]


def _thai(value: str) -> bool:
    return any("\u0e01" <= letter <= "\u0e5b" for letter in value)
