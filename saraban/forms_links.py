"""Forms about the public link of a letter's enclosures."""

from __future__ import annotations

from django import forms

from saraban.actions.links import REASON_LENGTH
from saraban.forms import OnceForm, ThaiDateField

UNTIL = "วัน/เดือน/ปี พ.ศ. เช่น 31/12/2569 ลิงก์ใช้ได้จนสิ้นวันนั้น"


class LinkForm(OnceForm):
    """What the author of a draft decides of the link."""

    personal_data = forms.BooleanField(
        label="มีข้อมูลส่วนบุคคล",
        required=False,
        help_text="เช่น ชื่อพร้อมเลขประจำตัวประชาชน ที่อยู่ โทรศัพท์ ข้อมูลสุขภาพ เมื่อระบุแล้วแนบเป็นลิงก์ไม่ได้ ส่งเป็นไฟล์ในระบบเท่านั้น",
    )
    wanted = forms.BooleanField(
        label="แนบเป็นลิงก์และ QR แทนไฟล์",
        required=False,
        help_text="พิมพ์ลิงก์และ QR บนหนังสือ ผู้รับหนังสือเปิดได้โดยไม่ต้องเข้าสู่ระบบ ผู้รับที่อยู่ในระบบยังได้ไฟล์ครบตามเดิม",
    )
    until = ThaiDateField(label="ลิงก์ใช้ได้ถึงวันที่", required=False, help_text=UNTIL)


class ExtendForm(OnceForm):
    """Another last day."""

    until = ThaiDateField(label="ใช้ได้ถึงวันที่", help_text=UNTIL)


class RevokeForm(OnceForm):
    """Why the link is closed."""

    reason = forms.CharField(
        label="เหตุผลที่ยกเลิก",
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="บันทึกในเส้นทางของหนังสือ ผู้เปิดลิงก์ไม่เห็นข้อความนี้",
    )
