"""The processes of one running platform: started together, watched together, ended together.

Each child leads a session of its own and carries the family's mark in its environment, which its own
children inherit. So the whole family can be found and ended even by a later start, after the launcher
itself was killed.
"""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from eoffice.embedded.places import log_end

MARK = "EOFFICE_FAMILY"
GRACE_SECONDS = 10.0


class ChildFailed(RuntimeError):
    """A member of the family ended by itself or failed; the text says which and shows its last lines."""


@dataclass
class Family:
    """The children of one data folder. `var` (absolute) is also the mark."""

    var: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    members: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    def log(self, name: str) -> Path:
        """Where the member `name` writes."""
        return self.var / "log" / f"{name}.log"

    def start(self, name: str, command: Sequence[str]) -> None:
        """Start a member that is to run until the end."""
        with self.log(name).open("wb") as output:
            self.members[name] = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self.environment, MARK: str(self.var)},
                start_new_session=True,
            )

    def call(self, name: str, command: Sequence[str]) -> None:
        """Run a member that ends by itself; raises `ChildFailed` unless it ends well."""
        self.start(name, command)
        code = self.members[name].wait()
        del self.members[name]
        if code != 0:
            raise self._failure(name, code)

    def watch(self) -> None:
        """Raise `ChildFailed` when a member is gone."""
        for name, member in self.members.items():
            code = member.poll()
            if code is not None:
                raise self._failure(name, code)

    def end(self) -> None:
        """Ask every member to end, then end by force whoever is left, grandchildren included."""
        end_marked(self.var)
        for member in self.members.values():
            member.wait()
        self.members.clear()

    def _failure(self, name: str, code: int) -> ChildFailed:
        path = self.log(name)
        return ChildFailed(f"ส่วน {name} หยุดทำงาน (รหัส {code}) บันทึกท้ายสุดจาก {path}:\n{log_end(path)}")


def end_marked(var: Path) -> int:
    """End all processes that carry the mark of `var`, leaders first by SIGTERM; gives how many there were."""
    marked = _marked(var)
    leaders = [process for process in marked if _leads(process)]
    for process in leaders:  # gunicorn and Celery end their own children in good order
        _signal(process, signal.SIGTERM)
    _wait_for(leaders)
    for _ in range(3):  # who was being born meanwhile is met the next time round
        left = _marked(var)
        for process in left:
            _signal(process, signal.SIGKILL)
        _wait_for(left)
    return len(marked)


def _wait_for(processes: list[psutil.Process]) -> None:
    """Wait until all have ended, for the time of grace at most."""
    deadline = time.monotonic() + GRACE_SECONDS
    while any(_lives(process) for process in processes) and time.monotonic() < deadline:
        time.sleep(0.02)


def _lives(process: psutil.Process) -> bool:
    """Whether it still runs; a zombie does not, though nobody may have taken notice of its end yet."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _marked(var: Path) -> list[psutil.Process]:
    """Living processes with the mark in their environment; ourselves excepted."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.pid != os.getpid() and _lives(process) and process.environ().get(MARK) == str(var):
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


def _leads(process: psutil.Process) -> bool:
    """Whether it leads a session, that is: was started by a launcher."""
    try:
        return os.getsid(process.pid) == process.pid
    except ProcessLookupError:
        return False


def _signal(process: psutil.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return
