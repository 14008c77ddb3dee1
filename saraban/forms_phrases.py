"""The form of a kept phrase."""

from __future__ import annotations

from django import forms

from saraban.actions.phrases import TEXT_LENGTH, TITLE_LENGTH
from saraban.forms import OnceForm
from saraban.models import PhrasePlace


class PhraseForm(OnceForm):
    """A phrase as it is written. `shared` is asked of a new one only."""

    text = forms.CharField(
        label="ข้อความ",
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="แทรกตามนี้ทุกตัวอักษร เว้นบรรทัดว่างเพื่อขึ้นย่อหน้าใหม่",
    )
    title = forms.CharField(
        label="ชื่อ", required=False, max_length=TITLE_LENGTH, help_text="สั้น ๆ ให้หาเจอ เว้นว่างได้ ระบบใช้คำต้นของข้อความ"
    )
    place = forms.ChoiceField(
        label="ใช้ที่",
        choices=PhrasePlace.choices,
        widget=forms.RadioSelect,
        initial=PhrasePlace.ENDORSE,
        error_messages={"invalid_choice": "โปรดเลือกว่าจะใช้ข้อความนี้ที่ใด"},
    )
    shared = forms.BooleanField(
        label="ใช้ร่วมกันทั้งหน่วยงาน", required=False, help_text="ทุกตำแหน่งในหน่วยงานเห็น แก้ไข และลบได้ พร้อมชื่อผู้เพิ่ม"
    )

    def __init__(self, *args: object, new: bool, may_share: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if not new or not may_share:
            del self.fields["shared"]
