"""The whole platform for the journeys: web, worker, beat, mail sink, PostgreSQL and Redis as `scripts/run` starts them.

It ends with the last journey: while a browser is open in this process, Django takes it for an asynchronous one and lets
no later test at the database.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.person import ARGUMENTS, Person

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = next((path for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(path).exists()), None)


@pytest.fixture(scope="package")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the platform of the journeys keeps its data; `JOURNEY_VAR` names that of one that runs already."""
    return (
        Path(os.environ["JOURNEY_VAR"]) if "JOURNEY_URL" in os.environ else tmp_path_factory.mktemp("platform") / "var"
    )


@pytest.fixture(scope="package")
def platform(folder: Path) -> Iterator[str]:
    """The address of a platform that runs; `JOURNEY_URL` names one that runs already."""
    if running := os.environ.get("JOURNEY_URL"):
        yield running
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address, log = f"http://127.0.0.1:{port}", folder.parent / "log"
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    environment |= {"EOFFICE_VAR": str(folder), "PORT": str(port), "EOFFICE_PG_FAST": "1"}
    environment["EOFFICE_DEMO_LETTERS"] = "0"  # the journeys write their own
    environment.pop("PYTEST_XDIST_WORKER", None)
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "eoffice.launcher", "run"], cwd=ROOT, env=environment, stdout=output, stderr=output
        )
    try:
        _wait(address, process, log)
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


@pytest.fixture(scope="package")
def inside(platform: str, folder: Path) -> Callable[..., Any]:
    """What has to be there before a journey begins, made within the platform (`tests/storms/inside.py`)."""
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    environment |= {"EOFFICE_VAR": str(folder), "EOFFICE_DEMO": "1"}

    def ask(what: str, *arguments: object) -> Any:
        command = [sys.executable, "-m", "eoffice.launcher", "with-servers", "--var", str(folder), "--", sys.executable]
        command += ["-m", "tests.storms.inside", what, *map(str, arguments)]
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout.strip().splitlines()[-1])

    return ask


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(360):
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    raise RuntimeError(f"the platform did not come up:\n{log.read_text(errors='replace')[-3000:]}")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, headless."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def cast(platform: str, browser: Browser) -> Iterator[dict[str, Person]]:
    """People who sit down at the browser when first asked for by name; ask `cast["governor"]`."""
    people = Cast(platform, browser)
    yield people
    people.go_home()


class Cast(dict[str, Person]):
    """Signs people in on demand."""

    def __init__(self, platform: str, browser: Browser) -> None:
        super().__init__()
        self.platform, self.browser = platform, browser

    def __missing__(self, name: str) -> Person:
        username, _, device = name.partition("@")
        self[name] = Person.sign_in(self.browser, self.platform, username, phone=device == "phone")
        return self[name]

    def go_home(self) -> None:
        for person in self.values():
            person.page.context.close()
