"""Money as clerks type it, and as pages show it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from common.access import Invalid
from common.money import baht, parse_amount


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("", None),
        ("  ", None),
        ("0", "0.00"),
        ("250000", "250000.00"),
        ("250,000", "250000.00"),
        ("๑,๒๕๐.๕", "1250.50"),
        ("1,250.05 บาท", "1250.05"),
        ("5 บาทถ้วน", "5.00"),
        ("9999999999999.99", "9999999999999.99"),
    ],
)
def test_amounts(typed: str, amount: str | None) -> None:
    assert parse_amount(typed) == (None if amount is None else Decimal(amount))


@pytest.mark.parametrize(
    "typed",
    ["-1", "1e5", "1,00", "1.234", "สองแสน", "🙂", "บาท", "1 2", "0x1", "NaN", "Infinity", "9" * 14, "1.", ".5"],
)
def test_what_is_no_amount_is_refused_in_a_sentence(typed: str) -> None:
    with pytest.raises(Invalid, match="วงเงิน"):
        parse_amount(typed)


def test_amounts_are_shown_with_commas_and_satang_only_where_there_are_any() -> None:
    assert baht(Decimal("1250000.00")) == "1,250,000 บาท"
    assert baht(Decimal("1250000.50")) == "1,250,000.50 บาท"
    assert baht(Decimal(0)) == "0 บาท"
