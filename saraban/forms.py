"""Forms of e-Saraban. They check what was typed; what may happen is asked by the actions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, TypeAlias
from uuid import uuid4

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import MaxLengthValidator
from django.http import QueryDict
from django.utils import timezone

from common.access import Invalid
from common.thai import arabic_digits, local_date, parse_date
from common.typed import readable
from saraban.finding import LetterFilter
from saraban.models import RegisterFolder, Urgency
from saraban.registers import RegisterFilter
from saraban.states import LetterStatus

REQUIRED = "กรุณากรอก{label}"
CHOOSE = "กรุณาเลือก{label}"
STALE = "หน้านี้เปิดไว้นานเกินไป โปรดโหลดใหม่"
Upload: TypeAlias = "UploadedFile[Any]"
SCANS = ".pdf,.png,.jpg,.jpeg,.tif,.tiff"
ANY_URGENCY = [("", "ทั้งหมด"), *Urgency.choices]


class ThaiDateField(forms.CharField):
    """A date typed the Thai way; cleans to a `date` or None."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"placeholder": "วว/ดด/ปปปป", "inputmode": "numeric", "autocomplete": "off"}
        kwargs.setdefault("widget", forms.TextInput(attrs=attrs))
        super().__init__(max_length=40, **kwargs)

    def clean(self, value: Any) -> Any:
        """The date. Raises ValidationError with the sentence of `parse_date`."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_date(text)
        except Invalid as error:
            raise forms.ValidationError(error.sentence) from error


class OnceForm(forms.Form):
    """A form that is sent once: its key is made when the page is shown. Required fields speak Thai."""

    once = forms.UUIDField(widget=forms.HiddenInput, error_messages={"required": STALE, "invalid": STALE})
    use_required_attribute = False

    def __init__(self, data: QueryDict | None = None, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(None if data is None else readable(data), *args, **kwargs)
        self.fields["once"].initial = uuid4
        for name, field in self.fields.items():
            if name == "once":
                continue
            words = CHOOSE if isinstance(field, (forms.ChoiceField, forms.FileField)) else REQUIRED
            field.error_messages["required"] = words.format(label=field.label or "")
            if isinstance(field, forms.CharField) and field.max_length:
                field.validators = [one for one in field.validators if not isinstance(one, MaxLengthValidator)]
                field.validators.append(MaxLengthValidator(field.max_length, f"ยาวเกิน {field.max_length} ตัวอักษร"))


def folder_choices(folders: Iterable[RegisterFolder]) -> list[tuple[str, str]]:
    """Folders as choices of a field."""
    return [(str(folder.pk), folder.name) for folder in folders]


class ReceiveForm(OnceForm):
    """ลงรับ into one of the unit's receiving folders."""

    folder = forms.ChoiceField(label="แฟ้มทะเบียนรับ", error_messages={"invalid_choice": "เลือกแฟ้มนี้ไม่ได้"})
    remark = forms.CharField(
        label="หมายเหตุ", required=False, max_length=300, help_text="ลงในช่องหมายเหตุของทะเบียน เช่น เอกสารแนบไม่ครบ"
    )

    def __init__(self, *args: Any, folders: Sequence[RegisterFolder], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["folder"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = folder_choices(folders)
        if len(folders) == 1:
            field.initial = str(folders[0].pk)


class ReasonForm(OnceForm):
    """One mandatory reason (ส่งคืน, ยกเลิกเลข)."""

    reason = forms.CharField(label="เหตุผล", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, label: str = "เหตุผล", hint: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label, self.fields["reason"].help_text = label, hint
        self.fields["reason"].error_messages["required"] = REQUIRED.format(label=label)


class ConfirmForm(OnceForm):
    """Nothing but the key: the page says what will happen."""


class ManyFiles(forms.ClearableFileInput):
    """A file input that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, each under the platform's limit; cleans to a list."""

    def __init__(self, *, accept: str = "", **kwargs: Any) -> None:
        super().__init__(widget=ManyFiles(attrs={"accept": accept}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The list of uploads (empty when none was chosen)."""
        files = [one for one in (data or []) if one] if isinstance(data, (list, tuple)) else ([data] if data else [])
        if not files and self.required:
            raise forms.ValidationError(self.error_messages["required"])
        return [super(FilesField, self).clean(one, initial) for one in files]


class PaperForm(OnceForm):
    """ลงรับหนังสือกระดาษหรือช่องทางอื่น: what stands on the letter, and its scan."""

    folder = forms.ChoiceField(label="แฟ้มทะเบียนรับ", error_messages={"invalid_choice": "เลือกแฟ้มนี้ไม่ได้"})
    sender = forms.CharField(label="จาก", max_length=300, help_text="ตำแหน่งหรือส่วนราชการเจ้าของหนังสือ หากไม่มีให้ใช้ชื่อบุคคล")
    number = forms.CharField(
        label="ที่", max_length=80, required=False, help_text="เลขที่ตามหนังสือ เช่น มท 0301/1234 เว้นว่างได้หากไม่มี"
    )
    letter_date = ThaiDateField(label="ลงวันที่", required=False, help_text="วันที่ตามหนังสือ เช่น 14/01/2569")
    addressee = forms.CharField(label="ถึง", max_length=300)
    subject = forms.CharField(label="เรื่อง", max_length=500)
    urgency = forms.TypedChoiceField(label="ชั้นความเร็ว", choices=Urgency.choices, coerce=int, initial=0)
    scans = FilesField(
        label="ไฟล์สแกนตัวหนังสือ",
        required=False,
        accept=SCANS,
        help_text="ไฟล์ PDF หนึ่งไฟล์ หรือภาพหลายภาพเรียงตามหน้า ระบบรวมภาพเป็นไฟล์เดียว",
    )
    enclosures = FilesField(label="สิ่งที่ส่งมาด้วย", required=False, help_text="เลือกได้หลายไฟล์ ระบบเก็บแต่ละไฟล์แยกกัน")
    remark = forms.CharField(
        label="หมายเหตุ", required=False, max_length=300, help_text="เช่น ได้รับทางไปรษณีย์ ต้นฉบับเก็บที่สารบรรณกลาง"
    )
    anyway = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, folders: Sequence[RegisterFolder], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["folder"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = folder_choices(folders)

    def clean_number(self) -> str:
        """The number as numbers are kept: Arabic digits, single blanks."""
        return " ".join(arabic_digits(self.cleaned_data["number"]).split())

    def clean_letter_date(self) -> date | None:
        """Not a day that has not come."""
        day: date | None = self.cleaned_data["letter_date"]
        if day and day > local_date(timezone.now()):
            raise forms.ValidationError("วันที่ของหนังสืออยู่ในอนาคต โปรดตรวจสอบ พ.ศ.")
        return day

    def clean_scans(self) -> list[Upload]:
        """One PDF, or images only."""
        files: list[Upload] = self.cleaned_data["scans"]
        pdfs = [one for one in files if (one.name or "").lower().endswith(".pdf")]
        if pdfs and len(files) > 1:
            raise forms.ValidationError("เลือกไฟล์ PDF ได้ไฟล์เดียว หรือเลือกเป็นภาพหลายภาพ ไฟล์อื่นให้แนบเป็นสิ่งที่ส่งมาด้วย")
        return files


class EntryForm(OnceForm):
    """การปฏิบัติ and หมายเหตุ of a register's row."""

    action_taken = forms.CharField(
        label="การปฏิบัติ", required=False, max_length=300, help_text="ดำเนินการอย่างไรกับหนังสือนี้ เช่น ส่งกลุ่มงานอำนวยการ"
    )
    remark = forms.CharField(label="หมายเหตุ", required=False, max_length=300)


def _tidy(form: forms.Form) -> None:
    form.label_suffix = ""
    form.use_required_attribute = False


class RegisterFilterForm(forms.Form):
    """The filters of a register, from the address; what cannot be read is said and left out."""

    q = forms.CharField(
        label="ค้นในทะเบียน",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "เลขที่ เรื่อง จาก ถึง"}),
    )
    since = ThaiDateField(label="ตั้งแต่วันที่", required=False)
    until = ThaiDateField(label="ถึงวันที่", required=False)
    urgency = forms.TypedChoiceField(
        label="ชั้นความเร็ว", required=False, choices=ANY_URGENCY, coerce=int, empty_value=None
    )
    voided = forms.ChoiceField(
        label="เลขที่ยกเลิก", required=False, choices=[("", "แสดงทั้งหมด"), ("only", "เฉพาะที่ยกเลิก"), ("none", "ไม่รวมที่ยกเลิก")]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _tidy(self)

    def chosen(self) -> RegisterFilter:
        """What was chosen, without the fields that could not be read."""
        self.is_valid()
        got = self.cleaned_data
        voided = {"only": True, "none": False}.get(got.get("voided") or "")
        return RegisterFilter(got.get("q") or "", got.get("since"), got.get("until"), got.get("urgency"), voided)


STATES = [("", "ทุกสถานะ"), ("OPEN", "ยังไม่เสร็จ"), *LetterStatus.choices]


class LetterFilterForm(forms.Form):
    """The filters of all letters the reader may read, from the address."""

    q = forms.CharField(
        label="คำค้น",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "เรื่อง เลขที่ ผู้ส่ง หรือผู้รับ"}),
    )
    way = forms.ChoiceField(
        label="ทิศทาง", required=False, choices=[("", "รับและส่ง"), ("in", "หนังสือรับ"), ("out", "หนังสือส่งและภายใน")]
    )
    state = forms.ChoiceField(label="สถานะ", required=False, choices=STATES)
    urgency = forms.TypedChoiceField(
        label="ชั้นความเร็ว", required=False, choices=ANY_URGENCY, coerce=int, empty_value=None
    )
    since = ThaiDateField(label="ลงวันที่ตั้งแต่", required=False)
    until = ThaiDateField(label="ลงวันที่ถึง", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _tidy(self)

    def chosen(self) -> LetterFilter:
        """What was chosen, without the fields that could not be read; text shorter than two characters is not searched."""
        self.is_valid()
        got = self.cleaned_data
        return LetterFilter(
            text=got.get("q") or "",
            way=got.get("way") or "",
            state=got.get("state") or "",
            urgency=got.get("urgency"),
            since=got.get("since"),
            until=got.get("until"),
        )
