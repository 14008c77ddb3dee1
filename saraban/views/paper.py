"""ลงรับหนังสือที่มาเป็นกระดาษหรือช่องทางอื่น: what stands on it, its scan, its enclosures."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render

from audit.actions import once
from common.access import Invalid, Refused
from files.actions import store, store_bytes
from files.models import StoredFile
from files.scans import pdf_of_scans
from org.actor import ActorRequest
from saraban.actions.receive import register_paper
from saraban.finding import same_before
from saraban.forms import PaperForm
from saraban.models import RECEIVING, Letter, RegisterEntry
from saraban.selectors import folders_with

MAX_BYTES = 100 * 1024 * 1024


def receive_paper(request: ActorRequest) -> HttpResponse:
    """The form; a letter that looks registered already is shown first and registered only when said again."""
    actor = request.actor
    folders = folders_with(actor, "register_incoming", RECEIVING)
    if not folders:
        raise Refused("ฐานะนี้ไม่มีสิทธิ์ลงรับเข้าแฟ้มทะเบียนใด")
    first = {"folder": str(folders[0].pk), "addressee": folders[0].owner_unit.name}
    form = PaperForm(request.POST or None, request.FILES or None, folders=folders, initial=first)
    duplicates: list[Letter] = []
    if request.method == "POST" and form.is_valid():
        got = form.cleaned_data
        same = {name: got[name] for name in ("sender", "number", "letter_date")}
        if not request.POST.get("anyway"):
            duplicates = same_before(actor, **same)
        if not duplicates:
            try:
                entry = _registered(request, form)
            except Invalid as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
            except Refused as refusal:
                form.add_error(None, refusal.sentence)
            else:
                messages.success(request, f"ลงรับแล้ว เลขรับ {entry.number}")
                return redirect("saraban:received", entry.pk)
    context = {"form": form, "duplicates": duplicates}
    return render(request, "saraban/receive_paper.html", context, status=422 if form.errors else 200)


def _registered(request: ActorRequest, form: PaperForm) -> RegisterEntry:
    """Store what was uploaded and register the letter, all or nothing. Raises `Refused` kinds."""
    got = form.cleaned_data
    with once(got["once"], by=request.actor):
        return register_paper(
            by=request.actor,
            folder_id=int(got["folder"]),
            subject=got["subject"],
            sender=got["sender"],
            number=got["number"],
            letter_date=got["letter_date"],
            addressee=got["addressee"],
            document=_scan(got["scans"]),
            urgency=got["urgency"],
            remark=got["remark"],
            enclosures=[(one.name or "ไฟล์แนบ", store(one, name=one.name or "ไฟล์แนบ")) for one in got["enclosures"]],
        )


def _scan(files: Sequence[UploadedFile]) -> StoredFile | None:
    """The letter's file: the PDF as it is, or one PDF made of the images in their order."""
    if not files:
        return None
    first = files[0]
    if (first.name or "").lower().endswith(".pdf"):
        return store(first, name=first.name or "", only_pdf=True)
    if sum(one.size or 0 for one in files) > MAX_BYTES:
        raise Invalid("ภาพสแกนรวมกันใหญ่เกินไป โปรดลดความละเอียดหรือใช้ไฟล์ PDF", field="scans")
    return store_bytes(pdf_of_scans([(one.name or "ภาพ", one.read()) for one in files]), name="scan.pdf")
