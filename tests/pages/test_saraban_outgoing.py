"""The sending registry: numbering with its seal, choosing addressees, sending once, calling back, voiding."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from outbox.models import OutboxMessage
from saraban.actions.receive import open_delivery
from saraban.models import Delivery, DeliveryStatus, Letter, LetterStatus, RegisterEntry
from signing.models import JobState, SigningJob
from tests.registry import central, numbered, ready, received, sent
from tests.story import signed
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(world: World) -> Client:
    return world.client("province-registrar")


def url(name: str, *args: int) -> str:
    return reverse(f"saraban:{name}", args=args)


def test_the_number_is_issued_once_and_shown_with_its_seal(world: World, client: Client) -> None:
    letter = ready(world, subject="ขอออกเลข")
    assert "ขอออกเลข" in client.get(url("outgoing")).content.decode()
    html = client.get(url("number", letter.pk)).content.decode()
    assert letter.folder is not None
    assert letter.folder.name in html
    assert "เป็นตัวอย่างเท่านั้น" in html
    data = {"once": uuid4()}
    client.post(url("number", letter.pk), data)
    client.post(url("number", letter.pk), data)
    entry = RegisterEntry.objects.get(letter=letter)
    shown = client.get(url("numbered", letter.pk)).content.decode()
    assert f'<b class="num">{entry.number}</b>' in shown
    assert "พร้อมส่ง" in shown
    assert client.get(url("number", letter.pk)).status_code == 302


def test_the_example_is_the_number_that_comes(world: World, client: Client) -> None:
    numbered(world)
    letter = ready(world)
    html = client.get(url("number", letter.pk)).content.decode()
    client.post(url("number", letter.pk), {"once": uuid4()})
    letter.refresh_from_db()
    assert f'<b class="num">{letter.number}</b>' in html


def test_what_cannot_be_numbered_says_why(world: World) -> None:
    letter = ready(world)
    Letter.objects.filter(pk=letter.pk).update(folder=None)
    client = world.client("clerk")
    html = client.get(url("number", letter.pk)).content.decode()
    assert "ออกเลขไม่ได้" in html
    assert "ยังไม่ได้เลือกแฟ้มทะเบียน" in html
    assert client.post(url("number", letter.pk), {"once": uuid4()}).status_code == 422
    assert not RegisterEntry.objects.filter(letter=letter).exists()


def test_a_failed_seal_says_why_and_can_be_tried_again(world: World, client: Client) -> None:
    letter = signed(world.actor("clerk"), world.folder("pte-send"), world.actor("office-head"))
    client.post(url("number", letter.pk), {"once": uuid4()})
    assert "hx-trigger" in client.get(url("seal", letter.pk)).content.decode()
    OutboxMessage.objects.filter(topic="letter.numbered").update(error="Refused: จังหวัดยังไม่มีตราประทับที่ใช้ได้")
    assert "จังหวัดยังไม่มีตราประทับที่ใช้ได้" in client.get(url("seal", letter.pk)).content.decode()
    from outbox.actions import drain

    OutboxMessage.objects.filter(topic="letter.numbered").update(error="")
    drain()
    job = SigningJob.objects.get(key=f"seal:{letter.pk}")
    SigningJob.objects.filter(pk=job.pk).update(state=JobState.FAILED, error="เครื่องลงนามไม่ตอบ", result=None)
    Letter.objects.filter(pk=letter.pk).update(sealed=False)
    html = client.get(url("numbered", letter.pk)).content.decode()
    assert "เครื่องลงนามไม่ตอบ" in html
    assert client.get(url("seal_retry", letter.pk)).status_code == 405
    client.post(url("seal_retry", letter.pk))
    job.refresh_from_db()
    assert job.state == JobState.WAITING
    assert world.client("stat-clerk").post(url("seal_retry", letter.pk)).status_code == 404


def chosen(*units: int, step: str = "send", **purposes: str) -> dict[str, Any]:
    return {"once": uuid4(), "step": step, "to": list(units), **purposes}


def test_the_addressees_the_drafter_meant_stand_chosen(world: World, client: Client) -> None:
    wanted = world.unit("PTE", "statistics")
    letter = numbered(world, to_units=[wanted.pk, "nonsense"])
    html = client.get(url("dispatch", letter.pk)).content.decode()
    assert html.count('name="to"') > 1
    assert re.findall(r'name="to" value="(\d+)" checked', html) == [str(wanted.pk)]


def test_sending_is_looked_at_once_more_and_done_once(world: World, client: Client) -> None:
    letter = numbered(world, kind="EXTERNAL")
    near, far = world.unit("PTE", "statistics"), central(world, "MDES")
    purpose = {f"purpose_{near.pk}": "INFO"}
    review = client.post(url("dispatch", letter.pk), chosen(near.pk, far.pk, step="review", **purpose)).content.decode()
    assert "ส่งหนังสือถึงผู้รับ 2 ราย" in review
    assert world.agency("MDES").name in review
    assert not Delivery.objects.filter(letter=letter).exists()
    data = chosen(near.pk, far.pk, **purpose)
    client.post(url("dispatch", letter.pk), data)
    client.post(url("dispatch", letter.pk), data)
    rows = list(Delivery.objects.filter(letter=letter).order_by("pk").values_list("to_unit", "purpose"))
    assert rows == [(near.pk, "INFO"), (far.pk, "ACTION")]


@pytest.mark.parametrize("step", ["review", "send"])
def test_nobody_chosen_and_units_that_are_not_offered(world: World, client: Client, step: str) -> None:
    letter = numbered(world, kind="EXTERNAL")
    assert "เลือกผู้รับอย่างน้อยหนึ่งหน่วย" in client.post(url("dispatch", letter.pk), chosen(step=step)).content.decode()
    foreign = world.agency("MDES").units.exclude(pk=central(world, "MDES").pk)[0]
    answer = client.post(url("dispatch", letter.pk), chosen(foreign.pk, 999999, step=step))
    assert answer.status_code == 422
    assert not Delivery.objects.filter(letter=letter).exists()


def test_a_memo_to_the_outside_is_refused_with_its_sentence(world: World, client: Client) -> None:
    letter = numbered(world)
    far = central(world, "MDES")
    assert "ให้จัดทำเป็นหนังสือภายนอกแทน" in client.get(url("dispatch", letter.pk)).content.decode()
    answer = client.post(url("dispatch", letter.pk), chosen(far.pk))
    assert answer.status_code == 422
    assert "ให้จัดทำเป็นหนังสือภายนอกแทน" in answer.content.decode()


def test_finding_an_agency_keeps_what_was_chosen(world: World, client: Client) -> None:
    letter = numbered(world, kind="EXTERNAL")
    near = world.unit("PTE", "statistics")
    html = client.post(url("dispatch", letter.pk), chosen(near.pk, step="find", find="ปราจีน")).content.decode()
    assert f'name="to" value="{near.pk}" checked' in html
    assert f'value="{central(world, "MDES").pk}"' not in html
    assert "ปราจีนบุรี" in html


def test_before_the_seal_the_page_says_so(world: World, client: Client) -> None:
    letter = numbered(world)
    Letter.objects.filter(pk=letter.pk).update(sealed=False)
    html = client.get(url("dispatch", letter.pk)).content.decode()
    assert "กำลังผนึกเลขและวันที่" in html
    client.post(url("dispatch", letter.pk), chosen(world.unit("PTE", "statistics").pk))
    assert not Delivery.objects.filter(letter=letter).exists()


def test_sent_letters_tell_how_their_deliveries_stand(world: World, client: Client) -> None:
    delivery, _ = sent(world, world.unit("PTE", "statistics"), central(world, "MDES"), kind="EXTERNAL")
    received(world, "stat-clerk", delivery)
    html = client.get(url("outgoing") + "?tab=sent").content.decode()
    assert "ส่ง 2 ราย · ลงรับ 1 · ถึงแล้ว 1" in html
    assert "ส่ง 2 ราย" not in world.client("stat-clerk").get(url("outgoing") + "?tab=sent").content.decode()


def test_recall_asks_once_and_is_refused_after_opening(world: World, client: Client) -> None:
    first, second = sent(world, world.unit("PTE", "statistics"), central(world, "MDES"), kind="EXTERNAL")
    assert client.get(url("recall", first.pk)).status_code == 200
    client.post(url("recall", first.pk), {"once": uuid4()})
    first.refresh_from_db()
    assert first.status == DeliveryStatus.RECALLED
    open_delivery(by=world.actor("ministry-registrar"), delivery_id=second.pk)
    assert "ดึงกลับไม่ได้" in client.get(url("recall", second.pk)).content.decode()
    assert client.post(url("recall", second.pk), {"once": uuid4()}).status_code == 422
    for who in ("stat-clerk", "ministry-registrar", "superuser"):
        assert world.client(who).post(url("recall", second.pk), {"once": uuid4()}).status_code in (404, 422)
    second.refresh_from_db()
    assert second.status == DeliveryStatus.OPENED


def test_voiding_needs_a_reason_and_ends_when_somebody_opened(world: World, client: Client) -> None:
    [delivery] = sent(world, central(world, "MDES"), kind="EXTERNAL")
    entry = RegisterEntry.objects.get(letter=delivery.letter_id)
    html = client.get(url("void", entry.pk)).content.decode()
    assert delivery.to_unit.name in html  # will be called back
    assert "กรุณากรอกเหตุผล" in client.post(url("void", entry.pk), {"once": uuid4(), "reason": " "}).content.decode()
    open_delivery(by=world.actor("ministry-registrar"), delivery_id=delivery.pk)
    refused = client.post(url("void", entry.pk), {"once": uuid4(), "reason": "ผิด"})
    assert refused.status_code == 422
    assert "ทำหนังสือแจ้งยกเลิกแทน" in refused.content.decode()
    other = RegisterEntry.objects.get(letter=numbered(world))
    client.post(url("void", other.pk), {"once": uuid4(), "reason": "พิมพ์ผิด"})
    other.refresh_from_db()
    assert other.void_reason == "พิมพ์ผิด"
    assert Letter.objects.get(pk=other.letter_id).status == LetterStatus.VOIDED


@pytest.mark.parametrize("who", ["ministry-registrar", "stat-clerk", "superuser", "central-admin", "local-clerk"])
def test_strangers_void_nothing(world: World, who: str) -> None:
    entry = RegisterEntry.objects.get(letter=numbered(world))
    client = world.client(who)
    assert client.get(url("void", entry.pk)).status_code == 404
    assert client.post(url("void", entry.pk), {"once": uuid4(), "reason": "x"}).status_code == 404
    assert client.get(url("entry_edit", entry.pk)).status_code == 404


def test_lists_do_not_ask_per_row(world: World, client: Client) -> None:
    for tab in ("number", "dispatch", "sent"):
        counts = []
        for rows in (1, 3):
            for _ in range(rows):
                if tab == "number":
                    ready(world)
                elif tab == "dispatch":
                    numbered(world)
                else:
                    sent(world, world.unit("PTE", "statistics"))
            client.get(url("outgoing") + f"?tab={tab}")
            with CaptureQueriesContext(connection) as queries:
                client.get(url("outgoing") + f"?tab={tab}")
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 20, tab
