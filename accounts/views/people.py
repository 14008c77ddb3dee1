"""For unit admins: own people, their links to ThaiD, invitations."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from accounts import actions, permissions, selectors
from accounts.forms import InvitationForm, SendAgainForm
from accounts.models import Invitation, ThaidLink
from common.access import Conflict, Invalid
from org.actor import ActorRequest
from org.models import User

PAGE = 50
NEW_INVITATION = "new_invitation"


@require_safe
def people(request: ActorRequest) -> HttpResponse:
    """Everybody the actor administers, with the state of the link to ThaiD."""
    permissions.may_see_people(request.actor).demand()
    words = request.GET.get("q", "").strip()[:100]
    page = Paginator(selectors.people(request.actor, words), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "people": selectors.lines(page.object_list, request.actor.at),  # type: ignore[arg-type]  # a sliced queryset
        "words": words,
        "page_title": "บุคลากรกับ ThaiD",
    }
    return render(request, "accounts/people.html", context)


@require_safe
def person(request: ActorRequest, pk: int) -> HttpResponse:
    """One person: posts, link, and what can be done."""
    return _person_page(request, _person(request, pk))


@sensitive_post_parameters("citizen_number")
@require_POST
def invite(request: ActorRequest, pk: int) -> HttpResponse:
    """Record the citizen number and make the invitation; its link is shown once."""
    user = _person(request, pk)
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return _person_page(request, user, form, status=422)
    try:
        made = actions.invite(by=request.actor, user=user, **form.cleaned_data)
    except Invalid as refusal:
        form.add_error(refusal.field, refusal.sentence)
        return _person_page(request, user, form, status=422)
    return _show_once(request, made)


@require_POST
def invite_again(request: ActorRequest, pk: int) -> HttpResponse:
    """Another link for the number already recorded."""
    user = _person(request, pk)
    form = SendAgainForm(request.POST)
    if not form.is_valid():
        return _person_page(request, user, again=form, status=422)
    return _show_once(request, actions.invite_again(by=request.actor, link=_link(user), **form.cleaned_data))


@require_POST
def revoke(request: ActorRequest, pk: int) -> HttpResponse:
    """End the link."""
    user = _person(request, pk)
    actions.revoke(by=request.actor, link=_link(user))
    messages.success(request, f"ยกเลิกการผูกบัญชีของ{user.full_name} กับ ThaiD แล้ว")
    return redirect("accounts:person", pk=user.pk)


def _person(request: ActorRequest, pk: int) -> User:
    """A person the actor administers; anybody else does not exist for him (404)."""
    permissions.may_see_people(request.actor).demand()
    return get_object_or_404(selectors.people(request.actor), pk=pk)


def _link(user: User) -> ThaidLink:
    link = selectors.living_link(user)
    if link is None:
        raise Conflict("บัญชีนี้ไม่ได้ผูกกับ ThaiD แล้ว โปรดโหลดหน้าใหม่")
    return link


def _show_once(request: ActorRequest, made: Invitation) -> HttpResponse:
    request.session[NEW_INVITATION] = made.pk
    sent = f" และกำลังส่งไปที่ {made.sent_to}" if made.sent_to else ""
    messages.success(request, f"ออกคำเชิญแล้ว{sent}")
    return redirect("accounts:person", pk=made.link.user_id)


def _person_page(
    request: ActorRequest,
    user: User,
    form: InvitationForm | None = None,
    again: SendAgainForm | None = None,
    status: int = 200,
) -> HttpResponse:
    lines = selectors.lines(User.objects.filter(pk=user.pk), request.actor.at)
    if not lines:
        raise Http404
    link = lines[0].link
    last = selectors.latest_invitation(link) if link else None
    new = last if last and request.session.pop(NEW_INVITATION, None) == last.pk else None
    context = {
        "person": lines[0],
        "link": link,
        "last": last,
        "new": new,
        "open": last is not None
        and last.used_at is None
        and last.withdrawn_at is None
        and last.expires_at > request.actor.at,
        "refusal": permissions.may_link(request.actor, user).reason,
        "form": form or InvitationForm(initial={"send_to": user.email}),
        "again": again or SendAgainForm(initial={"send_to": user.email}, auto_id="again_%s"),
        "page_title": user.full_name,
    }
    return render(request, "accounts/person.html", context, status=status)
