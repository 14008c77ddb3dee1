"""Folders of the embedded servers, and the account they run as."""

import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SERVICE_ACCOUNT = "pgserver"
SOCKET_PATH_LIMIT = 107  # bytes, of Linux's sockaddr_un less its closing zero
LONGEST_SOCKET_NAME = ".s.PGSQL.5432"
LOG_LIMIT_BYTES = 10 * 1024 * 1024


class ServersFailed(RuntimeError):
    """An embedded server cannot run; the text is a Thai sentence, with the log's end where there is one."""


@dataclass(frozen=True)
class Account:
    """The system account the servers run as when we are root (PostgreSQL refuses root)."""

    uid: int
    gid: int


@dataclass(frozen=True)
class Places:
    """The folders of one `var`: data, sockets, logs, locks; `account` is set when we are root."""

    var: Path
    sockets: Path
    account: Account | None

    @classmethod
    def prepare(cls, var: Path) -> "Places":
        """Make the folders of `var` (absolute or relative to here) and see that the servers can enter them."""
        var = var.resolve()
        make_private(var)
        for folder in (var / "run", var / "log"):
            folder.mkdir(exist_ok=True)
        account = _account(var / "postgresql")
        if account is not None:
            open_for_traversal(var, account)
        elif (var / "postgresql").exists() and (var / "postgresql").stat().st_uid != os.geteuid():
            raise ServersFailed(f"โฟลเดอร์ {var} เป็นของผู้ใช้อื่น โปรดใช้บัญชีเดิมหรือกำหนด EOFFICE_VAR เป็นโฟลเดอร์อื่น")
        return cls(var, _sockets(var, account), account)

    def lock(self, name: str) -> Path:
        """The path of a lock file."""
        return self.var / "run" / name

    def folder(self, name: str) -> Path:
        """A private folder (0700) of the servers under `var`, made when absent."""
        folder = self.var / name
        if not folder.exists():
            folder.mkdir()
            own(folder, self.account)
        return folder

    def log(self, name: str) -> Path:
        """The log file `name`; one that has grown past 10 MB is put aside first."""
        path = self.var / "log" / f"{name}.log"
        if path.exists() and path.stat().st_size > LOG_LIMIT_BYTES:
            path.replace(path.with_suffix(".log.1"))
        return path

    def run_as(self) -> dict[str, Any]:
        """Arguments for `subprocess` that drop root's rights; none for a plain user."""
        if self.account is None:
            return {}
        return {"user": self.account.uid, "group": self.account.gid, "extra_groups": []}

    def forget_sockets(self) -> None:
        """Remove a socket folder that stood outside `var`."""
        if not self.sockets.is_relative_to(self.var):
            shutil.rmtree(self.sockets, ignore_errors=True)
            _note(self.var).unlink(missing_ok=True)


def make_private(var: Path) -> None:
    """Make the data folder for its owner only, unless it is there already."""
    if not var.exists():
        var.parent.mkdir(parents=True, exist_ok=True)
        var.mkdir(mode=0o700)


def own(folder: Path, account: Account | None) -> None:
    """Make `folder` private to the servers' account."""
    folder.chmod(0o700)
    if account is not None:
        os.chown(folder, account.uid, account.gid)


def wheel_folder(package: str) -> Path:
    """Where an installed package lies, without running its code."""
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise ServersFailed(f"ไม่พบแพ็กเกจ {package} โปรดเริ่มด้วย scripts/run")
    return Path(found.origin).parent


def log_end(path: Path, lines: int = 15) -> str:
    """The last lines of a log, for a message to the operator."""
    if not path.exists():
        return ""
    with path.open("rb") as log:
        log.seek(max(0, path.stat().st_size - 20_000))
        text = log.read().decode("utf-8", errors="replace")
    return "\n".join(text.splitlines()[-lines:])


def open_for_traversal(path: Path, account: Account) -> None:
    """Let `account` pass through `path` and its parents: the search bit only where it is missing, never read."""
    for folder in (path, *path.parents):
        facts = folder.stat()
        passes = facts.st_mode & stat.S_IXOTH or (facts.st_uid == account.uid and facts.st_mode & stat.S_IXUSR)
        if not passes:
            folder.chmod(stat.S_IMODE(facts.st_mode) | stat.S_IXOTH)


def open_for_reading(tree: Path, account: Account) -> None:
    """Let `account` read and run what is in `tree` (the server's own programs), as a strict umask may forbid."""
    open_for_traversal(tree, account)
    if tree.stat().st_mode & stat.S_IROTH and (tree / "bin" / "postgres").stat().st_mode & stat.S_IXOTH:
        return
    for path in (tree, *tree.rglob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        path.chmod(mode | ((mode & 0o500) >> 6))


def _account(data: Path) -> Account | None:
    """None for a plain user. For root the owner of existing data, else the service account, made when absent."""
    if os.geteuid() != 0:
        return None
    if data.exists() and data.stat().st_uid != 0:
        facts = data.stat()
        return Account(facts.st_uid, facts.st_gid)
    try:
        entry = pwd.getpwnam(SERVICE_ACCOUNT)
    except KeyError:
        command = [
            "useradd",
            "--system",
            "--user-group",
            "--no-create-home",
            "--shell",
            "/bin/false",
            SERVICE_ACCOUNT,
        ]
        try:
            subprocess.run(command, check=True, capture_output=True, text=True)
            entry = pwd.getpwnam(SERVICE_ACCOUNT)
        except (OSError, subprocess.CalledProcessError, KeyError) as error:
            raise ServersFailed(f"สร้างบัญชีระบบ {SERVICE_ACCOUNT} สำหรับฐานข้อมูลไม่สำเร็จ: {error}") from error
    return Account(entry.pw_uid, entry.pw_gid)


def _note(var: Path) -> Path:
    """Where a socket folder outside `var` is written down."""
    return var / "run" / "socket-folder"


def _sockets(var: Path, account: Account | None) -> Path:
    """`var/sockets`, or a short private folder under the system's temporary one when the path is too long."""
    inside = var / "sockets"
    if _fits(inside):
        if not inside.exists():
            inside.mkdir()
            own(inside, account)
        return inside
    note = _note(var)
    if note.exists() and _is_ours(remembered := Path(note.read_text(encoding="utf-8")), account):
        return remembered
    for parent in (Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")):
        if parent.is_dir() and os.access(parent, os.W_OK) and _fits(parent / "eoffice-12345678"):
            made = Path(tempfile.mkdtemp(prefix="eoffice-", dir=parent))
            own(made, account)
            if account is not None:
                open_for_traversal(parent, account)
            note.write_text(str(made), encoding="utf-8")
            return made
    raise ServersFailed(f"เส้นทาง {var} ยาวเกินไปสำหรับซ็อกเก็ต และไม่มีโฟลเดอร์ชั่วคราวที่สั้นพอ")


def _fits(folder: Path) -> bool:
    return len(os.fsencode(folder / LONGEST_SOCKET_NAME)) <= SOCKET_PATH_LIMIT


def _is_ours(folder: Path, account: Account | None) -> bool:
    """A real folder, owned by the servers' account and closed to others: nobody swapped it meanwhile."""
    if folder.is_symlink() or not folder.is_dir():
        return False
    facts = folder.stat()
    return facts.st_uid == (account.uid if account else os.geteuid()) and not facts.st_mode & 0o077
