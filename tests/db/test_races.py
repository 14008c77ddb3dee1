"""Two connections at once: numbers, transitions, forms sent twice, workers that share the outbox."""

from __future__ import annotations

from functools import partial
from uuid import uuid4

import pytest
from django.db import transaction

from audit.actions import once
from common.access import Conflict, Refused
from outbox import actions as outbox
from outbox.models import OutboxMessage
from outbox.registry import handle
from saraban.actions.dispatch import Addressee, dispatch, recall
from saraban.actions.numbers import issue_number
from saraban.actions.receive import open_delivery
from saraban.models import DeliveryStatus, NumberSeries, RegisterEntry
from tests.racing import at_once
from tests.story import bare_signed, province_memo
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def test_clerks_who_press_together_get_consecutive_numbers(world: World) -> None:
    folder, clerk = world.folder("pte-send"), world.actor("clerk")
    letters = [bare_signed(clerk, folder) for _ in range(8)]
    registrars = [world.actor("province-registrar") for _ in letters]
    entries = at_once(
        *(partial(issue_number, by=who, letter_id=letter.pk) for who, letter in zip(registrars, letters, strict=True))
    )
    first = min(entry.seq for entry in entries)
    assert sorted(entry.seq for entry in entries) == list(range(first, first + 8))
    by_time = sorted(entries, key=lambda entry: entry.entered_at)
    assert [entry.seq for entry in by_time] == sorted(entry.seq for entry in entries)


def test_the_first_number_of_a_year_is_given_once(world: World) -> None:
    folder, clerk = world.folder("pte-certificate"), world.actor("clerk")
    assert not NumberSeries.objects.filter(folder=folder).exists()
    letters = [bare_signed(clerk, folder) for _ in range(4)]
    registrar = world.actor("province-registrar")
    results = at_once(*(partial(issue_number, by=registrar, letter_id=letter.pk) for letter in letters))
    assert sorted(entry.seq for entry in results) == [1, 2, 3, 4], results
    assert NumberSeries.objects.filter(folder=folder).count() == 1


def test_one_letter_is_numbered_once(world: World) -> None:
    letter = bare_signed(world.actor("clerk"), world.folder("pte-send"))
    results = at_once(*[lambda: issue_number(by=world.actor("province-registrar"), letter_id=letter.pk)] * 2)
    assert sorted(type(result).__name__ for result in results) in (
        ["Refused", "RegisterEntry"],
        ["Conflict", "RegisterEntry"],
    )
    assert RegisterEntry.objects.filter(letter=letter).count() == 1


def test_a_form_sent_twice_acts_once(world: World) -> None:
    key, clerk = uuid4(), world.actor("clerk")
    done: list[int] = []

    def submit() -> None:
        with once(key, by=clerk):
            done.append(1)

    results = at_once(submit, submit)
    assert len(done) == 1
    assert [type(result) for result in results if result is not None] == [Conflict]


def test_a_refused_form_may_be_sent_again(world: World) -> None:
    key, clerk = uuid4(), world.actor("clerk")
    with pytest.raises(Refused), once(key, by=clerk):
        raise Refused("ยังไม่ครบ")
    with once(key, by=clerk):
        pass


def test_opening_and_recalling_at_once_leaves_one_truth(world: World) -> None:
    letter = province_memo(world)
    statistics = world.unit("PTE", "statistics")
    [delivery] = dispatch(by=world.actor("province-registrar"), letter_id=letter.pk, to=[Addressee(statistics)])
    opener, caller = world.actor("stat-clerk"), world.actor("province-registrar")
    results = at_once(
        lambda: open_delivery(by=opener, delivery_id=delivery.pk), lambda: recall(by=caller, delivery_id=delivery.pk)
    )
    delivery.refresh_from_db()
    if delivery.status == DeliveryStatus.OPENED:
        assert isinstance(results[1], Refused)
    else:
        assert delivery.status == DeliveryStatus.RECALLED


def test_two_workers_deliver_each_message_once() -> None:
    heard: list[str] = []
    handle("test.race", lambda payload: heard.append(payload["_key"]))
    with transaction.atomic():
        for n in range(20):
            outbox.put("test.race", f"m{n}")
    at_once(*[lambda: outbox.deliver()] * 3)
    outbox.drain()
    mine = [key for key in heard if key.startswith("m")]
    assert sorted(mine) == sorted(f"m{n}" for n in range(20))
    assert OutboxMessage.objects.filter(topic="test.race", state="DONE").count() == 20
