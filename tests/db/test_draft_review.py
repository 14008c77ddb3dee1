"""The review: in order, with edits and comments, returned with a reason, recalled, and proposed after the last pass."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from audit.models import AuditEvent
from common.access import Invalid, Refused
from draft.actions.comments import comment, settle
from draft.actions.propose import propose
from draft.actions.review import pass_review, recall, return_draft, submit
from draft.actions.writing import discard
from draft.models import DraftVersion, Review, ReviewState
from draft.selectors.line import named_posts
from draft.selectors.lists import waiting_count
from draft.selectors.readiness import problems
from draft.selectors.remarks import marked
from draft.selectors.route import last_return, review_steps
from files.actions import read
from files.pdf import page_text
from notifications.models import Notification
from org.models import Appointment, Capacity
from outbox.actions import drain
from outbox.models import OutboxMessage
from saraban.models import Letter, LetterStatus
from saraban.sheets.frozen import from_json
from tests.drafting import content_of, in_review, rewrite, written
from tests.world import World

pytestmark = pytest.mark.django_db


def states(letter: Letter) -> list[str]:
    return list(Review.objects.filter(letter=letter).order_by("round", "order").values_list("state", flat=True))


def place(letter: Letter) -> list[str]:
    """The posts where the letter lies."""
    return [stay.position.title for stay in letter.stays.filter(until=None).select_related("position") if stay.position]


def told(post_key: str, world: World) -> list[str]:
    rows = Notification.objects.filter(position=world.post("PTE", post_key)).order_by("id")
    return [row.event for row in rows]


def test_reviewers_are_called_one_after_the_other(world: World) -> None:
    letter = in_review(world, "office-head", "vice1")
    office_head, vice = world.actor("office-head"), world.actor("vice1")
    assert letter.status == LetterStatus.REVIEW and states(letter) == ["WAITING", "PLANNED"]
    assert place(letter) == [office_head.position.title] and told("office-head", world) == ["draft.review"]
    assert waiting_count(office_head) == 1 and waiting_count(vice) == 0
    assert not Letter.objects.visible_to(vice).filter(pk=letter.pk).exists()  # not his turn, not his business yet
    with pytest.raises(Letter.DoesNotExist):
        pass_review(by=vice, letter_id=letter.pk)
    pass_review(by=office_head, letter_id=letter.pk, note="เห็นชอบ")
    assert states(letter) == ["PASSED", "WAITING"] and place(letter) == [vice.position.title]
    with pytest.raises(Refused, match="ตรวจไปแล้ว"):
        pass_review(by=office_head, letter_id=letter.pk)


def test_the_last_pass_proposes_the_frozen_paper_to_the_signers(world: World) -> None:
    governor = world.post("PTE", "governor")
    letter = in_review(world, "office-head", signers=(governor.pk,))
    pass_review(by=world.actor("office-head"), letter_id=letter.pk)
    letter.refresh_from_db()
    assert letter.status == LetterStatus.PROPOSED and letter.document is not None
    sheet = from_json(letter.sheet.form, letter.sheet.data)
    assert [block.place for block in sheet.signers] == ["signer-1"]
    assert sheet.signers[0].name == world.user("governor").full_name
    assert {"signer-1", "registry-number", "registry-date"} <= set(letter.sheet.places)
    text = page_text(read(letter.document), 0)
    assert "ขอเชิญประชุม" in text and "ร่าง" not in text
    message = OutboxMessage.objects.get(topic="letter.proposed")
    assert message.payload == {
        "letter": letter.pk,
        "signers": [governor.pk],
        "note": "เพื่อโปรดพิจารณาลงนาม",
        "by_user": world.user("office-head").pk,
        "by_position": world.post("PTE", "office-head").pk,
    }
    drain()
    assert letter.steps.filter(to_position=governor).exists()
    assert place(letter) == [governor.title]
    assert told("clerk", world) == ["draft.passed"]


def test_without_reviewers_a_draft_goes_straight_to_its_signers(world: World) -> None:
    by = world.actor("clerk")
    letter = written(by)
    with pytest.raises(Refused, match="ไม่ได้กำหนดผู้ตรวจ"):
        submit(by=by, letter_id=letter.pk)
    propose(by=by, letter_id=letter.pk, note="เพื่อโปรดพิจารณาลงนาม")
    letter.refresh_from_db()
    assert letter.status == LetterStatus.PROPOSED
    assert DraftVersion.objects.get(letter=letter).note == "เสนอลงนาม"


def test_reviewers_cannot_be_passed_over(world: World) -> None:
    by = world.actor("clerk")
    letter = written(by, reviewers=(world.post("PTE", "office-head").pk,))
    with pytest.raises(Refused, match="กำหนดผู้ตรวจไว้"):
        propose(by=by, letter_id=letter.pk)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"subject": ""}, "subject"),
        ({"addressee": ""}, "addressee"),
        ({"salutation": "ไม่มี"}, "salutation"),
        ({"body": "<p> </p>"}, "body"),
        ({"signers": ()}, "signers"),
        ({"folder": None}, "folder"),
        ({"due": "32/1/2569"}, "due"),
        ({"due": "1/1/2550"}, "due"),
        ({"sender_lines": ""}, "sender_lines"),
    ],
)
def test_what_is_missing_stops_a_draft_with_a_sentence(world: World, fields: dict[str, Any], field: str) -> None:
    by = world.actor("clerk")
    letter = written(by, reviewers=(world.post("PTE", "office-head").pk,), **fields)
    assert field in [one.field for one in problems(letter, content_of(letter), by.at)]
    with pytest.raises(Invalid) as refusal:
        submit(by=by, letter_id=letter.pk)
    assert refusal.value.field == field
    letter.refresh_from_db()
    assert letter.status == LetterStatus.DRAFT


def test_only_posts_that_sign_outward_sign_letters_to_outside(world: World) -> None:
    by, clerk_post = world.actor("clerk"), world.post("PTE", "clerk")
    letter = written(by, signers=(clerk_post.pk,))
    with pytest.raises(Invalid, match="ลงนามหนังสือภายนอกไม่ได้"):
        propose(by=by, letter_id=letter.pk)
    memo = written(by, kind="MEMO", signers=(clerk_post.pk,))
    assert "signers" not in [one.field for one in problems(memo, content_of(memo), by.at)]


def test_the_author_does_not_review_himself(world: World) -> None:
    by = world.actor("clerk")
    letter = written(by, reviewers=(world.post("PTE", "clerk").pk,))
    with pytest.raises(Invalid, match="ตำแหน่งอื่น"):
        submit(by=by, letter_id=letter.pk)


def test_a_return_needs_a_reason_and_everybody_in_the_line_hears_it(world: World) -> None:
    letter = in_review(world, "office-head", "vice1")
    pass_review(by=world.actor("office-head"), letter_id=letter.pk)
    vice = world.actor("vice1")
    with pytest.raises(Invalid, match="เหตุผล"):
        return_draft(by=vice, letter_id=letter.pk, reason="  ")
    return_draft(by=vice, letter_id=letter.pk, reason="ตัวเลขไม่ตรง")
    letter.refresh_from_db()
    assert letter.status == LetterStatus.RETURNED and states(letter) == ["PASSED", "RETURNED"]
    returned = last_return(letter)
    assert returned and (returned.reason, returned.who) == ("ตัวเลขไม่ตรง", world.user("vice1").full_name)
    assert told("clerk", world) == ["draft.returned"] and told("office-head", world) == [
        "draft.review",
        "draft.returned",
    ]
    assert place(letter) == [world.post("PTE", "clerk").title] and waiting_count(world.actor("clerk")) == 1


def test_a_returned_draft_goes_round_again(world: World) -> None:
    letter = in_review(world, "office-head", "vice1")
    by = world.actor("clerk")
    return_draft(by=world.actor("office-head"), letter_id=letter.pk, reason="แก้หัวเรื่อง")
    assert states(letter) == ["RETURNED", "CANCELLED"]
    rewrite(by, letter, subject="หัวเรื่องใหม่")
    submit(by=by, letter_id=letter.pk)
    assert states(letter) == ["RETURNED", "CANCELLED", "WAITING", "PLANNED"]
    assert told("office-head", world).count("draft.review") == 2
    steps = review_steps(letter, content_of(letter), named_posts(content_of(letter)))
    assert [step.state for step in steps] == ["now", "ahead", "ahead"]


def test_a_reviewer_writes_in_his_turn_and_every_edit_is_a_version(world: World) -> None:
    letter = in_review(world, "office-head", "vice1")
    reviewer = world.actor("office-head")
    rewrite(reviewer, letter, subject="แก้โดยผู้ตรวจ")
    pass_review(by=reviewer, letter_id=letter.pk)
    version = DraftVersion.objects.filter(letter=letter).latest("no")
    assert version.by == reviewer.user and version.fields["subject"] == "แก้โดยผู้ตรวจ"
    with pytest.raises(Refused):
        rewrite(reviewer, letter, subject="แก้อีก")
    count = DraftVersion.objects.filter(letter=letter).count()
    pass_review(by=world.actor("vice1"), letter_id=letter.pk)
    assert DraftVersion.objects.filter(letter=letter).count() == count  # nothing changed, no version for it


def test_the_author_recalls_until_the_last_pass(world: World) -> None:
    letter = in_review(world, "office-head")
    by = world.actor("clerk")
    with pytest.raises(Refused):
        recall(by=world.actor("office-head"), letter_id=letter.pk)
    recall(by=by, letter_id=letter.pk)
    letter.refresh_from_db()
    assert letter.status == LetterStatus.DRAFT and states(letter) == ["CANCELLED"]
    assert told("office-head", world) == ["draft.review", "draft.recalled"] and place(letter) == [by.position.title]
    submit(by=by, letter_id=letter.pk)
    pass_review(by=world.actor("office-head"), letter_id=letter.pk)
    with pytest.raises(Refused, match="แฟ้มเสนอ"):
        recall(by=by, letter_id=letter.pk)


def test_a_secretary_prepares_and_never_decides(world: World) -> None:
    letter = in_review(world, "office-head")
    Appointment.objects.create(
        user=world.user("stat-clerk"),
        position=world.post("PTE", "office-head"),
        capacity=Capacity.SECRETARY,
        starts_at=timezone.now() - timedelta(days=1),
    )
    secretary = world.actor("stat-clerk", "office-head")
    rewrite(secretary, letter, subject="หน้าห้องเตรียมให้")
    with pytest.raises(Refused, match="หน้าห้อง"):
        pass_review(by=secretary, letter_id=letter.pk)
    with pytest.raises(Refused, match="หน้าห้อง"):
        return_draft(by=secretary, letter_id=letter.pk, reason="ไม่ได้")


def test_a_letter_is_not_proposed_to_an_empty_post(world: World) -> None:
    governor = world.post("PTE", "governor")
    letter = in_review(world, "office-head", signers=(governor.pk,))
    Appointment.objects.filter(position=governor).update(ends_at=timezone.now())
    with pytest.raises(Invalid, match="ไม่มีผู้ดำรงตำแหน่ง"):
        pass_review(by=world.actor("office-head"), letter_id=letter.pk)
    assert states(letter) == ["WAITING"]  # nothing half done


def test_a_deadline_that_passed_meanwhile_does_not_stop_the_last_pass(world: World) -> None:
    letter = in_review(world, "office-head")
    later = world.actor("office-head", at=timezone.now())
    content = content_of(letter)
    letter.draft.fields = {**content.to_json(), "due": "1/1/2560"}
    letter.draft.save()
    pass_review(by=later, letter_id=letter.pk)
    letter.refresh_from_db()
    assert letter.status == LetterStatus.PROPOSED


def test_a_letter_proposed_and_returned_by_its_signer_is_written_again(world: World) -> None:
    by = world.actor("clerk")
    letter = written(by)
    propose(by=by, letter_id=letter.pk)
    Letter.objects.filter(pk=letter.pk).update(status=LetterStatus.RETURNED)  # what the in-tray does
    letter.refresh_from_db()
    rewrite(by, letter, subject="แก้ตามผู้ลงนาม")
    with pytest.raises(Invalid, match="เคยเสนอลงนาม"):
        discard(by=by, letter_id=letter.pk)
    propose(by=by, letter_id=letter.pk)
    keys = list(OutboxMessage.objects.filter(topic="letter.proposed").values_list("key", flat=True))
    assert len(set(keys)) == 2
    letter.refresh_from_db()
    assert letter.sheet.data["subject"] == "แก้ตามผู้ลงนาม"


def test_comments_stand_at_their_words_until_those_are_gone(world: World) -> None:
    letter = in_review(world, "office-head")
    reviewer, by = world.actor("office-head"), world.actor("clerk")
    made = comment(by=reviewer, letter_id=letter.pk, text="ระบุวันด้วย", quote="ประชุมคณะทำงาน", before="จะจัด")
    comment(by=reviewer, letter_id=letter.pk, text="ทั้งฉบับดีแล้ว")
    with pytest.raises(Invalid, match="ไม่พบข้อความ"):
        comment(by=reviewer, letter_id=letter.pk, text="?", quote="ข้อความที่ไม่มีในร่าง")
    body, remarks, _ = marked(letter, content_of(letter))
    assert 'href="#comment-1"' in body and [(one.lost, one.whole) for one in remarks] == [(False, False), (False, True)]
    assert told("clerk", world) == ["draft.comment", "draft.comment"]
    rewrite(reviewer, letter, body="<p>เขียนใหม่ทั้งหมด</p>")
    body, remarks, _ = marked(letter, content_of(letter))
    assert "<mark>" not in body and remarks[0].lost
    settle(by=by, letter_id=letter.pk, comment_id=made.pk, settled=True)
    assert marked(letter, content_of(letter))[1][0].settled
    settle(by=reviewer, letter_id=letter.pk, comment_id=made.pk, settled=False)
    with pytest.raises(Letter.DoesNotExist):
        comment(by=world.actor("stat-clerk"), letter_id=letter.pk, text="คนนอก")


def test_the_time_line_says_it_all(world: World) -> None:
    letter = in_review(world, "office-head")
    return_draft(by=world.actor("office-head"), letter_id=letter.pk, reason="แก้คำผิด")
    lines = list(AuditEvent.objects.filter(letter_id=letter.pk).order_by("id").values_list("label", flat=True))
    assert lines == ["เริ่มร่างหนังสือ", "ส่งตรวจต่อหัวหน้าสำนักงานจังหวัดปทุมธานี", "ตีกลับ: แก้คำผิด"]
    assert ReviewState(states(letter)[0]) == ReviewState.RETURNED
