"""Late payments: days counted after the last day, sums exact, and nothing costed where the contract is open."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yunqi.kernel.money import round_fen
from yunqi.settlement.inputs import Payment
from yunqi.settlement.late import LateInstalment, compute_late, find_late_parts

DUE = date(2026, 3, 31)
TOTAL = 1_200_000_00
CLAUSE: dict[str, Any] = {
    "kind": "daily",
    "rate": "0.0005",
    "of": "overdue",
    "duty": "late_payment",
    "party": "using_unit",
    "source": {"article": "七"},
}


def late(
    clauses: list[dict[str, Any]], *payments: Payment, amount: int = 300_000_00, as_of: date = date(2026, 6, 30)
) -> LateInstalment:
    """The lateness of an instalment under these clauses."""
    contract = {"total_fen": TOTAL, "penalties": {"other": clauses}}
    return compute_late(1, amount, DUE, payments, contract, as_of=as_of)


@pytest.mark.parametrize(("after", "days"), [(-5, 0), (0, 0), (1, 1), (30, 30), (366, 366)])
def test_the_last_day_is_in_time_and_the_next_is_one_day_late(after: int, days: int) -> None:
    paid = Payment(1, DUE + timedelta(days=after), 300_000_00)
    found = late([CLAUSE], paid, as_of=date(2028, 1, 1))
    assert found.days == days
    assert found.amount_fen == round_fen(Fraction(5, 10_000) * 300_000_00 * days)


def test_each_part_has_its_own_days_and_what_is_unpaid_goes_on() -> None:
    payments = [Payment(1, DUE, 100), Payment(1, DUE + timedelta(days=10), 150), Payment(1, DUE, 50)]
    parts = find_late_parts(400, DUE, payments, as_of=DUE + timedelta(days=30))
    assert [(one.amount_fen, one.days, one.paid_on is None) for one in parts] == [(150, 10, False), (100, 30, True)]
    assert not find_late_parts(400, DUE, [], as_of=DUE)


@settings(max_examples=60)
@given(
    st.integers(1, 10**9),
    st.lists(st.tuples(st.integers(-30, 200), st.integers(1, 10**9)), max_size=6),
    st.integers(0, 250),
)
def test_parts_are_the_outstanding_sum_day_by_day(amount: int, paid: list[tuple[int, int]], until: int) -> None:
    payments = [Payment(1, DUE + timedelta(days=day), fen, str(at)) for at, (day, fen) in enumerate(paid)]
    parts = find_late_parts(amount, DUE, payments, as_of=DUE + timedelta(days=until))
    by_day = 0
    for day in range(1, until + 1):  # what is outstanding at the start of each day after the last in time
        before = sum(fen for on, fen in paid if on < day)
        by_day += max(0, amount - before)
    assert sum(one.amount_fen * one.days for one in parts) == by_day


def test_a_rate_of_the_price_counts_the_days_once() -> None:
    clause = {**CLAUSE, "rate": "0.001", "of": "contract_total"}
    found = late([clause], Payment(1, DUE + timedelta(days=4), 300_000_00))
    assert found.amount_fen == 4 * TOTAL // 1000
    assert found.formula == "0.001 × (1,200,000.00 元 × 4 日)"


def test_a_cap_bounds_the_sum() -> None:
    paid = Payment(1, DUE + timedelta(days=90), 300_000_00)
    assert late([{**CLAUSE, "cap": 100_00}], paid).amount_fen == 100_00
    assert late([{**CLAUSE, "cap_share": "0.01"}], paid).amount_fen == TOTAL // 100
    assert late([{**CLAUSE, "cap_share": "0.01", "cap_of": "overdue"}], paid).amount_fen == 300_000
    assert late([{**CLAUSE, "cap": TOTAL}], paid).amount_fen == 13_500_00


@pytest.mark.parametrize(
    ("change", "ways"),
    [
        ({"of": None}, [150_00, 600_00]),
        ({"kind": "percentage", "rate": "0.0001", "of": "contract_total"}, [120_00, 120_00]),
        ({"kind": "percentage", "rate": "0.0001", "of": None}, [30_00, 120_00, 30_00, 120_00]),
        ({"band": {"metric": "days", "min": "30", "unit": "day"}}, [150_00]),
    ],
)
def test_what_can_be_meant_in_several_ways_is_open(change: dict[str, Any], ways: list[int]) -> None:
    found = late([{**CLAUSE, **change}], Payment(1, DUE + timedelta(days=1), 300_000_00))
    assert (found.amount_fen, bool(found.open_words)) == (None, True)
    assert [one.amount_fen for one in found.ways] == ways


def test_no_clause_is_open_and_no_nothing() -> None:
    paid = Payment(1, DUE + timedelta(days=1), 300_000_00)
    provider = {**CLAUSE, "party": "provider", "duty": "late_performance"}
    assert (late([provider], paid).amount_fen, late([], paid).amount_fen) == (None, None)
    general = {**CLAUSE, "duty": "late_performance"}
    assert late([provider, general], paid).amount_fen == 150_00
    two = late([CLAUSE, {**CLAUSE, "rate": "0.001"}], paid)
    assert (two.amount_fen, [one.amount_fen for one in two.ways]) == (None, [150_00, 300_00])


def test_in_time_costs_nothing_whatever_the_contract_says() -> None:
    assert late([], Payment(1, DUE, 300_000_00)).amount_fen == 0
