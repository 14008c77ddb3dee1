"""The mail server dies, or hangs, while letters travel."""

from __future__ import annotations

import pytest

from tests.storms.counting import Post, at_rest
from tests.storms.running import Running, until
from tests.storms.visitor import Visitor

pytestmark = pytest.mark.long

LETTERS = 8
HELD_UP = "SELECT count(*) FROM outbox_outboxmessage WHERE topic = 'notice.mail_to' AND state = 'WAITING'"


def test_mails_wait_for_a_dead_mail_server_and_arrive_once(house: Running, registrar: Visitor) -> None:
    """Letters are sent and arrive while no mail can leave; when it can, every mail arrives, each exactly once."""
    post = Post(house)
    house.kill("mail")
    letters = send_some(house, registrar)
    until(lambda: house.count(HELD_UP) >= LETTERS, "the mails wait")
    until(lambda: tried(house) >= 2, "they were tried more than once")
    assert arrived(house, letters) == LETTERS
    assert not post.came()
    house.start("mail")
    at_rest(house)
    assert sorted(post.came().elements()) == post.wanted()


def test_a_mail_server_that_hangs_holds_up_no_letter(house: Running, registrar: Visitor) -> None:
    """It takes connections and never answers: letters are sealed meanwhile, and the mails arrive afterwards, each once."""
    post = Post(house)
    house.suspend("mail")
    try:
        send_some(house, registrar)
        until(lambda: tried(house), "a mail is being tried")
        letters = house.inside("signed", LETTERS)
        for letter in letters:
            assert registrar.press(f"/saraban/registry/number/{letter}/").status_code == 302
        sealed = "SELECT count(*) FROM saraban_letter WHERE sealed AND id = ANY(%s)"
        until(lambda: house.count(sealed, letters) == LETTERS, "the letters are sealed")
        assert house.count(f"{HELD_UP} AND attempts = 0") > 0, "the seals overtook mails that nobody had tried yet"
    finally:
        house.suspend("mail", resume=True)
    at_rest(house)
    assert sorted(post.came().elements()) == post.wanted()


def send_some(house: Running, registrar: Visitor) -> list[int]:
    """Letters of the province's office numbered and sent to another unit, whose registrars are told by mail."""
    letters = house.inside("ready", LETTERS, "clerk")
    unit = house.inside("unit", "PTE", "statistics")
    for letter in letters:
        assert registrar.press(f"/saraban/registry/number/{letter}/").status_code == 302
        registrar.send(letter, unit)
    return list(letters)


def arrived(house: Running, letters: list[int]) -> int:
    return house.count(
        "SELECT count(*) FROM saraban_delivery WHERE status = 'DELIVERED' AND letter_id = ANY(%s)", letters
    )


def tried(house: Running) -> int:
    """How often the mails that wait have been tried."""
    return house.count(
        "SELECT coalesce(max(attempts), 0) FROM outbox_outboxmessage WHERE topic = 'notice.mail_to' AND state = 'WAITING'"
    )
