"""A row of the matrix, and how it is tried: every visitor, by GET and by POST, each in a savepoint of his own.

What is looked at is what the visitor meets and what the database holds afterwards. Whoever may not act leaves every
table as it was, however the answer looks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.cookies import SimpleCookie
from typing import Any
from unittest import mock
from uuid import uuid4

from django.db import connection, transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse
from lxml import html

from org.actor import Actor
from org.models import Appointment, User
from org.selectors import current_appointments
from saraban.models.reach import reach_of
from tests.matrix.cast import ANONYMOUS, ENDED, EVERYBODY, STRANGERS_AT_THE_DOOR, VISITORS, Names
from tests.matrix.stage import Stage, end_the_appointment

NOBODY: Names = frozenset()
SIGN_IN = "/accounts/sign-in/"
OK, REFUSED, ABSENT, TO_SIGN_IN, WRONG_WAY = "page", "refused", "absent", "sign-in", "no such method"
ELSEWHERE = "another host"
Data = Mapping[str, Any] | Callable[[Stage], Mapping[str, Any]]

# Written by looking, whoever looks: the session's last moment, and who read what.
BOOKKEEPING = frozenset({"django_session", "audit_accesslog"})
_WRITES = re.compile(r'\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+"?([a-z]+_[a-z_0-9]+)"?', re.IGNORECASE)


@dataclass(frozen=True)
class Row:
    """One address with one staged thing, and what each visitor gets.

    `url` is the URL name and `on` its arguments: names of staged things, or numbers and words as they are.

    By GET: `ok` gets the page, `refused` a sentence (403), all others `otherwise`. `get=False`: takes posts only.
    By POST of `data` (filled into the page's own form where `form` says so): `acts` succeed and something is written
    (`writes=False` where nothing is), others of `ok` and `refused` are told no and change nothing; all others as above.
    Whoever has not signed in, or whose appointment has ended, is led to the sign-in page unless the row is `public`.
    """

    url: str
    on: str | int | tuple[str | int, ...] = ()
    ok: Names = NOBODY
    refused: Names = NOBODY
    otherwise: str = ABSENT
    get: bool = True
    query: Mapping[str, Any] | Callable[[Stage], Mapping[str, Any]] = field(default_factory=dict)
    leaves: Names = NOBODY  # tables that looking changes, for those in `ok`: opened by its addressee, noted as read …
    acts: Names = NOBODY
    data: Data | None = None
    form: bool = False
    writes: bool = True
    public: bool = False
    done: str = OK  # how success looks
    no: str = REFUSED  # how a reader who may not act is told
    settled: bool = False  # a POST without valid data succeeds too (a button alone)
    before: Names = frozenset(VISITORS)  # who is tried

    def __str__(self) -> str:
        on = self.on if isinstance(self.on, tuple) else (self.on,)
        return " ".join([self.url, *map(str, on)])

    def path(self, stage: Stage) -> str:
        """The address with the staged ids in it."""
        on = self.on if isinstance(self.on, tuple) else (self.on,)
        args = [stage.made.get(one, one) if isinstance(one, str) else one for one in on]
        return reverse(self.url, args=args)

    def looking(self, who: str) -> str:
        """What `who` gets by GET."""
        if who in STRANGERS_AT_THE_DOOR and not self.public:
            return TO_SIGN_IN
        if not self.get:
            return WRONG_WAY
        return OK if who in self.ok else REFUSED if who in self.refused else self.otherwise


@dataclass
class Visit:
    """What came of one request: the kind of answer, its status and page, the tables that are not as they were."""

    met: str
    status: int
    page: str
    changed: Names
    trouble: str = ""


class Kept:
    """What the sign-in middleware asks anew at each request – appointments in force, the units and rights they give –
    found once for each visitor, since every scene begins from the same stage. Half of the matrix's time goes there.
    """

    def __init__(self) -> None:
        self.held: dict[int, list[Appointment]] = {}
        self.reach: dict[tuple[int, int], dict[str, Any]] = {}

    def appointments(self, user: User, at: datetime) -> list[Appointment]:
        """In the place of `org.selectors.current_appointments`; an empty answer is not kept."""
        if user.pk not in self.held:
            found = current_appointments(user, at)
            if not found:
                return found
            self.held[user.pk] = found
        return self.held[user.pk]

    def actor(self, user: User, appointment: Appointment | None, at: datetime) -> Actor:
        """In the place of `Actor`: with the units and rights that the same capacity had before."""
        actor = Actor(user, appointment, at)
        capacity = (user.pk, appointment.pk if appointment else 0)
        if capacity not in self.reach:
            self.reach[capacity] = {"unit_ids": actor.unit_ids, "_saraban_reach": reach_of(actor)}
        actor.__dict__.update(self.reach[capacity])
        return actor

    def instead(self) -> ExitStack:
        """Both put in their places."""
        stack = ExitStack()
        stack.enter_context(mock.patch("accounts.middleware.current_appointments", self.appointments))
        stack.enter_context(mock.patch("accounts.middleware.Actor", self.actor))
        return stack


class Theatre:
    """The stage with its visitors signed in once; each request happens in a savepoint that is rolled back."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.clients: dict[str, Client] = {ANONYMOUS: Client()}
        for who in EVERYBODY:
            self.clients[who] = stage.world.client(who)
        self.clients[ENDED] = stage.world.client("vice4")
        end_the_appointment(stage)
        for client in self.clients.values():
            client.raise_request_exception = False
        for who in EVERYBODY:
            self.clients[who].get("/accounts/profile/")  # the session's own notes are written now
        self._jars = {who: SimpleCookie({k: m.value for k, m in c.cookies.items()}) for who, c in self.clients.items()}
        self._before: dict[str, tuple[int, int]] = {}

    @contextmanager
    def scene(self, who: str) -> Iterator[Client]:
        """The visitor's client; whatever happens is undone."""
        client = self.clients[who]
        client.cookies = SimpleCookie({name: morsel.value for name, morsel in self._jars[who].items()})
        with transaction.atomic():
            yield client
            transaction.set_rollback(True)

    def visit(self, who: str, method: str, path: str, data: Mapping[str, Any] | None = None) -> Visit:
        """One request of `who`."""
        written: set[str] = set()

        def watch(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
            if isinstance(sql, str):
                written.update(_WRITES.findall(sql))
            return execute(sql, params, many, context)

        with self.scene(who) as client:
            with connection.execute_wrapper(watch):
                answer = getattr(client, method)(path, data or {})
                page = _text(answer)
            tables = written - BOOKKEEPING if answer.status_code < 500 else set()
            after = {table: _fingerprint(table) for table in tables}
        changed = frozenset(table for table in tables if after[table] != self._as_staged(table))
        error = getattr(answer, "exc_info", None)
        trouble = f"{error[0].__name__}: {error[1]}"[:300] if error else ""
        return Visit(_kind(answer), answer.status_code, page, changed, trouble)

    def _as_staged(self, table: str) -> tuple[int, int]:
        """The table before anybody came; asked once, since every scene is undone."""
        if table not in self._before:
            self._before[table] = _fingerprint(table)
        return self._before[table]


def _fingerprint(table: str) -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)), 0)::text FROM "{table}" t')
        count, sum_ = cursor.fetchone()
        return count, int(sum_)


def _text(answer: HttpResponseBase) -> str:
    """The page as text; nothing for files."""
    if answer.streaming:
        b"".join(answer)  # read to its end, which closes it
        return ""
    if not answer.get("Content-Type", "").startswith(("text/", "application/json")):
        return ""
    return str(answer.content.decode())  # type: ignore[attr-defined]


def _kind(answer: HttpResponseBase) -> str:
    status = answer.status_code
    if status == 302 and not answer["Location"].startswith(("/", "?")):
        return ELSEWHERE
    if status == 302 and answer["Location"].startswith(SIGN_IN):
        return TO_SIGN_IN
    named = {404: ABSENT, 405: WRONG_WAY, 403: REFUSED, 409: REFUSED, 413: REFUSED, 422: REFUSED}
    return OK if status in (200, 302) else named.get(status, str(status))


def try_row(theatre: Theatre, row: Row, *, first: bool, first_post: bool, turn: int) -> list[str]:
    """The row tried by GET and by its POST; a line for each visitor who does not meet what it says.

    Every address is tried by everybody: on its `first` row by GET, on its `first_post` by data. Its further rows, with
    other staged things, are tried by everybody they let in and by a quarter of the others, whose `turn` it is; so is an
    empty post to each address.
    """
    path = row.path(theatre.stage)
    query = _values(row.query, theatre.stage)
    data = _data(theatre, row, path, query)
    everybody = [who for who in VISITORS if who in row.before]
    in_turn = [who for at, who in enumerate(everybody) if (at + turn) % 4 == 0]
    named = [who for who in everybody if who in row.ok | row.acts or who in in_turn]
    looking = (everybody if first else named) if row.get else in_turn[:1]
    faults = [fault for who in looking for fault in _look(theatre, row, who, path, query)]
    for who in everybody if first_post else named:
        faults += _act(theatre, row, who, path, data)
    if first:
        for who in dict.fromkeys([*sorted(row.acts)[:2], *in_turn]):
            faults += _press(theatre, row, who, path)
    return faults


def _look(theatre: Theatre, row: Row, who: str, path: str, query: Mapping[str, Any]) -> Iterator[str]:
    seen = theatre.visit(who, "get", path, query)
    wanted = row.looking(who)
    if seen.met != wanted:
        yield f"{who} GET {path}: {seen.met} {seen.status} instead of {wanted} {seen.trouble}"
    if wanted == REFUSED and seen.met == REFUSED and not sentence(seen.page):
        yield f"{who} GET {path}: refused without a sentence"
    extra = seen.changed - (row.leaves if who in row.ok else NOBODY)
    if extra:
        yield f"{who} GET {path}: looking changed {sorted(extra)}"


def _act(theatre: Theatre, row: Row, who: str, path: str, data: Mapping[str, Any] | None) -> Iterator[str]:
    """The post as it is meant."""
    if data is None:
        return
    done = theatre.visit(who, "post", path, data)
    if who in row.acts:
        if done.met != row.done or (row.writes and not done.changed):
            yield f"{who} POST {path}: {done.met} {done.status} {done.trouble} wrote {sorted(done.changed)}; {sentence(done.page)}"
        return
    if done.changed:
        yield f"{who} POST {path}: may not, and changed {sorted(done.changed)} ({done.status})"
    if who in STRANGERS_AT_THE_DOOR and not row.public:
        wanted = {TO_SIGN_IN}
    elif who in row.ok | row.refused:
        wanted = {row.no, OK}
    else:
        wanted = {row.otherwise}
    if done.met not in wanted:
        yield f"{who} POST {path}: {done.met} {done.status} instead of {sorted(wanted)} {done.trouble}"
    if done.met == REFUSED and not sentence(done.page):
        yield f"{who} POST {path}: told no ({done.status}) without a sentence"


def _press(theatre: Theatre, row: Row, who: str, path: str) -> Iterator[str]:
    """An empty post: never an error, and nothing written by whoever may not act, or where words are needed."""
    done = theatre.visit(who, "post", path)
    if done.trouble:
        yield f"{who} empty POST {path}: {done.trouble}"
    settled = row.leaves | (done.changed if row.settled and who in row.acts else NOBODY) if who in row.ok else NOBODY
    if done.changed - settled:
        yield f"{who} empty POST {path}: changed {sorted(done.changed)} ({done.status})"
    if who in STRANGERS_AT_THE_DOOR and not row.public and done.met != TO_SIGN_IN:
        yield f"{who} empty POST {path}: {done.met} {done.status} instead of {TO_SIGN_IN}"
    stranger = who in EVERYBODY - row.ok - row.refused - row.acts
    if stranger and done.met not in (row.otherwise, WRONG_WAY):
        yield f"{who} empty POST {path}: {done.met} {done.status} instead of {row.otherwise}"


def _values(data: Data, stage: Stage) -> dict[str, Any]:
    return dict(data(stage) if callable(data) else data)


def _data(theatre: Theatre, row: Row, path: str, query: Mapping[str, Any]) -> dict[str, Any] | None:
    """The post of the row; with `form` it is put into the form of the page as the first of `acts` sees it."""
    if row.data is None:
        return None
    values = _values(row.data, theatre.stage)
    if not row.form:
        return {"once": str(uuid4())} | values
    page = theatre.visit(min(row.acts), "get", path, query).page
    tree: Any = html.fromstring(page)
    for form in tree.forms:
        names = set(form.fields.keys())
        if form.method == "POST" and (set(values) or {"once"}) <= names:
            shown: dict[str, Any] = {}
            for name, value in form.form_values():
                shown.setdefault(name, []).append(value)
            return shown | values
    raise LookupError(f"{path}: no form with {sorted(values)}")


def sentence(page: str) -> str:
    """The words that say why: of an error page, an alert, a note, or the bare answer to a script."""
    if not page.lstrip().startswith("<"):
        return page.strip()
    tree: Any = html.fromstring(page)
    found = tree.xpath(
        "//*[@role='alert'][not(@id='toasts')] | //*[contains(concat(' ', @class, ' '), ' note ')]"
        " | //*[contains(@class, 'error')] | //*[contains(@class, 'stack')]/p"
    )
    return " ".join(" ".join(one.text_content().split()) for one in found).strip()[:300]
