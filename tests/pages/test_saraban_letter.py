"""The letter page: who opens it, what stands on it, and that opening leaves its traces."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audit.models import AccessLog
from files.actions import store_bytes
from org.models import Appointment
from saraban.actions.dispatch import Addressee, dispatch
from saraban.actions.letters import refer
from saraban.models import DeliveryStatus, Enclosure, Letter
from saraban.views import letter as letter_views
from tests.classified import classified
from tests.registry import central, numbered, received, sent
from tests.story import bare_signed
from tests.world import World

pytestmark = pytest.mark.django_db
STRANGERS = ("ministry-registrar", "ministry-clerk", "local-clerk", "central-admin", "superuser", "province-admin")


def page(letter: Letter, **query: str) -> str:
    tail = "&".join(f"{name}={value}" for name, value in query.items())
    return reverse("saraban:letter", args=[letter.pk]) + (f"?{tail}" if tail else "")


@pytest.mark.parametrize("who", [*STRANGERS, "stat-clerk"])
def test_strangers_find_nothing(world: World, who: str) -> None:
    letter = numbered(world)
    enclosure = Enclosure.objects.create(letter=letter, title="บัญชี", file=letter.document)
    client = world.client(who)
    for name, args in (
        ("letter", []),
        ("letter_print", []),
        ("page_image", [1]),
        ("document", []),
        ("enclosure", [enclosure.pk]),
        ("enclosure_page", [enclosure.pk, 1]),
        ("number", []),
        ("numbered", []),
        ("seal", []),
        ("dispatch", []),
    ):
        assert client.get(reverse(f"saraban:{name}", args=[letter.pk, *args])).status_code == 404, name
    assert not AccessLog.objects.filter(letter_id=letter.pk).exists()


def test_a_post_that_ended_opens_nothing(world: World) -> None:
    letter = numbered(world)
    client = world.client("clerk")
    assert client.get(page(letter)).status_code == 200
    Appointment.objects.filter(user=world.user("clerk")).update(ends_at=timezone.now() - timedelta(minutes=1))
    assert client.get(page(letter)).status_code in (302, 404)


def test_the_page_shows_number_facts_and_way(world: World) -> None:
    letter = numbered(world, subject="ขอเชิญประชุม <b>ด่วน</b>", addressee="นายอำเภอเมือง")
    html = world.client("province-registrar").get(page(letter)).content.decode()
    assert letter.number in html
    assert "ขอเชิญประชุม &lt;b&gt;ด่วน&lt;/b&gt;" in html
    assert "นายอำเภอเมือง" in html
    assert f"ออกเลข {letter.number}" in html
    assert html.index("อยู่ที่นี่") < html.index("เริ่มร่างหนังสือ")
    assert AccessLog.objects.filter(letter_id=letter.pk, what="page").count() == 1


def test_opening_at_the_receiving_registry_ends_the_senders_recall(world: World) -> None:
    [delivery] = sent(world, central(world, "MDES"), kind="EXTERNAL")
    assert delivery.received is not None
    html = world.client("ministry-registrar").get(page(delivery.received)).content.decode()
    delivery.refresh_from_db()
    assert delivery.status == DeliveryStatus.OPENED
    assert reverse("saraban:receive", args=[delivery.pk]) in html
    again = world.client("province-registrar").get(page(delivery.letter)).content.decode()
    assert "ปลายทางเปิดอ่าน" in again
    assert reverse("saraban:recall", args=[delivery.pk]) not in again


def test_a_reader_who_is_no_registrar_does_not_open_the_delivery(world: World) -> None:
    [delivery] = sent(world, central(world, "MDES"), kind="EXTERNAL")
    world.client("province-registrar").get(page(delivery.letter))
    delivery.refresh_from_db()
    assert delivery.status == DeliveryStatus.DELIVERED


def test_each_level_has_its_stamp_in_thai_digits_and_the_sender_sees_none_of_anothers(world: World) -> None:
    inside, outside = sent(world, world.unit("PTE", "statistics"), central(world, "MDES"), kind="EXTERNAL")
    letter = inside.letter
    received(world, "stat-clerk", inside)
    theirs_entry = received(world, "ministry-registrar", outside)
    own = world.client("stat-clerk").get(page(letter)).content.decode()
    assert own.count('class="stamp"') == 1
    assert "เลขรับ ๑</text>" in own
    theirs = world.client("ministry-registrar").get(page(theirs_entry.letter)).content.decode()
    assert theirs.count('class="stamp"') == 1
    assert world.agency("MDES").name in theirs
    assert "สำนักงานสถิติ" not in theirs


def test_a_reference_is_a_link_only_where_the_reader_may_go(world: World) -> None:
    old, new = numbered(world, subject="เรื่องเดิม"), numbered(world, subject="เรื่องใหม่")
    refer(letter=new, text="หนังสือเดิม", target=old)
    client = world.client("province-registrar")
    assert f'href="{page(old)}"' in client.get(page(new)).content.decode()
    back = client.get(page(old)).content.decode()
    assert "ถูกอ้างถึงโดย" in back
    assert "เรื่องใหม่" in back
    [delivery] = dispatch(
        by=world.actor("province-registrar"), letter_id=old.pk, to=[Addressee(world.unit("PTE", "statistics"))]
    )
    assert "เรื่องใหม่" not in world.client("stat-clerk").get(page(delivery.letter)).content.decode()


def test_the_way_back_and_on_follows_the_list(world: World) -> None:
    first, second, third = (bare_signed(world.actor("clerk"), world.folder("pte-send")) for _ in range(3))
    client = world.client("province-registrar")
    html = client.get(page(second, **{"from": "number"})).content.decode()
    assert "เรื่องที่ 2 จาก 3" in html
    assert page(first) in html
    assert page(third) in html
    assert "รอออกเลข" in html
    assert 'rel="next"' not in client.get(page(second, **{"from": "nonsense"})).content.decode()


def test_an_enclosure_is_shown_by_its_pages_and_another_letters_is_not(world: World) -> None:
    letter, other = numbered(world), numbered(world)
    enclosure = Enclosure.objects.create(letter=letter, title="แบบรายงาน", file=letter.document, order=1)
    client = world.client("province-registrar")
    html = client.get(page(letter, file=str(enclosure.pk))).content.decode()
    assert reverse("saraban:enclosure_page", args=[letter.pk, enclosure.pk, 1]) in html
    assert client.get(reverse("saraban:enclosure", args=[other.pk, enclosure.pk])).status_code == 404


def test_a_letter_without_a_file_says_so(world: World) -> None:
    letter = bare_signed(world.actor("clerk"), world.folder("pte-send"))
    assert "ยังไม่มีไฟล์หนังสือ" in world.client("clerk").get(page(letter)).content.decode()


def test_a_broken_file_does_not_break_the_page(world: World) -> None:
    letter = numbered(world)
    stored = store_bytes(b"plain words", name="a.txt")
    type(stored).objects.filter(pk=stored.pk).update(media_type="application/pdf")
    Letter.objects.filter(pk=letter.pk).update(document=stored)
    answer = world.client("clerk").get(page(letter))
    assert answer.status_code == 200
    assert "แสดงภาพหน้าไม่ได้" in answer.content.decode()


def test_a_classified_letter_wears_its_band_and_logs_every_page(world: World) -> None:
    letter = numbered(world)
    classified(letter, 1, by=world.actor("governor"))
    letter.parties.create(position=world.actor("secret-registrar").position, because="READER", secrecy=1)
    assert world.client("province-registrar").get(page(letter)).status_code == 404
    assert world.client("clerk").get(page(letter)).status_code == 404
    client = world.client("secret-registrar")
    html = client.get(page(letter)).content.decode()
    assert 'class="secrecy-band"' in html
    image = client.get(reverse("saraban:page_image", args=[letter.pk, 1]))
    assert image["Cache-Control"] == "no-store"
    assert "ETag" not in image
    assert AccessLog.objects.filter(letter_id=letter.pk, what="image 1", user__username="secret-registrar").count() == 1


def test_the_page_stays_within_its_queries(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page itself; what other modules hang onto it counts for them."""
    monkeypatch.setattr(letter_views, "panels", lambda actor, letter: [])
    counts = []
    client = world.client("province-registrar")
    for units in (["statistics"], ["office", "general", "statistics", "vice1"]):
        delivery, *_ = sent(world, *(world.unit("PTE", key) for key in units))
        client.get(page(delivery.letter))
        with CaptureQueriesContext(connection) as queries:
            client.get(page(delivery.letter))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 20
