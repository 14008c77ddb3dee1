"""Other words for a place in the text: suggested, taken up exactly there, or turned down."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from audit.actions import record
from common.access import Conflict, Invalid
from common.thai import visible
from draft import body as bodies
from draft.actions.outdating import outdate
from draft.actions.versions import keep_if_changed
from draft.actions.working import found, write
from draft.anchors import MOST_BEFORE, MOST_QUOTE, places, put_words, words_before
from draft.content import Content
from draft.models import SUGGESTION, Draft, Suggestion, SuggestionState
from draft.permissions import draft_of, may_accept, may_decline, may_suggest
from notifications.actions import notify
from org.actor import Actor
from saraban.models import Letter
from saraban.selectors import notice_title

WORDS_LENGTH, NOTE_LENGTH, MOST_SUGGESTIONS = 1000, 500, 300
GONE = "ข้อความเดิมถูกแก้แล้ว จึงรับข้อความที่เสนอไม่ได้ ข้อความในร่างไม่เปลี่ยน ทั้งข้อความเดิมและข้อความที่เสนอยังอ่านได้ในหน้านี้"
SEVERAL = "ข้อความนี้อยู่ในร่างมากกว่าหนึ่งแห่ง โปรดเลือกข้อความให้ยาวขึ้นจนไม่ซ้ำกับที่อื่น"
UNCLEAR = "ข้อความเดิมอยู่ในร่างมากกว่าหนึ่งแห่ง ระบบจึงไม่แทนให้ โปรดแก้ในร่างเองแล้วทำเครื่องหมายไม่รับ"
ACROSS = "โปรดเลือกข้อความภายในย่อหน้า ข้อ หรือช่องตารางเดียวกัน"


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of suggestions taken up together."""

    accepted: int
    outdated: int
    unclear: int


@transaction.atomic
def suggest(*, by: Actor, letter_id: int, quote: str, words: str, before: str = "", note: str = "") -> Suggestion:
    """Suggest `words` instead of `quote` (after `before`); without words the quote is to be taken out.

    Raises Letter.DoesNotExist for a stranger, `Refused`, and `Invalid` for a quote that is not there, stands in several
    places or reaches across paragraphs, and for words that change nothing.
    """
    letter = found(by, letter_id)
    may_suggest(by, letter).demand()
    quote, words, note = visible(quote).strip(), _one_line(words), visible(note).strip()
    for text, most, name, field in (
        (quote, MOST_QUOTE, "ข้อความเดิม", "quote"),
        (words, WORDS_LENGTH, "ข้อความที่เสนอ", "words"),
        (note, NOTE_LENGTH, "เหตุผล", "note"),
    ):
        if len(text) > most:
            raise Invalid(f"{name}ยาวเกิน {most:,} ตัวอักษร", field=field)
    if not quote:
        raise Invalid("โปรดเลือกหรือวางข้อความเดิมที่จะเสนอแก้", field="quote")
    if _one_line(quote) == words:
        raise Invalid("ข้อความที่เสนอเหมือนข้อความเดิม โปรดพิมพ์ข้อความที่ต้องการ", field="words")
    body = Content.of(draft_of(letter)).body
    standing = places(body, quote, before[-MOST_BEFORE:])
    if not standing:
        raise Invalid("ไม่พบข้อความเดิมในเนื้อความ โปรดคัดลอกจากร่างอีกครั้ง", field="quote")
    if len(standing) > 1:
        raise Invalid(SEVERAL, field="quote")
    start, end = standing[0]
    if put_words(body, start, end, words) is None:
        raise Invalid(ACROSS, field="quote")
    if Suggestion.objects.filter(letter=letter).count() >= MOST_SUGGESTIONS:
        raise Invalid(f"ร่างฉบับหนึ่งมีข้อความที่เสนอแทนได้ไม่เกิน {MOST_SUGGESTIONS} รายการ", field="words")
    made = Suggestion.objects.create(
        letter=letter,
        quote=quote,
        before=words_before(body, start),
        words=words,
        note=note,
        by=by.user,
        capacity=by.title_line[:420],
    )
    record(by=by, verb="draft.suggest", label="เสนอข้อความแทนในร่าง", subject=made, letter_id=letter.pk)
    notify(
        key=f"draft-suggestion:{made.pk}",
        event="draft.suggestion",
        title=f"มีข้อความที่เสนอแทนในร่าง: {notice_title(letter)}",
        why="ท่านเป็นเจ้าของร่างนี้",
        url_name="draft:review",
        url_args=[letter.pk],
        positions=[letter.author_position] if letter.author_position else [],
        but_not=by,
    )
    return made


def accept(*, by: Actor, letter_id: int, suggestion_id: int) -> Suggestion:
    """รับข้อความนี้: the words stand in the text, exactly in the place of the quote.

    Raises Letter.DoesNotExist, Suggestion.DoesNotExist, `Refused`, and `Conflict` when it is answered already, when the
    place is gone (the suggestion is marked so) or stands there several times; the text stays as it is.
    """
    with transaction.atomic():
        letter = found(by, letter_id)
        may_accept(by, letter).demand()
        suggestion = _locked(letter).get(pk=suggestion_id)
        verdict = SUGGESTION.can(suggestion.state, "accept")
        if not verdict:
            raise Conflict(verdict.reason)
        draft = draft_of(letter)
        content = Content.of(draft)
        standing = _standing(content.body, suggestion)
        if len(standing) > 1:
            raise Conflict(UNCLEAR)
        made = put_words(content.body, *standing[0], suggestion.words) if standing else None
        if made is not None:
            _save(by, letter, draft, content, made)
            _accepted(by, letter, suggestion)
            return suggestion
        outdate(suggestion)
    raise Conflict(GONE)


@transaction.atomic
def accept_all_of(*, by: Actor, letter_id: int, user_id: int) -> Taken:
    """Take up everything one person suggests, in the order it was written. What has lost its place is marked so; what
    stands in several places stays open. The text before is kept as a version.

    Raises Letter.DoesNotExist, `Refused`, `Conflict` when nothing is open.
    """
    letter = found(by, letter_id)
    may_accept(by, letter).demand()
    waiting = list(_locked(letter).filter(by=user_id, state=SuggestionState.OPEN).order_by("id"))
    if not waiting:
        raise Conflict("ไม่มีข้อความที่เสนอค้างอยู่ของผู้นี้แล้ว")
    draft = draft_of(letter)
    content = Content.of(draft)
    keep_if_changed(by=by, letter=letter, content=content, note=f"ก่อนรับข้อความที่{waiting[0].by.full_name}เสนอ")
    body, taken, lost = content.body, [], 0
    for suggestion in waiting:
        standing = _standing(body, suggestion)
        if len(standing) > 1:
            continue
        made = put_words(body, *standing[0], suggestion.words) if standing else None
        if made is None:
            outdate(suggestion)
            lost += 1
        else:
            body = made
            taken.append(suggestion)
    if taken:
        _save(by, letter, draft, content, body)
    for suggestion in taken:
        _accepted(by, letter, suggestion)
    return Taken(len(taken), lost, len(waiting) - len(taken) - lost)


@transaction.atomic
def decline(*, by: Actor, letter_id: int, suggestion_id: int, reason: str = "") -> Suggestion:
    """ไม่รับ, with a reason if there is one; who suggested it takes it back the same way.

    Raises Letter.DoesNotExist, Suggestion.DoesNotExist, `Refused`, `Conflict` when it is answered already.
    """
    letter = found(by, letter_id)
    suggestion = _locked(letter).get(pk=suggestion_id)
    may_decline(by, letter, suggestion).demand()
    reason = visible(reason).strip()
    if len(reason) > NOTE_LENGTH:
        raise Invalid(f"เหตุผลยาวเกิน {NOTE_LENGTH} ตัวอักษร", field="reason")
    SUGGESTION.move(suggestion, "decline", field="state")
    suggestion.decided_at, suggestion.decided_by, suggestion.answer = timezone.now(), by.user, reason
    suggestion.save()
    own = suggestion.by_id == by.user.pk
    label = "ถอนข้อความที่เสนอแทน" if own else f"ไม่รับข้อความที่{suggestion.by.full_name}เสนอ"
    record(by=by, verb="draft.decline", label=label, subject=suggestion, letter_id=letter.pk)
    if not own:
        _tell(by, letter, suggestion, "ไม่รับข้อความที่ท่านเสนอ")
    return suggestion


def _one_line(text: str) -> str:
    return " ".join(visible(text).split())


def _locked(letter: Letter) -> QuerySet[Suggestion]:
    return Suggestion.objects.select_for_update(of=("self",)).select_related("by").filter(letter=letter)


def _standing(body: str, suggestion: Suggestion) -> list[tuple[int, int]]:
    return places(body, suggestion.quote, suggestion.before) if body.strip() else []


def _save(by: Actor, letter: Letter, draft: Draft, content: Content, body: str) -> None:
    """Write the new body; an open page that has not seen it is told when it saves."""
    draft.editor, draft.editor_seq, draft.editor_base = "", 0, draft.revision + 1
    write(by=by, letter=letter, draft=draft, content=replace(content, body=bodies.clean(body)))


def _accepted(by: Actor, letter: Letter, suggestion: Suggestion) -> None:
    SUGGESTION.move(suggestion, "accept", field="state")
    suggestion.decided_at, suggestion.decided_by = timezone.now(), by.user
    suggestion.save()
    label = f"รับข้อความที่{suggestion.by.full_name}เสนอ"
    record(by=by, verb="draft.accept", label=label, subject=suggestion, letter_id=letter.pk)
    _tell(by, letter, suggestion, "รับข้อความที่ท่านเสนอแล้ว")


def _tell(by: Actor, letter: Letter, suggestion: Suggestion, what: str) -> None:
    if suggestion.by_id == by.user.pk:
        return
    notify(
        key=f"draft-suggestion:{suggestion.pk}:{suggestion.state.lower()}",
        event="draft.answered",
        title=f"{what}: {notice_title(letter)}",
        why="ท่านเสนอข้อความแทนในร่างนี้",
        url_name="draft:review",
        url_args=[letter.pk],
        users=[suggestion.by],
    )
