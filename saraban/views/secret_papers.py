"""หนังสือชั้นลับที่สุด: what may be done with it here, asking for its number, and the secret registrar's page."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from audit.actions import once
from common.access import Invalid, Refused
from org.actor import Actor, ActorRequest
from saraban.actions.secret_papers import ask, enter_paper, record_paper
from saraban.forms_secret import SecretPaperForm
from saraban.models import FolderKind, RegisterFolder, SecretPaper
from saraban.models.reach import reach_of
from saraban.selectors import folders_with

SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
def ask_page(request: ActorRequest) -> HttpResponse:
    """The procedure on paper, the request for a number, and what the post asked for before."""
    actor = request.actor
    folders: list[RegisterFolder] = []
    if actor.appointment is not None:
        found = RegisterFolder.objects.filter(agency=actor.agency, kind=FolderKind.SECRET_SEND, closed_at=None)
        folders = list(found.order_by("group__order", "order", "id"))
    initial = {"from_post": actor.position.title} if actor.appointment else {}
    form = SecretPaperForm(request.POST or None, folders=folders, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            with once(form.cleaned_data["once"], by=actor):
                ask(by=actor, folder_id=form.cleaned_data["folder"], facts=form.facts())
        except Refused as refusal:
            _show(form, refusal)
        else:
            messages.success(request, "ส่งคำขอถึงนายทะเบียนข้อมูลข่าวสารลับแล้ว")
            return redirect("saraban:secret_paper_ask")
    asked = SecretPaper.objects.none()
    if actor.appointment is not None:
        asked = SecretPaper.objects.filter(asked_from=actor.position).select_related("entry", "folder").order_by("-id")
    why_not = "" if folders else "ส่วนราชการของท่านยังไม่มีทะเบียนส่งหนังสือลับที่เปิดใช้ โปรดแจ้งผู้ดูแลหน่วยงาน"
    context = {"page_title": "หนังสือกระดาษชั้นลับที่สุด", "form": form, "asked": asked[:SHOWN], "why_not": why_not}
    return render(request, "saraban/secret_paper_ask.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def papers(request: ActorRequest) -> HttpResponse:
    """The secret registrar's page: what was asked for, and a paper entered at once. 404 for everybody else."""
    actor = request.actor
    folders = _kept_by(actor)
    form = SecretPaperForm(request.POST or None, folders=folders)
    if request.method == "POST" and form.is_valid():
        try:
            with once(form.cleaned_data["once"], by=actor):
                paper = record_paper(by=actor, folder_id=form.cleaned_data["folder"], facts=form.facts())
        except Refused as refusal:
            _show(form, refusal)
        else:
            return _entered(request, paper)
    waiting = SecretPaper.objects.filter(folder__in=folders, entry=None).select_related(
        "folder", "asked_by", "asked_from"
    )
    context = {
        "page_title": "หนังสือกระดาษชั้นลับที่สุด",
        "form": form,
        "once": form["once"].value(),
        "waiting": waiting.order_by("id")[:SHOWN],
        "folders": folders,
    }
    return render(request, "saraban/secret_papers.html", context, status=422 if form.errors else 200)


def _show(form: SecretPaperForm, refusal: Refused) -> None:
    """A refusal beside its field, or on top."""
    field = refusal.field if isinstance(refusal, Invalid) else ""
    form.add_error(field if field in form.fields else None, refusal.sentence)


@require_POST
def enter_asked(request: ActorRequest, paper_id: int) -> HttpResponse:
    """Give an asked-for paper its number."""
    paper = get_object_or_404(SecretPaper, pk=paper_id, folder__in=_kept_by(request.actor))
    with once(request.POST.get("once") or None, by=request.actor):
        paper = enter_paper(by=request.actor, paper_id=paper.pk)
    return _entered(request, paper)


def _entered(request: ActorRequest, paper: SecretPaper) -> HttpResponse:
    number = paper.entry.number if paper.entry else ""
    messages.success(request, f"ลงทะเบียนแล้ว เลข {number} ให้เขียนเลขนี้บนหนังสือกระดาษ")
    return redirect("saraban:secret_papers")


def _kept_by(actor: Actor) -> list[RegisterFolder]:
    """The secret sending registers whose registrar the actor is; 404 without one."""
    if not reach_of(actor).folders("secret_register"):
        raise Http404
    folders = folders_with(actor, "secret_register", (FolderKind.SECRET_SEND,))
    if not folders:
        raise Http404
    return folders
