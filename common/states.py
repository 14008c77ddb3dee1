"""State machines as tables. A status changes only through its table; the diagrams in docs/states are printed from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models

from common.access import Conflict, Verdict, no


@dataclass(frozen=True, slots=True)
class Move:
    """One verb: from which states, to which, and its Thai name."""

    sources: frozenset[str]
    target: str
    label: str


class Machine:
    """A named transition table over a `TextChoices`."""

    registry: dict[str, Machine] = {}

    def __init__(
        self,
        name: str,
        title: str,
        states: type[models.TextChoices],
        start: Iterable[str],
        moves: Mapping[str, tuple[Iterable[str], str, str]],
    ) -> None:
        """`moves` maps a verb to (source states, target state, Thai label)."""
        self.name, self.title, self.states, self.start = name, title, states, tuple(start)
        self.moves = {verb: Move(frozenset(sources), target, label) for verb, (sources, target, label) in moves.items()}
        known = set(states.values)
        for verb, move in self.moves.items():
            unknown = (move.sources | {move.target}) - known
            if unknown:
                raise ValueError(f"{name}.{verb}: unknown states {sorted(unknown)}")
        Machine.registry[name] = self

    def can(self, state: str, verb: str) -> Verdict:
        """Whether `verb` may be done from `state`."""
        move = self.moves[verb]
        if state in move.sources:
            return Verdict()
        return no(f"{move.label}ไม่ได้ เพราะขณะนี้สถานะเป็น “{self.states(state).label}”")

    def move(self, instance: Any, verb: str, *, field: str = "status") -> str:
        """Set `instance.<field>` to the verb's target (unsaved) and return the state it left.

        Raises `Conflict` when the verb is not open from the present state. The caller holds the row lock.
        """
        left: str = getattr(instance, field)
        verdict = self.can(left, verb)
        if not verdict:
            raise Conflict(verdict.reason)
        setattr(instance, field, self.moves[verb].target)
        return left

    def mermaid(self) -> str:
        """The table as a Markdown page with a Mermaid state diagram."""
        lines = [f"# {self.title}", "", "```mermaid", "stateDiagram-v2"]
        lines += [f"    {state.value}: {state.label}" for state in self.states]
        lines += [f"    [*] --> {state}" for state in self.start]
        for verb, move in self.moves.items():
            lines += [f"    {source} --> {move.target}: {move.label} ({verb})" for source in sorted(move.sources)]
        leaving = {source for move in self.moves.values() for source in move.sources}
        lines += [f"    {state} --> [*]" for state in self.states.values if state not in leaving]
        return "\n".join([*lines, "```", ""])
