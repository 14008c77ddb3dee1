"""What the entry scripts promise: no process left behind, exit codes passed on, mails to read, clear refusals."""

import os
import signal
import smtplib
import socket
import subprocess
import sys
import time
from email.message import EmailMessage
from pathlib import Path

import pytest

from eoffice.embedded.locks import exclusive_or_taken
from eoffice.embedded.processes import alive
from eoffice.launcher.family import ChildFailed, Family, end_marked
from eoffice.launcher.mail_sink import readable

ROOT = Path(__file__).resolve().parent.parent.parent
# A grandchild that does not listen to SIGTERM, as a stuck worker would be.
STUBBORN = """
import signal, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('on', flush=True); time.sleep(60)"],
    stdout=subprocess.PIPE)
child.stdout.readline()
print(child.pid, flush=True)
time.sleep(60)
"""


def launcher(*arguments: str, var: Path, **environment: str) -> "subprocess.Popen[str]":
    """`python -m eoffice.launcher …` with servers named, so that none is started."""
    named = {"DATABASE_URL": "postgres://nobody@nowhere/none", "REDIS_URL": "redis://nowhere:1/0"}
    return subprocess.Popen(
        [sys.executable, "-m", "eoffice.launcher", *arguments],
        cwd=ROOT,
        env={**os.environ, **named, "EOFFICE_VAR": str(var), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def beside(command: str, var: Path) -> "subprocess.Popen[str]":
    """A shell command run by the launcher beside its servers."""
    return launcher("with-servers", "--var", "unused", "--", "sh", "-c", command, var=var)


def family_with_stubborn_grandchild(var: Path) -> tuple[Family, int]:
    """A running family and the pid of the grandchild."""
    (var / "log").mkdir()
    family = Family(var)
    family.start("stubborn", [sys.executable, "-u", "-c", STUBBORN])
    deadline = time.monotonic() + 30
    while not (told := family.log("stubborn").read_text(encoding="utf-8")).endswith("\n"):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return family, int(told)


def test_the_end_of_a_family_is_the_end_of_all_its_processes(tmp_path: Path) -> None:
    family, grandchild = family_with_stubborn_grandchild(tmp_path)
    assert alive(grandchild)
    family.end()
    assert not alive(grandchild)


def test_a_later_start_ends_what_a_killed_launcher_left(tmp_path: Path) -> None:
    family, grandchild = family_with_stubborn_grandchild(tmp_path)
    os.kill(family.members["stubborn"].pid, signal.SIGKILL)  # its child is nobody's now
    assert end_marked(tmp_path) >= 1
    assert not alive(grandchild)
    family.members["stubborn"].wait()


def test_another_folder_s_family_is_left_alone(tmp_path: Path) -> None:
    family, grandchild = family_with_stubborn_grandchild(tmp_path)
    assert end_marked(tmp_path / "another") == 0
    assert alive(grandchild)
    family.end()


def test_a_member_that_ends_is_named_with_its_last_words(tmp_path: Path) -> None:
    (tmp_path / "log").mkdir()
    family = Family(tmp_path)
    with pytest.raises(ChildFailed, match=r"ส่วน broken หยุดทำงาน \(รหัส 3\)[\s\S]*last words"):
        family.call("broken", [sys.executable, "-c", "print('last words'); raise SystemExit(3)"])


def test_a_command_s_exit_code_is_passed_on(tmp_path: Path) -> None:
    child = beside('test "$REDIS_URL" = redis://nowhere:1/0 && exit 7', tmp_path)
    child.communicate(timeout=60)
    assert child.returncode == 7


def test_a_request_to_end_reaches_the_command(tmp_path: Path) -> None:
    child = beside("trap 'echo ended; exit 5' TERM; echo begun; while :; do sleep 0.1; done", tmp_path)
    assert child.stdout is not None
    assert child.stdout.readline() == "begun\n"
    child.terminate()
    output, _ = child.communicate(timeout=60)
    assert (output, child.returncode) == ("ended\n", 5)


def test_a_busy_port_is_refused_before_anything_starts(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        child = launcher("run", var=tmp_path / "var", PORT=str(port))
        _, error = child.communicate(timeout=60)
    assert child.returncode == 1
    assert f"พอร์ต {port} ไม่ว่าง" in error
    assert not (tmp_path / "var" / "postgresql").exists()


def test_a_second_platform_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    with exclusive_or_taken(tmp_path / "run" / "platform.lock"):
        child = launcher("run", var=tmp_path)
        _, error = child.communicate(timeout=60)
    assert child.returncode == 1
    assert "กำลังทำงานอยู่แล้ว" in error


def test_mails_are_kept_as_received_and_readable(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    sink = subprocess.Popen(
        [sys.executable, "-m", "eoffice.launcher.mail_sink", str(tmp_path / "mail"), str(port)], cwd=ROOT
    )
    try:
        mail = EmailMessage()
        mail["Subject"], mail["From"], mail["To"] = "หนังสือเข้าใหม่", "no-reply@example.go.th", "clerk@example.go.th"
        mail.set_content("มีหนังสือรอท่านอยู่ ๑ เรื่อง")
        connect(port).send_message(mail)
        connect(port).send_message(mail)
    finally:
        sink.terminate()
        assert sink.wait(30) == 0
    kept = sorted((tmp_path / "mail").glob("*.eml"))
    assert len(kept) == 2
    assert kept[0].with_suffix(".txt").read_text(encoding="utf-8") == readable(
        kept[0].read_bytes(), ["clerk@example.go.th"]
    )
    told = kept[0].with_suffix(".txt").read_text(encoding="utf-8")
    assert "Subject: หนังสือเข้าใหม่\n" in told
    assert "มีหนังสือรอท่านอยู่ ๑ เรื่อง" in told


def connect(port: int) -> smtplib.SMTP:
    """A connection to the sink, as soon as it listens."""
    deadline = time.monotonic() + 30
    while True:
        try:
            return smtplib.SMTP("127.0.0.1", port, timeout=10)
        except ConnectionRefusedError:
            assert time.monotonic() < deadline
            time.sleep(0.05)
