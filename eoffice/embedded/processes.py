"""Starting, recognising and stopping one server process."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil

from eoffice.embedded.places import Places

_children: dict[int, subprocess.Popen[bytes]] = {}


def start(command: Sequence[str], places: Places, log: Path, environ: Mapping[str, str] | None = None) -> int:
    """Start a server as our own child in a session of its own (Ctrl-C does not reach it); gives its pid."""
    with log.open("ab") as output:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            env={**_clean_environment(), **(environ or {})},
            start_new_session=True,
            **places.run_as(),
        )
    _children[child.pid] = child
    return child.pid


def alive(pid: int) -> bool:
    """Whether the process still works; a dead child is reaped on the way."""
    child = _children.get(pid)
    if child is not None and child.poll() is not None:
        del _children[pid]
        return False
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def wait(pid: int) -> int:
    """Wait for a child we started to end by itself; gives its exit code."""
    return _children.pop(pid).wait()


def works_in(pid: int, folder: Path) -> bool:
    """Whether `pid` is a living process whose working folder is `folder`: how both servers are recognised."""
    try:
        return alive(pid) and Path(psutil.Process(pid).cwd()) == folder
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False


def first_number(path: Path) -> int | None:
    """The pid in the first line of a pid file; None when there is no such file or no number in it."""
    try:
        return int(path.read_text(encoding="utf-8").split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None


def stop(pid: int, signals: Sequence[signal.Signals], patience: float) -> None:
    """Send the signals one after another, `patience` seconds each, until the process is gone."""
    for number in (*signals, signal.SIGKILL):
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            break
        if _gone_within(pid, patience):
            break
    _children.pop(pid, None)


def _gone_within(pid: int, seconds: float) -> bool:
    """Wait for the end of a process. A zombie has ended: who adopted it may take his time to notice."""
    deadline = time.monotonic() + seconds
    while alive(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _clean_environment() -> dict[str, str]:
    """Only what a server needs: no PG… or locale variable of the caller's may change how it runs."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
