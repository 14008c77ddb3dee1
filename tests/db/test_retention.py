"""The nightly purge: what is past its period goes in small steps; what guards, proves or belongs to letters stays."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone
from pytest_django import Settings

from accounts.models import SignIn
from audit.actions import record, record_reading
from audit.models import AccessLog, AuditEvent, Submission
from eoffice import retention
from eoffice.celery import app
from outbox.actions import put
from outbox.models import OutboxMessage
from tests.world import World

pytestmark = pytest.mark.django_db


def ago(days: float) -> datetime:
    return timezone.now() - timedelta(days=days)


def message(state: str, done_at: datetime | None) -> OutboxMessage:
    return OutboxMessage.objects.create(topic="test.kept", key=uuid4().hex, state=state, done_at=done_at)


def left(*rows: models.Model) -> list[bool]:
    """For each row whether it is still there."""
    return [type(row)._default_manager.filter(pk=row.pk).exists() for row in rows]


def test_delivered_messages_go_after_their_period_and_no_others() -> None:
    rows = [
        message("DONE", ago(31)),
        message("DONE", ago(29)),
        message("DEAD", None),
        message("WAITING", None),
    ]
    retention.purge()
    assert left(*rows) == [False, True, True, True]


def test_a_kept_message_still_guards_against_a_second_one() -> None:
    kept = message("DONE", ago(29))
    retention.purge()
    put(kept.topic, kept.key)
    assert OutboxMessage.objects.get(topic=kept.topic, key=kept.key).state == "DONE"


def test_sign_ins_sessions_and_form_keys(world: World) -> None:
    user = world.actor("clerk").user
    old, recent = (SignIn.objects.create(user=user, at=ago(days), method="PASSWORD") for days in (366, 364))
    over, open_ = (
        Session.objects.create(session_key=uuid4().hex, session_data="", expire_date=ago(days)) for days in (0.1, -0.1)
    )
    used, fresh = (Submission.objects.create(key=uuid4(), user=user) for _ in range(2))
    Submission.objects.filter(pk=used.pk).update(at=ago(91))
    retention.purge()
    assert left(old, recent, over, open_, used, fresh) == [False, True, False, True, False, True]


def test_readings_go_after_a_year_and_the_trail_of_letters_never(world: World) -> None:
    clerk = world.actor("clerk")
    record_reading(by=clerk, what="letter", letter_id=2)
    with connection.cursor() as cursor:
        columns = "INSERT INTO audit_accesslog (at, user_id, what, letter_id, file_sha256)"
        cursor.execute(columns + " VALUES (%s, %s, 'letter', 1, '')", (ago(366), clerk.user.pk))
    record(by=clerk, verb="test.old", label="ทดสอบ", subject=clerk.user, letter_id=1, at=ago(4000))
    retention.purge()
    assert set(AccessLog.objects.values_list("letter_id", flat=True)) == {2}
    assert AuditEvent.objects.filter(verb="test.old").exists()


def test_the_database_itself_keeps_readings_for_ninety_days(world: World) -> None:
    record_reading(by=world.actor("clerk"), what="letter", letter_id=3)
    reading = AccessLog.objects.get(letter_id=3)
    with pytest.raises(IntegrityError), transaction.atomic():
        reading.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        AccessLog.objects.filter(pk=reading.pk).update(what="file")


def test_a_night_deletes_in_batches_and_stops_in_time() -> None:
    rows = [message("DONE", ago(40)) for _ in range(5)]
    assert retention.purge(batch=2, seconds=0)["outbox_outboxmessage"] == 0
    assert left(*rows) == [True] * 5
    assert retention.purge(batch=2)["outbox_outboxmessage"] == 5
    assert left(*rows) == [False] * 5


@pytest.mark.parametrize("name", ["KEEP_SIGN_INS_DAYS", "KEEP_READINGS_DAYS"])
def test_a_period_shorter_than_the_law_is_refused_at_start(settings: Settings, name: str) -> None:
    setattr(settings, name, 89)
    with pytest.raises(ImproperlyConfigured, match=name):
        retention.demand_periods()


def test_beat_purges_every_night() -> None:
    app.loader.import_default_modules()
    app.finalize()
    entry = app.conf.beat_schedule["purge"]
    assert entry["task"] in app.tasks
    assert entry["schedule"].hour == {2}
