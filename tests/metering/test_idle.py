"""Idle or not: a table of cases; what is not measured is never idle."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yunqi.kernel.period import Span
from yunqi.metering.idle import CPU, TRAFFIC, Growth, Limits, judge_use

START = datetime(2026, 3, 1, tzinfo=UTC)
WINDOW = Span(START, START + timedelta(days=10))
LIMITS = Limits(Fraction("0.02"), Fraction(1000), timedelta(hours=24))
BOTH = frozenset({CPU, TRAFFIC})
OLD = START - timedelta(days=90)
FULL_CPU_NS = 10 * 86_400 * 10**9
"""One processor at work for the whole window."""


def grown(total: int, first: float = 0, last: float = 10, lost_hours: float = 0) -> dict[str, Growth]:
    at = [START + timedelta(days=day) for day in (first, last)]
    return {"one": Growth(total, at[0], at[1], timedelta(hours=lost_hours))}


@pytest.mark.parametrize(
    ("cpu", "traffic", "state", "why"),
    [
        (grown(0), grown(0), "idle", "below"),
        (grown(FULL_CPU_NS * 2 // 100), grown(10_000), "idle", "below"),  # both exactly on their limits
        (grown(FULL_CPU_NS * 2 // 100 + 1), grown(0), "used", "cpu"),
        (grown(0), grown(10_001), "used", "traffic"),
        (grown(0), None, "unknown", "unmeasured"),
        (None, grown(0), "unknown", "unmeasured"),
        (None, grown(10_001), "used", "traffic"),  # what counted was at work, whatever else is unknown
        (grown(0, 1, 10), grown(0), "idle", "below"),  # a day open, as allowed
        (grown(0, 1.1, 10), grown(0), "unknown", "gaps"),
        (grown(0, 0, 10, 25), grown(0), "unknown", "gaps"),
        (grown(0, 4, 4), grown(0), "unknown", "unmeasured"),  # one sample says nothing
    ],
)
def test_each_use_is_held_against_its_limit(
    cpu: dict[str, Growth] | None, traffic: dict[str, Growth] | None, state: str, why: str
) -> None:
    meters = {kind: some for kind, some in ((CPU, cpu), (TRAFFIC, traffic)) if some is not None}
    found = judge_use(meters, BOTH, WINDOW, LIMITS, vcpus=1, drawn_since=OLD)
    assert (found.state, found.why) == (state, why)


def test_processors_share_the_work() -> None:
    busy = {CPU: grown(FULL_CPU_NS * 3 // 100), TRAFFIC: grown(0)}
    assert judge_use(busy, BOTH, WINDOW, LIMITS, vcpus=1, drawn_since=OLD).state == "used"
    found = judge_use(busy, BOTH, WINDOW, LIMITS, vcpus=2, drawn_since=OLD)
    assert (found.state, found.cpu_share) == ("idle", Fraction(3, 200))
    assert judge_use(busy, BOTH, WINDOW, LIMITS, vcpus=None, drawn_since=OLD).state == "unknown"


def test_what_is_new_or_has_no_meter_is_not_idle() -> None:
    quiet = {CPU: grown(0), TRAFFIC: grown(0)}
    assert judge_use(quiet, BOTH, WINDOW, LIMITS, vcpus=1, drawn_since=START + timedelta(1)).state == "new"
    assert judge_use({}, frozenset(), WINDOW, LIMITS, vcpus=None, drawn_since=OLD).why == "unpriced_use"


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, FULL_CPU_NS),
    st.integers(0, 10**6),
    st.floats(0, 10),
    st.floats(0, 10),
    st.sampled_from([None, 1, 4]),
)
def test_idle_is_covered_and_below_everywhere(
    cpu: int, traffic: int, first: float, last: float, vcpus: int | None
) -> None:
    meters = {CPU: grown(cpu, min(first, last), max(first, last)), TRAFFIC: grown(traffic)}
    found = judge_use(meters, BOTH, WINDOW, LIMITS, vcpus=vcpus, drawn_since=OLD)
    if found.state == "idle":
        assert found.cpu_share is not None
        assert found.cpu_share <= LIMITS.cpu_share
        assert found.bytes_per_day is not None
        assert found.bytes_per_day <= LIMITS.bytes_per_day
        assert found.open is not None
        assert found.open <= LIMITS.gap
