"""What the frame around every page shows: agency, capacity, menu with counters, notices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from common.menu import Entry, entries, waiting
from notifications.selectors import unread_count
from org.actor import Actor
from org.models import Agency, Appointment
from org.permissions import administered_root
from org.selectors_standing import until_words


@dataclass(frozen=True)
class Item:
    """A menu item as drawn."""

    key: str
    label: str
    url: str
    icon: str
    count: int
    current: bool


@dataclass(frozen=True)
class Person:
    """Who is signed in."""

    name: str
    initials: str


@dataclass(frozen=True)
class Capacity:
    """One entry of the capacity switch."""

    id: int
    title: str
    sub: str
    active: bool


@dataclass(frozen=True)
class Shell:
    """The frame's content for one actor."""

    agency: Agency | None
    unit_name: str
    person: Person
    capacity: Capacity | None
    capacities: list[Capacity]
    menu: list[tuple[str, list[Item]]]
    bottom: list[Item]
    notices_count: int
    notices_url: str
    search_url: str
    help_url: str
    switch_url: str
    sign_out_url: str
    account_links: list[tuple[str, str, str]]


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `shell` is None for a stranger; a fragment that draws no frame asks for nothing."""
    actor: Actor | None = getattr(request, "actor", None)
    return {"shell": SimpleLazyObject(lambda: _build(request, actor)) if actor else None}


def _build(request: HttpRequest, actor: Actor) -> Shell:
    shown = [entry for entry in entries() if entry.shown is None or entry.shown(actor)]
    here = _here([reverse(entry.url_name) for entry in shown], request.path)
    items = [_item(entry, actor, here) for entry in shown]
    grouped: dict[str, list[Item]] = {}
    for entry, item in items:
        grouped.setdefault(entry.group, []).append(item)
    flat = [item for _, item in items]
    capacities = [_capacity(appointment, actor) for appointment in getattr(request, "appointments", [])]
    has_post = actor.appointment is not None
    return Shell(
        agency=actor.agency if has_post else None,
        unit_name=actor.unit.label if has_post else "",
        person=Person(actor.user.full_name, actor.user.initials),
        capacity=next((c for c in capacities if c.active), None),
        capacities=capacities,
        menu=list(grouped.items()),
        bottom=flat[:5],
        notices_count=unread_count(actor),
        notices_url=reverse("notifications:list"),
        search_url=reverse("saraban:search"),
        help_url=reverse("help"),
        switch_url=reverse("accounts:switch_capacity"),
        sign_out_url=reverse("accounts:sign_out"),
        account_links=_account_links(actor),
    )


def _account_links(actor: Actor) -> list[tuple[str, str, str]]:
    """(label, url, icon) of the account menu."""
    links = [("ข้อมูลของฉัน", reverse("accounts:profile"), "circle-user-round")]
    if actor.appointment is not None:
        links.append(("การมอบอำนาจและรักษาราชการแทน", reverse("saraban:delegations"), "user-check"))
    if administers(actor):
        links.append(("ผู้ดูแลหน่วยงาน", reverse("admin:index"), "settings"))
    return links


def administers(actor: Actor) -> bool:
    """Whether the actor has anything to do in the admin pages."""
    return administered_root(actor) is not None or actor.is_central_admin


def _here(urls: list[str], path: str) -> str:
    """The address of the entry the page belongs to: the longest that the page's own begins with ("" for none)."""
    return max((url for url in urls if path == url or (url != "/" and path.startswith(url))), key=len, default="")


def _item(entry: Entry, actor: Actor, here: str) -> tuple[Entry, Item]:
    url = reverse(entry.url_name)
    return entry, Item(entry.key, entry.label, url, entry.icon, waiting(entry.key, actor), url == here)


def _capacity(appointment: Appointment, actor: Actor) -> Capacity:
    lines = appointment.title_lines
    sub = f"หน้าห้อง {appointment.position.unit.label}" if not appointment.signs else ""
    if len(lines) > 1:
        sub = f"{lines[0]}"
    if appointment.ends_at:
        sub = f"{sub} {until_words(appointment.ends_at)}".strip()
    active = actor.appointment is not None and actor.appointment.pk == appointment.pk
    return Capacity(appointment.pk, appointment.position.title, sub, active)
