"""The page that asks for the reason, the card on the letter page, and the link in the list of what is done."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse

from intray import actions
from intray.models import RoutingStep
from saraban.models import LetterStatus
from tests.tray import routed, to_unit
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def closed(world: World) -> RoutingStep:
    (step,) = routed(world, to_unit(world.unit("PTE", "statistics")))
    actions.close(by=world.actor("stat-clerk"), step_id=step.pk, text="ส่งรายงานแล้ว")
    return step


def address(step: RoutingStep) -> str:
    return reverse("intray:reopen", args=[step.letter_id])


def test_from_the_list_of_what_is_done_to_the_letter_in_progress(world: World, closed: RoutingStep) -> None:
    client = world.client("stat-clerk")
    assert address(closed) in client.get("/intray/?tab=done").content.decode()
    page = client.get(address(closed)).content.decode()
    assert "ส่งรายงานแล้ว" in page and "เหตุผลที่ยกเลิกจบงาน" in page
    assert client.post(address(closed), {"reason": " "}).status_code == 422
    key = str(uuid4())
    answer = client.post(address(closed), {"reason": "ยังขาดตาราง", "once": key}, follow=True)
    assert "ยกเลิกจบงานแล้ว" in answer.content.decode()
    closed.letter.refresh_from_db()
    assert closed.letter.status == LetterStatus.IN_PROGRESS
    again = client.post(address(closed), {"reason": "ยังขาดตาราง", "once": key})
    assert again.status_code == 409 and "ส่งไปแล้ว" in again.content.decode()
    assert address(closed) not in client.get("/intray/?tab=done").content.decode()


def test_the_letter_page_shows_who_closed_it_and_why_one_may_not(world: World, closed: RoutingStep) -> None:
    panel = reverse("intray:panel", args=[closed.letter_id])
    assert f'href="{address(closed)}"' in world.client("province-registrar").get(panel).content.decode()
    page = world.client("auditor").get(panel).content.decode()
    assert "จบงานแล้ว" in page and "ได้เฉพาะผู้ที่จบงานไว้" in page and f'href="{address(closed)}"' not in page
    refused = world.client("auditor").post(address(closed), {"reason": "ลองดู"})
    assert refused.status_code == 403 and "ได้เฉพาะผู้ที่จบงานไว้" in refused.content.decode()


def test_the_link_stands_only_with_what_ones_own_post_closed(world: World, closed: RoutingStep) -> None:
    (other,) = routed(world, to_unit(world.unit("PTE", "statistics")))
    actions.take(by=world.actor("stat-clerk"), step_id=other.pk)
    actions.forward(
        by=world.actor("stat-clerk"), step_id=other.pk, targets=[to_unit(world.unit("PTE", "general"))], text="ส่งต่อ"
    )
    page = world.client("stat-clerk").get("/intray/?tab=done").content.decode()
    assert address(closed) in page and address(other) not in page
