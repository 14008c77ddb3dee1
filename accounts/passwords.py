"""The rules for passwords: Django's, speaking Thai (its own Thai lacks these sentences)."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth import password_validation as django_rules


class LongEnough(django_rules.MinimumLengthValidator):
    """Length counts most."""

    def get_error_message(self) -> str:
        return f"รหัสผ่านสั้นเกินไป ต้องมีอย่างน้อย {self.min_length} ตัวอักษร"

    def get_help_text(self) -> str:
        return f"อย่างน้อย {self.min_length} ตัวอักษร"


class NotCommon(django_rules.CommonPasswordValidator):
    """Not one of the 20,000 that everybody tries."""

    def get_error_message(self) -> str:
        return "รหัสผ่านนี้มีผู้ใช้กันมากและเดาได้ง่าย"

    def get_help_text(self) -> str:
        return "ไม่ใช่รหัสผ่านที่มีผู้ใช้กันมาก"


class NotOnlyDigits(django_rules.NumericPasswordValidator):
    """Twelve digits are a telephone or a citizen number."""

    def get_error_message(self) -> str:
        return "รหัสผ่านต้องไม่เป็นตัวเลขล้วน"

    def get_help_text(self) -> str:
        return "ไม่เป็นตัวเลขล้วน"


class NotTheName(django_rules.UserAttributeSimilarityValidator):
    """Not the person's own name or address."""

    DEFAULT_USER_ATTRIBUTES = (
        *django_rules.UserAttributeSimilarityValidator.DEFAULT_USER_ATTRIBUTES,
        "full_name",
        "phone",
    )

    def __init__(self, user_attributes: Sequence[str] = DEFAULT_USER_ATTRIBUTES, max_similarity: float = 0.7) -> None:
        super().__init__(user_attributes, max_similarity)

    def get_error_message(self) -> str:
        return "รหัสผ่านคล้ายชื่อหรือข้อมูลของบัญชีเกินไป"

    def get_help_text(self) -> str:
        return "ไม่คล้ายชื่อหรือข้อมูลของบัญชี"
