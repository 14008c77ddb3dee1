"""Forms of the folder pages. The number format is shown and typed with Thai names of its parts."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from common.access import Invalid
from org.forms import UnitChoice
from org.models import Agency, Unit
from saraban.models import FolderKind, RegisterFolder
from saraban.numbers import check_format
from saraban.permissions_folders import RIGHTS
from saraban.selectors_folders import default_format, number_example

PARTS = {"รหัส": "code", "เลขหน่วย": "unit", "ลำดับ": "seq", "ปี": "year"}
_NAMES = {field: words for words, field in PARTS.items()}
_PART = re.compile(r"{([^{}:]*)(:0\d)?}")


def in_thai(pattern: str) -> str:
    """`{code} {unit}/{seq:03}` as `{รหัส} {เลขหน่วย}/{ลำดับ:03}`."""
    return _PART.sub(lambda part: "{" + _NAMES.get(part[1], part[1]) + (part[2] or "") + "}", pattern)


def from_thai(pattern: str) -> str:
    """The reverse of `in_thai`; parts it does not know stay as they are."""
    return _PART.sub(lambda part: "{" + PARTS.get(part[1].strip(), part[1]) + (part[2] or "") + "}", pattern)


class NumberFormatField(forms.CharField):
    """A number format with its parts named in Thai; gives the stored format."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "รูปแบบเลข")
        kwargs.setdefault("max_length", 120)
        kwargs.setdefault(
            "help_text",
            "ใช้ {รหัส} รหัสตัวอักษร {เลขหน่วย} เลขประจำของเจ้าของเรื่อง {ลำดับ} เลขลำดับ {ปี} พ.ศ. "
            "และ {ลำดับ:03} เมื่อต้องการเลขสามหลัก เช่น {รหัส} {เลขหน่วย}/{ลำดับ} เว้นว่าง = ตามชนิดทะเบียน",
        )
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return in_thai(value) if isinstance(value, str) else value

    def clean(self, value: Any) -> Any:
        pattern = from_thai(super().clean(value))
        if not pattern and not self.required:
            return ""
        try:
            check_format(pattern)
        except Invalid as error:
            raise ValidationError("รูปแบบเลขต้องมี {ลำดับ} หนึ่งแห่ง และใช้ได้เฉพาะ {รหัส} {เลขหน่วย} {ลำดับ} {ปี}") from error
        return pattern

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(from_thai(data or "").strip() != (initial or ""))


class FolderForm(forms.ModelForm):  # type: ignore[type-arg]
    """A register folder."""

    number_format = NumberFormatField(required=False)

    class Meta:
        model = RegisterFolder
        fields = (
            *("group", "owner_unit", "kind", "name", "number_format", "code", "unit_code"),
            *("circular_own_series", "reset", "start_number", "note", "order"),
        )
        field_classes = {"owner_unit": UnitChoice}


class FormatForm(forms.Form):
    """What is typed so far, for the live example."""

    number_format = NumberFormatField(required=False)
    kind = forms.ChoiceField(choices=FolderKind.choices, required=False)
    code = forms.CharField(required=False, max_length=12)
    unit_code = forms.CharField(required=False, max_length=24)
    owner_unit = forms.ModelChoiceField(Unit.objects.none(), required=False)

    def example(self, agency: Agency) -> str:
        """Number 123 in the format typed, or the sentence that says what is wrong with it."""
        if not self.is_valid():
            return " ".join(str(sentence) for sentences in self.errors.values() for sentence in sentences)
        data = self.cleaned_data
        pattern = data["number_format"] or default_format(data["kind"] or FolderKind.SEND)
        unit = data["owner_unit"] or Unit(agency=agency, code="0000")
        folder = RegisterFolder(agency=agency, number_format=pattern, code=data["code"], unit_code=data["unit_code"])
        return f"เลขจะออกเป็น {number_example(folder, unit=unit)}"


class RightsForm(forms.Form):
    """The boxes ticked on the page who × what, as `group:right`, and the order that makes a secret registrar."""

    order_ref = forms.CharField(
        label="คำสั่งเลขที่/ลงวันที่",
        required=False,
        max_length=200,
        help_text="ต้องระบุเมื่อให้สิทธิ์นายทะเบียนข้อมูลข่าวสารลับ",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wanted: set[tuple[int, str]] = set()

    def clean(self) -> dict[str, Any]:
        """Read the boxes. A box that names no group or no right is nobody's page of ours."""
        for value in self.data.getlist("right") if hasattr(self.data, "getlist") else ():
            group, _, right = value.partition(":")
            if not group.isdigit() or right not in RIGHTS:
                raise ValidationError("แบบฟอร์มไม่ถูกต้อง โปรดโหลดหน้าใหม่")
            self.wanted.add((int(group), right))
        return super().clean() or {}
