"""Late duties, lengths of outages and what shares are of: counted to the day, capped, and never 0 in silence."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.kits.rederived import compare
from tests.settlement.sample import (
    MONTH,
    START,
    at,
    chosen,
    codes,
    contract,
    inputs,
    source,
    with_reading,
)

from yunqi.kernel.money import round_fen
from yunqi.kernel.period import Month, add_months, day_start
from yunqi.settlement import Adjudication, Inputs, Statement, compute_statement
from yunqi.settlement.inputs import LateDuty, Occurrence, Payment

KEY = "deliverable:1:2026-01"
TOTAL = 484528352
DAY = timedelta(days=1)


def settle(given_: Inputs) -> Statement:
    """The statement, once the independent program has found the same."""
    statement = compute_statement(given_)
    made = compare(given_, statement)
    assert [(one.name, one.here, one.stated) for one in made.wrong] == []
    assert not made.unchecked
    return statement


def clause(kind: str = "daily", **more: Any) -> dict[str, Any]:
    return {
        "kind": kind,
        "rate": "0.001",
        "of": "contract_total",
        "duty": "late_performance",
        "party": "provider",
        "source": source(f"十一 {kind} {more.get('rate')}"),
    } | more


def band(low: str | None, high: str | None, *, signs: str = "><=", metric: str = "lateness", unit: str = "day") -> Any:
    low_sign, high_sign = (">", "<=") if signs == "><=" else (">=", "<")
    return {
        "metric": metric, "unit": unit, "min": low, "min_operator": low and low_sign, "max": high,
        "max_operator": high and high_sign,
    }  # fmt: skip


def rule(*others: dict[str, Any], **more: Any) -> dict[str, Any]:
    made = contract(**({"service_levels": []} | more))
    made["penalties"] |= {"coefficients": [], "critical": [], "other": list(others)}
    return made


def late(due_on: date, days: float | None, kind: str = "deliverable", key: str = KEY) -> LateDuty:
    """A duty that was done so many days after its last day (in the middle of that day), or not yet."""
    due_at = day_start(due_on + DAY)
    done = None if days is None else due_at + timedelta(days=days) - timedelta(hours=12)
    return LateDuty(key, kind, "月报", due_at, done, ("fact-1",))


def agreed(*more: tuple[str, str], key: str = KEY, answer: str = "yes") -> tuple[Adjudication, ...]:
    said = (("late", answer), *more)
    return tuple(Adjudication(f"late:{key}", question, value, f"adj-{question}") for question, value in said)


def settled(law: dict[str, Any], *duties: LateDuty, **more: Any) -> Statement:
    return settle(inputs(**({"contract": law, "late": duties, "adjudications": agreed()} | more)))


@pytest.mark.parametrize(("days", "times"), [(1, 1), (2, 2), (15, 15)])
def test_each_begun_day_counts_from_the_day_after_the_last(days: int, times: int) -> None:
    statement = settled(rule(clause()), late(date(2026, 2, 5), days))
    assert statement.penalty_fen == round_fen(Fraction(TOTAL * times, 1000))
    assert chosen(statement) == [f"late:{KEY}/other.0"]
    node = statement.trace[f"candidate.late:{KEY}/other.0"]
    assert f"月报逾期 {days} 日" in node.formula
    assert node.facts == ("fact-1",)


def test_until_both_parties_have_found_it_the_month_is_provisional_and_shows_what_it_would_cost() -> None:
    statement = settled(rule(clause()), late(date(2026, 2, 5), 3), adjudications=())
    assert statement.provisional
    point = next(one for one in statement.open_points if one.code == f"late@late:{KEY}")
    costs = {one["choice"]: one["amount_fen"] for one in point.choices}
    assert costs == {"yes": str(round_fen(Fraction(TOTAL * 3, 1000))), "no": "0"}
    assert settled(rule(clause()), late(date(2026, 2, 5), 3), adjudications=agreed(answer="no")).penalty_fen == 0


@pytest.mark.parametrize(
    ("other", "kind"),
    [
        (clause(party="using_unit"), "deliverable"),
        (clause(duty="confidentiality"), "deliverable"),
        (clause(duty="bond_renewal"), "deliverable"),
        (clause(duty="breach"), "deliverable"),
        (clause(band=band("1", None, metric="recovery", unit="hour")), "deliverable"),
    ],
    ids=["payer", "confidentiality", "bond", "breach", "another measure"],
)
def test_what_no_clause_prices_is_no_candidate(other: dict[str, Any], kind: str) -> None:
    statement = settled(rule(other), late(date(2026, 2, 5), 3, kind), adjudications=())
    assert (statement.candidates, [one for one in codes(statement) if one.startswith("late@")]) == ((), [])


@pytest.mark.parametrize("kind", ["bond", "bond_renewal"])
def test_a_clause_on_the_bond_prices_a_late_bond(kind: str) -> None:
    law = rule(clause(duty="bond_renewal", rate="0.05", cap=24226418))
    for days, fen in ((1, 24226418), (2, 24226418)):
        assert settled(law, late(date(2026, 2, 5), days, kind)).penalty_fen == fen


@pytest.mark.parametrize(("days", "shown"), [(30, False), (31, True)])
def test_a_right_to_end_the_contract_is_shown_once_the_lateness_is_longer(days: int, shown: bool) -> None:
    law = rule(clause(rate="0.0001", terminates=band("30", None)))
    made = settled(law, late(date(2026, 1, 28), days), known_at=day_start(date(2026, 3, 3)))
    (line,) = [one for one in made.trace if one.startswith("candidate.")]
    ground = f"ground.late:{KEY}"
    assert (ground in made.trace, ground in made.trace[line].children) == (shown, shown)
    if shown:
        assert made.trace[ground].source == source("十一 daily 0.0001")
        assert made.penalty_fen is not None  # it is shown, and costs nothing by itself


BANDS = [
    clause("percentage", rate="0.01", band=band("1", "5", signs=">=<")),
    clause("percentage", rate="0.03", band=band("5", None)),
]


@pytest.mark.parametrize(("days", "rate"), [(1, 1), (4, 1), (6, 3), (20, 3)])
def test_each_band_has_its_own_share(days: int, rate: int) -> None:
    statement = settled(rule(*BANDS), late(date(2026, 2, 1), days))
    assert statement.penalty_fen == round_fen(Fraction(TOTAL * rate, 100))


def test_a_lateness_between_two_bands_asks_which_of_them_is_meant() -> None:
    duty = late(date(2026, 2, 1), 5)
    statement = settled(rule(*BANDS), duty)
    point = next(one for one in statement.open_points if one.code == "gap.other.0")
    costs = {one["choice"]: one["amount_fen"] for one in point.choices}
    low, high = (str(round_fen(Fraction(TOTAL * rate, 100))) for rate in (1, 3))
    assert costs == {"none": "0", "other#0": low, "other#1": high}
    for choice, fen in costs.items():
        final = settled(rule(*BANDS), duty, readings=with_reading("gap.other.0", choice))
        assert (final.provisional, final.penalty_fen) == (False, int(fen))


def test_beyond_the_last_band_is_asked_and_before_the_first_costs_nothing() -> None:
    law = rule(clause("percentage", rate="0.01", band=band("5", "9")))
    assert settled(law, late(date(2026, 2, 1), 5), adjudications=()).candidates == ()
    beyond = settled(law, late(date(2026, 2, 1), 10))
    assert "gap.other.0" in codes(beyond)
    assert (beyond.penalty_low_fen, beyond.penalty_high_fen) == (0, round_fen(Fraction(TOTAL, 100)))


@pytest.mark.parametrize(("days", "start", "edge"), [(16, 16, 1), (20, 20, 5)])
def test_whether_days_count_from_the_first_or_from_the_bands_edge_is_a_reading(
    days: int, start: int, edge: int
) -> None:
    law = rule(clause(band=band("15", None)))
    duty = late(date(2026, 2, 1), days)
    statement = settled(law, duty)
    assert "counted_from.other.0" in codes(statement)
    for choice, times in (("start", start), ("edge", edge)):
        final = settled(law, duty, readings=with_reading("counted_from.other.0", choice))
        assert final.penalty_fen == round_fen(Fraction(TOTAL * times, 1000))


@pytest.mark.parametrize(("days", "begun", "whole"), [(7, 1, 1), (8, 2, 1), (13, 2, 1), (14, 2, 2)])
def test_a_begun_week_counts_as_said_and_is_asked_where_nothing_is_said(days: int, begun: int, whole: int) -> None:
    week = {"per": {"count": 7, "unit": "day"}}
    duty = late(date(2026, 2, 1), days)
    for said, times in ((True, begun), (False, whole)):
        statement = settled(rule(clause("per_period", begun=said, **week)), duty)
        assert statement.penalty_fen == round_fen(Fraction(TOTAL * times, 1000))
    silent = settled(rule(clause("per_period", **week)), duty)
    assert ("begun.other.0" in codes(silent)) == (begun != whole)
    for choice, times in (("counts", begun), ("left_out", whole)):
        final = settled(rule(clause("per_period", **week)), duty, readings=with_reading("begun.other.0", choice))
        assert final.penalty_fen == round_fen(Fraction(TOTAL * times, 1000))


@pytest.mark.parametrize(
    ("unit", "due_on", "days", "times"),
    [
        ("working_day", date(2026, 2, 5), 1, 1),  # Friday
        ("working_day", date(2026, 2, 6), 1, 0),  # a Saturday off
        ("working_day", date(2026, 2, 6), 3, 1),
        ("month", date(2026, 1, 5), 31, 1),
        ("month", date(2026, 1, 5), 32, 2),
    ],
)
def test_working_days_and_months(unit: str, due_on: date, days: int, times: int) -> None:
    kind = "daily" if unit == "working_day" else "per_period"
    law = rule(clause(kind, begun=True, per={"count": 1, "unit": unit}))
    duty = late(due_on, days)
    if days == 3:  # 2026-02-07 and 08 off, 09 worked on
        assert duty.done_at is not None
    months = [settled(law, duty, month=one, known_at=day_start(date(2026, 4, 3))) for one in (Month(2026, 1), MONTH)]
    expected = round_fen(Fraction(TOTAL * times, 1000))
    assert sum(one.penalty_fen or 0 for one in months) == expected


def test_of_a_sum_that_no_data_hold_the_parties_find_it() -> None:
    law, duty = rule(clause(of="overdue", rate="0.01")), late(date(2026, 2, 5), 3)
    statement = settled(law, duty)
    assert f"base_fen@late:{KEY}" in codes(statement)
    assert (statement.penalty_low_fen, statement.penalty_high_fen) == (0, round_fen(Fraction(TOTAL * 3, 100)))
    assert settled(law, duty, adjudications=agreed(("base_fen", "100001"))).penalty_fen == 3000


def test_what_was_paid_is_what_was_paid_before_it_was_late() -> None:
    law, duty = rule(clause(of="paid_fee", rate="0.01")), late(date(2026, 2, 5), 1)
    payments = (Payment(1, date(2026, 2, 6), 10_000), Payment(2, date(2026, 2, 7), 999_999))
    assert settled(law, duty, payments=payments).penalty_fen == 100
    assert settled(law, duty).penalty_fen == 0


@pytest.mark.parametrize(("window", "months"), [("month", 1), ("quarter", 3), ("year", 12)])
def test_a_share_of_a_periods_fee(window: str, months: int) -> None:
    law = rule(clause(of="service_fee", window=window, rate="0.01"))
    statement = settled(law, late(date(2026, 2, 5), 2))
    assert statement.penalty_fen == round_fen(Fraction(TOTAL * months * 2, 1200))


def test_a_days_fee_is_read_by_the_month_or_by_the_term() -> None:
    law, duty = rule(clause(of="service_fee", window="day", rate="2")), late(date(2026, 2, 5), 2)
    assert "day_fee.other.0" in codes(settled(law, duty))
    for choice, days in (("month", 12 * 28), ("term", 365)):
        final = settled(law, duty, readings=with_reading("day_fee.other.0", choice))
        assert final.penalty_fen == round_fen(Fraction(TOTAL * 4, days))


@pytest.mark.parametrize(
    ("cap", "most"),
    [
        ({"cap": 500_000}, 500_000),
        ({"cap_share": "0.002"}, round_fen(Fraction(TOTAL * 2, 1000))),
        ({"cap": 500_000, "cap_share": "0.002"}, 500_000),
        ({"cap_share": "0.5", "cap_of": "paid_fee"}, 5_000),
        ({"cap_share": "0.01", "cap_of": "service_fee", "window": "month"}, round_fen(Fraction(TOTAL, 1200))),
    ],
    ids=["sum", "share", "both", "share of what was paid", "share of the month's fee"],
)
def test_a_cap_ends_it(cap: dict[str, Any], most: int) -> None:
    payments = (Payment(1, date(2026, 2, 2), 10_000),)
    statement = settled(rule(clause(**cap)), late(date(2026, 2, 1), 20), payments=payments)
    assert statement.penalty_fen == most


def test_a_share_of_the_months_fee_is_capped_by_a_share_of_the_same() -> None:
    law = rule(clause(of="service_fee", window="month", rate="0.1", cap_share="0.25", cap_of="service_fee"))
    assert settled(law, late(date(2026, 2, 1), 2)).penalty_fen == round_fen(Fraction(TOTAL * 2, 120))
    assert settled(law, late(date(2026, 2, 1), 9)).penalty_fen == round_fen(Fraction(TOTAL, 48))


def months_of(law: dict[str, Any], duty: LateDuty, count: int, **more: Any) -> list[Statement]:
    found_ = []
    for place in range(count):
        on = add_months(date(2026, 1, 1), place)
        month, after = Month(on.year, on.month), day_start(add_months(on, 1)) + DAY
        found_.append(settled(law, duty, month=month, known_at=after, **more))
    return found_


def test_a_lateness_over_months_is_split_and_adds_up() -> None:
    duty = late(date(2026, 1, 20), 50)
    made = [one.penalty_fen or 0 for one in months_of(rule(clause()), duty, 4)]
    whole = [round_fen(Fraction(TOTAL * days, 1000)) for days in (11, 39, 50)]
    assert made == [whole[0], whole[1] - whole[0], whole[2] - whole[1], 0]


def test_a_lateness_that_goes_on_is_settled_to_the_end_of_the_month() -> None:
    made = months_of(rule(clause()), late(date(2026, 1, 30), None), 2)
    assert [one.penalty_fen for one in made] == [
        round_fen(Fraction(TOTAL, 1000)),
        round_fen(Fraction(TOTAL * 29, 1000)) - round_fen(Fraction(TOTAL, 1000)),
    ]


def test_what_an_earlier_month_has_cost_hangs_on_the_same_readings() -> None:
    law, duty = rule(clause("per_period", per={"count": 7, "unit": "day"})), late(date(2026, 1, 20), 25)
    open_months = months_of(law, duty, 2)
    assert all(one.provisional for one in open_months)
    for choice, weeks in (("counts", [2, 4]), ("left_out", [1, 3])):
        made = months_of(law, duty, 2, readings=with_reading("begun.other.0", choice))
        whole = [round_fen(Fraction(TOTAL * count, 1000)) for count in weeks]
        assert [one.penalty_fen for one in made] == [whole[0], whole[1] - whole[0]]


def test_what_was_done_as_the_month_turned_counts_the_new_day() -> None:
    due_on = date(2026, 1, 30)
    duty = LateDuty(KEY, "deliverable", "月报", day_start(due_on + DAY), START, ())
    one_day, two = (round_fen(Fraction(TOTAL * days, 1000)) for days in (1, 2))
    assert [one.penalty_fen for one in months_of(rule(clause()), duty, 2)] == [one_day, two - one_day]


FEN = st.integers(1, 10**10)
SHARES = st.integers(1, 2000).map(lambda one: str(Fraction(one, 10_000)))


@given(FEN, SHARES, st.none() | FEN, st.integers(1, 80), st.booleans())
def test_any_split_adds_up_is_monotone_and_never_above_the_cap(
    total: int, rate: str, cap: int | None, days: int, weekly: bool
) -> None:
    more = {"per": {"count": 7, "unit": "day"}, "begun": True} if weekly else {}
    law = rule(clause("per_period" if weekly else "daily", rate=rate, cap=cap, **more), total_fen=total)
    totals = []
    for length in (days, days + 1):
        duty = late(date(2026, 1, 20), length)
        parts = []
        for place in range(4):
            on = add_months(date(2026, 1, 1), place)
            given_ = inputs(contract=law, late=(duty,), adjudications=agreed(), month=Month(on.year, on.month),
                            known_at=day_start(add_months(on, 1)) + DAY)  # fmt: skip
            parts.append(compute_statement(given_).penalty_fen or 0)
        assert all(part >= 0 for part in parts)
        times = -(-length // 7) if weekly else length
        exact = Fraction(rate) * total * times
        assert sum(parts) == round_fen(exact if cap is None else min(exact, Fraction(cap)))
        assert cap is None or sum(parts) <= cap
        totals.append(sum(parts))
    assert totals[0] <= totals[1]


# What people say of a lateness


@pytest.mark.parametrize(("value", "times"), [("75", 3), ("60", 2), ("61", 3), ("30", 1), ("0", 0)])
def test_said_minutes_make_half_hours(value: str, times: int) -> None:
    law = rule(clause("per_period", per={"count": 30, "unit": "minute"}, begun=True))
    said = Occurrence("occ-1", "other:1", at(days=2), Fraction(value), other_clause=0)
    assert settle(inputs(contract=law, occurrences=(said,))).penalty_fen == round_fen(Fraction(TOTAL * times, 1000))


@pytest.mark.parametrize(("value", "rate"), [("4", 1), ("5", 0), ("6", 0)])
def test_a_said_lateness_outside_of_the_clauses_band_costs_nothing_under_it(value: str, rate: int) -> None:
    said = Occurrence("occ-1", "other:1", at(days=2), Fraction(value), other_clause=0)
    statement = settle(inputs(contract=rule(*BANDS), occurrences=(said,)))
    assert statement.penalty_fen == round_fen(Fraction(TOTAL * rate, 100))


def test_a_said_breach_is_priced_by_what_its_share_is_of() -> None:
    law = rule(clause("percentage", of="service_fee", rate="0.1"))
    said = Occurrence("occ-1", "other:1", at(days=2), None, other_clause=0)
    assert "penalty_fee.other.0" in codes(settle(inputs(contract=law, occurrences=(said,))))
    agreed_ = settle(inputs(contract=law, occurrences=(said,), readings=with_reading("penalty_fee.other.0", "month")))
    assert agreed_.penalty_fen == round_fen(Fraction(TOTAL, 120))
