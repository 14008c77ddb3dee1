"""The sample letters: whoever signs in finds work, loading again adds nothing, and a letter is made whole or not at all."""

from __future__ import annotations

import pytest
from pytest import MonkeyPatch

from common.access import Refused
from draft.models import Draft, Review
from eoffice.demo import letters
from eoffice.demo.cast import Cast
from eoffice.demo.stories import STEPS, Story
from intray.models import RoutingStep
from intray.selectors.tray import Wanted, counts, tray_page
from outbox.actions import drain
from outbox.models import OutboxMessage
from saraban.counters import waiting
from saraban.models import Delivery, Letter, LetterStatus, RegisterEntry
from tests.world import World

pytestmark = pytest.mark.django_db


def pick(*keys: str) -> list[dict[str, object]]:
    return [row for row in letters.rows() if row["key"] in keys]


def test_every_letter_is_made_and_everybody_finds_work(world: World) -> None:
    """The one test that makes them all: it loads twice, and looks at the desk of everybody who can sign in."""
    rows = letters.rows()
    assert letters.load(lambda line: None) == len(rows) == len({row["key"] for row in rows})
    assert letters.load(lambda line: None) == 0 and len(letters.known_letters()) == len(rows)

    found = set(Letter.objects.values_list("status", flat=True))
    assert found >= {
        *("DRAFT", "RETURNED", "REVIEW", "PROPOSED", "SIGNED", "NUMBERED", "SENT", "WAITING", "REGISTERED"),
        *("IN_PROGRESS", "CLOSED", "SENT_BACK"),
    }
    signing = {
        who: counts(world.actor(who))["sign"] for who in ("governor", "vice1", "permsec", "deputy1", "office-head")
    }
    assert signing["governor"] >= 6 and signing["permsec"] >= 3 and all(signing.values())
    assert counts(world.actor("office-head", "vice2"))["sign"]
    for who in (
        "governor",
        "vice1",
        "clerk",
        "stat-clerk",
        "permsec",
        "division-head",
        "ministry-clerk",
        "local-clerk",
    ):
        assert counts(world.actor(who))["wait"], who
    for who in ("clerk", "stat-clerk", "ministry-clerk", "local-clerk"):
        mine = Draft.objects.filter(letter__author=world.user(who))
        assert mine.filter(letter__status=LetterStatus.DRAFT).exists(), who
    for who in ("vice1", "clerk", "stat-clerk", "ministry-clerk", "local-clerk"):
        assert counts(world.actor(who))["late"], who
    for who in ("province-registrar", "ministry-registrar", "local-registrar", "stat-clerk", "clerk"):
        assert waiting(world.actor(who)), who
    for who in ("governor", "office-head", "auditor", "secretary", "deputy1"):
        assert tray_page(world.actor(who), Wanted(tab="info")).steps, who
    for who in ("clerk", "stat-clerk", "ministry-clerk"):
        assert tray_page(world.actor(who), Wanted(tab="done")).steps, who
    for who in ("office-head", "vice1", "division-head", "deputy1"):
        assert Review.objects.filter(position=world.actor(who).position, state="WAITING").exists(), who
    for admin in ("province-admin", "ministry-admin"):
        assert tray_page(world.actor(admin), Wanted()).steps, admin
    for folder, least in (("pte-receive", 18), ("pte-send", 12), ("mdes-receive", 12), ("mdes-send", 5)):
        assert RegisterEntry.objects.filter(folder=world.folder(folder)).count() >= least, folder
    numbered = Letter.objects.exclude(number="").exclude(incoming=True)
    assert numbered.exists() and not numbered.filter(sealed=False).exists()
    _answered_both_ways(world)


def _answered_both_ways(world: World) -> None:
    """The ministry's answer is tied to what it received; at the province to the province's own letter."""
    known = letters.known_letters()
    asked, answer = known["pte-sent-mdes-answered"], Letter.objects.get(pk=known["mdes-answer-to-pte"])
    delivery = Delivery.objects.get(letter=answer)
    assert delivery.received is not None and delivery.received.references.get(kind="ANSWERS").target_id == asked
    assert answer.references.get(kind="ANSWERS").target is not None


def test_the_worker_makes_one_letter_after_the_other(world: World, monkeypatch: MonkeyPatch) -> None:
    wanted = pick("pte-in-10", "pte-in-11", "pte-draft-travel")
    monkeypatch.setattr(letters, "rows", lambda: wanted)
    said: list[str] = []
    letters.begin(said.append)
    letters.begin(said.append)  # a second start while the first still works
    assert OutboxMessage.objects.filter(topic=letters.TOPIC).count() == 1
    drain()
    assert set(letters.known_letters()) == {"pte-in-10", "pte-in-11", "pte-draft-travel"}
    said.clear()
    letters.begin(said.append)
    assert not said and not OutboxMessage.objects.filter(topic=letters.TOPIC, state="WAITING").exists()


def test_a_letter_is_made_whole_or_not_at_all(world: World, monkeypatch: MonkeyPatch) -> None:
    """What is refused halfway leaves nothing; once it is possible the next start makes it, and nothing else twice."""
    wanted = pick("pte-in-10", "pte-in-11")
    monkeypatch.setattr(letters, "rows", lambda: wanted)
    route = Story.route
    monkeypatch.setitem(STEPS, "route", _refuse)
    before = Letter.objects.count()
    assert letters.load(lambda line: None) == 1 and Letter.objects.count() == before + 1
    monkeypatch.setitem(STEPS, "route", route)
    letters.begin(lambda line: None)
    drain()
    assert set(letters.known_letters()) == {"pte-in-10", "pte-in-11"} and Letter.objects.count() == before + 2
    step = RoutingStep.objects.filter(letter=letters.known_letters()["pte-in-11"])
    assert step.count() == 2


def _refuse(*args: object) -> None:
    raise Refused("ยังทำไม่ได้")


def test_the_cast_knows_everybody_the_letters_name(world: World) -> None:
    cast = Cast()
    for row in letters.rows():
        assert cast.actor(str(row["by"])).appointment is not None
    with pytest.raises(LookupError):
        cast.actor("governor@PTE/clerk")
