"""What a breach would cost, before it is one: each case by hand from the sample's tables.

The sample: 4 845 283.52 yuan over 12 months, so a month's fee of the whole is 403 773.6267 yuan; 信息系统云服务费
asks what the fee of a system is, so without a reading and a registered share the least is what is certain and the
most the whole.
"""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from tests.kits.session import SAMPLE, SMALL

from yunqi.cases.incident import Clock, IncidentFacts, compute_clocks
from yunqi.operations.contracts import read_file
from yunqi.settlement.at_stake import NO_FEE, NO_ROW, NO_SUM, OUTAGE, Stake, Stakes, stake_of_duty
from yunqi.settlement.inputs import SystemFacts
from yunqi.settlement.law import Law

T = datetime(2026, 8, 3, 1, 0, tzinfo=UTC)
WHOLE = {"fee_base": "contract", "fee_base.shared": "contract"}
MONTH = Fraction(484528352, 12)
SYSTEMS = (SystemFacts("sys-1", "a", important=True, fee_share=Fraction(1, 4)), SystemFacts("sys-2", "b"))


def fen(coefficient: str, share: Fraction = Fraction(1)) -> int:
    """By hand: price / 12 × share × coefficient, rounded half up."""
    exact = MONTH * share * Fraction(coefficient)
    return int(exact + Fraction(1, 2))


@pytest.fixture(scope="module")
def sample() -> dict[str, Any]:
    return read_file(SAMPLE).data


def make(data: dict[str, Any], known: dict[str, str], systems: tuple[SystemFacts, ...] = SYSTEMS) -> Stakes:
    return Stakes(Law(data, known), systems, known)


def incident(system: str | None = "sys-1", **minutes: float) -> IncidentFacts:
    times = {name: T + timedelta(minutes=value) for name, value in minutes.items()}
    return IncidentFacts("inc-1", "1", "x", T, times, system=system)


def clock(data: dict[str, Any], metric: str, after: float) -> Clock:
    flags = {"important": True, "internet_facing": False}
    case = incident(reported=0)
    found = compute_clocks(case, data["service_levels"], flags, None, T + timedelta(minutes=after))
    return next(one for one in found if one.metric == metric)


@pytest.mark.parametrize(
    ("known", "after", "low", "high"),
    [
        # The row just beyond the limit: minor#8 (0.3) without 重大影响, severe#7 (2) with 重大事故.
        (WHOLE, 5, "0", "2"),
        (WHOLE, 14.9, "0", "2"),
        # What stands between the two tables' words was agreed to be minor: then 0.3 is certain.
        (WHOLE | {"words.response_average": "minor"}, 5, "0.3", "2"),
        (WHOLE | {"severity.重大影响@inc-1": "no", "severity.重大事故@inc-1": "no"}, 5, "0.3", "0.3"),
        (WHOLE | {"severity.重大影响@inc-1": "yes", "severity.重大事故@inc-1": "yes"}, 5, "2", "2"),
        # Late already: the rows of the minutes by now, 40: minor#9 (0.5) and severe#8 (2).
        (WHOLE | {"severity.重大影响@inc-1": "no", "severity.重大事故@inc-1": "no"}, 40, "0.5", "0.5"),
    ],
)
def test_response(sample: dict[str, Any], known: dict[str, str], after: float, low: str, high: str) -> None:
    stake = make(sample, known).of_clock(clock(sample, "response", after), incident())
    assert (stake.low_fen, stake.high_fen) == (fen(low), fen(high))
    assert stake.source is not None


@pytest.mark.parametrize(
    ("system", "known", "low", "high"),
    [
        ("sys-1", {"fee_base": "system_share"}, fen("0.3", Fraction(1, 4)), fen("2", Fraction(1, 4))),
        # No share is registered: up to the whole contract's fee.
        ("sys-2", {"fee_base": "system_share"}, 0, fen("2")),
        # What the fee means is open: the widest of its meanings (the largest line is more than the system's quarter).
        ("sys-1", {}, fen("0.3", Fraction(1, 4)), fen("2")),
    ],
)
def test_the_fee(sample: dict[str, Any], system: str, known: dict[str, str], low: int, high: int) -> None:
    agreed = known | {"words.response_average": "minor"}
    stake = make(sample, agreed).of_clock(clock(sample, "response", 5), incident(system))
    assert (stake.low_fen, stake.high_fen) == (low, high)


def test_what_no_row_prices_has_no_figure(sample: dict[str, Any]) -> None:
    stakes = make(sample, WHOLE)
    assert stakes.of_clock(clock(sample, "arrival", 5), incident()) == Stake(None, None, NO_ROW)
    free = make(sample, WHOLE | {"unpriced.arrival": "none"})
    assert free.of_clock(clock(sample, "arrival", 5), incident()) == Stake(0, 0)
    assert stake_of_duty(stakes.law, "late_performance") == Stake(None, None, NO_ROW)


def test_without_a_price_or_months_there_is_no_figure(sample: dict[str, Any]) -> None:
    for name, value in (("total_fen", None), ("term", {})):
        data = deepcopy(sample)
        data[name] = value
        stake = make(data, WHOLE).of_clock(clock(sample, "response", 5), incident())
        assert (stake.low_fen, stake.high_fen, stake.why) == (None, None, NO_FEE)
        assert stake.rows == ("severe#7", "minor#8")


def test_availability(sample: dict[str, Any]) -> None:
    stakes = make(sample, WHOLE | {"words.availability": "minor"})
    level = next(one for one in sample["service_levels"] if one["metric"] == "availability")
    stake = stakes.of_availability(level)
    assert (stake.low_fen, stake.high_fen) == (fen("0.5"), fen("2"))


def test_the_edges_of_a_running_outage(sample: dict[str, Any]) -> None:
    spent = {OUTAGE: Fraction(45), "recovery_average": Fraction(45)}
    edges = make(sample, WHOLE).edges(incident(), spent)
    found = [(one.measures, one.limit_minutes, one.left_minutes, one.stake.high_fen) for one in edges]
    assert found == [
        ("recovery_average", 30, -15, fen("1")),
        ("recovery_average", 60, 15, fen("2")),
        ("critical.A", 120, 75, 484528352),
        (OUTAGE, 120, 75, fen("0.3")),
    ]
    # Whether the system was one of the important ones that the clause means is a finding: nothing is certain yet.
    assert edges[2].stake.low_fen == 0
    settled = make(sample, WHOLE | {"critical.A.interruption@inc-1": "yes"}).edges(incident(), spent)
    assert settled[2].stake.low_fen == 484528352
    denied = make(sample, WHOLE | {"critical.A.interruption@inc-1": "no"}).edges(incident(), spent)
    assert [one.measures for one in denied] == ["recovery_average", "recovery_average", OUTAGE]


def test_a_critical_breach_without_a_sum(sample: dict[str, Any]) -> None:
    data = deepcopy(sample)
    data["penalties"]["formulas"] = [one for one in data["penalties"]["formulas"] if one["table"] != "critical"]
    edges = make(data, WHOLE).edges(incident(), {OUTAGE: Fraction(0)})
    critical = next(one for one in edges if one.measures == "critical.A")
    assert (critical.stake.high_fen, critical.stake.why) == (None, NO_SUM)


@pytest.mark.parametrize(("days", "expected"), [(1, 24226418), (9, 24226418)])
def test_a_daily_penalty_stops_at_its_cap(sample: dict[str, Any], days: int, expected: int) -> None:
    assert stake_of_duty(Law(sample, {}), "bond_renewal", days).high_fen == expected


@pytest.mark.parametrize(("days", "expected"), [(1, 17602), (10, 176016)])
def test_a_daily_penalty_of_the_small_contract(days: int, expected: int) -> None:
    data = read_file(SMALL).data
    assert stake_of_duty(Law(data, {}), "late_performance", days).high_fen == expected


def test_the_costliest_stands_first_and_what_is_not_known_before_nothing() -> None:
    stakes = [Stake(0, 0), Stake(None, None, NO_ROW), Stake(0, 5), Stake(2, 9)]
    assert [one.high_fen for one in sorted(stakes, key=lambda one: one.rank)] == [9, 5, None, 0]
