"""Transition tables: what they allow, refuse and print."""

from types import SimpleNamespace

import pytest
from django.db import models

from common.access import Conflict
from common.states import Machine
from saraban.states import DELIVERY, LETTER, LetterStatus


def test_a_verb_moves_only_from_its_sources() -> None:
    letter = SimpleNamespace(status=LetterStatus.SIGNED)
    assert LETTER.move(letter, "number") == LetterStatus.SIGNED
    assert letter.status == LetterStatus.NUMBERED
    with pytest.raises(Conflict, match="ออกเลขไม่ได้ เพราะขณะนี้สถานะเป็น “ออกเลขแล้ว”"):
        LETTER.move(letter, "number")


def test_a_table_with_an_unknown_state_is_refused() -> None:
    class Lamp(models.TextChoices):
        ON = "ON", "เปิด"

    with pytest.raises(ValueError, match="unknown states"):
        Machine("lamp", "โคม", Lamp, (Lamp.ON,), {"break": ((Lamp.ON,), "BROKEN", "แตก")})
    assert "lamp" not in Machine.registry


@pytest.mark.parametrize("machine", [LETTER, DELIVERY])
def test_every_state_can_be_reached(machine: Machine) -> None:
    reached = set(machine.start)
    for _ in machine.states:
        reached |= {move.target for move in machine.moves.values() if move.sources & reached}
    assert reached == set(machine.states.values)
