"""The embedded servers: private, shared by all who ask for the same folder, and back after any kill.

Real PostgreSQL and Redis processes in folders of the test's own; the servers around pytest are not touched.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from eoffice import embedded
from eoffice.embedded.places import LONGEST_SOCKET_NAME, SOCKET_PATH_LIMIT

FAST = {"EOFFICE_PG_FAST": "1"}
ROOT = Path(__file__).resolve().parent.parent.parent
# One worker for all of them: each test here is a handful of processes on two cores.
pytestmark = pytest.mark.xdist_group("embedded")

HOLD = """
import sys
from pathlib import Path
from eoffice import embedded
with embedded.servers(Path(sys.argv[1])) as up:
    print(up.pids["postgresql"], up.pids["redis"], flush=True)
    sys.stdin.readline()
"""


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One data folder for the module: making a cluster is the slow part."""
    return tmp_path_factory.mktemp("var")


def start_holder(var: Path) -> "subprocess.Popen[str]":
    """Another process that uses the servers of `var` until its standard input closes."""
    env = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    return subprocess.Popen(
        [sys.executable, "-c", HOLD, str(var)],
        env={**env, **FAST, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def pids_of(holder: "subprocess.Popen[str]") -> list[int]:
    """The servers the other process uses; waits until it has them."""
    assert holder.stdout is not None
    return [int(word) for word in holder.stdout.readline().split()]


def release(holder: "subprocess.Popen[str]") -> None:
    """Let the other process leave in good order."""
    holder.communicate("\n", timeout=60)
    assert holder.returncode == 0


def runs(pid: int) -> bool:
    """Whether the process lives; a zombie does not."""
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


@pytest.fixture
def no_server_left(var: Path) -> Iterator[None]:
    """After the test no process works in the data folder any more."""
    yield
    assert [
        process for process in psutil.process_iter(["cwd"]) if (process.info["cwd"] or "").startswith(str(var))
    ] == []


@pytest.mark.usefixtures("no_server_left")
def test_servers_answer_on_private_sockets_only(var: Path) -> None:
    with embedded.servers(var, FAST) as up:
        with psycopg.connect(up.database_url) as connection:
            facts = connection.execute(
                "SELECT current_user, datlocprovider::text, datlocale, pg_encoding_to_char(encoding), rolsuper,"
                " current_setting('listen_addresses') FROM pg_database, pg_roles"
                " WHERE datname = current_database() AND rolname = current_user"
            ).fetchone()
        assert facts == ("eoffice", "b", "C.UTF-8", "UTF8", False, "")
        assert redis.Redis.from_url(up.redis_url).ping()
        for pid in up.pids.values():
            assert psutil.Process(pid).net_connections("inet") == []
            assert psutil.Process(pid).uids().effective != 0  # never root, also when root started it
        assert (var / "sockets").stat().st_mode & 0o077 == 0


@pytest.mark.usefixtures("no_server_left")
def test_the_last_one_out_stops_them(var: Path) -> None:
    holder = start_holder(var)
    theirs = pids_of(holder)
    with embedded.servers(var, FAST) as up:
        assert sorted(up.pids.values()) == sorted(theirs)
        release(holder)  # they started the servers, but we still use them
        with psycopg.connect(up.database_url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    assert not any(runs(pid) for pid in theirs)


@pytest.mark.usefixtures("no_server_left")
def test_two_starters_at_once_share_one_pair(var: Path) -> None:
    holders = [start_holder(var), start_holder(var)]
    first, second = (pids_of(holder) for holder in holders)
    assert first == second
    for holder in holders:
        release(holder)


@pytest.mark.usefixtures("no_server_left")
def test_servers_of_a_killed_starter_are_adopted(var: Path) -> None:
    holder = start_holder(var)
    orphans = pids_of(holder)
    holder.kill()
    holder.communicate()
    assert all(runs(pid) for pid in orphans)
    with embedded.servers(var, FAST) as up:
        assert sorted(up.pids.values()) == sorted(orphans)


@pytest.mark.usefixtures("no_server_left")
def test_killed_servers_come_back_with_what_was_committed(var: Path) -> None:
    holder = start_holder(var)
    pids = pids_of(holder)
    with psycopg.connect(f"postgres://eoffice@/eoffice?host={var}/sockets", autocommit=True) as connection:
        connection.execute("SET synchronous_commit = on")  # off in the tests' fast mode
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    holder.kill()
    holder.communicate()
    with embedded.servers(var, FAST) as up, psycopg.connect(up.database_url) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


@pytest.mark.usefixtures("no_server_left")
def test_stale_pid_files_that_name_a_stranger_do_not_matter(var: Path) -> None:
    stranger = os.getpid()
    (var / "postgresql" / "postmaster.pid").write_text(f"{stranger}\n{var}/postgresql\n", encoding="ascii")
    (var / "redis" / "redis.pid").write_text(str(stranger), encoding="ascii")
    (var / "sockets" / ".s.PGSQL.5432.lock").write_text(f"{stranger}\n", encoding="ascii")
    with embedded.servers(var, FAST) as up:
        assert stranger not in up.pids.values()
        assert redis.Redis.from_url(up.redis_url).ping()


def test_a_long_folder_gets_short_private_sockets(tmp_path: Path) -> None:
    var = tmp_path / ("โฟลเดอร์ยาว" * 4) / "Var"
    with embedded.servers(var, FAST) as up:
        folder = Path((var / "run" / "socket-folder").read_text(encoding="utf-8"))
        assert len(os.fsencode(folder / LONGEST_SOCKET_NAME)) <= SOCKET_PATH_LIMIT
        assert folder.stat().st_mode & 0o077 == 0
        with psycopg.connect(up.database_url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert redis.Redis.from_url(up.redis_url).ping()
    assert not folder.exists()


def test_named_servers_are_used_and_nothing_is_started(tmp_path: Path) -> None:
    secret = tmp_path / "database-url"
    secret.write_text("postgres://someone@db/eoffice\n", encoding="utf-8")
    environ = {"DATABASE_URL_FILE": str(secret), "REDIS_URL": "redis://cache:6379/0"}
    with embedded.servers(tmp_path / "var", environ) as up:
        assert up == embedded.Servers("postgres://someone@db/eoffice", "redis://cache:6379/0")
    assert not (tmp_path / "var").exists()


def test_data_of_another_postgresql_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "postgresql").mkdir(parents=True)
    (tmp_path / "postgresql" / "PG_VERSION").write_text("15\n", encoding="ascii")
    with (
        pytest.raises(embedded.ServersFailed, match="เป็นของ PostgreSQL 15"),
        embedded.servers(tmp_path, FAST),
    ):
        pytest.fail("a cluster of PostgreSQL 15 must not be opened")


@pytest.mark.parametrize(
    ("url", "third"),
    [
        ("unix:///run/redis.sock?db=0", "unix:///run/redis.sock?db=3"),
        ("redis+socket:///run/redis.sock?virtual_host=0", "redis+socket:///run/redis.sock?virtual_host=3"),
        ("redis://:secret@cache:6379/0", "redis://:secret@cache:6379/3"),
        ("redis://cache:6379", "redis://cache:6379/3"),
    ],
)
def test_each_test_worker_has_a_redis_database_of_its_own(url: str, third: str) -> None:
    assert embedded.numbered_redis_url(url, 3) == third
