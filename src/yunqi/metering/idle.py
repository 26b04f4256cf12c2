"""What is drawn but not used: the judgement on one resource from what its meters counted over a window. Pure.

A resource is idle only where its meters cover the window and every kind of use that it has stays below its limit; what
nobody measured is unknown, never idle.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Literal

from yunqi.kernel.period import Span
from yunqi.kernel.units import microseconds

State = Literal["idle", "used", "unknown", "new"]
"""new: drawn for less than the window, so not judged."""
Why = Literal["below", "cpu", "traffic", "unmeasured", "gaps", "unpriced_use", "young"]
"""below: every use is below its limit · cpu, traffic: that use is not · unmeasured: a use that it has is not metered ·
gaps: the meters leave more of the window open than is allowed · unpriced_use: its kind has no meter · young: new."""
CPU, TRAFFIC = "cpu", "traffic"
_DAY = timedelta(days=1)
_NANOSECONDS = 1000


@dataclass(frozen=True, slots=True)
class Limits:
    """Below which use counts as none: a share of the processors on average, and bytes a day through ports or disks.

    `gap`: how much of the window the meters may leave open altogether.
    """

    cpu_share: Fraction
    bytes_per_day: Fraction
    gap: timedelta = _DAY


@dataclass(frozen=True, slots=True)
class Growth:
    """What one counter counted between its first and its last sample of a window. `lost`: time before resets, in which
    nobody knows what was counted.
    """

    total: int
    first_at: datetime
    last_at: datetime
    lost: timedelta = timedelta()

    def open_in(self, window: Span) -> timedelta:
        """How much of the window it says nothing of."""
        seen = Span(max(self.first_at, window.start_at), min(self.last_at, window.end_at))
        return window.length - seen.length + self.lost


@dataclass(frozen=True, slots=True)
class Judgement:
    """The state with its reason; figures are None where they are not known."""

    state: State
    why: Why
    cpu_share: Fraction | None = None
    bytes_per_day: Fraction | None = None
    open: timedelta | None = None


def judge_use(
    meters: Mapping[str, Mapping[str, Growth]],
    wanted: frozenset[str],
    window: Span,
    limits: Limits,
    *,
    vcpus: int | None,
    drawn_since: datetime,
) -> Judgement:
    """The judgement on a resource. `meters`: by kind of use (cpu, traffic) the counters that say it; `wanted`: the
    kinds of use that it has, of which all must be known before it is idle.

    One use above its limit is enough to be used, whatever else is unknown: a counter that counted was at work.
    """
    cpu = _cpu_share(meters.get(CPU) or {}, vcpus)
    traffic = _bytes_per_day(meters.get(TRAFFIC) or {})
    counters = [one for group in meters.values() for one in group.values()]
    left = max((one.open_in(window) for one in counters), default=None)
    if cpu is not None and cpu > limits.cpu_share:
        return Judgement("used", "cpu", cpu, traffic, left)
    if traffic is not None and traffic > limits.bytes_per_day:
        return Judgement("used", "traffic", cpu, traffic, left)
    if drawn_since > window.start_at:
        return Judgement("new", "young", cpu, traffic, left)
    if not wanted:
        return Judgement("unknown", "unpriced_use", cpu, traffic, left)
    known = {CPU: cpu, TRAFFIC: traffic}
    if any(known[kind] is None for kind in wanted):
        return Judgement("unknown", "unmeasured", cpu, traffic, left)
    if left is None or left > limits.gap:
        return Judgement("unknown", "gaps", cpu, traffic, left)
    return Judgement("idle", "below", cpu, traffic, left)


def _cpu_share(counters: Mapping[str, Growth], vcpus: int | None) -> Fraction | None:
    """Processor time over the time that was measured times the processors; None where that can't be told."""
    spans = [one for one in counters.values() if one.last_at > one.first_at]
    if not spans or not vcpus:
        return None
    spent = sum(one.total for one in spans)
    length = sum(microseconds(one.last_at - one.first_at) for one in spans)
    return Fraction(spent, length * _NANOSECONDS * vcpus)


def _bytes_per_day(counters: Mapping[str, Growth]) -> Fraction | None:
    """The sum over counters of what each counted a day."""
    spans = [one for one in counters.values() if one.last_at > one.first_at]
    if not spans:
        return None
    return sum(
        (Fraction(one.total * microseconds(_DAY), microseconds(one.last_at - one.first_at)) for one in spans),
        Fraction(0),
    )
