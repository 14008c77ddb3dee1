"""Running a program over bytes from outside: its own process group, bounded memory, time and files, and no network.

This file is also the little program that stands between: it takes the limits on itself and becomes the program.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

MB = 1024 * 1024
_NEW_NETWORK, _NEW_USER = 0x40000000, 0x10000000
_DIE_WITH_PARENT, _NO_NEW_PRIVILEGES = 1, 38


class TooSlow(Exception):
    """The program did not end in time; its whole process group is gone."""


@dataclass(frozen=True, slots=True)
class Limits:
    """`seconds` by the clock (and of the processor, twice over), `memory_mb` of address space, `file_mb` for one file."""

    seconds: int
    memory_mb: int
    file_mb: int


@dataclass(frozen=True, slots=True)
class Ended:
    """How it ended: the exit code (negative: the signal), and the last of what it said."""

    code: int
    said: str


def run(command: Sequence[str], *, limits: Limits, folder: Path, environment: Mapping[str, str]) -> Ended:
    """Run `command` in `folder` with nothing but `environment`. Raises `TooSlow`.

    Whatever it started is killed with it. Where the system lets us, it has no network at all; where not, it still has
    what its environment and its caller left it, which must be nothing worth asking.
    """
    words = [sys.executable, "-I", "-S", str(Path(__file__).resolve())]
    words += [str(number) for number in (limits.seconds, limits.memory_mb, limits.file_mb)]
    with (folder / "said.txt").open("w+b") as said:
        process = subprocess.Popen(  # noqa: S603 – our own program, the caller's command
            [*words, *command],
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            code = process.wait(limits.seconds)
        except subprocess.TimeoutExpired as error:
            raise TooSlow from error
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        said.seek(max(0, said.seek(0, os.SEEK_END) - 4000))
        return Ended(code, said.read().decode("utf-8", "replace"))


def _become(seconds: int, memory_mb: int, file_mb: int, command: list[str]) -> None:
    """Take the limits and become `command`."""
    system = ctypes.CDLL(None, use_errno=True)
    system.prctl(_DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
    if system.unshare(_NEW_NETWORK) != 0:  # not root: a user namespace of our own may allow it
        system.unshare(_NEW_USER | _NEW_NETWORK)
    system.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    for what, most in (
        (resource.RLIMIT_AS, memory_mb * MB),
        (resource.RLIMIT_CPU, 2 * seconds),
        (resource.RLIMIT_FSIZE, file_mb * MB),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 512),
    ):
        hard = resource.getrlimit(what)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most, most))
    os.execvp(command[0], command)  # noqa: S606 – no shell is wanted


if __name__ == "__main__":
    _become(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
