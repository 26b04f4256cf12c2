"""The monthly comparison: each figure by a table of cases; what is unknown stays unknown in rows, sorts and sums."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yunqi.kernel.errors import Problem
from yunqi.operations.rating import (
    Rating,
    Total,
    gap_of,
    group_ratings,
    rate_availability,
    rate_delivery,
    rate_incidents,
    sort_ratings,
)


def level(threshold: str | None, state: str, measured: str | None, *others: str, unit: str = "share") -> dict[str, Any]:
    return {
        "metric": "availability",
        "unit": unit,
        "threshold": str(threshold),
        "state": state,
        "measured": measured,
        "alternatives": [{"measured": one} for one in others],
    }


@pytest.mark.parametrize(
    ("levels", "promised", "low", "high", "state"),
    [
        ([level("0.9999", "met", "1")], "0.9999", "1", "1", "met"),
        ([level("0.9999", "met", "1"), level("0.999", "breached", "9/10")], "0.999", "9/10", "9/10", "breached"),
        ([level("0.9999", "open", None, "0.99", "", "1")], "0.9999", "0.99", "1", "open"),
        ([level("0.9999", "unknown", None)], "0.9999", None, None, "unknown"),
        ([level(None, "unknown", None)], None, None, None, "unknown"),
        ([level("0.99", "breached", "0.98"), level("0.96", "breached", "0.9")], "0.96", "0.9", "0.9", "breached"),
    ],
)
def test_the_gravest_level_of_availability_stands_for_the_contract(
    levels: list[dict[str, Any]], promised: str | None, low: str | None, high: str | None, state: str
) -> None:
    found = rate_availability(levels)
    exact = [None if one is None else Fraction(one) for one in (promised, low, high)]
    assert [found["availability_promised"], found["availability_low"], found["availability_high"]] == exact
    assert found["availability_state"] == state


def test_other_levels_say_nothing_of_availability() -> None:
    other = level("15", "met", "3", unit="minute")
    assert rate_availability([other, {**level("0.99", "met", "1"), "metric": "durability"}]) == {}


def clock(state: str, minutes: str | None, limit: str = "30") -> dict[str, Any]:
    return {"state": state, "minutes": minutes, "limit": {"count": limit}}


@pytest.mark.parametrize(
    ("clocks", "beyond", "undecided"),
    [
        ([clock("met", "29")], 0, 0),
        ([clock("breached", "45"), clock("breached", "61/2")], Fraction(31, 2), 0),
        ([clock("breached", None)], 0, 1),
        ([clock("open", "45"), clock("breached", "31")], 1, 1),
        ([clock("not_started", None)], 0, 0),
        ([], 0, 0),
    ],
)
def test_minutes_of_breach_are_those_beyond_the_limits(
    clocks: list[dict[str, Any]], beyond: Fraction, undecided: int
) -> None:
    found = rate_incidents([{"clocks": clocks, "outage_minutes": "12"}, {"clocks": [], "outage_minutes": None}])
    assert found == {"incidents": 2, "outage_minutes": 12, "breach_minutes": beyond, "clocks_open": undecided}


def line(no: int, contracted: str | None, average: str | None, total: int | None = 100, **more: Any) -> dict[str, Any]:
    given = {"no": no, "item": "compute.vcpu", "contracted": contracted, "average": average, "peak": average}
    return given | {"total_fen": total, "bundle_no": None} | more


@pytest.mark.parametrize(
    ("lines", "share", "counts"),
    [
        ([line(1, "10", "10")], 1, (1, 1, 0)),
        ([line(1, "10", "5"), line(2, "10", "10", 300)], Fraction(7, 8), (1, 2, 0)),
        ([line(1, "10", "20")], 1, (1, 1, 0)),
        ([line(1, "10", None), line(2, "10", "5")], Fraction(1, 2), (0, 1, 1)),
        ([line(1, "10", "0", item="other.video_conference")], None, (0, 0, 1)),
        ([line(1, "10", "0")], 0, (0, 1, 0)),
        ([line(1, "10", "5", None)], None, (0, 1, 0)),
        ([line(1, None, "5"), line(2, "3", "1", bundle_no=1), line(9, "8", "1")], None, (0, 0, 0)),
    ],
)
def test_delivered_is_weighed_by_money_over_what_is_known(
    lines: list[dict[str, Any]], share: Fraction | None, counts: tuple[int, int, int]
) -> None:
    found = rate_delivery(lines, frozenset({1, 2}), lambda item: item == "compute.vcpu")
    assert found["delivered_share"] == share
    assert (found["lines_full"], found["lines_known"], found["lines_unknown"]) == counts


def rating(no: int, **more: Any) -> Rating:
    fields = {"using_unit_id": f"u{no % 2}", "using_unit": f"单位{no % 2}", "provider_id": "p", "provider": "云商"}
    return Rating(contract_id=f"c{no}", contract_number=f"N{no}", title="合同", **(fields | more))


def test_unknown_comes_last_whichever_way_one_sorts() -> None:
    rows = [rating(1), rating(2, fee_fen=5), rating(3, fee_fen=9)]
    assert [row.contract_id for row in sort_ratings(rows, "fee_fen")] == ["c2", "c3", "c1"]
    assert [row.contract_id for row in sort_ratings(rows, "-fee_fen")] == ["c3", "c2", "c1"]
    with pytest.raises(Problem, match="排序") as caught:
        sort_ratings(rows, "beauty")
    assert caught.value.code == "list.sort"


def test_parties_are_summed_up_with_what_is_unknown_beside() -> None:
    rows = [
        rating(1, statement_id="s", provisional=False, fee_fen=100, delivered_share=Fraction(1), incidents=2),
        rating(3, statement_id="t", provisional=True, fee_fen=300, delivered_share=Fraction(1, 2), incidents=0),
        rating(5),
        rating(2, availability_promised=Fraction("0.99"), availability_low=Fraction("0.98")),
    ]
    first, second = group_ratings(rows, "using_unit")
    assert (first.id, first.worst_gap) == ("u0", Fraction("-0.01"))
    assert (second.contracts, second.settled, second.provisional, second.missing) == (3, 1, 1, 1)
    assert second.fee_fen == Total(Fraction(400), 1)
    assert second.incidents == Total(Fraction(2), 1)
    assert second.penalty_agreed_fen == Total(None, 3)
    assert (second.delivered_share, second.delivered_unknown) == (Fraction(5, 8), 1)
    (whole,) = group_ratings(rows, "provider")
    assert whole.contracts == 4


figure = st.none() | st.integers(0, 10**9)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), figure), max_size=12))
def test_sums_over_parties_are_the_sum_over_contracts(made: list[tuple[int, int | None]]) -> None:
    rows = [rating(no, fee_fen=fee) for no, fee in made]
    groups = group_ratings(rows, "using_unit")
    assert sum(group.fee_fen.unknown for group in groups) == sum(fee is None for _no, fee in made)
    assert sum(group.fee_fen.known or 0 for group in groups) == sum(fee or 0 for _no, fee in made)
    assert [gap_of(row) for row in rows] == [None] * len(rows)
