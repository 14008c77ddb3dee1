"""Comments at a place in the text."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from audit.actions import record
from common.access import Invalid
from common.thai import visible
from draft.actions.working import found
from draft.anchors import MOST_BEFORE, MOST_QUOTE, locate
from draft.content import Content
from draft.models import Comment, Reply
from draft.permissions import draft_of, may_comment, may_settle
from notifications.actions import notify
from org.actor import Actor
from saraban.selectors import notice_title

TEXT_LENGTH = 2000
MOST_COMMENTS, MOST_REPLIES = 300, 50


@transaction.atomic
def comment(*, by: Actor, letter_id: int, text: str, quote: str = "", before: str = "") -> Comment:
    """Comment on the words `quote` (after `before`, when they stand there twice), or without one on the whole draft.

    Raises Letter.DoesNotExist for a stranger, `Refused`, and `Invalid` for no text or words that are not in the draft.
    """
    letter = found(by, letter_id)
    may_comment(by, letter).demand()
    text, quote = visible(text).strip(), visible(quote).strip()
    if not text:
        raise Invalid("โปรดพิมพ์ความเห็น", field="text")
    if len(text) > TEXT_LENGTH:
        raise Invalid(f"ความเห็นยาวเกิน {TEXT_LENGTH:,} ตัวอักษร", field="text")
    if len(quote) > MOST_QUOTE:
        raise Invalid(f"ข้อความที่อ้างยาวเกิน {MOST_QUOTE} ตัวอักษร โปรดเลือกช่วงที่สั้นกว่า", field="quote")
    if quote and locate(Content.of(draft_of(letter)).body, quote, before[-MOST_BEFORE:]) is None:
        raise Invalid("ไม่พบข้อความที่อ้างในเนื้อความ โปรดคัดลอกจากร่างอีกครั้ง หรือเว้นว่างเพื่อให้ความเห็นทั้งฉบับ", field="quote")
    if Comment.objects.filter(letter=letter).count() >= MOST_COMMENTS:
        raise Invalid(f"ร่างฉบับหนึ่งมีความเห็นได้ไม่เกิน {MOST_COMMENTS} รายการ", field="text")
    made = Comment.objects.create(
        letter=letter, quote=quote, before=before[-MOST_BEFORE:], text=text, by=by.user, capacity=by.title_line[:420]
    )
    record(by=by, verb="draft.comment", label="ให้ความเห็นในร่าง", subject=made, letter_id=letter.pk)
    notify(
        key=f"draft-comment:{made.pk}",
        event="draft.comment",
        title=f"มีความเห็นในร่าง: {notice_title(letter)}",
        why="ท่านเป็นเจ้าของร่างนี้",
        url_name="draft:review",
        url_args=[letter.pk],
        positions=[letter.author_position] if letter.author_position else [],
        but_not=by,
    )
    return made


@transaction.atomic
def settle(*, by: Actor, letter_id: int, comment_id: int, settled: bool) -> Comment:
    """Mark a comment as done, or open it again. Raises `Refused`, Comment.DoesNotExist."""
    letter = found(by, letter_id)
    remark = Comment.objects.select_related("by").get(letter=letter, pk=comment_id)
    may_settle(by, letter, remark).demand()
    if (remark.resolved_at is not None) == settled:
        return remark
    remark.resolved_at = timezone.now() if settled else None
    remark.resolved_by = by.user if settled else None
    remark.save(update_fields=["resolved_at", "resolved_by"])
    label = "ทำเครื่องหมายความเห็นว่าแก้ไขแล้ว" if settled else "เปิดความเห็นอีกครั้ง"
    record(by=by, verb="draft.settle" if settled else "draft.reopen", label=label, subject=remark, letter_id=letter.pk)
    return remark


@transaction.atomic
def reply(*, by: Actor, letter_id: int, comment_id: int, text: str) -> Reply:
    """Answer a comment. Who wrote it and who answered before are told, and the author of the draft.

    Raises Letter.DoesNotExist, Comment.DoesNotExist, `Refused`, `Invalid` for no text or too much of it.
    """
    letter = found(by, letter_id)
    may_comment(by, letter).demand()
    remark = Comment.objects.select_related("by").get(letter=letter, pk=comment_id)
    text = visible(text).strip()
    if not text:
        raise Invalid("โปรดพิมพ์คำตอบ", field="reply")
    if len(text) > TEXT_LENGTH:
        raise Invalid(f"คำตอบยาวเกิน {TEXT_LENGTH:,} ตัวอักษร", field="reply")
    before = list(remark.replies.select_related("by"))
    if len(before) >= MOST_REPLIES:
        raise Invalid(f"ความเห็นหนึ่งมีคำตอบได้ไม่เกิน {MOST_REPLIES} รายการ", field="reply")
    made = Reply.objects.create(comment=remark, text=text, by=by.user, capacity=by.title_line[:420])
    record(by=by, verb="draft.reply", label="ตอบความเห็นในร่าง", subject=made, letter_id=letter.pk)
    people = {one.pk: one for one in (remark.by, *(row.by for row in before)) if one.pk != by.user.pk}
    notify(
        key=f"draft-reply:{made.pk}",
        event="draft.reply",
        title=f"มีผู้ตอบความเห็นในร่าง: {notice_title(letter)}",
        why="ท่านให้หรือตอบความเห็นนี้",
        url_name="draft:review",
        url_args=[letter.pk],
        users=people.values(),
    )
    return made
