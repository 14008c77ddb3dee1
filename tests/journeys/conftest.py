"""The whole platform for the journeys: web, worker, beat, mail sink, PostgreSQL and Redis as `scripts/run` starts them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.person import ARGUMENTS, Person

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = next((path for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(path).exists()), None)


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a platform that runs; `JOURNEY_URL` names one that runs already."""
    if running := os.environ.get("JOURNEY_URL"):
        yield running
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address, log = f"http://127.0.0.1:{port}", tmp_path_factory.mktemp("platform") / "log"
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    environment |= {"EOFFICE_VAR": str(log.parent / "var"), "PORT": str(port), "EOFFICE_PG_FAST": "1"}
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


@pytest.fixture(scope="session")
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
