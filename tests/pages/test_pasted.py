"""Text that looks empty or cannot be printed: unseen characters count for nothing, emoji are named before signing."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse

from intray.models import Endorsement, RoutingStep
from saraban.models import DeliveryStatus
from tests.drafting import content_of, form_of, url, written
from tests.registry import central, sent
from tests.tray import routed, to_post
from tests.world import World

pytestmark = pytest.mark.django_db
UNSEEN = "\u200b\ufeff\u00ad \u202e"


def test_a_draft_keeps_nothing_unseen(world: World) -> None:
    letter, client = written(world.actor("clerk")), world.client("clerk")
    values = form_of(letter, subject=f"ขอ\u200bเชิญ{UNSEEN}ประชุม", addressee=UNSEEN, body=f"{UNSEEN}ด้วย")
    client.post(url("edit", letter.pk), values)
    content = content_of(letter)
    assert content.subject == "ขอเชิญ ประชุม" and not content.addressee.strip() and content.body == "<p>ด้วย</p>"
    assert "โปรดกรอกชื่อหรือตำแหน่งของผู้รับ" in client.get(url("submit", letter.pk)).content.decode()


@pytest.mark.parametrize("odd", ["🎉", "\uf70a", "😀🎉"])
def test_what_no_typeface_holds_is_named_and_stops_the_letter(world: World, odd: str) -> None:
    letter = written(world.actor("clerk"), subject=f"ขอเชิญประชุม {odd}", copies_to=odd)
    text = world.client("clerk").get(url("submit", letter.pk)).content.decode()
    assert f"เรื่องมีอักขระที่พิมพ์บนหนังสือไม่ได้ ({' '.join(odd)}) โปรดลบออก" in text
    assert "สำเนาส่งมีอักขระที่พิมพ์บนหนังสือไม่ได้" in text


def test_a_deadline_that_is_no_day_names_its_field(world: World) -> None:
    letter = written(world.actor("clerk"), due="29/2/2569")
    text = world.client("clerk").get(url("submit", letter.pk)).content.decode()
    assert "กำหนดเสร็จ: ไม่มีวันที่ 29/2/2569 ในปฏิทิน" in text


def test_an_unseen_reason_returns_nothing(world: World) -> None:
    [step] = routed(world, to_post(world.post("PTE", "governor")))
    data = {"step": step.pk, "verb": "return", "sure": "1", "reason": UNSEEN, "once": uuid4()}
    answer = world.client("governor").post(reverse("intray:act", args=[step.letter_id]), data)
    assert answer.status_code == 422 and not Endorsement.objects.filter(kind="RETURN").exists()
    assert RoutingStep.objects.get(pk=step.pk).is_open

    [delivery] = sent(world, central(world, "MDES"), kind="EXTERNAL")
    back = reverse("saraban:send_back", args=[delivery.pk])
    answer = world.client("ministry-registrar").post(back, {"once": uuid4(), "reason": UNSEEN})
    delivery.refresh_from_db()
    assert answer.status_code == 422 and delivery.status == DeliveryStatus.DELIVERED
