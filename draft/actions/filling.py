"""A letter made from a template: begun with everything set, and made again when the author changes what was typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import transaction

from audit.actions import record
from common.access import Conflict, Invalid, Refused
from draft.actions.versions import keep
from draft.actions.working import Stale, allowed, found, write
from draft.actions.writing import begin
from draft.content import LABELS, Content, label_of
from draft.inputs import inputs_of, read
from draft.models import Draft, FilledTemplate, TemplateStatus, TemplateVersion
from draft.permissions import draft_of, may_edit
from draft.selectors.templates import known_words, made_from, offered
from draft.type_rules import may_use, sees
from org.actor import Actor
from saraban.models import Letter
from saraban.permissions import may_draft


class Unfilled(Invalid):
    """Some inputs cannot be used: `errors` holds one sentence for each, by its name."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(f"ยังกรอกไม่ครบหรือไม่ถูกต้อง {len(errors)} ช่อง โปรดแก้ไขช่องที่มีข้อความกำกับ")
        self.errors = dict(errors)


class RetiredMeanwhile(Conflict):
    """The version was taken out of use between opening its form and sending it."""

    def __init__(self, version: TemplateVersion) -> None:
        super().__init__(
            f"แม่แบบ “{version.type.name}” รุ่นที่ {version.no} เลิกใช้ไปแล้วระหว่างที่ท่านกรอก ข้อความที่กรอกยังอยู่ครบในหน้านี้"
        )


class ChangedByHand(Conflict):
    """Making the draft again would overwrite what was written by hand: `fields` are their labels."""

    def __init__(self, fields: list[str]) -> None:
        super().__init__(f"ร่างนี้มีข้อความที่แก้ด้วยมือใน{' '.join(fields)} การสร้างใหม่จะใช้ข้อความจากแม่แบบแทน")
        self.fields = fields


def values_from(by: Actor, version: TemplateVersion, raw: Mapping[str, Any]) -> dict[str, Any]:
    """The values of what was typed into a version's form. Raises `Unfilled`."""
    inputs = inputs_of(version.inputs)
    choices = offered(by, inputs)
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for one in inputs:
        try:
            values[one.name] = read(one, raw.get(one.name), choices)
        except Invalid as error:
            errors[one.name] = error.sentence
    if errors:
        raise Unfilled(errors)
    return values


@transaction.atomic
def begin_filled(*, by: Actor, version_id: int, raw: Mapping[str, Any], secrecy: int = 0) -> Letter:
    """Begin a draft from a version that is in use, with what was typed into its form.

    Raises TemplateVersion.DoesNotExist for a version of others, `Refused`, `RetiredMeanwhile`, `Unfilled`.
    """
    versions = TemplateVersion.objects.select_related("type", "for_unit", "folder").select_for_update(
        of=("self",), no_key=True
    )
    version = versions.get(pk=version_id)
    if not sees(by, version.type):
        raise TemplateVersion.DoesNotExist
    may_draft(by).demand()
    may_use(by, version).demand()
    if version.status != TemplateStatus.PUBLISHED:
        raise RetiredMeanwhile(version)
    values = values_from(by, version, raw)
    letter = begin(by=by, kind=version.type.kind, secrecy=secrecy)
    draft = draft_of(letter)
    before = Content.of(draft)
    made = made_from(version, values, known_words(by))
    content = allowed(by, letter, before, replace(_with(before, made), **_people(version, before, letter.secrecy)))
    write(by=by, letter=letter, draft=draft, content=content)
    FilledTemplate.objects.create(
        letter=letter, version=version, type=version.type, agency=letter.agency, inputs=values, at=by.at,
        made=_as_made(content, made),
    )  # fmt: skip
    label = f"สร้างจากแม่แบบ {version.type.name} รุ่นที่ {version.no}"
    record(by=by, verb="draft.fill", label=label, subject=letter, letter_id=letter.pk, detail={"version": version.pk})
    return letter


@transaction.atomic
def refill(*, by: Actor, letter_id: int, raw: Mapping[str, Any], revision: int, sure: bool = False) -> Draft:
    """Make a draft again from the version it was made from, with other values; what stands is kept as a version first.

    People, folder and the way of signing stay as the draft has them. Raises Letter.DoesNotExist for a stranger, `Refused`,
    `Unfilled`, `Stale` when somebody saved meanwhile, `ChangedByHand` unless `sure`.
    """
    letter = found(by, letter_id)
    may_edit(by, letter).demand()
    filled = FilledTemplate.objects.select_related("version__type").filter(letter=letter).first()
    if filled is None:
        raise Refused("ร่างนี้ไม่ได้สร้างจากแม่แบบ")
    draft = draft_of(letter)
    values = values_from(by, filled.version, raw)
    if draft.revision != revision:
        raise Stale(draft)
    before = Content.of(draft)
    by_hand = changed_by_hand(filled, before)
    if by_hand and not sure:
        raise ChangedByHand([label_of(letter.kind, name) for name in by_hand])
    keep(by=by, letter=letter, content=before, note="ก่อนสร้างใหม่จากแม่แบบ")
    made = made_from(filled.version, values, known_words(by))
    content = allowed(by, letter, before, _with(before, made))
    draft.editor, draft.editor_seq, draft.editor_base = "", 0, draft.revision + 1
    write(by=by, letter=letter, draft=draft, content=content)
    filled.inputs, filled.made = values, _as_made(content, made)
    filled.save(update_fields=["inputs", "made"])
    record(by=by, verb="draft.refill", label="แก้ค่าที่กรอกในแม่แบบ", subject=letter, letter_id=letter.pk)
    return draft


def changed_by_hand(filled: FilledTemplate, now: Content) -> list[str]:
    """The fields that say something else than the template made of them, in the order of the form."""
    return [name for name in LABELS if name in filled.made and getattr(now, name) != filled.made[name]]


def _with(content: Content, made: Mapping[str, Any]) -> Content:
    known: dict[str, Any] = {name: value for name, value in made.items() if name in LABELS}
    return replace(content, **known)


def _as_made(content: Content, made: Mapping[str, Any]) -> dict[str, Any]:
    return {name: getattr(content, name) for name in made if name in LABELS}


def _people(version: TemplateVersion, usual: Content, secrecy: int) -> dict[str, Any]:
    """The version's reviewers, signers, folder and way of signing, where it names some; a classified letter keeps to its
    secret register."""
    return {
        "reviewers": tuple(version.reviewers) or usual.reviewers,
        "signers": tuple(version.signers) or usual.signers,
        "folder": usual.folder if secrecy else version.folder_id or usual.folder,
        "sign_class": version.sign_class or usual.sign_class,
    }
