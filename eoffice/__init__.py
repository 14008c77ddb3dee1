"""The project: settings, URLs, Celery and the home desk. Imported by nobody."""

from eoffice.celery import app as celery_app

__all__ = ["celery_app"]
