"""ลงรับหนังสือที่มาเป็นกระดาษหรือช่องทางอื่น: what stands on it, its scan, its enclosures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render

from audit.actions import once
from common.access import Invalid, Refused
from files.actions import store, store_bytes
from files.models import StoredFile
from files.scans import pdf_of_scans
from org.actor import Actor, ActorRequest
from saraban.actions.receive import register_paper
from saraban.finding import same_before
from saraban.forms import PaperForm, Upload
from saraban.models import RECEIVING, Letter, RegisterEntry
from saraban.selectors import folders_with

MAX_BYTES = 100 * 1024 * 1024
_SALT = "saraban.paper"
_KEPT_SECONDS = 12 * 3600


def receive_paper(request: ActorRequest) -> HttpResponse:
    """The form; a letter that looks registered already is shown first and registered only when said again.

    What was uploaded is stored at once and named in a signed field, so that a page shown again has not lost it.
    """
    actor = request.actor
    folders = folders_with(actor, "register_incoming", RECEIVING)
    if not folders:
        raise Refused("ฐานะนี้ไม่มีสิทธิ์ลงรับเข้าแฟ้มทะเบียนใด")
    first = {"folder": str(folders[0].pk), "addressee": folders[0].owner_unit.name}
    sent = request.method == "POST"
    form = PaperForm(request.POST if sent else None, request.FILES if sent else None, folders=folders, initial=first)
    duplicates: list[Letter] = []
    kept = Kept()
    if sent:
        ready = form.is_valid()
        kept = _kept(request, form)
        if ready and not form.errors:
            got = form.cleaned_data
            same = {name: got[name] for name in ("sender", "number", "letter_date")}
            duplicates = [] if request.POST.get("anyway") else same_before(actor, **same)
            if not duplicates and (entry := _registered(request, form, kept)):
                messages.success(request, f"ลงรับแล้ว เลขรับ {entry.number}")
                return redirect("saraban:received", entry.pk)
    context = {"form": form, "duplicates": duplicates, "kept": kept, "token": kept.token(actor)}
    return render(request, "saraban/receive_paper.html", context, status=422 if form.errors else 200)


@dataclass(frozen=True, slots=True)
class Kept:
    """Uploads stored already: (name, id of the stored file) of the scan, and of each enclosure."""

    scan: tuple[str, int] | None = None
    enclosures: tuple[tuple[str, int], ...] = ()

    def token(self, actor: Actor) -> str:
        """The same, signed for this user; empty when nothing is kept."""
        if not self.scan and not self.enclosures:
            return ""
        return signing.dumps([self.scan, self.enclosures], salt=f"{_SALT}:{actor.user.pk}")

    @classmethod
    def of(cls, token: str, actor: Actor) -> Kept:
        """What a token names; nothing for a token that is old, broken or another user's."""
        try:
            scan, enclosures = signing.loads(token, salt=f"{_SALT}:{actor.user.pk}", max_age=_KEPT_SECONDS)
        except signing.BadSignature:
            return cls()
        return cls((scan[0], scan[1]) if scan else None, tuple((name, pk) for name, pk in enclosures))


def _kept(request: ActorRequest, form: PaperForm) -> Kept:
    """Store the uploads of this request; where none came, what an earlier one left. A refusal goes onto the form."""
    before = Kept.of(request.POST.get("kept", ""), request.actor)
    scan, enclosures = before.scan, before.enclosures
    try:
        if files := form.cleaned_data.get("scans"):
            stored = _scan(files)
            scan = (files[0].name or "scan.pdf", stored.pk) if stored else None
    except Refused as refusal:
        form.add_error("scans", refusal.sentence)
    try:
        if files := form.cleaned_data.get("enclosures"):
            enclosures = tuple((_title(one), store(one, name=one.name or "ไฟล์แนบ").pk) for one in files)
    except Refused as refusal:
        form.add_error("enclosures", refusal.sentence)
    return Kept(scan, enclosures)


def _title(one: Upload) -> str:
    """The enclosure's title: its name without the ending."""
    name = " ".join((one.name or "").split())
    stem, dot, suffix = name.rpartition(".")
    return (stem if dot and len(suffix) <= 5 else name)[:300] or "ไฟล์แนบ"


def _registered(request: ActorRequest, form: PaperForm, kept: Kept) -> RegisterEntry | None:
    """Register the letter with its files. None, with the sentence on the form, when that is refused."""
    got = form.cleaned_data
    ids = [pk for _, pk in kept.enclosures] + ([kept.scan[1]] if kept.scan else [])
    files = StoredFile.objects.in_bulk(ids)
    try:
        with once(got["once"], by=request.actor):
            return register_paper(
                by=request.actor,
                folder_id=int(got["folder"]),
                subject=got["subject"],
                sender=got["sender"],
                number=got["number"],
                letter_date=got["letter_date"],
                addressee=got["addressee"],
                document=files.get(kept.scan[1]) if kept.scan else None,
                urgency=got["urgency"],
                remark=got["remark"],
                enclosures=[(title, files[pk]) for title, pk in kept.enclosures if pk in files],
            )
    except Refused as refusal:
        form.add_error(None, refusal.sentence)
        return None


def _scan(files: Sequence[Upload]) -> StoredFile | None:
    """The letter's file: the PDF as it is, or one PDF made of the images in their order. Raises `Invalid`."""
    if not files:
        return None
    first = files[0]
    if (first.name or "").lower().endswith(".pdf"):
        return store(first, name=first.name or "", only_pdf=True)
    if sum(one.size or 0 for one in files) > MAX_BYTES:
        raise Invalid("ภาพสแกนรวมกันใหญ่เกินไป โปรดลดความละเอียดหรือใช้ไฟล์ PDF", field="scans")
    return store_bytes(pdf_of_scans([(one.name or "ภาพ", one.read()) for one in files]), name="scan.pdf")
