"""Issuing and voiding numbers (domain: สารบรรณ 2526; one number, once, without gaps)."""

from __future__ import annotations

from datetime import datetime, timedelta
from unittest import mock

import pytest
from django.db import DatabaseError, transaction

from common.access import Conflict, Refused
from common.thai import BANGKOK
from saraban.actions import numbers
from saraban.actions.numbers import issue_number, void_number
from saraban.models import LetterStatus, NumberSeries, RegisterEntry
from tests.story import bare_signed
from tests.world import World

pytestmark = pytest.mark.django_db


def test_numbers_follow_each_other(world: World) -> None:
    clerk, registrar, folder = world.actor("clerk"), world.actor("province-registrar"), world.folder("pte-send")
    first, second = (issue_number(by=registrar, letter_id=bare_signed(clerk, folder).pk) for _ in range(2))
    assert second.seq == first.seq + 1
    assert first.letter.number == first.number
    assert first.letter.status == LetterStatus.NUMBERED
    assert first.letter.letter_date == first.entered_on


def test_a_refused_number_leaves_no_gap(world: World) -> None:
    clerk, registrar, folder = world.actor("clerk"), world.actor("province-registrar"), world.folder("pte-send")
    before = issue_number(by=registrar, letter_id=bare_signed(clerk, folder).pk)
    letter = bare_signed(clerk, folder)
    with mock.patch.object(numbers, "record", side_effect=RuntimeError), pytest.raises(RuntimeError):
        issue_number(by=registrar, letter_id=letter.pk)
    letter.refresh_from_db()
    assert letter.status == LetterStatus.SIGNED
    assert issue_number(by=registrar, letter_id=letter.pk).seq == before.seq + 1


def test_every_unit_of_the_province_takes_numbers_for_its_own_letters_only(world: World) -> None:
    folder, statistician = world.folder("pte-send"), world.actor("stat-clerk")
    own = bare_signed(statistician, folder)
    assert issue_number(by=statistician, letter_id=own.pk).owner_unit_id == statistician.unit.pk
    foreign = bare_signed(world.actor("clerk"), folder)
    with pytest.raises(Refused, match="เฉพาะหนังสือของหน่วยงานตนเอง"):
        issue_number(by=statistician, letter_id=foreign.pk)


def test_without_the_right_there_is_no_number(world: World) -> None:
    letter = bare_signed(world.actor("clerk"), world.folder("pte-send"))
    for stranger in ("ministry-registrar", "central-admin", "superuser", "province-admin"):
        with pytest.raises(Refused):
            issue_number(by=world.actor(stranger), letter_id=letter.pk)
    letter.refresh_from_db()
    assert letter.number == ""


def test_a_letter_gets_one_number(world: World) -> None:
    registrar = world.actor("province-registrar")
    letter = bare_signed(world.actor("clerk"), world.folder("pte-send"))
    issue_number(by=registrar, letter_id=letter.pk)
    with pytest.raises(Refused, match="ออกเลขไม่ได้ เพราะขณะนี้สถานะเป็น"):
        issue_number(by=registrar, letter_id=letter.pk)
    assert RegisterEntry.objects.filter(letter=letter).count() == 1


def test_a_request_that_waited_over_new_year_takes_number_one_of_the_new_year(world: World) -> None:
    folder = world.folder("pte-send")
    last_second = datetime(2026, 12, 31, 23, 59, 59, tzinfo=BANGKOK)
    NumberSeries.objects.create(folder=folder, year=2569 + 50, last=0)  # other years do not matter
    old = NumberSeries.objects.update_or_create(folder=folder, year=2569, circular=False, defaults={"last": 41})[0]
    really = numbers._take

    def after_midnight(*arguments: object) -> tuple[int, int, datetime]:
        series, seq, _moment = really(*arguments)  # type: ignore[arg-type]
        return series, seq, last_second + timedelta(seconds=2)

    with (
        mock.patch.object(numbers, "_take", after_midnight),
        mock.patch("saraban.actions.numbers.timezone.now", return_value=last_second),
    ):
        _series, year, seq, at = numbers.next_number(folder, circular=False)
    assert (year, seq) == (2570, 1)
    assert at > last_second
    old.refresh_from_db()
    assert old.last == 41  # the old year's number was given back under its lock


def test_a_voided_number_stays_struck_out_and_is_not_used_again(world: World) -> None:
    clerk, registrar, folder = world.actor("clerk"), world.actor("province-registrar"), world.folder("pte-send")
    entry = issue_number(by=registrar, letter_id=bare_signed(clerk, folder).pk)
    with pytest.raises(Refused, match="โปรดระบุเหตุผล"):
        void_number(by=registrar, entry_id=entry.pk, reason="  ")
    void_number(by=registrar, entry_id=entry.pk, reason="พิมพ์ผิดเรื่อง")
    entry.refresh_from_db()
    assert entry.is_voided
    assert entry.letter.status == LetterStatus.VOIDED
    following = issue_number(by=registrar, letter_id=bare_signed(clerk, folder).pk)
    assert following.seq == entry.seq + 1
    with pytest.raises(Refused, match="ยกเลิกไปแล้ว"):
        void_number(by=registrar, entry_id=entry.pk, reason="อีกครั้ง")


@pytest.mark.parametrize("change", [{"seq": 999}, {"number": "ปท 0017/999"}, {"entered_on": "2020-01-01"}])
def test_the_database_refuses_to_change_an_issued_number(world: World, change: dict[str, object]) -> None:
    entry = issue_number(
        by=world.actor("province-registrar"), letter_id=bare_signed(world.actor("clerk"), world.folder("pte-send")).pk
    )
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        RegisterEntry.objects.filter(pk=entry.pk).update(**change)
    with pytest.raises(DatabaseError, match="never deleted"), transaction.atomic():
        RegisterEntry.objects.filter(pk=entry.pk).delete()


def test_a_series_that_turns_for_ever_is_refused_in_thai(world: World) -> None:
    with (
        mock.patch.object(numbers, "series_year", side_effect=range(2500, 2600)),
        pytest.raises(Conflict, match="กดออกเลขอีกครั้ง"),
    ):
        numbers.next_number(world.folder("pte-send"), circular=False)
