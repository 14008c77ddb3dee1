"""Routes as pages, by plain form posts: made in the picker, looked at, changed, and what bad input meets."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from intray import actions
from intray.models import RoutingStep
from tests.db.test_routes_changed import empty
from tests.tray import only_step, proposed, registered, routed, to_post, to_unit
from tests.world import World

pytestmark = pytest.mark.django_db


def start(client: Client, letter_id: int, **data: Any) -> Any:
    fields = {"verb": "start", "once": str(uuid4()), "purpose": "ACTION"} | data
    return client.post(reverse("intray:act", args=[letter_id]), fields, follow=True)


def text(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.fixture
def keys(world: World) -> dict[str, str]:
    """The picker's keys of a few addressees."""
    return {
        "vice1": f"p{world.post('PTE', 'vice1').pk}",
        "vice3": f"p{world.post('PTE', 'vice3').pk}",
        "statistics": f"u{world.unit('PTE', 'statistics').pk}",
        "audit": f"u{world.unit('PTE', 'audit').pk}",
    }


def test_the_picker_makes_orders_purposes_deadlines_and_a_lead(world: World, keys: dict[str, str]) -> None:
    letter, client = registered(world), world.client("province-registrar")
    answer = start(
        client,
        letter.pk,
        to=[keys["vice1"], keys["statistics"], keys["audit"]],
        lead=keys["statistics"],
        **{
            f"{keys['vice1']}-purpose": "OPINION",
            f"{keys['statistics']}-order": "2",
            f"{keys['audit']}-order": "2",
            f"{keys['audit']}-due": "30/11/2580",
        },
    )
    assert answer.status_code == 200
    steps = list(letter.steps.order_by("id"))
    assert [(one.order, one.purpose, one.state, one.lead) for one in steps] == [
        (1, "OPINION", "NEW", False),
        (2, "ACTION", "PLANNED", True),
        (2, "ACTION", "PLANNED", False),
    ]
    assert steps[2].due_at is not None and steps[2].due_at.year == 2037
    panel = text(client.get(reverse("intray:panel", args=[letter.pk])))
    for words in ("ผลจากหน่วยร่วม", "หน่วยหลัก", "ลำดับ 2", "ปรับเส้นทาง"):
        assert words in panel


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("order", "0", "ลำดับเป็นเลข 1 ถึง 30"),
        ("order", "สอง", "ลำดับเป็นเลข 1 ถึง 30"),
        ("order", "9" * 40, "ลำดับเป็นเลข 1 ถึง 30"),
        ("due", "31/2/2570", "วันที่"),
        ("due", "1/1/2500", "ยังมาไม่ถึง"),
    ],
)
def test_nonsense_for_one_addressee_names_it_and_keeps_what_was_typed(
    world: World, keys: dict[str, str], field: str, value: str, words: str
) -> None:
    letter, client = registered(world), world.client("province-registrar")
    answer = start(
        client, letter.pk, to=[keys["vice1"]], text="โปรดพิจารณา", **{f"{keys['vice1']}-{field}": value}
    )  # fmt: skip
    page = text(answer)
    assert answer.status_code == 422
    assert words in page and world.post("PTE", "vice1").label in page
    assert "โปรดพิจารณา" in page and value[:4] in page
    assert not letter.steps.exists()


def test_two_leads_cannot_be_and_a_lead_acts(world: World, keys: dict[str, str]) -> None:
    letter, client = registered(world), world.client("province-registrar")
    answer = start(
        client, letter.pk, to=[keys["vice1"], keys["audit"]], lead=keys["vice1"], **{f"{keys['vice1']}-purpose": "INFO"}
    )
    assert answer.status_code == 422 and "ต้องเป็นผู้ดำเนินการ" in text(answer)


def test_the_sender_hears_that_nobody_holds_the_post_today(world: World, keys: dict[str, str]) -> None:
    letter, client = registered(world), world.client("province-registrar")
    empty(world, "vice1")
    page = text(start(client, letter.pk, to=[keys["vice1"]]))
    assert "ไม่มีผู้ดำรงตำแหน่งวันนี้ เรื่องจะรอ" in page
    for url in (reverse("intray:list") + "?tab=sent", reverse("intray:followup")):
        assert "ไม่มีผู้ดำรงตำแหน่งวันนี้" in text(client.get(url))


def test_the_route_page_adds_moves_and_takes_out(world: World, keys: dict[str, str]) -> None:
    first, second = routed(world, to_post(world.post("PTE", "vice1")), to_unit(world.unit("PTE", "statistics")).at(2))
    url = reverse("intray:route", args=[first.letter_id, first.route_id])
    client = world.client("province-registrar")
    page = text(client.get(url))
    assert "พร้อมลำดับ 1 (กำลังดำเนินการ)" in page and "ถัดจากลำดับ 2" in page
    found = text(client.post(url, {"verb": "find", "find": "ตรวจสอบภายใน", "text": "ค้างไว้"}))
    assert keys["audit"] in found and "ค้างไว้" in found
    data = {"turn": "1.5", "to": [keys["audit"]], "purpose": "OPINION", f"s{second.pk}-turn": "2"}
    data |= {f"s{second.pk}-purpose": "CONSIDER", f"s{second.pk}-due": ""}
    once = {"once": str(uuid4())}
    assert client.post(url, {**data, **once}).status_code == 302
    assert client.post(url, {**data, **once}).status_code == 409
    orders = list(first.letter.steps.order_by("order").values_list("order", "purpose", "state"))
    assert orders == [(1, "CONSIDER", "NEW"), (2, "OPINION", "PLANNED"), (3, "CONSIDER", "PLANNED")]
    stale = client.post(url, {f"s{second.pk}-turn": "3", f"s{second.pk}-purpose": "", "once": str(uuid4())})
    assert stale.status_code == 422 and "เลือกวัตถุประสงค์" in text(stale)
    out = {f"s{second.pk}-turn": "3", f"s{second.pk}-purpose": "CONSIDER", f"s{second.pk}-out": "1"}
    assert client.post(url, out | {"once": str(uuid4())}).status_code == 302
    second.refresh_from_db()
    assert second.state == "RECALLED"


def test_skip_redirect_and_excuse_ask_first(world: World, keys: dict[str, str]) -> None:
    first, second = routed(world, to_post(world.post("PTE", "vice1")), to_unit(world.unit("PTE", "statistics")).at(2))
    client, letter = world.client("province-registrar"), first.letter_id
    skip = reverse("intray:skip", args=[letter, first.pk])
    assert "ชื่อผู้สั่งและคำสั่งแสดงในการเกษียน" in text(client.get(skip))
    empty_order = client.post(skip, {"ordered_by": "", "text": "ลาป่วย", "once": str(uuid4())})
    assert empty_order.status_code == 422 and "ลาป่วย" in text(empty_order)
    redirect = reverse("intray:redirect", args=[letter, second.pk])
    nobody = client.post(redirect, {"text": "", "once": str(uuid4())})
    assert nobody.status_code == 422 and "เลือกผู้รับใหม่หนึ่งราย" in text(nobody)
    assert client.post(redirect, {"to": keys["audit"], "once": str(uuid4())}).status_code == 302
    excuse = reverse("intray:excuse", args=[letter, first.pk])
    assert "ไม่ได้แบ่งงานให้หน่วยร่วม" in text(client.get(excuse))
    done = client.post(skip, {"ordered_by": "ผู้ว่าราชการจังหวัด", "text": "ลาป่วย", "once": str(uuid4())}, follow=True)
    assert "ข้าม" in text(done) and "ตามคำสั่งของ ผู้ว่าราชการจังหวัด" in text(done)
    assert only_step(first.letter).to_unit == world.unit("PTE", "audit")


def test_an_opinion_is_given_on_the_panel(world: World) -> None:
    [step] = routed(world, to_post(world.post("PTE", "vice1"), "OPINION"))
    client = world.client("vice1")
    panel = text(client.get(reverse("intray:panel", args=[step.letter_id])))
    assert "ขอความเห็นของท่าน" in panel and 'value="opinion"' in panel
    data = {"verb": "opinion", "step": step.pk, "once": str(uuid4())}
    nothing = client.post(reverse("intray:act", args=[step.letter_id]), data)
    assert nothing.status_code == 422 and "เขียนความเห็น" in text(nothing)
    assert client.post(reverse("intray:act", args=[step.letter_id]), data | {"text": "เห็นชอบ"}).status_code == 302


def test_one_more_signer_says_what_will_come_of_it(world: World, keys: dict[str, str]) -> None:
    head = world.actor("office-head", "office-head")
    letter = proposed(world, head, world.actor("governor"))
    client, url = world.client("clerk"), reverse("intray:add_signer", args=[letter.pk])
    assert "จัดหน้าใหม่ให้มีช่องลงนาม" in text(client.get(url))
    actions.sign_typed(by=head, step_id=only_step(letter).pk, confirmation="ยืนยันลงนาม")
    data = {"to": keys["vice1"], "after": "2", "once": str(uuid4())}
    stale = client.post(url, data)
    assert stale.status_code == 409 and "มีผู้ลงนามไปแล้ว" in text(stale)
    page = text(client.get(url))
    assert "ต้องจัดทำฉบับใหม่" in page and "เก็บไว้เป็นหลักฐาน" in page
    assert client.post(url, data | {"new_version": "True"}).status_code == 302
    letter.refresh_from_db()
    assert letter.status == "RETURNED"


def test_a_stranger_finds_none_of_it(world: World) -> None:
    [step] = routed(world, to_post(world.post("PTE", "vice1")))
    client = world.client("ministry-clerk")
    for name, on in (("route", step.route_id), ("skip", step.pk), ("redirect", step.pk), ("excuse", step.pk)):
        assert client.get(reverse(f"intray:{name}", args=[step.letter_id, on])).status_code == 404
    other = routed(world, to_post(world.post("PTE", "vice1")))[0]
    wrong = world.client("province-registrar").get(reverse("intray:route", args=[step.letter_id, other.route_id]))
    assert wrong.status_code == 404
    assert RoutingStep.objects.filter(pk=step.pk, state="NEW").exists()
