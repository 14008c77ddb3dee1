"""What the pages of a route take in: the turn of each addressee, changes of what stands ahead, orders and reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.http import QueryDict

from common.access import Invalid
from common.thai import BANGKOK, local_date
from intray.forms import TEXT_LIMIT, ThaiDateField
from intray.models import RoutingStep, StepPurpose
from intray.selectors.targets import Target, position_key, unit_key
from intray.selectors.ways import MOST_ORDERS, Ahead

PURPOSES = [
    (StepPurpose.ACTION.value, "ดำเนินการ"),
    (StepPurpose.CONSIDER.value, "พิจารณา"),
    (StepPurpose.OPINION.value, "ให้ความเห็น"),
    (StepPurpose.INFO.value, "ทราบ"),
]
WORDS = forms.Textarea(attrs={"rows": 3})


class StopForm(forms.Form):
    """The turn, purpose and deadline of one addressee; empty ones are those of the whole sending."""

    order = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=MOST_ORDERS,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), f"ลำดับเป็นเลข 1 ถึง {MOST_ORDERS}"),
    )
    purpose = forms.ChoiceField(required=False, choices=[("", ""), *PURPOSES])
    due = ThaiDateField(required=False, max_length=40)


def with_stops(targets: Sequence[Target], typed: Mapping[str, Any]) -> list[Target]:
    """The chosen addressees with the turn, purpose, deadline and lead typed for each (`p12-order`, `p12-purpose` …, `lead`).

    Raises `Invalid` with the addressee's name for what makes no sense.
    """
    found = []
    for target in targets:
        key = _key(target)
        form = StopForm(typed, prefix=key)
        if not form.is_valid():
            sentence = next(iter(form.errors.values()))[0]
            raise Invalid(f"{target.label}: {sentence}", field="to")
        values = form.cleaned_data
        purpose = values["purpose"] or target.purpose
        if target.purpose == StepPurpose.INFO:
            purpose = target.purpose
        lead = typed.get("lead") == key
        found.append(
            replace(target, order=values["order"] or 1, purpose=purpose, due_at=values["due"], lead=lead)
        )  # fmt: skip
    return found


def _key(target: Target) -> str:
    return position_key(target.position) if target.position else unit_key(target.unit)


class RouteForm(forms.Form):
    """Changes of a route: words that go with them, and for the steps ahead `s<id>-turn`, `-purpose`, `-due`, `-out`."""

    once = forms.UUIDField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(
        label="คำสั่งหรือเหตุผลที่ปรับ",
        required=False,
        max_length=TEXT_LIMIT,
        widget=WORDS,
        help_text="แสดงในการเกษียนและประวัติของหนังสือ",
    )
    turn = forms.FloatField(label="ลำดับของผู้รับที่เพิ่ม", required=False, min_value=1, max_value=MOST_ORDERS + 0.5)
    purpose = forms.ChoiceField(
        label="เพื่อ", required=False, choices=PURPOSES, widget=forms.RadioSelect, initial=StepPurpose.ACTION.value
    )
    due = ThaiDateField(label="กำหนดเสร็จของผู้รับที่เพิ่ม", required=False, max_length=40, help_text="วัน/เดือน/ปี พ.ศ.")

    @classmethod
    def fresh(cls, typed: QueryDict | None = None) -> RouteForm:
        """A form to show, with its own once-key, and with what was typed before a search."""
        shown = {"purpose": StepPurpose.ACTION.value} | (typed.dict() if typed else {})
        return cls(initial={**shown, "once": uuid4()}, auto_id="route_%s")


class AheadForm(forms.Form):
    """One step ahead as it is to stand."""

    turn = forms.FloatField(
        min_value=1,
        max_value=MOST_ORDERS + 0.5,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value", "required"), "โปรดเลือกลำดับ"),
    )
    purpose = forms.ChoiceField(choices=PURPOSES, error_messages={"required": "โปรดเลือกวัตถุประสงค์"})
    due = forms.CharField(required=False, max_length=40)
    out = forms.BooleanField(required=False)


def changes(planned: Sequence[RoutingStep], typed: Mapping[str, Any]) -> tuple[list[Ahead], list[int]]:
    """What was typed for the steps ahead: (as they are to stand, those to be left out). A deadline that was not touched
    stays as it is to the minute. Raises `Invalid` naming the addressee."""
    ahead, removed = [], []
    for step in planned:
        form = AheadForm(typed, prefix=f"s{step.pk}")
        if f"s{step.pk}-turn" not in typed:
            continue
        if not form.is_valid():
            raise Invalid(f"{step.place}: {next(iter(form.errors.values()))[0]}")
        values = form.cleaned_data
        if values["out"]:
            removed.append(step.pk)
            continue
        due_at = _due(step, values["due"])
        ahead.append(Ahead(step.pk, values["turn"], values["purpose"], due_at))
    return ahead, removed


def _due(step: RoutingStep, typed: str) -> datetime | None:
    if typed.strip() == shown_day(step.due_at):
        return step.due_at
    try:
        return ThaiDateField(required=False).clean(typed)
    except forms.ValidationError as error:
        raise Invalid(f"{step.place}: {error.messages[0]}") from error


def shown_day(moment: datetime | None) -> str:
    """A deadline as the field shows it: `30/11/2569`."""
    if moment is None:
        return ""
    day = local_date(moment.astimezone(BANGKOK))
    return f"{day.day}/{day.month}/{day.year + 543}"


class SkipForm(forms.Form):
    """Whose order it is to skip, and what it says."""

    once = forms.UUIDField(required=False, widget=forms.HiddenInput)
    ordered_by = forms.CharField(
        label="ผู้บังคับบัญชาที่สั่ง",
        max_length=200,
        help_text="ชื่อและตำแหน่งของผู้สั่ง",
        error_messages={"required": "โปรดระบุผู้บังคับบัญชาที่สั่งให้ข้าม"},
    )
    text = forms.CharField(
        label="คำสั่ง",
        max_length=TEXT_LIMIT,
        widget=WORDS,
        help_text="บันทึกในการเกษียนและประวัติของหนังสือ แก้ไขภายหลังไม่ได้",
        error_messages={"required": "โปรดระบุคำสั่งหรือเหตุผลที่ให้ข้าม"},
    )


class ExcuseForm(forms.Form):
    """Why a unit beside the lead need not answer."""

    once = forms.UUIDField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(
        label="เหตุผล",
        max_length=TEXT_LIMIT,
        widget=WORDS,
        help_text="บันทึกในการเกษียนและประวัติของหนังสือ หน่วยที่พ้นภาระจะได้รับแจ้ง",
        error_messages={"required": "โปรดระบุเหตุผลที่ให้หน่วยร่วมพ้นภาระ"},
    )


class OrderForm(forms.Form):
    """Words that go with another addressee for a step."""

    once = forms.UUIDField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(label="คำสั่งหรือเหตุผล", required=False, max_length=TEXT_LIMIT, widget=WORDS)


class SignerForm(OrderForm):
    """One more signer: after whom (`after`: order and words of each possible one)."""

    after = forms.TypedChoiceField(
        label="ลงนามต่อจาก", coerce=int, error_messages={"required": "โปรดเลือกลำดับที่จะลงนามต่อจาก"}
    )
    new_version = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, after: Sequence[tuple[int, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["after"].choices = list(after)  # type: ignore[attr-defined]
