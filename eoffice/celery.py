"""The Celery application. Beat sweeps what a lost poke left behind."""

import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import worker_process_init

from eoffice.warm import warm_up_soon

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "eoffice.settings")

app = Celery("eoffice")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_after_configure.connect
def _every_day(sender: Celery, **facts: object) -> None:
    """What happens at an hour of the day; `CELERY_BEAT_SCHEDULE` holds what happens every few seconds."""
    sender.add_periodic_task(crontab(hour="2", minute="40"), sender.signature("eoffice.tasks.purge"), name="purge")
    sender.add_periodic_task(crontab(hour="8", minute="30"), sender.signature("intray.tasks.remind"), name="remind")
    sender.add_periodic_task(
        crontab(hour="8-23", minute="*/10"), sender.signature("intray.tasks.remind"), name="remind-missed"
    )
    sender.add_periodic_task(
        crontab(hour="8-16", minute="5,35"), sender.signature("intray.tasks.escalate"), name="escalate"
    )
    sender.add_periodic_task(
        crontab(hour="8", minute="31"), sender.signature("draft.tasks.remind"), name="remind-reviews"
    )
    sender.add_periodic_task(
        crontab(minute="*/10"), sender.signature("draft.tasks.call_substitutes"), name="substitutes"
    )


@worker_process_init.connect
def _warm_up(**facts: object) -> None:
    """A child of the worker has begun: it says so within seconds, and loads what letters need beside that."""
    warm_up_soon()
