"""Deductions of one clause are summed by month (quarter, year, term) and capped; what the cap cuts is shown by case.

The month's fee is 1,200,000.00 元 ÷ 12 = 100,000.00 元; a case costs 1,000.00 元. All figures by hand.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kits.rederived import compare
from tests.settlement.sample import at, contract, evidence, found, inputs, outage, source, with_reading

from yunqi.kernel.period import Month
from yunqi.settlement import Adjudication, Statement, compute_statement
from yunqi.settlement.inputs import Inputs, Occurrence

YUAN = 100
EACH = 1_000 * YUAN
PER_CASE: dict[str, Any] = {"kind": "per_case", "amount_fen": EACH, "duty": "breach", "party": "provider"}
MONTH_SHARE = {"cap_share": "0.1", "cap_of": "service_fee", "cap_window": "month"}
OF_MONTH = {"rate": "0.01", "amount_fen": None, "of": "service_fee", "window": "month"}


def rule(*clauses: dict[str, Any]) -> dict[str, Any]:
    made = contract(total_fen=1_200_000 * YUAN, price_lines=[], service_levels=[])
    made["penalties"] |= {"coefficients": [], "critical": []}
    made["penalties"]["other"] = [PER_CASE | {"source": source("十一.3")} | one for one in clauses]
    return made


def case(number: int, clause: int = 0, **more: Any) -> Occurrence:
    when = at(days=number % 27, minutes=number)
    return Occurrence(f"occ-{number:02}", "other", when, **({"other_clause": clause} | more))


def month(law: dict[str, Any], count: int, **more: Any) -> Inputs:
    return inputs(contract=law, occurrences=tuple(case(number) for number in range(1, count + 1)), **more)


def settle(asked: Inputs) -> Statement:
    statement = compute_statement(asked)
    made = compare(asked, statement)
    assert [(one.name, one.here, one.stated) for one in made.wrong] == []
    assert not made.unchecked
    return statement


def amounts(statement: Statement) -> dict[str, tuple[int | None, int]]:
    return {one.event: (one.amount_fen, one.cut_fen) for one in statement.candidates}


@pytest.mark.parametrize(
    ("clause", "count", "yuan", "cut"),
    [
        (MONTH_SHARE, 0, 0, None),
        (MONTH_SHARE, 9, 9_000, 0),
        (MONTH_SHARE, 10, 10_000, 0),  # 10% of 100,000.00, reached and not passed
        (MONTH_SHARE, 11, 10_000, 1_000),
        (OF_MONTH | {"cap_share": "0.05", "cap_of": "service_fee"}, 4, 4_000, 0),
        (OF_MONTH | {"cap_share": "0.05", "cap_of": "service_fee"}, 7, 5_000, 2_000),
        ({"cap": 2_500 * YUAN, "cap_over": "month"}, 3, 2_500, 500),
        ({"cap_share": "0.001"}, 3, 1_200, 1_800),  # of the whole price, no period said, nothing charged before
        ({"cap": 2_500 * YUAN, "cap_over": "case"}, 3, 3_000, None),  # a cap on each case alone
        ({"cap": 2_500 * YUAN, "cap_over": "month", **MONTH_SHARE}, 12, 2_500, 9_500),  # the lesser of both
    ],
)
def test_cases_of_a_month_are_summed_and_capped(clause: dict[str, Any], count: int, yuan: int, cut: int | None) -> None:
    statement = settle(month(rule(clause), count))
    assert not statement.provisional
    assert statement.penalty_fen == yuan * YUAN
    assert [one.cut_fen for one in statement.caps] == ([] if cut is None else [cut * YUAN])
    assert sum(one.amount_fen or 0 for one in statement.candidates) == statement.penalty_fen


def test_each_case_and_what_the_cap_cut_of_it_stand_in_the_trace() -> None:
    statement = settle(month(rule({"cap": 2_500 * YUAN, "cap_over": "month"}), 4))
    assert amounts(statement) == {
        "occ-01": (EACH, 0),
        "occ-02": (EACH, 0),
        "occ-03": (500 * YUAN, 500 * YUAN),
        "occ-04": (0, EACH),
    }
    (line,) = statement.caps
    assert (line.sum_fen, line.limit_fen, line.cut_fen, line.counted_fen) == (400000, 250000, 150000, 250000)
    node = statement.trace[line.node]
    assert node.formula == "本月 4 起合计 4,000.00 元，每月上限 2,500.00 元，此前各月已计 0.00 元，削减 1,500.00 元"
    assert [statement.trace[one].value for one in node.children] == [
        "1,000.00 元",
        "1,000.00 元",
        "500.00 元",
        "0.00 元",
    ]
    assert line.node in statement.trace["penalty"].children
    assert "累计达到上限，削减 1,000.00 元" in statement.trace[node.children[3]].formula


def test_what_is_disputed_uses_the_cap_up_last_so_that_what_is_not_is_charged_in_full() -> None:
    asked = month(rule({"cap": 2_500 * YUAN, "cap_over": "month"}), 3)
    line = compute_statement(asked).candidates[0].id
    statement = settle(inputs(**{**_given(asked), "frozen": frozenset({f"2026-02#{line}"})}))
    assert statement.frozen_fen == 500 * YUAN
    assert sum(one["amount_fen"] for one in statement.offset) == 2_000 * YUAN


def _given(asked: Inputs) -> dict[str, Any]:
    return {name: getattr(asked, name) for name in asked.__dataclass_fields__}


@pytest.mark.parametrize(
    ("over", "before", "yuan"),
    [
        ("term", {"2026-01": 4_200}, 800),  # 5,000 less 4,200
        ("term", {"2026-01": 5_000}, 0),
        ("term", {"2026-01": 4_200, "2026-03": 700}, 800),  # a later month takes nothing from an earlier one
        ("year", {"2025-12": 4_200}, 2_000),
        ("year", {"2026-01": 4_200}, 800),
        ("quarter", {"2025-12": 4_200, "2026-01": 3_500}, 1_500),
        ("month", {"2026-01": 4_200}, 2_000),
    ],
)
def test_a_cap_of_a_longer_period_is_less_what_its_earlier_months_charge(
    over: str, before: dict[str, int], yuan: int
) -> None:
    charged = {"other.0": {name: fen * YUAN for name, fen in before.items()}}
    statement = settle(month(rule({"cap": 5_000 * YUAN, "cap_over": over}), 2, charged_fen=charged))
    assert statement.penalty_fen == yuan * YUAN


def test_a_cap_that_does_not_say_its_period_is_asked_where_it_matters_and_only_there() -> None:
    law, before = rule({"cap": 5_000 * YUAN}), {"other.0": {"2026-01": 4_200 * YUAN}}
    assert not settle(month(law, 2)).provisional
    statement = settle(month(law, 2, charged_fen=before))
    (point,) = statement.open_points
    assert point.code == "cap_over.other.0"
    assert {one["choice"]: one["amount_fen"] for one in point.choices} == {"month": "200000", "term": "80000"}
    assert (statement.penalty_low_fen, statement.penalty_high_fen) == (80000, 200000)
    agreed = settle(month(law, 2, charged_fen=before, readings=with_reading(point.code, "term")))
    assert agreed.penalty_fen == 80000


def test_two_clauses_have_each_its_own_cap() -> None:
    law = rule({"cap": 1_500 * YUAN, "cap_over": "month"}, {"cap": 2_500 * YUAN, "cap_over": "month"})
    occurrences = tuple(case(number, number % 2) for number in range(1, 7))
    statement = settle(inputs(contract=law, occurrences=occurrences))
    assert statement.penalty_fen == 4_000 * YUAN
    assert [(one.name, one.cut_fen) for one in statement.caps] == [("other.0", 150000), ("other.1", 50000)]


def test_of_one_cause_the_graver_clause_counts_before_the_cap() -> None:
    law = rule({"cap": 1_500 * YUAN, "cap_over": "month"}, {"amount_fen": 800 * YUAN})
    same = tuple(case(number, clause, root_cause="一起") for number, clause in ((1, 0), (2, 1)))
    statement = settle(inputs(contract=law, occurrences=(*same, case(3), case(4))))
    assert statement.penalty_fen == 1_500 * YUAN  # 800 of the same cause as a case of the capped clause falls away


def test_open_findings_have_their_bounds_under_the_cap() -> None:
    band = {"metric": "outage_single", "min": "30", "min_operator": ">", "max": None, "max_operator": None}
    law = rule({"cap": 1_500 * YUAN, "cap_over": "month", "band": {**band, "unit": "minute"}})
    cases, downs = zip(*(outage(f"inc-{day}", 40, day) for day in (3, 8, 13)), strict=True)
    answers: tuple[Adjudication, ...] = found("inc-3", responsible="yes")
    asked = {"contract": law, "incidents": cases, "objects": (evidence("srv-1", *downs), evidence("srv-2"))}
    statement = settle(inputs(**asked, adjudications=answers))
    assert (statement.penalty_low_fen, statement.penalty_high_fen) == (1_000 * YUAN, 1_500 * YUAN)
    costs = {one.code: {each["choice"]: each for each in one.choices} for one in statement.open_points}
    assert costs["responsible@inc-8"]["yes"]["amount_fen"] == str(1_500 * YUAN)
    none = (*answers, *found("inc-8", responsible="no"), *found("inc-13", responsible="no"))
    assert settle(inputs(**asked, adjudications=none)).penalty_fen == 1_000 * YUAN


def test_a_sum_in_yuan_is_capped_by_a_share_of_the_price() -> None:
    statement = settle(inputs(contract=rule({"kind": "fixed", "cap_share": "0.0005"}), occurrences=(case(1),)))
    assert statement.penalty_fen == 600 * YUAN  # 0.05% of 1,200,000.00


@settings(max_examples=25, deadline=timedelta(seconds=5))
@given(st.integers(0, 6), st.integers(0, 6_000), st.integers(0, 6_000))
def test_the_sum_is_never_above_the_cap_nor_less_for_one_case_more(count: int, cap: int, before: int) -> None:
    law = rule({"cap": cap * YUAN, "cap_over": "term"})
    charged = {"other.0": {"2026-01": before * YUAN}}
    less, more = (settle(month(law, number, charged_fen=charged)).penalty_fen or 0 for number in (count, count + 1))
    assert less <= more <= max(0, cap - before) * YUAN
    assert more == min((count + 1) * EACH, max(0, cap - before) * YUAN)


def test_a_case_that_became_known_late_leaves_less_of_the_cap_to_the_months_after_it() -> None:
    law = rule({"cap": 5_000 * YUAN, "cap_over": "term"})
    first, again = (settle(month(law, count)) for count in (3, 4))  # February, and again after a late case

    def march(february: Statement) -> int | None:
        charged = {one.name: {february.month: one.counted_fen} for one in february.caps}
        later = inputs(contract=law, month=Month(2026, 3), known_at=datetime(2026, 4, 2, tzinfo=UTC), objects=())
        cases = tuple(Occurrence(f"m-{day}", "other", at(days=28 + day), other_clause=0) for day in (1, 2, 3))
        return settle(inputs(**_given(later) | {"occurrences": cases, "charged_fen": charged})).penalty_fen

    assert (march(first), march(again)) == (2_000 * YUAN, 1_000 * YUAN)


def test_two_cases_of_one_instant_use_the_cap_up_in_the_order_of_their_names() -> None:
    law = rule({"cap": 1_500 * YUAN, "cap_over": "month"})
    cases = tuple(Occurrence(name, "other", at(days=3), other_clause=0) for name in ("b", "a"))
    assert amounts(settle(inputs(contract=law, occurrences=cases))) == {"a": (EACH, 0), "b": (EACH // 2, EACH // 2)}
