"""What is asked once for many letters. The fields a verb does not use are not shown and not read."""

from __future__ import annotations

from uuid import uuid4

from django import forms

from intray.forms import SEND_PURPOSES, TEXT_LIMIT, ThaiDateField
from intray.models import BatchVerb, StepPurpose

TEXT_LABELS = {
    BatchVerb.NOTE: "ข้อความที่จะเกษียนในทุกเรื่อง",
    BatchVerb.ACKNOWLEDGE: "ข้อความประกอบการรับทราบ",
    BatchVerb.FORWARD: "ข้อความถึงผู้รับ",
    BatchVerb.CLOSE: "ผลการดำเนินการ",
}


class BulkForm(forms.Form):
    """One text, addressees and a deadline for all picked letters. `to` and `info` are read beside the form."""

    once = forms.UUIDField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(
        label="ข้อความ", required=False, max_length=TEXT_LIMIT, widget=forms.Textarea(attrs={"rows": 3})
    )
    to = forms.CharField(label="ผู้รับ", required=False, widget=forms.HiddenInput)
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

    @classmethod
    def fresh(cls, verb: str) -> BulkForm:
        """A form to show, with its own once-key."""
        return cls(initial={"once": uuid4(), "purpose": StepPurpose.ACTION.value}, auto_id="bulk_%s").named(verb)

    def named(self, verb: str) -> BulkForm:
        """The form with the text field named for the verb."""
        self.fields["text"].label = TEXT_LABELS.get(BatchVerb(verb), "ข้อความ")
        return self
