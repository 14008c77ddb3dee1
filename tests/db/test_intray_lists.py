"""The tray's lists: tabs, counts, filters, and paging by keyset in every order."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from intray.selectors.tray import Wanted, counts, tray_page, waiting_count
from org.actor import Actor
from tests.tray import proposed, routed, to_post
from tests.world import World

pytestmark = pytest.mark.django_db


def tray(actor: Actor, tab: str = "wait") -> list[int]:
    return [step.letter_id for step in tray_page(actor, Wanted(tab=tab)).steps]


def test_counts_and_tabs_agree(world: World) -> None:
    governor = world.actor("governor")
    late = timezone.now() - timedelta(days=2)
    routed(world, to_post(governor.position), number="ก 1", due_at=late)
    routed(world, to_post(governor.position), number="ก 2")
    routed(world, to_post(governor.position, "INFO"), number="ก 3")
    proposed(world, governor)
    found = counts(governor)
    assert (found["wait"], found["sign"], found["info"], found["due"], found["late"]) == (2, 1, 1, 1, 1)
    assert waiting_count(governor) == 3
    assert len(tray(governor, "due")) == 1


@pytest.mark.parametrize("sort", ["new", "old", "urgent", "due"])
def test_paging_visits_every_row_once_in_every_order(world: World, sort: str) -> None:
    governor = world.actor("governor")
    now = timezone.now()
    for n in range(7):
        due = now + timedelta(days=n % 3) if n % 2 else None
        routed(world, to_post(governor.position), number=f"ก {n}", urgency=n % 4, due_at=due)
    whole = [step.pk for step in tray_page(governor, Wanted(sort=sort), size=50).steps]
    seen: list[int] = []
    after = ""
    pages = []
    while True:
        page = tray_page(governor, Wanted(sort=sort), after=after, size=3)
        pages.append(page)
        seen += [step.pk for step in page.steps]
        after = page.older
        if not after:
            break
    assert seen == whole
    assert len(whole) == 7
    back = tray_page(governor, Wanted(sort=sort), before=pages[-1].newer, size=3)
    assert [step.pk for step in back.steps] == [step.pk for step in pages[-2].steps]
    assert back.older


def test_a_broken_cursor_starts_at_the_top(world: World) -> None:
    governor = world.actor("governor")
    routed(world, to_post(governor.position))
    for cursor in ("x", "1~2", "99999999999999999999999", "2026-01-01", "-1~~"):
        assert tray_page(governor, Wanted(), after=cursor).steps or cursor


def test_filters_find_by_number_subject_urgency_purpose_and_deadline(world: World) -> None:
    governor = world.actor("governor")
    now = timezone.now()
    routed(
        world,
        to_post(governor.position),
        number="มท 7/1",
        subject="ขอข้อมูลน้ำท่วม",
        urgency=3,
        due_at=now - timedelta(days=1),
    )
    routed(world, to_post(governor.position, "ACTION"), number="มท 7/2", subject="รายงานไฟป่า")
    for wanted, hits in (
        (Wanted(text="น้ำท่วม"), 1), (Wanted(text="มท 7"), 2), (Wanted(urgency=3), 1), (Wanted(purpose="ACTION"), 1),
        (Wanted(due="late"), 1), (Wanted(due="none"), 1), (Wanted(text="ไม่มีคำนี้"), 0),
    ):  # fmt: skip
        assert len(tray_page(governor, wanted).steps) == hits, wanted
