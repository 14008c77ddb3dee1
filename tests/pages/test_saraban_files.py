"""Files that leave: names by annex ข, harmless headers, images that are asked for again, hostile names."""

from __future__ import annotations

from io import BytesIO
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from audit.models import AccessLog
from files.actions import store_bytes
from files.serving import clean_title, disposition
from saraban.models import Enclosure, Letter
from tests.registry import central, numbered, sent
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(world: World) -> Letter:
    return numbered(world, subject="ขอเชิญประชุม ก/ข")


@pytest.fixture
def client(world: World) -> Client:
    return world.client("province-registrar")


def body(answer: object) -> bytes:
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def test_the_original_leaves_under_the_name_of_annex_kho(client: Client, letter: Letter) -> None:
    answer = client.get(reverse("saraban:document", args=[letter.pk]))
    assert letter.document is not None
    assert body(answer).startswith(b"%PDF")
    words = answer["Content-Disposition"]
    running = letter.number.rsplit("/", 1)[1]
    assert words.startswith(f'attachment; filename="2569_PTE_0017_{running}.pdf"')
    assert unquote(words.split("UTF-8''")[1]) == f"2569_PTE_0017_{running} ขอเชิญประชุม ก ข.pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "script-src" not in answer["Content-Security-Policy"]
    assert AccessLog.objects.filter(letter_id=letter.pk, what="file").count() == 1


def test_inline_is_asked_for_and_only_where_it_is_harmless(client: Client, letter: Letter) -> None:
    url = reverse("saraban:document", args=[letter.pk])
    assert client.get(url + "?inline=1")["Content-Disposition"].startswith("inline")
    page = store_bytes(b"<script>alert(1)</script>", name="x.html")
    enclosure = Enclosure.objects.create(letter=letter, title="x.html", file=page, original_name="x.html", order=1)
    answer = client.get(reverse("saraban:enclosure", args=[letter.pk, enclosure.pk]) + "?inline=1")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"].startswith("text/plain")
    assert 'filename="2569_PTE_0017_' in answer["Content-Disposition"]
    assert "_att01.txt" in answer["Content-Disposition"]


def test_a_received_letter_keeps_the_senders_name(world: World) -> None:
    [delivery] = sent(world, central(world, "MDES"), kind="EXTERNAL")
    answer = world.client("ministry-registrar").get(reverse("saraban:document", args=[delivery.received_id]))
    assert 'filename="2569_PTE_0017_' in answer["Content-Disposition"]


def test_a_page_image_is_made_once_and_asked_for_again(client: Client, letter: Letter) -> None:
    url = reverse("saraban:page_image", args=[letter.pk, 1])
    first = client.get(url + "?w=180")
    assert Image.open(BytesIO(first.content)).width == 180
    assert first["Cache-Control"] == "private, no-cache"
    assert client.get(url + "?w=180", headers={"if-none-match": first["ETag"]}).status_code == 304
    assert client.get(url).content != first.content


@pytest.mark.parametrize("tail", ["2.png", "0.png", "1.png?w=999999", "1.png?w=-1", "1.png?w=abc"])
def test_pages_and_widths_that_are_not_there(client: Client, letter: Letter, tail: str) -> None:
    base = reverse("saraban:page_image", args=[letter.pk, 1]).removesuffix("1.png")
    assert client.get(base + tail).status_code == 404


def test_an_image_enclosure_is_a_page(client: Client, letter: Letter) -> None:
    picture = BytesIO()
    Image.new("RGB", (400, 200), "white").save(picture, "PNG")
    stored = store_bytes(picture.getvalue(), name="map.png")
    enclosure = Enclosure.objects.create(letter=letter, title="แผนที่", file=stored, order=1)
    answer = client.get(reverse("saraban:enclosure_page", args=[letter.pk, enclosure.pk, 1]))
    assert Image.open(BytesIO(answer.content)).size == (1100, 550)
    assert client.get(reverse("saraban:enclosure_page", args=[letter.pk, enclosure.pk, 2])).status_code == 404


@pytest.mark.parametrize(
    "name",
    [
        'a".pdf',
        "a\r\nSet-Cookie: x=1.pdf",
        "../../etc/passwd",
        "เอกสาร‮fdp.exe",
        "a;b=c.pdf",
        "",
        "con\x00.pdf",
        "x" * 900,
    ],
)
def test_no_name_breaks_out_of_its_header(name: str) -> None:
    words = disposition(name, name)
    assert "\r" not in words
    assert "\n" not in words
    assert words.isascii()
    assert words.count('"') == 2
    plain = words.split('"')[1]
    assert plain
    assert not set(plain) & set('/\\:*?"<>|')
    assert not plain.startswith(".")
    assert len(clean_title(name)) <= 120
    assert "‮" not in unquote(words)
