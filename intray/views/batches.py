"""A batch while it runs and afterwards: its progress, a result for each letter, what can still be done; and the last ones."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from common.access import Refused
from intray.actions.batches import cancel_batch, continue_batch
from intray.models import Batch, BatchVerb
from intray.selectors.batches import GROUPS, PAGE, own_batch, own_batches, progress_of, results, stalled
from org.actor import ActorRequest

SHOWN = 50


@never_cache
@require_GET
def batch(request: ActorRequest, batch_id: int) -> HttpResponse:
    """Where the batch stands; htmx asks for the card again every two seconds while letters wait."""
    found = get_object_or_404(own_batch(request.actor, batch_id))
    template = "intray/_batch.html" if request.htmx else "intray/batch.html"
    return render(request, template, _context(request, found))


def _context(request: ActorRequest, found: Batch, wrong: str = "") -> dict[str, Any]:
    progress = progress_of([found])[found.pk]
    group = request.GET.get("show", "")
    group = group if group in GROUPS else ""
    page_text = request.GET.get("page", "1")
    page = max(1, min(int(page_text), 100)) if page_text.isdecimal() and len(page_text) < 4 else 1
    rows, more = results(request.actor, found, group=group, page=page)
    own = reverse("intray:batch", args=[found.pk])
    counts = {
        "": progress.total,
        "done": progress.done,
        "failed": progress.failed,
        "left": progress.waiting + progress.passphrase + progress.cancelled,
    }
    same_capacity = request.actor.appointment is not None and request.actor.appointment.pk == found.appointment_id
    return {
        "batch": found,
        "signs": found.verb == BatchVerb.SIGN,
        "progress": progress,
        "stalled": stalled(request.actor, found, progress),
        "rows": rows,
        "tabs": [(label, f"{own}?show={key}", counts[key], key == group) for key, (label, _) in GROUPS.items()],
        "own_url": f"{own}?show={group}&page={page}",
        "newer_url": f"{own}?show={group}&page={page - 1}" if page > 1 else "",
        "older_url": f"{own}?show={group}&page={page + 1}" if more else "",
        "shown": f"{(page - 1) * PAGE + 1}–{(page - 1) * PAGE + len(rows)}" if page > 1 or more else "",
        "other_capacity": ""
        if same_capacity
        else f"ชุดงานนี้สั่งในฐานะ{found.appointment.title_line} โปรดสลับมาทำงานในฐานะนั้นก่อน",
        "asks_passphrase": found.certificate_id is not None,
        "wrong": wrong,
    }


@never_cache
@sensitive_post_parameters("passphrase")
@require_POST
def proceed(request: ActorRequest, batch_id: int) -> HttpResponse:
    """ทำต่อ what waits, or ลองใหม่เฉพาะที่ไม่สำเร็จ."""
    found = get_object_or_404(own_batch(request.actor, batch_id))
    failed = request.POST.get("which") == "failed"
    try:
        continue_batch(
            by=request.actor, batch_id=batch_id, passphrase=request.POST.get("passphrase", "")[:200], failed=failed
        )
    except Refused as refusal:
        return render(request, "intray/batch.html", _context(request, found, refusal.sentence), status=refusal.status)
    messages.info(request, "สั่งทำต่อแล้ว ผลแสดงในหน้านี้")
    return redirect("intray:batch", batch_id)


@require_POST
def cancel(request: ActorRequest, batch_id: int) -> HttpResponse:
    """ยกเลิกส่วนที่เหลือ: what is done stays done."""
    try:
        gone = cancel_batch(by=request.actor, batch_id=batch_id)
    except Batch.DoesNotExist as missing:
        raise Http404 from missing
    if gone:
        messages.success(request, f"ยกเลิกแล้ว {gone} เรื่อง เรื่องเหล่านี้ยังอยู่ในแฟ้มเสนอตามเดิม")
    else:
        messages.info(request, "ไม่มีเรื่องที่ยกเลิกได้ ทุกเรื่องดำเนินการไปแล้ว")
    return redirect("intray:batch", batch_id)


@require_GET
def batches(request: ActorRequest) -> HttpResponse:
    """ชุดงานของฉัน: what the person asked for many letters in the last days."""
    found = list(own_batches(request.actor)[:SHOWN])
    standing = progress_of(found)
    rows = [(one, standing[one.pk], reverse("intray:batch", args=[one.pk])) for one in found]
    return render(request, "intray/batches.html", {"rows": rows})
