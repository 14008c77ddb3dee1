"""Words about a draft's files."""

from __future__ import annotations

from django import template

from files.models import StoredFile

register = template.Library()


@register.filter
def file_words(stored: StoredFile | None) -> str:
    """Pages and size of a file in a few words: `3 หน้า · 1.2 เมกะไบต์`."""
    if stored is None:
        return ""
    megabytes = stored.size / 1024 / 1024
    size = f"{megabytes:.1f} เมกะไบต์" if megabytes >= 1 else f"{max(1, stored.size // 1024)} กิโลไบต์"
    return f"{stored.pages} หน้า · {size}" if stored.pages else size
