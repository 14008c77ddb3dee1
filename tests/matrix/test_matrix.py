"""The permission matrix: every address × everybody of the cast, by GET and by POST. An address in no row fails.

The tables are `rows_*.py`; who reads what is written down in `cast.py`; what stands on the stage in `stage.py`.
"""

from __future__ import annotations

import csv
import io
import logging
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest import mock

import openpyxl
import pytest
from django.db import transaction
from django.test import override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django.plugin import DjangoDbBlocker

from common.menu import entries
from saraban.models import Letter, RegisterFolder
from saraban.models.reach import newest_ids, reach_of
from tests.matrix.cast import ADMINS, EVERYBODY, READERS
from tests.matrix.probe import Kept, Row, Theatre, sentence, try_row
from tests.matrix.stage import SECRET_SUBJECT, SUBJECT, build
from tests.world import World

TABLES = sorted(Path(__file__).parent.glob("rows_*.py"))
ROWS: list[Row] = [row for table in TABLES for row in import_module(f"tests.matrix.{table.stem}").ROWS]
FIRST = {row.url: number for number, row in reversed(list(enumerate(ROWS)))}
FIRST_POST = {row.url: number for number, row in reversed(list(enumerate(ROWS))) if row.data is not None}
WHO_ADMINISTERS = sorted(ADMINS | {"superuser"})


@pytest.fixture(scope="module")
def db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """One transaction for the whole module (pytest-django's own `db` is one for each test), rolled back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def theatre(db: None) -> Iterator[Theatre]:
    """Staged once for all rows. The frame's counters stay out of the pages: pages/test_language.py draws them."""
    with (
        override_settings(THAID_ENABLED=True),
        mock.patch("accounts.thaid.advertises_pkce", return_value=False),
        mock.patch("eoffice.shell._build", return_value=None),
        mock.patch("eoffice.health.WORKER_PATIENCE_SECONDS", 0.1),
        mock.patch.object(logging.getLogger("django.request"), "disabled", True),
    ):
        theatre = Theatre(build(World()))
        with Kept().instead():
            yield theatre


def names(patterns: list[URLPattern | URLResolver], space: str = "") -> Iterator[str]:
    """The names of all addresses; a nameless one by its route, which no row bears."""
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from names(one.url_patterns, f"{space}{one.namespace}:" if one.namespace else space)
        else:
            yield f"{space}{one.name}" if one.name else str(one.pattern)


def test_every_address_stands_in_the_matrix() -> None:
    addresses, listed = set(names(get_resolver().url_patterns)), {row.url for row in ROWS}
    assert addresses - listed == set(), "addresses without a row"
    assert listed - addresses == set(), "rows without an address"


@pytest.mark.parametrize("number", range(len(ROWS)), ids=[str(row) for row in ROWS])
def test_row(theatre: Theatre, number: int) -> None:
    row = ROWS[number]
    first_post = FIRST_POST.get(row.url) == number
    faults = try_row(theatre, row, first=FIRST[row.url] == number, first_post=first_post, turn=number)
    assert not faults, "\n" + "\n".join(faults)


def test_nothing_is_posted_without_its_token(theatre: Theatre) -> None:
    """Whoever may most is turned away at every address when the token of the form is missing."""
    let_in = []
    for number in FIRST.values():
        row = ROWS[number]
        who = min(row.acts or row.ok or EVERYBODY)
        handler = theatre.clients[who].handler
        with mock.patch.object(handler, "enforce_csrf_checks", True):
            answer = theatre.visit(who, "post", row.path(theatre.stage))
        if answer.status != 403 or answer.changed or "โหลดหน้าใหม่" not in sentence(answer.page):
            let_in.append(f"{row}: {answer.status} {sorted(answer.changed)}")
    assert not let_in, "\n".join(let_in)


# -- lists, searches, counters, exports -------------------------------------------------------------

LISTS = [
    *("desk", "saraban:incoming", "saraban:outgoing", "saraban:outgoing?tab=dispatch", "saraban:outgoing?tab=sent"),
    *("saraban:all", "saraban:search?q=รายงาน", "saraban:search?q=แผนรักษา", "notifications:list"),
    *(f"draft:list?tab={tab}" for tab in ("mine", "returned", "review", "waiting", "proposed", "discarded")),
    *(f"intray:list?tab={tab}" for tab in ("wait", "sign", "sent", "due", "info", "done")),
]
_LETTER = re.compile(r"/(?:saraban/letter|draft|intray)/(\d+)/")


_REGISTER = re.compile(r"/saraban/registers/(\d+)/")


def pages_of(theatre: Theatre, who: str) -> Iterator[tuple[str, str]]:
    """Every list as `who` sees it, and every register the index offers him."""
    paths = [reverse(name) + f"?{query}" * bool(query) for name, _, query in (one.partition("?") for one in LISTS)]
    index = theatre.visit(who, "get", reverse("saraban:registers")).page
    paths += [reverse("saraban:register", args=[pk]) for pk in sorted(set(_REGISTER.findall(index)))]
    for path in paths:
        yield path, theatre.visit(who, "get", path).page


def readable(theatre: Theatre, who: str) -> set[int]:
    """The staged letters that the cast's table lets `who` read."""
    return {int(theatre.stage[name]) for name, readers in READERS.items() if who in readers}


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_lists_hold_what_their_reader_may_open(theatre: Theatre, who: str) -> None:
    own, faults = readable(theatre, who), []
    staged = {int(theatre.stage[name]): name for name in READERS}
    for path, page in pages_of(theatre, who):
        shown = {int(pk) for pk in _LETTER.findall(page)}
        if shown - own:
            faults.append(f"{path} shows {sorted(staged.get(pk, str(pk)) for pk in shown - own)}")
        if SECRET_SUBJECT in page and "secret" not in {staged[pk] for pk in own}:
            faults.append(f"{path} shows the subject of a classified letter")
    assert not faults, "\n".join(faults)
    everything = theatre.visit(who, "get", reverse("saraban:all")).page
    assert {int(pk) for pk in _LETTER.findall(everything)} == own


@pytest.mark.parametrize("who", WHO_ADMINISTERS)
def test_who_administers_reads_nothing(theatre: Theatre, who: str) -> None:
    """Neither Django's superuser nor the platform's admin nor a unit admin finds a letter anywhere: lists, search,
    counters of the menu, registers, exports."""
    actor = theatre.stage.world.actor(who)
    assert not Letter.objects.visible_to(actor).exists()
    assert newest_ids(reach_of(actor)) == []
    assert {entry.key: entry.count(actor) for entry in entries() if entry.count and entry.count(actor)} == {}
    for path, page in pages_of(theatre, who):
        assert SUBJECT not in page, path
        assert SECRET_SUBJECT not in page, path
        assert not _LETTER.findall(page), path
    for key in ("pte-send", "pte-receive", "mdes-receive", "pcpao-receive", "pte-secret-send"):
        folder = theatre.stage.world.folder(key)
        for form, rows in exports(theatre, who, folder):
            assert len(rows) <= 1, f"{folder} {form} holds rows for {who}"


def exports(theatre: Theatre, who: str, folder: RegisterFolder) -> Iterator[tuple[str, list[object]]]:
    """The rows of each export of a register, its heading included; nothing where the register is not to be had."""
    for form in ("xlsx", "csv"):
        with theatre.scene(who) as client:
            answer = client.get(reverse("saraban:register_export", args=[folder.pk, form]))
            content = b"".join(answer) if answer.streaming else b""
        if answer.status_code == 404:
            continue
        assert answer.status_code == 200
        if form == "csv":
            yield form, list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
        else:
            sheet = openpyxl.load_workbook(io.BytesIO(content), read_only=True).active
            assert sheet is not None
            yield form, list(sheet.iter_rows(values_only=True))


def test_the_admin_lists_hold_only_the_subtree(theatre: Theatre) -> None:
    """The admin of one office meets no unit, post, person, group or folder of another, nor in what forms offer."""
    stage = theatre.stage
    outside: dict[str, list[Any]] = {
        "unit": [stage.world.unit("PTE", "general"), stage.world.unit("MDES", "provincial")],
        "user": [stage.world.user("clerk"), stage.world.user("ministry-clerk")],
        "position": [stage.world.post("PTE", "clerk"), stage.world.post("MDES", "clerk")],
        "registerfolder": [stage.world.folder("pte-general-receive"), stage.world.folder("mdes-provincial-receive")],
        "rightsgroup": [
            stage.world.group("PTE", "custom:general-registry"),
            stage.world.group("MDES", "custom:provincial-registry"),
        ],
    }
    words = [str(getattr(row, "full_name", row)) for rows in outside.values() for row in rows]
    for model in (*outside, "appointment", "foldergroup", "holiday"):
        app = "saraban" if model in ("registerfolder", "foldergroup") else "org"
        page = theatre.visit("stat-admin", "get", reverse(f"admin:{app}_{model}_changelist")).page
        assert page
        assert not [word for word in words if word in page], model
        for row in outside.get(model, []):
            assert f"/{model}/{row.pk}/" not in page
    for name in (
        "org_unit_add",
        "org_position_add",
        "org_user_add",
        "org_rightsgroup_add",
        "saraban_registerfolder_add",
    ):
        page = theatre.visit("stat-admin", "get", reverse(f"admin:{name}")).page
        assert not [word for word in words if word in page], name
