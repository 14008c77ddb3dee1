"""The pages of mail choices and of the calendar address."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from notifications.models import CalendarFeed, MailChoice, MailHours
from tests.world import World

pytestmark = pytest.mark.django_db
CHOICES = {"digest_at": "07:15", "quiet_from": "", "quiet_to": "", "urgent_at_once": "on"}


def test_choices_are_kept_and_shown_again(world: World) -> None:
    client = world.client("clerk")
    form = client.get(reverse("notifications:choices")).context["form"]
    modes = {name: "NOW" for name in form.fields if name.startswith("mode:")} | {"mode:intray.arrived": "DIGEST"}
    assert len(modes) > 10
    answer = client.post(reverse("notifications:choices"), CHOICES | modes)
    assert answer.status_code == 302
    assert MailChoice.objects.get(user=world.user("clerk"), event="intray.arrived").mode == "DIGEST"
    shown = client.get(reverse("notifications:choices")).content.decode()
    assert 'value="07:15"' in shown
    assert re.search(r'value="DIGEST"\s+selected', shown)


def test_wrong_hours_keep_what_was_typed(world: World) -> None:
    client = world.client("clerk")
    answer = client.post(
        reverse("notifications:choices"), CHOICES | {"quiet_from": "25:99", "mode:intray.arrived": "x"}
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "เวลาไม่ถูกต้อง" in page
    assert "25:99" in page
    assert "โปรดเลือกวิธีแจ้งจากรายการ" in page
    assert not MailHours.objects.filter(user=world.user("clerk")).exists()


def test_the_calendar_address_is_shown_once_and_works_without_signing_in(world: World) -> None:
    client = world.client("governor")
    page = client.post(reverse("notifications:calendar"), {"with_subjects": "on"}).content.decode()
    found = re.search(r'value="https?://[^/]+(/notices/calendar/[^"]+\.ics)"', page)
    assert found
    address = found[1]
    assert address not in client.get(reverse("notifications:calendar")).content.decode()
    answer = Client().get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/calendar")
    assert answer.content.startswith(b"BEGIN:VCALENDAR")
    assert "no-store" in answer["Cache-Control"]
    assert CalendarFeed.objects.get(user=world.user("governor")).read_on is not None
    client.post(reverse("notifications:calendar_end"))
    assert Client().get(address).status_code == 404
