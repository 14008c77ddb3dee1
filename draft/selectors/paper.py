"""The paper a draft makes: its sheet, and its preview as page images."""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import replace
from datetime import datetime

from django.core.cache import cache
from redis.exceptions import RedisError

from common.thai import date_formal
from draft.content import Content, lines_of
from draft.salutations import Salutation, salutation, table
from files.pdf import page_count, page_png
from org.models import AgencyKind, Position, Unit
from org.selectors import holders
from saraban import sheets
from saraban.actions.paper import block_for, place_of
from saraban.models import Letter, LetterKind, Secrecy, Urgency
from saraban.sheets.frozen import form_of, to_json
from saraban.sheets.garuda import garuda

log = logging.getLogger(__name__)
KEEP_SECONDS = 900
PREVIEW_WIDTH = 900
NO_SIGNER = sheets.SignerBlock(name="", title_lines=("(ยังไม่ได้เลือกผู้ลงนาม)",), place="signer-1")


def sheet_of(letter: Letter, content: Content, at: datetime) -> sheets.LetterSheet:
    """What the draft says, as the value its form is set from. Signers are named as they hold their posts at `at`."""
    signers = _signers(content.signers, at)
    opening = salutation(content.salutation) if content.salutation in table() else salutation("general")
    signer = signers[0].name if signers else ""
    if letter.kind == LetterKind.MEMO:
        return _memo(content, opening, signer, signers)
    return _external(letter, content, opening, signer, signers)


def _external(
    letter: Letter, content: Content, opening: Salutation, signer: str, signers: tuple[sheets.SignerBlock, ...]
) -> sheets.ExternalSheet:
    enclosures = tuple(
        sheets.Enclosure(title=row.title, amount=f"จำนวน {row.quantity}" if row.quantity else "")
        for row in letter.enclosures.all()
    )
    return sheets.ExternalSheet(
        subject=content.subject,
        salutation=opening.opening_for(signer),
        addressee=content.addressee,
        body_html=content.body,
        signers=signers or (NO_SIGNER,),
        urgency=_urgency(content),
        copies_to=lines_of(content.copies_to),
        body_thai_digits=content.thai_body,
        sender_lines=lines_of(content.sender_lines),
        closing=opening.closing_for(signer),
        references=tuple(letter.references.values_list("text", flat=True)),
        enclosures=enclosures,
        owner_unit=content.owner_line,
        contact_lines=lines_of(content.contact),
    )


def _memo(
    content: Content, opening: Salutation, signer: str, signers: tuple[sheets.SignerBlock, ...]
) -> sheets.MemoSheet:
    return sheets.MemoSheet(
        subject=content.subject,
        salutation=opening.opening_for(signer),
        addressee=content.addressee,
        body_html=content.body,
        signers=signers or (NO_SIGNER,),
        urgency=_urgency(content),
        copies_to=lines_of(content.copies_to),
        body_thai_digits=content.thai_body,
        agency_line=content.agency_line,
    )


def _urgency(content: Content) -> str:
    return str(Urgency(content.urgency).label) if content.urgency else ""


def _signers(ids: tuple[int, ...], at: datetime) -> tuple[sheets.SignerBlock, ...]:
    """One block per post, in order: its acting holder first, the name left blank where nobody holds it."""
    held = holders(ids, at)
    titles = dict(Position.objects.filter(pk__in=ids).values_list("pk", "title"))
    found = []
    for order, pk in enumerate((pk for pk in ids if pk in titles), start=1):
        holder = next((row for row in held[pk] if row.signs), None)
        nobody = sheets.SignerBlock(name="", title_lines=(titles[pk],), place=place_of(order))
        found.append(block_for(holder, order) if holder else nobody)
    return tuple(found)


def sender_lines(unit: Unit) -> str:
    """ส่วนราชการเจ้าของหนังสือ and its address, from the nearest unit above that has one; a province writes its hall."""
    above = reversed(list(Unit.objects.ancestors(unit.pk, include_self=True)))
    address = next((one.address for one in above if one.address.strip()), "")
    if unit.agency.kind == AgencyKind.PROVINCE and address:
        return address
    return f"{unit.agency.name}\n{address}".strip()


def contact_lines(unit: Unit) -> str:
    """โทร. and ไปรษณีย์อิเล็กทรอนิกส์ of the unit, one to a line."""
    lines = [f"โทร. {unit.phone}" if unit.phone else "", f"ไปรษณีย์อิเล็กทรอนิกส์ {unit.email}" if unit.email else ""]
    return "\n".join(line for line in lines if line)


def agency_line(unit: Unit) -> str:
    """The memo's line ส่วนราชการ: the unit, its agency, and the telephone on the same line."""
    own = unit.name if unit.name == unit.agency.name else f"{unit.name} {unit.agency.name}"
    return f"{own} โทร. {unit.phone}" if unit.phone else own


def reference_line(letter: Letter) -> str:
    """How another letter cites this one under อ้างถึง."""
    classes = [
        Urgency(letter.urgency).label if letter.urgency else "",
        Secrecy(letter.secrecy).label if letter.secrecy else "",
    ]
    return sheets.reference_text(
        sender=letter.sender,
        number=letter.number or "–",
        date_text=date_formal(letter.letter_date) if letter.letter_date else "–",
        classes=" ".join(str(word) for word in classes if word),
    )[:400]


def fingerprint(sheet: sheets.LetterSheet) -> str:
    """A name for exactly this paper: the same words give the same name."""
    text = json.dumps([form_of(sheet), to_json(sheet)], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def preview_pdf(letter: Letter, sheet: sheets.LetterSheet) -> bytes:
    """The paper with ร่าง across it, kept for a quarter of an hour; without the cache it is set again."""
    key = f"draft-preview:{letter.pk}:{fingerprint(sheet)}"
    kept = _cached(key)
    if kept is None:
        kept = sheets.typeset_letter(replace(sheet, mark="ร่าง", garuda=garuda()), preview=True).pdf
        _keep(key, kept)
    return kept


def preview_pages(letter: Letter, sheet: sheets.LetterSheet) -> int:
    """How many pages the paper has."""
    return page_count(preview_pdf(letter, sheet))


def preview_png(letter: Letter, sheet: sheets.LetterSheet, page: int) -> bytes:
    """Page `page` (from 0) of the preview. Raises `files.pdf.BadPdf` for a page that is not there."""
    key = f"draft-page:{letter.pk}:{fingerprint(sheet)}:{page}"
    kept = _cached(key)
    if kept is None:
        kept = page_png(preview_pdf(letter, sheet), page, PREVIEW_WIDTH)
        _keep(key, kept)
    return kept


def _cached(key: str) -> bytes | None:
    try:
        return cache.get(key)
    except RedisError as error:
        log.warning("draft preview: cache not reached (%s)", type(error).__name__)
        return None


def _keep(key: str, value: bytes) -> None:
    try:
        cache.set(key, value, KEEP_SECONDS)
    except RedisError as error:
        log.warning("draft preview: cache not reached (%s)", type(error).__name__)
