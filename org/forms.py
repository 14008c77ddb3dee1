"""Forms of the admin pages. They read and check what was typed; what happens is in the actions."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from common.access import Invalid
from common.thai import BANGKOK, arabic_digits, local_date, parse_date
from org.models import Capacity, Position, RightsGroup, Unit, User

_CLOCK = re.compile(r"^(.*?)(?:\s+(\d{1,2})[.:](\d{2})(?:\s*น\.?)?)?$")
_DATE_HELP = "วัน/เดือน/ปี พ.ศ. เช่น 1/10/2569"


class ThaiDateField(forms.CharField):
    """A day as clerks write it, `1/10/2569`; gives a `date`."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _DATE_HELP)
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "size": 12}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, date) or value in self.empty_values:
            return value or None
        try:
            return parse_date(str(value))
        except Invalid as error:
            raise ValidationError(error.sentence) from error

    def prepare_value(self, value: Any) -> Any:
        return f"{value.day}/{value.month}/{value.year + 543}" if isinstance(value, date) else value


class MomentField(forms.CharField):
    """A moment: `1/10/2569` or `1/10/2569 13.30`; gives an aware `datetime`.

    Without a clock time it is the beginning of that day, or with `inclusive` its end: an order that runs
    ถึงวันที่ 30 กันยายน includes that day.
    """

    def __init__(self, *, inclusive: bool = False, **kwargs: Any) -> None:
        self.inclusive = inclusive
        extra = " (นับรวมวันนั้น) เว้นว่าง = ไม่มีกำหนด" if inclusive else " หรือระบุเวลา 1/10/2569 08.30"
        kwargs.setdefault("help_text", _DATE_HELP + extra)
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "off", "size": 20}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, datetime) or value in self.empty_values:
            return value or None
        match = _CLOCK.match(arabic_digits(str(value)).strip())
        day, hour, minute = match.groups() if match else (value, None, None)
        try:
            found = parse_date(day)
            clock = time(int(hour), int(minute or 0)) if hour else time()
        except Invalid as error:
            raise ValidationError(error.sentence) from error
        except ValueError as error:
            raise ValidationError("เวลาต้องอยู่ระหว่าง 00.00 ถึง 23.59 น.") from error
        if self.inclusive and not hour:
            found += timedelta(days=1)
        return datetime.combine(found, clock, BANGKOK)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, datetime):
            return value
        moment = value.astimezone(BANGKOK)
        if self.inclusive and moment.time() == time():
            moment -= timedelta(days=1)
            return f"{moment.day}/{moment.month}/{moment.year + 543}"
        day = local_date(moment)
        return f"{day.day}/{day.month}/{day.year + 543} {moment:%H.%M}"


class UnitChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Units indented as they stand in the tree (the queryset carries `tree_depth`)."""

    def label_from_instance(self, obj: Any) -> str:
        return "\u2003" * getattr(obj, "tree_depth", 0) + f"{obj.name} {obj.code}".strip()


class PositionChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Posts with their units."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.title} · {obj.unit.name}"


class UserChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """People with their user names, since names repeat."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.full_name} ({obj.username})"


class MoveForm(forms.Form):
    """Where a unit goes."""

    to = UnitChoice(label="ย้ายไปอยู่ใต้", queryset=Unit.objects.none(), empty_label="— เลือกหน่วยงาน —")


class DissolveForm(forms.Form):
    """Who goes on with what a dissolved unit has."""

    successor = UnitChoice(
        label="หน่วยที่รับช่วง",
        queryset=Unit.objects.none(),
        required=False,
        empty_label="— ไม่มีหน่วยรับช่วง —",
        help_text="แฟ้มทะเบียนที่เปิดอยู่จะโอนไปเป็นของหน่วยนี้ หากไม่ระบุ แฟ้มจะปิดทั้งหมด",
    )


class AppointForm(forms.Form):
    """One appointment to a given post."""

    user = UserChoice(label="ผู้ดำรงตำแหน่ง", queryset=User.objects.none(), empty_label="— เลือกบุคคล —")
    capacity = forms.ChoiceField(
        label="ฐานะ",
        choices=[choice for choice in Capacity.choices if choice[0] != Capacity.ON_BEHALF],
        help_text="การมอบอำนาจให้ปฏิบัติราชการแทนบันทึกที่หน้ามอบอำนาจ เพราะต้องกำหนดขอบเขต",
    )
    starts_at = MomentField(label="ตั้งแต่")
    ends_at = MomentField(label="ถึง", required=False, inclusive=True)
    own_title = forms.CharField(
        label="ตำแหน่งตนเอง",
        required=False,
        max_length=200,
        help_text="เมื่อทำหน้าที่แทน พิมพ์เป็นบรรทัดแรกใต้ชื่อ เว้นว่าง = ใช้ตำแหน่งที่ดำรงอยู่",
    )
    order_ref = forms.CharField(
        label="คำสั่งเลขที่/ลงวันที่",
        required=False,
        max_length=200,
        help_text="การรักษาราชการแทนต้องระบุคำสั่งหรือบทกฎหมาย",
    )
    printed = forms.CharField(
        label="ข้อความใต้ชื่อตามคำสั่ง",
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="เมื่อทำหน้าที่แทน เว้นว่าง = ตำแหน่งตนเอง ฐานะ และชื่อตำแหน่งที่แทน",
    )
    clearance = forms.TypedChoiceField(
        label="ชั้นความลับที่เข้าถึงได้",
        coerce=int,
        choices=[(0, "ปกติ"), (1, "ลับ"), (2, "ลับมาก")],
        help_text="สูงกว่าปกติต้องอ้างคำสั่ง",
    )


class EndForm(forms.Form):
    """When an appointment or a membership ends."""

    at = MomentField(label="สิ้นสุดเมื่อ", required=False, help_text="เว้นว่าง = บัดนี้ หรือ วัน/เดือน/ปี พ.ศ. และเวลา")
    reason = forms.CharField(label="เหตุผล", required=False, max_length=100)


class PasswordForm(forms.Form):
    """A temporary password."""

    password = forms.CharField(
        label="รหัสผ่านชั่วคราว",
        min_length=12,
        max_length=128,
        strip=False,
        help_text="อย่างน้อย 12 ตัวอักษร ผู้ใช้ต้องตั้งรหัสผ่านใหม่เมื่อเข้าสู่ระบบครั้งแรก",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class MemberForm(forms.Form):
    """A post joins a custom group."""

    position = PositionChoice(label="ตำแหน่ง", queryset=Position.objects.none(), empty_label="— เลือกตำแหน่ง —")
    starts_at = MomentField(label="ตั้งแต่")
    ends_at = MomentField(label="ถึง", required=False, inclusive=True)
    order_ref = forms.CharField(label="คำสั่งเลขที่/ลงวันที่", required=False, max_length=200)


class GroupForm(forms.ModelForm):  # type: ignore[type-arg]
    """A custom group: its name and its keeper."""

    class Meta:
        model = RightsGroup
        fields = ("name", "unit", "needs_order")
