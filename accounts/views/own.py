"""A person's own pages: the privacy notice, the profile, the password, and the capacity acted in."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import actions, selectors, sessions
from accounts.doors import before_entry
from accounts.forms import PasswordForm
from accounts.notice import NOTICE_VERSION
from common.access import Invalid
from org.actor import ActorRequest


@before_entry
@require_http_methods(["GET", "HEAD", "POST"])
def accept_or_show_privacy(request: ActorRequest) -> HttpResponse:
    """The privacy notice: to be read once per version at the first sign-in, to be found again at any time."""
    wanted = sessions.safe_next(request, request.POST.get("next") or request.GET.get("next"))
    if request.method == "POST":
        actions.accept_notice(by=request.actor)
        return redirect(wanted)
    context = {
        "accepted": selectors.acceptance_of(request.actor.user),
        "next": wanted,
        "version": NOTICE_VERSION,
        "agency": request.actor.user.agency,
        "dpo": settings.PRIVACY_DPO_CONTACT,
        "thaid": settings.THAID_ENABLED,
    }
    return render(request, "accounts/privacy.html", context)


@require_safe
def profile(request: ActorRequest) -> HttpResponse:
    """Own name, posts past and present, ThaiD, last sign-ins."""
    user = request.actor.user
    now = request.actor.at
    posts = list(selectors.posts_of(user))
    context = {
        "person": user,
        "present": [post for post in posts if post.starts_at <= now and (post.ends_at is None or post.ends_at > now)],
        "coming": [post for post in posts if post.starts_at > now],
        "past": [post for post in posts if post.ends_at is not None and post.ends_at <= now],
        "link": selectors.living_link(user),
        "sign_ins": selectors.recent_sign_ins(user),
        "accepted": selectors.acceptance_of(user),
        "thaid": settings.THAID_ENABLED,
        "page_title": "ข้อมูลของฉัน",
    }
    return render(request, "accounts/profile.html", context)


@before_entry
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def change_password(request: ActorRequest) -> HttpResponse:
    """A new password; a temporary one must be changed here before any work. Other sessions of the person end."""
    user = request.actor.user
    wanted = sessions.safe_next(request, request.POST.get("next") or request.GET.get("next"))
    form = PasswordForm(request.POST or None, temporary=user.password_temporary)
    context = {"form": form, "next": wanted, "temporary": user.password_temporary, "page_title": "เปลี่ยนรหัสผ่าน"}
    if request.method != "POST":
        context["thaid_only"] = not user.has_usable_password()
        return render(request, "accounts/password_change.html", context)
    if form.is_valid() and not user.password_temporary and not user.check_password(form.cleaned_data["present"]):
        form.add_error("present", "รหัสผ่านปัจจุบันไม่ถูกต้อง")
    if form.is_valid():
        try:
            changed = actions.change_password(by=request.actor, password=form.cleaned_data["new_password"])
        except Invalid as refusal:
            form.add_error(refusal.field, refusal.sentence)
        else:
            update_session_auth_hash(request, changed)
            messages.success(request, "เปลี่ยนรหัสผ่านแล้ว เครื่องอื่นที่เปิดบัญชีนี้ค้างไว้ถูกออกจากระบบ")
            return redirect(wanted)
    return render(request, "accounts/password_change.html", context, status=422)


@require_POST
def switch_capacity(request: ActorRequest) -> HttpResponse:
    """Act in another of one's own capacities in force from now on."""
    appointments = request.__dict__["appointments"]
    chosen = next((one for one in appointments if str(one.pk) == request.POST.get("capacity")), None)
    if chosen is None:
        messages.error(request, "ฐานะที่เลือกไม่มีผลในขณะนี้ ระบบจึงยังใช้ฐานะเดิม")
    else:
        request.session[sessions.APPOINTMENT] = chosen.pk
        messages.success(request, f"ทำงานในนาม{chosen.title_line}")
    return redirect(sessions.safe_next(request, request.POST.get("next")))
