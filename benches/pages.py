"""The pages a clerk lives in, as five kinds of actor, at 10,000 and 1,000,000 letters.

Whole requests through Django's test client: middleware, queries, template. `growth` is the worst ratio of the larger
database to the smaller, `clerk_over_registrar` the worst at the larger, `queries` and `ms` the worst anywhere. Both
sizes are measured in turn, several times, and a page's figure is its best median: what else ran meanwhile does not count.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from typing import Any

from benches.ground import last_line, median_ms
from benches.seed import ACTORS, actor_user, seeded

SIZES = (10_000, 1_000_000)
TURNS = 3
ONE_SIZE = "--one-size"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--letters", type=int, default=SIZES[1], help="size of the larger database")
    parser.add_argument(ONE_SIZE, type=int, default=0, help="measure one size and print its rows only")
    options = parser.parse_args()
    if options.one_size:
        last_line({"rows": measure(options.one_size)})
        return
    small, large = _in_turn(SIZES[0], options.letters)
    growth = max((large[key]["ms"] / small[key]["ms"], key) for key in large)
    beside = [
        (large[f"{page} clerk"]["ms"] / large[f"{page} registrar"]["ms"], page)
        for page in sorted({key.split(" ")[0] for key in large})
    ]
    last_line(
        {
            "bench": "pages",
            "letters": options.letters,
            "growth": round(growth[0], 2),
            "growth_at": growth[1],
            "clerk_over_registrar": round(max(beside)[0], 2),
            "clerk_over_registrar_at": max(beside)[1],
            "queries": max(row["queries"] for row in large.values()),
            "ms": round(max(row["ms"] for row in large.values()), 1),
            "rows": large,
        }
    )


def _in_turn(*sizes: int) -> list[dict[str, Any]]:
    """The rows of each size, the best of `TURNS` measurements that took turns."""
    best: list[dict[str, Any]] = [{} for _ in sizes]
    for _ in range(TURNS):
        for rows, letters in zip(best, sizes, strict=True):
            for key, row in _apart(letters).items():
                if key not in rows or row["ms"] < rows[key]["ms"]:
                    rows[key] = row
    for rows, letters in zip(best, sizes, strict=True):
        for key, row in rows.items():
            print(f"{letters:>9}  {key:<24} {row['ms']:>7.1f} ms  {row['queries']:>3} queries  {row['bytes']:>7} bytes")
    return best


def _apart(letters: int) -> dict[str, Any]:
    """The rows of one size, measured in a process of its own (Django stands on one database)."""
    command = [sys.executable, "-m", "benches.pages", ONE_SIZE, str(letters)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=dict(os.environ))
    rows: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])["rows"]
    return rows


def measure(letters: int) -> dict[str, dict[str, float]]:
    """{"page actor": {"ms", "queries", "bytes"}} on the database of that size."""
    seeded(letters)
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse
    from django.utils import timezone

    from accounts.actions import accept_notice
    from accounts.selectors import notice_accepted
    from org.actor import Actor
    from org.models import User
    from org.selectors import current_appointments
    from saraban.models import RegisterFolder
    from saraban.models.reach import newest_ids, reach_of

    settings.ALLOWED_HOSTS = ["testserver"]
    send = RegisterFolder.objects.get(kind="SEND")
    rows: dict[str, dict[str, float]] = {}
    for name in ACTORS:
        user = User.objects.get(username=actor_user(name))
        actor = Actor(user, current_appointments(user, timezone.now())[0])
        if not notice_accepted(user):
            accept_notice(by=actor)
        client = Client()
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
        newest = newest_ids(reach_of(actor), limit=1)
        pages = {
            "home": reverse("desk"),
            "intray": reverse("intray:list"),
            "register": reverse("saraban:register", args=[send.pk]),
            "all": reverse("saraban:all"),
        }
        if newest:
            pages["letter"] = reverse("saraban:letter", args=[newest[0]])
        for page, url in pages.items():
            answer = client.get(url)
            if answer.status_code != 200:
                raise RuntimeError(f"{page} as {name}: {answer.status_code}")
            with CaptureQueriesContext(connection) as queries:
                client.get(url)
            asked = len(queries)
            rows[f"{page} {name}"] = {
                "ms": round(median_ms(lambda c=client, u=url: c.get(u)), 2),  # type: ignore[misc]
                "queries": asked,
                "bytes": len(answer.content),
            }
    return rows


if __name__ == "__main__":
    main()
