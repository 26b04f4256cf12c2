"""Windows longer than a month, and what reaches over a month's edge."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from tests.settlement.sample import START, at, evidence, incident, inputs, with_reading

from yunqi.kernel.period import Month, Span
from yunqi.metering import Observation, Verdict
from yunqi.settlement import ObjectEvidence, compute_statement

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
