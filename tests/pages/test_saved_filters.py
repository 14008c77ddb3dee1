"""Filters a person keeps: saved from a list, shown above it, renamed, removed; nobody else's."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import SavedFilter
from accounts.saved_filters import MOST, save_filter
from tests.world import World

pytestmark = pytest.mark.django_db


def save(world: World, **other: str) -> int:
    facts = {"path": reverse("intray:list"), "query": "tab=act&urgency=2&before=9", "page": "แฟ้มเสนอ", "name": "ด่วนมาก"}
    return world.client("clerk").post(reverse("accounts:filter_save"), facts | other).status_code


def test_a_filter_is_saved_without_its_place_and_stands_above_its_list(world: World) -> None:
    assert save(world) == 302
    kept = SavedFilter.objects.get(user=world.user("clerk"))
    assert kept.query == "tab=act&urgency=2"
    client = world.client("clerk")
    page = client.get(reverse("intray:list")).content.decode()
    assert f'href="{kept.url.replace("&", "&amp;")}"' in page
    page = client.get(kept.url).content.decode()
    assert 'class="chip on"' in page
    assert "บันทึกตัวกรองนี้" not in page
    assert "ด่วนมาก</a>" not in client.get(reverse("draft:list")).content.decode()


def test_the_same_name_is_overwritten(world: World) -> None:
    save(world)
    save(world, query="tab=act&urgency=3")
    assert SavedFilter.objects.get(user=world.user("clerk")).query == "tab=act&urgency=3"


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"name": "  "}, "โปรดตั้งชื่อตัวกรอง"),
        ({"name": "ก" * 61}, "ชื่อตัวกรองยาวเกิน"),
        ({"query": "before=3"}, "ยังไม่ได้เลือกตัวกรองใด"),
        ({"query": "q=" + "ก" * 2000}, "เงื่อนไขของตัวกรองยาวเกินไป"),
        ({"path": "https://elsewhere.example/x"}, "ไม่พบหน้าที่จะบันทึกตัวกรอง"),
        ({"path": "//elsewhere.example/"}, "ไม่พบหน้าที่จะบันทึกตัวกรอง"),
    ],
)
def test_bad_filters_are_refused_with_a_sentence(world: World, facts: dict[str, str], sentence: str) -> None:
    client = world.client("clerk")
    given = {"path": reverse("intray:list"), "query": "q=x", "page": "แฟ้มเสนอ", "name": "ชื่อ"} | facts
    answer = client.post(reverse("accounts:filter_save"), given, follow=True)
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert not SavedFilter.objects.filter(user=world.user("clerk")).exists()


def test_there_is_an_end_to_them(world: World) -> None:
    for at in range(MOST):
        save_filter(by=world.actor("clerk"), path="/intray/", page="แฟ้มเสนอ", query=f"q={at}", name=f"ที่ {at}")
    save(world)
    assert SavedFilter.objects.filter(user=world.user("clerk")).count() == MOST


def test_rename_and_remove_are_the_owner_s(world: World) -> None:
    save(world)
    kept = SavedFilter.objects.get(user=world.user("clerk"))
    rename, remove = (reverse(f"accounts:filter_{what}", args=[kept.pk]) for what in ("rename", "remove"))
    stranger, owner = world.client("governor"), world.client("clerk")
    assert stranger.post(rename, {"name": "ของฉัน"}).status_code == 404
    assert stranger.post(remove).status_code == 404
    refused = owner.post(rename, {"name": ""})
    assert refused.status_code == 422
    assert "ต้องมี 1 ถึง" in refused.content.decode()
    owner.post(rename, {"name": "เรื่องด่วน"})
    kept.refresh_from_db()
    assert kept.name == "เรื่องด่วน"
    assert "เรื่องด่วน" in owner.get(reverse("accounts:filters")).content.decode()
    owner.post(remove)
    assert not SavedFilter.objects.filter(pk=kept.pk).exists()
