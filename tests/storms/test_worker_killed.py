"""The worker dies by SIGKILL again and again in the middle of signing and sealing."""

from __future__ import annotations

import random
import shutil
import subprocess
import time
from functools import partial

import pytest

from tests.storms.counting import Post, at_rest
from tests.storms.running import Running, until
from tests.storms.visitor import Visitor

pytestmark = pytest.mark.long

TYPED, CERTIFIED, DEATHS = 20, 5, 8
PASSPHRASE = "e-office-demo"
DONE = "SELECT count(*) FROM outbox_outboxmessage WHERE state = 'DONE'"


def test_every_letter_is_signed_and_sealed_exactly_once(house: Running, registrar: Visitor) -> None:
    """20 letters of class ก and 5 of class ข are signed, numbered, sealed and sent while the worker is killed.

    Afterwards each has one seal, a file in which pyHanko and pdfsig find every signature valid, and one notice per
    addressee; a mail may have come twice only where its worker died in the instant after handing it over.
    """
    post = Post(house)
    typed = house.inside("proposed", TYPED, "office-head", "TYPED")
    certified = house.inside("proposed", CERTIFIED, "office-head", "CERTIFICATE")
    head = Visitor.sign_in(house.address, "office-head")
    sign(head, [step for _, step in typed], confirmation="ยืนยันลงนาม")
    sign(head, [step for _, step in certified], passphrase=PASSPHRASE)
    letters = [letter for letter, _ in typed + certified]
    waiting, deaths = set(letters), 0
    dice = random.Random(2526)
    while waiting or deaths < DEATHS:
        for letter in [one for one in waiting if status(house, one) == "SIGNED"][:5]:
            assert registrar.press(f"/saraban/registry/number/{letter}/").status_code == 302
            waiting.discard(letter)
        if deaths < DEATHS:
            until(partial(worked, house, house.count(DONE)), "the worker works")
            time.sleep(dice.random() / 2)
            fell(house, whole=deaths % 2 == 0)
            deaths += 1
    at_rest(house)
    centre = house.inside("central", "MDES")
    for letter in letters:
        registrar.send(letter, centre)
    until(partial(worked, house, house.count(DONE)), "the worker sends")
    fell(house, whole=True)
    at_rest(house)

    keys = [f"seal:{letter}" for letter in letters] + [f"sign:{step}" for _, step in certified]
    jobs = house.ask("SELECT key, state FROM signing_signingjob WHERE key = ANY(%s)", keys)
    assert sorted(jobs) == sorted((key, "DONE") for key in keys)
    signed_once(house, letters, {letter for letter, _ in certified})
    arrived = "SELECT count(*), count(DISTINCT letter_id), count(DISTINCT received_id) FROM saraban_delivery WHERE letter_id = ANY(%s)"
    assert house.ask(arrived, letters) == [(len(letters),) * 3]
    came = post.came()
    assert sorted(came) == post.wanted()
    assert came.total() - len(came) <= DEATHS + 1, came.most_common(12)


def signed_once(house: Running, letters: list[int], certified: set[int]) -> None:
    """One line of the trail for each seal, whole files, and every signature in them valid."""
    trail = (
        "SELECT letter_id, count(*) FROM audit_auditevent WHERE verb = 'letter.seal' AND letter_id = ANY(%s) GROUP BY 1"
    )
    assert sorted(house.ask(trail, letters)) == sorted((pk, 1) for pk in letters)
    assert house.count("SELECT count(*) FROM saraban_letter WHERE sealed AND id = ANY(%s)", letters) == len(letters)
    half = "SELECT count(*) FROM intray_routingstep WHERE state = 'SIGNING' AND letter_id = ANY(%s)"
    assert house.count(half, letters) == 0
    for pk, found in house.inside("signatures", *letters).items():
        assert found["ok"], (pk, found)
        assert len(found["fields"]) == (2 if int(pk) in certified else 1), found
        program = shutil.which("pdfsig")
        assert program is not None
        said = subprocess.run(
            [program, "-nocert", found["path"]], capture_output=True, text=True, check=False, timeout=60
        )
        assert said.stdout.count("Signature is Valid") == len(found["fields"]), said.stdout


def sign(head: Visitor, steps: list[int], **proof: str) -> None:
    """One confirmation for all the steps."""
    query = "&".join(f"step={step}" for step in steps)
    fields = head.form(f"/intray/sign/confirm/?{query}", having="step")
    answer = head.post("/intray/sign/confirm/", fields | {"step": steps} | proof)
    assert answer.status_code == 302, answer.text[:500]


def fell(house: Running, *, whole: bool) -> None:
    """The worker falls with all its processes and starts again, or one of them falls and the rest goes on."""
    if whole:
        house.kill("worker")
        house.start("worker")
    else:
        until(lambda: house.children("worker"), "the worker has children")
        house.kill_one("worker")


def status(house: Running, letter: int) -> str:
    return str(house.ask("SELECT status FROM saraban_letter WHERE id = %s", letter)[0][0])


def worked(house: Running, before: int) -> bool:
    """Whether another message is done, or none is left."""
    left = "SELECT count(*) FROM outbox_outboxmessage WHERE state = 'WAITING'"
    return house.count(DONE) > before or not house.count(left)
