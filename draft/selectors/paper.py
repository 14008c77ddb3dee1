"""The paper a draft makes: its sheet, and its preview as page images."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.utils.crypto import salted_hmac

from common.cache import cache_away
from common.thai import date_formal, year_be
from common.vault import lock_away, take_out
from draft.content import Content
from draft.kinds import has
from draft.salutations import table
from draft.selectors.standing import matter_of_draft
from draft.selectors.uploads import uploaded_of, uploaded_sheet
from files.pdf import page_count, page_png
from org.models import AgencyKind, Position, Unit
from saraban import sheets
from saraban.actions.paper import block_for, place_of
from saraban.models import Letter, Secrecy, Urgency
from saraban.permissions_delegation import Matter
from saraban.selectors_delegation import signing_holders
from saraban.selectors_links import printed_link
from saraban.sheets.frozen import form_of, to_json
from saraban.sheets.garuda import garuda, garuda_name
from saraban.sheets.kinds import build, kind_of
from saraban.sheets.sheets import HeadedSheet

log = logging.getLogger(__name__)
KEEP_SECONDS = 900
PREVIEW_WIDTH = 900
NO_SIGNER = sheets.SignerBlock(name="", title_lines=("(ยังไม่ได้เลือกผู้ลงนาม)",), place="signer-1")


def sheet_of(letter: Letter, content: Content, at: datetime) -> sheets.LetterSheet:
    """What the draft says, as the value its form is set from. Signers are named as they hold their posts at `at`."""
    signers = _signers(content.signers, matter_of_draft(letter, content), at)
    paper = uploaded_of(letter, content)
    if paper is not None:
        return uploaded_sheet(letter, content, paper, signers)
    opening = table(letter.agency).of(content.salutation)
    signer = signers[0].name if signers else ""
    return build(
        letter.kind,
        {**content.to_json(), "body": content.body},
        signers=signers or (NO_SIGNER,),
        salutation=opening.opening_for(signer),
        closing=opening.closing_for(signer),
        references=tuple(one.text for one in letter.references.all()) if has(letter.kind, "references") else (),
        enclosures=_enclosures(letter) if has(letter.kind, "enclosures") else (),
        urgency=str(Urgency(content.urgency).label) if content.urgency and has(letter.kind, "urgency") else "",
        body_thai_digits=content.thai_body,
        enclosure_link=printed_link(letter),
        secrecy=str(Secrecy(letter.secrecy).label) if letter.secrecy else "",
    )


def _enclosures(letter: Letter) -> tuple[sheets.Enclosure, ...]:
    return tuple(
        sheets.Enclosure(title=row.title, amount=f"จำนวน {row.quantity}" if row.quantity else "")
        for row in letter.enclosures.all()
    )


def _signers(ids: tuple[int, ...], matter: Matter, at: datetime) -> tuple[sheets.SignerBlock, ...]:
    """One block per post, in order: of whoever acts, the delegate it is delegated to, or the holder; without a name where
    nobody may sign it."""
    held = signing_holders(ids, matter, at)
    titles = dict(Position.objects.filter(pk__in=ids).values_list("pk", "title"))
    found = []
    for order, pk in enumerate((pk for pk in ids if pk in titles), start=1):
        holder = held.get(pk)
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


def usual_words(kind: str, unit: Unit, at: datetime) -> dict[str, Any]:
    """What a draft of `kind` begins with: what its unit and agency are called and where they are, and the year พ.ศ."""
    known = {
        "sender_lines": sender_lines(unit),
        "agency_line": agency_line(unit),
        "owner_line": unit.name,
        "contact": contact_lines(unit),
        "issuer": unit.agency.name,
        "year": str(year_be(at)),
    }
    words = {field.name: known.get(field.name, field.default) for field in kind_of(kind).fields}
    return {name: text for name, text in words.items() if text}


def reference_line(letter: Letter) -> str:
    """How another letter cites this one under อ้างถึง: orders and announcements by their own name, without หนังสือ."""
    dated = date_formal(letter.letter_date) if letter.letter_date else "–"
    kind = kind_of(letter.kind)
    if issubclass(kind.sheet, HeadedSheet):
        issuer = letter.sender if letter.incoming else letter.agency.name
        number = f"{kind.number_words} {letter.number}" if sheets.REGISTRY_NUMBER in kind.registry else ""
        about = f"{kind.sheet.subject_word} {letter.subject}".replace("ว่าด้วย ", "ว่าด้วย", 1)
        words = (f"{kind.title}{issuer}", number, "" if number else about, f"ลงวันที่ {dated}")
        return " ".join(word for word in words if word)[:400]
    classes = [
        Urgency(letter.urgency).label if letter.urgency else "",
        Secrecy(letter.secrecy).label if letter.secrecy else "",
    ]
    return sheets.reference_text(
        sender=letter.sender,
        number=letter.number or "–",
        date_text=dated,
        classes=" ".join(str(word) for word in classes if word),
    )[:400]


def fingerprint(sheet: sheets.LetterSheet) -> str:
    """A name for exactly this paper: the same words give the same name, which only this platform can work out."""
    text = json.dumps([form_of(sheet), to_json(sheet)], ensure_ascii=False, sort_keys=True)
    return salted_hmac("draft.paper", text, algorithm="sha256").hexdigest()[:32]


def preview_pdf(letter: Letter, sheet: sheets.LetterSheet) -> bytes:
    """The paper with ร่าง across it, kept for a quarter of an hour; without the cache it is set again.

    What is kept is locked (a draft may be classified a minute later), and of a classified one nothing is.
    """
    key = f"draft-preview:{letter.pk}:{fingerprint(sheet)}:{garuda_name()}"
    kept = None if letter.is_secret else _cached(key)
    if kept is None:
        kept = sheets.typeset_letter(replace(sheet, mark="ร่าง", garuda=garuda()), preview=True).pdf
        if not letter.is_secret:
            _keep(key, kept)
    return kept


def preview_pages(letter: Letter, sheet: sheets.LetterSheet) -> int:
    """How many pages the paper has."""
    return page_count(preview_pdf(letter, sheet))


def preview_png(letter: Letter, sheet: sheets.LetterSheet, page: int) -> bytes:
    """Page `page` (from 0) of the preview. Raises `files.pdf.BadPdf` for a page that is not there."""
    key = f"draft-page:{letter.pk}:{fingerprint(sheet)}:{garuda_name()}:{page}"
    kept = None if letter.is_secret else _cached(key)
    if kept is None:
        kept = page_png(preview_pdf(letter, sheet), page, PREVIEW_WIDTH)
        if not letter.is_secret:
            _keep(key, kept)
    return kept


def _cached(key: str) -> bytes | None:
    try:
        locked = cache.get(key)
        return take_out(locked, context=key) if locked else None
    except cache_away() as error:
        log.warning("draft preview: cache not reached (%s)", type(error).__name__)
        return None


def _keep(key: str, value: bytes) -> None:
    try:
        cache.set(key, lock_away(value, context=key), KEEP_SECONDS)
    except cache_away() as error:
        log.warning("draft preview: cache not reached (%s)", type(error).__name__)
