"""Verdict spans -> availability and outages, exact. Unknown time is shown, never counted as up or down."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from yunqi.kernel.period import Span
from yunqi.kernel.units import microseconds
from yunqi.metering.verdicts import Verdict, VerdictSpan


@dataclass(frozen=True, slots=True)
class Availability:
    """How long an object was up, down, excluded and unknown; the shares derived from it are exact."""

    up: timedelta
    down: timedelta
    unknown: timedelta
    excluded: timedelta
    sample: bool = False

    @property
    def share(self) -> Fraction | None:
        """Up over known time; None when nothing is known."""
        known = microseconds(self.up + self.down)
        return Fraction(microseconds(self.up), known) if known else None

    @property
    def low(self) -> Fraction | None:
        """The share if all unknown time had been down; None when all time is excluded."""
        counted = microseconds(self.up + self.down + self.unknown)
        return Fraction(microseconds(self.up), counted) if counted else None

    @property
    def high(self) -> Fraction | None:
        """The share if all unknown time had been up."""
        counted = microseconds(self.up + self.down + self.unknown)
        return Fraction(microseconds(self.up + self.unknown), counted) if counted else None

    @property
    def unknown_share(self) -> Fraction:
        """Unknown over counted time (all but excluded); 0 when all time is excluded."""
        counted = microseconds(self.up + self.down + self.unknown)
        return Fraction(microseconds(self.unknown), counted) if counted else Fraction(0)


def compute_availability(spans: Iterable[VerdictSpan]) -> Availability:
    """The sums over a partition, as `compute_spans` gives it."""
    sums = {verdict: timedelta() for verdict in Verdict}
    sample = False
    for stretch in spans:
        sums[stretch.verdict] += stretch.span.length
        sample = sample or stretch.sample
    return Availability(sums[Verdict.UP], sums[Verdict.DOWN], sums[Verdict.UNKNOWN], sums[Verdict.EXCLUDED], sample)


def join_availability(parts: Iterable[Availability]) -> Availability:
    """Several objects or windows as one: times add up, so the share is the average weighted by time."""
    up = down = unknown = excluded = timedelta()
    sample = False
    for part in parts:
        up, down, unknown, excluded = up + part.up, down + part.down, unknown + part.unknown, excluded + part.excluded
        sample = sample or part.sample
    return Availability(up, down, unknown, excluded, sample)


@dataclass(frozen=True, slots=True)
class Outage:
    """A span of downtime. An edge that touches unknown time or the window's edge is not certain."""

    span: Span
    start_certain: bool
    end_certain: bool
    sample: bool = False


def compute_outages(spans: Iterable[VerdictSpan]) -> tuple[Outage, ...]:
    """Each stretch of downtime in a partition, in order. Neighbouring down spans are one outage; excluded time ends
    one.
    """
    ordered = list(spans)
    result: list[Outage] = []
    index = 0
    while index < len(ordered):
        if ordered[index].verdict is not Verdict.DOWN:
            index += 1
            continue
        first = index
        while index < len(ordered) and ordered[index].verdict is Verdict.DOWN:
            index += 1
        before = ordered[first - 1].verdict if first else Verdict.UNKNOWN
        after = ordered[index].verdict if index < len(ordered) else Verdict.UNKNOWN
        result.append(
            Outage(
                Span(ordered[first].span.start_at, ordered[index - 1].span.end_at),
                before is not Verdict.UNKNOWN,
                after is not Verdict.UNKNOWN,
                any(stretch.sample for stretch in ordered[first:index]),
            )
        )
    return tuple(result)
