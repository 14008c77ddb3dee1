"""What the tray's pages take in. Forms clean and name things; the actions decide."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.http import QueryDict

from common.access import Invalid
from common.thai import BANGKOK, arabic_digits, parse_date
from intray.models import StepPurpose
from intray.selectors import followup
from intray.selectors.tray import DUE_WORDS, SORTS, TABS, Wanted
from org.models import Unit

END_OF_DAY = time(16, 30)
TEXT_LIMIT = 4000
SEND_PURPOSES = [
    (StepPurpose.ACTION.value, "ดำเนินการ"),
    (StepPurpose.CONSIDER.value, "พิจารณา"),
    (StepPurpose.OPINION.value, "ให้ความเห็น"),
    (StepPurpose.INFO.value, "ทราบ"),
]


class ThaiDateField(forms.CharField):
    """A date as clerks type it (`30/11/2569`); cleans to the moment offices close that day."""

    def clean(self, value: Any) -> datetime | None:
        """None for nothing typed; ValidationError with a Thai sentence for what is no date or lies in the past."""
        text = str(value or "").strip()
        if not text:
            return None
        try:
            day = parse_date(text)
        except Invalid as error:
            raise forms.ValidationError(error.sentence) from error
        due = datetime.combine(day, END_OF_DAY, tzinfo=BANGKOK)
        if due < datetime.now(BANGKOK):
            raise forms.ValidationError("กำหนดเวลาต้องเป็นเวลาที่ยังมาไม่ถึง")
        return due


class ActForm(forms.Form):
    """What is written and to whom. `to` and `info` are lists of picker keys, read beside the form."""

    step = forms.IntegerField(required=False, widget=forms.HiddenInput)
    once = forms.UUIDField(required=False, widget=forms.HiddenInput)
    phrase = forms.CharField(label="ข้อความสำเร็จรูป", required=False, max_length=80)
    text = forms.CharField(
        label="ข้อความ",
        required=False,
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "เขียนเกษียนหรือข้อสั่งการ"}),
    )
    purpose = forms.ChoiceField(
        label="ส่งเพื่อ", required=False, choices=SEND_PURPOSES, widget=forms.RadioSelect, initial=StepPurpose.ACTION.value
    )
    due = ThaiDateField(
        label="กำหนดเสร็จ",
        required=False,
        max_length=40,
        help_text="วัน/เดือน/ปี พ.ศ.",
        widget=forms.TextInput(attrs={"list": "due-choices", "autocomplete": "off"}),
    )
    reason = forms.CharField(
        label="เหตุผลที่ตีกลับ",
        required=False,
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="ผู้รับเรื่องคืนจะเห็นข้อความนี้",
    )

    @classmethod
    def fresh(cls, *, step_id: int | None, text: str = "", purpose: str = "") -> ActForm:
        """A form to show, with its own once-key."""
        initial = {"step": step_id, "once": uuid4(), "text": text, "purpose": purpose or StepPurpose.ACTION.value}
        return cls(initial=initial, auto_id="act_%s")

    @classmethod
    def again(cls, typed: QueryDict) -> ActForm:
        """The form with what was typed, unjudged and with a new once-key (the picker was searched)."""
        return cls(initial={**typed.dict(), "once": uuid4()}, auto_id="act_%s")


class ReopenForm(forms.Form):
    """Why a closed matter is taken up again."""

    once = forms.UUIDField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(
        label="เหตุผลที่ยกเลิกจบงาน",
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="บันทึกในการเกษียนและประวัติของหนังสือ ผู้เกี่ยวข้องจะเห็นข้อความนี้",
        error_messages={"required": "โปรดระบุเหตุผลที่ยกเลิกจบงาน"},
    )


def due_choices(today: date) -> list[tuple[str, str]]:
    """Deadlines often given, for the date field's list: (as typed, in words)."""
    days = ((3, "อีก 3 วัน"), (7, "อีก 7 วัน"), (15, "อีก 15 วัน"), (30, "อีก 30 วัน"))
    ends = [(today + timedelta(days=count), words) for count, words in days]
    return [(f"{end.day}/{end.month}/{end.year + 543}", words) for end, words in ends]


class FilterForm(forms.Form):
    """The tray's filters, read from the address. What is not understood is left out, never an error page."""

    tab = forms.CharField(required=False, widget=forms.HiddenInput)
    q = forms.CharField(
        label="เรื่องหรือเลขที่", required=False, max_length=200, widget=forms.TextInput(attrs={"type": "search"})
    )
    urgency = forms.ChoiceField(
        label="ชั้นความเร็ว",
        required=False,
        choices=[("", "ทั้งหมด"), ("3", "ด่วนที่สุด"), ("2", "ด่วนมาก"), ("1", "ด่วน"), ("0", "ปกติ")],
    )
    purpose = forms.ChoiceField(label="เพื่อ", required=False, choices=[("", "ทั้งหมด"), *StepPurpose.choices])
    due = forms.ChoiceField(label="กำหนด", required=False, choices=[("", "ทั้งหมด"), *DUE_WORDS.items()])
    sort = forms.ChoiceField(label="เรียง", required=False, choices=[("", "ตามปกติ"), *SORTS.items()])

    def wanted(self) -> Wanted:
        """The filters that make sense, over the default tab."""
        self.is_valid()
        values = self.cleaned_data
        urgency = values.get("urgency") or ""
        return Wanted(
            tab=values["tab"] if values.get("tab") in TABS else "wait",
            text=arabic_digits(values.get("q") or ""),
            urgency=int(urgency) if urgency else None,
            purpose=values.get("purpose") or "",
            due=values.get("due") or "",
            sort=values.get("sort") or "",
        )


class FollowForm(forms.Form):
    """The filters of ติดตามงาน. What is not understood is left out, never an error page."""

    q = forms.CharField(
        label="เรื่องหรือเลขที่", required=False, max_length=200, widget=forms.TextInput(attrs={"type": "search"})
    )
    state = forms.ChoiceField(label="สถานะ", required=False, choices=[("", "ทั้งหมด"), *followup.STATES.items()])
    unit = forms.TypedChoiceField(label="หน่วยงานที่รับ", required=False, coerce=int, empty_value=None)
    sort = forms.ChoiceField(label="เรียง", required=False, choices=[("", "ตามปกติ"), *followup.SORTS.items()])

    def __init__(self, typed: QueryDict, units: Sequence[Unit] = ()) -> None:
        super().__init__(typed)
        self.fields["unit"].choices = [("", "ทั้งหมด"), *((one.pk, one.label) for one in units)]  # type: ignore[attr-defined]

    def wanted(self) -> followup.Follow:
        """The filters that make sense."""
        self.is_valid()
        values = self.cleaned_data
        return followup.Follow(
            text=arabic_digits(values.get("q") or "").strip(),
            state=values.get("state") or "",
            unit=values.get("unit"),
            sort=values.get("sort") or "",
        )


class SignForm(forms.Form):
    """Proof at the moment of signing: typed words for class ก, the certificate's passphrase for class ข."""

    once = forms.UUIDField(required=False, widget=forms.HiddenInput)
    confirmation = forms.CharField(
        label="พิมพ์คำว่า ยืนยันลงนาม",
        required=False,
        max_length=40,
        help_text="เพื่อยืนยันว่าท่านอ่านแล้วและลงนามด้วยตนเอง",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}),
    )
    passphrase = forms.CharField(
        label="รหัสผ่านของใบรับรองอิเล็กทรอนิกส์",
        required=False,
        strip=False,
        max_length=200,
        help_text="ใช้ครั้งนี้เท่านั้น ระบบไม่เก็บรหัสผ่าน",
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
