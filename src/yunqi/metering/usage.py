"""Samples -> usage: sums of counters, time-weighted averages of gauges. Exact; gaps are shown, never filled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise

from yunqi.kernel.period import Span
from yunqi.kernel.units import microseconds


@dataclass(frozen=True, slots=True)
class Sample:
    """A metered value at an instant, in the meter's smallest unit."""

    at: datetime
    value: int


@dataclass(frozen=True, slots=True)
class CounterUsage:
    """What a counter counted within a window. `uncovered` is the time that no pair of samples spans."""

    total: Fraction
    resets: int
    uncovered: timedelta


@dataclass(frozen=True, slots=True)
class GaugeUsage:
    """Time-weighted average over the covered time (None without any) and peak."""

    average: Fraction | None
    peak: int | None
    uncovered: timedelta


def compute_counter_usage(samples: Iterable[Sample], window: Span) -> CounterUsage:
    """The growth of a counter within the window.

    A value below the one before it is a reset: the counter began again at 0, so the new value is what was counted
    since. A pair of
    samples that reaches over an edge of the window counts for its share of time. Samples of one instant: the greatest
    value stands.
    """
    total, resets, covered = Fraction(0), 0, timedelta()
    for before, after in pairwise(_ordered(samples)):
        inside = Span(before.at, after.at).intersect(window)
        if inside is None:
            continue
        growth = after.value - before.value
        if growth < 0:
            growth, resets = after.value, resets + 1
        total += Fraction(growth * microseconds(inside.length), microseconds(after.at - before.at))
        covered += inside.length
    return CounterUsage(total, resets, window.length - covered)


def compute_gauge_usage(samples: Iterable[Sample], window: Span, hold: timedelta) -> GaugeUsage:
    """Average and peak of a gauge: each sample holds until the next one, but no longer than `hold`."""
    weighted, covered, peak = 0, timedelta(), None
    ordered = _ordered(samples)
    for index, sample in enumerate(ordered):
        until = sample.at + hold
        if index + 1 < len(ordered):
            until = min(until, ordered[index + 1].at)
        inside = Span(sample.at, until).intersect(window)
        if inside is None:
            continue
        weighted += sample.value * microseconds(inside.length)
        covered += inside.length
        peak = sample.value if peak is None else max(peak, sample.value)
    average = Fraction(weighted, microseconds(covered)) if covered else None
    return GaugeUsage(average, peak, window.length - covered)


def _ordered(samples: Iterable[Sample]) -> list[Sample]:
    latest: dict[datetime, Sample] = {}
    for sample in samples:
        known = latest.get(sample.at)
        if known is None or sample.value > known.value:
            latest[sample.at] = sample
    return sorted(latest.values(), key=lambda sample: sample.at)
