"""Amounts of money in Thai words, as official letters write them after the figure."""

from __future__ import annotations

from decimal import Decimal

_DIGITS = ("", "หนึ่ง", "สอง", "สาม", "สี่", "ห้า", "หก", "เจ็ด", "แปด", "เก้า")
_PLACES = ("", "สิบ", "ร้อย", "พัน", "หมื่น", "แสน")


def _below_a_million(number: int, *, after_more: bool) -> str:
    words = ""
    for place in range(5, -1, -1):
        digit = number // 10**place % 10
        if not digit:
            continue
        if place == 1 and digit == 1:
            words += "สิบ"
        elif place == 1 and digit == 2:
            words += "ยี่สิบ"
        elif place == 0 and digit == 1 and (words or after_more):
            words += "เอ็ด"
        else:
            words += _DIGITS[digit] + _PLACES[place]
    return words


def number_text(number: int) -> str:
    """A whole number from 0 in words: `หนึ่งล้านสองแสนเอ็ด`."""
    if number == 0:
        return "ศูนย์"
    above, below = divmod(number, 1_000_000)
    words = f"{number_text(above)}ล้าน" if above else ""
    return words + _below_a_million(below, after_more=bool(above))


def baht_text(amount: Decimal) -> str:
    """An amount of baht from 0 with at most two decimals: `หนึ่งพันห้าร้อยบาทถ้วน`, `สองบาทห้าสิบสตางค์`."""
    satang = int((amount * 100).to_integral_value())
    baht, rest = divmod(satang, 100)
    if not rest:
        return f"{number_text(baht)}บาทถ้วน"
    return (f"{number_text(baht)}บาท" if baht else "") + f"{number_text(rest)}สตางค์"
