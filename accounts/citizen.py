"""The citizen number (เลขประจำตัวประชาชน): checked, hashed with a key, and never kept or shown in clear."""

from __future__ import annotations

import hashlib
import hmac
import re

from django.conf import settings
from django.views.decorators.debug import sensitive_variables

from common.access import Invalid
from common.thai import arabic_digits

_SEPARATORS = re.compile(r"[\s\-–.]")


def valid(number: str) -> bool:
    """Whether `number` is 13 ASCII digits whose last is right: (11 − Σ d[i]·(13−i) mod 11) mod 10."""
    if not re.fullmatch(r"[0-9]{13}", number):
        return False
    total = sum(int(digit) * (13 - place) for place, digit in enumerate(number[:12]))
    return (11 - total % 11) % 10 == int(number[12])


@sensitive_variables()
def typed(text: str) -> str:
    """The 13 digits of a number as a clerk types it (Thai digits, spaces, hyphens). Raises `Invalid` with a Thai sentence."""
    number = _SEPARATORS.sub("", arabic_digits(text))
    if not valid(number):
        raise Invalid("เลขประจำตัวประชาชนไม่ถูกต้อง โปรดตรวจทั้ง 13 หลัก", field="citizen_number")
    return number


@sensitive_variables()
def digest(number: str) -> str:
    """The account key: HMAC-SHA256 of the number under `PID_HASH_KEY`, 64 hex digits. Raises ValueError for a wrong number."""
    if not valid(number) or not settings.PID_HASH_KEY:
        raise ValueError("no digest of an invalid number or without a key")
    return hmac.new(settings.PID_HASH_KEY.encode(), b"citizen:" + number.encode("ascii"), hashlib.sha256).hexdigest()
