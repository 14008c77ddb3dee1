"""The form of mail choices."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import BoundField

from notifications.events import by_group
from notifications.models import MailHours, MailMode

HOUR = {"type": "time", "step": "60"}
MODE = "mode:"


class ChoicesForm(forms.Form):
    """One choice for each event, the quiet hours, and the hour of the digest."""

    digest_at = forms.TimeField(
        label="เวลาส่งสรุปประจำวัน",
        widget=forms.TimeInput(attrs=HOUR, format="%H:%M"),
        error_messages={"required": "โปรดกรอกเวลาส่งสรุปประจำวัน", "invalid": "เวลาไม่ถูกต้อง ตัวอย่าง 08:00"},
    )
    quiet_from = forms.TimeField(
        label="งดส่งตั้งแต่เวลา",
        required=False,
        help_text="เว้นว่าง = ส่งได้ทุกเวลา",
        widget=forms.TimeInput(attrs=HOUR, format="%H:%M"),
        error_messages={"invalid": "เวลาไม่ถูกต้อง ตัวอย่าง 18:00"},
    )
    quiet_to = forms.TimeField(
        label="ถึงเวลา",
        required=False,
        help_text="ข้ามเที่ยงคืนได้ เช่น 18:00 ถึง 07:30",
        widget=forms.TimeInput(attrs=HOUR, format="%H:%M"),
        error_messages={"invalid": "เวลาไม่ถูกต้อง ตัวอย่าง 07:30"},
    )
    quiet_days_off = forms.BooleanField(
        label="งดส่งในวันหยุดราชการ เสาร์ และอาทิตย์", required=False, help_text="ส่งให้ในวันทำการถัดไป"
    )
    urgent_at_once = forms.BooleanField(
        label="เรื่องด่วนมากขึ้นไปและเรื่องที่ถูกตีกลับ ส่งทันทีเสมอ", required=False, help_text="แม้อยู่ในช่วงงดส่งหรือเลือกรับเป็นสรุป"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups = by_group()
        for events in self.groups.values():
            for event in events:
                self.fields[MODE + event.name] = forms.ChoiceField(
                    label=event.label,
                    choices=MailMode.choices,
                    error_messages={"invalid_choice": "โปรดเลือกวิธีแจ้งจากรายการ", "required": "โปรดเลือกวิธีแจ้ง"},
                )

    @staticmethod
    def initial_of(hours: MailHours | None, choices: dict[str, str]) -> dict[str, Any]:
        """What the person has chosen so far, as the form's first values."""
        kept = hours or MailHours()
        modes = {MODE + e.name: choices.get(e.name, MailMode.NOW) for events in by_group().values() for e in events}
        names = ("digest_at", "quiet_from", "quiet_to", "quiet_days_off", "urgent_at_once")
        return modes | {name: getattr(kept, name) for name in names}

    def headed(self) -> list[tuple[str, list[BoundField]]]:
        """The fields of the events under their headings."""
        return [(group, [self[MODE + event.name] for event in events]) for group, events in self.groups.items()]

    def modes(self) -> dict[str, str]:
        """The choices by event."""
        return {name.removeprefix(MODE): v for name, v in self.cleaned_data.items() if name.startswith(MODE)}
