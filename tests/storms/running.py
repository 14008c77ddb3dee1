"""The real platform as `scripts/run` starts it, in parts that can be killed and started again one by one.

The launcher itself ends when one of its parts ends, so each part is started here with the command and the environment
the launcher would have given it. PostgreSQL runs with full durability: what was answered must outlive its death.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, LiteralString
from unittest import mock
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import psutil
import psycopg
from django.conf import settings

from eoffice import embedded
from eoffice.embedded import postgres, processes, redis_server
from eoffice.embedded.places import Places, log_end
from eoffice.launcher.family import MARK, Family
from eoffice.launcher.members import PYTHON, Plan, _free_ports, plan

PATIENCE = 120.0  # seconds until what must happen has to have happened
READY = "from eoffice.launcher.make_ready import make_ready; make_ready()"
OURS = ("web", "worker", "beat", "mail", "demo-ca")
SERVERS = ("postgresql", "redis")


def until(true: Callable[[], Any], what: str, *, patience: float = PATIENCE, pause: float = 0.1) -> Any:
    """Wait for `true` to give something; gives it. AssertionError says `what` did not happen in time."""
    deadline = time.monotonic() + patience
    while not (found := true()):
        assert time.monotonic() < deadline, f"not within {patience:.0f} s: {what}"
        time.sleep(pause)
    return found


class Running:
    """One platform in the private folder `var`; a context manager that leaves no process behind."""

    def __init__(self, var: Path) -> None:
        self.var = var.resolve()
        self.commands: dict[str, list[str]] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Running:
        with self._stack:
            self._stack.callback(self._leaves_nobody)
            servers = self._stack.enter_context(embedded.servers(self.var, {"EOFFICE_PG_FAST": "0"}))
            self.places = Places.prepare(self.var)
            planned = self._plan()
            for folder in ("log", "run", "static"):
                (self.var / folder).mkdir(exist_ok=True)
            self.family = Family(self.var, {**planned.environment, **servers.environment()})
            self._stack.callback(self.family.end)
            self.address, self.database_url = planned.root, servers.database_url
            self.family.call("make-ready", [PYTHON, "-c", READY])
            for name in OURS:
                self.start(name)
            until(self.is_well, "the platform comes up")
            self._stack = self._stack.pop_all()
        return self

    def __exit__(self, *reason: object) -> None:
        self._stack.close()

    def _plan(self) -> Plan:
        """The launcher's own plan for our folder, each of its parts as one command."""
        ours = {
            "PORT": str(_free_ports(1)[0]),
            "EOFFICE_DEMO": "1",
            "EOFFICE_DEMO_LETTERS": "0",
            "THAID_ENABLED": "off",
        }
        hidden = [name for name in ("SITE_URL", "EMAIL_HOST", "EMAIL_PORT", "TSA_URL") if name in os.environ]
        with mock.patch.dict(os.environ, ours):
            for name in hidden:
                del os.environ[name]
            made = plan(self.var)
        nursery, *others = [*made.first, *made.then]
        children: dict[str, list[str]] = json.loads(nursery.command[-1])["children"]
        self.commands = {name: [PYTHON, "-m", *command] for name, command in children.items()}
        self.commands |= {member.name: member.command for member in others}
        made.environment |= ours | {"EOFFICE_VAR": str(self.var), "EOFFICE_FONT_DIR": str(settings.FONT_DIR)}
        return made

    # -- killing and starting ---------------------------------------------------------------------

    def start(self, name: str) -> None:
        """Start a part that does not run (harmless for one that does)."""
        if name == "postgresql":
            postgres.ensure_running(self.places, fast=False)
        elif name == "redis":
            redis_server.ensure_running(self.places)
        elif name not in self.family.members:
            self.family.start(name, self.commands[name])

    def pid(self, name: str) -> int:
        """The process that leads a part."""
        if name in self.family.members:
            return self.family.members[name].pid
        file = {"postgresql": "postgresql/postmaster.pid", "redis": "redis/redis.pid"}[name]
        found = processes.first_number(self.var / file)
        assert found is not None, name
        return found

    def children(self, name: str) -> list[int]:
        """The processes a part has made, the oldest first."""
        return [child.pid for child in psutil.Process(self.pid(name)).children(recursive=True)]

    def kill(self, name: str) -> None:
        """SIGKILL a part with all its processes, as a machine that fails would; of PostgreSQL the postmaster only."""
        leader, victims = self.pid(name), [self.pid(name)]
        if name != "postgresql":  # its back ends see their master's death by themselves
            victims += self.children(name)
        for pid in victims:
            os.kill(pid, signal.SIGKILL)
        member = self.family.members.pop(name, None)
        if member is not None:
            member.wait(PATIENCE)
        until(lambda: not processes.alive(leader), f"{name} is dead")

    def kill_one(self, name: str) -> None:
        """SIGKILL the youngest process of a part, as the kernel does when memory runs out."""
        os.kill(self.children(name)[-1], signal.SIGKILL)

    def suspend(self, name: str, *, resume: bool = False) -> None:
        """Stop a part without ending it: it takes connections and answers nothing."""
        os.kill(self.pid(name), signal.SIGCONT if resume else signal.SIGSTOP)

    def all_up(self) -> None:
        """Whatever an earlier storm left dead runs again."""
        for name in (*SERVERS, *OURS):
            self.start(name)
        until(self.is_well, "all parts are well")

    # -- looking ----------------------------------------------------------------------------------

    def health(self, only: str = "") -> dict[str, Any]:
        """What /healthz says, with its status under `status` (0: nobody answered)."""
        self.family.watch()
        try:
            with urlopen(f"{self.address}/healthz?only={only}", timeout=20) as answer:
                return {**json.load(answer), "status": answer.status}
        except HTTPError as error:
            return {**json.load(error), "status": error.code}
        except (URLError, OSError):
            return {"status": 0}

    def is_well(self) -> bool:
        return bool(self.health()["status"] == 200)

    def ask(self, query: LiteralString, *values: object) -> list[tuple[Any, ...]]:
        """Rows straight from the platform's database. Raises `ChildFailed` when a part ended that nobody killed."""
        self.family.watch()
        with psycopg.connect(self.database_url, autocommit=True, connect_timeout=10) as connection:
            return connection.execute(query, values).fetchall()

    def count(self, query: LiteralString, *values: object) -> int:
        """The one number a query gives."""
        return int(self.ask(query, *values)[0][0])

    def inside(self, what: str, *arguments: object) -> Any:
        """Run a function of tests.storms.inside in a process of the platform; gives what it prints as JSON."""
        environment = {**os.environ, **self.family.environment, MARK: str(self.var)}
        command = [PYTHON, "-m", "tests.storms.inside", what, *map(str, arguments)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False)
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout.splitlines()[-1])

    def log(self, name: str) -> str:
        """The last lines a part wrote, for a message."""
        return log_end(self.family.log(name), 30)

    def _leaves_nobody(self) -> None:
        """No process of ours lives any more: none with our mark, none that works in our folder."""

        def ours(process: psutil.Process) -> bool:
            try:
                works_here = Path(process.cwd()).is_relative_to(self.var)
                return works_here or process.environ().get(MARK) == str(self.var)
            except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
                return False

        until(lambda: not any(ours(one) for one in psutil.process_iter()), "every process has ended", patience=30)
