"""The filters I keep: save one from a list, rename, remove."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import sessions
from accounts.models import SavedFilter
from accounts.saved_filters import remove_filter, rename_filter, save_filter
from common.access import Invalid, Refused
from org.actor import ActorRequest


@require_GET
def filters(request: ActorRequest) -> HttpResponse:
    """All my filters by list."""
    kept = SavedFilter.objects.filter(user=request.actor.user).order_by("page", "name")[:500]
    return render(request, "accounts/filters.html", {"filters": kept, "page_title": "ตัวกรองที่บันทึกไว้"})


@require_POST
def filter_save(request: ActorRequest) -> HttpResponse:
    """Keep the filters of the list the form stands on, and go back to it."""
    path, query = request.POST.get("path", ""), request.POST.get("query", "")
    back = sessions.safe_next(request, f"{path}?{query}")
    try:
        kept = save_filter(
            by=request.actor,
            path=path,
            page=request.POST.get("page", ""),
            query=query,
            name=request.POST.get("name", ""),
        )
    except (Invalid, Refused) as wrong:
        messages.error(request, wrong.sentence)
        return redirect(back)
    messages.success(request, f"บันทึกตัวกรอง “{kept.name}” แล้ว")
    return redirect(kept.url)


@require_http_methods(["GET", "POST"])
def filter_rename(request: ActorRequest, pk: int) -> HttpResponse:
    """Call one of my filters otherwise."""
    kept = SavedFilter.objects.filter(pk=pk, user=request.actor.user).first()
    if kept is None:
        raise Http404
    wrong = ""
    if request.method == "POST":
        try:
            rename_filter(by=request.actor, filter_id=pk, name=request.POST.get("name", ""))
        except Invalid as error:
            wrong = error.sentence
        else:
            messages.success(request, "เปลี่ยนชื่อตัวกรองแล้ว")
            return redirect("accounts:filters")
    context = {
        "kept": kept,
        "name": request.POST.get("name", kept.name),
        "wrong": wrong,
        "page_title": "เปลี่ยนชื่อตัวกรอง",
    }
    return render(request, "accounts/filter_rename.html", context, status=422 if wrong else 200)


@require_POST
def filter_remove(request: ActorRequest, pk: int) -> HttpResponse:
    """Keep one of my filters no longer."""
    try:
        kept = remove_filter(by=request.actor, filter_id=pk)
    except SavedFilter.DoesNotExist as error:
        raise Http404 from error
    messages.success(request, f"ลบตัวกรอง “{kept.name}” แล้ว")
    return redirect("accounts:filters")
