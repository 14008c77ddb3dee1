"""`/healthz`: is each part this process depends on there? For the launcher, the proxy and the monitor."""

import logging
import secrets
from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.doors import no_activity

logger = logging.getLogger(__name__)
WORKER_PATIENCE_SECONDS = 2.0


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone() == (1,))


def _redis() -> bool:
    cache.set("healthz", "1", timeout=10)
    return bool(cache.get("healthz") == "1")


def _worker() -> bool:
    from eoffice.celery import app  # takes a second to load, and not every answer asks for the worker

    return bool(app.control.ping(timeout=WORKER_PATIENCE_SECONDS, limit=1))


def _storage() -> bool:
    content = secrets.token_bytes(16)
    name = default_storage.save("health/probe", ContentFile(content))
    try:
        with default_storage.open(name) as file:
            return bool(file.read() == content)
    finally:
        default_storage.delete(name)


def _beat() -> bool:
    return cache.get("beat-ticked") == 1  # eoffice.beat, which loads Celery


PARTS: dict[str, Callable[[], bool]] = {
    "database": _database,
    "redis": _redis,
    "worker": _worker,
    "beat": _beat,
    "storage": _storage,
}


@login_not_required
@no_activity
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """JSON `{part: "ok"|"down"}`, status 503 when one is down. `?only=database,storage` asks for some parts.

    Strangers may read it, so it never says why; the reason is in the log.
    """
    wanted = [name for name in request.GET.get("only", "").split(",") if name in PARTS] or list(PARTS)
    report = {name: "ok" if _is_well(name) else "down" for name in wanted}
    well = all(state == "ok" for state in report.values())
    return JsonResponse(report, status=200 if well else 503)


def _is_well(name: str) -> bool:
    try:
        return PARTS[name]()
    except Exception:
        logger.exception("healthz: %s is down", name)
        return False
