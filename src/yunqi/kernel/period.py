"""Spans of time, half-open, and the calendar units that contracts count in."""

from __future__ import annotations

import calendar as _calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from yunqi.kernel.clock import BEIJING, require_utc
from yunqi.kernel.errors import Problem


@dataclass(frozen=True, order=True, slots=True)
class Span:
    """A half-open span [start_at, end_at) of UTC instants."""

    start_at: datetime
    end_at: datetime

    def __post_init__(self) -> None:
        if self.start_at.tzinfo is None or self.end_at.tzinfo is None:
            raise ValueError(f"a span without a time zone: {self.start_at!r}, {self.end_at!r}")
        if self.start_at > self.end_at:
            raise ValueError(f"a span that ends before it starts: {self.start_at} > {self.end_at}")

    @property
    def length(self) -> timedelta:
        """How long it lasts."""
        return self.end_at - self.start_at

    def contains(self, at: datetime) -> bool:
        """Whether the instant lies within; the end does not."""
        return self.start_at <= at < self.end_at

    def intersect(self, other: Span) -> Span | None:
        """What both cover, or None."""
        start, end = max(self.start_at, other.start_at), min(self.end_at, other.end_at)
        return Span(start, end) if start < end else None


def union(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same cover as disjoint spans in order; those that touch become one, empty ones vanish."""
    result: list[Span] = []
    for span in sorted(spans):
        if span.start_at == span.end_at:
            continue
        if result and span.start_at <= result[-1].end_at:
            result[-1] = Span(result[-1].start_at, max(result[-1].end_at, span.end_at))
        else:
            result.append(span)
    return tuple(result)


def subtract(spans: Iterable[Span], holes: Iterable[Span]) -> tuple[Span, ...]:
    """What of `spans` no hole covers, as disjoint spans in order."""
    left = list(union(spans))
    for hole in union(holes):
        rest: list[Span] = []
        for span in left:
            if hole.end_at <= span.start_at or span.end_at <= hole.start_at:
                rest.append(span)
                continue
            if span.start_at < hole.start_at:
                rest.append(Span(span.start_at, hole.start_at))
            if hole.end_at < span.end_at:
                rest.append(Span(hole.end_at, span.end_at))
        left = rest
    return tuple(left)


def total_length(spans: Iterable[Span]) -> timedelta:
    """The summed length of the union."""
    return sum((span.length for span in union(spans)), timedelta())


@dataclass(frozen=True, order=True, slots=True)
class Month:
    """A calendar month of Beijing time."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Month:
        """A month from `YYYY-MM`; raises `Problem` month.unreadable.

        >>> Month.parse("2025-08").span.start_at.isoformat()
        '2025-07-31T16:00:00+00:00'
        """
        match = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", text)
        if match is None:
            raise Problem(
                "month.unreadable", "月份「{value}」无法识别", value=text, way_out="请按 YYYY-MM 填写，例如 2025-08"
            )
        return cls(int(match[1]), int(match[2]))

    def __str__(self) -> str:
        return f"{self.year}-{self.number:02d}"

    @property
    def days(self) -> int:
        """How many days it has."""
        return _calendar.monthrange(self.year, self.number)[1]

    @property
    def start_on(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def end_on(self) -> date:
        """Its last day."""
        return date(self.year, self.number, self.days)

    @property
    def span(self) -> Span:
        """From its first midnight in Beijing to the next month's."""
        return Span(day_start(self.start_on), day_start(self.end_on + timedelta(days=1)))


def day_start(on: date) -> datetime:
    """The instant at which a date begins in Beijing."""
    return datetime(on.year, on.month, on.day, tzinfo=BEIJING).astimezone(UTC)


def day_span(on: date) -> Span:
    """A whole date of Beijing time."""
    return Span(day_start(on), day_start(on + timedelta(days=1)))


def date_of(at: datetime) -> date:
    """The date in Beijing at an instant."""
    return require_utc(at).astimezone(BEIJING).date()


def week_of(on: date) -> tuple[date, date]:
    """The Monday and the Sunday of the week of a date.

    >>> [day.isoformat() for day in week_of(date(2026, 1, 1))]
    ['2025-12-29', '2026-01-04']
    """
    monday = on - timedelta(days=on.weekday())
    return monday, monday + timedelta(days=6)


def add_months(on: date, count: int) -> date:
    """The same day `count` months on, or that month's last day.

    >>> add_months(date(2025, 1, 31), 1)
    datetime.date(2025, 2, 28)
    """
    index = on.year * 12 + on.month - 1 + count
    year, month = divmod(index, 12)
    return date(year, month + 1, min(on.day, _calendar.monthrange(year, month + 1)[1]))


def months_end(start_on: date, count: int) -> date:
    """The last day of `count` months that begin with `start_on`: the day before the same day, or the last day of a
    month that has no such day.

    Source: 民法典 第202条 (where the day is missing, a period of months ends with the month).

    >>> [months_end(date(2028, 2, day), 12).isoformat() for day in (28, 29)]
    ['2029-02-27', '2029-02-28']
    """
    same = add_months(start_on, count)
    return same if same.day < start_on.day else same - timedelta(days=1)


def whole_months(start_on: date, end_on: date) -> int | None:
    """How many whole months run from the first to the second day, both of them in it; None where they are no whole
    months.

    >>> whole_months(date(2028, 2, 29), date(2029, 2, 28)), whole_months(date(2025, 7, 29), date(2025, 12, 31))
    (12, None)
    """
    near = (end_on.year - start_on.year) * 12 + end_on.month - start_on.month
    return next((count for count in (near, near + 1) if count > 0 and months_end(start_on, count) == end_on), None)
