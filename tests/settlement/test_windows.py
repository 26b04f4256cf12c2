"""Windows longer than a month, and what reaches over a month's edge."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from tests.kits.rederived import compare
from tests.settlement.sample import MONTH, START, at, contract, evidence, incident, inputs, with_reading

from yunqi.kernel.period import Month, Span
from yunqi.metering import Observation, Verdict
from yunqi.settlement import Inputs, ObjectEvidence, compute_statement

END = MONTH.span.end_at
TERM_START = datetime(2025, 12, 31, 16, tzinfo=UTC)
TERM_END = datetime(2026, 12, 31, 16, tzinfo=UTC)


def test_an_outage_is_followed_back_over_the_month_s_edge():
    began = START - timedelta(minutes=50)
    long = ObjectEvidence(
        "srv-1",
        "srv-1",
        (
            Observation(Span(START - timedelta(days=3), began), Verdict.UP),
            Observation(Span(began, START), Verdict.DOWN),
            Observation(Span(START, at(minutes=30)), Verdict.DOWN),
            Observation(Span(at(minutes=30), at(days=28)), Verdict.UP),
        ),
        "resource",
        "sys-1",
    )
    case = incident("inc-1", at(minutes=5), {"reported": at(minutes=5), "recovered": at(minutes=30)}, object="srv-1")
    statement = compute_statement(inputs(objects=(long, evidence("srv-2")), incidents=(case,)))
    assert statement.incidents[0].outage_minutes == "80"
    level = next(one for one in statement.levels if one.metric == "availability")
    assert Fraction(level.measured) == Fraction(40320 - 30, 40320)


def _over_the_end(hours: int, *, seen_until: datetime, recovered: bool, **contract_: Any) -> Inputs:
    """An outage that begins two hours before the month ends, as known two days after it."""
    began = END - timedelta(hours=2)
    over = began + timedelta(hours=hours)
    seen = [Observation(Span(START, began), Verdict.UP), Observation(Span(began, min(over, seen_until)), Verdict.DOWN)]
    if over < seen_until:
        seen.append(Observation(Span(over, seen_until), Verdict.UP))
    times = {"reported": began, "responded": began, "located": began} | ({"recovered": over} if recovered else {})
    return inputs(
        contract=contract(**contract_),
        objects=(ObjectEvidence("srv-1", "srv-1", tuple(seen), "resource", "sys-1"),),
        incidents=(incident("inc-1", began, times, object="srv-1"),),
        known_at=END + timedelta(days=2),
    )


@pytest.mark.parametrize("recovered", [True, False])
@pytest.mark.parametrize("hours", [3, 30])
def test_an_outage_is_followed_over_the_month_s_end(hours: int, recovered: bool) -> None:
    given = _over_the_end(hours, seen_until=END + timedelta(days=2), recovered=recovered)
    statement = compute_statement(given)
    assert statement.incidents[0].outage_minutes == str(hours * 60)
    assert compare(given, statement).wrong == []
    level = next(one for one in statement.levels if one.metric == "availability")
    assert Fraction(level.measured) == Fraction(40320 - 120, 40320)  # of the month, only what is in it


@pytest.mark.parametrize(("recovered", "minutes"), [(True, 30 * 60), (False, 50 * 60)])
def test_where_nothing_was_seen_after_the_month_it_is_over_when_it_was_said(recovered: bool, minutes: int) -> None:
    given = _over_the_end(30, seen_until=END, recovered=recovered)
    statement = compute_statement(given)
    assert statement.incidents[0].outage_minutes == str(minutes)
    assert compare(given, statement).wrong == []


@pytest.mark.parametrize("recovered", [True, False])
@pytest.mark.parametrize("seen", [timedelta(0), timedelta(days=2)])
def test_an_outage_over_the_term_s_end_counts_to_it(recovered: bool, seen: timedelta) -> None:
    term = {"start_on": "2025-03-01", "end_on": "2026-02-28", "months": 12, "from": "date"}
    given = _over_the_end(30, seen_until=END + seen, recovered=recovered, term=term)
    statement = compute_statement(given)
    assert statement.incidents[0].outage_minutes == "120"
    assert compare(given, statement).wrong == []


@pytest.mark.parametrize(("seconds", "state"), [(77, "met"), (78, "breached")])
def test_a_month_in_which_the_term_ends_is_measured_to_its_last_day(seconds: int, state: str) -> None:
    """Nine days of service: 0.01 % of them are 77.76 seconds. What is seen later is no part of the service."""
    term = {"start_on": "2025-02-10", "end_on": "2026-02-09", "months": 12, "from": "date"}
    after = at(days=15)
    seen = evidence("srv-1", (at(days=3), at(days=3, seconds=seconds)), (after, after + timedelta(hours=9)))
    later = incident("inc-2", after, {"reported": after, "recovered": after + timedelta(hours=9)}, object="srv-1")
    given = inputs(contract=contract(term=term), objects=(seen,), incidents=(later,))
    statement = compute_statement(given)
    level = next(one for one in statement.levels if one.metric == "availability")
    assert (level.state, Fraction(level.measured)) == (state, Fraction(777600 - seconds, 777600))
    assert statement.incidents == ()
    assert compare(given, statement).wrong == []


@pytest.mark.parametrize(("minutes", "state"), [(52, "met"), (53, "breached")])
def test_the_year_is_judged_when_it_ends(minutes, state):
    down = datetime(2026, 3, 1, tzinfo=UTC)
    whole = ObjectEvidence(
        "srv-1",
        "srv-1",
        (
            Observation(Span(TERM_START, down), Verdict.UP),
            Observation(Span(down, down + timedelta(minutes=minutes)), Verdict.DOWN),
            Observation(Span(down + timedelta(minutes=minutes), TERM_END), Verdict.UP),
        ),
        "resource",
        "sys-1",
    )
    given = replace(
        inputs(objects=(whole,), readings=with_reading("availability.window", "year")),
        month=Month(2026, 12),
        known_at=datetime(2027, 1, 5, tzinfo=UTC),
    )
    statement = compute_statement(given)
    level = next(one for one in statement.levels if one.metric == "availability")
    assert (level.state, Fraction(level.measured)) == (state, Fraction(525600 - minutes, 525600))
    assert statement.provisional == (state == "breached")
