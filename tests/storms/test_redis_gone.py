"""Redis dies, or hangs, while people work."""

from __future__ import annotations

import time

import pytest

from tests.storms.counting import Post, at_rest
from tests.storms.running import Running, until
from tests.storms.visitor import Visitor

pytestmark = pytest.mark.long

LETTERS = 6


def test_work_goes_on_without_redis_and_what_waited_is_done_once(house: Running, registrar: Visitor) -> None:
    """Without Redis a draft is begun, a letter numbered and one sent. With Redis back, nobody starts anything by hand:
    the same worker and beat bring every message to DONE, each with one effect.
    """
    post = Post(house)
    to_number = house.inside("signed", LETTERS)
    to_send = house.inside("ready", LETTERS, "clerk")
    for letter in to_send:
        assert registrar.press(f"/saraban/registry/number/{letter}/").status_code == 302
    clerk = Visitor.sign_in(house.address, "clerk")
    at_rest(house)
    worker, beat = house.pid("worker"), house.pid("beat")
    unit = house.inside("unit", "PTE", "statistics")

    house.kill("redis")
    assert house.health("redis")["status"] == 503
    begun = clerk.press("/draft/new/", kind="MEMO")
    assert begun.status_code == 302, begun.text[:500]
    for number, send in zip(to_number, to_send, strict=True):
        assert registrar.press(f"/saraban/registry/number/{number}/").status_code == 302
        registrar.send(send, unit)
    time.sleep(20)  # beat finds nobody to hand its sweeps to
    assert house.count("SELECT count(*) FROM outbox_outboxmessage WHERE state = 'WAITING'") >= LETTERS

    house.start("redis")
    at_rest(house)
    until(house.is_well, "all parts are well again")
    assert (house.pid("worker"), house.pid("beat")) == (worker, beat)
    assert house.count("SELECT count(*) FROM saraban_letter WHERE sealed AND id = ANY(%s)", to_number) == LETTERS
    trail = "SELECT count(*) FROM audit_auditevent WHERE verb = 'letter.seal' AND letter_id = ANY(%s)"
    assert house.count(trail, to_number) == LETTERS
    sent = "SELECT count(*), count(DISTINCT letter_id) FROM saraban_delivery WHERE letter_id = ANY(%s)"
    assert house.ask(sent, to_send) == [(LETTERS, LETTERS)]
    assert sorted(post.came().elements()) == post.wanted()


def test_a_redis_that_hangs_holds_up_nobody_for_long(house: Running, registrar: Visitor) -> None:
    """It takes connections and never answers: each page comes all the same, and what was put in is delivered later."""
    letters = house.inside("signed", LETTERS)
    forms = [(letter, registrar.form(f"/saraban/registry/number/{letter}/")) for letter in letters]
    house.suspend("redis")
    try:
        for letter, form in forms:  # the visitor waits so long and no longer
            assert registrar.post(f"/saraban/registry/number/{letter}/", form).status_code == 302
    finally:
        house.suspend("redis", resume=True)
    at_rest(house)
    assert house.count("SELECT count(*) FROM saraban_letter WHERE sealed AND id = ANY(%s)", letters) == LETTERS
