"""Draws -> how much of a price line was in use over a window: average, peak, at its end; exact."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from yunqi.kernel.period import Span
from yunqi.kernel.units import microseconds

_NONE = Fraction(0)


@dataclass(frozen=True, slots=True)
class DrawSpan:
    """A quantity in use from `start_at` until `end_at` (None: still)."""

    quantity: Fraction
    start_at: datetime
    end_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class EntitlementUse:
    """Use over a window: time-weighted average, greatest sum at one instant, sum at the last instant before the
    window's end.
    """

    average: Fraction
    peak: Fraction
    at_end: Fraction


def compute_entitlement_use(draws: Iterable[DrawSpan], window: Span) -> EntitlementUse:
    """The use of the draws within the window; a draw that ends as another starts does not count with it.

    >>> from datetime import UTC
    >>> day = Span(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 3, tzinfo=UTC))
    >>> compute_entitlement_use([DrawSpan(Fraction(8), datetime(2026, 1, 2, tzinfo=UTC))], day)
    EntitlementUse(average=Fraction(4, 1), peak=Fraction(8, 1), at_end=Fraction(8, 1))
    """
    # Most draws last all the window: what lasts alike is added up first.
    alike: dict[tuple[datetime, datetime], Fraction] = {}
    for draw in draws:
        start = max(draw.start_at, window.start_at)
        end = window.end_at if draw.end_at is None else min(draw.end_at, window.end_at)
        if start < end:
            alike[start, end] = alike.get((start, end), _NONE) + draw.quantity
    edges: dict[datetime, Fraction] = {}
    weighted = at_end = _NONE
    for (start, end), quantity in alike.items():
        weighted += quantity * microseconds(end - start)
        edges[start] = edges.get(start, _NONE) + quantity
        edges[end] = edges.get(end, _NONE) - quantity
        if end == window.end_at:
            at_end += quantity
    peak = level = Fraction(0)
    for at in sorted(edges):
        level += edges[at]
        peak = max(peak, level)
    length = microseconds(window.length)
    return EntitlementUse(weighted / length if length else Fraction(0), peak, at_end)


def count_draws(draws: Iterable[DrawSpan], window: Span) -> Fraction:
    """What was drawn once (a run, a piece, a deliverable) within the window: quantities whose start lies in it."""
    return sum((draw.quantity for draw in draws if window.contains(draw.start_at)), Fraction(0))
