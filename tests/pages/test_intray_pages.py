"""The tray's pages: each role sees its own, strangers get 404, every form works without script, queries are bounded."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from intray import actions
from intray.models import Endorsement, RoutingStep, StepState
from intray.selectors.rows import MASKED
from saraban.models import Letter, LetterStatus
from tests.classified import classified
from tests.tray import only_step, proposed, registered, routed, to_post, to_unit
from tests.world import World

pytestmark = pytest.mark.django_db
WORDS = "ยืนยันลงนาม"
LIST = "/intray/"
TABS = ("wait", "sign", "sent", "due", "info", "done")


HTMX = {"HX-Request": "true"}


def page(client: Client, url: str, status: int = 200, headers: dict[str, str] | None = None) -> str:
    answer = client.get(url, headers=headers)
    assert answer.status_code == status, url
    return answer.content.decode()


def panel(letter: Letter) -> str:
    return reverse("intray:panel", args=[letter.pk])


def act(client: Client, step: RoutingStep, verb: str, **values: Any) -> Any:
    data = {"step": step.pk, "verb": verb, **values}
    return client.post(reverse("intray:act", args=[step.letter_id]), data)


# -- the list --------------------------------------------------------------------------------------------


def test_the_list_shows_what_a_row_promises(world: World) -> None:
    due = timezone.now() - timedelta(days=2)
    routed(world, to_post(world.post("PTE", "governor")), subject="ขอข้อมูลน้ำท่วม", urgency=3, due_at=due)
    text = page(world.client("governor"), LIST)
    for wanted in ("ขอข้อมูลน้ำท่วม", "ด่วนที่สุด", "เพื่อพิจารณา", "กรมการปกครอง → ผู้ว่าราชการจังหวัด", "เกิน 2 วัน", "รับ "):
        assert wanted in text
    assert 'class="u3 new"' in text
    actions.open_step(by=world.actor("governor"), step_id=RoutingStep.objects.get().pk)
    assert 'class="u3"' in page(world.client("governor"), LIST)


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize(
    "role", ["governor", "secretary", "clerk", "stat-clerk", "auditor", "province-admin", "permsec"]
)
def test_every_tab_opens_for_everybody_with_a_post_and_is_empty_kindly(world: World, role: str, tab: str) -> None:
    assert 'class="empty"' in page(world.client(role), f"{LIST}?tab={tab}")


def test_a_letter_opened_from_the_tray_leads_to_its_neighbours_and_back(world: World) -> None:
    steps = [routed(world, to_post(world.post("PTE", "governor")), number=f"ก {n}")[0] for n in range(3)]
    client = world.client("governor")
    middle = rf'href="(/saraban/letter/{steps[1].letter_id}/[^"]*)"'
    (url,) = re.findall(middle, page(client, f"{LIST}?tab=wait&sort=old"))
    text = page(client, url.replace("&amp;", "&"))
    assert "เรื่องที่ 2 จาก 3" in text
    for other in (steps[0], steps[2]):
        assert re.search(rf'href="/saraban/letter/{other.letter_id}/\?[^"]*tab=wait[^"]*"', text)
    assert 'href="/intray/?' in text


@pytest.mark.parametrize("role", ["central-admin", "superuser"])
def test_without_a_post_there_is_no_tray(world: World, role: str) -> None:
    assert world.client(role).get(LIST).status_code == 403


def test_a_classified_subject_is_masked_in_the_list(world: World) -> None:
    governor = world.actor("governor")
    letter = proposed(world, governor, subject="แผนลับของจังหวัด")
    classified(letter, 1, by=governor)
    text = page(world.client("governor"), f"{LIST}?tab=sign")
    assert "แผนลับ" not in text
    assert (MASKED in text) is (governor.clearance >= 1)
    assert MASKED not in page(world.client("governor"), f"{LIST}?tab=sign&q=แผนลับ")


@pytest.mark.parametrize(
    "query", ["tab=x", "urgency=9", "due=zz&sort=zz", "after=zz", "before=1~2~3", "q=" + "ก" * 300]
)
def test_nonsense_in_the_address_is_left_out(world: World, query: str) -> None:
    page(world.client("governor"), f"{LIST}?{query}")


@pytest.mark.parametrize("tab", TABS)
def test_a_full_tray_costs_a_bounded_number_of_queries(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries, tab: str
) -> None:
    governor = world.actor("governor")
    for n in range(6):
        steps = routed(world, to_post(governor.position, "INFO" if n % 2 else "CONSIDER"), number=f"ก {n}")
        if n == 4:
            actions.forward(by=governor, step_id=steps[0].pk, targets=[to_unit(world.unit("PTE", "statistics"))])
    proposed(world, governor)
    client = world.client("governor")
    page(client, LIST)
    with django_assert_max_num_queries(20):
        page(client, f"{LIST}?tab={tab}")


# -- the panel -------------------------------------------------------------------------------------------


def test_opening_the_panel_opens_the_step_once(world: World) -> None:
    (step,) = routed(world, to_post(world.post("PTE", "governor")))
    client = world.client("governor")
    page(client, panel(step.letter))
    step.refresh_from_db()
    first = step.opened_at
    assert step.state == StepState.OPENED
    page(client, panel(step.letter))
    step.refresh_from_db()
    assert step.opened_at == first


def test_htmx_gets_a_fragment_and_everybody_else_a_page(world: World) -> None:
    (step,) = routed(world, to_post(world.post("PTE", "governor")))
    client = world.client("governor")
    assert "<html" not in page(client, panel(step.letter), headers=HTMX)
    assert "<html" in page(client, panel(step.letter))


@pytest.mark.parametrize("role", ["stat-clerk", "ministry-clerk", "province-admin", "central-admin", "superuser"])
def test_a_stranger_gets_404_everywhere(world: World, role: str) -> None:
    (step,) = routed(world, to_post(world.post("PTE", "governor")))
    client = world.client(role)
    for name in ("panel", "targets", "endorsements", "sign", "recall_proposal"):
        page(client, reverse(f"intray:{name}", args=[step.letter_id]), 404)
    for verb in ("note", "close", "return", "find", "nothing"):
        assert act(client, step, verb, text="ก").status_code == 404
    assert client.post(reverse("intray:recall_step", args=[step.letter_id, step.pk])).status_code == 404
    step.refresh_from_db()
    assert step.state == StepState.NEW


def test_a_step_of_another_letter_is_not_reached_through_this_one(world: World) -> None:
    (mine,) = routed(world, to_post(world.post("PTE", "governor")), number="ก 1")
    (other,) = routed(world, to_post(world.post("PTE", "vice1")), number="ก 2")
    client = world.client("governor")
    url = reverse("intray:act", args=[mine.letter_id])
    assert client.post(url, {"step": other.pk, "verb": "acknowledge"}).status_code == 404
    assert client.post(reverse("intray:recall_step", args=[mine.letter_id, other.pk])).status_code == 404


def test_the_whole_order_by_plain_forms(world: World) -> None:
    """No script: a phrase as a radio button, a search as a submit button, then the order with its addressees."""
    (step,) = routed(world, to_post(world.post("PTE", "governor")))
    client, statistics = world.client("governor"), world.unit("PTE", "statistics")
    found = act(client, step, "find", text="ภายในสัปดาห์นี้", phrase="มอบ … ดำเนินการ", find="สถิติ").content.decode()
    assert f'value="u{statistics.pk}"' in found
    assert "ภายในสัปดาห์นี้" in found
    once = re.findall(r'name="once" value="([^"]+)"', found)[0]
    values = {
        "text": "ภายในสัปดาห์นี้", "phrase": "มอบ … ดำเนินการ", "to": [f"u{statistics.pk}"], "purpose": "ACTION",
        "due": "30/12/2599", "once": once,
    }  # fmt: skip
    answer = act(client, step, "instruct", **values)
    assert answer.status_code == 302
    sent = RoutingStep.objects.get(previous=step)
    assert sent.due_at is not None
    assert Endorsement.objects.filter(kind="INSTRUCTION").get().text == f"มอบ {statistics.label} ดำเนินการ ภายในสัปดาห์นี้"
    assert act(client, step, "instruct", **values).status_code == 409
    assert RoutingStep.objects.filter(previous=step).count() == 1


def test_a_refusal_keeps_what_was_typed(world: World) -> None:
    (step,) = routed(world, to_post(world.post("PTE", "governor")))
    client = world.client("governor")
    answer = act(client, step, "forward", text="ส่งให้ตรวจสอบ")
    assert answer.status_code == 422
    assert "โปรดเลือกผู้รับอย่างน้อยหนึ่งราย" in answer.content.decode()
    assert "ส่งให้ตรวจสอบ" in answer.content.decode()
    for due in ("32/13/2569", "1/1/2500", "พรุ่งนี้"):
        assert act(client, step, "forward", due=due, to=[f"p{world.post('PTE', 'vice1').pk}"]).status_code == 422
    assert act(client, step, "forward", to=["p999999", "x", "u"]).status_code == 422


def test_an_addressee_for_information_only_is_marked_beside_the_others(world: World) -> None:
    (step,) = routed(world, to_post(world.post("PTE", "governor")))
    vice, statistics = world.post("PTE", "vice1"), world.unit("PTE", "statistics")
    to = [f"p{vice.pk}", f"u{statistics.pk}"]
    assert (
        act(world.client("governor"), step, "forward", to=to, info=[f"p{vice.pk}"], purpose="ACTION").status_code == 302
    )
    purposes = dict(RoutingStep.objects.filter(previous=step).values_list("to_position", "purpose"))
    assert purposes == {vice.pk: "INFO", None: "ACTION"}


@pytest.mark.parametrize("verb", ["return", "close", "disapprove"])
def test_weighty_verbs_ask_first_and_then_act(world: World, verb: str) -> None:
    (step,) = routed(world, to_post(world.post("PTE", "governor")))
    client = world.client("governor")
    asked = act(client, step, verb, text="ขาดเอกสารแนบ")
    assert asked.status_code == 200
    assert "ขาดเอกสารแนบ" in asked.content.decode()
    step.refresh_from_db()
    assert step.is_open
    assert act(client, step, verb, sure="1", reason="ขาดเอกสารแนบ").status_code == 302
    step.refresh_from_db()
    assert not step.is_open
    assert Endorsement.objects.filter(step=step, text="ขาดเอกสารแนบ").exists()


def test_a_return_without_a_reason_asks_again(world: World) -> None:
    (step,) = routed(world, to_post(world.post("PTE", "governor")))
    answer = act(world.client("governor"), step, "return", sure="1", reason=" ")
    assert answer.status_code == 422
    assert "โปรดระบุเหตุผลที่ตีกลับ" in answer.content.decode()


def test_a_secretary_sees_grey_buttons_with_the_sentence_and_may_prepare(world: World) -> None:
    (step,) = routed(world, to_post(world.post("PTE", "governor")))
    client = world.client("secretary")
    text = page(client, panel(step.letter))
    assert "ฐานะหน้าห้องเตรียมเรื่องได้ แต่สั่งการแทนไม่ได้" in text
    assert 'value="instruct"' not in text
    assert act(client, step, "prepare", text="เห็นชอบตามเสนอ").status_code == 302
    assert act(client, step, "instruct", text="ดำเนินการ").status_code == 403
    governor = world.client("governor")
    assert "หน้าห้องเตรียมแล้ว" in page(governor, LIST)
    assert re.search(r"<textarea[^>]*>\s*เห็นชอบตามเสนอ", page(governor, f"{panel(step.letter)}?adopt=1"))


def test_the_panel_starts_a_route_from_the_registry(world: World) -> None:
    letter = registered(world)
    client = world.client("province-registrar")
    assert 'value="start"' in page(client, panel(letter))
    url = reverse("intray:act", args=[letter.pk])
    values = {
        "verb": "start",
        "text": "เพื่อโปรดพิจารณา",
        "to": [f"p{world.post('PTE', 'governor').pk}"],
        "purpose": "CONSIDER",
    }
    assert client.post(url, values).status_code == 302
    step = only_step(letter)
    assert (step.to_position, step.purpose) == (world.post("PTE", "governor"), "CONSIDER")
    assert client.post(reverse("intray:recall_step", args=[letter.pk, step.pk])).status_code == 302
    assert not RoutingStep.objects.filter(letter=letter).open().exists()


def test_the_panel_costs_a_bounded_number_of_queries(
    world: World, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    steps = routed(world, to_post(world.post("PTE", "governor")), to_unit(world.unit("PTE", "statistics")))
    client = world.client("governor")
    page(client, panel(steps[0].letter))
    with django_assert_max_num_queries(45):
        page(client, panel(steps[0].letter), headers=HTMX)


def test_what_was_written_is_shown_with_title_lines(world: World) -> None:
    (step,) = routed(world, to_post(world.post("PTE", "vice2")))
    acting = world.actor("office-head", "vice2")
    actions.endorse(by=acting, step_id=step.pk, text="เห็นควรอนุมัติ")
    text = page(world.client("province-registrar"), reverse("intray:endorsements", args=[step.letter_id]))
    for wanted in ("เห็นควรอนุมัติ", acting.user.full_name, "รักษาราชการแทน", "รองผู้ว่าราชการจังหวัดปทุมธานี"):
        assert wanted in text


# -- signing ---------------------------------------------------------------------------------------------


def test_one_letter_is_signed_from_the_panel(world: World) -> None:
    letter = proposed(world, world.actor("governor"))
    client = world.client("governor")
    answer = client.get(reverse("intray:sign", args=[letter.pk]))
    confirm = answer.headers["Location"]
    text = page(client, confirm)
    assert world.user("governor").full_name in text
    assert "ผู้ว่าราชการจังหวัดปทุมธานี" in text
    step = only_step(letter)
    wrong = client.post("/intray/sign/confirm/", {"step": step.pk, "confirmation": "ยืนยัน"})
    assert wrong.status_code == 422
    assert client.post("/intray/sign/confirm/", {"step": step.pk, "confirmation": WORDS}).status_code == 302
    letter.refresh_from_db()
    assert letter.status == LetterStatus.SIGNED


def test_the_folder_turns_pages_chooses_and_leads_to_one_confirmation(world: World) -> None:
    governor = world.actor("governor")
    letters = [proposed(world, governor, subject=f"เรื่องที่ {n}") for n in range(2)]
    client = world.client("governor")
    assert "เรื่องที่ 1 จาก 2" in page(client, "/intray/sign/")
    first = client.post("/intray/sign/choose/", {"letter": letters[0].pk, "verb": "choose"})
    assert first.headers["Location"].endswith(f"letter={letters[1].pk}")
    assert "เลือกลงนามแล้ว 1" in page(client, first.headers["Location"])
    last = client.post("/intray/sign/choose/", {"letter": letters[1].pk, "verb": "choose"})
    assert last.headers["Location"].startswith("/intray/sign/confirm/?step=")
    assert "ลงนาม 2 เรื่อง" in page(client, last.headers["Location"])
    client.post("/intray/sign/choose/", {"letter": letters[0].pk, "verb": "drop"})
    assert "เลือกลงนามแล้ว 1" in page(client, "/intray/sign/")


def test_an_empty_folder_says_so(world: World) -> None:
    assert "ไม่มีเรื่องรอลงนาม" in page(world.client("governor"), "/intray/sign/")
    assert world.client("governor").get("/intray/sign/confirm/?step=1").status_code == 302


def test_a_secretary_turns_the_folders_pages_but_gets_no_way_to_sign(world: World) -> None:
    letter = proposed(world, world.actor("governor"))
    client = world.client("secretary")
    assert "ลงนามแทนไม่ได้" in page(client, "/intray/sign/")
    answer = client.post("/intray/sign/confirm/", {"step": only_step(letter).pk, "confirmation": WORDS})
    assert answer.status_code == 403
    letter.refresh_from_db()
    assert letter.status == LetterStatus.PROPOSED


def test_the_author_recalls_a_proposal_after_being_asked(world: World) -> None:
    letter = proposed(world, world.actor("governor"))
    client = world.client("clerk")
    url = reverse("intray:recall_proposal", args=[letter.pk])
    assert "ดึงกลับ" in page(client, url)
    assert client.post(url).status_code == 302
    letter.refresh_from_db()
    assert letter.status == LetterStatus.DRAFT


def test_nothing_needs_inline_code_and_every_word_is_thai(world: World) -> None:
    (step,) = routed(world, to_post(world.post("PTE", "governor")))
    proposed(world, world.actor("governor"))
    client = world.client("governor")
    for url in (LIST, panel(step.letter), "/intray/sign/", "/intray/desk/"):
        text = page(client, url)
        assert not re.search(r'\sstyle="|\son[a-z]+="', text), url
        main = re.search(r"<main.*?</main>", text, re.S)
        assert main is not None
        words = re.sub(r"<(script|svg).*?</\1>|<[^>]+>", " ", main[0], flags=re.S)
        assert not set(re.findall(r"[A-Za-z]{2,}", words)) - {"XLSX", "CSV", "Alt", "Enter"}, url
