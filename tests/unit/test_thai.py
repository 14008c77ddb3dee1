"""Thai digits, dates, marks and order."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common import thai
from common.access import Invalid


def test_dates_are_written_in_the_buddhist_era() -> None:
    day = date(2026, 1, 14)
    assert thai.date_formal(day) == "๑๔ มกราคม ๒๕๖๙"
    assert thai.date_long(day) == "14 มกราคม 2569"
    assert thai.date_short(day) == "14 ม.ค. 2569"


def test_a_moment_is_dated_in_bangkok() -> None:
    new_year = datetime(2025, 12, 31, 17, 0, tzinfo=UTC)
    assert thai.local_date(new_year) == date(2026, 1, 1)
    assert thai.year_be(new_year) == 2569
    assert thai.year_be(new_year - timedelta(seconds=1)) == 2568
    assert thai.datetime_short(new_year) == "1 ม.ค. 2569 00.00 น."


def test_the_fiscal_year_begins_in_october() -> None:
    assert thai.fiscal_year_be(date(2026, 9, 30)) == 2569
    assert thai.fiscal_year_be(date(2026, 10, 1)) == 2570


@pytest.mark.parametrize(
    "typed", ["14/01/2569", "๑๔/๑/๒๕๖๙", "14 ม.ค. 2569", "14 มกราคม พ.ศ. 2569", "2026-01-14", "14-1-2569"]
)
def test_a_clerk_may_type_a_date_in_many_ways(typed: str) -> None:
    assert thai.parse_date(typed) == date(2026, 1, 14)


def test_leap_days_follow_the_common_era() -> None:
    assert thai.parse_date("29/2/2567") == date(2024, 2, 29)
    with pytest.raises(Invalid, match="ไม่มีวันที่"):
        thai.parse_date("29/2/2568")


@pytest.mark.parametrize("typed", ["", "พรุ่งนี้", "14/13/2569", "1/1/69", "14 มกรา 2569"])
def test_what_is_no_date_gets_a_sentence(typed: str) -> None:
    with pytest.raises(Invalid) as refusal:
        thai.parse_date(typed)
    assert "วันที่" in refusal.value.sentence


@given(st.dates(date(1957, 1, 1), date(2156, 12, 31)))
def test_a_written_date_reads_back(day: date) -> None:
    assert thai.parse_date(thai.date_formal(day)) == day
    assert thai.parse_date(thai.date_short(day)) == day


def test_marks_have_one_order() -> None:
    assert thai.canonical("นํ้า") == thai.canonical("น้ํา") == "น้ำ"
    assert thai.canonical("ทั่้ว") == thai.canonical("ท่ั้ว")


@given(st.text(alphabet="กนมฬเแะาิีึืุู่้๊๋์ํ็ั", max_size=12))
def test_canonical_order_settles(text: str) -> None:
    once = thai.canonical(text)
    assert thai.canonical(once) == once


def test_words_sort_as_in_a_thai_dictionary() -> None:
    words = ["แม่", "นา", "เกาะ", "น้ำ", "ขา", "กา", "ไก่", "กอ", "เขา"]
    assert sorted(words, key=thai.sort_key) == ["กอ", "กา", "เกาะ", "ไก่", "ขา", "เขา", "นา", "น้ำ", "แม่"]


def test_durations_name_the_two_largest_units() -> None:
    assert thai.duration(timedelta(days=6, hours=3, minutes=20)) == "6 วัน 3 ชม."
    assert thai.duration(timedelta(minutes=20)) == "20 นาที"
    assert thai.duration(timedelta(seconds=5)) == "ไม่ถึง 1 นาที"


def test_what_nobody_sees_goes_and_what_is_read_stays() -> None:
    assert thai.visible("ขอ\u200bเชิญ\u00ad\ufeff\u202e \t๑\n\x00ก\u2028ข") == "ขอเชิญ \t๑\nก\nข"
    assert thai.visible("น้ำ ทั้งนี้ ปู่ ๑.๑ (ก) – “คำ” ☑") == "น้ำ ทั้งนี้ ปู่ ๑.๑ (ก) – “คำ” ☑"


def test_unprintable_names_each_character_once_and_few() -> None:
    assert thai.unprintable("ก🎉ข🎉😀") == "🎉😀" and thai.unprintable("ก\uf70a") == "\uf70a"
    assert not thai.unprintable("หนังสือ ☑ ½ – “ก” é") and len(thai.unprintable("😀😁😂😃😄😅")) == 5
