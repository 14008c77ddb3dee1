"""The table of the demo's sign-ins, as `scripts/run` prints it."""

from __future__ import annotations

import unicodedata

from django.utils import timezone

from eoffice.demo.files import plans
from eoffice.demo.platform import FIXTURES, PASSWORD
from org.models import Appointment, User


def usernames() -> list[str]:
    """The accounts that sign in with the demo's password, in the order they are shown."""
    rows = [person for plan in plans(FIXTURES / "demo") for person in plan.people if person.get("account")]
    return [person["username"] for person in rows] + ["central-admin"]


def table() -> str:
    """One line per account: user name, person, posts held today."""
    names = usernames()
    users = {user.username: user for user in User.objects.filter(username__in=names)}
    posts: dict[int, list[str]] = {}
    current = Appointment.objects.current(timezone.now()).filter(user__in=users.values())
    for appointment in current.select_related("position").order_by("starts_at"):
        posts.setdefault(appointment.user_id, []).append(appointment.title_line)
    rows = [("ชื่อผู้ใช้", "ชื่อ", "ทำงานในฐานะ")]
    for name in names:
        if name in users:
            user = users[name]
            held = posts.get(user.pk) or [user.get_platform_role_display()]
            rows.append((name, user.full_name, " และ ".join(held)))
    widths = [max(_width(row[column]) for row in rows) for column in (0, 1)]
    lines = [f"  {_pad(row[0], widths[0])}  {_pad(row[1], widths[1])}  {row[2]}" for row in rows]
    return "\n".join([f"บัญชีทดลองใช้ (รหัสผ่านเดียวกันทั้งหมด: {PASSWORD})", *lines])


def _width(text: str) -> int:
    """Columns on a terminal: Thai vowels and tones above and below take none."""
    return sum(not unicodedata.combining(letter) and letter not in "ัิีึื็์ํฺุู" for letter in text)


def _pad(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
