"""Money as clerks write it: บาท, with or without commas and satang, in either digits."""

from __future__ import annotations

import re
from decimal import ROUND_DOWN, Decimal

from common.access import Invalid
from common.thai import arabic_digits

MOST = Decimal("9999999999999.99")
_AMOUNT = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2}))?")


def parse_amount(text: str) -> Decimal | None:
    """`๑,๒๕๐,๐๐๐.๕๐ บาท` as a decimal of two places; None for nothing typed. Raises `Invalid`."""
    typed = arabic_digits(text).strip().removesuffix("บาทถ้วน").removesuffix("บาท").strip()
    if not typed:
        if text.strip():
            raise Invalid("โปรดกรอกวงเงินเป็นตัวเลข เช่น 250,000")
        return None
    match = _AMOUNT.fullmatch(typed)
    if match is None:
        raise Invalid("โปรดกรอกวงเงินเป็นตัวเลขบาทตั้งแต่ 0 ขึ้นไป ทศนิยมไม่เกินสองตำแหน่ง เช่น 250,000 หรือ 1,250.50")
    amount = Decimal(f"{match[1].replace(',', '')}.{match[2] or 0}").quantize(Decimal("0.01"))
    if amount > MOST:
        raise Invalid("วงเงินมากเกินกว่าที่ระบบบันทึกได้ โปรดตรวจจำนวนหลัก")
    return amount


def baht(amount: Decimal) -> str:
    """`1,250,000 บาท`, with satang where there are any."""
    whole = amount == amount.quantize(Decimal(1), rounding=ROUND_DOWN)
    return f"{amount:,.0f} บาท" if whole else f"{amount:,.2f} บาท"
