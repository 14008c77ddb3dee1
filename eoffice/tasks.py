"""Celery's part of the project itself."""

from celery import shared_task

from eoffice import retention


@shared_task(time_limit=290)
def purge() -> dict[str, int]:
    """Every night: what is past its period goes."""
    return retention.purge()
