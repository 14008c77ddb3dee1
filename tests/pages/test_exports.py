"""Lists as files: what the filters show, or what was picked; no classified word; on record; a formula stays text."""

from __future__ import annotations

import io

import openpyxl
import pytest
from django.http.response import HttpResponseBase
from django.urls import reverse

from audit.models import AuditEvent
from tests.tray import routed, to_post
from tests.world import World

pytestmark = pytest.mark.django_db


def rows_of(answer: HttpResponseBase) -> list[tuple[str, ...]]:
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer)))
    return [tuple(str(cell or "") for cell in row) for row in book.worksheets[0].iter_rows(values_only=True)]


def test_the_tray_as_filtered_and_as_picked(world: World) -> None:
    post = to_post(world.post("PTE", "governor"))
    first, second = (routed(world, post, subject=f"=เรื่องส่งออก {at}", number=f"ส {at}")[0] for at in range(2))
    client = world.client("governor")
    url = reverse("intray:export", args=["xlsx"])
    heads, *lines = rows_of(client.get(url, {"tab": "wait", "q": "เรื่องส่งออก"}))
    assert heads[:3] == ("ที่", "ลงวันที่", "เรื่อง")
    assert {line[2] for line in lines} == {"'=เรื่องส่งออก 0", "'=เรื่องส่งออก 1"}
    _, *picked = rows_of(client.post(url, {"filters": "tab=wait", "step": [second.pk]}))
    assert [line[0] for line in picked] == ["ส 1"]
    _, *everything = rows_of(client.post(url, {"filters": "tab=wait&q=ส่งออก", "everything": "1"}))
    assert len(everything) == 2
    assert AuditEvent.objects.filter(verb="tray.export").count() == 3
    assert first.pk != second.pk


def test_drafts_and_letters_as_csv(world: World) -> None:
    client = world.client("clerk")
    for name in ("draft:export", "saraban:found_export"):
        answer = client.get(reverse(name, args=["csv"]))
        text = b"".join(answer).decode()
        assert text.startswith("\ufeffที่,ลงวันที่,เรื่อง")
        assert "no-store" in answer["Cache-Control"]
        assert client.get(reverse(name, args=["pdf"])).status_code == 404


def test_the_whole_of_a_long_list_comes_along(world: World) -> None:
    post = to_post(world.post("PTE", "governor"))
    for at in range(55):  # more than a page
        routed(world, post, subject=f"ยาวมาก {at}", number=f"ย {at}")
    client = world.client("province-registrar")
    _, *lines = rows_of(client.get(reverse("saraban:found_export", args=["xlsx"]), {"q": "ยาวมาก"}))
    assert len(lines) == 55
    assert len(set(lines)) == 55
