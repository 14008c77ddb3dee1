"""`scripts/run`: servers, migrations, demo data, web, worker, beat and mail sink, until Ctrl-C."""

import json
import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from eoffice import embedded
from eoffice.embedded import processes
from eoffice.embedded.locks import Taken, exclusive_or_taken
from eoffice.launcher import surroundings
from eoffice.launcher.family import ChildFailed, Family, end_marked

OPEN_LIMIT_SECONDS = 90
PYTHON = sys.executable


class CannotRun(RuntimeError):
    """The platform cannot run here now; the text is a Thai sentence."""


@dataclass(frozen=True)
class Address:
    """Where the web answers."""

    port: int

    @property
    def root(self) -> str:
        """The address a person types, without the closing slash."""
        return f"http://127.0.0.1:{self.port}"


def run(*, check: bool) -> int:
    """Run the platform until it is told to stop; with `check`, only until everything has answered once."""
    began = time.monotonic()
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, _stop)
    var = surroundings.settle("var")
    try:
        for folder in (var / "run", var / "log"):
            folder.mkdir(exist_ok=True)
        with exclusive_or_taken(var / "run" / "platform.lock"):
            _run_alone(var, check=check, began=began)
    except Taken:
        print(f"ระบบในโฟลเดอร์ {var} กำลังทำงานอยู่แล้ว", file=sys.stderr)
        return 1
    except (CannotRun, ChildFailed) as failure:
        print(f"ผิดพลาด: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nหยุดระบบเรียบร้อยแล้ว")
    return 0


def _run_alone(var: Path, *, check: bool, began: float) -> None:
    """The life of one platform; whatever ends it, nothing of it is left behind."""
    if left := end_marked(var):
        print(f"เก็บกวาดโพรเซสที่ค้างจากครั้งก่อน {left} รายการ")
    address = Address(_free_port())
    print("กำลังเริ่มฐานข้อมูลและ Redis")
    with ExitStack() as stack:
        stack.callback(signal.signal, signal.SIGINT, signal.default_int_handler)
        servers = stack.enter_context(embedded.servers(var))
        family = Family(var, {**servers.environment(), **_addresses(address)})
        stack.callback(family.end)
        stack.callback(_deaf)
        facts = _open(family, address)
        _wait_until_open(family, address, check=check)
        seconds = time.monotonic() - began
        if check:
            _check_page(address, facts["sign_in"])
            print(f"ตรวจแล้ว ทุกส่วนทำงานครบ ({seconds:.1f} วินาที)")
            return
        _welcome(address, facts["accounts"], var, seconds)
        while True:
            family.watch()
            for name, pid in servers.pids.items():
                if not processes.alive(pid):
                    raise CannotRun(f"{name} หยุดทำงาน ดูบันทึกใน {var / 'log'}")
            time.sleep(0.5)


def _open(family: Family, address: Address) -> dict[str, str]:
    """Start the members, which begin once `make_ready` is done; gives what it found."""
    ready = family.var / "run" / "ready.json"
    ready.unlink(missing_ok=True)
    warm = [PYTHON, "-m", "eoffice.launcher.warm", str(ready)]
    web = ["--bind", f"127.0.0.1:{address.port}", "--workers", "2", "--threads", "4", "--preload"]
    web += ["--timeout", "60", "--graceful-timeout", "5", "--access-logfile", "-", "--no-control-socket"]
    worker = ["worker", "--concurrency=2", "--loglevel=INFO", "--without-mingle", "--without-gossip"]
    beat = ["beat", "--loglevel=INFO", "--schedule", str(family.var / "run" / "beat-schedule"), "--pidfile="]
    celery = ["celery", "-A", "eoffice.celery:app"]

    print("กำลังปรับปรุงฐานข้อมูลและข้อมูลตัวอย่าง")
    family.start("web", [*warm, "gunicorn", "eoffice.wsgi", *web])
    family.start("worker", [*warm, *celery, *worker])
    family.call("ready", [PYTHON, "-m", "eoffice.launcher.make_ready", str(ready)])
    print("กำลังเปิดเว็บ งานเบื้องหลัง และที่รับอีเมล")
    family.start("beat", [*warm, *celery, *beat])
    if "EMAIL_PORT" in family.environment:
        folder, port = str(family.var / "mail"), family.environment["EMAIL_PORT"]
        family.start("mail", [PYTHON, "-m", "eoffice.launcher.mail_sink", folder, port])
    facts: dict[str, str] = json.loads(ready.read_text(encoding="utf-8"))
    return facts


def _addresses(address: Address) -> dict[str, str]:
    """Variables that say where we are; a mail server named by the operator is used instead of the sink."""
    found = {"SITE_URL": os.environ.get("SITE_URL", address.root)}
    if not os.environ.get("EMAIL_HOST"):
        with socket.create_server(("127.0.0.1", 0)) as free:
            found |= {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(free.getsockname()[1])}
    return found


def _free_port() -> int:
    """The port of `PORT` (8000); raises `CannotRun` when somebody else listens there."""
    try:
        port = int(os.environ.get("PORT") or 8000)
        with socket.create_server(("127.0.0.1", port)):
            return port
    except (ValueError, OverflowError) as error:
        raise CannotRun(f"PORT ต้องเป็นตัวเลข 1–65535: {os.environ['PORT']}") from error
    except OSError as error:
        raise CannotRun(f"พอร์ต {port} ไม่ว่าง โปรดเลือกพอร์ตอื่น เช่น PORT={port + 1} scripts/run") from error


def _wait_until_open(family: Family, address: Address, *, check: bool) -> None:
    """Wait until the web is there with its data or, with `check`, until every part of /healthz is well."""
    url = f"{address.root}/healthz" + ("" if check else "?only=database,redis,storage")
    deadline = time.monotonic() + OPEN_LIMIT_SECONDS
    status, answer = 0, ""
    while time.monotonic() < deadline:
        family.watch()
        status, answer = fetch(url)
        if status == 200:
            return
        time.sleep(0.1)
    raise CannotRun(f"ระบบไม่พร้อมภายใน {OPEN_LIMIT_SECONDS} วินาที /healthz ตอบ {status or 'ไม่ได้'} {answer}")


def _check_page(address: Address, path: str) -> None:
    """The sign-in page must answer 200."""
    status, _ = fetch(f"{address.root}{path}")
    if status != 200:
        raise CannotRun(f"หน้าเข้าสู่ระบบ {path} ตอบ {status}")


def fetch(url: str) -> tuple[int, str]:
    """HTTP status and text of a page of ours; status 0 when nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=10) as response:
            return response.status, response.read().decode("utf-8", errors="replace")
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode("utf-8", errors="replace")
    except OSError:
        return 0, ""


def _welcome(address: Address, accounts: str, var: Path, seconds: float) -> None:
    print(f"\nระบบสารบรรณอิเล็กทรอนิกส์พร้อมใช้งานที่ {address.root}  ({seconds:.1f} วินาที)")
    if accounts:
        print(f"\n{accounts.rstrip()}")
    print(f"\nอีเมลที่ระบบส่งอยู่ใน {var / 'mail'}  บันทึกการทำงานอยู่ใน {var / 'log'}")
    print("กด Ctrl-C เพื่อหยุด", flush=True)


def _stop(number: int, frame: FrameType | None) -> None:
    """SIGTERM and a closed terminal end the platform as Ctrl-C does."""
    raise KeyboardInterrupt


def _deaf() -> None:
    """From here on the end is under way and not interrupted any more (it is bounded in time)."""
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
