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
from yunqi.metering import DrawSpan, compute_entitlement_use, count_draws
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
        days = tuple(
            _day(day, _quantity(versions.get(day) or (), no), mine, timed=timed, metered_from=metered_from)
            if day_span(day).end_at <= known_at
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


def _day(
    day: date, contracted: Fraction | None, draws: list[DrawFact], *, timed: bool, metered_from: datetime | None
) -> DayUse:
    span = day_span(day)
    if metered_from is not None and metered_from > span.start_at and not any(_holds_whole(one, span) for one in draws):
        return DayUse(day, contracted, None, None, None, None)
    if not timed:
        drawn = count_draws((DrawSpan(one.quantity, one.start_at) for one in draws), span)
        return DayUse(day, contracted, drawn, drawn, None, None)
    use = compute_entitlement_use([DrawSpan(one.quantity, one.start_at, one.end_at) for one in draws], span)
    short = None if contracted is None else max(Fraction(0), contracted - use.average)
    over = None if contracted is None else max(Fraction(0), use.peak - contracted)
    return DayUse(day, contracted, use.average, use.peak, short, over)


def _holds_whole(one: DrawFact, span: Span) -> bool:
    """Whether a draw handed in for a time before metering says something of the whole day."""
    return one.start_at <= span.start_at and (one.end_at is None or one.end_at > span.start_at)
