"""The project: settings, URLs, Celery and the home desk. Imported by nobody."""
