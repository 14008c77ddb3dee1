"""The worker dies by SIGKILL in the middle of a hundred signatures, and starts again."""

from __future__ import annotations

import time
from functools import partial

import pytest

from tests.storms.counting import at_rest
from tests.storms.running import Running, until
from tests.storms.test_worker_killed import fell
from tests.storms.visitor import Visitor

pytestmark = pytest.mark.long

LETTERS, DEATHS = 100, 5
PASSPHRASE = "e-office-demo"
SIGNED = "SELECT count(*) FROM intray_batchitem WHERE batch_id = %s AND state = 'DONE'"


def test_a_hundred_letters_of_one_batch_are_each_signed_exactly_once(house: Running) -> None:
    """Whatever was in hand when a process died comes again: all end signed, each once, over a stored file that holds.

    While it runs no step is done without its file, and nothing is told as signed that is not.
    """
    proposed = house.inside("proposed", LETTERS, "office-head", "CERTIFICATE")
    letters, steps = [letter for letter, _ in proposed], [step for _, step in proposed]
    batch = ask(Visitor.sign_in(house.address, "office-head"), steps)
    for death in range(DEATHS):
        reached = (death + 1) * LETTERS // (DEATHS + 1)
        until(partial(signed, house, batch, reached), f"{reached} are signed", patience=240)
        time.sleep(0.05 * death)
        fell(house, whole=death % 2 == 0)
        nothing_half(house, batch, steps)
    until(partial(signed, house, batch, LETTERS), "all are signed", patience=300)
    at_rest(house)
    nothing_half(house, batch, steps)
    jobs = house.ask(
        "SELECT key, state FROM signing_signingjob WHERE key = ANY(%s)", [f"sign:{step}" for step in steps]
    )
    assert sorted(jobs) == sorted((f"sign:{step}", "DONE") for step in steps)
    once = "SELECT step_id, count(*) FROM intray_endorsement WHERE kind = 'SIGN' AND step_id = ANY(%s) GROUP BY 1"
    assert sorted(house.ask(once, steps)) == sorted((step, 1) for step in steps)
    for pk, found in house.inside("signatures", *letters).items():
        assert found["ok"], (pk, found)
        assert found["fields"] == ["signer-1"], (pk, found)
    ended = "SELECT count(*) FROM intray_batch WHERE id = %s AND ended_at IS NOT NULL"
    assert house.count(ended, batch) == 1
    told = "SELECT count(*) FROM notifications_notification WHERE event = 'intray.batch' AND url = %s"
    assert house.count(told, f"/intray/batches/{batch}/") == 1


def signed(house: Running, batch: int, reached: int) -> bool:
    """Whether so many letters are signed."""
    return house.count(SIGNED, batch) >= reached


def ask(head: Visitor, steps: list[int]) -> int:
    """One confirmation with one passphrase; the number of the batch it leads to."""
    head.get("/intray/?tab=sign")
    fields = head.form("/intray/?tab=sign", having="step") | {"step": steps, "verb": "sign"}
    assert head.post("/intray/bulk/", fields).status_code == 302
    shown = head.form("/intray/sign/confirm/", having="passphrase")
    answer = head.post("/intray/sign/confirm/", shown | {"step": steps, "passphrase": PASSPHRASE})
    assert answer.status_code == 302, answer.text[:500]
    return int(answer.headers["Location"].rstrip("/").rsplit("/", 1)[-1])


def nothing_half(house: Running, batch: int, steps: list[int]) -> None:
    """No item said to be done whose step, job and file do not stand, and no step done whose item does not say so."""
    half = (
        "SELECT i.step_id, i.state, s.state, j.state FROM intray_batchitem i JOIN intray_routingstep s ON s.id = i.step_id "
        "JOIN saraban_letter l ON l.id = s.letter_id LEFT JOIN signing_signingjob j ON j.id = s.job_id "
        "WHERE i.batch_id = %s AND ((i.state = 'DONE') <> (s.state = 'DONE') "
        "OR (s.state = 'DONE' AND (j.state IS DISTINCT FROM 'DONE' OR j.result_id IS DISTINCT FROM l.document_id)))"
    )
    assert house.ask(half, batch) == []
    assert house.count("SELECT count(*) FROM intray_routingstep WHERE state = 'SIGNING' AND id = ANY(%s)", steps) == 0
