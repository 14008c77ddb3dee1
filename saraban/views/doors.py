"""The doors of this package: each answers what the actor may have, or the same 404 a stranger gets."""

from __future__ import annotations

from django.http import Http404
from django.shortcuts import get_object_or_404

from org.actor import Actor
from saraban.further import what_stands_beside
from saraban.models import Delivery, DeliveryStatus, Letter, RegisterEntry, RegisterFolder
from saraban.models.reach import reach_of
from saraban.registers import entry_of
from saraban.selectors import readable_folders


def letter_for(actor: Actor, letter_id: int) -> Letter:
    """A letter the actor may read. Http404 otherwise."""
    readable = Letter.objects.visible_to(actor).select_related(
        "agency", "owner_unit", "folder__agency", "folder__owner_unit", "document"
    )
    return get_object_or_404(what_stands_beside(readable), pk=letter_id)


def delivery_for(actor: Actor, delivery_id: int) -> Delivery:
    """A delivery at a unit for which the actor registers, in whatever state. Http404 otherwise."""
    folders = reach_of(actor).folders("register_incoming")
    units = RegisterFolder.objects.filter(pk__in=folders, closed_at=None).values("owner_unit")
    arrived = Delivery.objects.exclude(status__in=(DeliveryStatus.QUEUED, DeliveryStatus.FAILED)).select_related(
        "letter__agency", "received__agency", "received__document", "to_unit__agency", "from_unit__agency", "entry"
    )
    delivery = get_object_or_404(arrived.filter(to_unit__in=units, letter__secrecy=0), pk=delivery_id)
    if delivery.received is None:
        raise Http404
    return delivery


def folder_for(actor: Actor, folder_id: int) -> RegisterFolder:
    """A register the actor may open. Http404 otherwise."""
    found = next((folder for folder in readable_folders(actor) if folder.pk == folder_id), None)
    if found is None:
        raise Http404
    return found


def entry_for(actor: Actor, entry_id: int) -> RegisterEntry:
    """A row of a register the actor sees. Http404 otherwise."""
    found = entry_of(actor, entry_id)
    if found is None:
        raise Http404
    return found
