"""Starting loads Django and the pages, not the libraries that only a letter, a signature or an export needs.

They cost seconds of every command and of every start; `eoffice.warm` loads them in the processes that serve.
"""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from eoffice import warm

HEAVY = {"weasyprint", "fontTools.ttLib", "pikepdf", "pyhanko", "cryptography.x509", "openpyxl", "requests", "jwt"}
OUTSIDE = {"celery", "redis"}  # both load with the first message or cached value

START = """
import json, sys
import django
django.setup()
early = set(sys.modules)
from eoffice.wsgi import application
print(json.dumps([sorted(early), sorted(sys.modules)]))
"""


@pytest.fixture(scope="module")
def loaded() -> tuple[set[str], set[str]]:
    """The modules of a fresh process after `django.setup()`, and when the web is ready to fork its workers."""
    done = subprocess.run([sys.executable, "-c", START], capture_output=True, text=True, timeout=120, check=True)
    early, late = json.loads(done.stdout.splitlines()[-1])
    return set(early), set(late)


def test_commands_start_without_the_heavy_libraries(loaded: tuple[set[str], set[str]]) -> None:
    assert not (HEAVY | OUTSIDE) & loaded[0]


def test_the_web_opens_without_the_heavy_libraries(loaded: tuple[set[str], set[str]]) -> None:
    assert not (HEAVY | OUTSIDE) & loaded[1]


def test_warming_up_loads_every_one_of_them_and_sets_a_page(caplog: pytest.LogCaptureFixture) -> None:
    warm.warm_up()
    assert not [line for line in caplog.messages if "warming up failed" in line]
    assert set(sys.modules) >= HEAVY
