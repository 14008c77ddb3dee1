"""The receiving registry: what waits, ลงรับ one or many, ส่งคืน."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from audit.actions import once
from common.access import Refused
from org.actor import Actor, ActorRequest
from saraban.actions.receive import register, return_delivery
from saraban.finding import same_before
from saraban.forms import ReasonForm, ReceiveForm
from saraban.models import RECEIVING, Delivery, DeliveryStatus, Letter, RegisterEntry, RegisterFolder
from saraban.permissions import may_return
from saraban.rows import incoming_rows, letter_url
from saraban.selectors import awaiting_dispatch, awaiting_number, folders_with, incoming_of
from saraban.views.doors import delivery_for, entry_for
from saraban.views.places import came_from

SHOWN = 200
COUNTED = 100


def tabs(actor: Actor, here: str) -> list[tuple[str, str, str, bool]]:
    """The views of the registry's work with what waits in each (counts stop at 99+)."""
    found = [("หนังสือรอลงรับ", reverse("saraban:incoming"), _count(incoming_of(actor)), here == "incoming")]
    outgoing = reverse("saraban:outgoing")
    found.append(("รอออกเลข", outgoing, _count(awaiting_number(actor)), here == "number"))
    found.append(("รอส่ง", f"{outgoing}?tab=dispatch", _count(awaiting_dispatch(actor)), here == "dispatch"))
    found.append(("ส่งแล้ว", f"{outgoing}?tab=sent", "", here == "sent"))
    return found


def _count(rows: object) -> str:
    count = rows.order_by()[:COUNTED].count()  # type: ignore[attr-defined]
    return "99+" if count >= COUNTED else str(count)


def incoming(request: ActorRequest) -> HttpResponse:
    """What waits for the actor's registry, the most urgent first."""
    actor = request.actor
    deliveries = list(incoming_of(actor)[: SHOWN + 1])
    ids = [one.received_id for one in deliveries if one.received_id]
    open_ids = set(Letter.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()
    rows = incoming_rows(deliveries[:SHOWN], actor.at, open_ids=open_ids, came_from=came_from("incoming"))
    context = {
        "rows": rows,
        "cut": len(deliveries) > SHOWN,
        "tabs": tabs(actor, "incoming"),
        "registers": bool(folders_with(actor, "register_incoming", RECEIVING)),
    }
    return render(request, "saraban/incoming.html", context)


def receive(request: ActorRequest, delivery_id: int) -> HttpResponse:
    """ลงรับ: choose the folder, see a duplicate, confirm; then the receipt number or the letter's route."""
    actor = request.actor
    delivery = delivery_for(actor, delivery_id)
    letter = delivery.received
    assert letter is not None  # the door refused what has not arrived
    if delivery.status not in (DeliveryStatus.DELIVERED, DeliveryStatus.OPENED):
        if delivery.entry_id:
            return redirect("saraban:received", delivery.entry_id)
        messages.warning(request, f"หนังสือนี้{delivery.get_status_display()} ลงรับไม่ได้แล้ว")
        return redirect("saraban:incoming")
    folders = receiving_folders(actor, [delivery])
    form = ReceiveForm(request.POST or None, folders=folders)
    if request.method == "POST" and form.is_valid():
        try:
            with once(form.cleaned_data["once"], by=actor):
                entry = register(
                    by=actor,
                    delivery_id=delivery.pk,
                    folder_id=int(form.cleaned_data["folder"]),
                    remark=form.cleaned_data["remark"],
                )
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            if request.POST.get("next") == "route":
                messages.success(request, f"ลงรับแล้ว เลขรับ {entry.number} เลือกผู้รับเสนอต่อได้ในส่วนการดำเนินการ")
                return redirect(letter_url(letter.pk) + "#panels")
            return redirect("saraban:received", entry.pk)
    context = {
        "delivery": delivery,
        "letter": letter,
        "form": form,
        "folders": folders,
        "duplicates": _duplicates(actor, letter),
        "back": letter_url(letter.pk, came_from("incoming")),
    }
    return render(request, "saraban/receive.html", context, status=422 if form.errors else 200)


def received(request: ActorRequest, entry_id: int) -> HttpResponse:
    """The receipt number, big, and what comes next."""
    actor = request.actor
    entry = entry_for(actor, entry_id)
    waiting = incoming_of(actor).exclude(received=entry.letter_id).first()
    context = {"entry": entry, "letter": entry.letter, "next_delivery": waiting}
    return render(request, "saraban/received.html", context)


def send_back(request: ActorRequest, delivery_id: int) -> HttpResponse:
    """ส่งคืน with a mandatory reason."""
    actor = request.actor
    delivery = delivery_for(actor, delivery_id)
    letter = delivery.received
    assert letter is not None
    form = ReasonForm(request.POST or None, label="เหตุผลที่ส่งคืน", hint="ผู้ส่งจะเห็นข้อความนี้ เช่น เอกสารแนบไม่ครบ หรือส่งผิดหน่วย")
    verdict = may_return(actor, delivery)
    if request.method == "POST" and form.is_valid():
        try:
            with once(form.cleaned_data["once"], by=actor):
                return_delivery(by=actor, delivery_id=delivery.pk, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, f"ส่งคืน {letter.number or letter.shown_subject} ไปยังผู้ส่งแล้ว")
            return redirect("saraban:incoming")
    context = {
        "delivery": delivery,
        "letter": letter,
        "form": form,
        "reason": verdict.reason,
        "back": letter_url(letter.pk),
    }
    return render(request, "saraban/send_back.html", context, status=422 if form.errors else 200)


def receive_many(request: ActorRequest) -> HttpResponse:
    """ลงรับ several into one folder: the list, its duplicates and the folder; then a result for each letter."""
    actor = request.actor
    chosen = request.POST.getlist("d") or request.GET.getlist("d")
    ids = [int(one) for one in chosen if one.isdecimal() and len(one) < 19][:SHOWN]
    deliveries = list(incoming_of(actor).filter(pk__in=ids))
    if not deliveries:
        messages.warning(request, "โปรดเลือกหนังสืออย่างน้อยหนึ่งเรื่องก่อนลงรับ")
        return redirect("saraban:incoming")
    folders = receiving_folders(actor, deliveries)
    form = ReceiveForm(request.POST or None, folders=folders)
    if request.method == "POST" and form.is_valid():
        try:
            results = _register_each(actor, form, deliveries)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            request.session["received_many"] = results
            return redirect("saraban:received_many")
    rows = [(one, one.received, bool(_duplicates(actor, one.received))) for one in deliveries[:SHOWN]]
    context = {"rows": rows, "form": form, "folders": folders, "units": {one.to_unit_id for one in deliveries}}
    return render(request, "saraban/receive_many.html", context, status=422 if form.errors else 200)


def _register_each(actor: Actor, form: ReceiveForm, deliveries: list[Delivery]) -> list[list[object]]:
    """[delivery id, entry id or 0, sentence] for each; one that is refused does not hold up the others."""
    results: list[list[object]] = []
    with once(form.cleaned_data["once"], by=actor):
        for delivery in deliveries:
            try:
                entry = register(
                    by=actor,
                    delivery_id=delivery.pk,
                    folder_id=int(form.cleaned_data["folder"]),
                    remark=form.cleaned_data["remark"],
                )
            except Refused as refusal:
                results.append([delivery.pk, 0, refusal.sentence])
            else:
                results.append([delivery.pk, entry.pk, ""])
    return results


def received_many(request: ActorRequest) -> HttpResponse:
    """The result for each letter of the last bulk registering of this session."""
    actor = request.actor
    results = request.session.get("received_many", [])
    entries = RegisterEntry.objects.select_related("letter", "folder").in_bulk([row[1] for row in results if row[1]])
    refused = Delivery.objects.select_related("received").in_bulk([row[0] for row in results if not row[1]])
    readable = set(
        Letter.objects.visible_to(actor)
        .filter(pk__in={one.letter_id for one in entries.values()} | {one.received_id for one in refused.values()})
        .values_list("pk", flat=True)
    )
    rows = []
    for delivery_id, entry_id, sentence in results:
        entry = entries.get(entry_id)
        letter = entry.letter if entry else refused[delivery_id].received if delivery_id in refused else None
        if letter is not None and letter.pk in readable:
            rows.append((letter, entry, sentence))
    return render(request, "saraban/received_many.html", {"rows": rows, "done": sum(1 for row in rows if row[1])})


def receiving_folders(actor: Actor, deliveries: list[Delivery]) -> list[RegisterFolder]:
    """The receiving folders of the units the deliveries wait at, into which the actor may register."""
    units = {delivery.to_unit_id for delivery in deliveries}
    return [one for one in folders_with(actor, "register_incoming", RECEIVING) if one.owner_unit_id in units]


def _duplicates(actor: Actor, letter: Letter | None) -> list[Letter]:
    if letter is None:
        return []
    return same_before(
        actor, sender=letter.sender, number=letter.number, letter_date=letter.letter_date, but_not=letter.pk
    )
