"""The outbox: a message that kills its worker, servers of others that refuse or hang, a broker that is away."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any
from unittest import mock
from uuid import uuid4

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.db import connection, connections, transaction
from django.utils import timezone

from notifications.actions import notify
from outbox import actions as outbox
from outbox import registry
from outbox.models import OutboxMessage
from tests.world import World

heard: list[str] = []


def hear(payload: dict[str, Any]) -> None:
    """Notes its key; a payload with `deadly` ends the process, as a kill or a crash in a library would."""
    if payload.get("deadly"):
        raise SystemExit("killed")
    heard.append(payload["_key"])


@pytest.fixture(autouse=True)
def ear() -> Iterator[None]:
    """Two topics of these tests: one of the house, one of the lane to servers of others."""
    heard.clear()
    registry.handle("test.ear", hear)
    registry.handle("test.ear_outside", hear, outside=True)
    yield
    for topic in ("test.ear", "test.ear_outside"):
        registry._handlers.pop(topic)
    registry._outside.discard("test.ear_outside")


def due_now() -> None:
    OutboxMessage.objects.filter(state="WAITING").update(next_at=timezone.now() - timedelta(seconds=1))


@pytest.mark.django_db
def test_a_message_that_kills_its_worker_lets_the_others_pass() -> None:
    outbox.put("test.ear", "deadly", {"deadly": True})
    outbox.put("test.ear", "good")
    with pytest.raises(SystemExit):
        outbox.deliver()
    outbox.deliver()
    assert heard == ["good"]
    deadly = OutboxMessage.objects.get(topic="test.ear", key="deadly")
    assert (deadly.state, deadly.attempts, deadly.error) == ("WAITING", 1, outbox.UNFINISHED)
    assert deadly.next_at > timezone.now()


@pytest.mark.django_db
def test_a_message_that_always_kills_is_given_up_visibly() -> None:
    outbox.put("test.ear", "deadly", {"deadly": True})
    OutboxMessage.objects.filter(key="deadly").update(attempts=outbox.ATTEMPTS_BEFORE_DEAD)
    outbox.deliver()
    deadly = OutboxMessage.objects.get(key="deadly")
    assert (deadly.state, deadly.error) == ("DEAD", outbox.UNFINISHED)
    outbox.revive(deadly)
    with pytest.raises(SystemExit):
        outbox.deliver()


@pytest.mark.django_db
def test_one_mailbox_that_refuses_repeats_and_holds_up_no_other_mail(world: World) -> None:
    people = [world.user(name) for name in ("clerk", "governor", "stat-clerk")]
    key = f"test:{uuid4()}"
    notify(key=key, event="test", title="ทดสอบ", why="ทดสอบ", url_name="desk", users=people)
    sending = EmailMessage.send

    def send(message: EmailMessage, *args: Any) -> int:
        if message.to == [people[0].email]:
            raise SMTPRecipientsRefused({people[0].email: (550, b"no such mailbox")})
        return sending(message, *args)

    with mock.patch.object(EmailMessage, "send", send):
        for _ in range(3):
            outbox.drain()
            due_now()
    assert sorted(one.to[0] for one in mail.outbox) == sorted(person.email for person in people[1:])
    [waiting] = OutboxMessage.objects.filter(topic="notice.mail_to", state="WAITING")
    assert waiting.attempts == 3
    assert "no such mailbox" in waiting.error
    outbox.drain()
    assert mail.outbox[-1].to == [people[0].email]


@pytest.mark.django_db(transaction=True)
def test_one_process_at_a_time_delivers_to_servers_of_others() -> None:
    with transaction.atomic():
        outbox.put("test.ear_outside", "far")
        outbox.put("test.ear", "near")
    tried: list[int] = []

    def deliver_beside() -> None:
        tried.extend((outbox.deliver(outside=True), outbox.deliver()))
        connection.close()

    with outbox._turn(True) as mine:
        assert mine
        beside = threading.Thread(target=deliver_beside)
        beside.start()
        beside.join(30)
    assert (tried, heard) == ([0, 1], ["near"])
    assert outbox.deliver(outside=True) == 1
    assert heard == ["near", "far"]
    connections.close_all()


def test_after_a_lost_poke_nobody_waits_for_the_broker_again(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    def away(outside: bool) -> None:
        asked.append(outside)
        raise ConnectionError

    monkeypatch.setattr(outbox, "_poke", [away])
    monkeypatch.setattr(outbox, "_deaf_until", 0.0)
    for _ in range(5):
        outbox.poke(outside=True)
    assert asked == [True]
    later = time.monotonic() + outbox.DEAF_SECONDS
    monkeypatch.setattr(time, "monotonic", lambda: later)
    outbox.poke()
    assert asked == [True, False]
