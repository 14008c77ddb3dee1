"""The home desk: what waits for a post, wherever it waits, and numbers that lead to it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from draft.actions.review import return_draft
from outbox.actions import drain
from saraban.actions.dispatch import Addressee, dispatch
from tests.drafting import in_review
from tests.registry import central, numbered, ready
from tests.world import World

pytestmark = pytest.mark.django_db


def desk(client: Client) -> str:
    answer = client.get("/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_empty_desk_says_what_will_come(world: World) -> None:
    text = desk(world.client("clerk"))
    assert "ไม่มีเรื่องรอท่าน" in text and 'id="drafts"' not in text and 'id="registry"' not in text


def test_a_draft_waits_on_the_desk_of_whoever_must_act(world: World) -> None:
    letter = in_review(world, "office-head", subject="ขอเชิญประชุมคณะทำงาน")
    text = desk(world.client("office-head"))
    assert f"/draft/{letter.pk}/review/" in text and "ไม่มีเรื่องรอท่าน" not in text and "?tab=review" in text
    assert 'id="drafts"' not in desk(world.client("clerk"))

    return_draft(by=world.actor("office-head"), letter_id=letter.pk, reason="โปรดเพิ่มย่อหน้าสรุป")
    text = desk(world.client("clerk"))
    assert f'href="/draft/{letter.pk}/"' in text and "?tab=returned" in text
    assert 'id="drafts"' not in desk(world.client("office-head")), "what was returned is not the reviewer's any more"


def test_a_registry_sees_what_arrived_and_what_waits_for_its_number(world: World) -> None:
    ready(world, subject="ขอส่งรายงาน", kind="EXTERNAL")
    text = desk(world.client("province-registrar"))
    assert 'id="registry"' in text and "ขอส่งรายงาน" in text and "/saraban/registry/outgoing/" in text

    letter = numbered(world, subject="ขอความอนุเคราะห์ข้อมูล", kind="EXTERNAL")
    dispatch(by=world.actor("province-registrar"), letter_id=letter.pk, to=[Addressee(central(world, "MDES"))])
    drain()
    client = world.client("ministry-registrar")
    desk(client)
    with CaptureQueriesContext(connection) as queries:
        text = desk(client)
    assert len(queries) <= 20
    assert 'id="registry"' in text and "ขอความอนุเคราะห์ข้อมูล" in text
    assert 'id="registry"' not in desk(world.client("ministry-clerk"))
