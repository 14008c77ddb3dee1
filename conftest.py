"""Servers of the tests: each pytest-xdist worker has a Redis database of its own.

PostgreSQL needs nothing here: pytest-django gives each worker its own test database. The addresses come
from scripts/test, which has the embedded servers up around pytest.
"""

import os

from django.conf import settings

from eoffice.embedded import numbered_redis_url


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
