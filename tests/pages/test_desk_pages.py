"""The desk's pages: buttons without JavaScript, parts by htmx, refusals that say why."""

from __future__ import annotations

import pytest
from django.urls import reverse

from intray.models import RoutingStep
from tests.tray import proposed, routed, to_post
from tests.world import World

pytestmark = pytest.mark.django_db


def on_desk(world: World) -> list[int]:
    RoutingStep.objects.filter(to_position=world.post("PTE", "governor")).update(state="DONE")
    post = to_post(world.post("PTE", "governor"))
    return [routed(world, post, subject=f"เรื่องบนโต๊ะ {at}", number=f"ท {at}")[0].pk for at in range(2)]


def test_a_press_moves_a_letter(world: World) -> None:
    first, second = on_desk(world)
    client = world.client("secretary")
    page = client.get(reverse("intray:desk")).content.decode()
    assert page.index("เรื่องบนโต๊ะ 0") < page.index("เรื่องบนโต๊ะ 1")
    answer = client.post(reverse("intray:desk_move"), {"step": second, "verb": "top"}, follow=True)
    page = answer.content.decode()
    assert page.index("เรื่องบนโต๊ะ 1") < page.index("เรื่องบนโต๊ะ 0")
    part = client.post(reverse("intray:desk_arrange"), {"step": [first, second]}, headers={"HX-Request": "true"})
    page = part.content.decode()
    assert "<html" not in page
    assert page.index("เรื่องบนโต๊ะ 0") < page.index("เรื่องบนโต๊ะ 1")


def test_set_aside_and_back(world: World) -> None:
    first, _ = on_desk(world)
    client = world.client("secretary")
    move = reverse("intray:desk_move")
    page = client.post(move, {"step": first, "verb": "aside", "reason": "TALK"}, follow=True).content.decode()
    assert "รอหารือ" in page
    assert "นำกลับขึ้นโต๊ะ" in page
    page = client.post(move, {"step": first, "verb": "back"}, follow=True).content.decode()
    assert "นำกลับขึ้นโต๊ะ" not in page


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"step": "0", "verb": "up"}, "ไม่ได้อยู่บนโต๊ะ"),
        ({"step": "x", "verb": "up"}, "ไม่ได้อยู่บนโต๊ะ"),
        ({"verb": "sideways"}, "ไม่พบวิธีย้ายลำดับ"),
        ({"verb": "aside", "reason": "อื่น"}, "โปรดเลือกเหตุที่พักเรื่องไว้"),
    ],
)
def test_bad_presses_are_answered_with_a_sentence(world: World, values: dict[str, str], sentence: str) -> None:
    first, _ = on_desk(world)
    given = {"step": str(first)} | values
    answer = world.client("secretary").post(reverse("intray:desk_move"), given, follow=True)
    assert answer.status_code == 200
    assert sentence in answer.content.decode()


def test_the_folder_says_what_the_secretary_set_aside(world: World) -> None:
    RoutingStep.objects.filter(to_position=world.post("PTE", "governor")).update(state="DONE")
    letter = proposed(world, world.actor("governor"), subject="เรื่องพักไว้")
    step = RoutingStep.objects.get(letter=letter)
    move = reverse("intray:desk_move")
    world.client("secretary").post(move, {"step": step.pk, "verb": "aside", "reason": "FACTS"})
    page = world.client("governor").get(reverse("intray:sign_folder")).content.decode()
    assert "รอข้อมูลเพิ่มเติม" in page


def test_a_desk_costs_a_fixed_number_of_queries(world: World, django_assert_max_num_queries: object) -> None:
    on_desk(world)
    client = world.client("secretary")
    client.get(reverse("intray:desk"))
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        client.get(reverse("intray:desk"))
