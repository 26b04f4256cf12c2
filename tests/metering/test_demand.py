"""What is asked for next follows from what was used, by the rule that is stated."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yunqi.kernel.period import Span
from yunqi.metering import DrawSpan
from yunqi.metering.demand import Use, compute_percentile, compute_use, plan_requirement

START = datetime(2026, 1, 1, tzinfo=UTC)
WINDOW = Span(START, START + timedelta(hours=100))
ONCE = Use(Fraction(0), Fraction(0), Fraction(0), Fraction(7))
NOTHING = Use(Fraction(0), Fraction(0), Fraction(0), Fraction(0))


def plan(line: dict[str, Any], use: Use, **changed: Any) -> tuple[str, Fraction | None, int | None]:
    asked: dict[str, Any] = {"recorded": True, "basis": "peak", "reserve": Fraction(1, 10), "yuan": Fraction(3, 2)}
    found = plan_requirement({"no": 1, **line}, use, **{**asked, "months": 12, **changed})
    return found.rule, found.proposed, found.budget_fen


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(1, 60), st.integers(1, 9)), max_size=12))
def test_the_percentile_is_that_of_the_hours(draws: list[tuple[int, int, int]]) -> None:
    spans = [
        DrawSpan(Fraction(quantity), START + timedelta(hours=first), START + timedelta(hours=first + length))
        for first, length, quantity in draws
    ]
    hours = sorted(sum(q for first, length, q in draws if first <= hour < first + length) for hour in range(100))
    assert compute_percentile(spans, WINDOW) == hours[94]
    assert compute_percentile(spans, WINDOW, Fraction(1)) == hours[99] == compute_use(spans, (), WINDOW, ()).peak


@pytest.mark.parametrize(
    ("line", "use", "changed", "expected"),
    [
        ({"quantity": "100"}, Use(*map(Fraction, (20, 41, 30, 0))), {}, ("measured", 46, 82800)),
        ({"quantity": "100"}, Use(*map(Fraction, (20, 41, 30, 0))), {"basis": "average"}, ("measured", 22, 39600)),
        ({"quantity": "100"}, Use(*map(Fraction, (20, 40, 30, 0))), {"basis": "percentile"}, ("measured", 33, 59400)),
        ({"quantity": "100"}, NOTHING, {}, ("unused", 0, 0)),
        ({"quantity": "100"}, NOTHING, {"recorded": False}, ("unrecorded", 100, 180000)),
        ({"quantity": "100"}, ONCE, {"months": None}, ("once", 8, 1200)),
        (
            {"quantity": "9"},
            ONCE,
            {"months": None, "is_short": True},
            ("once_short", 9, 1350),
        ),
        ({"quantity": "5", "bundle": 2}, Use(*map(Fraction, (3, 3, 3, 0))), {}, ("covered", 5, None)),
        ({"quantity": None}, NOTHING, {"recorded": False}, ("unrecorded", None, None)),
        ({"quantity": "5"}, Use(*map(Fraction, (3, 3, 3, 0))), {"yuan": None}, ("measured", 4, None)),
    ],
)
def test_each_rule(line: dict[str, Any], use: Use, changed: dict[str, Any], expected: tuple[Any, ...]) -> None:
    assert plan(line, use, **changed) == expected
