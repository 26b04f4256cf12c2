"""The State Council's holiday notices, one file a year: a new year is a new file, no code."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from yunqi.kernel.calendar import WorkCalendar, YearNotice


def load_work_calendar(known_on: date | None = None) -> WorkCalendar:
    """The calendar of all recorded notices, or of those already published on `known_on`.

    >>> load_work_calendar().add_working_days(date(2025, 6, 25), 90)
    datetime.date(2025, 11, 4)
    """
    return WorkCalendar(
        {notice.year: notice for notice in _load_notices() if known_on is None or notice.known_from <= known_on}
    )


@cache
def _load_notices() -> tuple[YearNotice, ...]:
    folder = files(__package__)
    paths = sorted((path for path in folder.iterdir() if path.name.endswith(".yaml")), key=lambda path: path.name)
    return tuple(_notice(yaml.safe_load(path.read_text("utf-8"))) for path in paths)


def _notice(data: dict[str, Any]) -> YearNotice:
    days_off = frozenset(
        holiday["first"] + timedelta(days=offset)
        for holiday in data["days_off"]
        for offset in range((holiday["last"] - holiday["first"]).days + 1)
    )
    return YearNotice(data["year"], data["notice"], data["known_from"], days_off, frozenset(data["days_on"]))
