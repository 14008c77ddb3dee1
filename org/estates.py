"""What a unit leaves behind when it is dissolved, and who takes it over.

`org` lies below the apps whose rows belong to units (register folders, letters under way), so it tells and does not
call. Estates are registered in `AppConfig.ready()`; they are settled inside the transaction of `dissolve_unit`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from org.actor import Actor
from org.models import Unit


class Settle(Protocol):
    """Hand over or close what the unit has. Raises `Refused` when that is not possible yet: the unit stays."""

    def __call__(self, *, by: Actor, unit: Unit, successor: Unit | None) -> None: ...


@dataclass(frozen=True, slots=True)
class Estate:
    """`foresee` tells before the confirmation what `settle` would do, in Thai sentences."""

    foresee: Callable[[Unit], Sequence[str]]
    settle: Settle


_estates: dict[str, Estate] = {}


def register(name: str, estate: Estate) -> None:
    """Register what an app keeps by unit; the same name replaces it."""
    _estates[name] = estate


def foresee(unit: Unit) -> list[str]:
    """What becomes of everything the unit has."""
    return [sentence for estate in _estates.values() for sentence in estate.foresee(unit)]


def settle(*, by: Actor, unit: Unit, successor: Unit | None) -> None:
    """Settle every estate of the unit."""
    for estate in _estates.values():
        estate.settle(by=by, unit=unit, successor=successor)
