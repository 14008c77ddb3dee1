"""The web dies by SIGKILL while people type and press buttons; they press again."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.storms.running import PATIENCE, Running
from tests.storms.visitor import Visitor

pytestmark = pytest.mark.long

DRAFTS, SAVES, LETTERS, BEGUN, DEATHS = 3, 60, 40, 40, 4


class Typist(threading.Thread):
    """Runs one piece of work beside the others; `join_well` hands on what went wrong in it."""

    def __init__(self, work: Callable[[], None]) -> None:
        super().__init__(daemon=True)
        self.work = work
        self.wrong: BaseException | None = None

    def run(self) -> None:
        try:
            self.work()
        except BaseException as error:  # noqa: BLE001 – raised again in the test's own thread
            self.wrong = error

    def join_well(self) -> None:
        self.join(2 * PATIENCE)
        assert not self.is_alive()
        if self.wrong is not None:
            raise self.wrong


def test_what_is_sent_again_with_the_same_key_is_done_once(house: Running, registrar: Visitor) -> None:
    """Autosaves, drafts begun and numbers given while the web is killed: each exactly once, the last text stands."""
    clerks = [Visitor.sign_in(house.address, "clerk") for _ in range(DRAFTS)]
    drafts = [begin(clerk, clerk.form("/draft/new/")) for clerk in clerks]
    assert None not in drafts
    letters: list[int] = house.inside("ready", LETTERS, "clerk")
    forms = {pk: registrar.form(f"/saraban/registry/number/{pk}/") for pk in letters}
    keys = [registrar.form("/draft/new/") for _ in range(BEGUN)]
    revisions = dict(house.ask("SELECT letter_id, revision FROM draft_draft WHERE letter_id = ANY(%s)", drafts))
    known = house.count("SELECT count(*) FROM saraban_letter")

    def number() -> None:
        for pk, form in forms.items():
            answer = registrar.insist(f"/saraban/registry/number/{pk}/", form.copy)
            assert answer.status_code == 302, answer.text[:300]

    beginner = Visitor.sign_in(house.address, "province-registrar")
    token = beginner.form("/draft/new/")["csrfmiddlewaretoken"]

    def begin_many() -> None:
        for form in keys:
            begin(beginner, form | {"csrfmiddlewaretoken": token})

    crew = [Typist(partial(type_on, clerk, pk)) for clerk, pk in zip(clerks, drafts, strict=True)]
    crew += [Typist(number), Typist(begin_many)]
    for one in crew:
        one.start()
    under_way = 0
    for _ in range(DEATHS):
        time.sleep(2.5)
        under_way += any(one.is_alive() for one in crew)
        house.kill("web")
        house.start("web")
    for one in crew:
        one.join_well()
    assert under_way == DEATHS, "every death came in the middle of the work"
    assert all(one.unanswered for one in (*clerks, registrar, beginner))

    for pk in drafts:
        [(revision, body)] = house.ask("SELECT revision, body FROM draft_draft WHERE letter_id = %s", pk)
        assert revision == revisions[pk] + SAVES
        assert text_of(SAVES) in body
    made = house.count("SELECT count(*) FROM saraban_letter") - known
    assert made == BEGUN
    entries = "SELECT letter_id, count(*) FROM saraban_registerentry WHERE letter_id = ANY(%s) GROUP BY 1"
    assert sorted(house.ask(entries, letters)) == sorted((pk, 1) for pk in letters)
    trail = "SELECT count(*) FROM audit_auditevent WHERE verb = 'letter.number' AND letter_id = ANY(%s)"
    assert house.count(trail, letters) == LETTERS


def begin(person: Visitor, form: dict[str, Any]) -> int | None:
    """Begin a memo, pressing again until somebody answers; its id, or None when only its key is known to be used."""
    answer = person.insist("/draft/new/", lambda: form | {"kind": "MEMO"})
    assert answer.status_code in (302, 409), answer.text[:300]
    return int(answer.headers["location"].strip("/").split("/")[1]) if answer.status_code == 302 else None


def type_on(clerk: Visitor, letter: int | None) -> None:
    """One page that saves itself while somebody types, as static/js/draft.js does: a save without answer is sent anew."""
    path = f"/draft/{letter}/"
    fields = clerk.form(path, having="revision") | {"page": f"page-{letter}", "body_format": "plain"}
    sends = itertools.count(1)
    for typed in range(1, SAVES + 1):
        fields["body"] = text_of(typed)
        saved = clerk.insist(f"{path}autosave/", lambda: fields | {"seq": next(sends)})
        assert saved.status_code == 200, saved.text
        fields["revision"] = saved.json()["revision"]


def text_of(seq: int) -> str:
    return f"ข้อความครั้งที่ {seq} จบ"
