"""Servers of the tests: each pytest-xdist worker has a Redis database of its own.

PostgreSQL needs nothing here: pytest-django gives each worker its own test database. The addresses come
from scripts/test, which has the embedded servers up around pytest.
"""

import os
from typing import Any

import pytest
from django.conf import settings
from xdist.scheduler import LoadGroupScheduling  # type: ignore[import-untyped]

from eoffice.embedded import numbered_redis_url

# What must not run beside itself shares one worker: it starts whole platforms, or looks at every process of the machine.
TOGETHER = ("tests/storms/", "tests/journeys/", "tests/unit/test_embedded.py")


def pytest_configure() -> None:
    """Point cache and broker at the worker's own Redis database (0 stays for a run without workers)."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if worker.startswith("gw"):
        number = 1 + int(worker.removeprefix("gw")) % 15
        url = numbered_redis_url(settings.REDIS_URL, number)
        os.environ["REDIS_URL"] = url  # for processes a test starts
        settings.REDIS_URL = url
        settings.CACHES["default"]["LOCATION"] = url
        settings.CELERY_BROKER_URL = numbered_redis_url(settings.CELERY_BROKER_URL, number)


class Grouped(LoadGroupScheduling):
    """Groups by where a test stands. xdist 3.8's own marker for this (`xdist_group`) has no effect under pytest 9.2:
    it writes the group into `_nodeid`, which is not read any more.
    """

    def _split_scope(self, nodeid: str) -> str:
        return next((place for place in TOGETHER if nodeid.startswith(place)), nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Grouped | None:
    """Our scheduler for `--dist loadgroup` (scripts/test)."""
    return Grouped(config, log) if config.getvalue("dist") == "loadgroup" else None
