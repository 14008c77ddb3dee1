"""The worker's heartbeat, read by the health page."""

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

HEARTBEAT = "worker-heartbeat"


@shared_task(time_limit=20)
def heartbeat() -> None:
    """Leave a sign of life for a minute."""
    cache.set(HEARTBEAT, timezone.now().isoformat(), timeout=60)
