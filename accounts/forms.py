"""Forms of sign-in. They shape what was typed; whether it is right is for the actions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import UsernameField

LONGEST_PASSWORD = 1024


class SignInForm(forms.Form):
    """User name and password."""

    username = UsernameField(
        label="ชื่อผู้ใช้",
        max_length=150,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "autofocus": True}
        ),
        error_messages={"required": "กรุณากรอกชื่อผู้ใช้"},
    )
    password = forms.CharField(
        label="รหัสผ่าน",
        strip=False,
        max_length=LONGEST_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "กรุณากรอกรหัสผ่าน", "max_length": "รหัสผ่านยาวเกินไป"},
    )


class PasswordForm(forms.Form):
    """A new password twice; the present one first, unless it is the temporary one just used."""

    present = forms.CharField(
        label="รหัสผ่านปัจจุบัน",
        strip=False,
        max_length=LONGEST_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "กรุณากรอกรหัสผ่านปัจจุบัน"},
    )
    new_password = forms.CharField(
        label="รหัสผ่านใหม่",
        help_text="อย่างน้อย 12 ตัวอักษร ไม่ใช่คำที่เดาง่าย และไม่คล้ายชื่อของท่าน ใช้วลีที่จำได้จะสะดวกกว่า",
        strip=False,
        max_length=LONGEST_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "กรุณากรอกรหัสผ่านใหม่", "max_length": "รหัสผ่านยาวเกินไป"},
    )
    again = forms.CharField(
        label="รหัสผ่านใหม่อีกครั้ง",
        strip=False,
        max_length=LONGEST_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "กรุณากรอกรหัสผ่านใหม่อีกครั้ง"},
    )

    def __init__(self, *args: Any, temporary: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if temporary:
            del self.fields["present"]

    def clean(self) -> dict[str, Any]:
        """Both new ones alike."""
        data = super().clean() or {}
        if data.get("new_password") and data.get("again") and data["new_password"] != data["again"]:
            self.add_error("again", "รหัสผ่านใหม่สองครั้งไม่ตรงกัน")
        return data


class CitizenNumberInput(forms.TextInput):
    """Shows what is being typed, never what was sent: the number comes back in no page."""

    def format_value(self, value: Any) -> str | None:
        """Always empty."""
        return None


class InvitationForm(forms.Form):
    """Who the account's owner is, and where the invitation goes."""

    citizen_number = forms.CharField(
        label="เลขประจำตัวประชาชน",
        max_length=30,
        help_text="13 หลัก ตามทะเบียนประวัติของหน่วยงาน ระบบเก็บเฉพาะรหัสที่แปลงกลับไม่ได้และแสดงเลขนี้อีกไม่ได้",
        widget=CitizenNumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": "กรุณากรอกเลขประจำตัวประชาชน", "max_length": "เลขประจำตัวประชาชนต้องมี 13 หลัก"},
    )
    send_to = forms.EmailField(
        label="ส่งคำเชิญทางอีเมลถึง",
        required=False,
        help_text="เว้นว่างไว้หากจะคัดลอกลิงก์ไปส่งเอง",
        error_messages={"invalid": "ที่อยู่อีเมลไม่ถูกต้อง"},
    )


class SendAgainForm(forms.Form):
    """Where another link of the same invitation goes."""

    send_to = InvitationForm.base_fields["send_to"]
