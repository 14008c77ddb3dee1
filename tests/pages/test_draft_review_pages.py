"""Pages of the review: the plan on the form, the line, remarks and suggested words by plain form posts."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from draft.actions.comments import comment, settle
from draft.actions.review import return_draft, submit
from draft.actions.suggestions import suggest
from draft.models import Comment, Reply, Review, Suggestion
from draft.plan import Reviewer
from saraban.models import Letter, LetterStatus
from tests.drafting import content_of, form_of, in_review, revision_of, rewrite, url, written
from tests.world import World

pytestmark = pytest.mark.django_db
BODY = "<p>ให้หน่วยงานส่งแผนภายในวันศุกร์</p><p>จึงเรียนมาเพื่อโปรดทราบ</p>"


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def plan_form(letter: Letter, *rows: tuple[Any, ...]) -> dict[str, Any]:
    """The form with these rows: post, place, days, substitute."""
    fields = form_of(letter)
    names = ("reviewers", "reviewer-group", "reviewer-days", "reviewer-substitute")
    return fields | {name: [row[at] for row in rows] for at, name in enumerate(names)}


# -- the plan -----------------------------------------------------------------------------------


def test_the_plan_is_posted_as_a_plain_form_and_shown_again(world: World) -> None:
    client, letter = world.client("clerk"), written(world.actor("clerk"))
    head, vice, governor = (world.post("PTE", key).pk for key in ("office-head", "vice1", "governor"))
    rows = ((head, 2, "๒", governor), ("", 1, "", ""), (vice, 2, "", ""))
    assert client.post(url("edit", letter.pk), plan_form(letter, *rows)).status_code == 302
    assert content_of(letter).reviewers == (Reviewer(head, 1, "๒", governor), Reviewer(vice, 1))
    page = text_of(client, url("edit", letter.pk))
    assert 'aria-label="ผู้ตรวจแถวที่ 3"' in page and 'name="reviewer-days" value="๒"' in page
    assert page.count('name="reviewer-group"') == 3


def test_a_form_of_an_older_page_names_reviewers_alone(world: World) -> None:
    client, letter = world.client("clerk"), written(world.actor("clerk"))
    head, vice = (world.post("PTE", key).pk for key in ("office-head", "vice1"))
    client.post(url("edit", letter.pk), form_of(letter, reviewers=[head, vice]))
    assert content_of(letter).reviewers == (Reviewer(head, 1), Reviewer(vice, 2))


@pytest.mark.parametrize(
    "row",
    [
        ("9999999999", "1", "", ""),
        ("ไม่ใช่เลข", "๑", "😀", "x"),
        ("-1", "-5", "-2", "-3"),
        ("1" * 400, "9" * 400, "9" * 400, "9" * 400),
        ("\x00", "\x00", "\x00", "\x00"),
    ],
)
def test_rows_that_name_nobody_are_dropped_and_nothing_breaks(world: World, row: tuple[str, ...]) -> None:
    client, letter = world.client("clerk"), written(world.actor("clerk"))
    assert client.post(url("edit", letter.pk), plan_form(letter, *[row] * 200)).status_code == 302
    assert content_of(letter).reviewers == ()


def test_days_that_cannot_be_read_are_kept_as_typed_and_named_before_sending(world: World) -> None:
    client, letter = world.client("clerk"), written(world.actor("clerk"))
    head = world.post("PTE", "office-head").pk
    client.post(url("edit", letter.pk), plan_form(letter, (head, 1, "สองวัน", "")))
    assert 'value="สองวัน"' in text_of(client, url("edit", letter.pk))
    answer = client.post(url("submit", letter.pk), {"note": "x"})
    assert answer.status_code == 422 and "จำนวนวันทำการตั้งแต่ 1 ถึง 60" in answer.content.decode()


# -- the line -----------------------------------------------------------------------------------


def together(world: World) -> Letter:
    """A draft two posts review at the same time, one with a substitute."""
    head, vice, stat = (world.post("PTE", key).pk for key in ("office-head", "vice1", "stat-clerk"))
    by = world.actor("clerk")
    letter = written(by, body=BODY, reviewers=(Reviewer(head, 1, "2", stat), Reviewer(vice, 1)))
    submit(by=by, letter_id=letter.pk)
    letter.refresh_from_db()
    return letter


def test_the_line_shows_groups_deadlines_and_substitutes(world: World) -> None:
    letter = together(world)
    page = text_of(world.client("clerk"), url("review", letter.pk))
    assert "พร้อมกัน 2 ตำแหน่ง" in page and "กำหนด " in page and "เรียกผู้ตรวจแทน" in page
    other = text_of(world.client("office-head"), url("review", letter.pk))
    assert "เรียกผู้ตรวจแทน" not in other and "ไม่มีใครแก้ข้อความโดยตรง" in other
    assert f'href="{url("pass", letter.pk)}?seen={revision_of(letter)}"' in other


def test_the_author_calls_a_substitute_with_one_press(world: World) -> None:
    letter = together(world)
    turn = Review.objects.get(letter=letter, order=1)
    answer = world.client("clerk").post(url("substitute", letter.pk, turn.pk), follow=True)
    assert "มาตรวจแทนแล้ว" in answer.content.decode() and "ตรวจแทนได้" in answer.content.decode()
    again = world.client("clerk").post(url("substitute", letter.pk, turn.pk))
    assert again.status_code == 403 and "แล้ว" in again.content.decode()
    assert world.client("stat-clerk").get(url("pass", letter.pk)).status_code == 200


def test_a_pass_of_an_old_page_shows_that_the_text_changed(world: World) -> None:
    letter = in_review(world, "office-head")
    client = world.client("office-head")
    address = f"{url('pass', letter.pk)}?seen={revision_of(letter) - 1}"
    assert 'name="seen"' in text_of(client, address)
    answer = client.post(address, {"note": "", "seen": revision_of(letter) - 1})
    assert answer.status_code == 409 and "อ่านข้อความปัจจุบัน" in answer.content.decode()
    assert client.post(url("pass", letter.pk), {"note": "", "seen": "๙๙๙"}).status_code == 302


def test_who_reviews_again_compares_with_what_he_read_before(world: World) -> None:
    letter, by = in_review(world, "office-head"), world.actor("clerk")
    client = world.client("office-head")
    assert "ฉบับที่ฉันตรวจครั้งก่อน" not in text_of(client, url("review", letter.pk))
    return_draft(by=world.actor("office-head"), letter_id=letter.pk, reason="แก้คำผิด")
    rewrite(by, letter, subject="เรื่องที่แก้คำผิดแล้ว")
    submit(by=by, letter_id=letter.pk)
    page = text_of(client, url("review", letter.pk))
    link = re.search(r'href="([^"]+)">[^"]*</svg>เทียบกับฉบับที่ฉันตรวจครั้งก่อน', page) or re.search(
        r'href="([^"]+\?old=\d+&amp;new=now)"', page
    )
    assert link
    assert "<ins>" in text_of(client, link[1].replace("&amp;", "&"))


# -- what is said -------------------------------------------------------------------------------


def test_remarks_are_filtered_counted_and_found_in_the_text(world: World) -> None:
    letter, head = in_review(world, "office-head", body=BODY), world.actor("office-head")
    comment(by=head, letter_id=letter.pk, text="ระบุวันที่", quote="วันศุกร์")
    done = comment(by=head, letter_id=letter.pk, text="แก้แล้วนี่")
    settle(by=head, letter_id=letter.pk, comment_id=done.pk, settled=True)
    suggest(by=head, letter_id=letter.pk, quote="ส่งแผน", words="ส่งแผนงาน")
    client = world.client("clerk")
    page = text_of(client, url("review", letter.pk))  # what is open comes first
    assert "ระบุวันที่" in page and "แก้แล้วนี่" not in page and 'href="?remarks=done#comments"' in page
    assert 'id="at-comment-1"' in page and 'href="#at-comment-1"' in page and 'id="at-suggestion-1"' in page
    assert re.findall(r'class="n">(\d)</span>', page.split('id="comments"')[1])[:3] == ["2", "1", "3"]
    assert "แก้แล้วนี่" in text_of(client, url("review", letter.pk) + "?remarks=done")
    everything = text_of(client, url("review", letter.pk) + "?remarks=all")
    assert "ระบุวันที่" in everything and "แก้แล้วนี่" in everything
    rewrite(head, letter, body="<p>เขียนใหม่</p>")
    lost = text_of(client, url("review", letter.pk))
    assert lost.count("ข้อความเดิมถูกแก้แล้ว") >= 2 and "วันศุกร์" in lost and 'id="at-comment-1"' not in lost


def test_words_are_suggested_and_taken_up_without_scripts(world: World) -> None:
    letter = in_review(world, "office-head", body=BODY)
    reviewer, author = world.client("office-head"), world.client("clerk")
    posted = {"quote": "ภายในวันศุกร์", "words": "ภายใน ๗ วัน", "note": "ให้แน่นอน"}
    assert reviewer.post(url("suggest", letter.pk), posted).status_code == 302
    offer = Suggestion.objects.get()
    return_draft(by=world.actor("office-head"), letter_id=letter.pk, reason="แก้ตามที่เสนอ")
    page = text_of(author, url("review", letter.pk))
    assert "<del>" in page and "ภายใน ๗ วัน" in page and "รับข้อความนี้" in page
    answer = author.post(url("suggestion_accept", letter.pk, offer.pk), follow=True)
    assert "แทนข้อความในร่างแล้ว" in answer.content.decode() and "ภายใน ๗ วัน" in content_of(letter).body
    again = author.post(url("suggestion_accept", letter.pk, offer.pk))
    assert again.status_code == 409 and "รับแล้ว" in again.content.decode()


def test_a_place_that_is_gone_is_said_and_marked_for_good(world: World) -> None:
    letter, head = in_review(world, "office-head", body=BODY), world.actor("office-head")
    offer = suggest(by=head, letter_id=letter.pk, quote="ส่งแผน", words="ส่งแผนงาน")
    rewrite(head, letter, body="<p>เขียนใหม่</p>")
    answer = world.client("office-head").post(url("suggestion_accept", letter.pk, offer.pk))
    page = answer.content.decode()
    assert answer.status_code == 409 and "ข้อความเดิมถูกแก้แล้ว จึงรับข้อความที่เสนอไม่ได้" in page
    assert Suggestion.objects.get().state == "OUTDATED" and content_of(letter).body == "<p>เขียนใหม่</p>"


def test_all_of_one_person_and_turning_down_by_posts(world: World) -> None:
    letter, head = in_review(world, "office-head", body=BODY), world.actor("office-head")
    for quote, words in (("ส่งแผน", "ส่งแผนงาน"), ("โปรดทราบ", "โปรดพิจารณา")):
        suggest(by=head, letter_id=letter.pk, quote=quote, words=words)
    third = suggest(by=head, letter_id=letter.pk, quote="หน่วยงาน", words="ส่วนราชการ")
    return_draft(by=head, letter_id=letter.pk, reason="แก้ตามที่เสนอ")
    author = world.client("clerk")
    too_long = author.post(url("suggestion_decline", letter.pk, third.pk), {"reason": "ก" * 501})
    assert too_long.status_code == 422 and "ก" * 501 in too_long.content.decode()  # what was typed is still there
    author.post(url("suggestion_decline", letter.pk, third.pk), {"reason": "คำเดิมถูกต้อง"})
    assert "คำเดิมถูกต้อง" in text_of(author, url("review", letter.pk) + "?remarks=all")
    answer = author.post(url("suggestions_accept", letter.pk, head.user.pk), follow=True)
    assert "แทนข้อความในร่างแล้ว 2 แห่ง" in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "posted", "kept"),
    [
        ("suggest", {"quote": "ไม่มีในร่าง", "words": "คำที่พิมพ์ไว้", "note": "เหตุผลที่พิมพ์ไว้"}, "เหตุผลที่พิมพ์ไว้"),
        ("suggest", {"quote": "ส่งแผน", "words": "ส่งแผน"}, "เหมือนข้อความเดิม"),
        ("comment", {"quote": "ไม่มีในร่าง", "text": "ความเห็นที่พิมพ์ไว้"}, "ความเห็นที่พิมพ์ไว้"),
    ],
)
def test_what_was_typed_survives_a_refusal(world: World, name: str, posted: dict[str, str], kept: str) -> None:
    letter = in_review(world, "office-head", body=BODY)
    answer = world.client("office-head").post(url(name, letter.pk), posted)
    assert answer.status_code == 422 and kept in answer.content.decode()


def test_an_answer_is_posted_once_and_an_empty_one_gets_a_sentence(world: World) -> None:
    letter = in_review(world, "office-head")
    made = comment(by=world.actor("office-head"), letter_id=letter.pk, text="ระบุวัน")
    client = world.client("clerk")
    key = re.search(r'name="once" value="([^"]+)"', text_of(client, url("review", letter.pk)))
    assert key
    posted = {"reply": "วันศุกร์", "once": key[1]}
    answers = [client.post(url("comment_reply", letter.pk, made.pk), posted).status_code for _ in range(2)]
    assert answers == [302, 409] and Reply.objects.count() == 1
    assert client.post(url("comment_reply", letter.pk, made.pk), {"reply": " "}).status_code == 422
    assert client.post(url("comment_reply", letter.pk, made.pk + 99), {"reply": "ก"}).status_code == 404
    assert Comment.objects.count() == 1


def test_sending_with_open_remarks_asks_to_confirm(world: World) -> None:
    letter, by = in_review(world, "office-head", body=BODY), world.actor("clerk")
    comment(by=world.actor("office-head"), letter_id=letter.pk, text="ระบุวัน")
    return_draft(by=world.actor("office-head"), letter_id=letter.pk, reason="แก้")
    client = world.client("clerk")
    assert "ยังมีความเห็น 1 รายการค้างอยู่" in text_of(client, url("submit", letter.pk))
    refused = client.post(url("submit", letter.pk), {"note": "เพื่อโปรดพิจารณา"})
    assert refused.status_code == 422 and "ค้างอยู่" in refused.content.decode()
    assert client.post(url("submit", letter.pk), {"note": "x", "despite_remarks": "1"}).status_code == 302
    letter.refresh_from_db()
    assert letter.status == LetterStatus.REVIEW and by.user == letter.author


def test_a_page_of_many_remarks_asks_few_queries(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    letter, head = in_review(world, "office-head", body=BODY), world.actor("office-head")
    for at in range(30):
        comment(by=head, letter_id=letter.pk, text=f"ความเห็น {at}", quote="วันศุกร์")
    suggest(by=head, letter_id=letter.pk, quote="ส่งแผน", words="ส่งแผนงาน")
    client = world.client("clerk")
    client.get(url("review", letter.pk))
    with django_assert_max_num_queries(48):
        client.get(url("review", letter.pk))
