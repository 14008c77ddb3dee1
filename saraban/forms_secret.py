"""The form of a paper of ชั้นลับที่สุด: no field in which a subject could stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from common.thai import arabic_digits
from saraban.actions.secret_papers import MOST_COPIES, PaperFacts
from saraban.forms import OnceForm, ThaiDateField
from saraban.models import RegisterFolder


class SecretPaperForm(OnceForm):
    """Posts, date, copies, and the register."""

    folder = forms.TypedChoiceField(label="ทะเบียนหนังสือลับ", coerce=int)
    from_post = forms.CharField(label="จากตำแหน่ง", max_length=200)
    to_posts = forms.CharField(
        label="ถึงตำแหน่ง", max_length=300, help_text="กรอกเฉพาะชื่อตำแหน่งและส่วนราชการ ห้ามพิมพ์เรื่องหรือเนื้อหา"
    )
    dated = ThaiDateField(label="ลงวันที่")
    copies = forms.CharField(
        label="จำนวนชุด", max_length=2, initial="1", widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )

    def __init__(self, data: QueryDict | None, *, folders: Sequence[RegisterFolder], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["folder"].choices = [(one.pk, one.name) for one in folders]  # type: ignore[attr-defined]

    def clean_copies(self) -> int:
        """The number of copies."""
        typed = arabic_digits(self.cleaned_data["copies"]).strip()
        if not typed.isdecimal() or not 1 <= int(typed) <= MOST_COPIES:
            raise forms.ValidationError(f"จำนวนชุดต้องเป็น 1 ถึง {MOST_COPIES}")
        return int(typed)

    def facts(self) -> PaperFacts:
        """What was typed."""
        clean = self.cleaned_data
        return PaperFacts(clean["from_post"], clean["to_posts"], clean["dated"], clean["copies"])
