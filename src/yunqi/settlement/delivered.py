"""Delivered against contracted, a price line and a day at a time. Pure.

What is priced over time is held against its quantity each day; what is drawn once (a run, a piece) adds up over the
month. A day that was not metered, or has not come, is not known: never nothing delivered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from yunqi.contract.terms import number
from yunqi.kernel.period import Month, Span, day_span
from yunqi.kernel.units import microseconds
from yunqi.metering import DrawSpan, count_draws
from yunqi.settlement.delivery import SPAN
from yunqi.settlement.inputs import DrawFact


@dataclass(frozen=True, slots=True)
class DayUse:
    """A line on a day: contracted (None: not stated), average and peak delivered (None: not known).

    `short` is what lacked on average of what was contracted, `over` what the peak had beyond it.
    """

    day: date
    contracted: Fraction | None
    average: Fraction | None
    peak: Fraction | None
    short: Fraction | None
    over: Fraction | None


@dataclass(frozen=True, slots=True)
class LineDays:
    """A price line over a month. `timed` False: drawn once, its days hold how many were drawn."""

    no: int
    item: str | None
    name: str
    unit: str | None
    timed: bool
    days: tuple[DayUse, ...]


def compute_line_days(
    versions: Mapping[date, Sequence[Mapping[str, Any]]],
    draws: Iterable[DrawFact],
    month: Month,
    *,
    metered_from: datetime | None,
    known_at: datetime,
) -> tuple[LineDays, ...]:
    """Each line of the month, day by day; `versions` holds the price lines in force on each day of it."""
    by_line: dict[int, list[DrawFact]] = {}
    for one in draws:
        if one.line_no is not None:
            by_line.setdefault(one.line_no, []).append(one)
    heads: dict[int, Mapping[str, Any]] = {}
    for day in sorted(versions):
        for line in versions[day]:
            heads[int(line["no"])] = line
    found = []
    for no in sorted(heads):
        mine = by_line.get(no, [])
        timed = all(one.kind == SPAN for one in mine)
        uses = _sweep(mine, month) if timed else {day: _count(mine, day) for day in _days(month)}
        days = tuple(
            _day(day, _quantity(versions.get(day) or (), no), uses[day], timed=timed)
            if day_span(day).end_at <= known_at and _is_metered(mine, day, metered_from)
            else DayUse(day, _quantity(versions.get(day) or (), no), None, None, None, None)
            for day in _days(month)
        )
        head = heads[no]
        found.append(LineDays(no, head.get("item"), str(head.get("name") or ""), head.get("unit"), timed, days))
    return tuple(found)


def _days(month: Month) -> list[date]:
    return [month.start_on + timedelta(days=at) for at in range(month.days)]


def _quantity(lines: Sequence[Mapping[str, Any]], no: int) -> Fraction | None:
    line = next((one for one in lines if int(one["no"]) == no), None)
    quantity = None if line is None else number(line.get("quantity"))
    return None if not quantity and line is not None and line.get("bundle") is not None else quantity


def _is_metered(draws: list[DrawFact], day: date, metered_from: datetime | None) -> bool:
    """Whether a whole day was metered, or what was handed in for a time before says something of all of it."""
    span = day_span(day)
    return metered_from is None or metered_from <= span.start_at or any(_holds_whole(one, span) for one in draws)


def _holds_whole(one: DrawFact, span: Span) -> bool:
    return one.start_at <= span.start_at and (one.end_at is None or one.end_at > span.start_at)


def _count(draws: list[DrawFact], day: date) -> tuple[Fraction, Fraction]:
    drawn = count_draws((DrawSpan(one.quantity, one.start_at) for one in draws), day_span(day))
    return drawn, drawn


def _sweep(draws: Iterable[DrawFact], month: Month) -> dict[date, tuple[Fraction, Fraction]]:
    """Average and peak of each day, in one pass over the instants at which the quantity in use changes."""
    edges: dict[datetime, Fraction] = {}
    for one in draws:
        start = max(one.start_at, month.span.start_at)
        end = month.span.end_at if one.end_at is None else min(one.end_at, month.span.end_at)
        if start < end:
            edges[start] = edges.get(start, Fraction(0)) + one.quantity
            edges[end] = edges.get(end, Fraction(0)) - one.quantity
    waiting = sorted(edges, reverse=True)
    level, found = Fraction(0), {}
    for day in _days(month):
        span = day_span(day)
        at, weighted, peak = span.start_at, Fraction(0), Fraction(0)
        while waiting and waiting[-1] < span.end_at:
            edge = waiting.pop()
            if edge > at:
                weighted += level * microseconds(edge - at)
                peak = max(peak, level)
            level += edges[edge]
            at = edge
        weighted += level * microseconds(span.end_at - at)
        found[day] = (weighted / microseconds(span.length), max(peak, level))
    return found


def _day(day: date, contracted: Fraction | None, use: tuple[Fraction, Fraction], *, timed: bool) -> DayUse:
    average, peak = use
    if not timed or contracted is None:
        return DayUse(day, contracted, average, peak, None, None)
    short, over = max(Fraction(0), contracted - average), max(Fraction(0), peak - contracted)
    return DayUse(day, contracted, average, peak, short, over)
