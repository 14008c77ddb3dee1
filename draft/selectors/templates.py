"""What a template says: the words the platform knows, what a version still lacks, and the draft it makes of values."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.core.cache import cache

from common.cache import cache_away
from common.thai import date_long, year_be
from draft.content import SUBJECT_LENGTH, Content
from draft.inputs import (
    MOST_COLUMNS,
    MOST_INPUTS,
    InputType,
    Offered,
    TemplateInput,
    default_of,
    example_of,
    inputs_of,
    words_of,
)
from draft.kinds import TYPED_INPUTS, has
from draft.models import TemplateVersion
from draft.placeholders import fill_body, fill_text, loose_braces, names_in
from draft.salutations import shipped, table
from draft.selectors.choices import posts, titles
from draft.selectors.paper import fingerprint, usual_words
from org.actor import Actor
from org.models import Unit
from saraban.actions.paper import place_of
from saraban.sheets import LetterSheet, SignerBlock, typeset_letter
from saraban.sheets.garuda import garuda, garuda_name
from saraban.sheets.kinds import build, kind_of

log = logging.getLogger(__name__)
KEEP_SECONDS = 900

KNOWN = {
    "ส่วนราชการ": "ชื่อส่วนราชการของผู้ร่าง",
    "หน่วยงาน": "ชื่อหน่วยงานของผู้ร่าง",
    "รหัสตัวอักษร": "รหัสตัวอักษรของส่วนราชการ",
    "รหัสโรมัน": "รหัสอักษรโรมันของส่วนราชการ",
    "เลขประจำหน่วย": "เลขประจำของหน่วยผู้ร่าง",
    "เลขนิติบุคคล": "เลขนิติบุคคล 13 หลัก",
    "อีเมลกลาง": "ไปรษณีย์อิเล็กทรอนิกส์กลาง",
    "ชื่อผู้ร่าง": "ชื่อและนามสกุลของผู้ร่าง",
    "ตำแหน่งผู้ร่าง": "ตำแหน่งของผู้ร่าง",
    "วันที่ร่าง": "วันที่เริ่มร่าง",
    "ปีปัจจุบัน": "ปี พ.ศ. ปัจจุบัน",
}
"""The words in braces the platform fills in by itself, and what they say."""


def known_words(actor: Actor) -> dict[str, str]:
    """What the words of `KNOWN` are for an author with a post."""
    agency, unit = actor.agency, actor.unit
    return {
        "ส่วนราชการ": agency.name, "หน่วยงาน": unit.name, "รหัสตัวอักษร": agency.code, "รหัสโรมัน": agency.roman,
        "เลขประจำหน่วย": unit.code, "เลขนิติบุคคล": agency.juristic_id, "อีเมลกลาง": agency.central_email,
        "ชื่อผู้ร่าง": actor.user.full_name, "ตำแหน่งผู้ร่าง": actor.position.title,
        "วันที่ร่าง": date_long(actor.at), "ปีปัจจุบัน": str(year_be(actor.at)),
    }  # fmt: skip


# -- what a version says ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing about a version: where, and a sentence. `stops` publishing, or is only worth a look."""

    field: str
    sentence: str
    stops: bool = True


def troubles(version: TemplateVersion) -> list[Trouble]:
    """Everything that keeps a version from being published, and what is worth a second look."""
    inputs = inputs_of(version.inputs)
    return [*_texts(version, inputs), *_inputs(inputs), *_spaces(version, inputs)]


def _texts(version: TemplateVersion, inputs: list[TemplateInput]) -> Iterator[Trouble]:
    named = {one.name for one in inputs}
    texts = {"subject": version.subject, "body": version.body}
    texts |= {name: value for name, value in version.fields.items() if isinstance(value, str)}
    if not version.subject.strip():
        yield Trouble("subject", "โปรดกรอกเรื่องของหนังสือที่จะสร้าง")
    if not version.body.strip():
        yield Trouble("body", "โปรดกรอกเนื้อความ")
    tables = {one.name for one in inputs if one.type == InputType.TABLE}
    used: set[str] = set()
    for field, text in texts.items():
        names = set(names_in(text))
        used |= names
        if loose_braces(text):
            yield Trouble(field, "วงเล็บปีกกาไม่ครบคู่ หรือมีตัวหนา ตัวเอน คั่นกลางชื่อช่อง โปรดพิมพ์ {ชื่อช่อง} ใหม่ให้เป็นแบบเดียวกันทั้งคำ")
        for name in sorted(names - named - KNOWN.keys()):
            yield Trouble(field, f"ไม่มีช่องชื่อ “{name}” โปรดเพิ่มช่องนี้ หรือแก้ชื่อในวงเล็บปีกกา")
        if field != "body":
            for name in sorted(names & tables):
                yield Trouble(field, f"ช่อง “{name}” เป็นตาราง ใช้ได้เฉพาะในเนื้อความ")
    for one in inputs:
        if one.name and one.name not in used:
            yield Trouble(f"input-{one.name}", f"ช่อง “{one.name}” ไม่ได้ใช้ในเรื่องหรือเนื้อความ", stops=False)


def _inputs(inputs: list[TemplateInput]) -> Iterator[Trouble]:
    seen: set[str] = set()
    if len(inputs) > MOST_INPUTS:
        yield Trouble("inputs", f"ช่องให้กรอกมีได้ไม่เกิน {MOST_INPUTS} ช่อง")
    for at, one in enumerate(inputs, start=1):
        where = f"input-{one.name}"
        if not one.name:
            yield Trouble("inputs", f"ช่องลำดับที่ {at} ยังไม่มีชื่อ")
        elif one.name in seen:
            yield Trouble(where, f"ชื่อช่อง “{one.name}” ซ้ำกัน")
        elif one.name in KNOWN:
            yield Trouble(where, f"“{one.name}” เป็นคำที่ระบบเติมให้เอง โปรดตั้งชื่อช่องเป็นอย่างอื่น")
        seen.add(one.name)
        if one.type == InputType.CHOICE and len(one.options) < 2:
            yield Trouble(where, f"ช่อง “{one.name}” ต้องมีตัวเลือกอย่างน้อยสองข้อ")
        if one.type == InputType.CHOICE and one.default and one.default not in one.options:
            yield Trouble(where, f"ค่าเริ่มต้นของช่อง “{one.name}” ไม่อยู่ในตัวเลือก")
        if one.type == InputType.YES_NO and len(one.options) not in (0, 2):
            yield Trouble(where, f"ช่อง “{one.name}” ต้องมีคำตอบสองข้อ คือเมื่อใช่และเมื่อไม่ใช่ หรือเว้นว่าง")
        if one.type == InputType.TABLE and not 1 <= len(one.options) <= MOST_COLUMNS:
            yield Trouble(where, f"ตาราง “{one.name}” ต้องมีหัวคอลัมน์หนึ่งถึง {MOST_COLUMNS} คอลัมน์")


def _spaces(version: TemplateVersion, inputs: list[TemplateInput]) -> Iterator[Trouble]:
    """Optional inputs that share a line with others would leave a gap when they stay empty."""
    may_be_empty = {one.name for one in inputs if not one.required and one.type != InputType.YES_NO}
    for line in version.body.replace("</p>", "\n").replace("</li>", "\n").replace("</tr>", "\n").split("\n"):
        names = set(names_in(line))
        if names & may_be_empty and names - may_be_empty:
            gap = "”, “".join(sorted(names & may_be_empty))
            yield Trouble("body", f"ช่อง “{gap}” ไม่บังคับ แต่อยู่ร่วมย่อหน้ากับช่องอื่น ถ้าเว้นว่างจะเหลือที่ว่างบนหนังสือ", stops=False)


# -- a letter out of a version ----------------------------------------------------------------------


def offered(actor: Actor, inputs: Iterable[TemplateInput]) -> Offered:
    """The persons and units an author chooses from; asked only when an input wants them."""
    types = {one.type for one in inputs}
    persons: dict[int, str] = {}
    units: dict[int, str] = {}
    if actor.appointment is None:
        return Offered(persons, units)
    if InputType.PERSON in types:
        persons = {post.id: f"{post.holder} {post.title}".strip() for _, rows in posts(actor) for post in rows}
    if InputType.UNIT in types:
        found = Unit.objects.filter(agency=actor.agency, dissolved_at=None).order_by("position_order", "id")
        units = dict(found.values_list("pk", "name"))
    return Offered(persons, units)


def beginnings(version: TemplateVersion, actor: Actor) -> dict[str, Any]:
    """What an empty form of the version begins with."""
    known = known_words(actor)
    return {one.name: default_of(one, known) for one in inputs_of(version.inputs)}


def made_from(version: TemplateVersion, values: Mapping[str, Any], known: Mapping[str, str]) -> dict[str, Any]:
    """The fields of the draft, with its body, that a version makes of values. Raises `TooLarge` for the body."""
    inputs = inputs_of(version.inputs)
    words = dict(known) | {
        one.name: words_of(one, values.get(one.name)) for one in inputs if one.type != InputType.TABLE
    }
    tables = {one.name: (one.options, values.get(one.name) or []) for one in inputs if one.type == InputType.TABLE}
    fields = {
        name: fill_text(value, words) if isinstance(value, str) else value for name, value in version.fields.items()
    }
    subject = " ".join(fill_text(version.subject, words).split())[:SUBJECT_LENGTH]
    return {**fields, "subject": subject, "body": fill_body(version.body, words, tables)}


def example_content(version: TemplateVersion, actor: Actor) -> Content:
    """The draft a version makes of example values, for its preview: the central admin sees the words in brackets."""
    inputs = inputs_of(version.inputs)
    if actor.appointment is not None:
        known = known_words(actor)
        usual = usual_words(version.type.kind, actor.unit, actor.at)
    else:
        known, usual = {name: f"({name})" for name in KNOWN}, _anybodys(version.type.kind, actor)
    values = {one.name: example_of(replace(one, default=fill_text(one.default, known))) for one in inputs}
    return Content.from_json({**usual, **made_from(version, values, known)}, "").with_fields(
        Content(body=made_from(version, values, known)["body"]), {"body"}
    )


def _anybodys(kind: str, actor: Actor) -> dict[str, Any]:
    """What stands on paper for an author whose unit nobody knows."""
    words = {
        field.name: f"({field.label})"
        for field in kind_of(kind).fields
        if field.input in TYPED_INPUTS and field.required
    }
    return words | ({"year": str(year_be(actor.at))} if has(kind, "year") else {})


def paper_of(version: TemplateVersion, actor: Actor) -> LetterSheet:
    """The paper of an example, as the version's letters will look."""
    content = example_content(version, actor)
    agency = version.type.agency
    opening = (table(agency) if agency is not None else shipped()).of(content.salutation)
    names = titles(version.signers)
    signers = tuple(
        SignerBlock(name="ชื่อผู้ลงนาม", title_lines=(names[pk],), place=place_of(order))
        for order, pk in enumerate((pk for pk in version.signers if pk in names), start=1)
    )
    nobody = SignerBlock(name="ชื่อผู้ลงนาม", title_lines=("(ตำแหน่งผู้ลงนาม)",), place=place_of(1))
    return build(
        version.type.kind,
        {**content.to_json(), "body": content.body},
        signers=signers or (nobody,),
        salutation=opening.opening,
        closing=opening.closing,
        body_thai_digits=content.thai_body,
    )


def example_pdf(version: TemplateVersion, sheet: LetterSheet) -> bytes:
    """The example set with ตัวอย่าง across it, kept for a while in the cache; without the cache it is set again."""
    key = f"draft-template:{version.pk}:{fingerprint(sheet)}:{garuda_name()}"
    try:
        kept: bytes | None = cache.get(key)
        if kept is None:
            kept = typeset_letter(replace(sheet, mark="ตัวอย่าง", garuda=garuda()), preview=True).pdf
            cache.set(key, kept, KEEP_SECONDS)
    except cache_away() as error:
        log.warning("template preview: cache not reached (%s)", type(error).__name__)
        return typeset_letter(replace(sheet, mark="ตัวอย่าง", garuda=garuda()), preview=True).pdf
    return kept
