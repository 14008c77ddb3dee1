"""What is said in a draft: suggested words taken up exactly at their place, comments with answers, the check before sending."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from common.access import Conflict, Invalid, Refused
from draft.actions.comments import comment, reply, settle
from draft.actions.propose import propose
from draft.actions.review import pass_review, return_draft, submit
from draft.actions.suggestions import Taken, accept, accept_all_of, decline, suggest
from draft.actions.working import Page, Stale
from draft.actions.writing import save
from draft.anchors import places, put_words
from draft.models import DraftVersion, Reply, Suggestion
from draft.permissions import may_accept, may_suggest
from draft.plan import Reviewer
from draft.selectors.remarks import marked, several_of, unsettled
from notifications.models import Notification
from saraban.models import Letter, LetterStatus
from tests.drafting import content_of, in_review, revision_of, rewrite, written
from tests.world import World

pytestmark = pytest.mark.django_db
TWICE = "<p>ให้หน่วยงานส่งรายงาน และให้หน่วยงานส่งแผน</p><p>จึงเรียนมาเพื่อ<b>โปรดทราบ</b></p>"


def body_of(letter: Letter) -> str:
    return content_of(letter).body


def returned(world: World, body: str, *offers: tuple[str, str]) -> Letter:
    """A draft the head of the office suggested words for and returned: it is its author's again."""
    letter = in_review(world, "office-head", body=body)
    for quote, words in offers:
        suggest(by=world.actor("office-head"), letter_id=letter.pk, quote=quote, words=words)
    return_draft(by=world.actor("office-head"), letter_id=letter.pk, reason="โปรดแก้ตามที่เสนอ")
    letter.refresh_from_db()
    return letter


# -- the place ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "quote", "words", "made"),
    [
        ("<p>ก ข ค</p>", "ข", "งง", "<p>ก งง ค</p>"),
        ("<p>ก<b>ข</b>ค</p>", "กขค", "ใหม่", "<p>ใหม่<b></b></p>"),
        ("<p>ก<b>ขค</b>ง</p>", "คง", "จ", "<p>ก<b>ขจ</b></p>"),
        ("<ol><li>หนึ่ง</li><li>สอง</li></ol>", "สอง", "๒ < ๓ & ๔", "<ol><li>หนึ่ง</li><li>๒ &lt; ๓ &amp; ๔</li></ol>"),
        ("<p>ก<br>ข ค</p>", "ข  ค", "ง", "<p>ก<br>ง</p>"),
        ("<table><tbody><tr><td>ก</td><td>ข</td></tr></tbody></table>", "ข", "ค", None),
    ],
)
def test_words_stand_exactly_in_the_place_of_the_old_ones(body: str, quote: str, words: str, made: str | None) -> None:
    [place] = places(body, quote, "")
    wanted = made if made is not None else body.replace("ข", "ค")
    assert put_words(body, *place, words) == wanted


def test_a_place_across_two_paragraphs_or_cells_is_none() -> None:
    for body in ("<p>กข</p><p>คง</p>", "<table><tbody><tr><td>กข</td><td>คง</td></tr></tbody></table>"):
        [place] = places(body, "ขค", "")
        assert put_words(body, *place, "ก") is None


def test_the_words_before_tell_which_of_several_places_is_meant() -> None:
    assert len(places(TWICE, "ให้หน่วยงาน", "")) == 2
    [(start, _)] = places(TWICE, "ให้หน่วยงาน", "ส่งรายงาน และ")
    assert start > 5


# -- suggesting ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quote", "words", "sentence"),
    [
        ("", "ก", "โปรดเลือก"),
        ("ไม่มีคำนี้", "ก", "ไม่พบข้อความเดิม"),
        ("ให้หน่วยงาน", "ขอให้หน่วยงาน", "มากกว่าหนึ่งแห่ง"),
        ("ส่งแผนจึงเรียน", "ก", "ย่อหน้า"),
        ("ส่งแผน", " ส่งแผน ", "เหมือนข้อความเดิม"),
        ("ส่งแผน\u200b", "ส่ง\u200bแผน", "เหมือนข้อความเดิม"),
        ("ก" * 501, "ข", "ยาวเกิน 500"),
        ("ส่งแผน", "ก" * 1001, "ยาวเกิน 1,000"),
        ("\x00\u200b", "ก", "โปรดเลือก"),
    ],
)
def test_a_suggestion_that_cannot_be_used_gets_a_sentence(world: World, quote: str, words: str, sentence: str) -> None:
    letter = in_review(world, "office-head", body=TWICE)
    with pytest.raises(Invalid, match=sentence):
        suggest(by=world.actor("office-head"), letter_id=letter.pk, quote=quote, words=words)
    assert not Suggestion.objects.exists()


def test_readers_suggest_and_the_author_writes_himself(world: World) -> None:
    letter = in_review(world, "office-head")
    assert may_suggest(world.actor("office-head"), letter)
    assert "แก้ไขข้อความได้โดยตรง" in may_suggest(world.actor("clerk"), letter).reason
    with pytest.raises(Letter.DoesNotExist):
        suggest(by=world.actor("stat-clerk"), letter_id=letter.pk, quote="ประชุม", words="ก")


# -- taking up ----------------------------------------------------------------------------------


def test_the_author_takes_up_words_exactly_there_and_who_suggested_is_kept(world: World) -> None:
    letter = returned(world, TWICE, ("ส่งแผน", "ส่งแผนภายใน ๗ วัน"))
    by, revision = world.actor("clerk"), revision_of(letter)
    [offer] = Suggestion.objects.filter(letter=letter)
    accept(by=by, letter_id=letter.pk, suggestion_id=offer.pk)
    assert body_of(letter) == TWICE.replace("ส่งแผน", "ส่งแผนภายใน ๗ วัน") and revision_of(letter) == revision + 1
    offer.refresh_from_db()
    assert (offer.state, offer.by, offer.decided_by) == ("ACCEPTED", world.user("office-head"), by.user)
    assert Notification.objects.filter(user=offer.by, event="draft.answered").count() == 1
    with pytest.raises(Conflict, match="รับแล้ว"):
        accept(by=by, letter_id=letter.pk, suggestion_id=offer.pk)


def test_bold_words_stay_bold(world: World) -> None:
    letter = returned(world, TWICE, ("โปรดทราบ", "โปรดพิจารณา"))
    accept(by=world.actor("clerk"), letter_id=letter.pk, suggestion_id=Suggestion.objects.get().pk)
    assert "<b>โปรดพิจารณา</b>" in body_of(letter)


def test_words_may_be_taken_out(world: World) -> None:
    letter = returned(world, TWICE, ("และให้หน่วยงานส่งแผน", ""))
    accept(by=world.actor("clerk"), letter_id=letter.pk, suggestion_id=Suggestion.objects.get().pk)
    assert "ส่งแผน" not in body_of(letter)


def test_a_text_that_changed_meanwhile_is_not_touched(world: World) -> None:
    letter = returned(world, TWICE, ("ส่งแผน", "ส่งแผนงาน"))
    by = world.actor("clerk")
    rewrite(by, letter, body="<p>เขียนใหม่ทั้งหมด</p>")
    offer = Suggestion.objects.get()
    assert marked(letter, content_of(letter))[2][0].lost
    with pytest.raises(Conflict, match="ข้อความเดิมถูกแก้แล้ว"):
        accept(by=by, letter_id=letter.pk, suggestion_id=offer.pk)
    offer.refresh_from_db()
    assert offer.state == "OUTDATED" and offer.words == "ส่งแผนงาน" and body_of(letter) == "<p>เขียนใหม่ทั้งหมด</p>"


def test_a_place_that_came_to_stand_twice_is_left_to_the_author(world: World) -> None:
    letter = returned(world, "<p>ก ส่งแผน</p>", ("ส่งแผน", "ส่งแผนงาน"))
    by = world.actor("clerk")
    rewrite(by, letter, body="<p>ข ส่งแผน</p><p>ค ส่งแผน</p>")
    with pytest.raises(Conflict, match="มากกว่าหนึ่งแห่ง"):
        accept(by=by, letter_id=letter.pk, suggestion_id=Suggestion.objects.get().pk)
    assert Suggestion.objects.get().state == "OPEN"


def test_an_open_page_that_has_not_seen_the_new_words_is_told(world: World) -> None:
    letter = returned(world, TWICE, ("ส่งแผน", "ส่งแผนงาน"))
    by = world.actor("clerk")
    page = Page(revision_of(letter), "หน้าที่เปิดอยู่", 1)
    save(by=by, letter_id=letter.pk, content=content_of(letter).with_fields(content_of(letter), set()), page=page)
    accept(by=by, letter_id=letter.pk, suggestion_id=Suggestion.objects.get().pk)
    stale = content_of(letter).from_json({**content_of(letter).to_json(), "subject": "จากหน้าเก่า"}, TWICE)
    with pytest.raises(Stale):
        save(by=by, letter_id=letter.pk, content=stale, page=Page(page.revision, page.name, 2))


def test_everything_one_person_suggests_is_taken_up_together(world: World) -> None:
    letter = returned(world, "<p>หนึ่ง สอง สาม</p>", ("หนึ่ง", "๑"), ("สอง", "๒"), ("หนึ่ง สอง", "ซ้อน"), ("สาม", "๓"))
    by, person = world.actor("clerk"), world.user("office-head")
    assert several_of(marked(letter, content_of(letter))[2]) == [(person.pk, person.full_name, 4)]
    assert accept_all_of(by=by, letter_id=letter.pk, user_id=person.pk) == Taken(3, 1, 0)
    assert body_of(letter) == "<p>๑ ๒ ๓</p>"
    assert list(Suggestion.objects.values_list("state", flat=True)) == ["ACCEPTED", "ACCEPTED", "OUTDATED", "ACCEPTED"]
    assert "<p>หนึ่ง สอง สาม</p>" in [row.body for row in DraftVersion.objects.filter(letter=letter)]
    with pytest.raises(Conflict, match="ไม่มีข้อความที่เสนอ"):
        accept_all_of(by=by, letter_id=letter.pk, user_id=person.pk)


def test_words_are_turned_down_with_a_reason_or_taken_back(world: World) -> None:
    letter = returned(world, TWICE, ("ส่งแผน", "ส่งแผนงาน"), ("ส่งรายงาน", "ส่งผล"))
    first, second = Suggestion.objects.order_by("id")
    decline(by=world.actor("clerk"), letter_id=letter.pk, suggestion_id=first.pk, reason="ใช้คำตามระเบียบ")
    first.refresh_from_db()
    assert (first.state, first.answer) == ("DECLINED", "ใช้คำตามระเบียบ") and body_of(letter) == TWICE
    decline(by=world.actor("office-head"), letter_id=letter.pk, suggestion_id=second.pk)
    with pytest.raises(Conflict):
        decline(by=world.actor("clerk"), letter_id=letter.pk, suggestion_id=second.pk)


def test_a_single_reviewer_takes_words_up_and_several_do_not(world: World) -> None:
    posts = [world.post("PTE", key).pk for key in ("stat-clerk", "office-head", "vice1")]
    letter = written(
        world.actor("clerk"),
        body=TWICE,
        reviewers=(Reviewer(posts[0], 1), Reviewer(posts[1], 2), Reviewer(posts[2], 2)),
    )
    submit(by=world.actor("clerk"), letter_id=letter.pk)
    letter.refresh_from_db()
    assert may_accept(world.actor("stat-clerk"), letter)
    assert not may_accept(world.actor("clerk"), letter)
    pass_review(by=world.actor("stat-clerk"), letter_id=letter.pk)
    letter.refresh_from_db()
    assert not may_accept(world.actor("vice1"), letter)
    made = suggest(by=world.actor("vice1"), letter_id=letter.pk, quote="ส่งแผน", words="ส่งแผนงาน")
    accept(by=world.actor("clerk"), letter_id=letter.pk, suggestion_id=made.pk)  # nobody has passed it yet
    pass_review(by=world.actor("vice1"), letter_id=letter.pk)
    assert "ตรวจผ่านข้อความปัจจุบันไปแล้ว" in may_accept(world.actor("clerk"), letter).reason


# -- before it is sent on -----------------------------------------------------------------------


@pytest.mark.parametrize("verb", [submit, propose])
def test_what_is_still_open_has_to_be_known_before_it_is_sent(world: World, verb: Callable[..., Letter]) -> None:
    letter = returned(world, TWICE, ("ส่งแผน", "ส่งแผนงาน"))
    by = world.actor("clerk")
    if verb is propose:
        rewrite(by, letter, reviewers=())
    made = comment(by=by, letter_id=letter.pk, text="รอตัวเลข")
    assert unsettled(letter).words == "ความเห็น 1 รายการและข้อความที่เสนอแทน 1 รายการ"
    with pytest.raises(Invalid, match="ค้างอยู่") as refusal:
        verb(by=by, letter_id=letter.pk)
    assert refusal.value.field == "despite_remarks"
    settle(by=by, letter_id=letter.pk, comment_id=made.pk, settled=True)
    with pytest.raises(Invalid, match="ข้อความที่เสนอแทน 1 รายการค้างอยู่"):
        verb(by=by, letter_id=letter.pk)
    verb(by=by, letter_id=letter.pk, despite_remarks=True)


def test_suggestions_whose_place_is_gone_ask_for_nothing(world: World) -> None:
    letter = returned(world, TWICE, ("ส่งแผน", "ส่งแผนงาน"))
    by = world.actor("clerk")
    rewrite(by, letter, body="<p>เขียนใหม่ทั้งหมด</p>")
    submit(by=by, letter_id=letter.pk)
    letter.refresh_from_db()
    assert letter.status == LetterStatus.REVIEW and Suggestion.objects.get().state == "OUTDATED"


# -- answers ------------------------------------------------------------------------------------


def test_a_comment_is_answered_one_level_deep_and_its_people_are_told(world: World) -> None:
    letter = in_review(world, "office-head")
    head, by = world.actor("office-head"), world.actor("clerk")
    made = comment(by=head, letter_id=letter.pk, text="ระบุวัน")
    reply(by=by, letter_id=letter.pk, comment_id=made.pk, text="วันใดครับ")
    reply(by=head, letter_id=letter.pk, comment_id=made.pk, text="วันศุกร์")
    assert [one.text for one in marked(letter, content_of(letter))[1][0].replies] == ["วันใดครับ", "วันศุกร์"]
    told = Notification.objects.filter(event="draft.reply").values_list("user", flat=True)
    assert list(told.order_by("id")) == [head.user.pk, by.user.pk]
    for text, sentence in (("  \u200b", "โปรดพิมพ์"), ("ก" * 2001, "ยาวเกิน")):
        with pytest.raises(Invalid, match=sentence):
            reply(by=by, letter_id=letter.pk, comment_id=made.pk, text=text)
    with pytest.raises(Refused):
        pass_review(by=head, letter_id=letter.pk)
        reply(by=by, letter_id=letter.pk, comment_id=made.pk, text="สายไปแล้ว")
    assert Reply.objects.count() == 2
