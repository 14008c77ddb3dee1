"""Pages of batches: picking, the page that asks once more, results with progress, what to do next; without script too."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from intray.actions.batch_work import TOPIC, held_name
from intray.models import Batch, Endorsement, RoutingStep, StepState
from intray.selectors.rows import MASKED
from outbox.actions import drain
from outbox.models import OutboxMessage
from saraban.models import Letter, LetterStatus
from signing import vault
from tests.classified import classified
from tests.tray import PASSPHRASE, only_step, proposed, routed, to_post
from tests.world import World

pytestmark = pytest.mark.django_db
WORDS = "ยืนยันลงนาม"
LIST, CONFIRM, SIGN = "/intray/", "/intray/bulk/confirm/", "/intray/sign/confirm/"
HTMX = {"HX-Request": "true"}


def text_of(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, (answer.status_code, answer.headers.get("Location"))
    return str(answer.content.decode())


def fields(page: str, action: str) -> dict[str, Any]:
    """What the form to `action` posts as it stands."""
    (form,) = re.findall(rf'<form method="post" action="{re.escape(action)}".*?</form>', page, re.DOTALL)
    found: dict[str, Any] = {}
    for tag in re.findall(r'<input type="hidden"[^>]*>', form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        assert name is not None
        found.setdefault(name[1], []).append(value[1] if value else "")
    return found


def info(world: World, count: int, purpose: str = "INFO") -> list[RoutingStep]:
    governor = world.post("PTE", "governor")
    return [routed(world, to_post(governor, purpose), number=f"ก {n}")[0] for n in range(count)]


def pick(client: Client, verb: str, steps: list[RoutingStep], **more: Any) -> Any:
    return client.post("/intray/bulk/", {"verb": verb, "step": [one.pk for one in steps], **more})


# -- picking and asking --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tab", "verbs"),
    [
        ("wait", ["forward", "note", "acknowledge", "close"]),
        ("sign", ["sign", "note"]),
        ("info", ["acknowledge", "note", "forward"]),
    ],
)
def test_every_list_offers_what_can_be_done_to_many(world: World, tab: str, verbs: list[str]) -> None:
    info(world, 1)
    info(world, 1, "CONSIDER")
    proposed(world, world.actor("governor"))
    page = text_of(world.client("governor").get(f"{LIST}?tab={tab}"))
    assert re.findall(r'name="verb" value="(\w+)"', page) == verbs
    assert 'name="verb"' not in text_of(world.client("secretary").get(f"{LIST}?tab={tab}"))


def test_few_are_done_at_once_and_the_list_comes_back(world: World) -> None:
    steps, client = info(world, 3), world.client("governor")
    assert pick(client, "acknowledge", steps, filters="tab=info").headers["Location"] == CONFIRM
    page = text_of(client.get(CONFIRM))
    assert "จะรับทราบ 3 เรื่อง" in page
    answer = client.post(CONFIRM, fields(page, CONFIRM) | {"text": "ทราบ"})
    assert answer.headers["Location"] == "/intray/?tab=info"
    assert "รับทราบแล้ว 3 เรื่อง" in text_of(client.get(answer.headers["Location"]))
    assert Endorsement.objects.filter(step__in=steps, kind="ACKNOWLEDGE", text="ทราบ").count() == 3


def test_what_is_refused_is_said_before_and_after(world: World) -> None:
    steps, client = info(world, 2), world.client("governor")
    foreign = routed(world, to_post(world.post("PTE", "vice1"), "INFO"), number="ก 9")[0]
    acting = info(world, 1, "ACTION")
    pick(client, "acknowledge", [*steps, *acting, foreign])
    page = text_of(client.get(CONFIRM))
    assert "จะรับทราบ 2 เรื่อง" in page
    assert "ทำไม่ได้ 1 เรื่อง" in page
    assert "ส่งมาเพื่อดำเนินการ" in page
    answer = client.post(CONFIRM, fields(page, CONFIRM))
    result = text_of(client.get(answer.headers["Location"]))
    assert "สำเร็จ 2 จาก 3 เรื่อง" in result
    assert "ส่งมาเพื่อดำเนินการ" in result
    foreign.refresh_from_db()
    assert foreign.state == StepState.NEW


def test_many_go_to_the_worker_and_the_page_follows(world: World) -> None:
    steps, client = info(world, 7), world.client("governor")
    pick(client, "acknowledge", steps)
    page = text_of(client.get(CONFIRM))
    answer = client.post(CONFIRM, fields(page, CONFIRM))
    url = answer.headers["Location"]
    assert not Endorsement.objects.filter(step__in=steps).exists()
    before = text_of(client.get(url))
    assert "สำเร็จ 0 จาก 7 เรื่อง" in before
    assert 'hx-trigger="every 2s"' in before
    drain()
    after = text_of(client.get(url, headers=HTMX))
    assert after.lstrip().startswith('<div class="card clip" id="batch"')
    assert "สำเร็จ 7 จาก 7 เรื่อง" in after
    assert "every 2s" not in after
    assert "รับทราบ 7 เรื่อง" in text_of(client.get("/intray/batches/"))


def test_everything_the_filters_show_is_picked(world: World) -> None:
    info(world, 55)
    client = world.client("governor")
    page = text_of(client.get(f"{LIST}?tab=info"))
    assert "ทุกเรื่องในแท็บนี้ (55 เรื่อง)" in page
    assert (
        client.post("/intray/bulk/", {"verb": "acknowledge", "everything": "1", "filters": "tab=info"}).status_code
        == 302
    )
    assert "จะรับทราบ 55 เรื่อง" in text_of(client.get(CONFIRM))
    none = {"verb": "note", "everything": "1", "filters": "tab=info&urgency=3"}
    assert "โปรดเลือกอย่างน้อยหนึ่งเรื่อง" in text_of(client.post("/intray/bulk/", none, follow=True))


def test_nothing_picked_or_nonsense_says_what_to_do(world: World) -> None:
    client = world.client("governor")
    for data in ({"verb": "acknowledge"}, {"verb": "burn", "step": "1"}, {"verb": "note", "step": ["x", "9" * 30]}):
        answer = client.post("/intray/bulk/", data, follow=True)
        assert "โปรดเลือก" in text_of(answer)
    assert client.get(CONFIRM).headers["Location"] == LIST
    assert client.post(CONFIRM, {"batch": "burn", "step": ["1"]}).headers["Location"] == LIST
    assert client.post(CONFIRM, {"batch": "note", "step": ["0", "-1", "😀"]}).headers["Location"] == LIST


@pytest.mark.parametrize("text", ["", "   ", "\u200b\u200b", "ก" * 4001])
def test_words_that_are_none_or_too_many_are_refused_and_kept(world: World, text: str) -> None:
    steps, client = info(world, 2, "CONSIDER"), world.client("governor")
    pick(client, "note", steps)
    page = text_of(client.get(CONFIRM))
    again = text_of(client.post(CONFIRM, fields(page, CONFIRM) | {"text": text}), 422)
    assert "error-summary" in again
    assert not Endorsement.objects.filter(step__in=steps).exists()
    if text.strip("\u200b "):
        assert text in again


def test_addressees_are_searched_and_chosen_without_script(world: World) -> None:
    steps, client = info(world, 2, "ACTION"), world.client("governor")
    office = world.post("PTE", "office-head")
    pick(client, "forward", steps)
    page = text_of(client.get(CONFIRM))
    shown = fields(page, CONFIRM)
    found = text_of(client.post(CONFIRM, shown | {"verb": "find", "find": office.title, "text": "ด่วน"}))
    assert f'value="p{office.pk}"' in found
    assert "ด่วน" in found
    none = text_of(client.post(CONFIRM, fields(found, CONFIRM) | {"purpose": "ACTION"}), 422)
    assert "โปรดเลือกผู้รับ" in none
    data = fields(none, CONFIRM) | {"to": [f"p{office.pk}"], "purpose": "ACTION", "text": "เพื่อดำเนินการ"}
    assert client.post(CONFIRM, data).status_code == 302
    assert RoutingStep.objects.filter(previous__in=steps, to_position=office).count() == 2
    assert f'value="p{office.pk}"' in text_of(client.get("/intray/bulk/targets/", {"find": office.title}))


def test_the_same_form_sent_twice_makes_one_batch(world: World) -> None:
    steps, client = info(world, 7), world.client("governor")
    pick(client, "acknowledge", steps)
    data = fields(text_of(client.get(CONFIRM)), CONFIRM)
    client.post(CONFIRM, data)
    assert client.post(CONFIRM, data).status_code in (302, 403)
    assert Batch.objects.count() == 1


def test_a_classified_letter_is_named_by_nobody_and_gets_no_common_words(world: World) -> None:
    governor, client = world.actor("governor"), world.client("governor")
    secret = proposed(world, governor, subject="แผนลับของจังหวัด")
    step = only_step(secret)
    classified(secret, 1, by=governor)
    pick(client, "note", [step, only_step(proposed(world, governor))])
    page = text_of(client.get(CONFIRM))
    assert "แผนลับ" not in page
    assert MASKED in page
    assert "ทำไม่ได้ 1 เรื่อง" in page
    assert "ทีละเรื่อง" in page


# -- signing -----------------------------------------------------------------------------------------------------


def test_a_batch_is_signed_with_one_proof_and_each_letter_has_its_result(world: World) -> None:
    governor = world.actor("governor")
    letters = [proposed(world, governor), proposed(world, governor, sign_class="CERTIFICATE")]
    letters.append(proposed(world, governor, sign_class="CERTIFICATE"))
    steps = [only_step(letter) for letter in letters]
    client = world.client("governor")
    assert pick(client, "sign", steps).headers["Location"] == SIGN
    shown = fields(text_of(client.get(SIGN)), SIGN)
    assert len(shown["step"]) == 3
    wrong = text_of(client.post(SIGN, shown | {"passphrase": "ผิด", "confirmation": WORDS}), 422)
    assert "ผิด" not in re.findall(r'name="passphrase"[^>]*', wrong)[0]
    assert "ยืนยันลงนาม" in text_of(client.post(SIGN, shown | {"passphrase": PASSPHRASE, "confirmation": "ยืนยัน"}), 422)
    answer = client.post(SIGN, fields(wrong, SIGN) | {"passphrase": PASSPHRASE, "confirmation": WORDS})
    url = answer.headers["Location"]
    before = text_of(client.get(url))
    assert "ลงนามแล้ว 0 จาก 3 เรื่อง" in before
    assert 'hx-trigger="every 2s"' in before
    assert "ชุดงานที่ยังไม่เสร็จ (1)" in text_of(client.get(LIST))
    drain()
    after = text_of(client.get(url))
    assert "ลงนามแล้ว 3 จาก 3 เรื่อง" in after
    assert "every 2s" not in after
    assert {letter.status for letter in Letter.objects.filter(pk__in=[one.pk for one in letters])} == {
        LetterStatus.SIGNED
    }


def test_a_batch_never_claims_what_waits_for_its_passphrase_and_goes_on(world: World) -> None:
    governor = world.actor("governor")
    steps = [only_step(proposed(world, governor, sign_class="CERTIFICATE")) for _ in range(2)]
    client = world.client("governor")
    url = client.post(SIGN, {"step": [step.pk for step in steps], "passphrase": PASSPHRASE}).headers["Location"]
    batch = Batch.objects.get()
    vault.forget_passphrase(held_name(batch))
    drain()
    page = text_of(client.get(url))
    assert "ลงนามแล้ว 0 จาก 2 เรื่อง" in page
    assert "หยุดรอรหัสผ่าน" in page
    assert "รอรหัสผ่าน" in text_of(client.get("/intray/batches/"))
    again = f"{url}continue/"
    wrong = text_of(client.post(again, {"passphrase": "ผิด"}), 422)
    assert "รหัสผ่านของใบรับรองไม่ถูกต้อง" in wrong
    assert client.post(again, {"passphrase": PASSPHRASE}).headers["Location"] == url
    drain()
    assert "ลงนามแล้ว 2 จาก 2 เรื่อง" in text_of(client.get(url))


def test_a_batch_that_stands_still_offers_to_go_on(world: World) -> None:
    steps, client = info(world, 7), world.client("governor")
    pick(client, "acknowledge", steps)
    url = client.post(CONFIRM, fields(text_of(client.get(CONFIRM)), CONFIRM)).headers["Location"]
    assert "สั่งทำต่อ" not in text_of(client.get(url))
    OutboxMessage.objects.filter(topic=TOPIC).delete()
    Batch.objects.update(created_at=timezone.now() - timedelta(minutes=5))
    assert "สั่งทำต่อ" in text_of(client.get(url))
    assert client.post(f"{url}continue/").headers["Location"] == url
    drain()
    assert "สำเร็จ 7 จาก 7 เรื่อง" in text_of(client.get(url))


def test_the_rest_is_cancelled_and_nothing_is_left_to_do(world: World) -> None:
    governor = world.actor("governor")
    steps = [only_step(proposed(world, governor)) for _ in range(2)]
    client = world.client("governor")
    url = client.post(SIGN, {"step": [step.pk for step in steps], "confirmation": WORDS}).headers["Location"]
    assert client.post(f"{url}cancel/").headers["Location"] == url
    drain()
    page = text_of(client.get(url))
    assert "ยกเลิก 2 เรื่อง" in page
    assert "ไม่มีเรื่องค้าง" in text_of(client.post(f"{url}continue/"), 403)
    assert all(only_step(Letter.objects.get(pk=step.letter_id)).is_open for step in steps)


@pytest.mark.parametrize("role", ["vice1", "secretary", "clerk", "province-admin", "permsec"])
def test_a_batch_is_nobody_elses(world: World, role: str) -> None:
    governor = world.actor("governor")
    steps = [only_step(proposed(world, governor)).pk for _ in range(2)]
    url = world.client("governor").post(SIGN, {"step": steps, "confirmation": WORDS}).headers["Location"]
    client = world.client(role)
    assert client.get(url).status_code == 404
    assert client.post(f"{url}cancel/").status_code == 404
    assert client.post(f"{url}continue/").status_code == 404


def test_a_long_batch_shows_its_letters_page_by_page_at_a_fixed_cost(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    steps, client = info(world, 53), world.client("governor")
    pick(client, "acknowledge", steps)
    url = client.post(CONFIRM, fields(text_of(client.get(CONFIRM)), CONFIRM)).headers["Location"]
    client.get(url)
    with django_assert_max_num_queries(16):
        page = text_of(client.get(url))
    assert page.count('class="batch-no') == 50
    assert "show=&amp;page=2" in page
    assert text_of(client.get(f"{url}?show=&page=2")).count('class="batch-no') == 3
    for query in ("?show=burn&page=0", "?page=99999999", "?page=x&show=done"):
        text_of(client.get(url + query))


def test_the_confirmation_of_many_costs_no_query_for_each(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    governor = world.actor("governor")
    ids = [only_step(proposed(world, governor, sign_class="CERTIFICATE")).pk for _ in range(6)]
    client = world.client("governor")
    address = f"{SIGN}?" + "&".join(f"step={pk}" for pk in ids)
    client.get(address)
    with django_assert_max_num_queries(16):
        assert "ลงนาม 6 เรื่อง" in text_of(client.get(address))


def test_nothing_needs_inline_code(world: World) -> None:
    steps, client = info(world, 2), world.client("governor")
    pick(client, "forward", steps)
    for url in (CONFIRM, "/intray/batches/"):
        page = text_of(client.get(url))
        assert " style=" not in page
        assert not re.search(r"\son\w+=", page)
        assert "<script>" not in page
