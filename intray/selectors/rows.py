"""Tray steps as the rows of `_ui/letter_list.html`: a page costs a fixed number of queries, whatever its length."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.urls import reverse

from common.rows import ListRow, Tag
from intray.models import LIVE_STATES, Escalation, RoutingStep, StepPurpose, StepState
from intray.permissions import may_decide_at_all
from intray.selectors.targets import vacant_now
from intray.selectors.tray import closed_by, prepared_steps, progress_of
from org.actor import Actor
from saraban.models import Letter, RegisterEntry, Stay
from saraban.models.folders import RECEIVING
from saraban.rows import due_words, letter_url
from saraban.selectors import where_now
from signing.models import JobState

VACANT = "ไม่มีผู้ดำรงตำแหน่งวันนี้"
MASKED = "หนังสือมีชั้นความลับ เปิดอ่านโดยผู้มีสิทธิ์เท่านั้น"


def tray_rows(actor: Actor, tab: str, steps: Sequence[RoutingStep], came_from: str = "") -> list[ListRow]:
    """`steps` as rows, in seven further queries at most (stays, receipt numbers, prepared texts, progress, who closed,
    posts nobody holds, superiors told).

    `came_from` is the encoded query with which the letter page finds its way back to this list.
    """
    letter_ids = [step.letter_id for step in steps]
    stays = where_now(letter_ids)
    receipts = _receipts(actor, letter_ids)
    prepared = prepared_steps([step.pk for step in steps]) if tab != "sent" else set()
    progress = progress_of(actor, letter_ids) if tab in ("sent", "done") else {}
    closed = closed_by(actor, letter_ids) if tab == "done" else set()
    vacant = vacant_now(steps, actor.at) if tab == "sent" else set()
    told = escalated([step.pk for step in steps if step.due_at is not None and step.due_at < actor.at])
    return [
        _row(
            actor,
            tab,
            step,
            stays=stays[step.letter_id],
            receipt=receipts.get(step.letter_id, ""),
            progress=progress.get(step.letter_id),
            prepared=step.pk in prepared,
            vacant=step.to_position_id in vacant,
            told=step.pk in told,
            came_from=came_from,
            reopens=step.letter_id in closed and bool(may_decide_at_all(actor, "ยกเลิกจบงาน")),
        )
        for step in steps
    ]


def shown_subject(letter: Letter) -> str:
    """The subject as any list shows it: a classified one is masked even to those who may open it."""
    return MASKED if letter.is_secret else letter.shown_subject


def _row(
    actor: Actor,
    tab: str,
    step: RoutingStep,
    *,
    stays: Sequence[Stay],
    receipt: str,
    progress: tuple[int, int] | None,
    prepared: bool,
    vacant: bool,
    told: bool,
    came_from: str,
    reopens: bool,
) -> ListRow:
    letter = step.letter
    where, where_sub = place_words(actor, stays, step if tab not in ("sent", "done") else None)
    due, due_state = due_words(step.due_at if step.state in LIVE_STATES else None, actor.at)
    return ListRow(
        key=str(step.pk),
        url=letter_url(letter.pk, came_from),
        number=letter.number,
        date=letter.letter_date,
        subject=shown_subject(letter),
        second=_second(step, receipt),
        unread=step.state == StepState.NEW and tab not in ("sent", "done"),
        urgency=letter.urgency,
        secrecy=letter.secrecy,
        tags=(*_tags(tab, step, progress, prepared), *_warnings(vacant, told)),
        where=where,
        where_sub=where_sub,
        stay=age(actor.at - _since(tab, step, stays)),
        stay_late=due_state == "late",
        due=due,
        due_state=due_state,
        act=("ยกเลิกจบงาน", reverse("intray:reopen", args=[letter.pk])) if reopens else None,
    )


def _second(step: RoutingStep, receipt: str) -> str:
    letter = step.letter
    if letter.is_secret:
        return f"จาก {step.sent_from.unit.label}"
    way = " → ".join(part for part in (letter.sender, letter.addressee) if part)
    return " · ".join(part for part in (way, f"รับ {receipt}" if receipt else "") if part)


def _tags(tab: str, step: RoutingStep, progress: tuple[int, int] | None, prepared: bool) -> Iterable[Tag]:
    if tab == "sent" and progress is not None:
        sent, ended = progress
        if sent > 1:
            yield Tag(f"ส่ง {sent} แห่ง · เสร็จ {ended}", "brand")
        elif step.state == StepState.NEW:
            yield Tag("ผู้รับยังไม่เปิดอ่าน")
    if tab == "done":
        yield Tag(step.get_state_display(), "bad" if step.state == StepState.RETURNED else "good")
        return
    if tab != "sent" or progress is None or progress[0] == 1:
        yield Tag(StepPurpose(step.purpose).label, "brand" if step.purpose == StepPurpose.SIGN else "")
    if tab == "sent":
        return
    if step.state == StepState.SIGNING:
        yield Tag("กำลังลงนาม", "amber")
    elif step.job is not None and step.job.state in (JobState.FAILED, JobState.NEEDS_PASSPHRASE):
        yield Tag("ลงนามไม่สำเร็จ", "bad")
    if step.for_unit and step.to_position_id is None:
        yield Tag("ของหน่วย ยังไม่มีผู้รับ", "amber")
    if prepared:
        yield Tag("หน้าห้องเตรียมแล้ว", "good")


def _warnings(vacant: bool, told: bool) -> Iterable[Tag]:
    if vacant:
        yield Tag(VACANT, "amber")
    if told:
        yield Tag("แจ้งผู้บังคับบัญชาแล้ว", "hot")


def escalated(step_ids: Sequence[int]) -> set[int]:
    """Of which of these steps a superior was told. No query for none."""
    if not step_ids:
        return set()
    return set(Escalation.objects.filter(step__in=step_ids).values_list("step_id", flat=True))


def _since(tab: str, step: RoutingStep, stays: Sequence[Stay]) -> datetime:
    if tab in ("sent", "done"):
        return stays[0].since if stays else (step.done_at or step.sent_at)
    return step.sent_at


def place_words(actor: Actor, stays: Sequence[Stay], step: RoutingStep | None = None) -> tuple[str, str]:
    """Where a letter is now: (the place, a grey line under it). For the actor's own step: `ท่าน`, and who sent it."""
    if step is not None:
        here = "หน่วยของท่าน" if step.to_position_id is None else "ท่าน"
        return here, f"จาก {step.sent_from.label}"
    if not stays:
        return "", ""
    first = stays[0]
    mine = first.position_id is not None and first.position_id == actor.position.pk
    label = "ท่าน" if mine else (first.position.label if first.position else first.unit.label)
    return label, f"และอีก {len(stays) - 1} แห่ง" if len(stays) > 1 else ""


def age(span: timedelta) -> str:
    """How long, in one unit: `6 วัน`, `3 ชม.`, `20 นาที`."""
    minutes = max(0, int(span.total_seconds() // 60))
    if minutes >= 1440:
        return f"{minutes // 1440} วัน"
    if minutes >= 60:
        return f"{minutes // 60} ชม."
    return f"{max(minutes, 1)} นาที"


def _receipts(actor: Actor, letter_ids: Sequence[int]) -> dict[int, str]:
    """The latest receipt number of each letter in the registers of the actor's agency."""
    entries = RegisterEntry.objects.filter(
        letter__in=letter_ids, folder__kind__in=RECEIVING, folder__agency=actor.agency, voided_at=None
    )
    return dict(entries.order_by("id").values_list("letter_id", "number"))
