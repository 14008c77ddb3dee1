"""จุดที่เรื่องค้าง: whose numbers, what is counted, and that the median is the median."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from intray.selectors.bottleneck import Line, bottlenecks, span_words, watched_units, watches
from org.actor import Actor
from org.models import Unit
from saraban.models import Letter, Stay
from tests.classified import classified
from tests.tray import registered
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_stays_of_the_demo(world: World) -> None:
    Stay.objects.all().delete()


def lay(actor: Actor, letter: Letter, unit: Unit, *, days: float, ago: float) -> Stay:
    """A stay of `days` that began `ago` days before the actor's moment; it goes on when it would end later."""
    since = actor.at - timedelta(days=ago)
    until = since + timedelta(days=days)
    return Stay.objects.create(letter=letter, unit=unit, since=since, until=until if until < actor.at else None)


def line_of(actor: Actor, unit: Unit) -> Line:
    [line] = [line for line in bottlenecks(actor).units if line.name == unit.label]
    return line


def test_medians_of_a_month_a_quarter_and_a_year(world: World) -> None:
    head, unit = world.actor("office-head", "office-head"), world.unit("PTE", "general")
    letter = registered(world)
    Stay.objects.all().delete()
    for days, ago in ((1, 10), (3, 20), (8, 25), (20, 60), (30, 80), (100, 300), (5, 400)):
        lay(head, letter, unit, days=days, ago=ago)
    line = line_of(head, unit)
    assert [(cell.words, cell.count) for cell in line.cells] == [("3.0 วัน", 3), ("8.0 วัน", 5), ("14.0 วัน", 6)]
    assert line.open == 0
    [kind] = bottlenecks(head).kinds
    assert kind.cells == line.cells


def test_what_still_lies_there_counts_until_now(world: World) -> None:
    head, unit = world.actor("office-head", "office-head"), world.unit("PTE", "general")
    lay(head, registered(world), unit, days=900, ago=12)
    old = registered(world)
    lay(head, old, unit, days=900, ago=500)  # too old for a median, and still there
    line = line_of(head, unit)
    assert (line.open, line.oldest) == (2, "500 วัน")
    assert [cell.words for cell in line.cells] == ["12.0 วัน"] * 3


def test_classified_and_closed_ones_and_drafts_are_not_counted(world: World) -> None:
    head, unit = world.actor("office-head", "office-head"), world.unit("PTE", "general")
    for of_class, facts in ((1, {}), (0, {"status": "DRAFT"})):
        letter = registered(world)
        classified(letter, of_class, by=head)
        Letter.objects.filter(pk=letter.pk).update(**facts, changed_at=letter.changed_at)
        lay(head, letter, unit, days=3, ago=10)
        lay(head, letter, unit, days=90, ago=10)
    closed = registered(world)
    Letter.objects.filter(pk=closed.pk).update(status="CLOSED")
    lay(head, closed, unit, days=90, ago=10)
    line = line_of(head, unit)
    assert line.open == 0 and [cell.count for cell in line.cells] == [0, 0, 0]


def test_a_head_sees_all_below_and_a_registrar_the_own_unit(world: World) -> None:
    assert {unit.pk for unit in watched_units(world.actor("office-head", "office-head"))} > {
        world.unit("PTE", "general").pk
    }
    registrar = world.actor("stat-clerk")
    assert [unit.pk for unit in watched_units(registrar)] == [registrar.unit.pk]
    assert not watches(world.actor("central-admin"))
    assert watched_units(world.actor("auditor")) == []


def test_another_agency_is_not_among_them(world: World) -> None:
    agencies = {unit.agency_id for unit in watched_units(world.actor("office-head", "office-head"))}
    assert agencies == {world.agency("PTE").pk}


def test_the_slowest_comes_first(world: World) -> None:
    head = world.actor("office-head", "office-head")
    slow, fast = world.unit("PTE", "general"), head.unit
    letter = registered(world)
    Stay.objects.all().delete()
    lay(head, letter, fast, days=1, ago=10)
    lay(head, letter, slow, days=9, ago=10)
    assert [line.name for line in bottlenecks(head).units[:2]] == [slow.label, fast.label]


def test_as_many_queries_whatever_the_size(world: World) -> None:
    head = world.actor("office-head", "office-head")
    watched_units(head)
    counted = []
    for letters in (1, 12):
        for _ in range(letters):
            lay(head, registered(world), world.unit("PTE", "general"), days=3, ago=10)
        with CaptureQueriesContext(connection) as asked:
            bottlenecks(head)
        counted.append(len(asked))
    assert counted[0] == counted[1] <= 6


@pytest.mark.parametrize(
    ("seconds", "words"), [(20, "1 นาที"), (5400, "1 ชม."), (86_400, "1.0 วัน"), (216_000, "2.5 วัน")]
)
def test_a_span_in_words(seconds: float, words: str) -> None:
    assert span_words(seconds) == words
