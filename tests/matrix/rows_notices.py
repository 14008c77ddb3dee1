"""The matrix of mail choices, the calendar address, and saved filters."""

from __future__ import annotations

from tests.matrix.cast import ANONYMOUS, AUTHOR, ENDED, EVERYBODY
from tests.matrix.probe import ABSENT, Row

FILTER = {"path": "/intray/", "query": "q=x", "page": "แฟ้มเสนอ", "name": "ของฉัน"}
CHOICES = {"digest_at": "08:00", "urgent_at_once": "on"}

ROWS = [
    Row("notifications:choices", ok=EVERYBODY, acts=EVERYBODY, data=CHOICES, form=True),
    Row("notifications:calendar", ok=EVERYBODY, acts=EVERYBODY, data={}, settled=True),
    Row("notifications:calendar_end", ok=EVERYBODY, get=False, acts=EVERYBODY, data={}, writes=False, settled=True),
    Row("accounts:filters", ok=EVERYBODY),
    Row("accounts:filter_save", ok=EVERYBODY, get=False, acts=EVERYBODY, data=FILTER),
    Row("accounts:filter_rename", "filter", ok=AUTHOR, acts=AUTHOR, data={"name": "ชื่อใหม่"}),
    Row("accounts:filter_remove", "filter", ok=AUTHOR, get=False, acts=AUTHOR, data={}, settled=True),
    Row("notifications:feed", "no-such-secret", public=True, otherwise=ABSENT, before=EVERYBODY | {ANONYMOUS, ENDED}),
]
