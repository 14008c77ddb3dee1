"""The lists of drafts: tabs, filters, order, a page by keyset; and the menu's counter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import DateTimeField, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from common.menu import Entry
from common.rows import ListRow, Tag
from common.thai import BANGKOK, clock, date_short, duration, local_date
from draft.kinds import SHORT_KIND, has
from draft.models import Review, ReviewState
from org.actor import Actor
from saraban.models import Letter, LetterKind, LetterParty, LetterStatus, Stay
from saraban.selectors import for_rows, where_now

PAGE = 30
COUNT_CAP = 99
NEVER = datetime(9999, 1, 1, tzinfo=BANGKOK)
PROPOSED = (LetterStatus.PROPOSED, LetterStatus.SIGNED, LetterStatus.NUMBERED)
SORTS = {
    "new": ("เคลื่อนไหวล่าสุด", (F("changed_at"), F("id")), True),
    "due": ("กำหนดเสร็จใกล้ก่อน", (Coalesce(F("due_at"), Value(NEVER, DateTimeField())), F("id")), False),
    "urgent": ("ด่วนก่อน", (F("urgency"), F("id")), True),
}


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab of the list: what it holds, and what its empty state says."""

    key: str
    label: str
    condition: Callable[[Actor], Q]
    empty: str
    hint: str


def _mine(actor: Actor) -> Q:
    return Q(author_position=actor.position)


def _party(actor: Actor) -> Q:
    mine = LetterParty.objects.filter(position=actor.position, because__in=("AUTHOR", "REVIEWER"))
    return Q(pk__in=mine.values("letter"))


def _to_review(actor: Actor) -> Q:
    waiting = Review.objects.filter(position=actor.position, state=ReviewState.WAITING)
    return Q(pk__in=waiting.values("letter"), status=LetterStatus.REVIEW)


TABS = (
    Tab(
        "mine",
        "ร่างของฉัน",
        lambda a: _mine(a) & Q(status=LetterStatus.DRAFT),
        "ยังไม่มีร่างที่กำลังเขียน",
        "ร่างที่ท่านเริ่มเขียนจะอยู่ที่นี่จนกว่าจะส่งตรวจหรือเสนอลงนาม",
    ),
    Tab("review", "รอฉันตรวจ", _to_review, "ไม่มีร่างรอท่านตรวจ", "ร่างที่ถึงลำดับการตรวจของท่านจะมาอยู่ที่นี่ พร้อมการแจ้งเตือน"),
    Tab(
        "sent",
        "ส่งตรวจแล้ว",
        lambda a: _party(a) & Q(status=LetterStatus.REVIEW) & ~_to_review(a),
        "ไม่มีร่างที่อยู่ระหว่างการตรวจ",
        "ร่างที่ท่านส่งตรวจหรือตรวจผ่านแล้ว จะเห็นที่นี่ว่าอยู่ที่ใครและนานเท่าใด",
    ),
    Tab(
        "returned",
        "ตีกลับ",
        lambda a: _party(a) & Q(status=LetterStatus.RETURNED),
        "ไม่มีร่างที่ถูกตีกลับ",
        "ร่างที่ผู้ตรวจหรือผู้ลงนามตีกลับ จะมาอยู่ที่นี่พร้อมเหตุผล",
    ),
    Tab(
        "proposed",
        "เสนอลงนามแล้ว",
        lambda a: _party(a) & Q(status__in=PROPOSED),
        "ยังไม่มีร่างที่เสนอลงนาม",
        "หนังสือที่เสนอผู้ลงนามแล้วจะอยู่ที่นี่จนกว่าจะส่งออก",
    ),
    Tab(
        "discarded",
        "ยกเลิก",
        lambda a: _party(a) & Q(status=LetterStatus.DISCARDED),
        "ไม่มีร่างที่ยกเลิก",
        "ร่างที่ยกเลิกแล้วยังเปิดอ่านย้อนหลังได้ที่นี่",
    ),
)
TAB_OF = {tab.key: tab for tab in TABS}


@dataclass(frozen=True)
class Wanted:
    """What the page asks for."""

    tab: str = "mine"
    q: str = ""
    kind: str = ""
    urgency: str = ""
    sort: str = "new"
    after: int | None = None
    before: int | None = None


@dataclass
class Page:
    """One page of rows and the cursors beside it."""

    rows: list[ListRow] = field(default_factory=list)
    older: int | None = None
    newer: int | None = None


def drafts(actor: Actor, wanted: Wanted) -> QuerySet[Letter]:
    """The letters of a tab that pass the filters; the driver is the actor's own parties and reviews."""
    found = Letter.objects.visible_to(actor).filter(TAB_OF[wanted.tab].condition(actor), incoming=False)
    for word in wanted.q.split():
        found = found.filter(Q(subject__icontains=word) | Q(addressee__icontains=word))
    if wanted.kind in LetterKind.values:
        found = found.filter(kind=wanted.kind)
    if wanted.urgency.isdecimal():
        found = found.filter(urgency=int(wanted.urgency))
    return found


def page_of(actor: Actor, wanted: Wanted) -> Page:
    """One page by keyset: rows after (or before) the cursor's letter in the chosen order."""
    _, keys, downwards = SORTS[wanted.sort]
    found = drafts(actor, wanted).annotate(sort_a=keys[0], sort_b=keys[1])
    backwards = wanted.before is not None
    cursor = _cursor(wanted.before if backwards else wanted.after, keys)
    if cursor:
        comparison = "lt" if downwards != backwards else "gt"
        a, b = cursor
        found = found.filter(Q(**{f"sort_a__{comparison}": a}) | Q(sort_a=a, **{f"sort_b__{comparison}": b}))
    descending = downwards != backwards
    order = [F("sort_a").desc(), F("sort_b").desc()] if descending else [F("sort_a").asc(), F("sort_b").asc()]
    letters = list(for_rows(found).order_by(*order)[: PAGE + 1])
    more, letters = len(letters) > PAGE, letters[:PAGE]
    if backwards:
        letters.reverse()
    return Page(
        rows=_rows(actor, letters),
        older=letters[-1].pk if letters and (more or backwards) else None,
        newer=letters[0].pk if letters and ((cursor and not backwards) or (backwards and more)) else None,
    )


def _cursor(letter_id: int | None, keys: tuple[Any, ...]) -> tuple[Any, Any] | None:
    if letter_id is None:
        return None
    return Letter.objects.filter(pk=letter_id).annotate(sort_a=keys[0]).values_list("sort_a", "id").first()


def _rows(actor: Actor, letters: list[Letter]) -> list[ListRow]:
    lying = where_now([letter.pk for letter in letters])
    return [_row(actor, letter, lying[letter.pk]) for letter in letters]


def _row(actor: Actor, letter: Letter, lying: list[Stay]) -> ListRow:
    here = lying[0] if lying else None
    due, state = due_words(letter.due_at, actor.at)
    place = "unit" if here is None or here.position is None else "position"
    at_me = here is not None and actor.appointment is not None and here.position_id == actor.position.pk
    tags = [Tag("หนังสือเวียน")] if letter.circular else []
    if letter.status in (LetterStatus.RETURNED,):
        tags.append(Tag("ตีกลับ", "bad"))
    elif letter.status in PROPOSED and letter.status != LetterStatus.PROPOSED:
        tags.append(Tag(letter.get_status_display(), "good"))
    return ListRow(
        key=str(letter.pk),
        url=reverse("draft:review" if letter.status == LetterStatus.REVIEW else "draft:edit", args=[letter.pk]),
        number=SHORT_KIND[LetterKind(letter.kind)],
        subject=letter.shown_subject,
        second=_second(letter),
        date=local_date(letter.changed_at),
        unread=(letter.status == LetterStatus.RETURNED and at_me) or (letter.status == LetterStatus.REVIEW and at_me),
        urgency=letter.urgency,
        secrecy=letter.secrecy,
        tags=tuple(tags),
        where=("ท่าน" if at_me else here.position.label if place == "position" and here.position else here.unit.label)
        if here
        else "",
        where_sub=here.unit.label if here and place == "position" and not at_me else "",
        stay=duration(actor.at - here.since) if here else "",
        due=due,
        due_state=state,
        act=("ทำสำเนา", reverse("draft:copy", args=[letter.pk])) if not letter.is_secret else None,
    )


def _second(letter: Letter) -> str:
    """Whom the draft is for; nothing for a kind that addresses nobody, or of a classified one."""
    if letter.is_secret:
        return ""
    if letter.addressee:
        return f"ถึง {letter.addressee}"
    return "ยังไม่ได้กรอกผู้รับ" if has(letter.kind, "addressee") else ""


def due_words(due: datetime | None, now: datetime) -> tuple[str, str]:
    """A deadline in words, and its state: "", "soon" (today or tomorrow) or "late"."""
    if due is None:
        return "", ""
    if due < now:
        return f"เกิน {duration(now - due)}", "late"
    days = (due.astimezone(BANGKOK).date() - now.astimezone(BANGKOK).date()).days
    if days == 0:
        return f"วันนี้ {clock(due)}", "soon"
    return date_short(due), "soon" if due - now < timedelta(days=2) else ""


def tab_counts(actor: Actor) -> dict[str, int]:
    """How many wait in the tabs that ask for something, capped."""
    return {
        key: drafts(actor, Wanted(tab=key)).order_by()[: COUNT_CAP + 1].count()
        for key in ("mine", "review", "returned")
    }


def waiting_count(actor: Actor) -> int:
    """The menu's counter: reviews waiting for the actor's post, and its own drafts that came back."""
    if actor.appointment is None:
        return 0
    reviews = Review.objects.filter(position=actor.position, state=ReviewState.WAITING).values("letter_id")
    returned = Letter.objects.filter(author_position=actor.position, status=LetterStatus.RETURNED).values("id")
    return reviews.union(returned, all=True)[: COUNT_CAP + 1].count()


MENU = Entry(
    key="draft",
    label="ร่างหนังสือ",
    url_name="draft:list",
    icon="pencil-line",
    order=20,
    count=waiting_count,
    shown=lambda actor: actor.appointment is not None,
)
