"""What I want to be mailed and when; my calendar address; the calendar itself, for calendar programs."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.access import Invalid
from notifications.choices import choose_mail, end_feed, feed_read, make_feed
from notifications.feed import as_icalendar, entries_of, feed_of
from notifications.forms import ChoicesForm
from notifications.models import CalendarFeed, MailChoice, MailHours
from org.actor import Actor, ActorRequest


@require_http_methods(["GET", "POST"])
def choices(request: ActorRequest) -> HttpResponse:
    """The choice for each event, quiet hours, and the hour of the digest."""
    user = request.actor.user
    if request.method == "GET":
        chosen = dict(MailChoice.objects.filter(user=user).values_list("event", "mode"))
        hours = MailHours.objects.filter(user=user).first()
        return _page(request, ChoicesForm(initial=ChoicesForm.initial_of(hours, chosen)))
    form = ChoicesForm(request.POST)
    if form.is_valid():
        names = ("quiet_from", "quiet_to", "quiet_days_off", "urgent_at_once", "digest_at")
        try:
            choose_mail(by=request.actor, modes=form.modes(), **{name: form.cleaned_data[name] for name in names})
        except Invalid as wrong:
            form.add_error(wrong.field if wrong.field in form.fields else None, wrong.sentence)
        else:
            messages.success(request, "บันทึกการรับแจ้งเตือนแล้ว")
            return redirect("notifications:choices")
    return _page(request, form, 422)


def _page(request: ActorRequest, form: ChoicesForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "address": request.actor.user.email, "page_title": "เลือกรับการแจ้งเตือน"}
    return render(request, "notifications/choices.html", context, status=status)


@never_cache
@sensitive_variables("secret")
@require_http_methods(["GET", "POST"])
def calendar(request: ActorRequest) -> HttpResponse:
    """My calendar address: make one (its secret is shown this once), make it anew, end it."""
    secret = ""
    if request.method == "POST":
        secret = make_feed(by=request.actor, with_subjects=request.POST.get("with_subjects") == "on")
    address = f"{settings.SITE_URL}{reverse('notifications:feed', args=[secret])}" if secret else ""
    context = {
        "feed": CalendarFeed.objects.filter(user=request.actor.user).first(),
        "address": address,
        "page_title": "ปฏิทินกำหนดงาน",
    }
    return render(request, "notifications/calendar.html", context)


@require_POST
def calendar_end(request: ActorRequest) -> HttpResponse:
    """End my calendar address."""
    end_feed(by=request.actor)
    messages.success(request, "ยกเลิกที่อยู่ปฏิทินแล้ว โปรแกรมปฏิทินที่ใช้ที่อยู่เดิมจะอ่านไม่ได้อีก")
    return redirect("notifications:calendar")


@login_not_required
@never_cache
@require_GET
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """The calendar for a calendar program, which cannot sign in: the address is the key. 404 for an ended one."""
    found = feed_of(secret)
    if found is None:
        raise Http404
    now = timezone.now()
    answer = HttpResponse(as_icalendar(found, entries_of(found, now), now), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'inline; filename="e-office.ics"'
    answer["X-Robots-Tag"] = "noindex"
    feed_read(found, Actor(found.user, None, now))
    return answer
