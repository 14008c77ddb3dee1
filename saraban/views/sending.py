"""ส่งหนังสือ: choosing addressees, looking once more, sending; and calling back what nobody opened."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.db.models import F, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from audit.actions import once
from common.access import Refused
from common.thai import sort_key
from org.actor import Actor, ActorRequest
from org.models import Agency, Unit
from org.selectors import units_of
from saraban.actions.dispatch import Addressee
from saraban.actions.dispatch import dispatch as send_out
from saraban.actions.dispatch import recall as call_back
from saraban.forms import ConfirmForm
from saraban.models import Delivery, Letter, Purpose
from saraban.permissions import may_dispatch, may_recall, may_send_to
from saraban.registers import plain
from saraban.rows import letter_url
from saraban.views.doors import letter_for
from saraban.views.places import came_from

AGENCIES_SHOWN = 200
DONE = ("RETURNED", "RECALLED")


@dataclass(frozen=True, slots=True)
class Choice:
    """One possible addressee: the unit that gets it, how it is called, why it cannot be chosen, what was chosen."""

    unit: Unit
    name: str
    sub: str
    depth: int
    reason: str
    checked: bool
    purpose: str


def dispatch(request: ActorRequest, letter_id: int) -> HttpResponse:
    """Choose (GET, or `find` narrows the agencies), look (`review`), send (`send`)."""
    actor = request.actor
    letter = letter_for(actor, letter_id)
    verdict = may_dispatch(actor, letter)
    step = request.POST.get("step", "")
    chosen = _chosen(request) if request.method == "POST" else dict.fromkeys(_wanted(letter), Purpose.ACTION.value)
    context: dict[str, object] = {
        "letter": letter,
        "reason": verdict.reason,
        "back": letter_url(letter.pk, came_from("dispatch")),
    }
    errors: list[str] = []
    form = ConfirmForm(request.POST) if step == "send" else ConfirmForm()
    if verdict and step in ("review", "send"):
        to = _addressees(letter, chosen)
        refused = [answer.reason for one in to if not (answer := may_send_to(letter, one.unit))]
        errors = list(dict.fromkeys(refused)) if to else ["โปรดเลือกผู้รับอย่างน้อยหนึ่งหน่วย"]
        if not errors and step == "send" and form.is_valid():
            try:
                with once(form.cleaned_data["once"], by=actor):
                    sent = send_out(by=actor, letter_id=letter.pk, to=to)
            except Refused as refusal:
                errors = [refusal.sentence]
            else:
                messages.success(request, f"ส่ง {letter.number} ถึงผู้รับ {len(sent)} ราย เรียบร้อยแล้ว")
                return redirect(letter_url(letter.pk) + "#deliveries")
        if not errors:
            context |= {"to": to, "form": form, "purposes": Purpose}
            return render(request, "saraban/dispatch_review.html", context)
    find = request.POST.get("find", "") if request.method == "POST" else ""
    own, others, more = _choices(letter, chosen, find)
    context |= {"own": own, "others": others, "more": more, "find": find, "errors": errors, "purposes": Purpose.choices}
    return render(request, "saraban/dispatch.html", context, status=422 if errors else 200)


def _wanted(letter: Letter) -> list[int]:
    """The units the drafter meant the letter for."""
    return [pk for pk in letter.to_units if isinstance(pk, int)]


def _chosen(request: ActorRequest) -> dict[int, str]:
    """Unit ids and purposes of the posted form, in the order they stand there."""
    ids = [int(one) for one in request.POST.getlist("to") if one.isdecimal() and len(one) < 19]
    return {
        pk: Purpose.INFO.value if request.POST.get(f"purpose_{pk}") == Purpose.INFO else Purpose.ACTION.value
        for pk in ids
    }


def _addressees(letter: Letter, chosen: dict[int, str]) -> list[Addressee]:
    """The chosen units that are offered: units of the own agency, and of others their registry only."""
    offered = Q(agency=letter.agency_id) | Q(pk=F("agency__registry_unit"))
    units = Unit.objects.filter(offered, pk__in=chosen).select_related("agency").in_bulk()
    return [Addressee(units[pk], purpose) for pk, purpose in chosen.items() if pk in units]


def _choices(letter: Letter, chosen: dict[int, str], find: str) -> tuple[list[Choice], list[Choice], bool]:
    """Own units as a tree, other agencies by their registry, and whether more agencies were left out."""
    has_it = set(Delivery.objects.filter(letter=letter).exclude(status__in=DONE).values_list("to_unit_id", flat=True))

    def choice(unit: Unit, name: str, sub: str, depth: int) -> Choice:
        reason = "ได้รับหนังสือนี้แล้ว" if unit.pk in has_it else may_send_to(letter, unit).reason
        return Choice(
            unit, name, sub, depth, reason, unit.pk in chosen and not reason, chosen.get(unit.pk, Purpose.ACTION.value)
        )

    own = []
    for unit in units_of(letter.agency):
        unit.agency = letter.agency
        if unit.pk != letter.owner_unit_id:
            own.append(choice(unit, unit.name, unit.code, getattr(unit, "tree_depth", 0)))
    agencies = (
        Agency.objects.exclude(pk=letter.agency_id).exclude(registry_unit=None).select_related("registry_unit__agency")
    )
    wanted = plain(find)
    if wanted:
        found = [
            one
            for one in agencies
            if wanted in plain(f"{one.name} {one.short_name} {one.code}") or one.registry_unit_id in chosen
        ]
    else:
        found = list(agencies[: AGENCIES_SHOWN + 1]) + list(agencies.filter(registry_unit__in=chosen))
    unique = sorted(
        {one.pk: one for one in found}.values(),
        key=lambda one: (one.registry_unit_id not in chosen, sort_key(one.name)),
    )
    others = [
        choice(one.registry_unit, one.name, one.registry_unit.label, 0)
        for one in unique[:AGENCIES_SHOWN]
        if one.registry_unit
    ]
    return own, others, len(unique) > AGENCIES_SHOWN


def recall(request: ActorRequest, delivery_id: int) -> HttpResponse:
    """ดึงกลับ one delivery that nobody opened, after asking once."""
    actor = request.actor
    delivery = _sent_delivery(actor, delivery_id)
    verdict = may_recall(actor, delivery)
    form = ConfirmForm(request.POST or None)
    back = letter_url(delivery.letter_id) + "#deliveries"
    if request.method == "POST" and form.is_valid():
        try:
            with once(form.cleaned_data["once"], by=actor):
                call_back(by=actor, delivery_id=delivery.pk)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, f"ดึงหนังสือกลับจาก {delivery.to_unit.name} แล้ว")
            return redirect(back)
    context = {"delivery": delivery, "letter": delivery.letter, "form": form, "reason": verdict.reason, "back": back}
    return render(request, "saraban/recall.html", context, status=422 if form.errors else 200)


def _sent_delivery(actor: Actor, delivery_id: int) -> Delivery:
    """A delivery of a letter the actor may read, as its sender. Http404 otherwise."""
    delivery = get_object_or_404(Delivery.objects.select_related("to_unit__agency"), pk=delivery_id)
    delivery.letter = letter_for(actor, delivery.letter_id)
    return delivery
