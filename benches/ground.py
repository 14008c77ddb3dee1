"""What the benches share: a seeded database of a given size, Django on it, and the last line."""

from __future__ import annotations

import json
import os
import statistics
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg


def open_database(name: str) -> None:
    """Point Django at database `name` of the bench server, created and migrated where it is missing."""
    address = os.environ["DATABASE_URL"]
    parts = urlsplit(address)
    os.environ["DATABASE_URL"] = urlunsplit(parts._replace(path=f"/{name}"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "eoffice.settings")
    os.environ.setdefault("EOFFICE_DEMO", "1")
    os.environ.setdefault("EOFFICE_PLAIN_STATIC", "1")
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    os.environ["STATEMENT_TIMEOUT_MS"] = "0"
    with psycopg.connect(address, autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone()
        if not found:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def median_ms(call: Callable[[], Any], *, rounds: int = 15, warm: int = 3) -> float:
    """The median wall time of `call` in milliseconds, after `warm` calls that do not count."""
    for _ in range(warm):
        call()
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        call()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def last_line(figures: dict[str, Any]) -> None:
    """Print the figures as the one JSON line that ends a bench."""
    print(json.dumps(figures, ensure_ascii=False))
