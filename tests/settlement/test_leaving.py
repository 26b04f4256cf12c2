from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yunqi.kernel.errors import Problem
from yunqi.settlement.leaving import compute_refund

CONTRACT = {
    "total_fen": 36500000,
    "term": {"start_on": "2026-01-01", "end_on": "2026-12-31", "months": 12},
    "penalties": {
        "critical": [
            {"level": "A", "remedy": ["terminate", "refund", "penalty"], "remedy_source": {"article": "十三.1"}},
            {"level": "B", "remedy": ["terminate", "damages"]},
        ]
    },
}


def refund(left, *, paid=36500000, reading=None, contract=CONTRACT, ground=None):
    return compute_refund(
        contract, date.fromisoformat(left), paid_fen=paid, reading=reading, signed_on=None, ground=ground
    )


@pytest.mark.parametrize(
    ("left", "reading", "fen"),
    [
        ("2026-06-30", "days", 18400000),  # 184 of 365 days
        ("2026-06-30", "months", 18250000),
        ("2026-06-30", "begun_months", 18250000),
        ("2026-06-15", "days", 19900000),  # 199 days
        ("2026-06-15", "months", 19770833),  # 6 months and 15 of 30 days
        ("2026-06-15", "begun_months", 18250000),
        ("2025-12-31", "days", 36500000),
        ("2026-12-31", "months", 0),
    ],
)
def test_the_rest_of_the_term_by_each_way(left, reading, fen):
    found = refund(left, reading=reading)
    assert (found.state, found.chosen, found.amount_fen) == ("settled", reading, fen)


def test_without_an_agreed_way_each_stands_beside_the_others_and_none_is_chosen():
    found = refund("2026-06-15")
    assert (found.state, found.amount_fen) == ("open", None)
    assert {one.way: one.refund_fen for one in found.ways} == {
        "days": 19900000,
        "months": 19770833,
        "begun_months": 18250000,
    }


def test_where_all_ways_come_to_the_same_nothing_is_open():
    assert (refund("2025-12-31").state, refund("2025-12-31").amount_fen) == ("settled", 36500000)


def test_what_was_paid_too_little_is_still_to_be_paid():
    assert refund("2026-06-30", paid=10000000, reading="months").amount_fen == -8250000


def test_a_term_that_is_no_whole_number_of_months_has_no_months_to_count():
    contract = {"total_fen": 100, "term": {"start_on": "2026-07-29", "end_on": "2026-12-31"}}
    found = refund("2026-10-01", paid=100, contract=contract)
    assert [one.way for one in found.ways] == ["days"]
    assert found.state == "open"
    assert refund("2026-10-01", paid=100, contract=contract, reading="days").state == "settled"


@pytest.mark.parametrize(("ground", "state", "fen"), [("A", "settled", 500), ("B", "open", None)])
def test_a_critical_breach_gives_back_all_that_was_paid_where_the_contract_says_so(ground, state, fen):
    found = refund("2026-06-15", paid=500, ground=ground)
    assert (found.state, found.amount_fen) == (state, fen)


def test_both_may_agree_that_everything_goes_back():
    assert refund("2026-06-15", paid=500, reading="everything").amount_fen == 500


@pytest.mark.parametrize(
    ("contract", "lacks"),
    [({"total_fen": None, "term": CONTRACT["term"]}, ("total",)), ({"total_fen": 1, "term": {}}, ("term",))],
)
def test_what_the_contract_does_not_say_leaves_it_unknown(contract, lacks):
    found = refund("2026-06-15", contract=contract)
    assert (found.state, found.amount_fen, found.lacks) == ("unknown", None, lacks)


@pytest.mark.parametrize(
    ("left", "ground", "code"),
    [
        ("2027-01-01", None, "exit.left_on"),
        ("2025-12-30", None, "exit.left_on"),
        ("2026-06-15", "C", "exit.ground"),
    ],
)
def test_what_cannot_be_is_refused(left, ground, code):
    with pytest.raises(Problem) as error:
        refund(left, ground=ground)
    assert error.value.code == code


@settings(max_examples=60)
@given(st.integers(0, 364), st.integers(0, 10**10))
def test_served_and_rest_make_the_whole_and_leaving_later_never_gives_back_more(day, total):
    contract = {**CONTRACT, "total_fen": total}
    left = date(2026, 1, 1) + timedelta(days=day)
    before = compute_refund(contract, left - timedelta(days=1), paid_fen=total, reading=None, signed_on=None)
    after = compute_refund(contract, left, paid_fen=total, reading=None, signed_on=None)
    for earlier, later in zip(before.ways, after.ways, strict=True):
        assert 0 <= later.part <= earlier.part <= 1
        assert abs(later.refund_fen - later.rest_fen) <= Fraction(1, 2)
        assert later.refund_fen <= earlier.refund_fen
