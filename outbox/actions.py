"""Put messages in, and deliver them: exactly one effect for each, whatever dies in between."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from outbox.models import OutboxMessage
from outbox.registry import goes_outside, handler_of

log = logging.getLogger(__name__)
BACKOFF_SECONDS = (5, 15, 60, 300, 900, 1800)  # then every half hour
ATTEMPTS_BEFORE_DEAD = 60
LEASE_SECONDS = 5  # times the attempts: how soon a message is tried again when its worker was killed
LONG = 5  # after so many messages in a row the queue is long: another process is woken
DEAF_SECONDS = 5.0  # how long nobody is poked after a poke was lost
UNFINISHED = "the process ended while it delivered this"


_PUT = """
INSERT INTO outbox_outboxmessage (topic, key, payload, outside, state, attempts, created_at, next_at, error)
VALUES (%s, %s, %s, %s, 'WAITING', 0, clock_timestamp(), clock_timestamp() + make_interval(secs => %s), '')
ON CONFLICT (topic, key) DO NOTHING
"""

_PUT_MANY = """
INSERT INTO outbox_outboxmessage (topic, key, payload, outside, state, attempts, created_at, next_at, error)
SELECT %s, one.key, one.payload, %s, 'WAITING', 0, clock_timestamp(), clock_timestamp(), ''
FROM unnest(%s::text[], %s::jsonb[]) AS one (key, payload) ON CONFLICT (topic, key) DO NOTHING
"""

# Committed before the handler runs: a message that kills its worker is counted and lets the others pass.
_CLAIM = """
UPDATE outbox_outboxmessage
SET attempts = attempts + 1, error = %s, next_at = statement_timestamp() + make_interval(secs => %s * (attempts + 1))
WHERE id = (
    SELECT id FROM outbox_outboxmessage
    WHERE state = 'WAITING' AND next_at <= statement_timestamp() AND outside = %s
    ORDER BY next_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING id, topic, key, payload, attempts
"""
# Plain SQL in three places: every signature, number and mail passes here several times.
# The lock is waited for: another's search may hold the row for a moment.
_LOCK_CLAIMED = """
SELECT id FROM outbox_outboxmessage WHERE id = %s AND state = 'WAITING' AND attempts = %s FOR UPDATE
"""
_DONE = "UPDATE outbox_outboxmessage SET state = 'DONE', done_at = statement_timestamp(), error = '' WHERE id = %s"
_ONE_AT_A_TIME = "hashtext('outbox.outside')"


class Later(Exception):
    """Raised by a handler: not possible now (the reason is logged); try again, by the back-off."""


def put(topic: str, key: str, payload: dict[str, Any] | None = None, *, delay: timedelta = timedelta()) -> None:
    """Write a message in the present transaction (putting the same key again changes nothing) and poke the relay."""
    outside = goes_outside(topic)
    with connection.cursor() as cursor:
        cursor.execute(_PUT, (topic, key, json.dumps(payload or {}), outside, delay.total_seconds()))
    if not delay:
        transaction.on_commit(partial(poke, outside=outside), robust=True)


def put_many(topic: str, messages: Sequence[tuple[str, dict[str, Any]]]) -> None:
    """`put` for many (key, payload) of one topic in one statement."""
    keys, payloads = [key for key, _ in messages], [json.dumps(payload) for _, payload in messages]
    with connection.cursor() as cursor:
        cursor.execute(_PUT_MANY, (topic, goes_outside(topic), keys, payloads))
    transaction.on_commit(partial(poke, outside=goes_outside(topic)), robust=True)


_poke: list[Callable[[bool], None]] = []
_deaf_until = 0.0


def on_poke(function: Callable[[bool], None]) -> None:
    """Register what wakes the relay up after a commit; it hears whether the message goes to servers of others."""
    _poke[:] = [function]


def poke(*, outside: bool = False) -> None:
    """Wake the relay. A poke that is lost costs time, never a message: beat sweeps.

    After a lost one nobody is poked for some seconds: a broker that hangs must not hold up every request.
    """
    global _deaf_until
    if time.monotonic() < _deaf_until:
        return
    for function in _poke:
        try:
            function(outside)
        except Exception as error:  # noqa: BLE001 – the broker may be down; the sweep comes anyway
            _deaf_until = time.monotonic() + DEAF_SECONDS
            log.warning("outbox: poke lost (%s)", type(error).__name__)


def deliver(*, outside: bool = False, seconds: float = 60) -> int:
    """Deliver the due messages of one lane until none is left or the time is over; returns how many were tried.

    Any number of processes deliver what stays in the house, and a long queue calls for another hand; one at a time
    delivers to servers of others.
    """
    deadline = time.monotonic() + seconds
    tried = 0
    with _turn(outside) as mine:
        while mine and time.monotonic() < deadline and deliver_one(outside=outside):
            tried += 1
            if not outside and tried % LONG == 0:
                poke()
    return tried


@contextmanager
def _turn(outside: bool) -> Iterator[bool]:
    """Whether this process may deliver: always inside; outside while no other does. Death gives the turn back."""
    if not outside:
        yield True
        return
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_try_advisory_lock({_ONE_AT_A_TIME})")
        mine = bool(cursor.fetchone()[0])
        try:
            yield mine
        finally:
            if mine:
                cursor.execute(f"SELECT pg_advisory_unlock({_ONE_AT_A_TIME})")


def deliver_one(*, outside: bool = False) -> bool:
    """Claim one due message of a lane, run its handler and mark it in the handler's transaction.

    False when nothing is due. A handler that raises is rolled back to a savepoint, and the message backs off; when the
    process dies the claim stands, and the message comes back after its lease, or is given up after many deaths.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, (UNFINISHED, LEASE_SECONDS, outside))
        claimed = cursor.fetchone()
    if claimed is None:
        return False
    pk, topic, key, payload, attempts = claimed
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_LOCK_CLAIMED, (pk, attempts))
            mine = cursor.fetchone()
        if mine:
            _run(OutboxMessage(pk=pk, topic=topic, key=key, payload=json.loads(payload), attempts=attempts))
    return True


def _run(message: OutboxMessage) -> None:
    """The handler's turn at a message that is locked."""
    handler = handler_of(message.topic)
    if message.attempts > ATTEMPTS_BEFORE_DEAD:  # every one of them ended with its process
        message.state = OutboxMessage.State.DEAD
        message.save(update_fields=["state"])
        return
    try:
        if handler is None:
            raise LookupError(f"no handler for {message.topic}")
        with transaction.atomic():
            handler(message.payload | {"_key": message.key, "_attempt": message.attempts})
    except Exception as error:  # noqa: BLE001 – any failure backs off and stays visible
        _back_off(message, error)
        message.save(update_fields=["state", "next_at", "error"])
    else:
        with connection.cursor() as cursor:
            cursor.execute(_DONE, (message.pk,))


def _back_off(message: OutboxMessage, error: Exception) -> None:
    log.warning("outbox: %s %s failed (%s)", message.topic, message.key, type(error).__name__)
    message.error = f"{type(error).__name__}: {error}"[:2000]
    if message.attempts >= ATTEMPTS_BEFORE_DEAD:
        message.state = OutboxMessage.State.DEAD
    wait = BACKOFF_SECONDS[min(message.attempts, len(BACKOFF_SECONDS)) - 1]
    message.next_at = timezone.now() + timedelta(seconds=wait)


def deliver_here(message: OutboxMessage) -> None:
    """Run the handler of a message inside the transaction that has put it, so that nobody else can have seen it.

    Raises what the handler raises, and LookupError for a topic without one.
    """
    handler = handler_of(message.topic)
    if handler is None:
        raise LookupError(f"no handler for {message.topic}")
    handler(message.payload | {"_key": message.key})
    message.state, message.done_at = OutboxMessage.State.DONE, timezone.now()
    message.save(update_fields=["state", "done_at"])


def drain(limit: int = 1000) -> int:
    """Deliver until nothing is due (tests and commands). Raises RuntimeError when messages still breed after `limit`."""
    total = 0
    while deliver_one() or deliver_one(outside=True):
        total += 1
        if total > limit:
            raise RuntimeError("the outbox does not come to rest")
    return total


def revive(message: OutboxMessage) -> OutboxMessage:
    """Set a dead message to be tried again now."""
    message.state, message.attempts, message.next_at = OutboxMessage.State.WAITING, 0, timezone.now()
    message.save(update_fields=["state", "attempts", "next_at"])
    return message


def rewrite_payloads(*, letter_id: int, name: str, new: Callable[[str], str]) -> None:
    """Write one text of a letter's messages anew, also of those done: it was classified since."""
    for message in OutboxMessage.objects.select_for_update().filter(payload__letter=letter_id, payload__has_key=name):
        message.payload[name] = new(str(message.payload[name]))
        message.save(update_fields=["payload"])
