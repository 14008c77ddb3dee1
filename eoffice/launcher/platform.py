"""`scripts/run`: servers, migrations, demo data and all members, until Ctrl-C."""

import http.client
import json
import signal
import socket
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

from eoffice import embedded
from eoffice.embedded import processes
from eoffice.embedded.locks import Taken, exclusive_or_taken
from eoffice.launcher import surroundings
from eoffice.launcher.family import ChildFailed, Family, end_marked
from eoffice.launcher.members import CannotRun, Plan, plan

OPEN_LIMIT_SECONDS = 180
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run(*, check: bool) -> int:
    """Run the platform until it is told to stop; with `check`, only until everything has answered once."""
    began = time.monotonic()
    for number in SIGNALS:  # SIGINT too: a script that starts us in its background has it ignored
        signal.signal(number, _stop)
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
        return 130 if check else 0
    return 0


def _run_alone(var: Path, *, check: bool, began: float) -> None:
    """The life of one platform; whatever ends it, nothing of it is left behind."""
    if left := end_marked(var):
        _say(f"เก็บกวาดโพรเซสที่ค้างจากครั้งก่อน {left} รายการ")
    planned = plan(var)
    _say("กำลังเริ่มฐานข้อมูลและ Redis")
    with ExitStack() as stack:
        servers = stack.enter_context(embedded.servers(var))
        family = Family(var, {**servers.environment(), **planned.environment})
        stack.callback(family.end)
        stack.callback(_deaf)
        facts = _open(family, planned)
        _wait_until_open(family, planned, check=check)
        seconds = time.monotonic() - began
        if check:
            _check_members(planned, facts["sign_in"])
            family.watch()
            _say(f"ตรวจแล้ว ทุกส่วนทำงานครบ ({seconds:.1f} วินาที)")
            return
        _welcome(planned, facts["accounts"], seconds)
        while True:
            family.watch()
            for name, pid in servers.pids.items():
                if not processes.alive(pid):
                    raise CannotRun(f"{name} หยุดทำงาน ดูบันทึกใน {var / 'log'}")
            time.sleep(0.5)


def _open(family: Family, planned: Plan) -> dict[str, str]:
    """Start the members and wait until the nursery has made all ready; gives what it found."""
    _say("กำลังปรับปรุงฐานข้อมูลและข้อมูลตัวอย่าง แล้วเปิดเว็บและงานเบื้องหลัง")
    planned.ready.unlink(missing_ok=True)
    for member in planned.first:
        family.start(member.name, member.command)
    while not planned.ready.exists():  # a first start or a large migration takes its time
        family.watch()
        time.sleep(0.05)
    for member in planned.then:
        family.start(member.name, member.command)
    facts: dict[str, str] = json.loads(planned.ready.read_text(encoding="utf-8"))
    return facts


def _wait_until_open(family: Family, planned: Plan, *, check: bool) -> None:
    """Wait until the web is there with its data or, with `check`, until all of /healthz and each port answer."""
    path = "/healthz" + ("" if check else "?only=database,redis,storage")
    ports = [member.port for member in (*planned.first, *planned.then) if member.port] if check else []
    deadline = time.monotonic() + OPEN_LIMIT_SECONDS
    status, answer = 0, ""
    while time.monotonic() < deadline:
        family.watch()
        status, answer = fetch(path, planned)
        if status == 200 and all(_listens(port) for port in ports):
            return
        time.sleep(0.1)
    raise CannotRun(f"ระบบไม่พร้อมภายใน {OPEN_LIMIT_SECONDS} วินาที /healthz ตอบ {status or 'ไม่ได้'} {answer}")


def _check_members(planned: Plan, sign_in: str) -> None:
    """The sign-in page must answer 200."""
    status, _ = fetch(sign_in, planned)
    if status != 200:
        raise CannotRun(f"หน้าเข้าสู่ระบบ {sign_in} ตอบ {status}")


def fetch(path: str, planned: Plan) -> tuple[int, str]:
    """HTTP status and text of a page of ours, redirections not followed; status 0 when nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", planned.port, timeout=10)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read().decode("utf-8", errors="replace")
    except (OSError, http.client.HTTPException):
        return 0, ""
    finally:
        connection.close()


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except OSError:
        return False
    return True


def _welcome(planned: Plan, accounts: str, seconds: float) -> None:
    _say(f"\nระบบสารบรรณอิเล็กทรอนิกส์พร้อมใช้งานที่ {planned.root}  (ใช้เวลาเริ่ม {seconds:.1f} วินาที)")
    for remark in (accounts.rstrip(), *planned.remarks):
        if remark:
            _say(f"\n{remark}")
    _say(f"\nอีเมลที่ระบบส่งอยู่ใน {planned.var / 'mail'}  บันทึกการทำงานอยู่ใน {planned.var / 'log'}")
    _say("กด Ctrl-C เพื่อหยุด")


def _say(text: str) -> None:
    print(text, flush=True)


def _stop(number: int, frame: FrameType | None) -> None:
    """A request to end unwinds everything that was started."""
    raise KeyboardInterrupt


def _deaf() -> None:
    """From here on the end is under way and not interrupted any more (it is bounded in time)."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
