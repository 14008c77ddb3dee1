"""The author's plan of the review: who reads the draft, in which group, by when, and who stands in for whom.

Groups follow one another; the reviewers of one group read at the same time. The plan is kept in the draft's fields as
`"reviewers": [{"post": 12, "group": 1, "days": "2", "substitute": 15}, …]`; a plain id (as drafts kept it before there
were groups) is a reviewer in a group of his own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from common.access import Invalid
from common.thai import arabic_digits

MOST_REVIEWERS, MOST_DAYS, DAYS_LENGTH = 10, 60, 12


@dataclass(frozen=True, slots=True)
class Reviewer:
    """One turn: a post, the group it reads in (from 1), its own deadline in working days as typed, its substitute's post."""

    post: int
    group: int = 1
    days: str = ""
    substitute: int | None = None

    def working_days(self) -> int | None:
        """The working days it has; None when no deadline of its own was typed. Raises `Invalid` for anything else."""
        typed = arabic_digits(self.days).strip()
        if not typed:
            return None
        if not (typed.isascii() and typed.isdecimal() and 1 <= int(typed) <= MOST_DAYS):
            raise Invalid(f"กำหนดเวลาตรวจต้องเป็นจำนวนวันทำการตั้งแต่ 1 ถึง {MOST_DAYS} หรือเว้นว่าง", field="reviewers")
        return int(typed)

    def days_or_none(self) -> int | None:
        """The working days when what was typed can be read."""
        try:
            return self.working_days()
        except Invalid:
            return None


Plan = tuple[Reviewer, ...]


def in_order(posts: Iterable[int]) -> Plan:
    """The posts one after the other, each in a group of its own."""
    return tuple(Reviewer(post, group) for group, post in enumerate(posts, start=1))


def read(entries: Iterable[Reviewer | Mapping[str, Any] | int]) -> Plan:
    """The plan that was kept, or set: groups in their order and numbered from 1, a post once."""
    found: dict[int, Reviewer] = {}
    last = 0
    for entry in entries:
        one = _entry(entry, last + 1)
        last = max(last, one.group)
        found.setdefault(one.post, one)
    rows = sorted(found.values(), key=lambda one: one.group)
    return tuple(
        replace(one, group=number)
        for number, (_, members) in enumerate(groupby(rows, key=lambda one: one.group), start=1)
        for one in members
    )


def _entry(entry: Reviewer | Mapping[str, Any] | int, next_group: int) -> Reviewer:
    if isinstance(entry, Reviewer):
        return entry
    if isinstance(entry, int):
        return Reviewer(entry, next_group)
    substitute = entry.get("substitute")
    return Reviewer(
        post=int(entry["post"]),
        group=int(entry.get("group") or next_group),
        days=str(entry.get("days") or "")[:DAYS_LENGTH],
        substitute=int(substitute) if substitute else None,
    )


def groups(plan: Iterable[Reviewer]) -> list[list[Reviewer]]:
    """The plan group by group."""
    return [list(members) for _, members in groupby(plan, key=lambda one: one.group)]


def posts(plan: Iterable[Reviewer]) -> list[int]:
    """Every post the plan names, substitutes too."""
    return [pk for one in plan for pk in (one.post, one.substitute) if pk]


def kept_to(plan: Sequence[Reviewer], allowed: set[int]) -> Plan:
    """The plan without posts that are not allowed, cut to what a review may have."""
    rows = [
        replace(
            one,
            days=" ".join(one.days.split())[:DAYS_LENGTH],
            substitute=one.substitute if one.substitute in allowed else None,
        )
        for one in plan
        if one.post in allowed
    ]
    return read(rows[:MOST_REVIEWERS])


def with_a_blank(plan: Sequence[Reviewer]) -> list[Reviewer]:
    """The plan's rows and a blank one (post 0) that comes after them, while there may be more."""
    if len(plan) >= MOST_REVIEWERS:
        return list(plan)
    return [*plan, Reviewer(0, plan[-1].group + 1 if plan else 1)]
