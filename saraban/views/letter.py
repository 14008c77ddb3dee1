"""The letter page and its print view."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse

from audit.actions import record_reading
from common.panels import panels
from common.rows import PageImage, Stamp
from files.models import StoredFile
from files.pdf import BadPdf
from files.previews import PRINT, SCREEN, THUMB, page_sizes
from org.actor import Actor, ActorRequest
from saraban.actions.receive import open_delivery
from saraban.further import further, kept_link
from saraban.models import (
    Delivery,
    DeliveryStatus,
    Enclosure,
    Letter,
    LetterStatus,
    Reference,
    RegisterEntry,
)
from saraban.models.reach import reach_of
from saraban.permissions import may_dispatch, may_draft, may_recall, may_take_number, may_void
from saraban.rows import delivery_tag, due_words, status_tag
from saraban.stamps import stamps
from saraban.trail import trail_of
from saraban.views.doors import letter_for
from saraban.views.places import place_of

DELIVERIES_SHOWN = 200
REFERENCES_SHOWN = 60
WAITING = (DeliveryStatus.DELIVERED, DeliveryStatus.OPENED)
CALLABLE = (DeliveryStatus.QUEUED, DeliveryStatus.DELIVERED, DeliveryStatus.FAILED)


def letter(request: ActorRequest, letter_id: int) -> HttpResponse:
    """The letter for anyone who may read it: pages, facts, deliveries, time-line, and what the reader may do."""
    actor = request.actor
    shown = letter_for(actor, letter_id)
    sent, arrivals = _deliveries_of(shown)
    mine = _registers_at(actor, arrivals)
    _open(actor, arrivals, mine)
    _log(actor, shown, "page")
    entries, own_entry = _entries_of(actor, shown)
    enclosures = list(shown.enclosures.select_related("file"))
    wanted = request.GET.get("file", "")
    current = next((one for one in enclosures if str(one.pk) == wanted and one.file), None)
    pages, trouble = _pages(shown, current, stamps(entries))
    due, due_state = due_words(shown.due_at, actor.at)
    context = {
        "letter": shown,
        "status": status_tag(shown),
        "pages": pages,
        "trouble": trouble,
        "files": _files(request, enclosures, current),
        "enclosures": enclosures,
        "current_file": current,
        "receipts": entries,
        "own_entry": own_entry,
        "arrivals": arrivals,
        "deliveries": _sent_rows(actor, shown, sent),
        "deliveries_cut": len(sent) >= DELIVERIES_SHOWN,
        "references": _references(actor, shown),
        "trail": trail_of(shown, actor.at, whole=request.GET.get("trail") == "all"),
        "due": due,
        "due_state": due_state,
        "place": place_of(actor, shown.pk, request.GET),
        "panels": panels(actor, shown),
        "further": further(actor, shown),
        "kept_link": kept_link(actor, shown),
        "acts": _acts(actor, shown, arrivals, mine, own_entry),
    }
    return render(request, "saraban/letter.html", context)


def letter_print(request: ActorRequest, letter_id: int) -> HttpResponse:
    """The letter's pages with the receive stamps over them, one sheet of paper each."""
    actor = request.actor
    shown = letter_for(actor, letter_id)
    _log(actor, shown, "print")
    entries, _ = _entries_of(actor, shown)
    pages, trouble = _pages(shown, None, stamps(entries), width=PRINT)
    return render(request, "saraban/letter_print.html", {"letter": shown, "pages": pages, "trouble": trouble})


def _log(actor: Actor, shown: Letter, what: str) -> None:
    sha256 = shown.document.sha256 if shown.document else ""
    record_reading(by=actor, what=what, letter_id=shown.pk, file_sha256=sha256)


def _deliveries_of(shown: Letter) -> tuple[list[Delivery], list[Delivery]]:
    """The letter's deliveries as their sender, and as their receiver (inside an agency they are the same)."""
    rows = Delivery.objects.filter(Q(letter=shown) | Q(received=shown)).select_related("to_unit__agency", "from_unit")
    sent: list[Delivery] = []
    arrivals: list[Delivery] = []
    for delivery in rows.order_by("pk")[:DELIVERIES_SHOWN]:
        if delivery.letter_id == shown.pk:
            delivery.letter = shown
            sent.append(delivery)
        if delivery.received_id == shown.pk and delivery.status != DeliveryStatus.RECALLED:
            arrivals.append(delivery)
    return sent, arrivals


def _registers_at(actor: Actor, arrivals: list[Delivery]) -> set[int]:
    """The units, among those where the letter still waits, for which the actor registers."""
    units = {one.to_unit_id for one in arrivals if one.status in WAITING}
    return units.intersection(reach_of(actor).registry_unit_ids)


def _open(actor: Actor, arrivals: list[Delivery], mine: set[int]) -> None:
    """What waits for the actor's registry counts as opened from now: its sender cannot call it back any more."""
    for delivery in arrivals:
        if delivery.status == DeliveryStatus.DELIVERED and delivery.to_unit_id in mine:
            opened = open_delivery(by=actor, delivery_id=delivery.pk)
            delivery.status, delivery.opened_at = opened.status, opened.opened_at


def _entries_of(actor: Actor, shown: Letter) -> tuple[list[RegisterEntry], RegisterEntry | None]:
    """The receipts of the reader's own agency, and the row of the letter's own number."""
    entries = RegisterEntry.objects.filter(letter=shown).select_related("owner_unit__agency", "folder").order_by("pk")
    received: list[RegisterEntry] = []
    own: RegisterEntry | None = None
    agency = actor.agency.pk if actor.appointment else None
    for entry in entries:
        if not entry.folder.is_receiving:
            own = entry
        elif entry.folder.agency_id == agency:
            received.append(entry)
    return received, own


def _pages(
    shown: Letter, current: Enclosure | None, overlay: tuple[Stamp, ...], width: int = SCREEN
) -> tuple[list[PageImage], str]:
    """The page images of the letter or of one enclosure, and why there are none."""
    stored = current.file if current else shown.document
    if stored is None:
        return [], ""
    try:
        sizes = page_sizes(stored)
    except (BadPdf, FileNotFoundError) as error:
        return [], str(error) if isinstance(error, BadPdf) else "ไม่พบไฟล์ในที่เก็บ โปรดแจ้งผู้ดูแลระบบ"
    return [
        _page(shown, current, stored, number, size, overlay if number == 1 and not current else (), width)
        for number, size in enumerate(sizes, start=1)
    ], ""


def _page(
    shown: Letter,
    current: Enclosure | None,
    stored: StoredFile,
    number: int,
    size: tuple[float, float],
    overlay: tuple[Stamp, ...],
    width: int,
) -> PageImage:
    if current:
        url = reverse("saraban:enclosure_page", args=[shown.pk, current.pk, number])
    else:
        url = reverse("saraban:page_image", args=[shown.pk, number])
    version = stored.sha256[:10]
    return PageImage(
        number=number,
        url=f"{url}?w={width}&v={version}",
        thumb_url=f"{url}?w={THUMB}&v={version}",
        width=width,
        height=round(width * size[1] / size[0]),
        stamps=overlay,
        paper_width=size[0],
        paper_height=size[1],
    )


def _files(
    request: ActorRequest, enclosures: list[Enclosure], current: Enclosure | None
) -> list[tuple[str, str, bool]]:
    """The viewer's tabs: the letter, then each enclosure that has a file."""
    query = request.GET.copy()
    query.pop("file", None)

    def address(enclosure: Enclosure | None) -> str:
        own = query.copy()
        if enclosure:
            own["file"] = str(enclosure.pk)
        return f"{request.path}?{own.urlencode()}" if own else request.path

    tabs = [("ตัวหนังสือ", address(None), current is None)]
    return tabs + [(one.title, address(one), one is current) for one in enclosures if one.file]


@dataclass(frozen=True, slots=True)
class Sent:
    """One addressee on the page: the delivery, its label, and whether it may be called back (or why not)."""

    delivery: Delivery
    tag: object
    recallable: bool
    reason: str


def _sent_rows(actor: Actor, shown: Letter, sent: list[Delivery]) -> list[Sent]:
    sends = bool(shown.folder_id and reach_of(actor).may("take_number", shown.folder_id))
    return [
        Sent(one, delivery_tag(one), sends and one.status in CALLABLE, may_recall(actor, one).reason if sends else "")
        for one in sent
    ]


@dataclass(frozen=True, slots=True)
class Link:
    """One line of อ้างถึง: words, and the letter's address where the reader may open it."""

    words: str
    text: str
    url: str


def _references(actor: Actor, shown: Letter) -> list[Link]:
    """What the letter refers to, and what refers to it, each with a link only where the reader may go."""
    both = Reference.objects.filter(Q(letter=shown) | Q(target=shown)).select_related("letter").order_by("order", "pk")
    rows = list(both[:REFERENCES_SHOWN])
    own = [one for one in rows if one.letter_id == shown.pk]
    back = [one for one in rows if one.letter_id != shown.pk]
    ids = {one.target_id for one in own if one.target_id} | {one.letter_id for one in back}
    visible = set(Letter.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()
    words = {"REFERS": "อ้างถึง", "ANSWERS": "ตอบหนังสือ", "CANCELS": "ยกเลิกหนังสือ"}
    links = [
        Link(
            words[one.kind],
            one.text,
            reverse("saraban:letter", args=[one.target_id]) if one.target_id in visible else "",
        )
        for one in own
    ]
    answered = {"REFERS": "ถูกอ้างถึงโดย", "ANSWERS": "ตอบแล้วโดย", "CANCELS": "ถูกยกเลิกโดย"}
    for one in back:
        if one.letter_id in visible:
            text = " ".join(part for part in (one.letter.number, one.letter.shown_subject) if part)
            links.append(Link(answered[one.kind], text, reverse("saraban:letter", args=[one.letter_id])))
    return links


@dataclass(frozen=True, slots=True)
class Act:
    """A button of the action bar; `reason` greys it."""

    label: str
    url: str
    icon: str
    kind: str = ""
    reason: str = ""


def _acts(
    actor: Actor, shown: Letter, arrivals: list[Delivery], mine: set[int], own_entry: RegisterEntry | None
) -> list[Act]:
    """What the registry may do with this letter now, the next step first."""
    reach = reach_of(actor)
    acts: list[Act] = []
    for delivery in arrivals:
        if delivery.status in WAITING and delivery.to_unit_id in mine:
            acts.append(
                Act(f"ลงรับที่ {delivery.to_unit.label}", reverse("saraban:receive", args=[delivery.pk]), "stamp", "go")
            )
            acts.append(Act("ส่งคืน", reverse("saraban:send_back", args=[delivery.pk]), "undo-2", "warn"))
    sends = reach.may("take_number", shown.folder_id) or reach.may("secret_register", shown.folder_id)
    if shown.status == LetterStatus.SIGNED and sends:
        verdict = may_take_number(actor, shown)
        acts.append(Act("ออกเลข", reverse("saraban:number", args=[shown.pk]), "hash", "go", verdict.reason))
    if shown.status == LetterStatus.NUMBERED and sends:
        verdict = may_dispatch(actor, shown)
        acts.append(Act("ส่งหนังสือ", reverse("saraban:dispatch", args=[shown.pk]), "send", "go", verdict.reason))
        if not shown.sealed:
            acts.append(Act("ดูการผนึกเลข", reverse("saraban:numbered", args=[shown.pk]), "stamp"))
    if shown.status == LetterStatus.SENT and sends and may_dispatch(actor, shown):
        acts.append(Act("ส่งเพิ่ม", reverse("saraban:dispatch", args=[shown.pk]), "send"))
    if own_entry and not own_entry.voided_at and reach.may("void_entry", own_entry.folder_id):
        own_entry.letter = shown
        verdict = may_void(actor, own_entry)
        acts.append(Act("ยกเลิกเลข", reverse("saraban:void", args=[own_entry.pk]), "ban", "warn", verdict.reason))
    acts += _answer(actor, shown, arrivals)
    return acts


def _answer(actor: Actor, shown: Letter, arrivals: list[Delivery]) -> list[Act]:
    """Drafting an answer, where the letter has been received and the draft module is there."""
    received = shown.status in (LetterStatus.REGISTERED, LetterStatus.IN_PROGRESS, LetterStatus.CLOSED)
    if not (shown.incoming or arrivals) or not received or not may_draft(actor):
        return []
    try:
        return [Act("ร่างหนังสือตอบ", reverse("draft:answer", args=[shown.pk]), "reply")]
    except NoReverseMatch:
        return []
