"""PostgreSQL and Redis as private processes under one folder, for the one-command start and the tests.

Both come from Python wheels, listen on unix sockets only and are shared by everybody who asks for the
same folder: the first one in starts them, the last one out stops them. Servers whose starter was killed
are found again and adopted, so nothing has to be cleaned by hand.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from eoffice.embedded import postgres, redis_server
from eoffice.embedded.locks import Guests, exclusive
from eoffice.embedded.places import Places, ServersFailed

__all__ = ["Servers", "ServersFailed", "numbered_redis_url", "servers"]


@dataclass(frozen=True)
class Servers:
    """Where the two servers answer; `pids` names the processes that run for this folder."""

    database_url: str
    redis_url: str
    pids: dict[str, int] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        """The variables a child process needs to reach them."""
        return {"DATABASE_URL": self.database_url, "REDIS_URL": self.redis_url}


@contextmanager
def servers(var: Path, environ: Mapping[str, str] | None = None) -> Iterator[Servers]:
    """Have PostgreSQL and Redis up for the folder `var` while the block runs.

    `DATABASE_URL` and `REDIS_URL` (also as `…_FILE`) in `environ` (default: the process's own) name real
    servers; what they name is not started. `EOFFICE_PG_FAST=1` gives up durability for speed (tests).
    Raises `ServersFailed` with a Thai sentence and the end of the server's log.
    """
    environ = os.environ if environ is None else environ
    database_url = _given(environ, "DATABASE_URL")
    redis_url = _given(environ, "REDIS_URL")
    if database_url and redis_url:
        yield Servers(database_url, redis_url)
        return
    places = Places.prepare(var)
    fast = environ.get("EOFFICE_PG_FAST", "") not in ("", "0")
    guests = Guests(places.lock("servers.guests"))
    with exclusive(places.lock("servers.start")):
        guests.enter()
        pids: dict[str, int] = {}
        try:
            if not database_url:
                pids["postgresql"] = postgres.ensure_running(places, fast=fast)
                database_url = postgres.url(places)
            if not redis_url:
                pids["redis"] = redis_server.ensure_running(places)
                redis_url = redis_server.url(places)
        except BaseException:
            _leave(places, guests)
            raise
    try:
        yield Servers(database_url, redis_url, pids)
    finally:
        with exclusive(places.lock("servers.start")):
            _leave(places, guests)


def numbered_redis_url(url: str, number: int) -> str:
    """The same Redis, another of its numbered databases (0–15): parallel tests do not see each other.

    Takes redis-py's `unix://…?db=0`, Celery's `redis+socket://…?virtual_host=0` and `redis://host:port/0`.
    """
    if "?" in url:
        address, query = url.split("?", 1)
        return f"{address}?{query.split('=', 1)[0]}={number}"
    scheme, rest = url.split("://", 1)
    return f"{scheme}://{rest.split('/', 1)[0]}/{number}"


def _given(environ: Mapping[str, str], name: str) -> str:
    """A variable's value, or the content of the file that `NAME_FILE` names; empty when neither is set."""
    if file := environ.get(f"{name}_FILE"):
        return Path(file).read_text(encoding="utf-8").strip()
    return environ.get(name, "")


def _leave(places: Places, guests: Guests) -> None:
    """Leave; the last one out stops the servers. The start lock is held by the caller."""
    if guests.leave():
        redis_server.stop(places)
        postgres.stop(places)
        places.forget_sockets()
