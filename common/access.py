"""Refusals: one Thai sentence, raised by actions, shown by pages, and greying buttons.

A rule is a plain function returning a `Verdict`. The action calls `.demand()`, the template reads
`allowed` and `reason`; so the sentence a clerk sees as a tooltip is the one the action would raise.
"""

from __future__ import annotations

from dataclasses import dataclass


class Refused(Exception):
    """The request is understood and refused. `str(refusal)` is one Thai sentence; `status` the HTTP status."""

    status = 403

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Conflict(Refused):
    """Someone else was first, or the matter has moved on; nothing was written."""

    status = 409


class Invalid(Refused):
    """What was sent cannot be used; the page keeps what was typed. `field` names the form field, if any."""

    status = 422

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


class TooLarge(Refused):
    """An upload is larger than the platform takes."""

    status = 413


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule says: allowed, or why not (one Thai sentence)."""

    reason: str = ""

    @property
    def allowed(self) -> bool:
        return not self.reason

    def __bool__(self) -> bool:
        return self.allowed

    def demand(self) -> None:
        """Raise `Refused` with the sentence unless allowed."""
        if self.reason:
            raise Refused(self.reason)


ALLOWED = Verdict()


def no(sentence: str) -> Verdict:
    """A refusal as a value."""
    return Verdict(sentence)


def first_refusal(*verdicts: Verdict) -> Verdict:
    """The first refusal among `verdicts`, or ALLOWED."""
    return next((verdict for verdict in verdicts if not verdict), ALLOWED)
