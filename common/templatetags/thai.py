"""Filters that show dates and numbers the Thai way."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from common import money, thai

register = template.Library()


@register.filter
def thai_date(value: date | datetime | None) -> str:
    """`22 พ.ย. 2569`, or an en dash for nothing."""
    return thai.date_short(value) if value else "–"


@register.filter
def thai_long(value: date | datetime | None) -> str:
    """`22 พฤศจิกายน 2569`."""
    return thai.date_long(value) if value else "–"


@register.filter
def thai_datetime(value: datetime | None) -> str:
    """`22 พ.ย. 2569 09.30 น.`."""
    return thai.datetime_short(value) if value else "–"


@register.filter
def thai_clock(value: datetime | None) -> str:
    """`09.30 น.`."""
    return thai.clock(value) if value else "–"


@register.filter
def thai_digits(value: object) -> str:
    """Digits as ๐–๙."""
    return thai.thai_digits(value)


@register.filter
def baht(amount: Decimal | None) -> str:
    """`1,250,000 บาท`; nothing for no amount."""
    return money.baht(amount) if amount is not None else ""


@register.filter
def duration(value: timedelta | None) -> str:
    """`6 วัน 3 ชม.`."""
    return thai.duration(value) if value is not None else "–"


@register.simple_tag
def time(value: date | datetime | None) -> SafeString | str:
    """A `<time>` element: short Thai date (and clock) to read, ISO 8601 for machines."""
    if value is None:
        return "–"
    shown = thai.datetime_short(value) if isinstance(value, datetime) else thai.date_short(value)
    stamp = value.astimezone(thai.BANGKOK) if isinstance(value, datetime) else value
    return format_html(
        '<time datetime="{}">{}</time>',
        stamp.isoformat(timespec="minutes") if isinstance(stamp, datetime) else stamp.isoformat(),
        shown,
    )
