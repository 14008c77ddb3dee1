"""PostgreSQL dies by kill -9 in the middle of numbering."""

from __future__ import annotations

import threading
import time
from functools import partial
from typing import Any

import pytest

from tests.storms.counting import at_rest
from tests.storms.running import Running, until
from tests.storms.visitor import Visitor

pytestmark = pytest.mark.long

LETTERS, DEATHS = 40, 3
SERIES = "SELECT id, last FROM saraban_numberseries WHERE folder_id = %s AND NOT circular ORDER BY year DESC LIMIT 1"
REGISTER = "SELECT seq FROM saraban_registerentry WHERE series_id = %s AND insert_no = 0 ORDER BY seq"
OF_LETTERS = "SELECT letter_id, count(*) FROM saraban_registerentry WHERE letter_id = ANY(%s) GROUP BY 1"


class Desk(threading.Thread):
    """Somebody who numbers the given letters one after another and notes which he was told are done."""

    def __init__(self, person: Visitor, letters: list[int]) -> None:
        super().__init__(daemon=True)
        self.person = person
        self.forms: dict[int, dict[str, Any]] = {pk: person.form(self.path(pk)) for pk in letters}
        self.told: list[int] = []

    @staticmethod
    def path(letter: int) -> str:
        return f"/saraban/registry/number/{letter}/"

    def run(self) -> None:
        """Each letter once; where there was no answer, a pause, and on to the next."""
        for letter, form in self.forms.items():
            answer = self.person.post(self.path(letter), form)
            if answer.status_code == 302 and "numbered" in answer.headers["location"]:
                self.told.append(letter)
            else:
                time.sleep(1)

    def finish(self) -> None:
        """Press again, with the same key, whatever was not answered."""
        for letter in self.forms.keys() - set(self.told):
            answer = self.person.insist(self.path(letter), self.forms[letter].copy)
            assert answer.status_code == 302, answer.text[:300]


def test_numbers_have_neither_gap_nor_double_and_no_answer_was_a_lie(house: Running) -> None:
    """Three desks number into one register while the database is killed; every number a person was told is there.

    Meanwhile /healthz says that the database is down and a page says so in Thai; afterwards the same web answers again.
    """
    desks = [
        Desk(Visitor.sign_in(house.address, who), house.inside("ready", LETTERS, author))
        for who, author in (
            ("province-registrar", "clerk"),
            ("province-registrar", "clerk"),
            ("stat-clerk", "stat-clerk"),
        )
    ]
    letters = [pk for desk in desks for pk in desk.forms]
    folder, web = house.inside("folder", "pte-send"), house.pid("web")
    before = house.ask(SERIES, folder)
    for desk in desks:
        desk.start()
    told_before: list[int] = []
    for death in range(1, DEATHS + 1):
        until(partial(reached, desks, len(letters) * death // (DEATHS + 2)), "numbers are given")
        told_before.append(numbered(desks))
        house.kill("postgresql")
        assert house.health("database") == {"database": "down", "status": 503}
        shown = desks[0].person.get("/")
        assert (shown.status_code, 'lang="th"' in shown.text) == (503, True)
        house.start("postgresql")
    for desk in desks:
        desk.join(120)
        assert not desk.is_alive()
    told = [pk for desk in desks for pk in desk.told]
    assert told_before == sorted(set(told_before)), "numbers were given between the deaths"
    assert told_before[-1] < len(told) < len(letters), "and after them; some were not answered"
    assert sorted(house.ask(OF_LETTERS, told)) == sorted((pk, 1) for pk in told)

    until(lambda: house.health("database")["status"] == 200, "/healthz says that the database is back")
    for desk in desks:
        desk.finish()
    assert sorted(house.ask(OF_LETTERS, letters)) == sorted((pk, 1) for pk in letters)
    [(series, last)] = house.ask(SERIES, folder)
    numbers = [row[0] for row in house.ask(REGISTER, series)]
    assert numbers == list(range(numbers[0], last + 1))
    assert not before or before == [(series, last - len(letters))]
    trail = "SELECT count(*) FROM audit_auditevent WHERE verb = 'letter.number' AND letter_id = ANY(%s)"
    assert house.count(trail, letters) == len(letters)
    assert house.pid("web") == web
    at_rest(house)
    time.sleep(1)
    assert house.is_well()


def reached(desks: list[Desk], goal: int) -> bool:
    """Whether so many people have their number, or nobody works any more."""
    return numbered(desks) >= goal or not any(one.is_alive() for one in desks)


def numbered(desks: list[Desk]) -> int:
    """How many numbers people were told."""
    return sum(len(desk.told) for desk in desks)
