"""Instants, months and working days as the contracts count them: Beijing time, half-open spans.

Source: 民法典 第200–204条.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from fractions import Fraction
from typing import Any

BEIJING = timezone(timedelta(hours=8))
UTC_ZONE = timezone(timedelta(0))
TICK = timedelta(microseconds=1)
MINUTE_TICKS = 60_000_000
UNIT_MINUTES = {"second": Fraction(1, 60), "minute": Fraction(1), "hour": Fraction(60), "day": Fraction(1440)}
Stretch = tuple[datetime, datetime]


def read_instant(text: str) -> datetime:
    """An instant as the evidence writes it."""
    return datetime.fromisoformat(text).astimezone(UTC_ZONE)


def write_instant(at: datetime) -> str:
    """An instant as the evidence writes it, with microseconds."""
    return at.astimezone(UTC_ZONE).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def midnight(on: date) -> datetime:
    """The instant at which a day begins in Beijing."""
    return datetime(on.year, on.month, on.day, tzinfo=BEIJING).astimezone(UTC_ZONE)


def day_of(at: datetime) -> date:
    """The day in Beijing."""
    return at.astimezone(BEIJING).date()


def months_on(on: date, count: int) -> date:
    """The same day `count` months on, or the last day of that month."""
    year, month = divmod(on.year * 12 + on.month - 1 + count, 12)
    return date(year, month + 1, min(on.day, calendar.monthrange(year, month + 1)[1]))


def last_of_months(start: date, count: int) -> date:
    """The last day of `count` months from `start` on: the day before the same day, or a month's end without it.

    >>> last_of_months(date(2026, 8, 31), 6).isoformat()
    '2027-02-28'
    """
    same = months_on(start, count)
    return same if same.day < start.day else same - timedelta(days=1)


def month_bounds(name: str) -> Stretch:
    """`YYYY-MM` from its first midnight in Beijing to the next month's.

    >>> (month_bounds("2028-02")[1] - month_bounds("2028-02")[0]).days
    29
    """
    first = date.fromisoformat(f"{name}-01")
    return midnight(first), midnight(months_on(first, 1))


def ticks(length: timedelta) -> int:
    """A length in microseconds."""
    return length // TICK


def minutes_between(start: datetime, end: datetime) -> Fraction:
    """The exact number of minutes from one instant to another."""
    return Fraction(ticks(end - start), MINUTE_TICKS)


class WorkingDays:
    """Which days are worked on, by the notices of the State Council that were exported."""

    def __init__(self, notices: list[Mapping[str, Any]]) -> None:
        self._off = {int(one["year"]): {date.fromisoformat(day) for day in one["days_off"]} for one in notices}
        self._on = {int(one["year"]): {date.fromisoformat(day) for day in one["days_on"]} for one in notices}

    def is_working(self, on: date) -> bool:
        """Whether the day is worked on; raises LookupError for a year without a notice."""
        if on.year not in self._off:
            raise LookupError(on.year)
        return on not in self._off[on.year] and (on in self._on[on.year] or on.weekday() < 5)

    def end_of(self, start: date, within: Mapping[str, Any]) -> date:
        """The last day of a period that begins the day after `start`; one that ends on a day off ends on the next
        working day. Raises LookupError where a notice lacks or the period can't be counted in days.
        """
        count, unit = Fraction(str(within["count"])), within["unit"]
        if count.denominator != 1 or count < 0 or unit not in {"day", "working_day", "month", "year"}:
            raise LookupError(unit)
        left, on = int(count), start
        if unit == "working_day":
            self.is_working(start)
            while left:
                on += timedelta(days=1)
                left -= self.is_working(on)
            return on
        on = start + timedelta(days=left) if unit == "day" else months_on(start, left * (12 if unit == "year" else 1))
        while not self.is_working(on):
            on += timedelta(days=1)
        return on

    def late_from(self, start: datetime, within: Mapping[str, Any]) -> datetime:
        """The first instant after a period that runs from an instant: to the minute for minutes and hours, else at the
        end of its last day. Raises LookupError as `end_of` does.
        """
        if within["unit"] in {"minute", "hour"}:
            return start + timedelta(minutes=int(within["count"]) * (60 if within["unit"] == "hour" else 1))
        return midnight(self.end_of(day_of(start), within) + timedelta(days=1))
