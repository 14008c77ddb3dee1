"""One command with the embedded servers beside it: manage.py, the tests, a bench."""

import os
import signal
import subprocess
import sys
from types import FrameType

from eoffice import embedded
from eoffice.launcher import surroundings


def run(command: list[str], default_var: str) -> int:
    """Run `command` with the servers up and give its exit code (128 + signal when a signal ended it).

    The child shares our terminal and process group, so Ctrl-C reaches it and it decides; we wait for it.
    """
    var = surroundings.settle(default_var)
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, _interrupt)
    with embedded.servers(var) as servers:
        child = subprocess.Popen(command, env={**os.environ, **servers.environment()})
        try:
            code = _wait(child)
        finally:
            if child.poll() is None:
                child.kill()
                child.wait()
    return 128 - code if code < 0 else code


def _wait(child: "subprocess.Popen[bytes]") -> int:
    """Wait through Ctrl-C (the child got it too); pass SIGTERM on."""

    def pass_on(number: int, frame: FrameType | None) -> None:
        child.send_signal(number)

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, pass_on)
    return child.wait()


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Before the child runs, a request to end undoes what was started."""
    sys.exit(128 + number)
