"""Reviewers in groups: at the same time, by when, and who stands in for whom."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from audit.models import AuditEvent
from common.access import Conflict, Invalid, Refused
from common.thai import BANGKOK
from draft.actions.review import pass_review, recall, return_draft, submit
from draft.actions.substitutes import call_due_substitutes, call_substitute, remind_late_reviews
from draft.actions.versions import restore
from draft.actions.writing import convert
from draft.content import Content
from draft.models import Draft, DraftVersion, Review
from draft.permissions import may_edit
from draft.plan import Reviewer, groups, in_order, posts, read
from draft.selectors.line import last_read, named_posts, review_line
from draft.selectors.readiness import problems
from draft.selectors.route import last_return
from notifications.models import Notification
from org.models import Appointment
from saraban.models import Letter, LetterKind, LetterStatus
from saraban.permissions import may_send_to
from tests.classified import cleared, secret_draft
from tests.drafting import content_of, revision_of, rewrite, written
from tests.world import World

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 11, 24, 9, 0, tzinfo=BANGKOK)  # a Tuesday


def planned(world: World, *rows: tuple[Any, ...], **fields: Any) -> Letter:
    """A submitted draft of the clerk. A row: key of the post, group, days, key of the substitute."""
    plan = tuple(
        Reviewer(
            world.post("PTE", row[0]).pk,
            row[1],
            row[2] if len(row) > 2 else "",
            world.post("PTE", row[3]).pk if len(row) > 3 else None,
        )
        for row in rows
    )
    letter = written(world.actor("clerk"), reviewers=plan, **fields)
    submit(by=world.actor("clerk"), letter_id=letter.pk)
    letter.refresh_from_db()
    return letter


def states(letter: Letter) -> dict[str, str]:
    rows = Review.objects.filter(letter=letter).select_related("position").order_by("round", "order", "id")
    return {row.position.title: row.state for row in rows}


def title(world: World, key: str) -> str:
    return world.post("PTE", key).title


def told(world: World, key: str, event: str) -> list[str]:
    rows = Notification.objects.filter(position=world.post("PTE", key), event=event).order_by("id")
    return [row.title for row in rows]


def vacate(world: World, key: str) -> None:
    Appointment.objects.filter(position=world.post("PTE", key)).update(ends_at=timezone.now())


# -- the plan -----------------------------------------------------------------------------------


def test_a_plan_of_plain_ids_is_one_after_the_other() -> None:
    assert read([7, 3]) == in_order([7, 3]) == (Reviewer(7, 1), Reviewer(3, 2))
    assert Content(reviewers=(7, 3)).reviewers == in_order([7, 3])  # type: ignore[arg-type]


def test_a_plan_survives_json_with_its_groups_numbered_from_one() -> None:
    content = Content(reviewers=(Reviewer(1, 4, "2", 9), Reviewer(2, 4), Reviewer(3, 9), Reviewer(1, 9)))
    again = Content.from_json(content.to_json(), "")
    assert again == content and [one.group for one in again.reviewers] == [1, 1, 2]
    assert posts(again.reviewers) == [1, 9, 2, 3] and [len(one) for one in groups(again.reviewers)] == [2, 1]


@pytest.mark.parametrize("typed", ["๓", "3", " 3 "])
def test_days_are_read_in_thai_and_arabic(typed: str) -> None:
    assert Reviewer(1, days=typed).working_days() == 3


@pytest.mark.parametrize("typed", ["0", "61", "-1", "สามวัน", "1.5", "๙๙๙๙๙๙", "😀"])
def test_days_that_cannot_be_read_stop_the_draft_with_a_sentence(world: World, typed: str) -> None:
    by = world.actor("clerk")
    letter = written(by, reviewers=(Reviewer(world.post("PTE", "office-head").pk, 1, typed),))
    found = [one.sentence for one in problems(letter, content_of(letter), by.at)]
    assert found == ["กำหนดเวลาตรวจต้องเป็นจำนวนวันทำการตั้งแต่ 1 ถึง 60 หรือเว้นว่าง"]
    assert content_of(letter).reviewers[0].days == typed.strip()  # what was typed is kept


def test_a_post_stands_in_the_plan_once(world: World) -> None:
    by, head, vice = world.actor("clerk"), world.post("PTE", "office-head"), world.post("PTE", "vice1")
    letter = written(by, reviewers=(Reviewer(head.pk, 1, "", vice.pk), Reviewer(vice.pk, 2)))
    assert any("มากกว่าหนึ่งแห่ง" in one.sentence for one in problems(letter, content_of(letter), by.at))
    rewrite(by, letter, reviewers=(Reviewer(head.pk, 1, "", by.position.pk),))
    assert any("ไม่ใช่เจ้าของร่าง" in one.sentence for one in problems(letter, content_of(letter), by.at))


# -- at the same time ---------------------------------------------------------------------------


def test_a_group_reads_at_the_same_time_and_ends_when_all_have_passed(world: World) -> None:
    letter = planned(world, ("office-head", 1), ("vice1", 1), ("governor", 2))
    assert list(states(letter).values()) == ["WAITING", "WAITING", "PLANNED"]
    assert {stay.position.title for stay in letter.stays.filter(until=None) if stay.position} == {
        title(world, "office-head"),
        title(world, "vice1"),
    }
    pass_review(by=world.actor("vice1"), letter_id=letter.pk)  # any order
    assert states(letter)[title(world, "governor")] == "PLANNED"
    pass_review(by=world.actor("office-head"), letter_id=letter.pk)
    assert states(letter)[title(world, "governor")] == "WAITING"
    assert told(world, "governor", "draft.review") == [f"ร่างรอท่านตรวจ: {letter.subject}"]


def test_nobody_edits_while_several_read(world: World) -> None:
    letter = planned(world, ("office-head", 1), ("vice1", 1))
    for name in ("office-head", "vice1"):
        assert "พร้อมกัน" in may_edit(world.actor(name), letter).reason
        with pytest.raises(Refused, match="เสนอข้อความแทน"):
            rewrite(world.actor(name), letter, subject="แก้เอง")
    pass_review(by=world.actor("vice1"), letter_id=letter.pk)
    with pytest.raises(Refused, match="พร้อมกัน"):  # what one has passed the other does not change
        rewrite(world.actor("office-head"), letter, subject="แก้เอง")


def test_one_return_returns_the_draft_and_the_whole_line_reads_why(world: World) -> None:
    letter = planned(world, ("stat-clerk", 1), ("office-head", 2), ("vice1", 2), ("governor", 3))
    pass_review(by=world.actor("stat-clerk"), letter_id=letter.pk)
    return_draft(by=world.actor("office-head"), letter_id=letter.pk, reason="ยอดเงินไม่ตรง")
    letter.refresh_from_db()
    assert letter.status == LetterStatus.RETURNED
    assert list(states(letter).values()) == ["PASSED", "RETURNED", "CANCELLED", "CANCELLED"]
    for name in ("clerk", "stat-clerk", "vice1", "governor"):
        [notice] = told(world, name, "draft.returned")
        assert notice == f"ตีกลับให้แก้ไข: {letter.subject} เพราะ ยอดเงินไม่ตรง"
        assert Letter.objects.visible_to(world.actor(name)).filter(pk=letter.pk).exists()
    returned = last_return(letter)
    assert returned and returned.reason == "ยอดเงินไม่ตรง"
    with pytest.raises(Refused):
        pass_review(by=world.actor("vice1"), letter_id=letter.pk)


def test_the_reason_of_a_classified_letter_stands_on_its_page_only(world: World) -> None:
    author, head = cleared(world, "clerk"), cleared(world, "office-head")
    governor = world.post("PTE", "governor")
    letter = secret_draft(
        author,
        secrecy=1,
        subject="เรื่องลับ",
        addressee="ผู้ว่าราชการจังหวัด",
        body="<p>เนื้อความลับ</p>",
        signers=(governor.pk,),
        reviewers=(Reviewer(head.position.pk, 1), Reviewer(governor.pk, 2)),
    )
    submit(by=author, letter_id=letter.pk)
    return_draft(by=head, letter_id=letter.pk, reason="ชื่อผู้ต้องหา")
    with connection.cursor() as cursor:
        for table, column in (("audit_auditevent", "label"), ("audit_auditevent", "detail::text")):
            cursor.execute(f"SELECT count(*) FROM {table} WHERE {column} LIKE %s", ["%ผู้ต้องหา%"])
            assert cursor.fetchone() == (0,)
    notices = Notification.objects.filter(event="draft.returned")
    assert {row.title for row in notices} == {"ตีกลับให้แก้ไข: หนังสือมีชั้นความลับ"} and notices.count() == 2
    returned = last_return(Letter.objects.get(pk=letter.pk))
    assert returned and returned.reason == "ชื่อผู้ต้องหา"


def test_a_pass_of_a_text_that_changed_meanwhile_is_refused(world: World) -> None:
    letter = planned(world, ("office-head", 1), ("vice1", 2))
    seen = revision_of(letter)
    Draft.objects.filter(letter=letter).update(revision=seen + 1)
    with pytest.raises(Conflict, match="อ่านข้อความปัจจุบัน"):
        pass_review(by=world.actor("office-head"), letter_id=letter.pk, seen=seen)
    pass_review(by=world.actor("office-head"), letter_id=letter.pk, seen=seen + 1)


def test_a_reviewer_finds_the_version_he_read_last_time(world: World) -> None:
    letter = planned(world, ("office-head", 1))
    head, by = world.actor("office-head"), world.actor("clerk")
    assert last_read(letter, head.position.pk) is None
    return_draft(by=head, letter_id=letter.pk, reason="แก้คำผิด")
    read_then = last_read(letter, head.position.pk)
    assert read_then == DraftVersion.objects.filter(letter=letter).latest("no").no
    rewrite(by, letter, subject="เรื่องที่แก้แล้ว")
    submit(by=by, letter_id=letter.pk)
    assert last_read(letter, head.position.pk) == read_then


# -- deadlines and substitutes ------------------------------------------------------------------


def test_a_turn_has_its_own_deadline_in_working_days(world: World) -> None:
    letter = planned(world, ("office-head", 1, "2"), ("vice1", 2))
    [head, vice] = Review.objects.filter(letter=letter)
    assert head.since is not None and head.due_at is not None
    assert head.due_at - head.since >= timedelta(days=1) and vice.due_at is None
    with pytest.raises(Invalid):
        Reviewer(1, days="100").working_days()


def test_past_the_deadline_the_substitute_is_called_once_in_office_hours(world: World) -> None:
    letter = planned(world, ("office-head", 1, "1", "vice1"))
    Review.objects.filter(letter=letter).update(due_at=MORNING - timedelta(hours=1))
    assert call_due_substitutes(at=MORNING.replace(hour=20)) == 0  # nobody is disturbed at night
    assert call_due_substitutes(at=MORNING.replace(day=28)) == 0  # nor on a Saturday
    assert call_due_substitutes(at=MORNING) == 1
    assert call_due_substitutes(at=MORNING) == 0
    assert states(letter) == {title(world, "office-head"): "WAITING", title(world, "vice1"): "WAITING"}
    assert told(world, "vice1", "draft.review") and told(world, "clerk", "draft.substitute")
    assert told(world, "office-head", "draft.substitute")
    event = AuditEvent.objects.get(letter_id=letter.pk, verb="draft.substitute")
    assert event.person == "" and "ระบบ" in event.capacity and "เลยกำหนดตรวจแล้ว" in event.label
    assert may_edit(world.actor("vice1"), letter)  # one turn, so a group of one


@pytest.mark.parametrize("who", ["office-head", "vice1"])
def test_whoever_of_the_two_decides_first_ends_the_turn(world: World, who: str) -> None:
    letter = planned(world, ("office-head", 1, "", "vice1"), ("governor", 2))
    [review] = Review.objects.filter(letter=letter, order=1)
    call_substitute(by=world.actor("clerk"), letter_id=letter.pk, review_id=review.pk)
    other = {"office-head": "vice1", "vice1": "office-head"}[who]
    pass_review(by=world.actor(who), letter_id=letter.pk)
    assert states(letter) == {
        title(world, who): "PASSED",
        title(world, other): "CANCELLED",
        title(world, "governor"): "WAITING",
    }
    assert told(world, other, "draft.substitute")[-1].startswith(title(world, who))
    with pytest.raises(Refused, match="ตรวจไปแล้ว"):
        pass_review(by=world.actor(other), letter_id=letter.pk)


def test_a_post_nobody_holds_when_its_turn_comes_calls_its_substitute_at_once(world: World) -> None:
    letter = planned(world, ("office-head", 1), ("vice1", 2, "", "stat-clerk"))
    vacate(world, "vice1")
    pass_review(by=world.actor("office-head"), letter_id=letter.pk)
    assert states(letter)[title(world, "stat-clerk")] == "WAITING"
    assert problems(letter, content_of(letter), timezone.now()) == []  # an empty post with a substitute is no problem


def test_a_post_that_falls_empty_during_its_turn_is_found_by_the_sweep(world: World) -> None:
    letter = planned(world, ("office-head", 1, "", "vice1"))
    assert call_due_substitutes(at=MORNING) == 0
    Appointment.objects.filter(position=world.post("PTE", "office-head")).update(ends_at=timezone.now())
    later = max(MORNING, timezone.now())
    while later.astimezone(BANGKOK).weekday() > 4 or not 9 <= later.astimezone(BANGKOK).hour < 16:
        later += timedelta(hours=1)
    assert call_due_substitutes(at=later) == 1
    assert states(letter)[title(world, "vice1")] == "WAITING"


def test_the_author_alone_calls_a_substitute_and_only_one_that_was_planned(world: World) -> None:
    letter = planned(world, ("office-head", 1, "", "vice1"))
    [review] = Review.objects.filter(letter=letter)
    with pytest.raises(Refused, match="เจ้าของร่าง"):
        call_substitute(by=world.actor("office-head"), letter_id=letter.pk, review_id=review.pk)
    with pytest.raises(Letter.DoesNotExist):
        call_substitute(by=world.actor("stat-clerk"), letter_id=letter.pk, review_id=review.pk)
    call_substitute(by=world.actor("clerk"), letter_id=letter.pk, review_id=review.pk)
    with pytest.raises(Refused, match=r"เรียก.*แล้ว"):
        call_substitute(by=world.actor("clerk"), letter_id=letter.pk, review_id=review.pk)
    unplanned = planned(world, ("office-head", 1))
    with pytest.raises(Review.DoesNotExist):
        call_substitute(
            by=world.actor("clerk"), letter_id=unplanned.pk, review_id=Review.objects.get(letter=unplanned).pk
        )


def test_a_substitute_whose_post_is_empty_is_refused_with_a_sentence(world: World) -> None:
    letter = planned(world, ("office-head", 1, "", "vice1"))
    vacate(world, "vice1")
    with pytest.raises(Refused, match="ไม่มีผู้ดำรงตำแหน่ง"):
        call_substitute(by=world.actor("clerk"), letter_id=letter.pk, review_id=Review.objects.get(letter=letter).pk)


def test_a_recall_ends_the_turn_of_the_substitute_too(world: World) -> None:
    letter = planned(world, ("office-head", 1, "", "vice1"))
    call_substitute(by=world.actor("clerk"), letter_id=letter.pk, review_id=Review.objects.get(letter=letter).pk)
    recall(by=world.actor("clerk"), letter_id=letter.pk)
    assert set(states(letter).values()) == {"CANCELLED"}
    assert told(world, "vice1", "draft.recalled") and told(world, "office-head", "draft.recalled")
    submit(by=world.actor("clerk"), letter_id=letter.pk)  # a new round, the same posts
    letter.refresh_from_db()
    line = review_line(letter, content_of(letter), timezone.now(), named_posts(content_of(letter)))
    assert [[turn.part.state for turn in group.turns] for group in line.groups] == [["now"]]


def test_those_who_are_late_are_told_each_working_morning_and_nobody_else(world: World) -> None:
    first, second = (planned(world, ("office-head", 1, "1"), ("vice1", 1), subject=name) for name in ("หนึ่ง", "สอง"))
    head = world.post("PTE", "office-head")
    late = MORNING - timedelta(minutes=5)
    Review.objects.filter(letter__in=(first, second), position=head).update(due_at=late)
    assert remind_late_reviews(at=MORNING) == 1
    remind_late_reviews(at=MORNING + timedelta(hours=1))  # the same day again
    assert told(world, "office-head", "draft.late") == ["เกินกำหนดตรวจ 2 เรื่อง: หนึ่ง · สอง"]
    assert not told(world, "vice1", "draft.late")
    assert remind_late_reviews(at=MORNING.replace(day=28)) == 0  # a Saturday


# -- findings beside it -------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [LetterKind.MEMO, LetterKind.NOTE])
def test_memos_and_notes_stay_inside_their_circle(world: World, kind: LetterKind) -> None:
    by = world.actor("clerk")
    letter = written(by, kind=kind)
    ministry = world.agency("MDES").registry_unit
    assert ministry is not None
    refusal = may_send_to(letter, ministry).reason
    assert refusal.startswith("บันทึก") and "หนังสือภายนอก" in refusal
    assert may_send_to(letter, world.unit("PTE", "statistics"))
    letter.to_units = [ministry.pk]
    letter.save()
    assert "to_units" in [one.field for one in problems(letter, content_of(letter), by.at)]


def test_a_version_of_another_kind_brings_its_kind_back(world: World) -> None:
    by = world.actor("clerk")
    letter = written(by, kind="EXTERNAL")
    before = content_of(letter)
    convert(by=by, letter_id=letter.pk, kind="MEMO")
    rewrite(by, letter, subject="เรื่องของบันทึก")
    restore(by=by, letter_id=letter.pk, no=1)
    letter.refresh_from_db()
    again = content_of(letter)
    assert letter.kind == "EXTERNAL" and letter.folder_id == before.folder
    assert (again.subject, again.sign_class, again.sender_lines) == (
        before.subject,
        before.sign_class,
        before.sender_lines,
    )
    assert DraftVersion.objects.filter(letter=letter).latest("no").fields["kind"] == ["MEMO"]  # nothing is lost


def test_a_reviewer_does_not_change_the_kind_by_bringing_a_version_back(world: World) -> None:
    by = world.actor("clerk")
    letter = written(by, kind="EXTERNAL", reviewers=(Reviewer(world.post("PTE", "office-head").pk),))
    convert(by=by, letter_id=letter.pk, kind="MEMO")
    submit(by=by, letter_id=letter.pk)
    with pytest.raises(Refused, match="เปลี่ยนชนิดหนังสือ"):
        restore(by=world.actor("office-head"), letter_id=letter.pk, no=1)


def test_an_old_version_that_kept_no_kind_fits_the_present_one(world: World) -> None:
    by = world.actor("clerk")
    letter = written(by, kind="EXTERNAL")
    convert(by=by, letter_id=letter.pk, kind="MEMO")
    version = DraftVersion.objects.get(letter=letter, no=1)
    fields = {name: value for name, value in version.fields.items() if name != "kind"}
    version.fields = {**fields, "agency_line": ""}
    version.save()
    standing = content_of(letter)
    restore(by=by, letter_id=letter.pk, no=1)
    letter.refresh_from_db()
    again = content_of(letter)
    assert letter.kind == "MEMO" and again.folder == standing.folder and again.agency_line == standing.agency_line
