"""The national clock of a network-security incident: to whom it must be reported by when, by grade and operator. Pure.

The figures are dated data: `national.yaml`, with the source and what in it is unsure.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from yunqi.contract.deadlines import compute_due
from yunqi.kernel.calendar import WorkCalendar
from yunqi.kernel.errors import Problem
from yunqi.kernel.period import date_of

GRADES: Mapping[str, str] = {"ordinary": "一般", "larger": "较大", "major": "重大", "grave": "特别重大"}
"""In ascending order."""
OPERATORS: Mapping[str, str] = {
    "cii": "涉及关键信息基础设施",
    "state_organ": "中央和国家机关各部门及其直属单位",
    "other": "其他网络运营者（含地方政务单位）",
}
REPORT, ONWARD, SUMMARY = "report", "onward", "summary"


@dataclass(frozen=True, slots=True)
class NationalClock:
    """One duty of the national text. `what`: report, onward (another authority's, for information) or summary.

    `unsure`: what is known of a figure that was not read in the text itself.
    """

    what: str
    by: str
    to: str
    within: Mapping[str, Any]
    started_at: datetime | None
    due_at: datetime | None
    met_at: datetime | None
    state: Literal["running", "met", "breached", "not_started", "for_information"]
    title: str
    source: str
    unsure: str


@cache
def load_texts() -> tuple[Mapping[str, Any], ...]:
    """The texts of `national.yaml`, the earliest first."""
    texts = yaml.safe_load(Path(__file__).with_name("national.yaml").read_text("utf-8"))
    return tuple(sorted(texts, key=lambda one: one["in_force_from"]))


def find_text(on: date) -> Mapping[str, Any] | None:
    """The text in force on a date, None before the first."""
    return next((one for one in reversed(load_texts()) if one["in_force_from"] <= on), None)


def compute_national(
    *,
    grade: str,
    operator: str,
    known_at: datetime,
    times: Mapping[str, datetime],
    now: datetime,
    calendar: WorkCalendar,
) -> tuple[NationalClock, ...]:
    """The clocks of an incident of this grade at this operator, none below the grade that must be reported.

    `times` may hold `report` and `summary`, when each was reported, and `recovered`. Raises KeyError for a grade or an
    operator that the text does not know.
    """
    order = tuple(GRADES)
    text = find_text(date_of(known_at))
    if text is None or order.index(grade) < order.index(text["from_grade"]):
        return ()
    mine = text["operators"][operator]
    unsure = {one["path"]: one["known"] for one in text.get("unsure") or ()}

    def clock(what: str, row: Mapping[str, Any], by: str, path: str, started_at: datetime | None) -> NationalClock:
        met_at = times.get(what)
        due = None
        if started_at is not None:
            with suppress(Problem):  # a year without a holiday notice: said as no date, never a wrong one
                due = compute_due(started_at, row["within"], calendar)
        state: Any = "for_information" if what == ONWARD else "met" if met_at else "running"
        if what != ONWARD and started_at is None:
            state = "not_started"
        elif what != ONWARD and due is not None and due.is_late(met_at or now):
            state = "breached"
        return NationalClock(
            what,
            by,
            str(row.get("to") or mine["to"]),
            row["within"],
            started_at,
            None if due is None else due.at,
            met_at,
            state,
            str(text["title"]),
            str(text["source"]),
            unsure.get(f"{path}.within", ""),
        )

    found = [clock(REPORT, mine, "", f"operators.{operator}", known_at)]
    onward = mine.get("onward")
    if onward and order.index(grade) >= order.index(onward["grade"]):
        found.append(clock(ONWARD, onward, str(onward["by"]), f"operators.{operator}.onward", times.get(REPORT)))
    found.append(clock(SUMMARY, text["summary"], "", "summary", times.get(text["summary"]["start"])))
    return tuple(found)
