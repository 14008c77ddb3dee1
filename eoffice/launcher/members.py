"""Who belongs to a running platform: command, port and environment of each process."""

import json
import os
import socket
import sys
from dataclasses import dataclass, field
from pathlib import Path

from accounts.demo_provider import place

PYTHON = sys.executable
AUTHORITY_PORT = 8998  # stands in the demo's certificates (signing.demo_ca); another one when it is taken


class CannotRun(RuntimeError):
    """The platform cannot run here now; the text is a Thai sentence."""


@dataclass(frozen=True)
class Member:
    """One process of the platform; `port` is where it listens on 127.0.0.1, when it does."""

    name: str
    command: list[str]
    port: int | None = None


@dataclass
class Plan:
    """What to start: `first` at once, `then` when database and demo data are ready."""

    var: Path
    port: int
    environment: dict[str, str] = field(default_factory=dict)
    first: list[Member] = field(default_factory=list)
    then: list[Member] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def root(self) -> str:
        """The address a person types, without the closing slash."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def ready(self) -> Path:
        """The file by which the nursery says that the platform runs."""
        return self.var / "run" / "ready.json"


def plan(var: Path) -> Plan:
    """The platform for the data folder `var` and the environment we are in. Raises `CannotRun`."""
    made = Plan(var, _port_of_the_web())
    mail, thaid = _free_ports(2)
    made.environment["SITE_URL"] = os.environ.get("SITE_URL") or made.root
    _add_web_and_work(made)
    _add_mail_sink(made, mail)
    if os.environ.get("EOFFICE_DEMO", "").lower() in ("1", "true", "yes", "on"):
        _add_thaid(made, thaid)
        _add_authority(made, AUTHORITY_PORT if _is_free(AUTHORITY_PORT) else _free_ports(1)[0])
    return made


def _add_web_and_work(made: Plan) -> None:
    celery = ["celery", "-A", "eoffice.celery:app"]
    web = ["--config", "python:eoffice.gunicorn", "--bind", f"127.0.0.1:{made.port}", "--workers", "2"]
    web += ["--graceful-timeout", "5"]
    worker = ["worker", "--concurrency=2", "--loglevel=INFO", "--without-mingle", "--without-gossip"]
    beat = ["beat", "--loglevel=INFO", "--schedule", str(made.var / "run" / "beat-schedule"), "--pidfile="]
    children = {
        "web": ["gunicorn", "eoffice.wsgi", *web],
        "worker": [*celery, *worker],
        "beat": [*celery, *beat],
    }
    told = {"ready": str(made.ready), "log": str(made.var / "log"), "children": children}
    made.first.append(Member("platform", [PYTHON, "-m", "eoffice.launcher.nursery", json.dumps(told)]))


def _add_mail_sink(made: Plan, port: int) -> None:
    """Our own receiver of mail, unless the operator names a mail server."""
    if not os.environ.get("EMAIL_HOST"):
        made.environment |= {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(port)}
        command = [PYTHON, "-m", "eoffice.launcher.mail_sink", str(made.var / "mail"), str(port)]
        made.first.append(Member("mail", command, port))


def _add_thaid(made: Plan, port: int) -> None:
    """The provider that plays ThaiD, unless ThaiD is set up or the machine has no Node."""
    if os.environ.get("THAID_ENABLED"):
        return
    try:
        place.command()
        place.modules()
    except place.NotThere as missing:
        made.remarks.append(str(missing))
        return
    site = made.environment["SITE_URL"]
    made.environment |= place.environment(port, site)
    made.first.append(Member("thaid", [PYTHON, "-m", "accounts.demo_provider", str(port), site], port))


def _add_authority(made: Plan, port: int) -> None:
    """The demo's certification authority: time-stamps, revocation list, certificate status."""
    if os.environ.get("TSA_URL"):
        return
    made.environment["TSA_URL"] = f"http://127.0.0.1:{port}/tsa"
    folder = made.var / "demo-ca"
    command = [PYTHON, "-m", "eoffice.launcher.demo_authority", str(folder), str(port)]
    is_made = (folder / "roots" / "root.pem").exists()  # by the demo data of the first start
    (made.first if is_made else made.then).append(Member("demo-ca", command, port))


def _port_of_the_web() -> int:
    """The port of `PORT` (8000); raises `CannotRun` when somebody else listens there."""
    wanted = os.environ.get("PORT") or "8000"
    if not wanted.isdigit() or not 0 < int(wanted) < 65536:
        raise CannotRun(f"PORT ต้องเป็นตัวเลข 1–65535: {wanted}")
    port = int(wanted)
    if not _is_free(port):
        raise CannotRun(f"พอร์ต {port} ไม่ว่าง โปรดเลือกพอร์ตอื่น เช่น PORT={port + 1} scripts/run")
    return port


def _is_free(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def _free_ports(count: int) -> list[int]:
    """Ports of 127.0.0.1 nobody listens on, all different."""
    taken = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [server.getsockname()[1] for server in taken]
    for server in taken:
        server.close()
    return ports
