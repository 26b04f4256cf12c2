"""Deadlines: `{count, unit}` from an event to the date or instant at which it must be done.

Source: 民法典 第200–204条.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from yunqi.contract.terms import number
from yunqi.kernel.calendar import WorkCalendar
from yunqi.kernel.errors import Problem
from yunqi.kernel.period import add_months, date_of, day_start
from yunqi.kernel.units import length_of

_MONTHS = {"month": 1, "year": 12}


@dataclass(frozen=True, slots=True)
class Due:
    """When something must be done: `on` is the last date (None for minutes and hours), `at` where the time ends: the
    first instant after the last date, or the last instant of minutes and hours.

    `notices` are the working-day notices that the answer rests on.
    """

    on: date | None
    at: datetime
    notices: tuple[str, ...] = ()

    def is_late(self, done_at: datetime) -> bool:
        """Whether what is done at an instant is too late: within an hour is also at its end (民法典 第1259条).

        >>> from datetime import UTC
        >>> at = datetime(2026, 1, 1, 1, tzinfo=UTC)
        >>> Due(None, at).is_late(at), Due(date(2026, 1, 1), at).is_late(at)
        (False, True)
        """
        return done_at > self.at if self.on is None else done_at >= self.at


def compute_due(start: date | datetime, within: Mapping[str, Any], calendar: WorkCalendar) -> Due:
    """When a period that starts at `start` ends.

    Minutes and hours run from the instant and need one. Days, working days, months and years start on the next day; a
    period of days,
    months or years that would end on a day off ends on the next working day. Raises `Problem` deadline.unit,
    deadline.instant and
    calendar.no_notice.

    Source: 民法典 第201条 (next day; hours from the moment), 第202条 (same day of the month), 第203条 (days off).

    >>> from yunqi.contract.workdays import load_work_calendar
    >>> compute_due(date(2025, 6, 25), {"count": 5, "unit": "day"}, load_work_calendar()).on
    datetime.date(2025, 6, 30)
    """
    count, unit = number(within.get("count")), within.get("unit")
    if count is None or count < 0 or unit is None:
        raise Problem(
            "deadline.unit", "期限「{within}」无法计算", within=str(dict(within)), way_out="期限应有非负的数量和单位"
        )
    if unit in {"minute", "hour"}:
        if not isinstance(start, datetime):
            raise Problem(
                "deadline.instant", "以{unit}计的期限需要起算时刻", unit=unit, way_out="请提供起算的日期和时间"
            )
        return Due(None, start + length_of(count, unit))
    start_on = date_of(start) if isinstance(start, datetime) else start
    if count.denominator != 1:
        raise Problem(
            "deadline.unit", "期限「{within}」无法计算", within=str(dict(within)), way_out="日、工作日、月、年应为整数"
        )
    on = _last_day(start_on, int(count), str(unit), calendar)
    years = range(start_on.year, on.year + 1) if unit == "working_day" else range(on.year, on.year + 1)
    notices = tuple(calendar.notice_of(year).notice for year in years)
    return Due(on, day_start(on + timedelta(days=1)), notices)


def _last_day(start_on: date, count: int, unit: str, calendar: WorkCalendar) -> date:
    if unit == "working_day":
        return calendar.add_working_days(start_on, count)
    if unit == "day":
        return calendar.roll_forward(start_on + timedelta(days=count))
    if unit in _MONTHS:
        return calendar.roll_forward(add_months(start_on, count * _MONTHS[unit]))
    raise Problem(
        "deadline.unit",
        "期限「{within}」无法计算",
        within=f"{count} {unit}",
        way_out="单位应为分钟、小时、日、工作日、月或年",
    )
