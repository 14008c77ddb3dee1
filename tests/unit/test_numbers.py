"""How numbers and file names are written (the e-Office guide, annex ข; สารบรรณ 2526)."""

from datetime import date
from typing import Any

import pytest

from common.access import Invalid
from org.models import Agency, Unit
from saraban.models import RegisterFolder
from saraban.numbers import check_format, file_name, write_number

MDES = Agency(name="สำนักงานปลัดกระทรวงดิจิทัลฯ", code="ดศ", roman="MDES")
PTE = Agency(name="จังหวัดปทุมธานี", code="ปท", roman="PTE")


def folder(agency: Agency = MDES, **fields: object) -> RegisterFolder:
    return RegisterFolder(agency=agency, name="ทะเบียนส่ง", kind="SEND", **fields)


@pytest.mark.parametrize(
    ("pattern", "unit", "options", "written"),
    [
        ("{code} {unit}/{seq}", "0201.2", {}, "ดศ 0201.2/123"),
        ("{code} {unit}/{seq}", "0201.2", {"circular": True}, "ดศ 0201.2/ว 123"),
        ("{code} {unit}/{seq}", "0201.2", {"insert_no": 1}, "ดศ 0201.2/123.1"),
        ("{seq}/{year}", "0201", {}, "123/2569"),
        ("{code} {unit}/{seq:05}", "51021", {}, "ดศ 51021/00123"),
        ("{code} {unit} / ฉ {seq:03}", "0013", {}, "ดศ 0013 / ฉ 123"),
    ],
)
def test_a_number_follows_its_folder(pattern: str, unit: str, options: dict[str, Any], written: str) -> None:
    number = write_number(folder(number_format=pattern), Unit(code=unit), seq=123, year=2569, **options)
    assert number == written


def test_a_folder_may_fix_letters_and_unit_code() -> None:
    shared = folder(PTE, number_format="{code} {unit}/{seq}", code="ปท (กรอ.)", unit_code="0017")
    assert write_number(shared, Unit(code="0013"), seq=9, year=2569) == "ปท (กรอ.) 0017/9"


@pytest.mark.parametrize("pattern", ["{code} {unit}", "{seq}/{seq}", "{seq}/{who}", "{seq", "{seq}}"])
def test_a_format_without_exactly_one_running_number_is_refused(pattern: str) -> None:
    with pytest.raises(Invalid) as refusal:
        check_format(pattern)
    assert refusal.value.field == "number_format"


@pytest.mark.parametrize(
    ("agency", "unit", "number", "name"),
    [
        (MDES, "0201.2", "ดศ 0201.2/123", "2569_MDES_0201_2_123.pdf"),
        (MDES, "0201.2", "ดศ 0201.2/ว 45", "2569_MDES_0201_2_w45.pdf"),
        (PTE, "0013", "ปท 0013 / ฉ 001", "2569_PTE_0013_ch001.pdf"),
        (PTE, "0017", "๑๒/๒๕๖๙", "2569_PTE_0017_12.pdf"),
        (PTE, "0017", "12.1/2569", "2569_PTE_0017_12_1.pdf"),
        (MDES, "0201.2", "ดศ 0201.2/2569", "2569_MDES_0201_2_2569.pdf"),
        (MDES, "0509.6(2.1)", "ศธ ๐๕๐๙.๖(๒.๑)/ว๕๘๘", "2569_MDES_0509_6_2_1_w588.pdf"),
    ],
)
def test_files_are_named_by_the_rule(agency: Agency, unit: str, number: str, name: str) -> None:
    assert file_name(agency, Unit(code=unit), number, date(2026, 1, 14)) == name


def test_a_yearly_number_is_named_after_its_kind_too() -> None:
    name = file_name(PTE, Unit(code="0017"), "12/2569", date(2026, 1, 14), kind="ORDER", enclosure=2)
    assert name == "2569_PTE_0017_order12_att02.pdf"


def test_an_enclosure_is_named_after_its_letter() -> None:
    assert file_name(MDES, Unit(code="0201.2"), "ดศ 0201.2/123", date(2026, 1, 14), enclosure=1) == (
        "2569_MDES_0201_2_123_att01.pdf"
    )
