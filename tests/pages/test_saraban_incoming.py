"""The receiving registry: lists, ลงรับ one and many, paper letters, ส่งคืน, double submits and duplicates."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from saraban.actions.dispatch import Addressee, dispatch
from saraban.models import Delivery, DeliveryStatus, Letter, RegisterEntry, RegisterFolder
from saraban.models.reach import reach_of
from tests.registry import central, numbered, receiving_folder, sent, small_pdf
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def delivery(world: World) -> Delivery:
    [one] = sent(world, central(world, "MDES"), kind="EXTERNAL", subject="ขอความอนุเคราะห์ข้อมูล")
    return one


@pytest.fixture
def client(world: World) -> Client:
    return world.client("ministry-registrar")


def test_what_waits_stands_in_the_list_of_its_registry_only(world: World, delivery: Delivery) -> None:
    url = reverse("saraban:incoming")
    assert "ขอความอนุเคราะห์ข้อมูล" in world.client("ministry-registrar").get(url).content.decode()
    for who in ("province-registrar", "local-registrar", "ministry-clerk", "superuser", "central-admin"):
        answer = world.client(who).get(url)
        assert answer.status_code == 200
        assert "ขอความอนุเคราะห์ข้อมูล" not in answer.content.decode(), who


@pytest.mark.parametrize(
    "who", ["province-registrar", "clerk", "local-registrar", "superuser", "central-admin", "auditor"]
)
@pytest.mark.parametrize("name", ["receive", "send_back"])
def test_strangers_reach_no_delivery(world: World, delivery: Delivery, who: str, name: str) -> None:
    client = world.client(who)
    url = reverse(f"saraban:{name}", args=[delivery.pk])
    assert client.get(url).status_code == 404
    assert client.post(url, {"once": uuid4(), "reason": "x", "folder": "1"}).status_code == 404
    delivery.refresh_from_db()
    assert delivery.status == DeliveryStatus.DELIVERED


def test_registering_shows_the_number_big(world: World, client: Client, delivery: Delivery) -> None:
    folder = receiving_folder(world, "ministry-registrar", delivery.to_unit)
    url = reverse("saraban:receive", args=[delivery.pk])
    assert folder.name in client.get(url).content.decode()
    answer = client.post(url, {"once": uuid4(), "folder": folder.pk, "remark": "แนบไม่ครบ"}, follow=True)
    entry = RegisterEntry.objects.get(folder=folder, letter=delivery.received_id)
    assert entry.remark == "แนบไม่ครบ"
    assert f'<b class="num">{entry.number}</b>' in answer.content.decode()
    assert client.get(url).status_code == 302  # registered already: on to the number
    assert client.get(reverse("saraban:send_back", args=[delivery.pk])).status_code == 200


def test_registering_may_go_on_to_the_route(world: World, client: Client, delivery: Delivery) -> None:
    folder = receiving_folder(world, "ministry-registrar", delivery.to_unit)
    url = reverse("saraban:receive", args=[delivery.pk])
    answer = client.post(url, {"once": uuid4(), "folder": folder.pk, "next": "route"})
    assert answer["Location"] == reverse("saraban:letter", args=[delivery.received_id]) + "#panels"


def test_a_double_submit_registers_once(world: World, client: Client, delivery: Delivery) -> None:
    folder = receiving_folder(world, "ministry-registrar", delivery.to_unit)
    data = {"once": uuid4(), "folder": folder.pk}
    url = reverse("saraban:receive", args=[delivery.pk])
    client.post(url, data)
    client.post(url, data)
    assert RegisterEntry.objects.filter(letter=delivery.received_id).count() == 1


def test_a_foreign_folder_is_no_choice(world: World, client: Client, delivery: Delivery) -> None:
    foreign = receiving_folder(world, "province-registrar", central(world, "PTE"))
    answer = client.post(reverse("saraban:receive", args=[delivery.pk]), {"once": uuid4(), "folder": foreign.pk})
    assert answer.status_code == 422
    assert "เลือกแฟ้มนี้ไม่ได้" in answer.content.decode()


def test_sending_back_needs_a_reason_and_tells_the_sender(world: World, client: Client, delivery: Delivery) -> None:
    url = reverse("saraban:send_back", args=[delivery.pk])
    assert "กรุณากรอกเหตุผลที่ส่งคืน" in client.post(url, {"once": uuid4(), "reason": "  "}).content.decode()
    assert client.post(url, {"once": uuid4(), "reason": "ไม่ใช่ภารกิจ"}).status_code == 302
    html = world.client("province-registrar").get(reverse("saraban:letter", args=[delivery.letter_id])).content.decode()
    assert "ปลายทางส่งคืน" in html
    assert "ไม่ใช่ภารกิจ" in html


def test_many_are_registered_with_a_result_each(world: World, client: Client, delivery: Delivery) -> None:
    [second] = sent(world, central(world, "MDES"), kind="EXTERNAL", subject="เรื่องที่สอง")
    folder = receiving_folder(world, "ministry-registrar", delivery.to_unit)
    url = reverse("saraban:receive_many")
    chosen = f"{url}?d={delivery.pk}&d={second.pk}"
    assert "เรื่องที่สอง" in client.get(chosen).content.decode()
    data = {"once": uuid4(), "folder": folder.pk, "d": [delivery.pk, second.pk, 999999, "x"]}
    answer = client.post(url, data, follow=True)
    assert "ลงรับแล้ว 2 จาก 2 เรื่อง" in answer.content.decode()
    assert RegisterEntry.objects.filter(folder=folder).count() == 2
    assert client.get(url).status_code == 302  # nothing chosen


def test_one_refused_letter_does_not_hold_up_the_others(world: World) -> None:
    """Two units' letters into one unit's folder: the other unit's is refused with its sentence."""
    mine = reach_of(world.actor("clerk")).folders("register_incoming")
    folders = RegisterFolder.objects.filter(kind="RECEIVE", pk__in=mine).select_related("owner_unit")
    units = {one.owner_unit for one in folders}
    assert len(units) >= 2
    letter = numbered(world)
    to = [Addressee(unit) for unit in sorted(units, key=lambda one: one.pk) if unit.pk != letter.owner_unit_id]
    to += [Addressee(letter.owner_unit)]
    deliveries = dispatch(by=world.actor("province-registrar"), letter_id=letter.pk, to=to)
    folder = receiving_folder(world, "clerk", to[0].unit)
    client = world.client("clerk")
    data = {"once": uuid4(), "folder": folder.pk, "d": [one.pk for one in deliveries]}
    html = client.post(reverse("saraban:receive_many"), data, follow=True).content.decode()
    assert f"ลงรับแล้ว 1 จาก {len(deliveries)} เรื่อง" in html
    assert "ไม่ใช่ทะเบียนรับของหน่วยที่รับหนังสือนี้" in html


def test_a_registry_of_another_unit_reads_what_waits_for_it(world: World) -> None:
    """กลุ่มงานอำนวยการ's clerk registers for สำนักงานจังหวัด: the row leads where the clerk may go."""
    letter = numbered(world)
    dispatch(by=world.actor("province-registrar"), letter_id=letter.pk, to=[Addressee(world.unit("PTE", "office"))])
    letter.parties.exclude(unit=world.unit("PTE", "office")).delete()
    client = world.client("clerk")
    html = client.get(reverse("saraban:incoming")).content.decode()
    found = re.search(r'class="subject" href="([^"]+)"', html)
    assert found
    assert client.get(found[1].replace("&amp;", "&")).status_code == 200


def pdf() -> SimpleUploadedFile:
    return SimpleUploadedFile("สแกน.pdf", small_pdf(), content_type="application/pdf")


def paper(folder: RegisterFolder, **changes: Any) -> dict[str, Any]:
    return {
        "once": uuid4(),
        "folder": folder.pk,
        "sender": "กรมการปกครอง",
        "number": "มท ๐๓๐๙/๑๒",
        "letter_date": "๑๔/๐๑/๒๕๖๙",
        "addressee": "ปลัดกระทรวง",
        "subject": "ขอเชิญประชุม",
        "urgency": "2",
        "remark": "ทางไปรษณีย์",
    } | changes


def test_paper_is_registered_with_its_scan_and_enclosures(world: World, client: Client) -> None:
    folder = receiving_folder(world, "ministry-registrar", central(world, "MDES"))
    files = {
        "scans": pdf(),
        "enclosures": [SimpleUploadedFile("บัญชี=1.txt", b"=1+1"), SimpleUploadedFile("b.txt", b"b")],
    }
    answer = client.post(reverse("saraban:receive_paper"), paper(folder, **files), follow=True)
    assert answer.status_code == 200
    letter = Letter.objects.get(subject="ขอเชิญประชุม", incoming=True)
    assert (letter.number, letter.letter_date, letter.urgency) == ("มท 0309/12", date(2026, 1, 14), 2)
    assert letter.document is not None
    assert letter.document.is_pdf
    assert list(letter.enclosures.values_list("title", flat=True)) == ["บัญชี=1", "b"]


def test_scanned_images_become_one_pdf(world: World, client: Client) -> None:
    folder = receiving_folder(world, "ministry-registrar", central(world, "MDES"))
    pictures = []
    for colour in ("white", "grey"):
        out = BytesIO()
        Image.new("RGB", (600, 800), colour).save(out, "JPEG")
        pictures.append(SimpleUploadedFile(f"{colour}.jpg", out.getvalue()))
    client.post(reverse("saraban:receive_paper"), paper(folder, scans=pictures))
    document = Letter.objects.get(subject="ขอเชิญประชุม", incoming=True).document
    assert document is not None
    assert document.pages == 2


def test_a_bad_file_is_refused_beside_its_field_and_nothing_is_registered(world: World, client: Client) -> None:
    folder = receiving_folder(world, "ministry-registrar", central(world, "MDES"))
    bad = SimpleUploadedFile("x.pdf", b"MZ not a pdf")
    answer = client.post(reverse("saraban:receive_paper"), paper(folder, scans=bad))
    assert answer.status_code == 422
    assert "ไม่ใช่ชนิดที่รับได้" in answer.content.decode()
    broken = SimpleUploadedFile("y.jpg", b"\xff\xd8\xff\xe0 nothing")
    assert "เสียหาย" in client.post(reverse("saraban:receive_paper"), paper(folder, scans=broken)).content.decode()
    assert not Letter.objects.filter(subject="ขอเชิญประชุม").exists()


def test_a_duplicate_is_shown_first_and_registered_when_said_again(world: World, client: Client) -> None:
    folder = receiving_folder(world, "ministry-registrar", central(world, "MDES"))
    url = reverse("saraban:receive_paper")
    client.post(url, paper(folder))
    again = paper(folder, sender="กองคลัง กรมการปกครอง", number="มท 0309/12", letter_date="14 ม.ค. 2569", scans=pdf())
    html = client.post(url, again).content.decode()
    first = Letter.objects.get(subject="ขอเชิญประชุม")
    assert "อาจลงรับซ้ำ" in html
    assert reverse("saraban:letter", args=[first.pk]) in html
    kept = re.search(r'name="kept" value="([^"]+)"', html)
    assert kept
    again.pop("scans")
    client.post(url, again | {"anyway": "on", "kept": kept[1]})
    second = Letter.objects.exclude(pk=first.pk).get(subject="ขอเชิญประชุม")
    assert second.document is not None  # the upload was not lost on the way
    assert Letter.objects.filter(subject="ขอเชิญประชุม").count() == 2
    other = paper(folder, sender="กรมที่ดิน", subject="คนละเรื่อง")
    assert client.post(url, other).status_code == 302


def test_an_arriving_duplicate_is_shown_before_registering(world: World, client: Client, delivery: Delivery) -> None:
    letter = delivery.letter
    folder = receiving_folder(world, "ministry-registrar", delivery.to_unit)
    assert letter.letter_date is not None
    day = f"{letter.letter_date:%d/%m}/{letter.letter_date.year + 543}"
    client.post(
        reverse("saraban:receive_paper"),
        paper(folder, sender="จังหวัดปทุมธานี", number=letter.number, letter_date=day, subject="ฉบับกระดาษ"),
    )
    arrived = Letter.objects.exclude(pk=letter.pk).get(arrivals=delivery)
    arrived.sender = "จังหวัดปทุมธานี"
    arrived.save(update_fields=["sender"])
    assert "ฉบับกระดาษ" in client.get(reverse("saraban:receive", args=[delivery.pk])).content.decode()


def test_a_kept_upload_belongs_to_its_user(world: World) -> None:
    from saraban.views.paper import Kept

    token = Kept(("a.pdf", 1), ()).token(world.actor("clerk"))
    assert Kept.of(token, world.actor("clerk")).scan == ("a.pdf", 1)
    assert Kept.of(token, world.actor("stat-clerk")) == Kept()
    assert Kept.of(token + "x", world.actor("clerk")) == Kept()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("letter_date", "31/02/2569", "ไม่มีวันที่"),
        ("letter_date", "14/01/2700", "อนาคต"),
        ("subject", "", "กรุณากรอกเรื่อง"),
        ("subject", "ก" * 501, "ยาวเกิน 500"),
        ("once", "x", "โปรดโหลดใหม่"),
    ],
)
def test_what_was_typed_wrong_is_said(world: World, client: Client, field: str, value: str, sentence: str) -> None:
    folder = receiving_folder(world, "ministry-registrar", central(world, "MDES"))
    answer = client.post(reverse("saraban:receive_paper"), paper(folder, **{field: value}))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_without_a_right_paper_is_refused(world: World) -> None:
    assert world.client("division-head").get(reverse("saraban:receive_paper")).status_code in (200, 403)
    assert world.client("central-admin").get(reverse("saraban:receive_paper")).status_code == 403


def test_the_list_does_not_ask_per_row(world: World) -> None:
    client = world.client("ministry-registrar")
    counts = []
    for rows in (1, 4):
        for _ in range(rows):
            sent(world, central(world, "MDES"), kind="EXTERNAL")
        client.get(reverse("saraban:incoming"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("saraban:incoming"))
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[1] <= 20
