from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import chinese_calendar
import pytest

from yunqi.contract.deadlines import compute_due
from yunqi.contract.workdays import load_work_calendar
from yunqi.kernel.errors import Problem

CALENDAR = load_work_calendar()


@pytest.mark.parametrize("year", [2025, 2026])
def test_every_day_agrees_with_an_independent_calendar(year):
    on = date(year, 1, 1)
    while on.year == year:
        assert CALENDAR.is_working(on) == chinese_calendar.is_workday(on), on
        on += timedelta(days=1)


def test_a_year_without_a_notice_is_refused():
    with pytest.raises(Problem) as error:
        CALENDAR.is_working(date(2027, 1, 4))
    assert error.value.code == "calendar.no_notice"


def test_a_notice_is_not_known_before_it_was_published():
    before = load_work_calendar(known_on=date(2025, 11, 3))
    assert not before.is_working(date(2025, 10, 1))
    with pytest.raises(Problem):
        before.is_working(date(2026, 1, 5))
    assert load_work_calendar(known_on=date(2025, 11, 4)).is_working(date(2026, 1, 4))


@pytest.mark.parametrize(
    ("start", "count", "unit", "due"),
    [
        ("2025-06-25", 90, "working_day", "2025-11-04"),
        ("2026-10-09", 20, "working_day", "2026-11-05"),
        ("2025-12-31", 10, "working_day", "2026-01-15"),
        ("2026-07-30", 10, "working_day", "2026-08-13"),
        ("2025-06-25", 5, "day", "2025-06-30"),
        ("2026-02-10", 5, "day", "2026-02-24"),
        ("2026-06-30", 2, "month", "2026-08-31"),
        ("2025-11-30", 1, "month", "2025-12-30"),
        ("2025-01-15", 1, "year", "2026-01-15"),
    ],
)
def test_dates_fall_due(start, count, unit, due):
    found = compute_due(date.fromisoformat(start), {"count": count, "unit": unit}, CALENDAR)
    assert found.on == date.fromisoformat(due)
    assert found.notices


def test_minutes_and_hours_run_from_the_moment_through_holidays():
    at = datetime(2026, 2, 15, 3, 0, 30, tzinfo=UTC)
    found = compute_due(at, {"count": 2, "unit": "hour"}, CALENDAR)
    assert (found.on, found.at) == (None, at + timedelta(hours=2))


def test_a_working_day_period_into_an_unpublished_year_is_refused():
    with pytest.raises(Problem) as error:
        compute_due(date(2026, 8, 24), {"count": 90, "unit": "working_day"}, CALENDAR)
    assert error.value.code == "calendar.no_notice"


@pytest.mark.parametrize(
    "within", [{"count": 1, "unit": "fortnight"}, {"count": None, "unit": "day"}, {"count": -1, "unit": "day"}, {}]
)
def test_what_is_no_period_is_refused(within):
    with pytest.raises(Problem) as error:
        compute_due(date(2026, 1, 5), within, CALENDAR)
    assert error.value.code == "deadline.unit"


def test_hours_need_a_moment():
    with pytest.raises(Problem) as error:
        compute_due(date(2026, 1, 5), {"count": 1, "unit": "hour"}, CALENDAR)
    assert error.value.code == "deadline.instant"
