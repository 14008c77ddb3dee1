"""Pages lead on: the tray opens where something waits, a sent form's address says so, files are chosen in Thai."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.urls import reverse

from saraban.actions.letters import lock, move
from tests.drafting import written
from tests.tray import proposed, registered, routed, to_post
from tests.world import World

pytestmark = pytest.mark.django_db


def test_the_tray_opens_at_the_first_tab_that_waits_for_something(world: World) -> None:
    client = world.client("governor")
    assert 'aria-current="page">รอพิจารณา' in client.get("/intray/").content.decode().replace("\n", "")
    letter = proposed(world, world.actor("governor"), subject="ขออนุมัติโครงการ")
    text = client.get("/intray/").content.decode()
    assert "ขออนุมัติโครงการ" in text and f"/saraban/letter/{letter.pk}/?from=intray&amp;tab=sign" in text
    routed(world, to_post(world.post("PTE", "governor")), subject="ขอข้อมูลน้ำท่วม")
    text = client.get("/intray/").content.decode()
    assert "ขอข้อมูลน้ำท่วม" in text and "ขออนุมัติโครงการ" not in text


def test_the_address_of_a_form_opens_a_page_in_thai(world: World) -> None:
    letter = registered(world)
    answer = world.client("province-registrar").get(reverse("intray:act", args=[letter.pk]))
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "เปิดหน้านี้โดยตรงไม่ได้" in answer.content.decode()


def test_who_sent_a_letter_on_is_not_told_that_nobody_has_it(world: World) -> None:
    letter, client = registered(world), world.client("province-registrar")
    panel = reverse("intray:panel", args=[letter.pk])
    assert "ยังไม่มีผู้รับไปดำเนินการ" in client.get(panel).content.decode()
    [step] = routed(world, to_post(world.post("PTE", "governor")))
    text = client.get(reverse("intray:panel", args=[step.letter_id])).content.decode()
    assert f"กำลังดำเนินการอยู่ที่ {step.place}" in text and "ยังไม่มีผู้รับไปดำเนินการ" not in text


def test_the_page_of_a_signed_draft_leads_to_the_letter(world: World) -> None:
    author = world.actor("clerk")
    letter, client = written(author), world.client("clerk")
    page, link = reverse("draft:review", args=[letter.pk]), f'href="{reverse("saraban:letter", args=[letter.pk])}"'
    assert link not in client.get(page).content.decode()
    for verb in ("propose", "sign"):
        with transaction.atomic():
            move(letter=lock(letter.pk), verb=verb, by=author, label=verb)
        assert link in client.get(page).content.decode(), verb


def test_files_are_chosen_with_thai_words(world: World) -> None:
    text = world.client("province-registrar").get(reverse("saraban:receive_paper")).content.decode()
    assert text.count("<b>เลือกไฟล์</b> หรือลากมาวางที่นี่") == 2


def test_an_admin_finds_the_structure_in_the_menu(world: World) -> None:
    for who, finds in (("province-admin", True), ("central-admin", True), ("clerk", False), ("auditor", False)):
        text = world.client(who).get("/").content.decode()
        assert ("โครงสร้างและสิทธิ์" in text) == finds, who
