"""The price by system and month: parts make the whole to the fen, whatever the weights."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yunqi.kernel.errors import Problem
from yunqi.settlement.allocation import Agreed, allocate, list_months, split_fen

START, END = date(2025, 10, 10), date(2026, 10, 9)
CONTRACT: dict[str, Any] = {
    "total_fen": 120_301_038,
    "price_lines": [
        {"no": 1, "quantity": "7", "total_fen": 100_000_000},
        {"no": 2, "quantity": "2.5", "total_fen": 20_301_038},
        {"no": 3, "quantity": None, "total_fen": None, "bundle": 1},
    ],
}
THIRDS = {"a": Fraction(1, 3), "b": Fraction(1, 3), "c": Fraction(1, 3)}


@settings(max_examples=100)
@given(st.integers(0, 10**12), st.lists(st.fractions(0, 100, max_denominator=50), min_size=1, max_size=12))
def test_parts_make_the_whole_and_each_is_within_a_fen(total: int, weights: list[Fraction]) -> None:
    whole = sum(weights)
    if not whole:
        with pytest.raises(ValueError, match="split nothing"):
            split_fen(total, weights)
        return
    parts = split_fen(total, weights)
    assert sum(parts) == total
    assert all(abs(part - total * weight / whole) < 1 for part, weight in zip(parts, weights, strict=True))
    remainders = sorted(zip(parts, weights, strict=True), key=lambda one: (one[1], one[0]))
    assert [part for part, _weight in remainders] == sorted(parts)


@pytest.mark.parametrize("spread", ["even", "days"])
def test_shares_by_month(spread: Any) -> None:
    made = allocate(Agreed("shares", THIRDS, spread=spread), CONTRACT, start_on=START, end_on=END)
    assert sum(made.fees.values()) == CONTRACT["total_fen"]
    assert made.fees == {"a": 40_100_346, "b": 40_100_346, "c": 40_100_346}
    for system, fees in made.by_month.items():
        assert sum(fees) == made.fees[system]
    assert len(made.months) == (12 if spread == "even" else 13)
    assert (made.months[0].start_on, made.months[-1].end_on) == (START, END)
    assert sum(one.days for one in made.months) == 365


def test_quantities_by_line() -> None:
    quantities = {1: {"a": Fraction(3), "b": Fraction(4)}, 2: {"b": Fraction(5, 2)}}
    made = allocate(Agreed("quantities", quantities=quantities), CONTRACT, start_on=START, end_on=END)
    assert made.by_line[1] == {"a": 42_857_143, "b": 57_142_857}
    assert made.fees == {"a": 42_857_143, "b": 57_142_857 + 20_301_038}
    assert sum(made.fees.values()) == CONTRACT["total_fen"]


@pytest.mark.parametrize(
    ("agreed", "change", "code"),
    [
        (Agreed("shares", {"a": Fraction(1, 2)}), {}, "allocation.shares"),
        (Agreed("shares", {"a": Fraction(3, 2), "b": Fraction(-1, 2)}), {}, "allocation.shares"),
        (Agreed("shares", {}), {}, "allocation.shares"),
        (Agreed("shares", THIRDS), {"total_fen": None}, "allocation.no_total"),
        (Agreed("quantities", quantities={1: {"a": Fraction(7)}}), {}, "allocation.lines"),
        (
            Agreed("quantities", quantities={1: {"a": Fraction(7)}, 2: {"a": Fraction(2)}}),
            {},
            "allocation.quantity",
        ),
        (
            Agreed("quantities", quantities={1: {"a": Fraction(7)}, 2: {"a": Fraction(5, 2)}}),
            {"total_fen": 120_301_039},
            "allocation.total",
        ),
    ],
)
def test_what_does_not_make_the_whole_is_refused(agreed: Agreed, change: dict[str, Any], code: str) -> None:
    with pytest.raises(Problem) as caught:
        allocate(agreed, {**CONTRACT, **change}, start_on=START, end_on=END)
    assert caught.value.code == code


def test_a_term_of_no_whole_months_goes_by_days() -> None:
    start, end = date(2024, 2, 10), date(2024, 3, 31)
    with pytest.raises(Problem) as caught:
        list_months("even", start_on=start, end_on=end)
    assert caught.value.code == "allocation.months"
    assert [one.days for one in list_months("days", start_on=start, end_on=end)] == [20, 31]
    with pytest.raises(Problem):
        list_months("days", start_on=start, end_on=None)
    leap = list_months("even", start_on=date(2024, 1, 31), end_on=date(2024, 4, 30))
    assert [(one.start_on.day, one.end_on.day) for one in leap] == [(31, 29), (1, 30), (31, 30)]
