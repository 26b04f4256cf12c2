from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from yunqi.kernel.period import Span
from yunqi.metering import (
    DrawSpan,
    Sample,
    compute_counter_usage,
    compute_entitlement_use,
    compute_gauge_usage,
    count_draws,
)

START = datetime(2026, 2, 1, tzinfo=UTC)
WINDOW = Span(START, START + timedelta(minutes=60))


def at(minute: int) -> datetime:
    return START + timedelta(minutes=minute)


def test_a_reset_loses_nothing_that_was_counted_after_it():
    found = compute_counter_usage([Sample(at(0), 100), Sample(at(30), 150), Sample(at(60), 20)], WINDOW)
    assert (found.total, found.resets, found.uncovered) == (70, 1, timedelta())


def test_a_pair_over_the_edge_counts_for_its_share():
    found = compute_counter_usage([Sample(at(-30), 0), Sample(at(30), 90), Sample(at(60), 90)], WINDOW)
    assert found.total == 45


@given(st.lists(st.integers(0, 1000), min_size=2, max_size=20), st.integers(1, 59))
def test_two_parts_of_a_window_add_up(values, cut):
    samples = [Sample(at(minute * 3), value) for minute, value in enumerate(values)]
    whole = compute_counter_usage(samples, WINDOW)
    parts = [compute_counter_usage(samples, part) for part in (Span(at(0), at(cut)), Span(at(cut), at(60)))]
    assert sum(part.total for part in parts) == whole.total
    assert sum((part.uncovered for part in parts), timedelta()) == whole.uncovered


def test_a_gauge_holds_until_the_next_sample_but_not_for_ever():
    found = compute_gauge_usage([Sample(at(0), 10), Sample(at(10), 30)], WINDOW, timedelta(minutes=20))
    assert (found.average, found.peak, found.uncovered) == (Fraction(700, 30), 30, timedelta(minutes=30))


def test_a_gauge_without_samples_is_unknown():
    found = compute_gauge_usage([], WINDOW, timedelta(minutes=5))
    assert (found.average, found.peak, found.uncovered) == (None, None, timedelta(minutes=60))


draws = st.lists(
    st.builds(
        lambda quantity, first, length, ends: DrawSpan(
            Fraction(quantity), at(first), at(first + length) if ends else None
        ),
        st.integers(1, 50),
        st.integers(-20, 70),
        st.integers(0, 60),
        st.booleans(),
    ),
    max_size=10,
)


@given(draws)
def test_use_agrees_with_a_walk_minute_by_minute(given_draws):
    found = compute_entitlement_use(given_draws, WINDOW)
    levels = [
        sum(one.quantity for one in given_draws if one.start_at <= at(m) and (one.end_at is None or at(m) < one.end_at))
        for m in range(60)
    ]
    assert found.average == Fraction(sum(levels), 60)
    assert found.peak == max(levels)
    assert found.at_end == levels[-1]


def test_runs_count_when_they_start_within():
    runs = [DrawSpan(Fraction(2), at(0)), DrawSpan(Fraction(3), at(59)), DrawSpan(Fraction(5), at(60))]
    assert count_draws(runs, WINDOW) == 5
