"""Chinese working days from dated data with the notice that made them; a year without a notice is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from yunqi.kernel.errors import Problem

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class YearNotice:
    """The State Council's holiday notice for one year."""

    year: int
    notice: str
    known_from: date
    days_off: frozenset[date]
    days_on: frozenset[date]


class WorkCalendar:
    """Which dates are working days, by notice."""

    def __init__(self, notices: Mapping[int, YearNotice]) -> None:
        self._notices = dict(notices)

    @property
    def notices(self) -> tuple[YearNotice, ...]:
        """All notices, by year."""
        return tuple(self._notices[year] for year in sorted(self._notices))

    def notice_of(self, year: int) -> YearNotice:
        """The notice for a year; raises `Problem` calendar.no_notice."""
        if year not in self._notices:
            raise Problem(
                "calendar.no_notice",
                "{year} 年的放假安排通知尚未录入，无法推算工作日",
                field="year",
                year=year,
                way_out="请在 contract/workdays/{year}.yaml 中录入该年度的通知后重试",
            )
        return self._notices[year]

    def is_working(self, on: date) -> bool:
        """Whether the date is a working day."""
        notice = self.notice_of(on.year)
        if on in notice.days_off:
            return False
        return on in notice.days_on or on.weekday() < _SATURDAY

    def add_working_days(self, start_on: date, count: int) -> date:
        """The date of the `count`-th working day after `start_on`, whose own day does not count.

        Source: 民法典 第201条 (the first day is not counted).
        """
        on, left = start_on, count
        while left > 0:
            on += timedelta(days=1)
            left -= self.is_working(on)
        return on

    def roll_forward(self, on: date) -> date:
        """The same date, or the first working day after a day off.

        Source: 民法典 第203条 (a period that ends on a holiday ends on the day after it).
        """
        while not self.is_working(on):
            on += timedelta(days=1)
        return on
